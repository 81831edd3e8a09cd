"""What `benefits` does when something happens below it, and once a day. No payment changes here: a person decides.

It also tells the payment run page of `money` where the rows of a month come from.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db import connection
from procrastinate.contrib.django import app as queue

from hutong.benefits.actions import (
    ask_after_last_month,
    ask_school_proof,
    draw_spot_checks,
    look_at_standards,
    move_answer,
    note_change,
    note_death,
    note_move,
    note_payee,
    note_school,
    open_reviews,
    run_month,
    set_payee,
)
from hutong.benefits.models import Award, Hearing
from hutong.benefits.queries.payroll import relation_for
from hutong.benefits.queries.roll import waiting
from hutong.benefits.terms import AwardState
from hutong.benefits.workflow import ANSWER_LIMIT
from hutong.core import places
from hutong.core.action import call_system
from hutong.core.events import reaction
from hutong.core.viewer import Viewer
from hutong.money.queries.relation import Relation, Source, Waiting, register_source
from hutong.money.terms import Item


def provided_for(payload: dict[str, Any]) -> bool:
    """Has the child an award that runs? Whoever is starting one holds the child's row (`hold_child`): wait for them."""
    with connection.cursor() as cursor:
        cursor.execute("select from people_child where id = %s for key share", [payload["child_id"]])
    return Award.objects.filter(child_id=payload["child_id"]).exclude(state=AwardState.ENDED).exists()


def waits_for_payee(payload: dict[str, Any]) -> bool:
    """Has the child an award nothing is ordered for yet?"""
    return payload["child_id"] is not None and _waiting(payload["child_id"]) is not None


def _waiting(child_id: int) -> Award | None:
    return Award.objects.filter(child_id=child_id, order=None).exclude(state=AwardState.ENDED).first()


def payees_time(payload: dict[str, Any]) -> bool:
    """Was it the time of a payee to answer?"""
    return bool(payload["on_label"] == Hearing.label() and payload["limit"] == ANSWER_LIMIT)


@reaction("org.limit_extended", name="benefits.move_answer", concerns=payees_time)
def more_time_to_answer(viewer: Viewer, payload: dict[str, Any], key: str) -> None:
    """The county gave a payee more time."""
    move_answer(viewer, payload["on_id"], {}, key=key)


@reaction("people.parent_fact_changed", name="benefits.look_again_parent", concerns=provided_for)
def look_again_parent(viewer: Viewer, payload: dict[str, Any], key: str) -> None:
    """A parent's situation began or ended."""
    side = {"father": "父亲", "mother": "母亲"}.get(str(payload.get("side")), "父母")
    note_change(viewer, {"child_id": payload["child_id"], "what": f"{side}情况有变化"}, key=key)


@reaction("people.aid_changed", name="benefits.look_again_aid", concerns=provided_for)
def look_again_aid(viewer: Viewer, payload: dict[str, Any], key: str) -> None:
    """Other aid of the child began, changed or ended."""
    note_change(viewer, {"child_id": payload["child_id"], "what": "其他救助待遇有变化"}, key=key)


@reaction("people.child_moved", name="benefits.look_again_place", concerns=provided_for)
def look_again_place(viewer: Viewer, payload: dict[str, Any], key: str) -> None:
    """The child lives, or is registered, somewhere else."""
    note_move(viewer, {"child_id": payload["child_id"], "what": "户籍地或居住地有变化"}, key=key)


@reaction("people.child_changed", name="benefits.look_again_child", concerns=provided_for)
def look_again_child(viewer: Viewer, payload: dict[str, Any], key: str) -> None:
    """Placement, school or another fact of the child changed."""
    note_change(viewer, {"child_id": payload["child_id"], "what": "儿童本人情况有变化"}, key=key)
    if "school" in payload.get("fields", ()):
        note_school(viewer, {"child_id": payload["child_id"], "what": "就学情况已登记"}, key=f"{key}:school")


@reaction("people.child_died", name="benefits.child_died", concerns=provided_for)
def child_died(viewer: Viewer, payload: dict[str, Any], key: str) -> None:
    """The child has died."""
    note_death(viewer, {"child_id": payload["child_id"], "what": "儿童死亡"}, key=key)


@reaction("people.guardian_changed", name="benefits.guardian_changed", concerns=provided_for)
def guardian_changed(viewer: Viewer, payload: dict[str, Any], key: str) -> None:
    """Who cares for the child changed: look whether the payee is still right."""
    note_payee(viewer, {"child_id": payload["child_id"], "what": "监护人或照料人有变化"}, key=key)


@reaction("money.account_approved", name="benefits.payee_found", concerns=waits_for_payee)
def payee_found(viewer: Viewer, payload: dict[str, Any], key: str) -> None:
    """A payee of a child has an account two people looked at: an award that waited for one is ordered to be paid."""
    waiting = _waiting(payload["child_id"])
    if waiting is not None:
        set_payee(viewer, waiting, {"payee_id": payload["payee_id"]}, key=key)


@queue.periodic(cron="20 0 * * *")
@queue.task(name="benefits.daily", queueing_lock="benefits.daily")
def daily(timestamp: int) -> None:
    """Reviews and school proofs that come due, last month's spot checks, standards that have stood for a year."""
    call_system(open_reviews, {})
    call_system(ask_school_proof, {})
    call_system(ask_after_last_month, {})
    call_system(draw_spot_checks, {})
    call_system(look_at_standards, {})


def _relation(viewer: Viewer, place_id: int, month: date) -> Relation:
    return relation_for(viewer, places.key(place_id), month)


def _rolls(viewer: Viewer, place_id: int) -> list[Waiting]:
    return waiting(viewer, places.key(place_id))


register_source(Source(Item.BASIC_LIVING, _relation, run_month, category=(Award, "category"), waiting=_rolls))
