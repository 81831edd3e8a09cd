"""What a run would pay, against the run before; and what becomes known of a payee."""

from __future__ import annotations

import pytest
from django.db import connection

from hutong.core import months
from hutong.core.bulk import set_based
from hutong.core.jobs import run_reaction
from hutong.core.models import EventLine, Task
from hutong.core.terms import TaskState
from hutong.core.viewer import acting
from hutong.money import actions
from hutong.money.models import Batch, Line, Order
from hutong.money.queries.preview import Looked, Preview, preview, rows_behind
from hutong.money.queries.rules import _cut
from hutong.money.terms import Difference, Verdict
from hutong.money.tests.build import NOVEMBER, OCTOBER, STANDARD, Scene, relation_of, written_by

pytestmark = pytest.mark.django_db


def look(scene: Scene, orders: list[Order], **how: object) -> Preview:
    with acting(scene.officer):
        relation = relation_of(orders, **how)  # type: ignore[arg-type]
        return preview(scene.officer, Looked(scene.county.key, NOVEMBER, relation))


def test_differences_to_the_run_before_and_nothing_written(scene: Scene) -> None:
    same, gone, raised, doubled = (scene.order() for _ in range(4))
    scene.run([same, gone, raised, doubled], OCTOBER)
    new = scene.order()
    now = [same, raised, doubled, new]
    seen = look(scene, now, amounts=[STANDARD, STANDARD + 10_000, STANDARD * 2, STANDARD])
    assert seen.before == OCTOBER
    assert {k: v[0] for k, v in seen.differences.items()} == {
        "same": 1, "gone": 1, "changed": 1, "unusual": 1, "new": 1,
    }  # fmt: skip
    assert (seen.rows, seen.total_fen, seen.before_fen) == (4, STANDARD * 5 + 10_000, STANDARD * 4)
    with acting(scene.officer):
        assert Batch.objects.count() == 1
        assert Line.objects.count() == 4
        relation = relation_of(now, amounts=[STANDARD, STANDARD + 10_000, STANDARD * 2, STANDARD])
        rows = rows_behind(scene.officer, Looked(scene.county.key, NOVEMBER, relation), Difference.GONE)
        assert [(r.order_id, r.before_fen, r.amount_fen) for r in rows] == [(gone.pk, STANDARD, None)]


def test_who_is_paid_already_is_neither_paid_again_nor_gone(scene: Scene) -> None:
    order = scene.order()
    scene.run([order], OCTOBER)
    scene.run([order], NOVEMBER)
    seen = look(scene, [order])
    assert {k: v[0] for k, v in seen.verdicts.items()} == {Verdict.ALREADY.value: 1}
    assert seen.total_fen == 0
    left_out = look(scene, [])
    assert set(left_out.differences) == {"same"}


def test_several_months_at_once_are_unusual(scene: Scene) -> None:
    order = scene.order()
    relation = relation_of([order] * 3)
    sql = relation.sql.replace("%(t_month)s::date", "(%(t_month)s::date - make_interval(months => n))::date").replace(
        "as t(order_id, child_id, amount_fen, corrects_id)",
        "with ordinality as t(order_id, child_id, amount_fen, corrects_id, nth)"
        " cross join lateral (select (nth - 1)::int as n) m",
    )
    actions.end_order(scene.officer, order, {"last_month": NOVEMBER})
    with acting(scene.officer):
        three = type(relation)(sql, relation.params)
        seen = preview(scene.officer, Looked(scene.county.key, NOVEMBER, three))
    assert seen.verdicts[Verdict.OUTSIDE.value][0] == 1, "september lies before the order"
    assert seen.differences == {"new": (1, STANDARD * 2)}


def test_new_accounts_and_waiting_changes_are_warnings_with_names(scene: Scene) -> None:
    orders = [scene.order() for _ in range(3)]
    actions.ask_payee_change(scene.supervisor, orders[0], {"why": "vanished"})
    assert look(scene, orders).warnings == {"new_account": 3, "payee_change": 1}
    with acting(scene.officer):
        at = Looked(scene.county.key, NOVEMBER, relation_of(orders))
        assert [r.child_id for r in rows_behind(scene.officer, at, "payee_change")] == [orders[0].child_id]
        assert len(rows_behind(scene.officer, at, "new_account")) == 3


def test_rows_that_contradict_themselves_are_shown_and_the_rest_can_be_prepared(scene: Scene) -> None:
    seen = look(scene, [scene.order()], kind="bonus")
    assert {k: v[0] for k, v in seen.verdicts.items()} == {"malformed": 1}


def test_planning_for_sets_ends_with_its_block(scene: Scene) -> None:
    with acting(scene.officer), connection.cursor() as cursor:
        with set_based():
            cursor.execute("show enable_nestloop")
            assert cursor.fetchone() == ("off",)
        cursor.execute("show enable_nestloop")
        assert cursor.fetchone() == ("on",)


def test_months_and_resting_places() -> None:
    from hutong.core.places import Span, child_key, span_of

    assert months.before(OCTOBER, 10).isoformat() == "2025-12-01"
    assert months.after(OCTOBER, 3).isoformat() == "2027-01-01"
    county = child_key(child_key(child_key(0, 1), 1), 1)
    town = child_key(county, 3)
    assert _cut([county], {county: True}) == [span_of(county)]
    assert _cut([county, town], {county: True, town: False}) == [
        Span(span_of(county).lo, span_of(town).lo), Span(span_of(town).hi, span_of(county).hi),
    ]  # fmt: skip
    assert _cut([county, town], {county: False, town: True}) == [span_of(town)]


@pytest.mark.parametrize(("status", "asked"), [("prison", True), ("lost_contact", True), ("serious_illness", False)])
def test_a_jailed_or_vanished_payee_becomes_an_urgent_task(scene: Scene, status: str, asked: bool) -> None:
    order = scene.order(account=False)
    scene.guardian(order, bond="father")
    with written_by("people", scene.now):
        event = EventLine.objects.create(
            name="people.parent_fact_changed", entry_id=1,
            payload={"child_id": order.child_id, "side": "father", "status": status, "until": None},
        )  # fmt: skip
    run_reaction("money.parent_gone", event.pk)
    run_reaction("money.parent_gone", event.pk)
    with acting(scene.officer):
        tasks = list(Task.objects.filter(kind="money.payee_change", state=TaskState.OPEN))
    assert [(t.on_id, t.urgent) for t in tasks] == ([(order.pk, True)] if asked else [])
