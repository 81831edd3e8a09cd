"""What is running now: the open action and its entry. Read by records, tasks, clocks and events."""

from __future__ import annotations

from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

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


def note(**facts: Any) -> None:
    """Add facts to the entry of the running action (for instance that an officer departed from the advice)."""
    opened().notes.update(facts)
