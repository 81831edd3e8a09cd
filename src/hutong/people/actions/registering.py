"""Opening a child's file: what is asked, what contradicts, who may already be this child."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from django.utils.translation import gettext as _

from hutong.core.action import action
from hutong.core.context import note
from hutong.core.errors import FieldError, Invalid, Refused
from hutong.core.events import raise_event
from hutong.core.inputs import DIGITS, Given, Line, Place, Text, Words, ask, finding, not_ahead, of
from hutong.core.jurisdiction import language
from hutong.core.models import Task
from hutong.core.record import create_all, label_of, next_id
from hutong.core.tasks import leave_task, leave_tasks
from hutong.core.viewer import Viewer
from hutong.law.language import COMMA, joined
from hutong.org.terms import Role
from hutong.people import workflow
from hutong.people.access import WORKERS
from hutong.people.actions.inputs import MORE, WHERE, WHO, ChildFacts, place_key
from hutong.people.models import Child, Residence
from hutong.people.queries.candidates import Asked, Candidate, asked_of, duplicates
from hutong.people.queries.children import UNNAMED
from hutong.people.queries.identity import SEX_OF, identity_key, near_keys, read_identity, sealed_identity
from hutong.people.queries.keys import COLUMNS, name_keys
from hutong.people.terms import (
    BirthPrecision,
    LegalStatus,
    ResidenceKind,
    Sex,
)

AGAIN = ("疑似重复", "Possible duplicates")
NO_NUMBER = ("没有可以不填，不影响登记和救助", "Not needed for registration or help")
NOT_REGISTERED = ("无户口的不填", "Empty if none")


class WhereItLives(Given):
    """The places of a child; only where it lives cannot be left out."""

    actual_id: Place = of(Child, "actual_key", section=WHERE)
    registered_id: Place | None = of(Child, "registered_key", None, hint=NOT_REGISTERED, section=WHERE)


class RegisterChild(ChildFacts, WhereItLives):
    """What is asked when a file is opened. Only the place where the child lives cannot be left out."""

    sections: ClassVar[tuple[Words, ...]] = (WHO, WHERE, MORE, AGAIN)

    identity_number: Line = of(Child, "identity", "", hint=NO_NUMBER, section=WHO, control=DIGITS)
    in_spite_of: Text = ask(
        "仍要登记的理由",
        "Why it is another child",
        "",
        hint=("系统提示疑似重复时填写", "Only when a possible duplicate is shown"),
        section=AGAIN,
    )


@dataclass(frozen=True, slots=True)
class Homes:
    """Place keys of where the child lives and where it is registered."""

    actual: int
    registered: int | None


def homes_of(given: RegisterChild) -> Homes:
    """The keys behind an input; Invalid names a place that is not known."""
    registered = None if given.registered_id is None else place_key(given, "registered_id")
    return Homes(place_key(given, "actual_id"), registered)


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


@dataclass(frozen=True, slots=True)
class Made:
    """A child that was made of an input and not saved yet; `why` it is registered in spite of a possible duplicate."""

    child: Child
    why: str = ""


class NewChildren(Given):
    """Children of another package's table, checked by `new_child`."""

    made: list[Made] = ask("儿童", "Children", control="hidden")


@action(
    "people.register_many", input=NewChildren, roles=WORKERS, inner=True, title=("批量登记儿童", "Register children")
)
def register_many(viewer: Viewer, given: NewChildren) -> int:
    """Open the files of all of them; how many. Whoever looks like another child is compared by the county."""
    create_all([one.child for one in given.made])
    create_all([residence for one in given.made for residence in first_residences(one.child)])
    ask_to_compare_all([(one.child, one.why) for one in given.made if one.why])
    raise_event(workflow.CHILDREN_IMPORTED, child_ids=[one.child.pk for one in given.made])
    return len(given.made)


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
        asked = Asked(
            given.name, given.birth_date, given.birth_precision or BirthPrecision.DAY, given.sex or Sex.UNKNOWN, typed,
            place_keys=here,
        )  # fmt: skip
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
    facts = {name: value for name, value in given.known().items() if name != "name"} | {"status": _status(given)}
    child = Child(
        id=row_id,
        child_no=child_no(row_id),
        registered_id=given.registered_id,
        registered_key=homes.registered,
        actual_id=given.actual_id,
        actual_key=homes.actual,
        **facts,
    )
    set_name(child, given.name)
    if given.identity_number:
        take_identity(viewer, child, given.identity_number)
    return child


def _status(given: RegisterChild) -> LegalStatus:
    status = given.status or LegalStatus.ORDINARY
    if given.registered_id is None and status == LegalStatus.ORDINARY:
        return LegalStatus.NO_REGISTRATION
    return status


def take_identity(viewer: Viewer, child: Child, number: str) -> None:
    """Seal the number, fill in what it says, refuse what contradicts it."""
    check = read_identity(number, viewer.today)
    if check.birth is not None and (child.birth_date is None or _agrees(child, check.birth)):
        child.birth_date, child.birth_precision = check.birth, BirthPrecision.DAY
    if child.sex == Sex.UNKNOWN and check.sex:
        child.sex = SEX_OF[check.sex]
    errors = []
    if check.birth is not None and child.birth_date != check.birth:
        says = _("does not agree with the identity number, which says %(date)s") % {"date": check.birth.isoformat()}
        todo = _(
            "Perhaps the date is from the lunar calendar: take the one on the identity card or household register."
        )
        errors.append(FieldError("birth_date", "contradiction", says, todo, _said("birth_date")))
    if check.sex and child.sex != check.sex:
        says = _("does not agree with the identity number, which says %(sex)s")
        says %= {"sex": SEX_OF[check.sex].label(language())}
        errors.append(FieldError("sex", "contradiction", says, _("Correct one of the two."), _said("sex")))
    if errors:
        raise Invalid(errors)
    if check.warnings:
        note(identity_warnings=[w.code for w in check.warnings])
    set_identity(child, check.normalised)


def _agrees(child: Child, birth: date) -> bool:
    """Does a date of which only month or year is known leave room for this one?"""
    known, precision = child.birth_date, child.birth_precision
    if known is None or precision not in (BirthPrecision.MONTH, BirthPrecision.YEAR):
        return False
    return known.year == birth.year and (precision == BirthPrecision.YEAR or known.month == birth.month)


def _said(field: str) -> str:
    return label_of(Child, field).text(language())


def same_number(candidate: Candidate) -> bool:
    """Does the candidate carry the very same identity number?"""
    return any(r.compares == "identity" and r.level == "same" for r in candidate.match.reasons)


def _warning(candidate: Candidate) -> FieldError:
    lang = language()
    known = candidate.child
    who = f"{known.name or UNNAMED.text(lang)} {known.child_no}" if known else candidate.office(lang)
    return finding(
        RegisterChild,
        "in_spite_of",
        "duplicate",
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


def ask_to_compare_all(asked: Sequence[tuple[Child, str]]) -> None:
    """The same for many at once, each with the reason why it was registered."""
    kind, label = workflow.RESOLVE_DUPLICATE.name, Child.label()
    tasks = [
        Task(
            kind=kind, on_label=label, on_id=child.pk, place_key=child.actual_key, role=Role.COUNTY_OFFICER,
            child_id=child.pk, note=why,
        )
        for child, why in asked
    ]  # fmt: skip
    leave_tasks(kind, label, [(task, None) for task in tasks])


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
