"""The register: every instrument with all that rests on it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from .engine.errors import Mark
from .engine.model import Basis, Entry, Law, Term, Variant
from .language import Label

KINDS = {
    "rule": Label("规则", "rule"),
    "figure": Label("标准", "figure"),
    "limit": Label("期限", "limit"),
    "statistics": Label("统计", "statistics"),
    "week": Label("每周休息日", "days of rest"),
    "holidays": Label("节假日", "holidays"),
}


@dataclass(frozen=True, slots=True)
class Use:
    """One formula, figure or length and the dates between which it stands. kind: rule | figure | limit | ..."""

    kind: str
    name: str
    place: str
    start: date
    end: date | None
    basis: Basis
    mark: Mark | None

    @property
    def said(self) -> Label:
        """What it is, for a sentence."""
        kind = KINDS[self.kind]
        return Label(f"{self.place}的{kind.zh}“{self.name}”", f"{kind.en} '{self.name}' in {self.place}")

    def stands(self, on: date) -> bool:
        """Whether it still applies on a day or later."""
        return self.end is None or self.end >= on


def uses(law: Law) -> Iterator[Use]:
    """Everything that names an instrument, with its last day: its own, or the day before the next at its place."""
    for rule in law.rules.values():
        yield from _dated("rule", rule.name, rule.variants)
    for parameter in law.parameters.values():
        yield from _dated("figure", parameter.name, parameter.entries)
    for limit in law.limits.values():
        yield from _dated("limit", limit.id, limit.terms)
    for entry, _ in law.statistics:
        yield Use("statistics", "statistics", entry.place, entry.start, entry.start, entry.basis, entry.mark)
    if law.week is not None:
        yield Use("week", "week", law.week.place, law.week.start, None, law.week.basis, law.week.mark)
    for year in law.holidays.values():
        first, last = date(year.year, 1, 1), date(year.year, 12, 31)
        yield Use("holidays", f"holidays {year.year}", law.country, first, last, year.basis, None)


def _dated(kind: str, name: str, items: tuple[Variant, ...] | tuple[Entry, ...] | tuple[Term, ...]) -> Iterator[Use]:
    for item in items:
        later = [other.start for other in items if other.place == item.place and other.start > item.start]
        end = item.end or (date.fromordinal(min(later).toordinal() - 1) if later else None)
        yield Use(kind, name, item.place, item.start, end, item.basis, item.mark)


def rests_on(law: Law) -> dict[str, set[str]]:
    """Names of rules, figures and time limits by the instrument they rest on."""
    found: dict[str, set[str]] = {}
    for use in uses(law):
        found.setdefault(use.basis.act, set()).add(use.name)
    return found


def register(law: Law) -> list[dict[str, Any]]:
    """Every instrument with its uses, as JSON."""
    by_act: dict[str, list[Use]] = {act: [] for act in law.instruments}
    for use in uses(law):
        by_act[use.basis.act].append(use)
    return [_instrument(law, act, found) for act, found in by_act.items()]


def _instrument(law: Law, act: str, found: list[Use]) -> dict[str, Any]:
    item = law.instruments[act]
    return {
        "id": act,
        **item.title.both(),
        "number": item.number,
        "date": item.day.isoformat() if item.day else None,
        "status": item.status,
        "evidence": item.evidence,
        "compared": item.compared.isoformat() if item.compared else None,
        "compared_by": item.compared_by.both() if item.compared_by else None,
        "note": item.note.both() if item.note else None,
        "uses": [_use(use) for use in found],
    }


def _use(use: Use) -> Mapping[str, Any]:
    return {
        "kind": use.kind,
        "name": use.name,
        "place": use.place,
        "from": use.start.isoformat(),
        "to": use.end.isoformat() if use.end else None,
        "article": use.basis.article,
        "evidence": use.basis.evidence,
    }
