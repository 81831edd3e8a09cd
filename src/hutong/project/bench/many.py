"""One act on many records, beside the same acts one by one and the bare writing of the same rows."""

from __future__ import annotations

import time
from typing import Any

from django.db import connection, connections
from django.test.utils import CaptureQueriesContext

from hutong.care import actions
from hutong.care.models import Finding
from hutong.core.many import Item, bulk
from hutong.core.models import Clock, EventLine, Task
from hutong.core.viewer import acting
from hutong.project.bench.report import Report, percentile, stopwatch
from hutong.project.bench.stage import COUNTY, Stage, place_id, set_up, unwatched

SECTION = "One act on many records"
FINDINGS, ALONE = 10_000, 300
TABLES = ("core_task", "core_clock", "core_eventline", "care_finding")


def _given(stage: Stage, number: int) -> dict[str, Any]:
    place = place_id(COUNTY)
    return {"child_id": 1 + number % stage.size, "place_id": place, "seen_on": "2026-11-22", "seen": "独自在家"}


def _alone(stage: Stage) -> float:
    given, samples = _given(stage, 0), []
    for number in range(ALONE + 20):
        start = time.perf_counter()
        actions.record_finding(stage.officer, given | {"child_id": 1 + number})
        samples.append((time.perf_counter() - start) * 1000)
    return percentile(samples[20:], 50)


def _empty(cursor: Any) -> None:
    for table in TABLES:
        cursor.execute(f"delete from {table}")  # noqa: S608


def _bare() -> float:
    """Seconds in which the owner writes the same rows again, with no triggers and no act around them."""
    rows = [list(m.objects.using("owner").order_by("id")) for m in (Clock, Task, EventLine, Finding)]
    with unwatched(*TABLES) as cursor:
        _empty(cursor)
        with stopwatch() as seconds:
            for made in rows:
                type(made[0]).objects.using("owner").bulk_create(made, batch_size=5_000)
    return seconds()


def run(report: Report) -> None:
    """Findings one by one, then thousands in one act, then their rows alone."""
    stage = set_up(1, FINDINGS)
    report.add(SECTION, "a finding alone, p50", _alone(stage), "ms")
    with unwatched(*TABLES) as cursor:
        _empty(cursor)
    given = _given(stage, 0)
    items = [Item(given | {"child_id": 1 + number % stage.size}) for number in range(FINDINGS)]
    with acting(stage.officer), CaptureQueriesContext(connection) as caught, stopwatch() as seconds:
        answers = bulk(actions.record_finding, stage.officer, items)
    wrong = sum(answer.error is not None for answer in answers)
    assert not wrong and Finding.objects.using("owner").count() == FINDINGS  # noqa: S101, PT018
    with connections["owner"].cursor() as cursor:
        cursor.execute("select count(*) from core_change where entry_id = (select max(id) from core_entry)")
        kept = int(cursor.fetchone()[0])
    note = f"{len(caught)} statements, {kept:,} rows with history; floor: bulk_create of these rows, no triggers"
    report.add(SECTION, f"{FINDINGS:,} findings in one act", seconds(), "s", goal=10, floor=_bare(), note=note)
