"""A child is registered somewhere else now: its award goes along, no month unpaid and none paid twice.

The place that pays proposes the last month it pays; the place the child moved to accepts and pays from the month after,
at its own standard. Months the old place has ordered meanwhile stay its own: the first month of the new award is always
the one after the last that was ordered. Refusal or silence changes nothing; the limit climbs.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.utils.translation import gettext as _

from hutong.benefits import access, workflow
from hutong.benefits.actions.awards import (
    finish,
    hold_child,
    new_award,
    open_order,
    order_to,
    payee_of,
    record_event,
    review_due,
    set_basis,
    withdraw,
)
from hutong.benefits.actions.decisions import (
    AS_ADVISED,
    Amount,
    amount_decided,
    keep_decision,
    new_decision,
    stand_by,
    to_be_told,
)
from hutong.benefits.models import Award, Determination, Handover
from hutong.benefits.queries.advice import Advised, advise
from hutong.benefits.queries.bases import confirmed_on, due_on
from hutong.benefits.queries.places import moved_to, responsible_for
from hutong.benefits.terms import (
    Advice,
    AwardEventKind,
    AwardState,
    Category,
    DecisionState,
    EndReason,
    HandoverState,
    Outcome,
)
from hutong.core import months, places
from hutong.core.action import action
from hutong.core.errors import Conflict
from hutong.core.events import raise_event
from hutong.core.inputs import Given, Line, Month, Text, ask, not_ahead, of, required, wrong
from hutong.core.jurisdiction import law
from hutong.core.models import Grant
from hutong.core.tasks import done_tasks, leave_task
from hutong.core.viewer import Viewer, acting, system_viewer
from hutong.money import actions as money
from hutong.money.models import Payee
from hutong.org.terms import Role

FARTHEST = timedelta(days=366)
"""A last month later than this is a slip of the pen."""


class Moved(Given):
    """A child whose registration or home changed."""

    child_id: int
    what: Line


@action("benefits.note_move", input=Moved, roles=access.JOBS, title=("登记迁移", "Note a move"))
def note_move(viewer: Viewer, given: Moved) -> int:
    """The county that pays is asked to hand the award over, and keeps sight of the child until all is settled.

    How many awards. Raises nothing for a child that stays in its township: whoever answers for it looks at the change.
    """
    awards = list(Award.objects.filter(child_id=given.child_id).exclude(state=AwardState.ENDED))
    for award in awards:
        if moved_to(award) is None:
            done_tasks(award, workflow.HAND_OVER.name)
            leave_to_county(award, workflow.REDETERMINE.name, given.what)
        else:
            _keep_in_sight(viewer, award)
            leave_to_county(award, workflow.HAND_OVER.name, given.what)
    return len(awards)


def leave_to_county(award: Award, kind: str, what: str) -> None:
    """A task for the county that pays."""
    leave_task(
        kind,
        subject=award,
        place_key=award.place_key,
        role=Role.COUNTY_OFFICER,
        child_id=award.child_id,
        note=what[:200],
    )


def _keep_in_sight(viewer: Viewer, award: Award) -> None:
    """A dated grant for the place that pays: its lines, arrears and refused payments still need the child."""
    until = law().limit(workflow.SETTLE_LIMIT, viewer.today, places.codes_of_key(award.place_key)).due
    why = workflow.HAND_OVER.name
    running = Grant.objects.filter(subject_id=award.child_id, place_key=award.place_key, post_id=None, why=why).first()
    if running is None:
        running = Grant(subject_id=award.child_id, place_key=award.place_key, why=why, valid_from=viewer.today)
    running.valid_to = until
    running.save()


class ProposeHandover(Given):
    """The last month this place pays, and who was told of it."""

    last_month: Month | None = of(Handover, "last_month", None, hint=("不填则为本月", "This month if empty"))
    told_on: date = of(Handover, "told_on")
    told_whom: str = of(Handover, "told_whom")
    note: Text = of(Handover, "note", "")


@action(
    "benefits.propose_handover",
    on=Award,
    input=ProposeHandover,
    roles=access.COUNTY,
    title=("提出待遇转移", "Hand over to another place"),
)
def propose_handover(viewer: Viewer, award: Award, given: ProposeHandover) -> Handover:
    """Put the award to the place where the child is registered now. Until that place has accepted, this one pays.

    Raises Conflict when the award does not run, is proposed already, or the child is still registered here.
    """
    not_ahead(viewer, given, "told_on")
    _running(award)
    if award.order is None:
        raise Conflict(_("Choose the payee first: what is due here before the move is ordered here."))
    if Handover.objects.filter(award=award, state=HandoverState.PROPOSED).exists():
        raise Conflict(_("This has already been put to the other place, which has not answered yet."))
    with acting(system_viewer("benefits.propose_handover", now=viewer.now)):
        to = moved_to(award)
    if to is None:
        raise Conflict(_("The child is still registered here. Record the move first."))
    last = given.last_month or months.first_of(viewer.today)
    too_early = last < months.before(award.paid_from)
    if too_early or last > viewer.today + FARTHEST:
        code = "too_early" if too_early else "too_late"
        raise wrong(given, "last_month", code, _("is not a month this place pays"))
    if award.last_month is not None and last >= award.last_month:
        raise wrong(given, "last_month", "too_late", _("leaves nothing to pay: the award ends by then"))
    done_tasks(award, workflow.HAND_OVER.name)
    return Handover.objects.create(
        award=award,
        child_id=award.child_id,
        place_key=award.place_key,
        to_place=to,
        to_key=to.key,
        last_month=last,
        category=award.category,
        amount_fen=due_on(award, last),
        payee_name=award.order.payee.name,
        confirmed_on=confirmed_on(award),
        national_no=award.national_no,
        told_on=given.told_on,
        told_whom=given.told_whom,
        note=given.note,
        proposed_by_id=viewer.user_id,
    )


def _running(award: Award) -> None:
    if award.state != AwardState.ACTIVE:
        raise Conflict(_("Only a running award is handed over: settle the suspension or the end first."))


class AcceptHandover(Amount):
    """Recognition here. Category and amount follow the law of this place unless the officer departs from it."""

    payee_id: int | None = ask(
        "收款人", "Payee", None, hint=("不填则原收款人和账户随迁", "Payee and account come along if empty")
    )
    category: Category | None = of(Determination, "category", None, hint=AS_ADVISED)


def _may_accept(viewer: Viewer, handover: Handover, given: Any) -> str | None:
    return _may_settle(viewer, handover, given) or access.not_the_maker(viewer, handover.proposed_by_id)


def _may_settle(viewer: Viewer, handover: Handover, given: Any) -> str | None:
    if viewer.reaches(handover.to_key):
        return None
    return _("The place the child moved to decides on this.")


@action(
    "benefits.accept_handover",
    on=Handover,
    input=AcceptHandover,
    roles=access.COUNTY,
    allow=_may_accept,
    title=("接收待遇", "Take the award over"),
)
def accept_handover(viewer: Viewer, handover: Handover, given: AcceptHandover) -> Award:
    """End the award there and start it here, in one step; a sum that departs from the law of this place waits for a
    second person, and the law's own is paid meanwhile. Raises Conflict when the child has moved on meanwhile."""
    last, payee = _release(viewer, handover, given)
    first = months.after(last)
    child = hold_child(handover.child_id)
    if child is None or not viewer.reaches(responsible_for(child).key):
        raise Conflict(_("The child is not registered in your area any longer."))
    advised = advise(child, viewer.today, handover.to_key, confirmed=handover.confirmed_on)
    award = _begin(viewer, handover, advised, given, first)
    decision = _decision(viewer, award, advised, given)
    record_event(award, AwardEventKind.MOVED_IN, viewer.today, first, determination=decision)
    _order(viewer, award, given, payee)
    in_force = decision.state == DecisionState.IN_FORCE
    meanwhile = decision.amount_fen if in_force else advised.amount_fen
    if meanwhile is not None:  # what departs is paid as the law advises until it is seconded
        set_basis(award, advised, first, Category(award.category), meanwhile, decision)
    if in_force:
        to_be_told(decision)
    handover.new_award, handover.settled_by_id, handover.settled_on = award, viewer.user_id, viewer.today
    handover.state = HandoverState.ACCEPTED
    handover.save()
    raise_event(workflow.AWARD_STARTED, award_id=award.pk, child_id=award.child_id, first_month=first)
    return award


def _release(viewer: Viewer, handover: Handover, given: AcceptHandover) -> tuple[date, Payee | None]:
    """What lies outside the viewer's reach, done by the system in the running action: last month there, payee here."""
    job = system_viewer("benefits.accept_handover", now=viewer.now)
    with acting(job):
        old = release_award(job, handover.award_id, {"handover_id": handover.pk})
        last = old.last_month or handover.last_month
        if old.order is None or given.payee_id is not None:
            return last, None
        brought = {"payee_id": old.order.payee_id, "place_id": handover.to_place_id}
        return last, money.bring_payee(job, brought)


class Release(Given):
    """The handover that was accepted."""

    handover_id: int = ask("转移", "Handover")


@action(
    "benefits.release_award",
    on=Award,
    input=Release,
    roles=access.JOBS,
    title=("转出待遇", "Release an award"),
    inner=True,
)
def release_award(viewer: Viewer, award: Award, given: Release) -> Award:
    """End an award because another place took it over: with the month proposed, or a later one ordered meanwhile."""
    _running(award)
    handover = Handover.objects.get(pk=given.handover_id, award=award)
    ordered = money.last_ordered(viewer, {"order_id": award.order_id})
    last = max(handover.last_month, ordered or handover.last_month)
    finish(viewer, award, EndReason.MOVED, last, viewer.today, handed_over=True)
    _keep_in_sight(viewer, award)
    return award


def _begin(viewer: Viewer, handover: Handover, advised: Advised, given: AcceptHandover, first: date) -> Award:
    category = given.category or advised.category
    required(given, category=category is None)
    if advised.last_month is not None and advised.last_month < first:
        raise Conflict(_("Nothing is left to pay here: by the law the award ends before it could begin."))
    return new_award(
        child_id=handover.child_id,
        category=category,
        place_id=handover.to_place_id,
        place_key=handover.to_key,
        first_month=first,
        paid_from=first,
        last_month=advised.last_month,
        next_review_on=review_due(handover.to_key, viewer.today),
        national_no=handover.national_no,
    )


def _decision(viewer: Viewer, award: Award, advised: Advised, given: AcceptHandover) -> Determination:
    amount = amount_decided(given, advised)
    required(given, amount_fen=amount is None)
    decision = new_decision(
        viewer,
        advised,
        Outcome.RECOGNISE if amount else Outcome.RECOGNISE_ZERO,
        award,
        reasons=given.reasons,
        category=award.category,
        amount_fen=amount,
        beyond=given.beyond,
        first_month=award.first_month,
        last_month=award.last_month,
    )
    recognised = advised.advice in (Advice.RECOGNISE, Advice.RECOGNISE_ZERO)
    follows = recognised and (award.category, amount) == (advised.category, advised.amount_fen)
    stand_by(viewer, award, decision, given, departs=not follows)
    keep_decision(viewer, decision, advised)
    return decision


def _order(viewer: Viewer, award: Award, given: AcceptHandover, payee: Payee | None) -> None:
    if given.payee_id is not None:
        payee = payee_of(viewer, award, given.payee_id, given)
    if payee is None:
        open_order(viewer, award)
    else:
        order_to(viewer, award, payee)


class SettleHandover(Given):
    """Why not."""

    reasons: Text = of(Handover, "closing")


@action(
    "benefits.decline_handover",
    on=Handover,
    input=SettleHandover,
    roles=access.COUNTY,
    allow=_may_settle,
    title=("不接收", "Do not take it over"),
)
def decline_handover(viewer: Viewer, handover: Handover, given: SettleHandover) -> Handover:
    """The place the child left goes on paying and is asked to look again."""
    handover.closing, handover.settled_by_id, handover.settled_on = given.reasons, viewer.user_id, viewer.today
    handover.save()
    job = system_viewer("benefits.decline_handover", now=viewer.now)
    with acting(job):
        tell_declined(job, handover.award_id, {"reasons": given.reasons})
    return handover


@action(
    "benefits.tell_declined",
    on=Award,
    input=SettleHandover,
    roles=access.JOBS,
    title=("告知迁出地未接收", "Tell the place the child left"),
    inner=True,
)
def tell_declined(viewer: Viewer, award: Award, given: SettleHandover) -> None:
    """The county that pays learns that it goes on paying, and why."""
    leave_to_county(award, workflow.HAND_OVER.name, given.reasons)


def _may_withdraw(viewer: Viewer, handover: Handover, given: Any) -> str | None:
    return None if viewer.reaches(handover.place_key) else _("Only the place that proposed this takes it back.")


@action(
    "benefits.withdraw_handover",
    on=Handover,
    input=SettleHandover,
    roles=access.COUNTY,
    allow=_may_withdraw,
    title=("撤回转移", "Take the proposal back"),
)
def withdraw_handover(viewer: Viewer, handover: Handover, given: SettleHandover) -> Handover:
    """The child did not move after all, or something has to be put right first."""
    withdraw(viewer, handover, given.reasons)
    return handover
