"""A child's file: corrected, moved, closed by death."""

from __future__ import annotations

from datetime import date

from django.utils.translation import gettext as _

from hutong.core.action import action
from hutong.core.context import note
from hutong.core.errors import Conflict, Invalid, Refused
from hutong.core.events import raise_event
from hutong.core.inputs import DIGITS, Given, Line, Nothing, Place, Text, ask, not_ahead, of, wrong
from hutong.core.models import Task
from hutong.core.tasks import done_tasks, leave_task, open_tasks
from hutong.core.terms import TaskState
from hutong.core.viewer import Viewer, acting, system_viewer
from hutong.org.terms import Role
from hutong.people import workflow
from hutong.people.access import CHECKERS, COUNTY, JOBS, WORKERS
from hutong.people.actions.inputs import ChildFacts, Paper, keep_paper, place_key
from hutong.people.actions.registering import ask_to_compare, same_number, set_identity, set_name, take_identity
from hutong.people.models import Child, Residence
from hutong.people.queries.candidates import asked_of, duplicates
from hutong.people.terms import (
    Evidence,
    LegalStatus,
    ResidenceKind,
)


class CorrectChild(ChildFacts):
    """The facts of the file itself; a field left empty keeps what is there."""


@action("people.correct_child", on=Child, input=CorrectChild, roles=WORKERS, title=("更正基本信息", "Correct the file"))
def correct_child(viewer: Viewer, child: Child, given: CorrectChild) -> Child:
    """Change the plain facts of a file; what they were stays in its history."""
    not_ahead(viewer, given, "birth_date")
    if given.birth_date and child.identity is not None and given.birth_date != child.birth_date:
        raise wrong(
            given, "birth_date", "invalid", _("comes from the identity number"), _("Correct the identity number first.")
        )
    changed = given.known()
    for field, value in changed.items():
        setattr(child, field, value)
    if given.name:
        set_name(child, given.name)
    child.save()
    raise_event(workflow.CHILD_CHANGED, child_id=child.pk, fields=sorted(changed))
    return child


class CorrectIdentity(Given):
    """The identity number as it stands on the card or in the register; empty takes a wrong one away."""

    identity_number: Line = of(Child, "identity", "", control=DIGITS)
    why: Text = ask("更正原因", "Reason")


@action(
    "people.correct_identity",
    on=Child,
    input=CorrectIdentity,
    roles=CHECKERS,
    title=("更正身份号码", "Correct the identity number"),
)
def correct_identity(viewer: Viewer, child: Child, given: CorrectIdentity) -> Child:
    """Write, replace or remove the identity number. Another child with it becomes a task, not an obstacle."""
    if given.identity_number:
        child.birth_date = None if child.identity is not None else child.birth_date
        take_identity(viewer, child, given.identity_number)
        if any(same_number(candidate) for candidate in duplicates(viewer, asked_of(child))):
            ask_to_compare(child, given.why)
    else:
        set_identity(child, "")
    child.save()
    raise_event(workflow.CHILD_CHANGED, child_id=child.pk, fields=["identity"])
    return child


class SetResidence(Given):
    """A move: of the household registration or of the place where the child lives."""

    kind: ResidenceKind = of(Residence, "kind", ResidenceKind.ACTUAL)
    division_id: Place = ask("迁入地", "Moved to")
    address: str = of(Residence, "address", "")
    moved_on: date = ask("迁入日期", "Moved on")
    why: str = of(Residence, "why", "")


@action("people.set_residence", on=Child, input=SetResidence, roles=WORKERS, title=("登记迁移", "Record a move"))
def set_residence(viewer: Viewer, child: Child, given: SetResidence) -> Child:
    """Move the child; the file goes along. The receiving township gets a task when it lies outside one's own area."""
    not_ahead(viewer, given, "moved_on")
    key = place_key(given, "division_id")
    kind = str(given.kind)
    current = child.residences.filter(kind=given.kind, valid_to=None).first()
    if current is not None:
        if current.valid_from and given.moved_on < current.valid_from:
            raise wrong(
                given, "moved_on", "too_early", _("lies before the move that is already recorded"), _("Check the date.")
            )
        current.valid_to = given.moved_on
        current.save()
    Residence.objects.create(
        child=child,
        kind=given.kind,
        division_id=given.division_id,
        address=given.address,
        valid_from=given.moved_on,
        why=given.why,
    )
    before = getattr(child, f"{kind}_key")
    setattr(child, f"{kind}_id", given.division_id)
    setattr(child, f"{kind}_key", key)
    if given.kind == ResidenceKind.ACTUAL:
        child.address = given.address
    elif child.status == LegalStatus.NO_REGISTRATION:
        child.status = LegalStatus.ORDINARY
    with acting(system_viewer("people.set_residence", now=viewer.now)):  # it may leave the sight of who moves it
        child.save()
    if not viewer.reaches(key):
        leave_task(
            workflow.ARRIVED.name,
            subject=child,
            place_key=key,
            role=Role.TOWNSHIP_SUPERVISOR,
            child_id=child.pk,
            note=given.why,
        )
    raise_event(workflow.CHILD_MOVED, child_id=child.pk, kind=kind, from_key=before, to_key=key, on=given.moved_on)
    return child


class RecordDeath(Given):
    """The death of a child, with its proof."""

    died_on: date = of(Child, "died_on")
    evidence: Evidence = ask("证明", "Proof")
    paper: Paper = ask("证明材料", "Paper", None)


@action(
    "people.record_death", on=Child, input=RecordDeath, roles=(*WORKERS, *JOBS), title=("登记死亡", "Record a death")
)
def record_death(viewer: Viewer, child: Child, given: RecordDeath) -> Child:
    """Close the file by death; every payment is told."""
    not_ahead(viewer, given, "died_on")
    if child.birth_date and given.died_on < child.birth_date:
        raise wrong(given, "died_on", "too_early", _("lies before the birth"), _("Check both dates."))
    keep_paper(viewer, child, given.paper)
    note(evidence=given.evidence)
    child.died_on = given.died_on
    child.save()
    raise_event(workflow.CHILD_DIED, child_id=child.pk, on=given.died_on)
    return child


class WithdrawDeath(Given):
    """Why a recorded death was a mistake."""

    why: Text = ask("撤销原因", "Reason", hint=("如：比对名单同名同姓", "For instance: another person of that name"))


@action(
    "people.withdraw_death", on=Child, input=WithdrawDeath, roles=COUNTY, title=("撤销死亡登记", "Withdraw a death")
)
def withdraw_death(viewer: Viewer, child: Child, given: WithdrawDeath) -> Child:
    """The child lives: reopen the file."""
    if child.died_on is None:
        raise Invalid(_("No death is recorded for this child."))
    child.died_on = None
    child.save()
    note(why=given.why)
    raise_event(workflow.CHILD_CHANGED, child_id=child.pk, fields=["died_on"])
    return child


class KeepApart(Given):
    """How it is known that the files are of different children."""

    why: Text = ask("认定为不同儿童的依据", "How it is known that they are different")


def compared(child: Child) -> bool:
    """Is somebody asked to compare this file with a possible duplicate?"""
    return open_task(child, workflow.RESOLVE_DUPLICATE.name)


def arrived(child: Child) -> bool:
    """Does the township of a move still have to take the child over?"""
    return open_task(child, workflow.ARRIVED.name)


def open_task(child: Child, kind: str) -> bool:
    """Is there an open task of the kind on the child's file?"""
    label = Child._meta.label_lower
    return Task.objects.filter(kind=kind, on_label=label, on_id=child.pk, state=TaskState.OPEN).exists()


@action(
    "people.keep_apart",
    on=Child,
    input=KeepApart,
    roles=COUNTY,
    title=("确认不是同一儿童", "Confirm a different child"),
)
def keep_apart(viewer: Viewer, child: Child, given: KeepApart) -> Child:
    """The possible duplicate was compared and is another child: the task is done, the reason kept."""
    if not open_tasks(child, workflow.RESOLVE_DUPLICATE.name).exists():
        raise Conflict(_("Nobody asked to compare this file."))
    done_tasks(child, workflow.RESOLVE_DUPLICATE.name)
    note(why=given.why)
    return child


@action("people.take_over", on=Child, input=Nothing, roles=CHECKERS, title=("接收迁入儿童", "Take over the child"))
def take_over(viewer: Viewer, child: Child, given: Nothing) -> Child:
    """The township to which the child moved has its file and looks after it from now on."""
    if not viewer.reaches(child.actual_key):
        raise Refused(_("Only the place where the child lives now can take it over."))
    if not open_tasks(child, workflow.ARRIVED.name).exists():
        raise Conflict(_("The child was taken over already."))
    done_tasks(child, workflow.ARRIVED.name)
    return child
