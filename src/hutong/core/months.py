"""Months, each by its first day."""

from __future__ import annotations

from datetime import date


def first_of(day: date) -> date:
    """The month a day lies in."""
    return day.replace(day=1)


def after(day: date) -> date:
    """The month after that of a day."""
    return date(day.year + day.month // 12, day.month % 12 + 1, 1)


def before(day: date) -> date:
    """The month before that of a day."""
    return date(day.year - (day.month == 1), (day.month - 2) % 12 + 1, 1)
