"""A decision: what an officer brings who departs from the advice, how it is written down, and when it has effect.

What follows the advice has effect at once, for two people stand behind it already (who verified, or proposed, and who
decides). What departs from it, ends an award or pays again waits for a second person (`effect.second_decision`).
"""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any

from django.utils.translation import gettext as _
from pydantic import StringConstraints

from hutong.benefits import workflow
from hutong.benefits.actions.inputs import Paper, keep
from hutong.benefits.models import Application, Award, Determination, Hearing, SealedGrounds
from hutong.benefits.queries.advice import Advised
from hutong.benefits.queries.told import addressee, facts_found
from hutong.benefits.terms import NO_DECISION, RECOGNISED, DecisionState, Outcome
from hutong.core import months
from hutong.core.action import departed
from hutong.core.clocks import start_clock
from hutong.core.context import note
from hutong.core.errors import Conflict
from hutong.core.inputs import Fen, Given, Line, LinesOf, Text, ask, not_ahead, of, required, wrong
from hutong.core.record import next_id
from hutong.core.tasks import done_tasks, leave_task
from hutong.core.viewer import Viewer
from hutong.org.terms import Role
from hutong.people.queries.children import child_behind

AS_ADVISED = ("不填则按规则建议", "As advised if empty")
WHEN_DEPARTING = ("偏离建议时填写", "When departing")
Participant = Annotated[str, StringConstraints(max_length=100)]


PAID = (*RECOGNISED, Outcome.REDUCE)
"""Outcomes on a sum, which somebody signs each month without being cleared for why the child is paid."""


class Departure(Given):
    """What an officer who departs from the advice brings: reasons and the minutes of a case meeting (个案会商)."""

    reasons: Text = of(Determination, "reasons", "")
    signer_note: Line = of(Determination, "signer_note", "")
    meeting_on: date | None = of(Determination, "meeting_on", None)
    participants: LinesOf[Participant] = of(Determination, "participants", [])
    minutes: Paper = of(Determination, "minutes", None)


class Amount(Departure):
    """What is paid: as advised, another sum, or, where the place has not entered its standard, the floor."""

    amount_fen: Fen | None = of(Determination, "amount_fen", None, hint=WHEN_DEPARTING, ge=0)
    pay_floor: bool = ask(
        "在录入本地标准前，先按上级最低标准发放",
        "Pay the least a wider place allows until the standard of this place is entered",
        False,
        hint=("须说明理由，计为偏离", "Needs reasons and counts as a departure"),
    )
    beyond: Text = of(Determination, "beyond", "")


def amount_decided(given: Amount, advised: Advised) -> int | None:
    """The sum decided, in fen; None where neither law nor officer gives one. Raises Invalid where only a floor is known
    and nobody chose, for a floor that is none, and for a sum above the standard without its ground."""
    if not given.pay_floor:
        amount = advised.amount_fen if given.amount_fen is None else given.amount_fen
        if amount is None and advised.floor_fen is not None:
            unknown = _("is not known: this place has not entered its standard")
            remedy = _("Enter it with its document, or choose the floor with reasons and minutes.")
            raise wrong(given, "amount_fen", "no_standard", unknown, remedy)
        _within_standard(given, advised)
        return amount
    if given.amount_fen is not None:
        raise wrong(given, "amount_fen", "too_many", _("stands beside the floor: choose one of the two"))
    if advised.floor_fen is None:
        raise wrong(
            given, "pay_floor", "no_floor", _("is not possible here: the law tells the sum, or no floor is known")
        )
    return advised.floor_fen


def _within_standard(given: Amount, advised: Advised) -> None:
    standard = advised.answer.get("standard_fen")
    if given.amount_fen is None or standard is None or given.amount_fen <= standard or given.beyond:
        return
    raise wrong(
        given, "beyond", "above_standard", _("is missing: the sum lies above the standard of this place"),
        _("Name the document that allows it, or check the sum."),
    )  # fmt: skip


def within_application(given: Amount, first: date, earliest: date | None) -> None:
    """Raise Invalid for a first month before that of the application, unless a ground is named."""
    if earliest is None or first >= months.first_of(earliest) or given.beyond:
        return
    raise wrong(
        given, "beyond", "before_application", _("is missing: the first month lies before the application"),
        _("Name the document that allows it, or check the month."),
    )  # fmt: skip


def new_decision(
    viewer: Viewer,
    advised: Advised,
    outcome: Outcome,
    matter: Application | Award,
    *,
    reasons: str,
    found: str = "",
    **about: Any,
) -> Determination:
    """A decision with the advice it was taken on, not yet kept. Sealed facts stay out of it.

    It is addressed to the family and says what was found: in the officer's words, else as the files have it.
    """
    application, award = (matter, None) if isinstance(matter, Application) else (None, matter)
    child = child_behind(matter)
    if child is not None and not found and not advised.sealed:
        found = facts_found(child, viewer.today)
    return Determination(
        decided_on=viewer.today,
        advice=advised.advice,
        trace=advised.open_part,
        facts=advised.open_facts,
        law_version=advised.version,
        outcome=outcome,
        reasons=reasons,
        decided_by_id=viewer.user_id,
        application=application,
        award=award,
        addressee=addressee(child, application, award, viewer.today),
        found=found,
        child_id=matter.child_id,
        place_key=matter.place_key,
        **about,
    )


def nothing_waits(about: Application | Award | Hearing) -> None:
    """Raise Conflict while a decision about it waits for its second person: one is settled before the next."""
    decisions = about.decisions if isinstance(about, Hearing) else about.determinations
    waiting = decisions.filter(state=DecisionState.WAITING).first()
    if waiting is not None:
        raise Conflict(_("Decision %(number)s waits for its second person.") % {"number": waiting.document_no})


def fall(viewer: Viewer, about: Application | Award, why: str) -> None:
    """A decision that waits for its second person falls with what it is about."""
    for decision in about.determinations.filter(state=DecisionState.WAITING):
        take_back(viewer, decision, why)


def take_back(viewer: Viewer, decision: Determination, why: str) -> None:
    """Mark a decision as withdrawn; nobody is asked any longer to sign, deliver or follow it up."""
    decision.state, decision.withdrawn_why = DecisionState.WITHDRAWN, why
    decision.withdrawn_on, decision.withdrawn_by_id = viewer.today, viewer.user_id
    decision.save()
    for kind in (workflow.SECOND, workflow.TELL, workflow.FOLLOW_UP):
        done_tasks(decision, kind.name)


def keep_decision(viewer: Viewer, decision: Determination, advised: Advised) -> None:
    """Number a decision and write it; what is sealed goes into a row of its own, and one that waits asks for its second
    person. What is only looked at before takes no number."""
    decision.pk = next_id(Determination)
    series = "儿保补字" if decision.outcome in NO_DECISION else "儿保决字"
    decision.document_no = f"{series}〔{decision.decided_on.year}〕{decision.pk}号"
    decision.save(force_insert=True)
    if advised.sealed:
        SealedGrounds.objects.create(determination=decision, facts=advised.all_facts, trace=advised.whole)
    if decision.state == DecisionState.WAITING:
        leave_task(
            workflow.SECOND.name,
            subject=decision,
            place_key=decision.place_key,
            role=Role.COUNTY_OFFICER,
            child_id=decision.child_id,
        )


def stand_by(
    viewer: Viewer, about: Application | Award, decision: Determination, given: Departure, *, departs: bool
) -> None:
    """A departure stands on reasons and on minutes with at least two participants, waits for a second person, and is
    counted."""
    decision.departs = departs
    if not departs:
        return
    if isinstance(given, Amount) and given.pay_floor:
        note(floor_fen=decision.amount_fen)
    required(
        given,
        reasons=not decision.reasons,
        signer_note=decision.outcome in PAID and not given.signer_note,
        meeting_on=given.meeting_on is None,
        participants=len(given.participants) < 2,
        minutes=given.minutes is None,
    )
    not_ahead(viewer, given, "meeting_on")
    decision.state = DecisionState.WAITING
    decision.signer_note = given.signer_note
    decision.meeting_on, decision.participants = given.meeting_on, given.participants
    decision.minutes = keep(viewer, about, given.minutes)
    note(**departed(decision.reasons, advice=decision.advice.value, outcome=decision.outcome.value))


def to_be_told(decision: Determination) -> None:
    """Somebody delivers the notice: the accepting place within its own limit, otherwise the township."""
    application = decision.application
    place_key = decision.accepting_key if decision.accepting_key is not None else decision.place_key
    clock = None
    if application is not None and application.elsewhere and decision.outcome != Outcome.RETURN_MISSING:
        clock = start_clock(
            workflow.TELL_LIMIT,
            subject=decision,
            place_key=place_key,
            role=Role.TOWNSHIP_SUPERVISOR,
            child_id=decision.child_id,
        )
    leave_task(
        workflow.TELL.name,
        subject=decision,
        place_key=place_key,
        role=Role.TOWNSHIP_SUPERVISOR,
        child_id=decision.child_id,
        clock=clock,
    )
