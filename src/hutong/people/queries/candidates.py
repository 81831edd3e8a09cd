"""Does this child already stand in the register, anywhere in the country?

The probes run in one database function that sees the whole nation and gives back levels of likeness, never what it
compared. Children inside the viewer's reach come as records, the others only as score and responsible office.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import connection

from hutong.core import places
from hutong.core.viewer import Viewer
from hutong.people.models import Child
from hutong.people.queries.identity import exchanged_keys, identity_key, identity_of, near_keys
from hutong.people.queries.keys import name_probes
from hutong.people.queries.matching import Match, match
from hutong.people.queries.names import read_name
from hutong.people.terms import BirthPrecision, Likeness, Sex

COUNTY = 3
SHOWN = 10
"""Candidates shown for one child; the strongest come first."""
_LEVELS = ("name", "identity", "birth", "sex", "place", "national")
_SQL = "select n, child_id, place_key, name, identity, birth, sex, place, system_no from people_candidates(%s::jsonb)"


@dataclass(frozen=True, slots=True)
class Asked:
    """What is known of a child before it is registered (or of one that is)."""

    name: str = ""
    birth_date: date | None = None
    birth_precision: str = BirthPrecision.DAY
    sex: str = Sex.UNKNOWN
    identity: str = ""
    national_no: str = ""
    place_keys: tuple[int, ...] = ()
    itself: int | None = None


@dataclass(frozen=True, slots=True)
class Candidate:
    """A child that may be the same. Outside the viewer's reach ``child`` is None and only the office is told."""

    child: Child | None
    match: Match
    office_key: int

    def office(self, lang: str) -> str:
        """Name of the county that answers for the child."""
        return places.name_of_key(self.office_key, lang)


def duplicates(viewer: Viewer, asked: Asked) -> list[Candidate]:
    """Children that may be the one asked about, most likely first; at most ten."""
    return duplicates_of_many(viewer, [asked]).get(0, [])


def duplicates_of_many(viewer: Viewer, asked: Sequence[Asked]) -> dict[int, list[Candidate]]:
    """The same for many children in one statement: position in the list -> candidates; absent where there are none."""
    with connection.cursor() as cursor:
        cursor.execute(_SQL, [json.dumps([_probe(n, a) for n, a in enumerate(asked)])])
        rows = cursor.fetchall()
    found: dict[int, list[tuple[Match, int, int]]] = {}
    for n, child_id, key, *levels in rows:
        likeness = match(dict(zip(_LEVELS, levels, strict=True)))
        if likeness.likeness != Likeness.UNLIKELY:
            found.setdefault(n, []).append((likeness, child_id, key))
    best = {n: sorted(hits, key=lambda h: (-h[0].likelihood, h[1]))[:SHOWN] for n, hits in found.items()}
    ids = {child_id for hits in best.values() for _, child_id, _ in hits}
    seen: Mapping[int, Child] = Child.objects.visible_to(viewer).in_bulk(ids)
    return {n: [Candidate(seen.get(c), m, county_of(key)) for m, c, key in hits] for n, hits in best.items()}


def county_of(place_key: int) -> int:
    """Key of the county a place lies in (the place itself above county level)."""
    shift = places.SHIFTS[COUNTY - 1]
    return place_key >> shift << shift


def asked_of(child: Child) -> Asked:
    """The question for a child's record, saved or not, leaving itself out."""
    return Asked(
        name=child.name,
        birth_date=child.birth_date,
        birth_precision=child.birth_precision,
        sex=child.sex,
        identity=identity_of(child),
        national_no=child.national_no,
        place_keys=tuple(k for k in (child.actual_key, child.registered_key) if k is not None),
        itself=child.pk,
    )


def _probe(n: int, asked: Asked) -> dict[str, Any]:
    probes = name_probes(read_name(asked.name).text)
    row: dict[str, Any] = {
        "n": n,
        "itself": asked.itself,
        "names": probes.name,
        "swapped": probes.swapped,
        "pinyin": probes.pinyin,
        "fuzzy": probes.fuzzy,
        "given": next(iter(probes.given), None),
        "sound": next(iter(probes.given_sound), None),
        "initials": next(iter(probes.initials), None),
        "birth": asked.birth_date.isoformat() if asked.birth_date else None,
        "exact": asked.birth_precision == BirthPrecision.DAY,
        "sex": str(asked.sex),
        "system_no": asked.national_no or None,
        "places": asked.place_keys,
    }
    if asked.identity:
        row["identity"] = "\\x" + identity_key(asked.identity).hex()
        row["exchanged"] = ["\\x" + key.hex() for key in exchanged_keys(asked.identity)]
        row["near"] = near_keys(asked.identity)
    return row
