"""Judging: the township verifies, the county decides. The law advises, the officer decides."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any

from django.utils.translation import gettext as _
from pydantic import StringConstraints

from hutong.benefits import access, workflow
from hutong.benefits.actions.applications import list_papers
from hutong.benefits.actions.awards import hold_child, start_award
from hutong.benefits.actions.inputs import Paper, keep
from hutong.benefits.models import Application, Award, Determination, SealedGrounds, Verification
from hutong.benefits.queries.advice import Advised, advise
from hutong.benefits.terms import Advice, Category, Opinion, Outcome
from hutong.core.action import action, departed
from hutong.core.clocks import start_clock
from hutong.core.context import note
from hutong.core.errors import Invalid
from hutong.core.events import raise_event
from hutong.core.inputs import Fen, Given, LinesOf, Month, Text, ask, not_ahead, of, required, wrong
from hutong.core.record import next_id
from hutong.core.tasks import done_tasks, leave_task, open_tasks
from hutong.core.viewer import Viewer
from hutong.org.terms import Role
from hutong.people.actions import confirm_parent_fact
from hutong.people.models import ParentFact
from hutong.people.terms import FactState

RECOGNISED = (Outcome.RECOGNISE, Outcome.RECOGNISE_ZERO)
FOLLOWS = {
    Advice.RECOGNISE: (Outcome.RECOGNISE, Outcome.RETURN_MISSING),
    Advice.RECOGNISE_ZERO: (Outcome.RECOGNISE_ZERO, Outcome.RETURN_MISSING),
    Advice.REFUSE: (Outcome.REFUSE, Outcome.RETURN_MISSING),
    Advice.CANNOT_DECIDE: (Outcome.RETURN_MISSING,),
}
"""Outcomes that do not depart from each advice. To ask for a paper never departs; it decides nothing yet."""


class Verify(Given):
    """What the township established."""

    opinion: Opinion = of(Verification, "opinion")
    found: Text = of(Verification, "found")
    compared: Text = of(Verification, "compared", "")
    visited_on: date | None = of(Verification, "visited_on", None)
    visited_by: str = of(Verification, "visited_by", "")
    child_heard: Text = of(Verification, "child_heard", "")
    facts_confirmed: list[int] = ask("核实属实的父母情况", "Facts about the parents found true", [])


@action(
    "benefits.verify",
    on=Application,
    input=Verify,
    roles=access.TOWNSHIP,
    allow=access.responsible,
    title=("乡镇查验", "Verify"),
)
def verify(viewer: Viewer, application: Application, given: Verify) -> Verification:
    """Give the township's opinion; facts somebody else reported are confirmed on the way."""
    not_ahead(viewer, given, "visited_on")
    reported = ParentFact.objects.filter(
        pk__in=given.facts_confirmed, child=application.child, state=FactState.REPORTED
    ).order_by("id")
    for fact in reported:
        confirm_parent_fact(viewer, fact, {"note": given.found})
    application.verified_by_id = viewer.user_id
    application.save()
    done_tasks(application, workflow.ASK_OFFICE.name)
    return Verification.objects.create(
        application=application,
        opinion=given.opinion,
        found=given.found,
        compared=given.compared,
        visited_on=given.visited_on,
        visited_by=given.visited_by,
        child_heard=given.child_heard,
        verified_on=viewer.today,
        verified_by_id=viewer.user_id,
    )


class ReturnForMissing(Given):
    """What is missing, in words the family understands."""

    reasons: Text = of(Determination, "reasons", words=("需要补正的内容", "What is missing"))


@action(
    "benefits.return_for_missing",
    on=Application,
    input=ReturnForMissing,
    roles=access.OFFICES,
    allow=access.responsible,
    title=("退回补正", "Return for what is missing"),
)
def return_for_missing(viewer: Viewer, application: Application, given: ReturnForMissing) -> Determination:
    """Send it back once, naming everything that is missing and whom to ask for it."""
    list_papers(viewer, application)
    advised = advise(application.child, viewer.today, application.place_key)
    decision = _decision(viewer, application, advised, Outcome.RETURN_MISSING, reasons=given.reasons)
    decision.other_help = advised.other_help
    keep_decision(viewer, decision, advised)
    to_be_told(decision)
    _ask_village(application, given.reasons)
    if advised.advice == Advice.CANNOT_DECIDE:
        _follow_up(decision)
    return decision


def _ask_village(application: Application, reasons: str) -> None:
    """The child director fetches what the family has to bring; filing again settles it for village and township.

    Where the child lives in a children's home, the home alone is asked.
    """
    if workflow.paper_keeper(application) == Role.INSTITUTION_STAFF:
        return
    leave_task(
        workflow.COMPLETE.name,
        subject=application,
        place_key=application.accepting_key,
        role=Role.VILLAGE_DIRECTOR,
        child_id=application.child_id,
        note=reasons[:200],
    )


AS_ADVISED = ("不填则按规则建议", "As advised if empty")
WHEN_DEPARTING = ("偏离建议时填写", "When departing")
Participant = Annotated[str, StringConstraints(max_length=100)]


class Departure(Given):
    """What an officer who departs from the advice brings: reasons and the minutes of a case meeting (个案会商)."""

    reasons: Text = of(Determination, "reasons", "")
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


def amount_decided(given: Amount, advised: Advised) -> int | None:
    """The sum decided, in fen; None where neither law nor officer gives one. Raises Invalid where only a floor is known
    and nobody chose, and for a floor that is none."""
    if not given.pay_floor:
        amount = advised.amount_fen if given.amount_fen is None else given.amount_fen
        if amount is None and advised.floor_fen is not None:
            unknown = _("is not known: this place has not entered its standard")
            remedy = _("Enter it with its document, or choose the floor with reasons and minutes.")
            raise wrong(given, "amount_fen", "no_standard", unknown, remedy)
        return amount
    if given.amount_fen is not None:
        raise wrong(given, "amount_fen", "too_many", _("stands beside the floor: choose one of the two"))
    if advised.floor_fen is None:
        raise wrong(
            given, "pay_floor", "no_floor", _("is not possible here: the law tells the sum, or no floor is known")
        )
    note(floor_fen=advised.floor_fen)
    return advised.floor_fen


class Confirm(Amount):
    """Recognition. Category, months and amount follow the advice unless the officer departs from it."""

    category: Category | None = of(Determination, "category", None, hint=AS_ADVISED)
    first_month: Month | None = of(Determination, "first_month", None, hint=AS_ADVISED)


@action(
    "benefits.confirm",
    on=Application,
    input=Confirm,
    roles=access.COUNTY,
    allow=access.may_decide,
    title=("确认", "Confirm"),
)
def confirm(viewer: Viewer, application: Application, given: Confirm) -> Award:
    """Recognise the child and start the award. Raises Invalid when departing without reasons and minutes."""
    hold_child(application.child_id)
    advised = advise(application.child, viewer.today, application.place_key)
    decision = _recognition(viewer, application, advised, given)
    keep_decision(viewer, decision, advised)
    award = start_award(viewer, application, decision, advised)
    decision.award = award
    decision.save()
    to_be_told(decision)
    raise_event(
        workflow.DECIDED, application_id=application.pk, child_id=application.child_id, outcome=decision.outcome
    )
    return award


def _recognition(viewer: Viewer, application: Application, advised: Advised, given: Confirm) -> Determination:
    category = given.category or advised.category
    required(given, category=category is None)
    amount = amount_decided(given, advised)
    first = given.first_month or advised.first_month
    required(given, amount_fen=amount is None, first_month=first is None)
    outcome = Outcome.RECOGNISE if amount else Outcome.RECOGNISE_ZERO
    decision = _decision(viewer, application, advised, outcome, reasons=given.reasons)
    decision.category, decision.amount_fen = category, amount
    decision.first_month, decision.last_month = first, advised.last_month
    follows = (category, amount, first) == (advised.category, advised.amount_fen, advised.first_month)
    stand_by(viewer, application, decision, given, departs=outcome not in FOLLOWS[advised.advice] or not follows)
    return decision


class Refuse(Departure):
    """Refusal. Reasons are always needed."""

    reasons: Text = of(Determination, "reasons")


@action(
    "benefits.refuse",
    on=Application,
    input=Refuse,
    roles=access.COUNTY,
    allow=access.may_decide,
    title=("不予确认", "Refuse"),
)
def refuse(viewer: Viewer, application: Application, given: Refuse) -> Determination:
    """Refuse with reasons, name the other help there is, and see that somebody follows it up."""
    advised = advise(application.child, viewer.today, application.place_key)
    decision = _decision(viewer, application, advised, Outcome.REFUSE, reasons=given.reasons)
    decision.other_help = advised.other_help
    stand_by(viewer, application, decision, given, departs=Outcome.REFUSE not in FOLLOWS[advised.advice])
    keep_decision(viewer, decision, advised)
    to_be_told(decision)
    _follow_up(decision)
    raise_event(
        workflow.DECIDED, application_id=application.pk, child_id=application.child_id, outcome=decision.outcome
    )
    return decision


def _decision(
    viewer: Viewer, application: Application, advised: Advised, outcome: Outcome, *, reasons: str
) -> Determination:
    """A decision on an application, not yet kept."""
    return new_decision(
        viewer,
        advised,
        outcome,
        reasons=reasons,
        application=application,
        child_id=application.child_id,
        place_key=application.place_key,
        accepting_key=application.accepting_key,
        verified_by_id=application.verified_by_id,
    )


def new_decision(viewer: Viewer, advised: Advised, outcome: Outcome, *, reasons: str, **about: Any) -> Determination:
    """A numbered decision with the advice it was taken on, not yet kept. Sealed facts stay out of it."""
    row_id = next_id(Determination)
    return Determination(
        id=row_id,
        document_no=f"儿保决字〔{viewer.today.year}〕{row_id}号",
        decided_on=viewer.today,
        advice=advised.advice,
        trace=advised.open_part,
        facts=advised.open_facts,
        law_version=advised.version,
        outcome=outcome,
        reasons=reasons,
        decided_by_id=viewer.user_id,
        **about,
    )


def keep_decision(viewer: Viewer, decision: Determination, advised: Advised) -> None:
    """Write a decision; what is sealed goes into a row of its own."""
    decision.save(force_insert=True)
    if advised.sealed:
        SealedGrounds.objects.create(determination=decision, facts=advised.all_facts, trace=advised.whole)


def stand_by(
    viewer: Viewer, about: Application | Award, decision: Determination, given: Departure, *, departs: bool
) -> None:
    """A departure stands on reasons and on minutes with at least two participants, and is counted."""
    decision.departs = departs
    if not departs:
        return
    required(
        given,
        reasons=not given.reasons,
        meeting_on=given.meeting_on is None,
        participants=len(given.participants) < 2,
        minutes=given.minutes is None,
    )
    not_ahead(viewer, given, "meeting_on")
    decision.meeting_on, decision.participants = given.meeting_on, given.participants
    decision.minutes = keep(viewer, about, given.minutes)
    note(**departed(given.reasons, advice=decision.advice.value, outcome=decision.outcome.value))


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


def _follow_up(decision: Determination) -> None:
    leave_task(
        workflow.FOLLOW_UP.name,
        subject=decision,
        place_key=decision.place_key,
        role=Role.TOWNSHIP_SUPERVISOR,
        child_id=decision.child_id,
    )


class FollowedUp(Given):
    """What came of it."""

    result: Text = ask("帮扶结果", "What came of it")


@action(
    "benefits.note_follow_up",
    on=Determination,
    input=FollowedUp,
    roles=access.OFFICES,
    title=("登记后续帮扶", "Record what other help was found"),
)
def note_follow_up(viewer: Viewer, decision: Determination, given: FollowedUp) -> Determination:
    """Settle the follow-up of a refusal or of a case that could not be decided."""
    if not open_tasks(decision, workflow.FOLLOW_UP.name).exists():
        raise Invalid(_("Nothing is open to follow up here."))
    done_tasks(decision, workflow.FOLLOW_UP.name)
    note(result=given.result)
    return decision
