"""What follows from a decision, at once or when a second person has signed it, and how one found wrong is withdrawn."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from django.db.models import Q
from django.utils.translation import gettext as _

from hutong.benefits import access, workflow
from hutong.benefits.actions.awards import (
    finish,
    hold_child,
    lift,
    months_ordered_since,
    pause,
    put_back,
    record_event,
    restore,
    set_basis,
    start_award,
)
from hutong.benefits.actions.decisions import keep_decision, take_back, to_be_told
from hutong.benefits.models import Application, Award, Determination, Hearing
from hutong.benefits.queries.advice import Advised, advise
from hutong.benefits.queries.bases import confirmed_on, due_on
from hutong.benefits.queries.by_month import by_month, recomputed
from hutong.benefits.queries.claims import claimable
from hutong.benefits.terms import (
    NO_DECISION,
    RECOGNISED,
    Answer,
    ApplicationState,
    AwardEventKind,
    AwardState,
    Category,
    DecisionState,
    EndReason,
    Outcome,
)
from hutong.core import months, places
from hutong.core.action import action
from hutong.core.errors import Conflict
from hutong.core.events import raise_event
from hutong.core.inputs import Given, Nothing, Text, ask, of
from hutong.core.jurisdiction import law
from hutong.core.tasks import done_tasks, leave_task
from hutong.core.viewer import Viewer
from hutong.money import actions as money
from hutong.money.terms import RecoveryReason
from hutong.org.terms import Role

ON_THE_SUM = (*RECOGNISED, Outcome.REFUSE, Outcome.REDUCE)
"""Outcomes that rest on what the law advises; an end or a resumption does not."""


def decided(viewer: Viewer, decision: Determination, advised: Advised) -> Determination:
    """Write a decision down; unless it waits for a second person it has effect at once."""
    keep_decision(viewer, decision, advised)
    if decision.state == DecisionState.IN_FORCE:
        take_effect(viewer, decision, advised)
    return decision


def take_effect(viewer: Viewer, decision: Determination, advised: Advised) -> None:
    """Do what was decided, and have it told."""
    outcome = Outcome(decision.outcome)
    if outcome in RECOGNISED and decision.award_id is None:
        _start(viewer, decision, advised)
    else:
        EFFECTS[outcome](viewer, decision, advised)
    to_be_told(decision)


def _award(decision: Determination) -> Award:
    award: Award = Award.objects.select_for_update().get(pk=decision.award_id)
    return award


def _start(viewer: Viewer, decision: Determination, advised: Advised) -> None:
    """The award of a recognition."""
    hold_child(decision.child_id)
    decision.award = start_award(viewer, decision.application, decision, advised)
    decision.save()
    _tell_outcome(decision)


def _refuse(viewer: Viewer, decision: Determination, advised: Advised) -> None:
    """Somebody sees to the other help there is."""
    follow_up(decision)
    _tell_outcome(decision)


def _tell_outcome(decision: Determination) -> None:
    raise_event(
        workflow.DECIDED,
        application_id=decision.application_id,
        child_id=decision.child_id,
        outcome=decision.outcome,
    )


def follow_up(decision: Determination) -> None:
    """The township sees to the other help there is for a child that is not provided for."""
    leave_task(
        workflow.FOLLOW_UP.name,
        subject=decision,
        place_key=decision.place_key,
        role=Role.TOWNSHIP_SUPERVISOR,
        child_id=decision.child_id,
    )


def _change(viewer: Viewer, decision: Determination, advised: Advised) -> None:
    """A running award goes on with what was decided, each month since then by its own facts and figures."""
    award = _award(decision)
    if award.state == AwardState.ENDED:
        raise Conflict(_("This award has already ended."))
    month = decision.first_month or months.after(viewer.today)
    decision.before = _as_it_was(award, month)
    decision.save()
    for since, then, amount in steps(award, decision, advised, month, viewer.today):
        set_basis(award, then, since, Category(decision.category), amount, decision)
    extended = decision.last_month != award.last_month and decision.outcome != Outcome.REDUCE
    award.category = decision.category
    if decision.outcome != Outcome.REDUCE:
        award.last_month = decision.last_month
    award.save()
    kind = AwardEventKind.EXTENDED if extended else AwardEventKind.CHANGED
    record_event(award, kind, viewer.today, month, reason=decision.reasons, determination=decision)
    done_tasks(award, workflow.REDETERMINE.name)
    done_tasks(award, workflow.SCHOOL_PROOF.name)
    raise_event(workflow.AWARD_CHANGED, award_id=award.pk, child_id=award.child_id)


def _as_it_was(award: Award, month: date) -> dict[str, object]:
    """What a decision replaces, so that the paper tells it and a withdrawal puts it back."""
    last = award.last_month
    return {
        "amount_fen": due_on(award, month),
        "category": str(award.category),
        "last_month": last.isoformat() if last else None,
    }


def steps(
    award: Award, decision: Determination, advised: Advised, month: date, today: date
) -> list[tuple[date, Advised, int]]:
    """From which month on which sum, in fen: one step, or one for each change of facts and figures where a decision as
    advised reaches back. Raises Conflict naming a month that would be paid less than before."""
    amount = decision.amount_fen or 0
    if month >= months.first_of(today) or decision.outcome == Outcome.REDUCE:
        return [(month, advised, amount)]
    if decision.departs:
        for past in months.between(month, today):
            _not_less(award, past, amount, today)
        return [(month, advised, amount)]
    found: list[tuple[date, Advised, int]] = []
    for one in by_month(award, month, months.first_of(today), today):
        fen = one.advised.amount_fen or 0
        _not_less(award, one.month, fen, today)
        if not found or found[-1][2] != fen or found[-1][1].facts != one.advised.facts:
            found.append((one.month, one.advised, fen))
    if found[-1][2] != amount:
        found.append((months.after(today), advised, amount))
    return found


def _not_less(award: Award, month: date, fen: int, today: date) -> None:
    if fen < due_on(award, month, today):
        raise Conflict(
            _("%(month)s would be paid less than was decided. Propose that to the payee first and hear them.")
            % {"month": f"{month:%Y-%m}"}
        )


def _suspend(viewer: Viewer, decision: Determination, advised: Advised) -> None:
    pause(viewer, _award(decision), decision.first_month or months.after(viewer.today), decision.reasons)


def _resume(viewer: Viewer, decision: Determination, advised: Advised) -> None:
    month = decision.first_month or months.first_of(viewer.today)
    lift(viewer, _award(decision), month, decision.with_arrears, decision.reasons)


def _end(viewer: Viewer, decision: Determination, advised: Advised) -> None:
    award = _award(decision)
    decision.before = _as_it_was(award, months.first_of(viewer.today))
    decision.save()
    why = decision.reasons
    last, day = decision.last_month or award.first_month, decision.happened_on or viewer.today
    finish(viewer, award, EndReason(decision.end_reason), last, day, why, determination=decision)


def _recover(viewer: Viewer, decision: Determination, advised: Advised) -> None:
    """A claim in `money` on the months it is about, else on the newest payments; nothing is set off against what is
    paid on."""
    award, hearing = _award(decision), decision.hearing
    if award.order_id is None:
        raise Conflict(_("Nothing was ever paid from here."))
    over = {one.month: one.over_fen for one in recomputed(award, viewer.today) if one.over_fen}
    parts = claimable(award.order_id, decision.amount_fen or 0, over)
    if sum(part.amount_fen for part in parts) != decision.amount_fen:
        raise Conflict(_("More is to be recovered than has reached the payee."))
    limit = law().limit(workflow.ANSWER_LIMIT, viewer.today, places.codes_of_key(award.place_key))
    why = RecoveryReason.ENDED_LATE if award.state == AwardState.ENDED else RecoveryReason.WRONG_AMOUNT
    told = [[f"{part.line.month:%Y-%m}", part.line.amount_fen, part.amount_fen] for part in reversed(parts)]
    decision.before = _as_it_was(award, months.first_of(viewer.today)) | {"months": told}
    decision.save()
    claim = {"parts": [part.part for part in parts], "why": why, "reasons": decision.reasons}
    recovery = money.open_recovery(viewer, award.order, claim | {"answer_due": limit.due})
    if hearing is not None and hearing.answer:
        said = hearing.answer_text or Answer(hearing.answer).label(viewer.locale)
        money.record_answer(viewer, recovery, {"answer": said, "answered_on": viewer.today})


Effect = Callable[[Viewer, Determination, Advised], None]
EFFECTS: dict[Outcome, Effect] = {
    Outcome.RECOGNISE: _change,
    Outcome.RECOGNISE_ZERO: _change,
    Outcome.REDUCE: _change,
    Outcome.REFUSE: _refuse,
    Outcome.SUSPEND: _suspend,
    Outcome.RESUME: _resume,
    Outcome.END: _end,
    Outcome.RECOVER: _recover,
}
"""What each outcome does to a child that is provided for, or is not to be."""


class Seconded(Given):
    """What the second person looked at."""

    looked_at: Text = ask("复核意见", "What you looked at", "")


def _another(viewer: Viewer, decision: Determination, given: Seconded) -> str | None:
    if decision.state != DecisionState.WAITING:
        return _("This decision does not wait for anybody.")
    return access.not_the_maker(viewer, decision.decided_by_id)


@action(
    "benefits.second_decision",
    on=Determination,
    input=Seconded,
    roles=access.COUNTY,
    allow=_another,
    title=("复核同意", "Second the decision"),
)
def second_decision(viewer: Viewer, decision: Determination, given: Seconded) -> Determination:
    """A second officer stands behind the decision; now it has effect. Raises Conflict where the law says something else
    by now: then it is decided again."""
    advised = _advised_now(viewer, decision)
    taken_on = (decision.advice, decision.trace.get("amount_fen"))
    if decision.outcome in ON_THE_SUM and (advised.advice, advised.amount_fen) != taken_on:
        raise Conflict(
            _("The facts or the law changed since this was decided. Withdraw it with that reason and decide again.")
        )
    decision.state = DecisionState.IN_FORCE
    decision.seconded_by_id, decision.seconded_on = viewer.user_id, viewer.today
    decision.save()
    done_tasks(decision, workflow.SECOND.name)
    if decision.hearing is not None:
        settle_hearing(viewer, decision.hearing)
    elif decision.application is not None and decision.award_id is None:
        to = ApplicationState.REFUSED if decision.outcome == Outcome.REFUSE else ApplicationState.RECOGNISED
        move_application(viewer, decision.application, {"state": to})
    take_effect(viewer, decision, advised)
    return decision


def _advised_now(viewer: Viewer, decision: Determination) -> Advised:
    if decision.award is not None:
        return advise(decision.child_id, viewer.today, decision.award.place_key, confirmed=confirmed_on(decision.award))
    return advise(decision.child_id, viewer.today, decision.place_key)


class MoveApplication(Given):
    """Where an application stands once a decision on it was signed or withdrawn."""

    state: ApplicationState = of(Application, "state")


@action(
    "benefits.move_application",
    on=Application,
    input=MoveApplication,
    roles=access.COUNTY,
    title=("申请随决定变更", "The application follows its decision"),
    inner=True,
)
def move_application(viewer: Viewer, application: Application, given: MoveApplication) -> Application:
    """The application follows what became of its decision."""
    application.state = given.state
    application.save()
    return application


@action(
    "benefits.settle_hearing",
    on=Hearing,
    roles=access.COUNTY,
    title=("听取意见后的决定已签署", "What was heard about is decided"),
    inner=True,
)
def settle_hearing(viewer: Viewer, hearing: Hearing, given: Nothing) -> Hearing:
    """The decision after a hearing was seconded."""
    return hearing


class WithdrawDecision(Given):
    """What was wrong."""

    withdrawn_why: Text = of(Determination, "withdrawn_why", min_length=4, max_length=2000)


def _may_withdraw(viewer: Viewer, decision: Determination, given: WithdrawDecision) -> str | None:
    if decision.state == DecisionState.WAITING:
        return None
    return access.not_the_maker(viewer, decision.decided_by_id)


@action(
    "benefits.withdraw_decision",
    on=Determination,
    input=WithdrawDecision,
    roles=access.COUNTY,
    allow=_may_withdraw,
    title=("撤回决定", "Withdraw the decision"),
)
def withdraw_decision(viewer: Viewer, decision: Determination, given: WithdrawDecision) -> Determination:
    """A mistake found before the decision was delivered: another officer takes it back, its number stays, and what it
    was about is decided again. One that only waits may be taken back by anybody, also by whoever made it."""
    if decision.outcome in NO_DECISION or decision.state == DecisionState.WITHDRAWN:
        raise Conflict(_("There is nothing to withdraw here."))
    if hasattr(decision, "delivery"):
        raise Conflict(_("This decision was delivered. It is corrected by a decision of its own."))
    stood = decision.state == DecisionState.IN_FORCE
    take_back(viewer, decision, given.withdrawn_why)
    if stood:
        _undo(viewer, decision)
    return decision


def _undo(viewer: Viewer, decision: Determination) -> None:
    """Things stand as they did before the decision. Raises Conflict where its months were ordered already."""
    outcome, why = Outcome(decision.outcome), decision.withdrawn_why
    _nothing_later(decision)
    if decision.application is not None:
        if decision.award is not None:
            _nothing_ordered(decision.award, decision.award.first_month, decision)
            last = months.before(decision.award.first_month)
            finish(viewer, decision.award, EndReason.WITHDRAWN, last, viewer.today, why, determination=decision)
        move_application(viewer, decision.application, {"state": ApplicationState.VERIFIED})
        return
    award = _award(decision)
    if outcome in (*RECOGNISED, Outcome.REDUCE):
        if outcome != Outcome.REDUCE:
            _nothing_ordered(award, decision.first_month or award.first_month, decision)
        put_back(award, decision)
        record_event(award, AwardEventKind.CHANGED, viewer.today, months.first_of(viewer.today), reason=why)
    elif outcome == Outcome.END:
        _run_on(viewer, award, decision)
    elif outcome == Outcome.SUSPEND:
        lift(viewer, award, decision.first_month or months.first_of(viewer.today), True, why)
    else:
        raise Conflict(_("This one is not taken back here: what followed from it is settled on its own page."))


def _nothing_later(decision: Determination) -> None:
    """Raise Conflict where a later decision on the same application or award has effect."""
    same = Q(award=decision.award_id) if decision.award_id is not None else Q()
    if decision.application_id is not None:
        same |= Q(application=decision.application_id)
    later = Determination.objects.filter(same, pk__gt=decision.pk, state=DecisionState.IN_FORCE)
    if later.exclude(outcome__in=[o.value for o in NO_DECISION]).exists():
        raise Conflict(_("A later decision stands on this one. Withdraw the later one first, or decide again."))


def _run_on(viewer: Viewer, award: Award, decision: Determination) -> None:
    """The award that a decision had ended, as it was. Raises Conflict where the child is paid on another one by now."""
    if Award.objects.filter(child=award.child_id).exclude(state=AwardState.ENDED).exclude(pk=award.pk).exists():
        raise Conflict(_("The child has another award that is running."))
    until = decision.before["last_month"] if decision.before else None
    restore(viewer, award, date.fromisoformat(until) if until else None, decision.withdrawn_why, decision)


def _nothing_ordered(award: Award, month: date, decision: Determination) -> None:
    if decision.created_at is not None and months_ordered_since(award, month, decision.created_at):
        raise Conflict(
            _("Months were already ordered on this decision. Correct it by a decision of its own, on the award's page.")
        )
