"""What `money` does when something happens in `people`: a payee who can no longer receive becomes an urgent task."""

from __future__ import annotations

from typing import Any

from hutong.core.events import reaction
from hutong.core.viewer import Viewer
from hutong.money.actions import note_parent


@reaction("people.parent_fact_changed", name="money.parent_gone")
def parent_gone(viewer: Viewer, payload: dict[str, Any], key: str) -> None:
    """A parent was jailed, vanished, lost guardianship or died; a fact that ended needs no other payee."""
    if payload.get("until"):
        return
    asked = {name: payload[name] for name in ("child_id", "side", "status")}
    note_parent(viewer, asked, key=key)
