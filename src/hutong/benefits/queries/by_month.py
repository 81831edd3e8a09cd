"""What the law says about a child month by month: each month with its own facts and figures, as known today."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from hutong.benefits.models import Award
from hutong.benefits.queries.advice import Advised, advise_on
from hutong.benefits.queries.bases import confirmed_on
from hutong.core import months
from hutong.people.queries.facts import facts_of


@dataclass(frozen=True)
class OfMonth:
    """The law's answer on the first day of a month; `moved`: facts changed in the middle of it, so a person looks."""

    month: date
    advised: Advised
    moved: bool


def by_month(award: Award, first: date, last: date, today: date) -> Iterator[OfMonth]:
    """The months of an award from one to another, oldest first, with facts as they were on each first day."""
    confirmed, month = confirmed_on(award), months.first_of(first)
    facts = facts_of(award.child_id, month)
    while month <= last:
        following = months.after(month)
        then = facts_of(award.child_id, following) if following <= today else facts
        ends = facts_of(award.child_id, following - timedelta(days=1)) if following <= today else facts
        advised = advise_on(facts, month, award.place_key, known=today, confirmed=confirmed)
        yield OfMonth(month, advised, _of_life(ends) != _of_life(facts))
        month, facts = following, then


def _of_life(facts: dict[str, object]) -> dict[str, object]:
    """Facts without those that move by themselves: ages and lengths of time count from days that stay."""
    return {name: value for name, value in facts.items() if not name.endswith(("_months", "_days"))}
