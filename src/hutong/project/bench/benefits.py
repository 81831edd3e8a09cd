"""A whole month through `benefits`: what was decided, the law compiled to SQL, the run, the signature."""

from __future__ import annotations

import gc
from datetime import date
from typing import Any

from hutong.benefits import actions
from hutong.core.viewer import Viewer
from hutong.money import actions as money
from hutong.money.models import Batch
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
    set_up,
    unwatched,
)

SECTION = "A month of awards"
COUNTY_SIZE = 10_000
COUNTIES = 100

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
    given = {"place_id": place_id(key), "month": month}
    with stopwatch() as seconds:
        batch = actions.run_month(viewer, given)
    return batch, seconds()


def _county(report: Report, stage: Stage) -> None:
    """The first county pays ten months at once, then month after month."""
    batch, seconds = _run(stage.officer, COUNTY, OCTOBER)
    lines = f"{batch.count:,}"
    report.add(SECTION, f"a county's first run: {lines} lines of ten months", seconds, "s")
    money.sign_batch(stage.signing(batch), batch)
    batch, seconds = _run(stage.officer, COUNTY, NOVEMBER)
    assert batch.count == stage.size  # noqa: S101
    _batch, floor = prepare(stage.officer, COUNTY, DECEMBER)
    note = "ten months of lines behind it; floor: money's own run on rows that cost nothing"
    report.add(SECTION, f"a month of {stage.size:,} awards", seconds, "s", goal=2, floor=floor, note=note)
    with stopwatch() as taken:
        money.sign_batch(stage.signing(batch), batch)
    report.add(SECTION, f"signing {stage.size:,}", taken(), "s")


def _province(report: Report, stage: Stage) -> None:
    before = memory()
    batch, seconds = _run(stage.province, PROVINCE, OCTOBER)
    grown = memory() - before
    rest = stage.children - stage.size
    assert batch.count == rest  # noqa: S101
    note = f"the first county has its lines already; the run itself added {grown:.0f} MB to the client"
    with stopwatch() as taken:
        money.sign_batch(stage.signing(batch), batch)
    signed = taken()
    batch, again = _run(stage.province, PROVINCE, NOVEMBER)
    assert batch.count == rest  # noqa: S101
    _batch, floor = prepare(stage.province, PROVINCE, DECEMBER)
    report.add(SECTION, f"a first month of {stage.children:,} awards", seconds, "s", floor=floor, note=note)
    note = "a month of lines behind it; floor: money's own run on rows that cost nothing"
    report.add(SECTION, f"the next month of {stage.children:,} awards", again, "s", goal=90, floor=floor, note=note)
    report.add(SECTION, f"signing {rest:,}", signed, "s")
    report.add(SECTION, "client memory of these runs", memory(), "MB", goal=300, note="largest size of the process")


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
