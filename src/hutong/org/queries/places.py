"""What the spine asks about places, answered from the tree."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date

from django.db import connection
from django.db.models import QuerySet

from hutong.core.context import gathering, running
from hutong.core.errors import NotFound
from hutong.core.jurisdiction import law
from hutong.core.places import parents, span_of
from hutong.org.models import Division, DivisionCode, DivisionName
from hutong.org.queries.datafiles import trimmed
from hutong.org.terms import Kind, Level, Role, Scheme

LAW_LEVELS = (Level.PROVINCE, Level.CITY, Level.COUNTY)
"""Levels the law can name as a place: those of GB/T 2260."""

LARGEST = 2**63
"""Numbers a form or an address may contain and no row has."""


class Places:
    """The resolver of hutong.core.places."""

    def key(self, place_id: int) -> int:
        """Place key. Inside an action the row is held, so that a border change waits for us or is seen by us."""
        many = gathering()
        known = many.memo.get(("place", place_id)) if many is not None else None
        if known is not None:
            return int(known)
        held = "for key share" if running() is not None else ""
        with connection.cursor() as cursor:
            cursor.execute(f"select key from org_division where id = %s {held}", [place_id])  # noqa: S608
            row = cursor.fetchone()
        if row is None:
            raise NotFound()
        if many is not None:
            many.memo["place", place_id] = int(row[0])
        return int(row[0])

    def name(self, place_id: int, lang: str, on: date | None) -> str:
        """Full name from the province down, as the places were called on the day. Names are not translated."""
        return full_name(division(place_id), on)

    def codes(self, place_id: int) -> list[str]:
        """Law place codes, most local first."""
        return law_codes(division(place_id))

    def codes_of_key(self, key: int) -> list[str]:
        """Law place codes of the place with this key, in one query."""
        if not key:
            return _placed(())
        above = line(key)
        if all(place.key != key for place in above.values()):
            raise NotFound()
        named = (above[level].code for level in reversed(LAW_LEVELS) if level in above)
        return _placed(named)

    def names_of_keys(self, keys: Collection[int], lang: str) -> dict[int, str]:
        """Full names of the places with these keys, in one query for a whole list."""
        lines = {key: sorted({key, *parents(key)}) for key in keys}
        above = {place.key: place for place in Division.objects.filter(key__in=set().union(*lines.values()))}
        return {
            key: "".join(above[k].short for k in line if k and k in above) or above[key].name
            for key, line in lines.items()
            if key in above
        }

    def find(self, text: str) -> int:
        """The place of today that a code means; a bare code must mean one place alone."""
        scheme, _colon, code = text.rpartition(":")
        schemes = [one for one in Scheme if one == scheme or not scheme]
        code = trimmed(code)
        own = Division.objects.filter(code=code, scheme__in=schemes, valid_to=None).values_list("pk", flat=True)
        further = DivisionCode.objects.filter(code=code, scheme__in=schemes, division__valid_to=None)
        found = set(own) or set(further.values_list("division_id", flat=True))
        if len(found) != 1:
            raise NotFound()
        return int(found.pop())

    def written(self, keys: Collection[int]) -> dict[int, str]:
        """`scheme:code` of the places with these keys, in one query for a whole list."""
        rows = Division.objects.filter(key__in=keys).values_list("key", "scheme", "code")
        return {key: f"{scheme}:{code}" for key, scheme, code in rows}


def division(place_id: int) -> Division:
    """The place with this id; NotFound otherwise."""
    found = Division.objects.filter(pk=place_id).first() if place_id < LARGEST else None
    if found is None:
        raise NotFound()
    return found


def chain(place: Division) -> list[Division]:
    """The place and what it lies in, most local first, without the nation. One query, by arithmetic on the key."""
    keys = [key for key in parents(place.key) if key]
    above = {d.key: d for d in Division.objects.filter(key__in=keys)}
    return [place, *(above[key] for key in keys if key in above)] if place.key else []


def line(place_key: int) -> dict[str, Division]:
    """The place with this key and all it lies in, by level."""
    return {d.level: d for d in Division.objects.filter(key__in=[place_key, *parents(place_key)])}


def nearest_role(place_key: int) -> Role:
    """Who looks after a record of a place: its children's home, its township, or the county where it has neither."""
    above = line(place_key)
    if any(place.key == place_key and place.kind == Kind.INSTITUTION for place in above.values()):
        return Role.INSTITUTION_STAFF
    return Role.TOWNSHIP_SUPERVISOR if Level.TOWNSHIP in above else Role.COUNTY_OFFICER


def children(place: Division, *, closed: bool = False) -> QuerySet[Division]:
    """Places directly below, in the order of their keys; abolished ones only when asked for."""
    rows = Division.objects.filter(parent=place).order_by("key")
    return rows if closed else rows.filter(valid_to=None)


def below(place: Division) -> QuerySet[Division]:
    """The place and everything in it."""
    span = span_of(place.key)
    return Division.objects.filter(key__gte=span.lo, key__lt=span.hi)


def full_name(place: Division, on: date | None) -> str:
    """Name from the province down; a village by its short name, as it is written in addresses."""
    if not place.key:
        return place.name
    line = list(reversed(chain(place)))
    if on is None:
        return "".join(d.short for d in line)
    former = _former_names([d.pk for d in line], on)
    return "".join(former.get(d.pk, d.short) for d in line)


def _former_names(ids: list[int], day: date) -> dict[int, str]:
    rows = DivisionName.objects.filter(division__in=ids, valid_to__gt=day).order_by("-valid_to")
    return {r.division_id: r.name for r in rows if r.valid_from is None or r.valid_from <= day}


def law_codes(place: Division) -> list[str]:
    """`['CN-350121', 'CN-3501', 'CN-35', 'CN']`: own codes from the county up, then the nation."""
    return _placed(d.code for d in chain(place) if d.level in LAW_LEVELS)


def _placed(codes: Iterable[str]) -> list[str]:
    country = law().law.country
    return [*(f"{country}-{code}" for code in codes), country]
