"""What `money` does when something happens in `people`: a payee who can no longer receive becomes an urgent task."""

from __future__ import annotations

from typing import Any

from hutong.core.events import reaction
from hutong.core.viewer import Viewer
from hutong.money.actions import note_parent
from hutong.money.queries.accounts import orders_of_parent
from hutong.money.terms import GONE


def may_receive(payload: dict[str, Any]) -> bool:
    """Did a parent go to whom money is paid? A fact that ended needs no other payee."""
    if payload.get("until") or payload["status"] not in GONE:
        return False
    return orders_of_parent(payload["child_id"], payload["side"]).exists()


@reaction("people.parent_fact_changed", name="money.parent_gone", concerns=may_receive)
def parent_gone(viewer: Viewer, payload: dict[str, Any], key: str) -> None:
    """A parent was jailed, vanished, lost guardianship or died."""
    asked = {name: payload[name] for name in ("child_id", "side", "status")}
    note_parent(viewer, asked, key=key)
