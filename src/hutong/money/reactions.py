"""What `money` does when something happens in `people`: a payee who can no longer receive becomes an urgent task."""

from __future__ import annotations

from typing import Any

from hutong.core.events import reaction
from hutong.core.viewer import Viewer
from hutong.money.actions import ask_which_order, note_parent
from hutong.money.models import Order
from hutong.money.queries.accounts import orders_of_parent
from hutong.money.terms import GONE, OrderState


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


def paid_twice(payload: dict[str, Any]) -> bool:
    """Has the child of two files that became one more than one running order?"""
    return Order.objects.filter(child=payload["child_id"]).exclude(state=OrderState.ENDED).count() > 1


@reaction("people.children_merged", name="money.one_order", concerns=paid_twice)
def one_order(viewer: Viewer, payload: dict[str, Any], key: str) -> None:
    """Two files became one: somebody says which order stays, and no run pays the later one meanwhile."""
    ask_which_order(viewer, {"child_id": payload["child_id"]}, key=key)
