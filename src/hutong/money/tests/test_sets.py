"""Statements over many rows join them as sets, also where the planner takes every table for empty."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

import pytest
from django.db import connection, connections, transaction

from hutong.core.viewer import acting, system_viewer
from hutong.money.models import Line, Order
from hutong.money.tests import build
from hutong.money.tests.build import Scene

MANY = 12
TABLES = "people_child, money_payee, money_accountversion, money_order, money_batch, money_line, core_task"


@contextmanager
def plans() -> Iterator[list[tuple[str, str]]]:
    """Each statement that joins, with the plan it runs by."""
    found: list[tuple[str, str]] = []

    def explained(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        text = sql.lower().strip()
        joins = " join " in text or " from unnest" in text or "not exists" in text
        if joins and text.startswith(("select", "update", "insert", "create temporary")) and not many:
            with connection.connection.cursor() as cursor:
                cursor.execute(f"explain {sql}", params)
                found.append((sql, "\n".join(row[0] for row in cursor.fetchall())))
        return execute(sql, params, many, context)

    with connection.execute_wrapper(explained):
        yield found


def swept() -> None:
    """What a failed attempt leaves behind: the planner takes the tables for empty."""
    with connections["owner"].cursor() as cursor:
        cursor.execute(f"vacuum (truncate off) {TABLES}")


@pytest.fixture
def paying(fresh_db: str, now: datetime) -> Scene:
    """A county with orders and a batch at the bank; all of it looks empty to the planner."""
    job = system_viewer("tests", now=now)
    with transaction.atomic(), acting(job):
        scene = build.county(now)
    with acting(job), transaction.atomic():
        scene.sent(_orders(scene), build.OCTOBER)
        transaction.set_rollback(True)
    swept()
    return scene


def _orders(scene: Scene) -> list[Order]:
    return [scene.order(first=build.OCTOBER) for _n in range(MANY)]


def looped(found: list[tuple[str, str]]) -> list[str]:
    """Statements that go through one whole growing set for each row of another; by an index it is no harm."""
    whole = ["Function Scan", *(f"Seq Scan on {table}" for table in ("money_run", *TABLES.split(", ")))]
    return [f"{sql}\n{plan}" for sql, plan in found if "Nested Loop" in plan and any(scan in plan for scan in whole)]


def test_a_run_with_arrears_and_the_banks_answer_join_as_sets(paying: Scene, now: datetime) -> None:
    with transaction.atomic(), acting(system_viewer("tests", now=now)):
        orders = _orders(paying)
        first = paying.sent(orders, build.OCTOBER)
        lines = {line.order_id: line.pk for line in Line.objects.filter(batch=first)}
        with plans() as found:
            paying.answer(first, list(Line.objects.filter(batch=first)[:2]))
            corrects = [lines[order.pk] for order in orders]
            paying.run(orders, build.OCTOBER, kind="arrears", corrects=corrects)
    assert {"update", "create"} <= {sql.split()[0] for sql, _plan in found}
    assert looped(found) == []
