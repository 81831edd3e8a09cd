"""The national tree: loaded once, and typed into all day."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from django.db import connection, connections

from hutong.core.action import call_system
from hutong.core.viewer import acting, system_viewer
from hutong.org.actions import load_divisions, load_villages
from hutong.org.models import Division
from hutong.org.queries.search import suggest
from hutong.org.terms import Scheme
from hutong.project.bench.report import Report, percentile, stopwatch
from hutong.project.bench.stage import memory

SECTION = "The national tree"
NOW = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
TABLES = ("org_division", "org_divisioncode", "org_agency", "org_agencyarea")
ROUNDS = 10
TYPED: tuple[tuple[str, str | None], ...] = (
    ("和平村", None), ("h", None), ("hp", None), ("heping", None), ("北京", None), ("350121", None), ("江北区", None),
    ("zzzz", None), ("𡐓", None), ("1", None), ("h", "42"), ("和平", "42"), ("tuan", "420606"), ("t", "420606"),
    ("六安", None), ("遵义县", None), ("长安", None), ("xinjiang", None),
)  # fmt: skip
"""What is typed, and the division inside which it is looked for."""


def _floor() -> float:
    """The same rows into the same tables with their indexes, by one INSERT … SELECT, without triggers of ours."""
    seconds = 0.0
    with connections["owner"].cursor() as cursor:
        for table in TABLES:
            cursor.execute(f"create table bench_floor (like {table} including all)")
            with stopwatch() as taken:
                cursor.execute(f"insert into bench_floor overriding system value select * from {table}")  # noqa: S608
            seconds += taken()
            cursor.execute("drop table bench_floor")
    return seconds


def _load(report: Report) -> None:
    before = memory()
    with stopwatch() as taken:
        call_system(load_divisions)
        call_system(load_villages)
    with connections["owner"].cursor() as cursor:
        cursor.execute(f"analyze {', '.join(TABLES)}")
    seconds = taken()
    count = Division.objects.using("owner").count()
    report.add(SECTION, f"load {count:,} divisions and their offices", seconds, "s", goal=30, floor=_floor())
    note = f"largest size of the process; loading added {memory() - before:.0f} MB"
    report.add(SECTION, "client memory of loading", memory(), "MB", note=note)


def _typing(report: Report) -> None:
    inside = {code: Division.objects.get(scheme=Scheme.MCA, code=code) for code in {c for _t, c in TYPED if c}}
    asked = [(text, inside.get(code or "")) for text, code in TYPED]
    typed = _timed(lambda n: suggest(asked[n % len(asked)][0], within=asked[n % len(asked)][1]), len(asked) * ROUNDS)
    keys = list(Division.objects.order_by("key").values_list("key", flat=True)[:: 665_000 // 200])
    one = _timed(lambda n: _by_key(keys[n % len(keys)]), len(asked) * ROUNDS)
    note = f"{len(asked)} texts; floor: one division by its key"
    report.add(SECTION, "suggestions while typing, p95", typed, "ms", goal=50, floor=one, note=note)


def _by_key(key: int) -> Any:
    with connection.cursor() as cursor:
        cursor.execute("select name from org_division where key = %s", [key])
        return cursor.fetchone()


def _timed(do: Callable[[int], Any], times: int) -> float:
    """95th percentile in milliseconds after one round that warms the caches."""
    for n in range(len(TYPED)):
        do(n)
    samples = []
    for n in range(times):
        start = time.perf_counter()
        do(n)
        samples.append((time.perf_counter() - start) * 1000)
    return percentile(samples)


def run(report: Report) -> None:
    """Load the nation into an empty database, then type."""
    _load(report)
    with acting(system_viewer("bench", now=NOW)):
        _typing(report)
