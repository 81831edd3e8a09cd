"""Local arrangements of paying: who signs up to which total, how many months a run covers, what counts as unusual."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Any, TypeVar

import yaml

from hutong.core import months, places
from hutong.core.places import Span
from hutong.money.access import paying_role, preparing_role
from hutong.money.models import Arrangement, BankFormat, Payer, Rhythm, SharedLimit, SigningBand
from hutong.money.terms import BankFileForm, PayingLevel, Separator, TotalsAt
from hutong.org.terms import Role

Entry = TypeVar("Entry", bound=Arrangement)


@cache
def defaults() -> dict[str, Any]:
    """What holds where no place decided otherwise, each with basis and evidence letter."""
    loaded: dict[str, Any] = yaml.safe_load((files("hutong.money") / "data" / "defaults.yaml").read_text("utf-8"))
    return loaded


def nearest(kind: type[Entry], place_key: int, on: date) -> Entry | None:
    """The newest entry of the nearest place, from the place itself upward, that has one; None where our default holds.
    Of a kind with several rows it is one of them."""
    for key in (place_key, *places.parents(place_key)):
        found = kind.objects.filter(place__key=key, valid_from__lte=on).order_by("-valid_from").first()
        if found:
            return found
    return None


def with_own(kind: type[Arrangement], place_key: int, on: date) -> set[int]:
    """Keys of places below that have an entry of their own."""
    span = places.span_of(place_key)
    rows = kind.objects.filter(place__key__gt=span.lo, place__key__lt=span.hi, valid_from__lte=on)
    return set(rows.values_list("place__key", flat=True))


@dataclass(frozen=True)
class Band:
    """Batches up to `limit_fen` (None: any total) are signed by the role; `evidence` M marks a default."""

    limit_fen: int | None
    role: str
    basis: str
    evidence: str


def bands(place_key: int, on: date) -> list[Band]:
    """Signing bands of the nearest place that has its own, lowest limit first; the defaults otherwise."""
    own = nearest(SigningBand, place_key, on)
    if own is not None:
        rows = SigningBand.objects.filter(place=own.place_id, valid_from=own.valid_from)
        return sorted((Band(r.limit_fen, r.role, r.basis, "L") for r in rows), key=_by_limit)
    given = defaults()["signing_bands"]
    yuan = [(b["limit_yuan"], b["role"]) for b in given["bands"]]
    return [Band(y * 100 if y is not None else None, r, given["basis"], given["evidence"]) for y, r in yuan]


def _by_limit(band: Band) -> tuple[bool, int]:
    return band.limit_fen is None, band.limit_fen or 0


def signers(place_key: int, total_fen: int, on: date) -> tuple[str, ...]:
    """Roles that may sign a batch of the total: the band's own and those of higher bands, nearest first.

    Above counties the level that pays signs its own batches, by a second person. What only books money that came back
    (total 0) may also be signed by the office that prepares runs: finance, which records it, does not sign it alone.
    """
    if places.depth_of(place_key) < 3:
        return (paying_role(place_key),)
    if total_fen == 0:
        return (preparing_role(place_key), *signers(place_key, 1, on))
    fitting = [b.role for b in bands(place_key, on) if b.limit_fen is None or total_fen <= b.limit_fen]
    return tuple(dict.fromkeys(fitting)) or (Role.CITY_OFFICER,)


def every_months(place_key: int, on: date) -> int:
    """How many months one run of the place covers: its nearest rhythm, else the default (monthly)."""
    own = nearest(Rhythm, place_key, on)
    return int(own.every_months if own else defaults()["rhythm"]["every_months"])


def due_months(place_key: int, month: date) -> list[date]:
    """Months a run for `month` covers, oldest first; empty when the place does not pay in that month."""
    count = every_months(place_key, month)
    if month.month % count:
        return []
    return [months.before(month, back) for back in range(count - 1, -1, -1)]


def next_due(place_key: int, month: date) -> date:
    """The next month, from `month` on, in which the place pays."""
    return next(m for m in (months.after(month, ahead) for ahead in range(12)) if due_months(place_key, m))


DEPTHS = {PayingLevel.NATION: 0, PayingLevel.PROVINCE: 1, PayingLevel.CITY: 2, PayingLevel.COUNTY: 3}
"""How deep in the tree the offices of a level lie."""


def paying_level(place_key: int, month: date) -> PayingLevel:
    """Which level pays at a place in a month; counties where nobody decided otherwise."""
    found = nearest(Payer, place_key, month)
    return found.level if found else PayingLevel(defaults()["payer"]["level"])


def pays_here(place_key: int, month: date) -> bool:
    """Is it the level of this place that pays there in the month?"""
    return DEPTHS[paying_level(place_key, month)] == min(places.depth_of(place_key), DEPTHS[PayingLevel.COUNTY])


def paid_elsewhere(place_key: int, month: date) -> list[Span]:
    """Places below that another level pays in the month; nested ones that this level pays are cut out."""
    level, marks = paying_level(place_key, month), sorted(with_own(Payer, place_key, month))
    return _cut(marks, {key: paying_level(key, month) != level for key in marks})


def resting(place_key: int, month: date) -> list[Span]:
    """Places below with a rhythm of their own that do not pay in the month; nested ones that do are cut out."""
    marks = sorted(with_own(Rhythm, place_key, month))
    return _cut(marks, {key: not due_months(key, month) for key in marks})


@dataclass(frozen=True)
class Shared:
    """From `children` on an account of a person waits for a confirmation; `evidence` M marks a default."""

    children: int
    basis: str
    evidence: str


def shared_limit(place_key: int, on: date) -> Shared:
    """The limit of the nearest place, from the place itself upward, that has its own; the default otherwise."""
    own = nearest(SharedLimit, place_key, on)
    if own is not None:
        return Shared(own.most, own.basis, "L")
    given = defaults()["shared_account"]
    return Shared(given["children"], given["basis"], given["evidence"])


@dataclass(frozen=True)
class Format:
    """How the bank takes its file; `evidence` M marks a default."""

    form: BankFileForm
    totals: TotalsAt
    separator: Separator
    basis: str
    evidence: str


def bank_format(place_key: int, on: date) -> Format:
    """The format of the nearest place, from the place itself upward, that has its own; the default otherwise."""
    own = nearest(BankFormat, place_key, on)
    if own is not None:
        return Format(own.form, own.totals, own.separator, own.basis, "L")
    given = defaults()["bank_format"]
    words = (BankFileForm(given["form"]), TotalsAt(given["totals"]), Separator(given["separator"]))
    return Format(*words, given["basis"], given["evidence"])


def shared_limits(place_key: int, on: date) -> list[tuple[Span, int]]:
    """Places below with a limit of their own, the smallest first: the first span that holds an order decides."""
    marks = sorted(with_own(SharedLimit, place_key, on), key=places.depth_of, reverse=True)
    return [(places.span_of(key), shared_limit(key, on).children) for key in marks]


def _cut(marks: Sequence[int], rests: dict[int, bool]) -> list[Span]:
    found: list[Span] = []
    for key in marks:
        span = places.span_of(key)
        if rests[key]:
            found.append(span)
            continue
        cut: list[Span] = []
        for other in found:
            if other.lo <= span.lo and span.hi <= other.hi:
                cut += [Span(other.lo, span.lo), Span(span.hi, other.hi)]
            else:
                cut.append(other)
        found = [s for s in cut if s.lo < s.hi]
    return found
