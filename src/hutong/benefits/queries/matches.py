"""Comparing a delivered list with the people of the running awards: by identity number, else by name and birth date.

Somebody on file without a number is found by the birth date that the number on the list holds. A row with neither
number nor birth date is compared with nobody, and says so.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from hutong.benefits.models import Award
from hutong.benefits.terms import AwardState, ListKind, MatchOn, MatchWho
from hutong.channels.tables import Heading, Line, PartDate, Table
from hutong.core.errors import FieldError, Invalid
from hutong.core.places import span_of
from hutong.core.record import label_of
from hutong.core.terms import Label
from hutong.people.models import Child, Relation
from hutong.people.queries.identity import NUMBER_HEADINGS, identity_key, read_identity
from hutong.people.queries.keys import name_keys
from hutong.people.queries.names import read_name
from hutong.people.terms import Bond

WHO = (
    Heading("name", label_of(Child, "name"), ("儿童姓名", "死者姓名", "人员姓名"), required=True, own=True),
    Heading("identity_number", label_of(Child, "identity"), NUMBER_HEADINGS, kind="number_text", own=True),
    Heading("birth_date", label_of(Child, "birth_date"), ("出生年月日", "出生年月"), kind="part_date", own=True),
)
WHAT: dict[ListKind, tuple[Heading, ...]] = {
    ListKind.DEATH: (Heading("since", Label("死亡日期", "Died on"), kind="date", required=True),),
    ListKind.DIBAO: (
        Heading("since", Label("起始日期", "Since"), ("享受起始日期",), kind="date"),
        Heading("amount_fen", Label("月人均金额", "Monthly share"), ("金额", "月保障金额"), kind="money"),
    ),
    ListKind.CUSTODY: (
        Heading("since", Label("羁押日期", "In custody since"), ("收押日期",), kind="date"),
        Heading("until", Label("释放日期", "Released on"), kind="date"),
    ),
}
"""What each list tells besides who is on it."""

BONDS = {Bond.FATHER: MatchWho.FATHER, Bond.MOTHER: MatchWho.MOTHER, Bond.GUARDIAN: MatchWho.GUARDIAN}


def headings_of(kind: ListKind) -> Sequence[Heading]:
    """Columns looked for in a list."""
    return (*WHO, *WHAT[kind])


@dataclass(frozen=True)
class Match:
    """A row of a list and the person of an award it looks like."""

    line: Line
    award: Award
    who: MatchWho
    person_id: int | None
    matched_on: MatchOn


@dataclass(frozen=True)
class _Somebody:
    award: Award
    who: MatchWho
    person_id: int | None
    numbered: bool
    """Is a number on file?"""


class _Index:
    """People of the running awards of a place, by identity key and by name and birth date."""

    def __init__(self, place_key: int) -> None:
        self.by_number: dict[bytes, list[_Somebody]] = defaultdict(list)
        self.by_name: dict[tuple[int, date], list[_Somebody]] = defaultdict(list)
        span = span_of(place_key)
        awards = Award.objects.exclude(state=AwardState.ENDED).filter(place_key__gte=span.lo, place_key__lt=span.hi)
        by_child = {a.child_id: a for a in awards.select_related("child").order_by("id")}
        for award in by_child.values():
            self._add(award.child, award, MatchWho.CHILD, None)
        bonds = Relation.objects.filter(child_id__in=by_child, bond__in=[b.value for b in BONDS], valid_to=None)
        for relation in bonds.select_related("person").order_by("id"):
            who = BONDS[Bond(relation.bond)]
            self._add(relation.person, by_child[relation.child_id], who, relation.person_id)

    def _add(self, person: Any, award: Award, who: MatchWho, person_id: int | None) -> None:
        somebody = _Somebody(award, who, person_id, person.identity_key is not None)
        if person.identity_key is not None:
            self.by_number[bytes(person.identity_key)].append(somebody)
        if person.name_key is not None and person.birth_date is not None:
            self.by_name[person.name_key, person.birth_date].append(somebody)

    def find(self, number: bytes | None, name: int | None, birth: date | None) -> tuple[MatchOn, list[_Somebody]]:
        """Who has the number; else who has the name and the birth date, of a row with a number those without one."""
        if number is not None and number in self.by_number:
            return MatchOn.IDENTITY, self.by_number[number]
        near = self.by_name.get((name, birth), []) if name is not None and birth is not None else []
        return MatchOn.NAME_BIRTH, [one for one in near if number is None or not one.numbered]


def matches_of(kind: ListKind, table: Table, place_key: int, today: date) -> tuple[list[Match], list[FieldError]]:
    """Everybody on the list who belongs to a running award of the place, and rows that were compared with nobody.

    Raises Invalid for a list without any column to compare by.
    """
    if not table.columns & {"identity_number", "birth_date"}:
        columns = "、".join(heading.shown for heading in WHO[1:])
        what = _("was compared on nothing: it has no column with numbers or birth dates (%(columns)s)")
        todo = _("Ask the office that made it for one of the two.")
        raise Invalid([FieldError("file", "not_compared", what % {"columns": columns}, todo, label=_("File"))])
    index = _Index(place_key)
    found: list[Match] = []
    errors: list[FieldError] = []
    for line in table.lines:
        try:
            number, birth = _asked(line, today)
        except Invalid as wrong:
            errors += [replace(e, row=line.row, sheet=line.sheet) for e in wrong.errors]
            continue
        if number is None and birth is None:
            what, todo = _("was not compared: neither number nor whole birth date"), _("Look this person up by hand.")
            errors.append(FieldError("", "not_compared", what, todo, row=line.row, sheet=line.sheet))
            continue
        on, people = index.find(number, name_keys(read_name(line.cells["name"]).text).name, birth)
        found += [Match(line, one.award, one.who, one.person_id, on) for one in people]
    return found, errors


def _asked(line: Line, today: date) -> tuple[bytes | None, date | None]:
    """The key of the number, and the birth date: the one the list names, else the one inside the number."""
    text, born = line.cells.get("identity_number"), line.cells.get("birth_date")
    whole = born.day if isinstance(born, PartDate) and born.precision == "day" else None
    if not text:
        return None, whole
    check = read_identity(text, today)
    return identity_key(str(check.normalised)), whole or check.birth
