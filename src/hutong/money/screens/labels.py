"""Small cells that several pages share. No page of this package tells why a child is paid."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from hutong.channels.content import Badge, Fen, Month, Place, Tone
from hutong.core.access import MASK, may_read
from hutong.core.terms import Label
from hutong.core.viewer import Viewer
from hutong.money.models import Line
from hutong.money.queries.reference import reference
from hutong.people.models import Child
from hutong.people.queries.children import child_behind

MOVED_AWAY = Label("已迁出儿童", "child who moved away")
TONES: dict[str, Tone] = {
    "prepared": "warn", "signed": "info", "sent": "info", "settled": "good", "paid": "good", "refused": "bad",
    "proposed": "warn", "approved": "good", "declined": "bad", "active": "good", "suspended": "warn",
    "noticed": "warn", "answered": "info", "agreed": "info",
}  # fmt: skip


def fen(field: str) -> Callable[[Viewer, Any], Fen | None]:
    """Cell with an amount of a column in fen."""

    def cell(viewer: Viewer, record: Any) -> Fen | None:
        value = getattr(record, field)
        return None if value is None else Fen(value)

    return cell


def month(field: str) -> Callable[[Viewer, Any], Month | None]:
    """Cell with a month."""

    def cell(viewer: Viewer, record: Any) -> Month | None:
        value: date | None = getattr(record, field)
        return None if value is None else Month(value)

    return cell


def place(field: str = "place_key") -> Callable[[Viewer, Any], Place]:
    """Cell with the name of a place."""
    return lambda viewer, record: Place(key=getattr(record, field))


def state(viewer: Viewer, record: Any) -> Badge:
    """Cell with the state in words and colour."""
    return Badge(type(record)._meta.get_field("state").word(record.state), TONES.get(str(record.state), "plain"))


def child_name(viewer: Viewer, child: Child | None) -> str:
    """The child as this viewer may call it; None is one who moved out of sight."""
    if child is None:
        return MOVED_AWAY.text(viewer.locale)
    return str(child) if may_read(viewer, Child, "name") else MASK


def child_cell(viewer: Viewer, record: Any) -> str:
    """Cell with the child of a record."""
    return "" if record.child_id is None else child_name(viewer, child_behind(record))


def line_name(viewer: Viewer, line: Line) -> str:
    """What a line is called: its payment number."""
    return reference(line.pk)


def both(zh: str, en: str) -> Label:
    """A text in both languages."""
    return Label(zh, en)
