"""Months, each by its first day."""

from __future__ import annotations

from datetime import date

from hutong.law.engine.kinds import add_months


def first_of(day: date) -> date:
    """The month a day lies in."""
    return day.replace(day=1)


def after(day: date, count: int = 1) -> date:
    """The month so many months after that of a day."""
    at = day.year * 12 + day.month - 1 + count
    return date(at // 12, at % 12 + 1, 1)


def before(day: date, count: int = 1) -> date:
    """The month so many months before that of a day."""
    return after(day, -count)


def between(first: date, last: date) -> list[date]:
    """The months from that of a day to that of another, oldest first."""
    count = (last.year - first.year) * 12 + last.month - first.month
    return [after(first, at) for at in range(count + 1)]


def full_years(born: date, day: date) -> int:
    """Full years between a birth and a day, as the law counts them (满周岁)."""
    years = day.year - born.year
    return years - (day < add_months(born, 12 * years))
