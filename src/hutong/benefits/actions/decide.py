"""Judging: the township verifies, the county decides. The law advises, the officer decides."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from hutong.benefits import access, workflow
from hutong.benefits.actions.applications import list_papers
from hutong.benefits.actions.awards import hold_child
from hutong.benefits.actions.decisions import (
    AS_ADVISED,
    Amount,
    Departure,
    amount_decided,
    keep_decision,
    new_decision,
    nothing_waits,
    stand_by,
    to_be_told,
    within_application,
)
from hutong.benefits.actions.effect import decided, follow_up
from hutong.benefits.models import Application, Determination, Verification
from hutong.benefits.queries.advice import Advised, advise
from hutong.benefits.terms import Advice, ApplicationState, Category, DecisionState, Opinion, Outcome
from hutong.core.action import action
from hutong.core.context import note
from hutong.core.errors import Invalid
from hutong.core.inputs import Given, Month, Text, ask, not_ahead, of, required
from hutong.core.tasks import done_tasks, leave_task, open_tasks
from hutong.core.viewer import Viewer
from hutong.org.terms import Role
from hutong.people.actions import confirm_parent_fact
from hutong.people.models import ParentFact
from hutong.people.terms import FactState

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
    nothing_waits(application)
    decision = on_application(viewer, application, advised, Outcome.RETURN_MISSING, reasons=given.reasons)
    decision.other_help = advised.other_help
    keep_decision(viewer, decision, advised)
    to_be_told(decision)
    _ask_village(application, given.reasons)
    if advised.advice == Advice.CANNOT_DECIDE:
        follow_up(decision)
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


class Confirm(Amount):
    """Recognition. Category, months and amount follow the advice unless the officer departs from it."""

    category: Category | None = of(Determination, "category", None, hint=AS_ADVISED)
    first_month: Month | None = of(Determination, "first_month", None, hint=AS_ADVISED)
    found: Text = of(Determination, "found", "")


@action(
    "benefits.confirm",
    on=Application,
    input=Confirm,
    roles=access.COUNTY,
    allow=access.may_decide,
    title=("确认", "Confirm"),
)
def confirm(viewer: Viewer, application: Application, given: Confirm) -> Determination:
    """Recognise the child and start the award; a departure waits for a second person first. Raises Invalid when
    departing without reasons and minutes."""
    nothing_waits(application)
    hold_child(application.child_id)
    advised = advise(application.child, viewer.today, application.place_key)
    decision = recognition(viewer, application, advised, given)
    stand_by(viewer, application, decision, given, departs=departs(decision, advised))
    return _settled(viewer, application, decision, advised, ApplicationState.RECOGNISED)


def _settled(
    viewer: Viewer, application: Application, decision: Determination, advised: Advised, state: ApplicationState
) -> Determination:
    """Keep the decision; the application is decided with it, unless a second person has to sign first."""
    if decision.state == DecisionState.IN_FORCE:
        application.state = state
        application.save()
    return decided(viewer, decision, advised)


def recognition(viewer: Viewer, application: Application, advised: Advised, given: Confirm) -> Determination:
    """The decision as it would be written, not yet kept."""
    category = given.category or advised.category
    required(given, category=category is None)
    amount = amount_decided(given, advised)
    first = given.first_month or advised.first_month
    required(given, amount_fen=amount is None, first_month=first is None)
    within_application(given, first or viewer.today, application.filed_on)
    outcome = Outcome.RECOGNISE if amount else Outcome.RECOGNISE_ZERO
    decision = on_application(viewer, application, advised, outcome, reasons=given.reasons, found=given.found)
    decision.category, decision.amount_fen, decision.beyond = category, amount, given.beyond
    decision.first_month, decision.last_month = first, advised.last_month
    return decision


def departs(decision: Determination, advised: Advised) -> bool:
    """Does it depart from the advice: in its outcome, or in what is paid, as what, from when on?"""
    if decision.outcome not in FOLLOWS[advised.advice]:
        return True
    said = (decision.category, decision.amount_fen, decision.first_month)
    return decision.outcome != Outcome.REFUSE and said != (advised.category, advised.amount_fen, advised.first_month)


class Refuse(Departure):
    """Refusal. Reasons are always needed."""

    reasons: Text = of(Determination, "reasons")
    found: Text = of(Determination, "found", "")


@action(
    "benefits.refuse",
    on=Application,
    input=Refuse,
    roles=access.COUNTY,
    allow=access.may_decide,
    title=("不予确认", "Refuse"),
)
def refuse(viewer: Viewer, application: Application, given: Refuse) -> Determination:
    """Refuse with reasons, name the other help there is, and see that somebody follows it up; a departure waits for a
    second person first."""
    nothing_waits(application)
    advised = advise(application.child, viewer.today, application.place_key)
    decision = refusal(viewer, application, advised, given)
    stand_by(viewer, application, decision, given, departs=departs(decision, advised))
    return _settled(viewer, application, decision, advised, ApplicationState.REFUSED)


def refusal(viewer: Viewer, application: Application, advised: Advised, given: Refuse) -> Determination:
    """The refusal as it would be written, not yet kept."""
    decision = on_application(viewer, application, advised, Outcome.REFUSE, reasons=given.reasons, found=given.found)
    decision.other_help = advised.other_help
    return decision


def on_application(
    viewer: Viewer, application: Application, advised: Advised, outcome: Outcome, **said: Any
) -> Determination:
    """A decision on an application, not yet kept; it corrects the one that was set aside before it."""
    earlier = application.determinations.filter(state=DecisionState.IN_FORCE, outcome=Outcome.REFUSE).order_by("-id")
    return new_decision(
        viewer,
        advised,
        outcome,
        application,
        accepting_key=application.accepting_key,
        verified_by_id=application.verified_by_id,
        corrects=None if outcome == Outcome.RETURN_MISSING else earlier.first(),
        **said,
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
