"""Comparing a delivered list with the people of the running awards: by identity number, else by name and birth date."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from hutong.benefits.models import Award
from hutong.benefits.terms import AwardState, ListKind, MatchOn, MatchWho
from hutong.channels.tables_io import Heading, Table
from hutong.core.errors import FieldError, Invalid
from hutong.core.places import span_of
from hutong.core.record import label_of
from hutong.core.terms import Label
from hutong.people.models import Child, Relation
from hutong.people.queries.identity import identity_key, read_identity
from hutong.people.queries.keys import name_keys
from hutong.people.terms import Bond

WHO = (
    Heading("name", label_of(Child, "name"), required=True),
    Heading("identity_number", label_of(Child, "identity"), ("身份证号", "身份证号码"), kind="number_text"),
    Heading("birth_date", label_of(Child, "birth_date"), ("出生年月日",), kind="date"),
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

    row_no: int
    award: Award
    who: MatchWho
    person_id: int | None
    matched_on: MatchOn
    since: date | None
    until: date | None
    amount_fen: int | None


@dataclass(frozen=True)
class _Somebody:
    award: Award
    who: MatchWho
    person_id: int | None


class _Index:
    """People of the running awards of a place, by identity key and by name and birth date."""

    def __init__(self, place_key: int) -> None:
        self.by_number: dict[bytes, list[_Somebody]] = defaultdict(list)
        self.by_name: dict[tuple[int, date], list[_Somebody]] = defaultdict(list)
        span = span_of(place_key)
        awards = Award.objects.exclude(state=AwardState.ENDED).filter(place_key__gte=span.lo, place_key__lt=span.hi)
        by_child = {a.child_id: a for a in awards.select_related("child").order_by("id")}
        for award in by_child.values():
            self._add(award.child, _Somebody(award, MatchWho.CHILD, None))
        bonds = Relation.objects.filter(child_id__in=by_child, bond__in=[b.value for b in BONDS], valid_to=None)
        for relation in bonds.select_related("person").order_by("id"):
            who = BONDS[Bond(relation.bond)]
            self._add(relation.person, _Somebody(by_child[relation.child_id], who, relation.person_id))

    def _add(self, person: Any, somebody: _Somebody) -> None:
        if person.identity_key is not None:
            self.by_number[bytes(person.identity_key)].append(somebody)
        if person.name_key is not None and person.birth_date is not None:
            self.by_name[person.name_key, person.birth_date].append(somebody)

    def find(self, number: bytes | None, name: int | None, birth: date | None) -> tuple[MatchOn, list[_Somebody]]:
        if number is not None and number in self.by_number:
            return MatchOn.IDENTITY, self.by_number[number]
        if number is None and name is not None and birth is not None:
            return MatchOn.NAME_BIRTH, self.by_name.get((name, birth), [])
        return MatchOn.IDENTITY, []


def matches_of(kind: ListKind, table: Table, place_key: int, today: date) -> tuple[list[Match], list[FieldError]]:
    """Everybody on the list who belongs to a running award of the place, and rows whose number cannot be right."""
    index = _Index(place_key)
    found: list[Match] = []
    errors: list[FieldError] = []
    for row_no, row in table.rows:
        try:
            number = _number(row, today)
        except Invalid as wrong:
            errors += [replace(e, row=row_no) for e in wrong.errors]
            continue
        on, people = index.find(number, name_keys(row["name"]).name, row.get("birth_date"))
        found += _of_row(row_no, row, on, people)
    return found, errors


def _number(row: dict[str, Any], today: date) -> bytes | None:
    text = row.get("identity_number")
    return identity_key(str(read_identity(text, today).normalised)) if text else None


def _of_row(row_no: int, row: dict[str, Any], on: MatchOn, people: Iterable[_Somebody]) -> list[Match]:
    return [
        Match(row_no, s.award, s.who, s.person_id, on, row.get("since"), row.get("until"), row.get("amount_fen"))
        for s in people
    ]
