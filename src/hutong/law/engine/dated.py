"""What applies at a place on a day, as known on a day: parameters with their entries and the formula of every rule."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Protocol, TypeVar

from .kinds import Value
from .model import Entry, Law, Parameter, Rule, Variant

ONE_DAY = timedelta(days=1)


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
    """The law of one place on one day. `entries` and `variants` give the provenance of every figure and formula."""

    places: tuple[str, ...]
    values: dict[str, Value]
    entries: dict[str, Entry]
    variants: dict[str, Variant]


def in_force(items: Iterable[D], place: str, day: date) -> list[D]:
    """The items of exactly this place that cover the day."""
    return [
        item for item in items if item.place == place and item.start <= day and (item.end is None or day <= item.end)
    ]


def entry_at(parameter: Parameter, places: Sequence[str], day: date, known: date | None) -> Entry | None:
    """The entry that rules: the most local one, or for precedence 'highest' the largest along the chain."""
    found: list[Entry] = []
    for place in places:
        entries = [e for e in in_force(parameter.entries, place, day) if known is None or e.known <= known]
        if entries:
            found.append(max(entries, key=lambda e: (e.start, e.known)))
    if not found:
        return None
    if parameter.precedence == "local":
        return found[0]
    return max(found, key=lambda e: (e.value if isinstance(e.value, int) else 0, len(e.place)))


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
        self.cache: dict[tuple[tuple[str, ...], int, int], Context] = {}

    def at(self, places: tuple[str, ...], day: date, known: date | None = None) -> Context:
        """The context for a chain of places (most local first)."""
        relevant = tuple(place for place in places if place in self.placed)
        period = bisect_right(self.breaks, day)
        learned = len(self.knowns) if known is None else bisect_right(self.knowns, known)
        key = (relevant, period, learned)
        context = self.cache.get(key)
        if context is None:
            context = self.cache[key] = self.resolve(relevant, day, known)
        return context

    def resolve(self, places: tuple[str, ...], day: date, known: date | None) -> Context:
        entries: dict[str, Entry] = {}
        for parameter in self.law.parameters.values():
            entry = entry_at(parameter, places, day, known)
            if entry is not None:
                entries[parameter.name] = entry
        variants: dict[str, Variant] = {}
        for rule in self.law.rules.values():
            variant = variant_at(rule, places, day)
            if variant is not None:
                variants[rule.name] = variant
        return Context(places, {name: entry.value for name, entry in entries.items()}, entries, variants)
