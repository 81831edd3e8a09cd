"""Small cells that several pages share. No page of this package tells why a child is paid."""

from __future__ import annotations

from typing import Any

from hutong.channels.content import Badge, Tone
from hutong.core.viewer import Viewer
from hutong.money.models import Line
from hutong.money.queries.reference import reference
from hutong.people.queries.children import child_behind, name_of

TONES: dict[str, Tone] = {
    "prepared": "warn", "signed": "info", "sent": "info", "settled": "good", "paid": "good", "refused": "bad",
    "proposed": "warn", "approved": "good", "declined": "bad", "active": "good", "suspended": "warn",
    "waiting": "info", "noticed": "warn", "answered": "info", "agreed": "info",
}  # fmt: skip


def state(viewer: Viewer, record: Any) -> Badge:
    """Cell with the state in words and colour."""
    return Badge(type(record)._meta.get_field("state").word(record.state), TONES.get(str(record.state), "plain"))


def child_cell(viewer: Viewer, record: Any) -> str:
    """Cell with the child of a record."""
    return "" if record.child_id is None else name_of(viewer, child_behind(record))


def line_name(viewer: Viewer, line: Line) -> str:
    """What a line is called: its payment number."""
    return reference(line.pk)
