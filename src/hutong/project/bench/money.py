"""Payment runs, bank files and the bank's answers, at county and at nation-wide size."""

from __future__ import annotations

import gc

from django.db import connections

from hutong.channels.tables import write_xlsx
from hutong.core.files import Upload
from hutong.core.viewer import acting
from hutong.money import actions
from hutong.money.models import Batch, Line
from hutong.money.queries import bank_file, rules
from hutong.money.queries.accounts import sealed_number
from hutong.money.queries.preview import Looked, preview
from hutong.money.queries.reference import check_digit, reference
from hutong.money.terms import BankFileForm
from hutong.project.bench.report import Report, stopwatch
from hutong.project.bench.stage import (
    COUNTY,
    NOVEMBER,
    OCTOBER,
    PROVINCE,
    Stage,
    memory,
    prepare,
    set_up,
    synthetic,
    unwatched,
)

SECTION = "Paying"
COUNTY_SIZE = 10_000
COUNTIES = 100


def _real_numbers(size: int) -> None:
    """Account numbers of the first county that can be opened for its bank file."""
    rows = []
    for n in range(1, size + 1):
        body = f"62999901{n:010d}"
        rows.append((sealed_number(n, f"{body}{check_digit(body)}"), n))
    with unwatched("money_accountversion") as cursor:
        cursor.executemany("update money_accountversion set number = %s where id = %s", rows)


_COLUMNS = """version, created_at, updated_at, batch_id, order_id, child_id, account_id, item, month, kind, state,
  amount_fen, corrects_id, rule_version, reason_code, parameter_set_id, refusal, place_key"""
_FLOOR = (
    "drop table if exists bench_floor",
    "create table bench_floor (like money_line including all)",
    *(
        f"alter table bench_floor add foreign key ({column}) references {table}"
        for column, table in (
            ("batch_id", "money_batch"), ("order_id", "money_order"), ("child_id", "people_child"),
            ("account_id", "money_accountversion"), ("parameter_set_id", "money_parameterset"),
            ("corrects_id", "money_line"), ("recovery_id", "money_recovery"),
        )
    ),
)  # fmt: skip


def _floor(batch: Batch) -> float:
    """The same rows into the same table with indexes and constraints, without triggers of ours."""
    with connections["owner"].cursor() as cursor:
        for statement in _FLOOR:
            cursor.execute(statement)
        with stopwatch() as seconds:
            cursor.execute(
                f"insert into bench_floor ({_COLUMNS}) select {_COLUMNS} from money_line where batch_id = %s",  # noqa: S608
                [batch.pk],
            )
        cursor.execute("drop table bench_floor")
    return seconds()


def _answers(report: Report, stage: Stage) -> None:
    finance, size = stage.finance, stage.size
    batch, seconds = prepare(stage.officer, COUNTY, NOVEMBER)
    report.add(SECTION, f"payroll, {size:,} lines", seconds, "s", goal=1, floor=_floor(batch))
    actions.sign_batch(stage.signing(batch), batch)
    with acting(finance):
        for form in BankFileForm:
            with stopwatch() as taken:
                actions.export_bank_file(finance, batch, {"form": form})
                bank_file.build(batch, form, rules.bank_format(batch.place_key, NOVEMBER))
            report.add(SECTION, f"bank file of {size:,} rows ({form.value})", taken(), "s", goal=3)
        actions.mark_sent(finance, batch)
        lines = Line.objects.filter(batch=batch).order_by("id").values_list("pk", "amount_fen")
        rows = [
            (reference(pk), amount / 100, "失败" if n % 50 == 0 else "成功", "户名不符" if n % 50 == 0 else "")
            for n, (pk, amount) in enumerate(lines)
        ]
    data = write_xlsx(["发放编号", "金额（元）", "处理结果", "失败原因"], rows)
    with stopwatch() as taken:
        done = actions.reconcile(finance, batch, {"file": Upload(name="回盘.xlsx", data=data)})
    assert done.paid + done.refused == size  # noqa: S101
    note = f"{done.refused} refused, each with a task for its place"
    report.add(SECTION, f"the bank's answer of {size:,} rows", taken(), "s", goal=3, note=note)


def run(report: Report, *, counties: int = COUNTIES, size: int = COUNTY_SIZE) -> None:
    """Pay one county and the whole province."""
    stage = set_up(counties, size)
    _real_numbers(size)
    gc.collect()
    _answers(report, stage)
    before = memory()
    batch, seconds = prepare(stage.province, PROVINCE, OCTOBER)
    grown = memory() - before
    total = f"{stage.children:,}"
    report.add(SECTION, f"payroll, {total} lines", seconds, "s", goal=45, floor=_floor(batch))
    note = f"largest size of the process; the run itself added {grown:.0f} MB"
    report.add(SECTION, "client memory of that run", memory(), "MB", goal=300, note=note)
    with stopwatch() as taken:
        actions.sign_batch(stage.signing(batch), batch)
    report.add(SECTION, f"signing {total} lines (totals compared by the database)", taken(), "s")
    province = stage.province
    with acting(province), stopwatch() as taken:
        seen = preview(province, Looked(PROVINCE, NOVEMBER, synthetic(PROVINCE, NOVEMBER)))
    assert seen.rows == stage.children  # noqa: S101
    report.add(SECTION, f"preview of {total} rows with differences to last month", taken(), "s")
