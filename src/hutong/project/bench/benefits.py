"""A whole month through `benefits`: what was decided, the law compiled to SQL, the run, the signature."""

from __future__ import annotations

import gc
import statistics
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from functools import partialmethod
from itertools import pairwise
from typing import Any
from unittest.mock import patch

from hutong.benefits import actions
from hutong.benefits.queries import payroll
from hutong.benefits.queries.payroll import relation_for
from hutong.core import months
from hutong.core.viewer import Viewer, acting
from hutong.law.engine.sqlselect import Compiled
from hutong.money import actions as money
from hutong.money.models import Batch, Line
from hutong.project.bench.report import Report, stopwatch
from hutong.project.bench.stage import (
    COUNTY,
    DECEMBER,
    NOVEMBER,
    OCTOBER,
    PROVINCE,
    Stage,
    memory,
    place_id,
    prepare,
    preparing,
    set_up,
    unwatched,
)

SECTION = "A month of awards"
COUNTY_SIZE = 10_000
COUNTIES = 100
FLOOR = "floor: money's own run on rows that cost nothing"

_AWARDS = (
    """insert into benefits_award (id, version, child_id, category, place_id, place_key, first_month, paid_from, state,
         next_review_on, national_no, order_id)
       select n, 1, n, case when n %% 3 = 0 then 'orphan' else 'fu' end, place, key, '2026-01-01',
              case when n <= %(size)s then %(january)s::date else %(october)s::date end, 'active', '2027-05-01', '', n
         from seed""",
    """insert into benefits_awardbasis (id, version, award_id, from_month, category, paid_as, special_rate, placement,
         difficulty, family_aid, dibao_fen, tekun_fen, disability_living_fen, amount_fen)
       select n, 1, n, '2025-01-01', case when n %% 3 = 0 then 'orphan' else 'fu' end,
              case when n %% 3 = 0 then 'orphan' else 'fu' end, false,
              case when n %% 20 = 0 then 'institution' else 'scattered' end, 'none',
              case when n %% 7 = 0 then 'dibao' else '' end,
              case when n %% 5 = 0 then 30000 + n %% 9 * 1000 else 0 end,
              case when n %% 50 = 0 then 90000 else 0 end, case when n %% 33 = 0 then 8000 else 0 end, 0
         from seed""",
    "analyze",
)


def _run(viewer: Viewer, key: int, month: date) -> tuple[Batch, float]:
    given, viewer = {"place_id": place_id(key), "month": month}, preparing(viewer, key, month)
    with stopwatch() as seconds:
        batch = actions.run_month(viewer, given)
    return batch, seconds()


@contextmanager
def _without_codes() -> Iterator[None]:
    """Lines as they would be if they did not say why: the law leaves its reasons out, and no text is written."""
    plain = partialmethod(Compiled.select, reasons=False)
    with patch.object(Compiled, "select", plain), patch.object(payroll, "CODE", "''"):
        yield


def _coded(viewer: Viewer, batch: Batch) -> int:
    """Lines of the batch that say why."""
    with acting(viewer):
        return Line.objects.filter(batch=batch).exclude(reason_code="").count()


def _codes(report: Report, viewer: Viewer, key: int, before: float, rounds: int) -> date:
    """What the reason codes cost. Runs with them stand before and after each run without them, because every month
    finds more lines behind it than the last; `before` is the seconds of November's run. Returns the next free month."""
    coded, plain, month = [before], [], DECEMBER
    for _round in range(rounds):
        with _without_codes():
            batch, seconds = _run(viewer, key, month)
        assert _coded(viewer, batch) == 0  # noqa: S101
        plain.append(seconds)
        batch, seconds = _run(viewer, key, months.after(month))
        assert _coded(viewer, batch) == batch.count  # noqa: S101
        coded.append(seconds)
        month = months.after(month, 2)
    around = [(one + other) / 2 for one, other in pairwise(coded)]
    ratio = statistics.median(with_codes / without for with_codes, without in zip(around, plain, strict=True))
    lines = f"{batch.count:,}"
    report.add(SECTION, f"{lines} lines without reason codes", statistics.median(plain), "s")
    note = "each run without codes between two with them, which have a month less and a month more behind them"
    report.add(SECTION, f"reason codes of {lines} lines, beside lines without", ratio, "x", goal=1.6, note=note)
    return month


def _county(report: Report, stage: Stage) -> None:
    """The first county pays ten months at once, then month after month."""
    batch, seconds = _run(stage.officer, COUNTY, OCTOBER)
    lines = f"{batch.count:,}"
    report.add(SECTION, f"a county's first run: {lines} lines of ten months", seconds, "s")
    money.sign_batch(stage.signing(batch), batch)
    batch, seconds = _run(stage.officer, COUNTY, NOVEMBER)
    assert batch.count == stage.size  # noqa: S101
    after = _codes(report, stage.officer, COUNTY, seconds, rounds=3)
    _batch, floor = prepare(stage.officer, COUNTY, after)
    note = f"ten months of lines behind it; {FLOOR}"
    report.add(SECTION, f"a month of {stage.size:,} awards", seconds, "s", goal=2, floor=floor, note=note)
    with stopwatch() as taken:
        money.sign_batch(stage.signing(batch), batch)
    report.add(SECTION, f"signing {stage.size:,}", taken(), "s")


_BATCH = """insert into money_batch (version, place_id, place_key, month, purpose, state, maker_id, signer_id, count,
         total_fen, booked_fen, told)
       values (1, %(place)s, %(key)s, %(paid)s, 'run', 'settled', %(maker)s, %(signer)s, 0, 0, 0, '{}')
       returning id"""
_PAID = """insert into money_line (version, batch_id, order_id, child_id, account_id, item, month, kind, state,
         amount_fen, rule_version, reason_code, refusal, place_key)
       select 1, %(batch)s, r.order_id, r.child_id, r.order_id, 'basic_living', r.month, r.kind, 'paid', r.amount_fen,
              r.rule_version, r.reason_code, '', s.key
         from ({relation}) r join seed s on s.n = r.order_id where r.amount_fen > 0"""


def _pay(stage: Stage, month: date) -> None:
    """What the province paid last month, as its owner, without history."""
    with acting(stage.province):
        relation = relation_for(stage.province, PROVINCE, month)
    given = {
        "place": place_id(PROVINCE), "key": PROVINCE, "paid": month, "maker": stage.maker.pk, "signer": stage.signer.pk,
    }  # fmt: skip
    with unwatched("money_batch", "money_line") as cursor:
        cursor.execute(_BATCH, given)
        batch = cursor.fetchone()[0]
        cursor.execute(_PAID.format(relation=relation.sql), {**relation.params, "batch": batch})
        cursor.execute("analyze money_line")


def _province(report: Report, stage: Stage) -> None:
    _pay(stage, OCTOBER)
    before = memory()
    batch, seconds = _run(stage.province, PROVINCE, NOVEMBER)
    grown = memory() - before
    assert batch.count == stage.children - stage.size  # noqa: S101
    after = _codes(report, stage.province, PROVINCE, seconds, rounds=1)
    _batch, floor = prepare(stage.province, PROVINCE, after)
    note = f"a month of lines behind it; {FLOOR}"
    report.add(SECTION, f"a month of {stage.children:,} awards", seconds, "s", goal=90, floor=floor, note=note)
    note = f"largest size of the process; the run itself added {grown:.0f} MB"
    report.add(SECTION, "client memory of that run", memory(), "MB", goal=300, note=note)
    with stopwatch() as taken:
        money.sign_batch(stage.signing(batch), batch)
    report.add(SECTION, f"signing {batch.count:,}", taken(), "s")


def run(report: Report, *, counties: int = COUNTIES, size: int = COUNTY_SIZE) -> None:
    """One county with a year of payments behind it, then the province it lies in."""
    stage = set_up(counties, size)
    given: dict[str, Any] = {"size": size, "october": OCTOBER, "january": date(2026, 1, 1)}
    with unwatched("benefits_award", "benefits_awardbasis") as cursor:
        for statement in _AWARDS:
            cursor.execute(statement, given)
    gc.collect()
    _county(report, stage)
    _province(report, stage)
