"""The file for the bank: one row per payment, numbers as text, one neutral item name, never a cause."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Literal

from hutong.channels.content import Fen, Month
from hutong.channels.tables_io import write_csv, write_xlsx
from hutong.money.models import Batch, Line
from hutong.money.queries.accounts import account_number
from hutong.money.queries.reference import reference
from hutong.money.terms import OUTGOING, LineState

HEADS = ("序号", "发放编号", "户名", "账号", "开户银行", "金额（元）", "用途", "所属月份")
"""Headings of the file. Banks here read Chinese, whatever language the officer works in."""
MEDIA = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv; charset=utf-8",
}


def payments(batch: Batch) -> Iterator[tuple[Any, ...]]:
    """The rows of the file, in the order of the lines."""
    lines = Line.objects.filter(batch=batch, kind__in=OUTGOING).exclude(state=LineState.VOID).select_related("account")
    for number, line in enumerate(lines.order_by("id").iterator(chunk_size=2000), start=1):
        account = line.account
        yield (
            number,
            reference(line.pk),
            account.holder,
            account_number(account),
            account.bank,
            Fen(line.amount_fen),
            line.item.zh,
            Month(line.month),
        )


def build(batch: Batch, form: Literal["xlsx", "csv"]) -> bytes:
    """The whole file. The export was recorded before (money.export_bank_file)."""
    if form == "csv":
        return b"".join(write_csv(HEADS, payments(batch)))
    return write_xlsx(HEADS, payments(batch), title=f"{batch.month:%Y-%m}")


def file_name(batch: Batch, form: str) -> str:
    """Name that tells month and batch, nothing else."""
    return f"{batch.month:%Y%m}-{batch.pk}.{form}"
