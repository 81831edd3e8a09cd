"""Dated facts about parents, with their proof. A fact counts once a second person has confirmed it."""

from __future__ import annotations

from datetime import date

from django.utils.translation import gettext as _

from hutong.core.action import action
from hutong.core.context import note
from hutong.core.errors import Conflict
from hutong.core.events import raise_event
from hutong.core.inputs import Given, Text, ask, not_ahead, of, wrong
from hutong.core.tasks import done_tasks, leave_task
from hutong.core.viewer import Viewer
from hutong.org.terms import Role
from hutong.people import workflow
from hutong.people.access import CHECKERS, WORKERS, checked_by_another, child_in_reach
from hutong.people.actions.inputs import Paper, keep_paper
from hutong.people.models import Child, ParentFact, Relation
from hutong.people.terms import Bond, DisabilityKind, Evidence, FactState, ParentStatus, Side

CUSTODY = (
    ParentStatus.PRISON,
    ParentStatus.DRUG_ISOLATION,
    ParentStatus.COMPULSORY_TREATMENT,
    ParentStatus.OTHER_RESTRICTION,
)
"""Statuses with a term."""
CARING = (ParentStatus.ABLE, ParentStatus.REFUSES)
"""Statuses found by a whole check: they end every other one of that parent, and any other one ends them."""


BOND_OF = {Side.FATHER: Bond.FATHER, Side.MOTHER: Bond.MOTHER}


class RecordParentFact(Given):
    """What is known of a parent from a day on. What the law asks beyond the status depends on it."""

    side: Side = of(ParentFact, "side")
    status: ParentStatus = of(ParentFact, "status")
    since: date = of(ParentFact, "since")
    term_from: date | None = of(ParentFact, "term_from", None)
    term_months: int | None = of(ParentFact, "term_months", None)
    reported_on: date | None = of(ParentFact, "reported_on", None)
    accepted_on: date | None = of(ParentFact, "accepted_on", None)
    lost_steps: int | None = ask(
        "失联五步核实已完成步数",
        "Steps of the five-step proof done",
        None,
        hint=("承诺、邻里、村、乡、县", "promise … county"),
    )
    disability_kind: DisabilityKind | None = of(ParentFact, "disability_kind", None)
    disability_grade: int | None = of(ParentFact, "disability_grade", None)
    witnesses: int | None = of(ParentFact, "witnesses", None)
    evidence: Evidence = of(ParentFact, "evidence", Evidence.NONE)
    paper: Paper = of(ParentFact, "paper", None)
    note: Text = of(ParentFact, "note", "")
    siblings: bool = ask("同父（母）的其他儿童一并登记", "Also for brothers and sisters", False)


@action(
    "people.record_parent_fact",
    on=Child,
    input=RecordParentFact,
    roles=WORKERS,
    title=("登记父母情况", "Record a fact about a parent"),
)
def record_parent_fact(viewer: Viewer, child: Child, given: RecordParentFact) -> ParentFact:
    """Record what was found; it waits for somebody else's confirmation (a task of the township or the county)."""
    not_ahead(viewer, given, "since", "term_from", "reported_on", "accepted_on")
    _in_bounds(given)
    paper = keep_paper(viewer, child, given.paper)
    fields = given.model_dump(exclude={"paper", "siblings"})
    facts = [
        ParentFact.objects.create(child=one, paper=paper, recorded_by_id=viewer.user_id, **fields)
        for one in [child, *(_siblings(viewer, child, given.side) if given.siblings else [])]
    ]
    for fact in facts:
        _ask_to_confirm(viewer, fact)
    return facts[0]


def _in_bounds(given: RecordParentFact) -> None:
    limits = {"term_months": (0, 1200), "disability_grade": (1, 4), "lost_steps": (0, 5), "witnesses": (0, 20)}
    for field, (least, most) in limits.items():
        value = getattr(given, field)
        if value is not None and not least <= value <= most:
            raise wrong(
                given,
                field,
                "out_of_range",
                _("must lie between %(least)s and %(most)s") % {"least": least, "most": most},
            )
    if given.reported_on and given.accepted_on and given.accepted_on < given.reported_on:
        raise wrong(given, "accepted_on", "too_early", _("lies before the report"), _("Check both dates."))
    if given.disability_grade is not None and given.disability_kind is None:
        raise wrong(
            given, "disability_kind", "missing", _("is missing"), _("Take kind and grade from the disability card.")
        )


def _siblings(viewer: Viewer, child: Child, side: Side) -> list[Child]:
    """Other children of the same recorded parent inside the viewer's reach."""
    parent = child.relations.filter(bond=BOND_OF[side], valid_to=None).values("person_id")
    others = Relation.objects.filter(person_id__in=parent, bond=BOND_OF[side], valid_to=None).exclude(child=child)
    rows = Child.objects.visible_to(viewer).filter(pk__in=others.values("child_id"), merged_into=None, died_on=None)
    return list(rows.order_by("id"))


def _ask_to_confirm(viewer: Viewer, fact: ParentFact) -> None:
    role = (
        Role.TOWNSHIP_SUPERVISOR if viewer.role in (Role.VILLAGE_DIRECTOR, Role.COUNTY_OFFICER) else Role.COUNTY_OFFICER
    )
    leave_task(
        workflow.CONFIRM_FACT.name, subject=fact, place_key=fact.child.actual_key, role=role, child_id=fact.child_id
    )


class Checked(Given):
    """What the second person looked at."""

    note: Text = ask("核实情况", "How it was checked", "")


@action(
    "people.confirm_parent_fact",
    on=ParentFact,
    input=Checked,
    roles=CHECKERS,
    allow=checked_by_another,
    title=("核实属实", "Confirm"),
)
def confirm_parent_fact(viewer: Viewer, fact: ParentFact, given: Checked) -> ParentFact:
    """A second person stands behind the fact: from now on the law reads it."""
    _still_open(fact)
    fact.state, fact.confirmed_by_id, fact.confirmed_on = FactState.CONFIRMED, viewer.user_id, viewer.today
    fact.save()
    if given.note:
        note(checked=given.note)
    done_tasks(fact, workflow.CONFIRM_FACT.name)
    _end_contradicted(fact)
    _changed(fact)
    return fact


@action(
    "people.reject_parent_fact",
    on=ParentFact,
    input=Checked,
    roles=CHECKERS,
    allow=checked_by_another,
    title=("核实不属实", "Found untrue"),
)
def reject_parent_fact(viewer: Viewer, fact: ParentFact, given: Checked) -> ParentFact:
    """The fact turned out untrue; it stays in the file as such."""
    _still_open(fact)
    if not given.note:
        raise wrong(given, "note", "missing", _("is missing"), _("Say what was found instead."))
    fact.state, fact.confirmed_by_id, fact.confirmed_on = FactState.REJECTED, viewer.user_id, viewer.today
    fact.note = "\n".join(filter(None, (fact.note, given.note)))
    fact.save()
    done_tasks(fact, workflow.CONFIRM_FACT.name)
    return fact


def _still_open(fact: ParentFact) -> None:
    if fact.state != FactState.REPORTED:
        raise Conflict(_("Somebody has already decided about this fact."))


def _end_contradicted(fact: ParentFact) -> None:
    """A parent who is able has no condition; one with a condition is not able. The later finding ends the earlier."""
    open_facts = fact.child.parent_facts.filter(side=fact.side, state=FactState.CONFIRMED, until=None).exclude(
        pk=fact.pk
    )
    rivals = [f for f in open_facts if (f.status in CARING) != (fact.status in CARING) or f.status == fact.status]
    for other in rivals:
        other.until = max(fact.since, other.since)
        other.save()
        if other.status == fact.status and fact.replaces_id is None:
            fact.replaces = other
            fact.save()


def _changed(fact: ParentFact) -> None:
    raise_event(
        workflow.PARENT_FACT_CHANGED,
        child_id=fact.child_id,
        fact_id=fact.pk,
        side=str(fact.side),
        status=str(fact.status),
        since=fact.since,
        until=fact.until,
    )


class EndParentFact(Given):
    """The end of a situation: released, returned, recovered."""

    until: date = of(ParentFact, "until")
    evidence: Evidence = of(ParentFact, "evidence", Evidence.NONE)
    paper: Paper = of(ParentFact, "paper", None)
    why: Text = ask("原因", "Reason")


@action(
    "people.end_parent_fact",
    on=ParentFact,
    input=EndParentFact,
    roles=CHECKERS,
    allow=child_in_reach,
    title=("终止父母情形", "End a parent's situation"),
)
def end_parent_fact(viewer: Viewer, fact: ParentFact, given: EndParentFact) -> ParentFact:
    """The situation has ended on a day. That the parent is able again is a finding of its own."""
    not_ahead(viewer, given, "until")
    if given.until < fact.since:
        raise wrong(given, "until", "too_early", _("lies before the beginning"), _("Check both dates."))
    paper = keep_paper(viewer, fact.child, given.paper)
    fact.until = given.until
    fact.save()
    note(why=given.why, evidence=given.evidence, paper_id=paper.pk if paper else None)
    done_tasks(fact, workflow.CONFIRM_FACT.name)
    if fact.state == FactState.CONFIRMED:
        _changed(fact)
    return fact
