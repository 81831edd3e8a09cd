"""What the walls cost: audit triggers per write, row-level security per read."""

from __future__ import annotations

import time
from datetime import UTC, datetime

from django.db import connections, transaction

from hutong.core.models import Task
from hutong.core.places import NATION, child_key, span_of
from hutong.core.terms import DataClass
from hutong.core.viewer import Viewer, acting
from hutong.project.bench.report import Report, percentile

SECTION = "The spine: what the walls cost"
ROWS = 200_000
BULK = 10_000
COUNTY = child_key(child_key(child_key(0, 1), 1), 1)
OPEN = "select set_config('hutong.entry', '1', true), set_config('hutong.package', 'core', true)"
INSERT = """insert into {table} (version, kind, on_label, on_id, place_key, role, note, urgent, state, raised_level)
  select 1, 'bench', 'bench', n, %s + (n %% 1000) * (1::bigint << 34), 'county_officer', '', false, 'open', 0
    from generate_series(1, %s) n"""


def _seconds(statement: str, parameters: list[int], *, using: str = "default", announced: bool = True) -> float:
    with transaction.atomic(using=using), connections[using].cursor() as cursor:
        if announced:
            cursor.execute(OPEN)
        start = time.perf_counter()
        cursor.execute(statement, parameters)
        return time.perf_counter() - start


def _writes(report: Report) -> None:
    with connections["owner"].cursor() as cursor:
        cursor.execute("create table bench_bare (like core_task including all)")
    bare = min(_seconds(INSERT.format(table="bench_bare"), [COUNTY, BULK], using="owner") for _ in range(3))
    kept = min(_seconds(INSERT.format(table="core_task"), [COUNTY, BULK]) for _ in range(3))
    report.add(SECTION, f"insert {BULK:,} rows with history", kept, "s", floor=bare, note="floor: no triggers")
    bare = min(
        _seconds("update bench_bare set on_id = on_id + 1 where id <= %s", [BULK], using="owner") for _ in range(3)
    )
    change = "update core_task set on_id = on_id + 1 where id <= %s"
    kept = min(_seconds(change, [BULK]) for _ in range(3))
    report.add(SECTION, f"update {BULK:,} rows with history", kept, "s", floor=bare, note="floor: no triggers")
    one = [_seconds(change.replace("<=", "="), [n]) * 1000 for n in range(1, 300)]
    bare_one = [
        _seconds("update bench_bare set on_id = on_id + 1 where id = %s", [n], using="owner") * 1000
        for n in range(1, 300)
    ]
    report.add(SECTION, "update one row with history, p95", percentile(one), "ms", floor=percentile(bare_one))


def _reads(report: Report) -> None:
    _seconds(INSERT.format(table="core_task"), [0, ROWS])
    with connections["owner"].cursor() as cursor:
        cursor.execute("analyze core_task")
    viewer = Viewer(
        1, 1, "county_officer", "Bench", datetime.now(UTC), spans=(span_of(child_key(0, 1)),), clearance=DataClass.OPEN
    )
    page = Task.objects.visible_to(viewer).order_by("place_key", "id")[:50]

    def timed(using: str) -> list[float]:
        found = []
        for _ in range(200):
            start = time.perf_counter()
            list(page.using(using))
            found.append((time.perf_counter() - start) * 1000)
        return found

    nation = Viewer(1, 1, "x", "Bench", viewer.now, spans=(NATION,), clearance=DataClass.OPEN)
    with acting(viewer):
        walled = percentile(timed("default"))
    with acting(nation):
        bare = percentile(timed("owner"))
    report.add(
        SECTION,
        "page of 50 tasks with row-level security, p95",
        walled,
        "ms",
        floor=bare,
        note="floor: owner, no policy",
    )


def run(report: Report) -> None:
    """Writes and reads with and without the walls, in one run."""
    _writes(report)
    _reads(report)
