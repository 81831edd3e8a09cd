"""What applies at a place on a day, as known on a day: parameters with their entries and the formula of every rule."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Protocol, TypeVar

from .kinds import RATE_ONE, Value, add_months, divide
from .model import Entry, Law, Parameter, Rule, Variant

ONE_DAY = timedelta(days=1)
AGED = 18
"""Months after which a figure that nothing has replaced is used with its age, to be confirmed."""


class _Dated(Protocol):
    @property
    def place(self) -> str: ...
    @property
    def start(self) -> date: ...
    @property
    def end(self) -> date | None: ...


D = TypeVar("D", bound=_Dated)


@dataclass(frozen=True, slots=True, eq=False)
class Context:
    """The law of one place on one day. `entries` and `variants` give the provenance of every figure and formula.

    `floors`: figures the place has not entered, of which only the least that a wider place allows is known.
    """

    places: tuple[str, ...]
    values: dict[str, Value]
    entries: dict[str, Entry]
    variants: dict[str, Variant]
    floors: dict[str, Entry]


@dataclass(frozen=True, slots=True)
class Standing:
    """What stands at a place on a day: the figure that rules there, if one is known, and the highest floor below it."""

    entry: Entry | None
    floor: Entry | None


def in_force(items: Iterable[D], place: str, day: date) -> list[D]:
    """The items of exactly this place that cover the day."""
    return [
        item for item in items if item.place == place and item.start <= day and (item.end is None or day <= item.end)
    ]


def latest(entries: Iterable[Entry], place: str, day: date, known: date | None) -> Entry | None:
    """The figure that began last at exactly this place; None once it has ended: what it replaced does not revive."""
    begun = [e for e in entries if e.place == place and e.start <= day and (known is None or e.known <= known)]
    last = max(begun, key=lambda e: (e.start, e.known), default=None)
    return None if last is None or (last.end is not None and last.end < day) else last


def standing(parameter: Parameter, places: Sequence[str], day: date, known: date | None) -> Standing:
    """The most local figure rules; for precedence 'highest' one that none around it exceeds. A floor rules nowhere."""
    found = [entry for place in places if (entry := latest(parameter.entries, place, day, known)) is not None]
    if not found:
        return Standing(None, None)
    ruling = found[0] if parameter.precedence == "local" else max(found, key=_amount)
    floors = [entry for entry in found if entry.floor]
    return Standing(None if ruling.floor else ruling, max(floors, key=_amount, default=None))


def _amount(entry: Entry) -> int:
    return entry.value if isinstance(entry.value, int) else 0


def entry_at(parameter: Parameter, places: Sequence[str], day: date, known: date | None) -> Entry | None:
    """The entry that rules, or None where the place has not entered one."""
    return standing(parameter, places, day, known).entry


def is_aged(entry: Entry, day: date) -> bool:
    """Has it stood so long that somebody has to confirm it? Not where its text says how long it stands."""
    return entry.end is None and add_months(entry.start, AGED) < day


def variant_at(rule: Rule, places: Sequence[str], day: date) -> Variant | None:
    """The most local formula in force."""
    for place in places:
        found = in_force(rule.variants, place, day)
        if found:
            return found[0]
    return None


class Resolver:
    """Resolves and remembers contexts. Between two dates on which anything changes the context is the same object."""

    def __init__(self, law: Law) -> None:
        self.law = law
        entries = [entry for parameter in law.parameters.values() for entry in parameter.entries]
        variants = [variant for rule in law.rules.values() for variant in rule.variants]
        dated: list[Entry | Variant] = [*entries, *variants]
        self.placed = {item.place for item in dated}
        self.begins = min(item.start for item in variants) if variants else date.min
        starts = {item.start for item in dated}
        self.breaks = sorted(starts | {item.end + ONE_DAY for item in dated if item.end is not None})
        self.knowns = sorted({entry.known for entry in entries})
        self.cache: dict[tuple[tuple[str, ...], int, int, bool], Context] = {}

    def at(self, places: tuple[str, ...], day: date, known: date | None = None, floors: bool = False) -> Context:
        """The context for a chain of places (most local first). With `floors` a floor stands in where a place has not
        entered its figure."""
        relevant = tuple(place for place in places if place in self.placed)
        period = bisect_right(self.breaks, day)
        learned = len(self.knowns) if known is None else bisect_right(self.knowns, known)
        key = (relevant, period, learned, floors)
        context = self.cache.get(key)
        if context is None:
            context = self.cache[key] = self.resolve(relevant, day, known, floors)
        return context

    def resolve(self, places: tuple[str, ...], day: date, known: date | None, floors: bool) -> Context:
        stands = {name: standing(item, places, day, known) for name, item in self.law.parameters.items()}
        least = {name: found.floor for name, found in stands.items() if found.entry is None and found.floor is not None}
        entries = {name: found.entry for name, found in stands.items() if found.entry is not None}
        entries |= least if floors else {}
        values: dict[str, Value] = {}
        for name in self.law.parameters:  # a share comes after the figure it is taken of
            if name in entries:
                values[name] = self.worth(name, entries[name], values)
        variants: dict[str, Variant] = {}
        for rule in self.law.rules.values():
            variant = variant_at(rule, places, day)
            if variant is not None:
                variants[rule.name] = variant
        return Context(places, values, entries, variants, {} if floors else least)

    def worth(self, name: str, entry: Entry, values: dict[str, Value]) -> Value:
        """The value of an entry at the place asked about; a share in whole units of it, half a unit counts up."""
        if not entry.share_of:
            return entry.value
        whole, unit = values.get(entry.share_of), values.get(self.law.parameters[name].unit, 1)
        if not isinstance(whole, int) or not isinstance(entry.value, int) or not isinstance(unit, int):
            return None
        return divide(whole * entry.value, unit * RATE_ONE, "half_up") * unit
