"""A child's file: opened, corrected, moved, closed by death."""

from __future__ import annotations

from datetime import date

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from hutong.core.action import action
from hutong.core.context import note
from hutong.core.errors import FieldError, Invalid, Refused
from hutong.core.events import raise_event
from hutong.core.record import next_id
from hutong.core.tasks import leave_task
from hutong.core.terms import Label
from hutong.core.validation import title_of
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
    place_key_if_any,
    titled,
    wrong,
)
from hutong.people.models import Child, Residence
from hutong.people.queries.candidates import Asked, Candidate, asked_of, duplicates
from hutong.people.queries.identity import SEX_OF, identity_key, near_keys, read_identity, sealed_identity
from hutong.people.queries.keys import COLUMNS, name_keys
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


class RegisterChild(Input):
    """What is asked when a file is opened. Only the place where the child lives cannot be left out."""

    name: ChildName = titled(
        "姓名", "Name", "", hint=("尚未取名的可以不填", "Leave empty if the child has no name yet")
    )
    sex: Sex = titled("性别", "Sex", Sex.UNKNOWN)
    birth_date: date | None = titled("出生日期", "Birth date", None, hint=("公历", "Gregorian calendar"))
    birth_precision: BirthPrecision = titled("日期准确程度", "How exact", BirthPrecision.DAY)
    identity_number: str = titled(
        "公民身份号码",
        "Identity number",
        "",
        hint=("没有可以不填，不影响登记和救助", "Not needed for registration or help"),
    )
    ethnicity: str = titled("民族", "Ethnic group", "")
    actual_id: int = titled("实际居住地", "Lives in", kind="place")
    address: str = titled("详细地址", "Address", "")
    registered_id: int | None = titled(
        "户籍地", "Household registration", None, hint=("无户口的不填", "Empty if none"), kind="place"
    )
    status: LegalStatus = titled("户籍与身份", "Legal status", LegalStatus.ORDINARY)
    status_evidence: Evidence = titled("身份证明", "Proof of the status", Evidence.NONE)
    placement: Placement = titled("养育方式", "Placement", Placement.SCATTERED)
    family_aid: FamilyAid | None = titled("家庭救助身份", "Assistance status of the family", None)
    health: Health = titled("健康状况", "Health", Health.UNKNOWN)
    national_no: str = titled("全国系统编号", "Number in the national system", "")
    in_spite_of: str = titled(
        "仍要登记的理由",
        "Why it is another child",
        "",
        hint=("系统提示疑似重复时填写", "Only when a possible duplicate is shown"),
        kind="text",
    )


def _outside(viewer: Viewer, given: RegisterChild) -> str | None:
    if viewer.reaches(place_key(given, "actual_id")) or viewer.reaches(place_key_if_any(given, "registered_id")):
        return None
    return _("Neither the place where the child lives nor its registered place is in your area.")


@action(
    "people.register_child", input=RegisterChild, roles=WORKERS, allow=_outside, title=("登记儿童", "Register a child")
)
def register_child(viewer: Viewer, given: RegisterChild) -> Child:
    """Open a file. Possible duplicates ask for a reason (``in_spite_of``); they never forbid."""
    register_checks(viewer, given)
    child = _checked_child(viewer, given)
    found = duplicates(viewer, asked_of(child))
    if found and not given.in_spite_of:
        raise Invalid([_warning(c) for c in found])
    child.save(force_insert=True)
    for kind, division, address in (
        (ResidenceKind.ACTUAL, child.actual_id, child.address),
        (ResidenceKind.REGISTERED, child.registered_id, ""),
    ):
        if division is not None:
            Residence.objects.create(child=child, kind=kind, division_id=division, address=address)
    if found:
        note(in_spite_of=given.in_spite_of, candidates=len(found), best_score=found[0].match.score)
        _ask_to_compare(child, given.in_spite_of)
    raise_event(workflow.CHILD_REGISTERED, child_id=child.pk)
    return child


def _checked_child(viewer: Viewer, given: RegisterChild) -> Child:
    """The record, or what is wrong; a wrong identity number that nearly is a known child's says so."""
    try:
        return new_child(viewer, given)
    except Invalid as invalid:
        typed = given.identity_number.strip().upper()
        here = (place_key(given, "actual_id"),)
        asked = Asked(given.name, given.birth_date, given.birth_precision, given.sex, typed, place_keys=here)
        near = duplicates(viewer, asked) if typed else []
        raise Invalid([*invalid.errors, *map(_warning, near)]) from invalid


def asked_by(viewer: Viewer, given: RegisterChild) -> Asked:
    """The duplicate question behind an input, for the page that warns before anything is written."""
    return asked_of(new_child(viewer, given, row_id=0))


def child_no(row_id: int) -> str:
    """The child's number: nine digits and a check digit (ISO 7064 MOD 11,10), so that a slip is noticed."""
    digits, rest = f"{row_id:09d}", 10
    for digit in digits:
        rest = (rest + int(digit)) % 10 or 10
        rest = rest * 2 % 11
    return f"{digits}{(11 - rest) % 10}"


def set_name(child: Child, name: str) -> None:
    """Write a name with the keys by which it is found."""
    child.name = name
    keys = name_keys(name)
    for field, column in COLUMNS.items():
        setattr(child, column, getattr(keys, field))


def set_identity(child: Child, number: str) -> None:
    """Seal a checked number into its row with the keys by which it is found; empty takes it away."""
    child.identity = sealed_identity(Child, child.pk, number) if number else None
    child.identity_key = identity_key(number) if number else None
    child.identity_near = near_keys(number) if number else []


def register_checks(viewer: Viewer, given: RegisterChild) -> None:
    """What holds for one form and for each row of a spreadsheet alike: dates, and a place of one's own."""
    not_ahead(viewer, given, "birth_date")
    refusal = _outside(viewer, given)
    if refusal:
        raise Refused(refusal)


def new_child(viewer: Viewer, given: RegisterChild, row_id: int | None = None) -> Child:
    """The record of an input, not yet saved. Raises Invalid where number, date and sex contradict each other."""
    row_id = next_id(Child) if row_id is None else row_id
    child = Child(
        id=row_id,
        child_no=child_no(row_id),
        sex=given.sex,
        birth_date=given.birth_date,
        birth_precision=given.birth_precision,
        ethnicity=given.ethnicity,
        national_no=given.national_no,
        status=_status(given),
        status_evidence=given.status_evidence,
        placement=given.placement,
        family_aid=given.family_aid,
        health=given.health,
        registered_id=given.registered_id,
        registered_key=place_key_if_any(given, "registered_id"),
        actual_id=given.actual_id,
        actual_key=place_key(given, "actual_id"),
        address=given.address,
    )
    set_name(child, given.name)
    if given.identity_number:
        _take_identity(viewer, child, given.identity_number)
    return child


def _status(given: RegisterChild) -> LegalStatus:
    if given.registered_id is None and given.status == LegalStatus.ORDINARY:
        return LegalStatus.NO_REGISTRATION
    return given.status


def _take_identity(viewer: Viewer, child: Child, number: str) -> None:
    """Seal the number, fill in what it says, refuse what contradicts it."""
    check = read_identity(number, viewer.today)
    if child.birth_date is None and check.birth is not None:
        child.birth_date, child.birth_precision = check.birth, BirthPrecision.DAY
    if child.sex == Sex.UNKNOWN and check.sex:
        child.sex = SEX_OF[check.sex]
    errors = []
    if check.birth is not None and child.birth_date != check.birth:
        says = _("does not agree with the identity number, which says %(date)s") % {"date": check.birth.isoformat()}
        todo = _(
            "Perhaps the date is from the lunar calendar: take the one on the identity card or household register."
        )
        errors.append(FieldError(_("Birth date"), says, todo))
    if check.sex and child.sex != check.sex:
        says = _("does not agree with the identity number, which says %(sex)s")
        errors.append(
            FieldError(_("Sex"), says % {"sex": SEX_OF[check.sex].label(_lang())}, _("Correct one of the two."))
        )
    if errors:
        raise Invalid(errors)
    if check.warnings:
        note(identity_warnings=[w.code for w in check.warnings])
    set_identity(child, check.normalised)


def _same_number(candidate: Candidate) -> bool:
    return any(r.compares == "identity" and r.level == "same" for r in candidate.match.reasons)


UNNAMED = Label("尚未取名", "not named yet")


def _lang() -> str:
    return get_language() or "zh-hans"


def _warning(candidate: Candidate) -> FieldError:
    lang = _lang()
    known = candidate.child
    who = f"{known.name or UNNAMED.text(lang)} {known.child_no}" if known else candidate.office(lang)
    why = "，" if lang.startswith("zh") else ", "
    return FieldError(
        title_of(RegisterChild, "in_spite_of"),
        _("%(who)s: %(likeness)s, score %(score)s (%(why)s)")
        % {
            "who": who,
            "likeness": candidate.match.likeness.label(lang),
            "score": candidate.match.score,
            "why": why.join(r.words.text(lang) for r in candidate.match.reasons if r.bits > 0),
        },
        _("Open the existing file, or say why this is another child."),
    )


def _ask_to_compare(child: Child, reason: str) -> None:
    leave_task(
        workflow.RESOLVE_DUPLICATE.name,
        subject=child,
        place_key=child.actual_key,
        role=Role.COUNTY_OFFICER,
        child_id=child.pk,
        note=reason,
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
        _take_identity(viewer, child, given.identity_number)
        if any(_same_number(candidate) for candidate in duplicates(viewer, asked_of(child))):
            _ask_to_compare(child, given.why)
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
