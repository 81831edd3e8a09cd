"""Opening a child's file: what is asked, what contradicts, who may already be this child."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from hutong.core.action import action
from hutong.core.context import note
from hutong.core.errors import FieldError, Invalid, Refused
from hutong.core.events import raise_event
from hutong.core.inputs import Given, ask, finding, not_ahead
from hutong.core.jurisdiction import language
from hutong.core.record import next_id
from hutong.core.tasks import leave_task
from hutong.core.terms import Label
from hutong.core.viewer import Viewer
from hutong.law.language import COMMA, joined
from hutong.org.terms import Role
from hutong.people import workflow
from hutong.people.access import WORKERS
from hutong.people.actions.inputs import ChildName, place_key, place_key_if_any
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

WHO = ("孩子是谁", "Who the child is")
WHERE = ("住在哪里", "Where it lives")
MORE = ("其他情况", "Further")
AGAIN = ("疑似重复", "Possible duplicates")
NO_NUMBER = ("没有可以不填，不影响登记和救助", "Not needed for registration or help")


class RegisterChild(Given):
    """What is asked when a file is opened. Only the place where the child lives cannot be left out."""

    name: ChildName = ask(
        "姓名", "Name", "", hint=("尚未取名的可以不填", "Leave empty if the child has no name yet"), section=WHO
    )
    sex: Sex = ask("性别", "Sex", Sex.UNKNOWN, section=WHO)
    birth_date: date | None = ask("出生日期", "Birth date", None, hint=("公历", "Gregorian calendar"), section=WHO)
    birth_precision: BirthPrecision = ask("日期准确程度", "How exact", BirthPrecision.DAY, section=WHO)
    identity_number: str = ask("公民身份号码", "Identity number", "", hint=NO_NUMBER, section=WHO)
    ethnicity: str = ask("民族", "Ethnic group", "", section=WHO)
    actual_id: int = ask("实际居住地", "Lives in", section=WHERE, control="place")
    address: str = ask("详细地址", "Address", "", section=WHERE)
    registered_id: int | None = ask(
        "户籍地", "Household registration", None, hint=("无户口的不填", "Empty if none"), section=WHERE, control="place"
    )
    status: LegalStatus = ask("户籍与身份", "Legal status", LegalStatus.ORDINARY, section=MORE)
    status_evidence: Evidence = ask("身份证明", "Proof of the status", Evidence.NONE, section=MORE)
    placement: Placement = ask("养育方式", "Placement", Placement.SCATTERED, section=MORE)
    family_aid: FamilyAid | None = ask("家庭救助身份", "Assistance status of the family", None, section=MORE)
    health: Health = ask("健康状况", "Health", Health.UNKNOWN, section=MORE)
    national_no: str = ask("全国系统编号", "Number in the national system", "", section=MORE)
    in_spite_of: str = ask(
        "仍要登记的理由",
        "Why it is another child",
        "",
        hint=("系统提示疑似重复时填写", "Only when a possible duplicate is shown"),
        section=AGAIN,
        control="text",
    )


@dataclass(frozen=True, slots=True)
class Homes:
    """Place keys of where the child lives and where it is registered."""

    actual: int
    registered: int | None


def homes_of(given: RegisterChild) -> Homes:
    """The keys behind an input; Invalid names a place that is not known."""
    return Homes(place_key(given, "actual_id"), place_key_if_any(given, "registered_id"))


def check(viewer: Viewer, given: RegisterChild, homes: Homes) -> None:
    """What holds for one form and for each row of a spreadsheet alike: dates, and a place of one's own."""
    not_ahead(viewer, given, "birth_date")
    if not (viewer.reaches(homes.actual) or viewer.reaches(homes.registered)):
        raise Refused(_("Neither the place where the child lives nor its registered place is in your area."))


@action("people.register_child", input=RegisterChild, roles=WORKERS, title=("登记儿童", "Register a child"))
def register_child(viewer: Viewer, given: RegisterChild) -> Child:
    """Open a file. Possible duplicates ask for a reason (``in_spite_of``); they never forbid."""
    homes = homes_of(given)
    check(viewer, given, homes)
    child = _checked_child(viewer, given, homes)
    found = duplicates(viewer, asked_of(child))
    if found and not given.in_spite_of:
        raise Invalid([_warning(c) for c in found])
    child.save(force_insert=True)
    for residence in first_residences(child):
        residence.save()
    if found:
        note(in_spite_of=given.in_spite_of, candidates=len(found), best_score=found[0].match.score)
        ask_to_compare(child, given.in_spite_of)
    raise_event(workflow.CHILD_REGISTERED, child_id=child.pk)
    return child


def first_residences(child: Child) -> list[Residence]:
    """Where the child lives and is registered from the beginning, not yet saved."""
    rows = ((ResidenceKind.ACTUAL, child.actual_id, child.address), (ResidenceKind.REGISTERED, child.registered_id, ""))
    return [
        Residence(child=child, kind=kind, division_id=division, address=address)
        for kind, division, address in rows
        if division is not None
    ]


def _checked_child(viewer: Viewer, given: RegisterChild, homes: Homes) -> Child:
    """The record, or what is wrong; a wrong identity number that nearly is a known child's says so."""
    try:
        return new_child(viewer, given, homes, next_id(Child))
    except Invalid as invalid:
        typed = given.identity_number.strip().upper()
        here = (homes.actual,)
        asked = Asked(given.name, given.birth_date, given.birth_precision, given.sex, typed, place_keys=here)
        near = duplicates(viewer, asked) if typed else []
        raise Invalid([*invalid.errors, *map(_warning, near)]) from invalid


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


def new_child(viewer: Viewer, given: RegisterChild, homes: Homes, row_id: int) -> Child:
    """The record of an input, not yet saved. Raises Invalid where number, date and sex contradict each other."""
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
        registered_key=homes.registered,
        actual_id=given.actual_id,
        actual_key=homes.actual,
        address=given.address,
    )
    set_name(child, given.name)
    if given.identity_number:
        take_identity(viewer, child, given.identity_number)
    return child


def _status(given: RegisterChild) -> LegalStatus:
    if given.registered_id is None and given.status == LegalStatus.ORDINARY:
        return LegalStatus.NO_REGISTRATION
    return given.status


def take_identity(viewer: Viewer, child: Child, number: str) -> None:
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
        errors.append(FieldError("", "invalid", says, todo, _("Birth date")))
    if check.sex and child.sex != check.sex:
        says = _("does not agree with the identity number, which says %(sex)s")
        errors.append(
            FieldError(
                "",
                "invalid",
                says % {"sex": SEX_OF[check.sex].label(language())},
                _("Correct one of the two."),
                _("Sex"),
            )
        )
    if errors:
        raise Invalid(errors)
    if check.warnings:
        note(identity_warnings=[w.code for w in check.warnings])
    set_identity(child, check.normalised)


def same_number(candidate: Candidate) -> bool:
    """Does the candidate carry the very same identity number?"""
    return any(r.compares == "identity" and r.level == "same" for r in candidate.match.reasons)


UNNAMED = Label("尚未取名", "not named yet")


def _warning(candidate: Candidate) -> FieldError:
    lang = language()
    known = candidate.child
    who = f"{known.name or UNNAMED.text(lang)} {known.child_no}" if known else candidate.office(lang)
    return finding(
        RegisterChild,
        "in_spite_of",
        "invalid",
        _("%(who)s: %(likeness)s, score %(score)s (%(why)s)")
        % {
            "who": who,
            "likeness": candidate.match.likeness.label(lang),
            "score": candidate.match.score,
            "why": joined(COMMA, (r.words for r in candidate.match.reasons if r.bits > 0)).text(lang),
        },
        _("Open the existing file, or say why this is another child."),
        about=known,
    )


def ask_to_compare(child: Child, reason: str) -> None:
    """Leave the county a task to compare this file with the possible duplicates."""
    leave_task(
        workflow.RESOLVE_DUPLICATE.name,
        subject=child,
        place_key=child.actual_key,
        role=Role.COUNTY_OFFICER,
        child_id=child.pk,
        note=reason,
    )
