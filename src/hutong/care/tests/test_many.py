"""Many findings at once: the same rows as one by one, an answer for each, in a few statements."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from hutong.benefits.tests import build
from hutong.care import actions
from hutong.care.models import Finding
from hutong.core.action import Given
from hutong.core.errors import Conflict, Invalid, NotFound, Refused
from hutong.core.many import Item, bulk
from hutong.core.models import Clock, Entry, EventLine, JournalLine, Task
from hutong.people.models import Child
from hutong.people.tests import build as people

pytestmark = pytest.mark.django_db

MODELS = (Finding, Task, Clock, EventLine)
COUNTED = ("id", "on_id", "clock", "clock_id", "entry_id", "finding_id", "payload")
"""Numbers that differ from one run to the next."""


def seen(**given: Any) -> dict[str, Any]:
    village = people.places()[build.VILLAGE]
    fields = {"place_id": village.pk, "seen_on": "2026-11-22", "seen": "独自在家", "needs": ["living", "guardian"]}
    return fields | given


def children(number: int) -> list[Child]:
    return [child() for _n in range(number)]


def child(lives: str = build.VILLAGE) -> Child:
    return people.child(lives=lives, name=build.a_name(), in_spite_of="另一名儿童")


def asked() -> Any:
    """What the township is asked."""
    return Task.objects.filter(kind="care.take_up")


def of(found: list[Child]) -> list[Item]:
    return [Item(seen(child_id=one.pk, seen=f"看到的情况{n}")) for n, one in enumerate(found)]


@contextmanager
def taken_back() -> Iterator[None]:
    """What happens inside is undone."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def everything() -> dict[str, list[Any]]:
    """Rows, history, tasks, limits and events of findings, without the numbers that differ."""
    rows = {m.__name__: list(m.objects.order_by("id").values()) for m in MODELS}
    kept = {name: [{k: v for k, v in r.items() if k not in COUNTED} for r in found] for name, found in rows.items()}
    kept["joined"] = [
        (Finding.objects.get(pk=t.on_id).seen, t.clock.limit, (t.clock.on_id, t.clock.due_on) == (t.on_id, t.due_on))
        for t in asked().order_by("id")
    ]
    kept["told"] = [
        (line.name, Finding.objects.get(pk=line.payload["finding_id"]).child_id == line.payload["child_id"])
        for line in EventLine.objects.filter(name="care.finding_recorded").order_by("id")
    ]
    with connection.cursor() as cursor:
        for model in MODELS:
            kept[f"history of {model.__name__}"] = []
            for pk in model.objects.order_by("id").values_list("pk", flat=True):
                cursor.execute(
                    "select h.op, h.new - %s::text[], h.old, e.action from hutong_history(%s, %s) h"
                    " join core_entry e on e.id = h.entry_id",
                    [list(COUNTED), model._meta.db_table, pk],
                )
                kept[f"history of {model.__name__}"] += cursor.fetchall()
    return kept


def test_many_at_once_leave_the_very_rows_that_single_ones_leave() -> None:
    found, director = children(5), build.director()
    with taken_back():
        for item in of(found):
            actions.record_finding(director, item.given)
        one_by_one = everything()
    answers = bulk(actions.record_finding, director, of(found))
    assert everything() == one_by_one
    assert [a.got().seen for a in answers] == [f"看到的情况{n}" for n in range(5)]
    entry = Entry.objects.get(action="care.record_finding")
    assert entry.notes == {"items": 5, "done": 5, "refused": 0}
    assert [one["result"]["id"] for one in entry.result["items"]] == [a.got().pk for a in answers]
    assert (entry.on_label, entry.on_id, entry.place_key) == ("care.finding", None, answers[0].got().place_key)


def test_a_bulk_act_takes_as_many_statements_for_ten_as_for_two_hundred() -> None:
    director, found = build.director(), children(20)
    counts = []
    for number in (10, 200):
        items = [Item(seen(child_id=found[n % 20].pk, seen=str(n))) for n in range(number)]
        with CaptureQueriesContext(connection) as caught:
            assert all(a.error is None for a in bulk(actions.record_finding, director, items))
        counts.append(len(caught))
    assert counts[0] == counts[1] <= 25


def test_a_refused_item_leaves_the_others_alone() -> None:
    director = build.director()
    far = people.places()[build.FAR_VILLAGE]
    outside = child(build.FAR_VILLAGE)
    known = child()
    items = [
        Item(seen(child_id=known.pk, seen="一")),
        Item(seen(child_id=outside.pk)),
        Item(seen(description="男孩", place_id=far.pk)),
        Item(seen()),
        Item(seen(description="男孩", seen_on="gestern")),
        Item(seen(unnamed=True, seen="二")),
    ]
    answers = bulk(actions.record_finding, director, items)
    assert [type(a.error) for a in answers] == [type(None), NotFound, Refused, Invalid, Invalid, type(None)]
    for answer, item in zip(answers[1:5], items[1:5], strict=True):
        with pytest.raises(type(answer.error)) as alone:
            actions.record_finding(director, item.given)
        assert str(alone.value) == str(answer.error)
        assert getattr(alone.value, "errors", None) == getattr(answer.error, "errors", None)
    assert list(Finding.objects.order_by("id").values_list("seen", flat=True)) == ["一", "二"]
    assert Entry.objects.get(action="care.record_finding").notes == {"items": 6, "done": 2, "refused": 4}
    kinds = JournalLine.objects.filter(what="care.record_finding", user_id=director.user_id).values_list(
        "kind", flat=True
    )
    assert sorted(kinds) == ["not_found", "not_found", "refused", "refused"], "once in the bulk act, once alone"


def test_all_or_nothing_leaves_nothing() -> None:
    known = child()
    items = [Item(seen(child_id=known.pk)), Item(seen()), Item(seen(unnamed=True))]
    answers = bulk(actions.record_finding, build.director(), items, key="trip", whole=True)
    assert [type(a.error) for a in answers] == [Conflict, Invalid, Conflict]
    assert not Finding.objects.exists()
    assert not asked().exists()
    assert not Entry.objects.filter(action="care.record_finding").exists()
    assert Child.objects.count() == 1


def test_an_item_that_registers_a_child_on_the_way_is_undone_alone() -> None:
    known = child()
    before = Child.objects.count()
    new, bad = {"in_spite_of": "另一名儿童"}, {"name": "x.jpg", "data": b"no photo"}
    items = [
        Item(seen(child_id=known.pk, seen="一")),
        Item(seen(new_child=new | {"name": build.a_name()}, seen="二", photos=[bad])),
        Item(seen(new_child=new | {"name": build.a_name()}, seen="三", photos=[build.photo()])),
    ]
    answers = bulk(actions.record_finding, build.director(), items)
    assert [type(a.error) for a in answers] == [type(None), Invalid, type(None)]
    assert Child.objects.count() == before + 1
    assert list(Finding.objects.order_by("id").values_list("seen", flat=True)) == ["一", "三"]
    assert {t.on_id for t in asked()} == {answers[0].got().pk, answers[2].got().pk}
    nested = Entry.objects.filter(action="people.register_child", parent_id__isnull=False)
    assert [one.parent_id for one in nested] == [Entry.objects.get(action="care.record_finding").pk]


def test_a_key_is_used_once_alone_and_in_whatever_bulk() -> None:
    director, (one, two, three) = build.director(), children(3)
    first = actions.record_finding(director, seen(child_id=one.pk), key="a")
    items = [Item(seen(child_id=c.pk), key=k) for c, k in ((one, "a"), (two, "b"), (two, "b"), (three, "a"))]
    answers = bulk(actions.record_finding, director, items)
    assert answers[0].got() == first
    assert answers[1].got() == answers[2].got()
    assert isinstance(answers[3].error, Conflict)
    assert Finding.objects.count() == 2
    again = bulk(actions.record_finding, director, [Item(seen(child_id=three.pk), key="c"), items[1]])
    assert again[1].got() == answers[1].got()
    assert actions.record_finding(director, seen(child_id=two.pk), key="b") == answers[1].got()
    with pytest.raises(Conflict):
        actions.record_finding(director, seen(child_id=one.pk), key="c")
    assert Finding.objects.count() == 3


def test_a_refused_item_may_be_sent_again_under_its_key() -> None:
    director = build.director()
    known = child()
    items = [Item(seen(), key="a"), Item(seen(child_id=known.pk), key="b")]
    assert [a.error is None for a in bulk(actions.record_finding, director, items)] == [False, True]
    mended = [Item(seen(description="男孩"), key="a"), items[1]]
    assert [a.error is None for a in bulk(actions.record_finding, director, mended)] == [True, True]
    assert Finding.objects.count() == 2


def test_the_same_bulk_act_sent_twice_is_done_once_and_answers_the_same() -> None:
    director = build.director()
    known = child()
    items = [Item(seen(child_id=known.pk)), Item(seen())]
    first = bulk(actions.record_finding, director, items, key="trip")
    again = bulk(actions.record_finding, director, items, key="trip")
    assert again[0].got() == first[0].got()
    assert isinstance(again[1].error, Invalid)
    assert isinstance(first[1].error, Invalid)
    assert [(e.field, e.code) for e in again[1].error.errors] == [(e.field, e.code) for e in first[1].error.errors]
    kept = Entry.objects.get(action="care.record_finding").result
    assert "error" in kept["items"][1]
    assert all(e.message not in str(kept) for e in first[1].error.errors), "the audit keeps no words about persons"
    assert Finding.objects.count() == 1
    with pytest.raises(Conflict):
        bulk(actions.record_finding, director, items[:1], key="trip")


def test_what_the_database_refuses_in_the_set_is_told_to_its_item_alone() -> None:
    found = children(4)
    items = of(found)
    items[2] = Item(seen(child_id=found[2].pk, seen="\u0000"))
    answers = bulk(actions.record_finding, build.director(), items)
    assert [a.error is None for a in answers] == [True, True, False, True]
    assert isinstance(answers[2].error, Invalid)
    assert Finding.objects.count() == asked().count() == 3


def test_a_crash_in_the_middle_leaves_nothing_half_written(monkeypatch: pytest.MonkeyPatch) -> None:
    whole, calls = actions.not_ahead, []

    def crash(viewer: Any, given: Given, *fields: str) -> None:
        calls.append(given)
        if len(calls) == 3:
            raise ZeroDivisionError
        whole(viewer, given, *fields)

    monkeypatch.setattr(actions, "not_ahead", crash)
    with pytest.raises(ZeroDivisionError):
        bulk(actions.record_finding, build.director(), of(children(4)))
    assert not Finding.objects.exists()
    assert not asked().exists()
    assert not Entry.objects.filter(action="care.record_finding").exists()


def test_many_are_taken_up_in_as_many_statements_as_a_few_and_each_once() -> None:
    director, supervisor, found = build.director(), build.supervisor(), children(10)
    recorded = [a.got() for a in bulk(actions.record_finding, director, [*of(found), *of(found), *of(found)])]
    counts = []
    for some in (recorded[:5], recorded[5:30]):
        with CaptureQueriesContext(connection) as caught:
            answers = bulk(actions.take_up, supervisor, [Item({"note": "已入户"}, one.pk) for one in some])
        assert {a.got().state for a in answers} == {"taken_up"}
        counts.append(len(caught))
    assert counts[0] == counts[1] <= 25
    assert not asked().filter(state="open").exists()
    assert not Clock.objects.filter(on_label="care.finding", stopped_on=None).exists()
    twice = [Item({"closing": "一"}, recorded[0].pk), Item({"closing": "二"}, recorded[0].pk)]
    answers = bulk(actions.close_finding, supervisor, twice)
    assert [type(a.error) for a in answers] == [type(None), Conflict]
    assert Finding.objects.get(pk=recorded[0].pk).closing == "一"


def test_outside_reach_an_item_is_not_found_and_journalled() -> None:
    finding = actions.record_finding(build.director(), seen(description="男孩"))
    stranger = build.supervisor(build.FAR_TOWN)
    answers = bulk(actions.take_up, stranger, [Item({}, finding.pk), Item({}, 10**9)])
    assert [type(a.error) for a in answers] == [NotFound, NotFound]
    lines = JournalLine.objects.filter(what="care.take_up", kind="not_found", user_id=stranger.user_id)
    assert sorted(lines.values_list("on_id", flat=True)) == [finding.pk, 10**9]
    assert not Entry.objects.filter(action="care.take_up").exists()
