"""Small cells and headings that several pages share."""

from __future__ import annotations

from typing import Any

from hutong.channels.content import Badge, Link, Tone
from hutong.channels.sheet import record_url
from hutong.channels.web.files import file_link
from hutong.core.terms import Label
from hutong.core.viewer import Viewer
from hutong.people.queries.children import child_behind, name_of

Words = tuple[str, str]
_TONES: dict[str, Tone] = {
    "recognised": "good", "active": "good", "done": "good", "upheld": "good", "recognise": "good", "given": "good",
    "held_elsewhere": "good", "waived": "plain", "needed": "warn", "incomplete": "bad", "returned": "warn",
    "refused": "bad", "refuse": "bad", "suspended": "warn", "differs": "warn", "cannot_decide": "warn", "due": "warn",
    "waiting": "warn", "in_force": "good", "withdrawn": "plain",
    "proposed": "warn", "open": "warn", "filed": "info", "verified": "info", "draft": "info", "accepted": "info",
}  # fmt: skip


def labels(*pairs: Words) -> list[Label]:
    """Headings of a small table."""
    return [Label(*pair) for pair in pairs]


def badge(term: Any) -> Badge:
    """A state in words with its tone."""
    return Badge(term, _TONES.get(str(term), "plain"))


def state_cell(viewer: Viewer, record: Any) -> Badge:
    """The state of a record."""
    return badge(record.state)


def child_cell(viewer: Viewer, record: Any) -> Any:
    """The child, with the way to its page."""
    child = child_behind(record)
    return Link(name_of(viewer, child), record_url(child)) if child else name_of(viewer, None)


def child_of(viewer: Viewer, record: Any) -> str:
    """Name of a record that is about a child: the child's."""
    return name_of(viewer, child_behind(record))


def paper_cell(viewer: Viewer, file_id: int | None) -> Any:
    """The way to a stored paper."""
    return "" if file_id is None else file_link(viewer, file_id)
