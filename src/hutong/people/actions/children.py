"""A child's file: corrected, moved, closed by death."""

from __future__ import annotations

from datetime import date

from django.utils.translation import gettext as _

from hutong.core.action import Nothing, action
from hutong.core.context import note
from hutong.core.errors import Conflict, Invalid, Refused
from hutong.core.events import raise_event
from hutong.core.models import Task
from hutong.core.tasks import done_tasks, leave_task, open_tasks
from hutong.core.terms import TaskState
from hutong.core.viewer import Viewer
from hutong.org.terms import Role
from hutong.people import workflow
from hutong.people.access import CHECKERS, COUNTY, JOBS, WORKERS
from hutong.people.actions.inputs import (
    ChildName,
    Input,
    Paper,
    keep_paper,
    not_ahead,
    place_key,
    titled,
    wrong,
)
from hutong.people.actions.registering import ask_to_compare, same_number, set_identity, set_name, take_identity
from hutong.people.models import Child, Residence
from hutong.people.queries.candidates import asked_of, duplicates
from hutong.people.terms import (
    BirthPrecision,
    Evidence,
    FamilyAid,
    Health,
    LegalStatus,
    Placement,
    ResidenceKind,
    Sex,
)


class CorrectChild(Input):
    """The facts of the file itself; a field left empty keeps what is there."""

    name: ChildName = titled("姓名", "Name", "")
    sex: Sex | None = titled("性别", "Sex", None)
    birth_date: date | None = titled("出生日期", "Birth date", None)
    birth_precision: BirthPrecision | None = titled("日期准确程度", "How exact", None)
    ethnicity: str = titled("民族", "Ethnic group", "")
    status: LegalStatus | None = titled("户籍与身份", "Legal status", None)
    status_evidence: Evidence | None = titled("身份证明", "Proof of the status", None)
    placement: Placement | None = titled("养育方式", "Placement", None)
    family_aid: FamilyAid | None = titled("家庭救助身份", "Assistance status of the family", None)
    health: Health | None = titled("健康状况", "Health", None)
    national_no: str = titled("全国系统编号", "Number in the national system", "")
    address: str = titled("详细地址", "Address", "")


@action("people.correct_child", on=Child, input=CorrectChild, roles=WORKERS, title=("更正基本信息", "Correct the file"))
def correct_child(viewer: Viewer, child: Child, given: CorrectChild) -> Child:
    """Change the plain facts of a file; what they were stays in its history."""
    not_ahead(viewer, given, "birth_date")
    if given.birth_date and child.identity is not None and given.birth_date != child.birth_date:
        raise wrong(given, "birth_date", _("comes from the identity number"), _("Correct the identity number first."))
    changed = {k: v for k, v in given.model_dump(exclude={"name"}).items() if v not in (None, "")}
    for field, value in changed.items():
        setattr(child, field, value)
    if given.name:
        set_name(child, given.name)
    child.save()
    raise_event(workflow.CHILD_CHANGED, child_id=child.pk, fields=sorted([*changed, *(["name"] if given.name else [])]))
    return child


class CorrectIdentity(Input):
    """The identity number as it stands on the card or in the register; empty takes a wrong one away."""

    identity_number: str = titled("公民身份号码", "Identity number", "")
    why: str = titled("更正原因", "Reason", kind="text")


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


class SetResidence(Input):
    """A move: of the household registration or of the place where the child lives."""

    kind: ResidenceKind = titled("类别", "Which place", ResidenceKind.ACTUAL)
    division_id: int = titled("迁入地", "Moved to", kind="place")
    address: str = titled("详细地址", "Address", "")
    moved_on: date = titled("迁入日期", "Moved on")
    why: str = titled("原因", "Reason", "", kind="text")


@action("people.set_residence", on=Child, input=SetResidence, roles=WORKERS, title=("登记迁移", "Record a move"))
def set_residence(viewer: Viewer, child: Child, given: SetResidence) -> Child:
    """Move the child; the file goes along. The receiving township gets a task when it lies outside one's own area."""
    not_ahead(viewer, given, "moved_on")
    key = place_key(given, "division_id")
    kind = str(given.kind)
    current = child.residences.filter(kind=given.kind, valid_to=None).first()
    if current is not None:
        if current.valid_from and given.moved_on < current.valid_from:
            raise wrong(given, "moved_on", _("lies before the move that is already recorded"), _("Check the date."))
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


class RecordDeath(Input):
    """The death of a child, with its proof."""

    died_on: date = titled("死亡日期", "Died on")
    evidence: Evidence = titled("证明", "Proof")
    paper: Paper = titled("证明材料", "Paper", None)


@action(
    "people.record_death", on=Child, input=RecordDeath, roles=(*WORKERS, *JOBS), title=("登记死亡", "Record a death")
)
def record_death(viewer: Viewer, child: Child, given: RecordDeath) -> Child:
    """Close the file by death; every payment is told."""
    not_ahead(viewer, given, "died_on")
    if child.birth_date and given.died_on < child.birth_date:
        raise wrong(given, "died_on", _("lies before the birth"), _("Check both dates."))
    keep_paper(viewer, child, given.paper)
    note(evidence=given.evidence)
    child.died_on = given.died_on
    child.save()
    raise_event(workflow.CHILD_DIED, child_id=child.pk, on=given.died_on)
    return child


class WithdrawDeath(Input):
    """Why a recorded death was a mistake."""

    why: str = titled(
        "撤销原因", "Reason", hint=("如：比对名单同名同姓", "For instance: another person of that name"), kind="text"
    )


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


class KeepApart(Input):
    """How it is known that the files are of different children."""

    why: str = titled("认定为不同儿童的依据", "How it is known that they are different", kind="text")


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
