"""Before a child's position is worsened the payee is heard: proposed, answered, carried out by another person.

The time to answer is a limit of the law data (no national period was found: the default is marked as such there).
"""

from __future__ import annotations

from datetime import date
from typing import Annotated

from django.utils.translation import gettext as _
from pydantic import StringConstraints

from hutong.benefits import access, workflow
from hutong.benefits.actions.decisions import Departure, new_decision, nothing_waits, stand_by
from hutong.benefits.actions.effect import decided
from hutong.benefits.actions.inputs import Paper, keep
from hutong.benefits.models import Award, Determination, Hearing
from hutong.benefits.queries.advice import Advised, advise
from hutong.benefits.queries.bases import basis_on, confirmed_on, due_on
from hutong.benefits.terms import (
    Answer,
    AwardState,
    DecisionState,
    EndReason,
    HearingKind,
    HearingState,
    Outcome,
)
from hutong.core import months, places
from hutong.core.action import action
from hutong.core.clocks import running_clocks, start_clock, start_over, stop_clocks
from hutong.core.errors import Conflict
from hutong.core.inputs import Control, Fen, Given, Month, Nothing, Text, not_ahead, of, required, wrong
from hutong.core.jurisdiction import law
from hutong.core.tasks import done_tasks
from hutong.core.viewer import SYSTEM, Viewer

Told = Annotated[str, StringConstraints(min_length=10, max_length=2000), Control("text")]
"""Reasons somebody can answer to; a word or two is none."""


class Propose(Given):
    """What is intended, why, from when, and until when the payee may answer."""

    kind: HearingKind = of(Hearing, "kind")
    reasons: Told = of(Hearing, "reasons", words=("告知领取人的理由", "Reasons as told to the payee"))
    from_month: Month = of(Hearing, "from_month")
    end_reason: EndReason | None = of(Hearing, "end_reason", None)
    amount_fen: Fen | None = of(Hearing, "amount_fen", None, ge=0)
    told_on: date = of(Hearing, "told_on")
    told_whom: str = of(Hearing, "told_whom")
    answer_until: date | None = of(Hearing, "answer_until", None, hint=("不填则按规定期限", "The limit if empty"))


@action(
    "benefits.propose",
    on=Award,
    input=Propose,
    roles=access.OFFICES,
    title=("拟减发、暂停、终止或追回", "Propose to reduce, suspend, end or recover"),
)
def propose(viewer: Viewer, award: Award, given: Propose) -> Hearing:
    """Put it to the payee. Nothing changes yet, and pay goes on."""
    not_ahead(viewer, given, "told_on")
    if award.state == AwardState.ENDED and given.kind != HearingKind.RECOVER:
        raise Conflict(_("This award has already ended."))
    required(
        given,
        end_reason=given.kind == HearingKind.END and given.end_reason is None,
        amount_fen=given.kind in (HearingKind.REDUCE, HearingKind.RECOVER) and given.amount_fen is None,
    )
    limit = law().limit(workflow.ANSWER_LIMIT, given.told_on, places.codes_of_key(award.place_key))
    until = given.answer_until or limit.due
    if until < limit.due:
        text = _("leaves too little time: the payee may answer until %(day)s") % {"day": limit.due.isoformat()}
        raise wrong(given, "answer_until", "too_early", text)
    if award.hearings.filter(kind=given.kind, state__in=["proposed", "heard"]).exists():
        raise Conflict(_("The same has already been proposed and is not settled."))
    hearing: Hearing = Hearing.objects.create(
        award=award,
        child_id=award.child_id,
        place_key=award.place_key,
        kind=given.kind,
        reasons=given.reasons,
        from_month=given.from_month,
        end_reason=given.end_reason,
        amount_fen=given.amount_fen,
        told_on=given.told_on,
        told_whom=given.told_whom,
        answer_until=until,
        proposed_by_id=viewer.user_id,
    )
    start_clock(
        workflow.ANSWER_LIMIT,
        subject=hearing,
        place_key=hearing.place_key,
        from_=given.told_on,
        child_id=hearing.child_id,
        until=until,
    )
    return hearing


class HearPayee(Given):
    """What the payee said, or that the time ran out."""

    answer: Answer = of(Hearing, "answer")
    answer_text: Text = of(Hearing, "answer_text", "")
    answered_on: date | None = of(Hearing, "answered_on", None)
    file: Paper = of(Hearing, "file", None)


@action(
    "benefits.hear_payee",
    on=Hearing,
    input=HearPayee,
    roles=access.APPLY,
    title=("登记领取人意见", "Record the payee's answer"),
)
def hear_payee(viewer: Viewer, hearing: Hearing, given: HearPayee) -> Hearing:
    """Record the answer. Silence may be recorded only after the time to answer has run out."""
    not_ahead(viewer, given, "answered_on")
    if given.answer == Answer.SILENT and viewer.today <= hearing.answer_until:
        text = _("The time to answer runs until %(day)s.") % {"day": hearing.answer_until.isoformat()}
        raise wrong(given, "answer", "too_early", text)
    required(given, answer_text=given.answer == Answer.OBJECTS and not given.answer_text)
    hearing.answer, hearing.answer_text = given.answer, given.answer_text
    hearing.answered_on = None if given.answer == Answer.SILENT else given.answered_on or viewer.today
    hearing.file = keep(viewer, hearing.award, given.file)
    hearing.save()
    stop_clocks(hearing, workflow.ANSWER_LIMIT)
    return hearing


@action(
    "benefits.move_answer",
    on=Hearing,
    roles=(SYSTEM,),
    title=("答复期限已延长", "The time to answer was extended"),
    inner=True,
)
def move_answer(viewer: Viewer, hearing: Hearing, given: Nothing) -> Hearing:
    """The payee's limit was extended: nobody may record silence before its new day, or has to before that."""
    clocks = {clock.limit: clock for clock in running_clocks(hearing)}
    if workflow.ANSWER_LIMIT in clocks:
        hearing.answer_until = clocks[workflow.ANSWER_LIMIT].due_on
        hearing.save()
        start_over(clocks[workflow.HEAR.limit], hearing.answer_until)
    return hearing


class CarryOut(Departure):
    """How the answer was weighed; what departs from the law's advice brings the minutes of a case meeting too."""

    closing: Text = of(Hearing, "closing", words=("对意见的处理", "How the answer was weighed"))
    found: Text = of(Determination, "found", "")


@action(
    "benefits.carry_out",
    on=Hearing,
    input=CarryOut,
    roles=access.COUNTY,
    allow=access.may_carry_out,
    title=("作出决定", "Decide"),
)
def carry_out(viewer: Viewer, hearing: Hearing, given: CarryOut) -> Determination:
    """Decide what was proposed, by another person than the one who proposed it. A departure from the law's advice waits
    for another officer than the one who decided."""
    award = Award.objects.select_for_update().get(pk=hearing.award_id)
    nothing_waits(award)
    hearing.closing, hearing.carried_by_id = given.closing, viewer.user_id
    advised = advise(award.child_id, viewer.today, award.place_key, confirmed=confirmed_on(award))
    decision = _decision(viewer, award, hearing, advised, given)
    if decision.state == DecisionState.IN_FORCE:
        hearing.state = HearingState.CARRIED_OUT  # settled before everything else that was proposed is dropped
    hearing.save()
    return decided(viewer, decision, advised)


def _decision(viewer: Viewer, award: Award, hearing: Hearing, advised: Advised, given: CarryOut) -> Determination:
    """The decision that what was proposed becomes, not yet kept. Raises Conflict where it makes no sense any more."""
    kind, month = HearingKind(hearing.kind), hearing.from_month
    if kind != HearingKind.RECOVER and award.state == AwardState.ENDED:
        raise Conflict(_("This award has already ended."))
    if kind == HearingKind.REDUCE and (
        hearing.amount_fen is None or hearing.amount_fen > due_on(award, max(month, viewer.today))
    ):
        raise Conflict(_("The amount proposed is not lower than what is paid now."))
    basis = basis_on(award, month)
    decision = new_decision(
        viewer,
        advised,
        Outcome(kind.value),
        award,
        reasons=given.reasons or hearing.reasons,
        found=given.found,
        category=basis.category if basis else award.category,
        amount_fen=hearing.amount_fen,
        first_month=None if kind == HearingKind.END else month,
        hearing=hearing,
        verified_by_id=hearing.proposed_by_id,
    )
    if kind == HearingKind.END:  # the month put to the payee is the first one that is no longer paid
        decision.end_reason, decision.happened_on = hearing.end_reason, viewer.today
        decision.last_month = months.before(month)
    departs = kind == HearingKind.REDUCE and hearing.amount_fen != advised.amount_fen
    stand_by(viewer, award, decision, given, departs=departs)
    return decision


class DropHearing(Given):
    """Why it is not pursued."""

    closing: Text = of(Hearing, "closing", words=("不再执行的理由", "Why it is not pursued"))


@action("benefits.drop_hearing", on=Hearing, input=DropHearing, roles=access.OFFICES, title=("不再执行", "Drop"))
def drop_hearing(viewer: Viewer, hearing: Hearing, given: DropHearing) -> Hearing:
    """The answer convinced, or the reason fell away."""
    nothing_waits(hearing)
    hearing.closing = given.closing
    hearing.save()
    stop_clocks(hearing, workflow.ANSWER_LIMIT)
    done_tasks(hearing.award, workflow.OVERPAID.name)
    return hearing
