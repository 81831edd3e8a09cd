"""Type-ahead over two thirds of a million places: by name, pinyin, initials or code, each a range on its own index.

A prefix is written as `>=` and `<` on a column in the C collation, so the index is used under every planner and
policy. Without a place to look in, each level is read apart and cut off early: a county never hides behind villages.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from django.db.models import Q, QuerySet

from hutong.core.places import depth_of, parents, span_of
from hutong.org.models import Division, DivisionCode, DivisionName
from hutong.org.queries.datafiles import trimmed
from hutong.org.terms import Level

LEVELS = (Level.PROVINCE, Level.CITY, Level.COUNTY, Level.TOWNSHIP, Level.VILLAGE)
NEAR = 2
"""From this depth (city) on a place is small enough to be read whole instead of by the search indexes."""
_LATIN = re.compile(r"[^0-9a-z]+")


@dataclass(frozen=True)
class Hit:
    """One suggestion: the place, where it lies, and the former name it was found by."""

    division: Division
    path: str
    former: str = ""


def above(text: str) -> str:
    """Smallest text that sorts after every text beginning with this one, in the C collation."""
    return text[:-1] + chr(min(ord(text[-1]) + 1, 0x10FFFF))


def begins(column: str, text: str) -> Q:
    """The prefix as a range."""
    return Q(**{f"{column}__gte": text, f"{column}__lt": above(text)})


def suggest(text: str, *, within: Division | None = None, limit: int = 12, closed: bool = False) -> list[Hit]:
    """Places that begin with the text, exact ones first, then from the province down; ended ones only when asked."""
    text = text.strip()
    if not text:
        return []
    found: dict[int, Division] = {}
    for rows in _candidates(text, within, limit, closed):
        for row in rows:
            found.setdefault(row.pk, row)
        if len(found) >= limit * len(LEVELS):
            break
    former = _former(text, found, limit) if len(found) < limit and within is None else {}
    ranked = sorted(found.values(), key=lambda d: _rank(d, text))[:limit]
    return _with_paths(ranked, former)


def _rank(place: Division, text: str) -> tuple[bool, int, int, int]:
    exact = text in (place.short, place.name, place.code, place.initials, place.pinyin)
    return not exact, LEVELS.index(place.level) if place.level in LEVELS else -1, len(place.short), place.key


def _candidates(text: str, within: Division | None, limit: int, closed: bool) -> Iterator[list[Division]]:
    rows = Division.objects.all() if closed else Division.objects.filter(valid_to=None)
    near = within is not None and depth_of(within.key) >= NEAR
    if within is not None:
        span = span_of(within.key)
        rows = rows.filter(key__gte=span.lo, key__lt=span.hi)
    if text.isdigit():
        yield from _by_code(rows, text, limit)
        return
    for column, value in _columns(text):
        if near:
            yield list(rows.filter(begins(column, value)).order_by("key")[: limit * len(LEVELS)])
        else:
            for level in LEVELS:
                yield list(rows.filter(begins(column, value), level=level).order_by(column)[:limit])


def _columns(text: str) -> list[tuple[str, str]]:
    """Latin letters may be initials or pinyin; anything else is a name."""
    latin = _LATIN.sub("", text.lower())
    if text.isascii() and latin:
        return [("initials", latin), ("pinyin", latin)]
    return [("short", text)]


def _by_code(rows: QuerySet[Division], text: str, limit: int) -> Iterator[list[Division]]:
    """By own code, by a further or former one, and by the code with the zeros that lists pad."""
    code = trimmed(text)
    yield list(rows.filter(code=code)[:limit])
    other = DivisionCode.objects.filter(code__in={code, text}).values("division")[:limit]
    yield list(rows.filter(pk__in=list(other.values_list("division", flat=True))))
    ended = Division.objects.filter(code=code).exclude(valid_to=None)
    yield list(ended[:limit])
    yield list(rows.filter(begins("code", text), valid_to=None).order_by("code")[:limit])


def _former(text: str, found: dict[int, Division], limit: int) -> dict[int, str]:
    """Former names are few: places that were called so are offered with the old name beside the new."""
    names = DivisionName.objects.filter(name__startswith=text).select_related("division")[:limit]
    for row in names:
        found.setdefault(row.division_id, row.division)
    ended = Division.objects.exclude(valid_to=None).filter(begins("short", text))[:limit]
    for place in ended:
        found.setdefault(place.pk, place)
    return {row.division_id: row.name for row in names}


def _with_paths(places: list[Division], former: dict[int, str]) -> list[Hit]:
    """One query for the names above all suggestions."""
    keys = {key for place in places for key in parents(place.key) if key}
    names = dict(Division.objects.filter(key__in=keys).values_list("key", "short"))
    hits = []
    for place in places:
        line = [names[key] for key in reversed(parents(place.key)) if key in names]
        hits.append(Hit(place, "".join(line), former.get(place.pk, "")))
    return hits
