"""What is running now: the open action and its entry. Read by records, tasks, clocks and events."""

from __future__ import annotations

from collections.abc import Callable
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db.models import QuerySet

from hutong.core.gather import Gathering
from hutong.core.viewer import ZONE, Viewer


@dataclass
class Running:
    """An open action: who, when, its entry number and what it gathered on the way."""

    name: str
    package: str
    viewer: Viewer
    now: datetime
    entry_id: int
    parent_id: int | None
    notes: dict[str, Any] = field(default_factory=dict)
    place_key: int | None = None
    made: dict[str, list[int]] | None = None
    """Rows that came into being, by their label, where the action keeps them so that it can be taken back."""
    gathering: Gathering | None = None
    """Where the writes of a bulk act wait; None in an act on one record."""

    @property
    def today(self) -> date:
        """Business day of the action."""
        return self.now.astimezone(ZONE).date()


_open: ContextVar[Running | None] = ContextVar("hutong_action", default=None)


def running() -> Running | None:
    """The innermost open action, if any."""
    return _open.get()


def opened() -> Running:
    """The innermost open action; RuntimeError outside one, since only actions write."""
    found = _open.get()
    if found is None:
        raise RuntimeError("this writes, so it must be called inside an action")
    return found


def gathering() -> Gathering | None:
    """Where what the running action writes waits for what other items write; None where it is written at once."""
    action = _open.get()
    return action.gathering if action is not None and action.gathering is not None and action.gathering.open else None


def named(viewer: Viewer, given: Any, field: str, rows: Callable[[Viewer], QuerySet[Any]]) -> Any:
    """The record an input names in `field`, among `rows(viewer)`; None where there is none.

    A bulk act reads it once for all its items, so `rows` must be a function of its module and not made anew.
    """
    number = getattr(given, field)
    if number is None:
        return None
    many = gathering()
    if many is None:
        return rows(viewer).filter(pk=number).first()
    return many.named(field, lambda: rows(viewer), rows, number)


def note(**facts: Any) -> None:
    """Add facts to the entry of the running action (for instance that an officer departed from the advice)."""
    opened().notes.update(facts)
