"""What the law says about a child month by month, as known today, and what was paid beyond it though nobody cheated."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Sum

from hutong.benefits.models import Award
from hutong.benefits.queries.advice import Advised, advise_on
from hutong.benefits.queries.bases import confirmed_on
from hutong.benefits.terms import Advice
from hutong.core import months
from hutong.money.models import Line
from hutong.money.terms import LineState
from hutong.people.queries.children import child_behind
from hutong.people.queries.facts import facts_of

LOOK_BACK = 24
"""Months whose payments are reckoned again: as far as a run looks for arrears."""


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


@dataclass(frozen=True)
class Recomputed:
    """A month that was paid, in fen: what was ordered, and what is due by the facts of its first day; None: the law
    cannot tell. `moved`: facts changed in the middle of it."""

    month: date
    paid_fen: int
    due_fen: int | None
    moved: bool

    @property
    def over_fen(self) -> int:
        """What is to be recovered by reckoning alone; nothing of a month a person has to look at."""
        return 0 if self.moved or self.due_fen is None else max(self.paid_fen - self.due_fen, 0)


def recomputed(award: Award, today: date) -> list[Recomputed]:
    """Months paid beyond what their facts allow, or whose facts changed in the middle, oldest first."""
    if award.order is None:
        return []
    since = max(award.paid_from, months.before(today, LOOK_BACK))
    lines = Line.objects.filter(order=award.order, month__gte=since).exclude(state=LineState.VOID)
    paid = dict(lines.values_list("month").annotate(fen=Sum("amount_fen")).order_by("month"))
    if not paid:
        return []
    child = child_behind(award)
    died = child.died_on if child is not None else None
    found = []
    for one in by_month(award, min(paid), max(paid), today):
        gone = died is not None and one.month > died
        row = Recomputed(one.month, paid.get(one.month, 0), 0 if gone else _due(one.advised), one.moved and not gone)
        if row.paid_fen and (row.over_fen or row.moved):
            found.append(row)
    return found


def _due(advised: Advised) -> int | None:
    return 0 if advised.advice == Advice.REFUSE else advised.amount_fen
