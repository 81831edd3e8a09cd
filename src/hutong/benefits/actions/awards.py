"""The life of an award: started, changed, paused, ended, restored. The order to pay follows each step."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from hutong.benefits import access, workflow
from hutong.benefits.actions.decisions import fall
from hutong.benefits.models import Application, Award, AwardBasis, AwardEvent, Determination, Handover, Pause
from hutong.benefits.queries.advice import Advised, amount_of
from hutong.benefits.terms import (
    AwardEventKind,
    AwardState,
    Category,
    EndReason,
    HandoverState,
    HearingKind,
    HearingState,
    ReviewState,
)
from hutong.core import months, places
from hutong.core.action import action
from hutong.core.clocks import stop_clocks
from hutong.core.errors import Conflict
from hutong.core.events import raise_event
from hutong.core.inputs import Given, ask, wrong
from hutong.core.jurisdiction import law
from hutong.core.tasks import done_tasks, leave_task
from hutong.core.viewer import Viewer
from hutong.money import actions as money
from hutong.money.models import Line, Payee
from hutong.money.terms import LineState
from hutong.org.terms import Role
from hutong.people.models import Child

PAID_AS = {
    Category.ORPHAN: "orphan",
    Category.FU: "fu",
    Category.TREATED_AS_ORPHAN: "hiv",
    Category.DIFFICULT: "difficulty",
}
"""How the law names the kind of payment where the officer departs from its own choice."""


def review_due(place_key: int, after: date) -> date:
    """When the award is looked at again."""
    return review_due_in(places.codes_of_key(place_key), after)


def review_due_in(codes: Sequence[str], after: date) -> date:
    """The same where the codes of the place are at hand."""
    return law().limit(workflow.REVIEW_LIMIT, after, codes).due  # type: ignore[no-any-return]


def owe_from(award: Award, month: date) -> None:
    """A decision reaches back to a month: the next run looks there for what was not paid."""
    if award.owed_from is None or month < award.owed_from:
        award.owed_from = month
        award.save()


def record_event(
    award: Award,
    kind: AwardEventKind,
    day: date,
    month: date,
    *,
    reason: str = "",
    determination: Determination | None = None,
) -> None:
    """Leave a line in the award's own story."""
    AwardEvent.objects.create(
        award=award, kind=kind, happened_on=day, month=month, reason=reason, determination=determination
    )


def hold_child(child_id: int) -> Child | None:
    """The child, its row held: whoever records a fact and whoever starts an award wait for each other, so that the
    second sees what the first wrote. None outside the viewer's reach."""
    found: Child | None = Child.objects.select_for_update(of=("self",)).filter(pk=child_id).first()
    return found


def new_award(**fields: Any) -> Award:
    """A running award. Raises Conflict when the child has one, perhaps in a place the viewer does not see."""
    try:
        with transaction.atomic():
            award: Award = Award.objects.create(**fields)
    except IntegrityError as error:
        if "award_one_running" not in str(error):
            raise
        raise Conflict(_("This child already has an award that is running.")) from error
    return award


def start_award(viewer: Viewer, application: Application, decision: Determination, advised: Advised) -> Award:
    """The award of a recognition, its basis and its order."""
    first = decision.first_month or months.after(viewer.today)
    award = new_award(
        child_id=decision.child_id,
        application=application,
        category=decision.category,
        place_id=application.responsible_id,
        place_key=application.place_key,
        first_month=first,
        paid_from=first,
        last_month=decision.last_month,
        next_review_on=review_due(application.place_key, viewer.today),
    )
    set_basis(award, advised, award.first_month, Category(award.category), decision.amount_fen or 0, decision)
    record_event(award, AwardEventKind.STARTED, viewer.today, award.first_month, determination=decision)
    open_order(viewer, award)
    raise_event(workflow.AWARD_STARTED, award_id=award.pk, child_id=award.child_id, first_month=award.first_month)
    return award


def set_basis(
    award: Award,
    advised: Advised,
    from_month: date,
    category: Category,
    amount_fen: int,
    decision: Determination,
) -> AwardBasis:
    """What is paid from a month on, in place of what was decided for later months; that stays on file.

    A sum that is not the law's own is kept as fixed; a floor is not: once the place has entered its standard, the law's
    own sum is due for every month since.
    """
    basis = basis_of(award, award.child, advised, from_month, category, amount_fen)
    basis.determination = decision
    by_law = amount_of(basis, advised.on, places.codes_of_key(award.place_key), advised.decision.known)
    if by_law != amount_fen and not (by_law is None and amount_fen == advised.floor_fen):
        basis.fixed_fen = amount_fen
    standing = AwardBasis.objects.filter(award=award, from_month__gte=from_month, replaced_by=None)
    standing.update(replaced_by=decision)
    basis.save()
    owe_from(award, from_month)
    return basis


def put_back(award: Award, decision: Determination) -> None:
    """What a decision put in the place of earlier ones falls away, and they count again."""
    own = AwardBasis.objects.filter(award=award, determination=decision)
    own.update(replaced_by=decision)
    earlier = AwardBasis.objects.filter(award=award, replaced_by=decision).exclude(determination=decision)
    earlier.update(replaced_by=None)
    if decision.before is not None:
        last = decision.before["last_month"]
        award.category = Category(decision.before["category"])
        award.last_month = date.fromisoformat(last) if last else None
    award.save()


def months_ordered_since(award: Award, month: date, since: datetime) -> bool:
    """Was anything ordered for a month or later ones since a moment? What was held out or discarded does not count."""
    if award.order is None:
        return False
    rows = Line.objects.filter(order=award.order, month__gte=month, created_at__gte=since)
    return bool(rows.exclude(state=LineState.VOID).exists())


def basis_of(
    award: Award,
    child: Child,
    advised: Advised,
    from_month: date,
    category: Category,
    amount_fen: int,
) -> AwardBasis:
    """A basis as the facts are, not yet saved."""
    facts = advised.facts
    return AwardBasis(
        award=award,
        from_month=from_month,
        category=category,
        paid_as=advised.paid_as if category == advised.category else PAID_AS[category],
        special_rate=bool(facts.get("child.hiv")),
        placement=child.placement,
        difficulty=facts.get("child.difficulty") or "none",
        family_aid=facts.get("family.aid") or "",
        dibao_fen=facts.get("child.dibao_fen") or 0,
        tekun_fen=facts.get("child.tekun_fen") or 0,
        disability_living_fen=facts.get("child.disability_living_fen") or 0,
        amount_fen=amount_fen,
    )


def open_order(viewer: Viewer, award: Award) -> None:
    """Order the payment, or ask the township for a payee where the child has none yet."""
    if award.order_id is not None:
        return
    payee = Payee.objects.filter(child_id=award.child_id).order_by("-id").first()
    if payee is None:
        leave_task(
            workflow.NO_PAYEE.name,
            subject=award,
            place_key=award.place_key,
            role=Role.TOWNSHIP_SUPERVISOR,
            child_id=award.child_id,
        )
        return
    order_to(viewer, award, payee)


def order_to(viewer: Viewer, award: Award, payee: Payee) -> None:
    """Order the payment to a payee. The order has no end of its own: the award's months decide what is due."""
    award.order = money.open_order(
        viewer,
        {
            "child_id": award.child_id,
            "payee_id": payee.pk,
            "on_label": Award._meta.label_lower,
            "on_id": award.pk,
            "first_month": award.paid_from,
            "place_id": award.place_id,
        },
    )
    award.save()
    done_tasks(award, workflow.NO_PAYEE.name)


class SetPayee(Given):
    """To whom the money goes. The account itself is proposed and approved in `money` by two people."""

    payee_id: int = ask("收款人", "Payee")


@action(
    "benefits.set_payee",
    on=Award,
    input=SetPayee,
    roles=(*access.COUNTY, *access.JOBS),
    title=("确定收款人", "Choose the payee"),
)
def set_payee(viewer: Viewer, award: Award, given: SetPayee) -> Award:
    """Order the payment of an award that had no payee. A later change goes through `money`: proof and two people."""
    if award.order_id is not None:
        raise Conflict(_("This award already has a payee. Propose a change of payee instead."))
    order_to(viewer, award, payee_of(viewer, award, given.payee_id, given))
    return award


def payee_of(viewer: Viewer, award: Award, payee_id: int, given: Given) -> Payee:
    """The payee that was chosen in `payee_id`. Raises Invalid for one of another child, or outside the reach."""
    payee: Payee | None = Payee.objects.visible_to(viewer).filter(pk=payee_id).first()
    if payee is None or payee.child_id not in (None, award.child_id):
        raise wrong(given, "payee_id", "unknown", _("is no payee of this child"))
    return payee


def pause(viewer: Viewer, award: Award, first_month: date, why: str) -> None:
    """Stop paying from a month on, until it is lifted."""
    if award.state != AwardState.ACTIVE:
        raise Conflict(_("This award is not running."))
    Pause.objects.create(award=award, first_month=first_month, why=why)
    award.state = AwardState.SUSPENDED
    award.save()
    record_event(award, AwardEventKind.SUSPENDED, viewer.today, first_month, reason=why)
    if award.order_id:
        money.suspend_order(viewer, award.order, {"from_month": first_month}, reason=why)
    raise_event(workflow.AWARD_CHANGED, award_id=award.pk, child_id=award.child_id)


def finish(
    viewer: Viewer,
    award: Award,
    reason: EndReason,
    last_month: date,
    day: date,
    why: str = "",
    *,
    handed_over: bool = False,
    determination: Determination | None = None,
) -> None:
    """End an award with its reason and the last month paid; what was to be settled about it goes with it."""
    if award.state == AwardState.ENDED:
        raise Conflict(_("This award has already ended."))
    last_month = max(months.first_of(last_month), months.before(award.first_month))
    award.state, award.end_reason, award.last_month, award.ended_on = AwardState.ENDED, reason, last_month, day
    award.save()
    record_event(
        award, AwardEventKind.ENDED, viewer.today, last_month, reason=why or reason.zh, determination=determination
    )
    _settle_matters(viewer, award, handed_over)
    if award.order_id:
        money.end_order(viewer, award.order, {"last_month": last_month}, reason=why or reason.zh)
    raise_event(workflow.AWARD_ENDED, award_id=award.pk, child_id=award.child_id, last_month=last_month)


OVER = (workflow.CHILD_DIED, workflow.REDETERMINE, workflow.SCHOOL_PROOF, workflow.NO_PAYEE, workflow.HAND_OVER)
"""Tasks that have no object once the award has ended."""


def _settle_matters(viewer: Viewer, award: Award, handed_over: bool) -> None:
    """Limits, tasks, reviews, what was proposed and what waits for a second person end with the award. A claim to what
    was paid too much stays."""
    fall(viewer, award, _("The award has ended."))
    stop_clocks(award)
    for kind in OVER:
        done_tasks(award, kind.name)
    for review in award.reviews.filter(state=ReviewState.DUE):
        review.state, review.finding, review.done_on = ReviewState.DONE, "changed", viewer.today
        review.save()
        done_tasks(review, workflow.REVIEW.name)
        stop_clocks(review)
    waiting = award.hearings.filter(state__in=[HearingState.PROPOSED, HearingState.HEARD])
    for hearing in waiting.exclude(kind=HearingKind.RECOVER):
        hearing.state, hearing.closing = HearingState.DROPPED, _("The award has ended.")
        hearing.save()
        stop_clocks(hearing)
        for kind in (workflow.HEAR, workflow.CARRY_OUT):
            done_tasks(hearing, kind.name)
    if not handed_over:
        for handover in Handover.objects.filter(award=award, state=HandoverState.PROPOSED):
            withdraw(viewer, handover, _("The award has ended."))
            handover.state = HandoverState.WITHDRAWN
            handover.save()
            stop_clocks(handover)
            done_tasks(handover, workflow.ACCEPT_HANDOVER.name)


def withdraw(viewer: Viewer, handover: Handover, why: str) -> None:
    """Write down why a handover is taken back."""
    handover.closing, handover.settled_by_id, handover.settled_on = why, viewer.user_id, viewer.today
    handover.save()


def lift(viewer: Viewer, award: Award, from_month: date, with_arrears: bool, why: str) -> None:
    """End the running pause; with arrears it is undone, so that the next run pays its months."""
    running = award.pauses.filter(last_month=None, undone=False).first()
    if award.state != AwardState.SUSPENDED or running is None:
        raise Conflict(_("This award is not suspended."))
    running.undone = with_arrears or from_month <= running.first_month
    running.last_month = months.before(max(from_month, running.first_month))
    running.save()
    owe_from(award, running.first_month)
    award.state = AwardState.ACTIVE
    award.save()
    record_event(award, AwardEventKind.RESUMED, viewer.today, from_month, reason=why)
    if award.order_id:
        money.resume_order(viewer, award.order, reason=why)
    raise_event(workflow.AWARD_CHANGED, award_id=award.pk, child_id=award.child_id)


def restore(viewer: Viewer, award: Award, last_month: date | None, why: str, decision: Determination) -> None:
    """Undo an end or a pause: the months that were not paid become due in the next run. An award that was suspended
    when it ended is suspended again."""
    if award.state == AwardState.SUSPENDED:
        lift(viewer, award, months.first_of(viewer.today), True, why)
        return
    if award.state != AwardState.ENDED:
        return
    if Handover.objects.filter(award=award, state=HandoverState.ACCEPTED).exists():
        raise Conflict(_("Another place pays this child now."))
    hold_child(award.child_id)
    owe_from(award, award.last_month or award.first_month)
    award.state, award.end_reason, award.ended_on, award.last_month = AwardState.ACTIVE, None, None, last_month
    award.save()
    record_event(
        award, AwardEventKind.RESTORED, viewer.today, months.first_of(viewer.today), reason=why, determination=decision
    )
    if award.order_id:
        money.reopen_order(viewer, award.order, reason=why)
    open_order(viewer, award)
    paused = award.pauses.filter(last_month=None, undone=False).first()
    if paused is not None:
        award.state = AwardState.SUSPENDED
        award.save()
        if award.order_id:
            money.suspend_order(viewer, award.order, {"from_month": paused.first_month}, reason=paused.why)
    raise_event(workflow.AWARD_STARTED, award_id=award.pk, child_id=award.child_id, first_month=award.first_month)
