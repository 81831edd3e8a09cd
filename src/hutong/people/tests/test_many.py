"""Facts of many children at once: an action that reads what it writes leaves the same as one by one."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from hutong.core.errors import Conflict, Invalid, NotFound, Refused
from hutong.core.many import Item, bulk
from hutong.core.models import Clock, EventLine, Task
from hutong.core.places import span_of
from hutong.people import actions
from hutong.people.models import AidFact, Child, ParentFact
from hutong.people.tests import build

pytestmark = pytest.mark.django_db

DEAD = {"side": "father", "status": "dead", "since": "2024-03-01", "evidence": "death_certificate"}
LOST = {"side": "mother", "status": "lost_contact", "since": "2024-05-01", "evidence": "police_receipt"}
DIFFERENT = ("id", "on_id", "clock_id", "entry_id", "replaces_id", "payload", "created_at", "updated_at")


def children(number: int) -> list[Child]:
    return [build.child(name=f"田小{'甲乙丙丁'[n]}", in_spite_of="另一名儿童") for n in range(number)]


def left(*models: Any) -> list[list[dict[str, Any]]]:
    """Rows of these tables in their order, without the numbers that differ from run to run."""
    return [[{k: v for k, v in row.items() if k not in DIFFERENT} for row in rows(m)] for m in models]


def rows(model: Any) -> list[dict[str, Any]]:
    return list(model.objects.order_by("id").values())


def both_ways(spec: Any, viewer: Any, items: list[Item], *models: Any) -> tuple[Any, Any, int, int]:
    """What is left one by one, what is left in bulk, and the statements of each."""
    with transaction.atomic():
        with CaptureQueriesContext(connection) as alone:
            for item in items:
                spec(viewer, item.target, item.given)
        singly = left(*models)
        transaction.set_rollback(True)
    with CaptureQueriesContext(connection) as together:
        for answer in bulk(spec, viewer, items):
            answer.got()
    return singly, left(*models), len(alone), len(together)


def test_facts_are_recorded_and_confirmed_in_bulk_as_they_are_alone() -> None:
    found = children(4)
    items = [Item(given, child.pk) for child in found for given in (DEAD, LOST)]
    tables = (ParentFact, Task, Clock, EventLine)
    singly, together, alone, many = both_ways(actions.record_parent_fact, build.officer(), items, *tables)
    assert together == singly
    assert many * 3 < alone
    facts = ParentFact.objects.order_by("id").values_list("pk", flat=True)
    checks = [Item({"note": "已核对"}, pk) for pk in facts]
    singly, together, alone, many = both_ways(actions.confirm_parent_fact, build.officer(), checks, *tables)
    assert together == singly
    assert many * 2 < alone


def test_a_later_item_sees_what_an_earlier_one_did() -> None:
    child = children(1)[0]
    first = {"first_month": "2026-01-01", "dibao_fen": 30000}
    second = {"first_month": "2026-06-01", "dibao_fen": 20000}
    items = [Item(first, child.pk), Item(second, child.pk), Item(second | {"dibao_fen": 25000}, child.pk)]
    singly, together, _alone, _many = both_ways(actions.record_aid, build.officer(), items, AidFact, EventLine)
    assert together == singly
    assert list(AidFact.objects.order_by("id").values_list("amount_fen", "last_month")) != []


def test_who_recorded_a_fact_confirms_none_of_theirs_among_many() -> None:
    one, two = children(2)
    mine, other = build.officer(), build.officer()
    own = actions.record_parent_fact(mine, one, DEAD)
    theirs = actions.record_parent_fact(other, two, DEAD)
    answers = bulk(actions.confirm_parent_fact, mine, [Item({}, own.pk), Item({}, theirs.pk), Item({}, theirs.pk)])
    assert [type(a.error) for a in answers] == [Refused, type(None), Conflict]
    assert list(ParentFact.objects.order_by("id").values_list("state", flat=True)) == ["reported", "confirmed"]


def test_the_same_child_twice_in_one_bulk_act_is_warned_of() -> None:
    same = {
        "name": "田小禾",
        "birth_date": "2015-06-15",
        "sex": "female",
        "actual_id": build.places()["999901101201"].pk,
    }
    answers = bulk(actions.register_child, build.officer(), [Item(same), Item(same)])
    assert answers[0].error is None
    assert isinstance(answers[1].error, Invalid)
    assert [e.field for e in answers[1].error.errors] == ["in_spite_of"]


def test_an_item_done_before_whose_record_is_out_of_sight_by_now_spoils_no_other() -> None:
    director, village, other = build.director(), build.places()["999901101201"], build.places()["999901101202"]
    first = Item({"name": "田小禾", "actual_id": village.pk}, key="one")
    made = bulk(actions.register_child, director, [first])[0].got()
    moved = {"division_id": build.places()["980101101201"].pk, "moved_on": "2026-11-01"}
    actions.set_residence(build.officer(), made.pk, moved)
    elsewhere = replace(director, spans=(span_of(other.key),))
    second = Item({"name": "王一诺", "actual_id": other.pk}, key="two")
    answers = bulk(actions.register_child, elsewhere, [first, second])
    assert isinstance(answers[0].error, NotFound)
    assert answers[1].got().name == "王一诺"
