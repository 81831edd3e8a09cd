"""The file for the bank: one row per payment, numbers as text, one neutral item name, never a cause."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from hutong.channels.content import Fen, Month
from hutong.channels.tables import write_csv, write_xlsx
from hutong.money.models import Batch, Line
from hutong.money.queries.accounts import account_number
from hutong.money.queries.reference import reference
from hutong.money.queries.rules import Format
from hutong.money.terms import OUTGOING, BankFileForm, LineState, Separator, TotalsAt

HEADS = ("序号", "发放编号", "户名", "账号", "开户银行", "金额（元）", "用途", "所属月份")
"""Headings of the file. Banks here read Chinese, whatever language the officer works in."""
MEDIA = {
    BankFileForm.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    BankFileForm.CSV: "text/csv; charset=utf-8",
    BankFileForm.GBK: "text/plain; charset=gbk",
    BankFileForm.GB18030: "text/plain; charset=gb18030",
}
SIGNS = {Separator.BAR: "|", Separator.COMMA: ",", Separator.TAB: "\t"}


@dataclass(frozen=True, slots=True)
class Uncarried:
    """A payment whose holder or bank is written with characters that GBK has no code for."""

    number: str
    holder: str
    characters: str


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


def uncarried(batch: Batch) -> list[Uncarried]:
    """Payments that a file in GBK cannot name, in the order of the lines."""
    lines = Line.objects.filter(batch=batch, kind__in=OUTGOING).exclude(state=LineState.VOID)
    texts = lines.order_by("id").values_list("id", "account__holder", "account__bank")
    found = []
    for pk, holder, bank in texts.iterator(chunk_size=2000):
        if lost := "".join(dict.fromkeys(char for char in holder + bank if not _in_gbk(char))):
            found.append(Uncarried(reference(pk), holder, lost))
    return found


def _in_gbk(char: str) -> bool:
    try:
        char.encode("gbk")
    except UnicodeEncodeError:
        return False
    return True


def build(batch: Batch, form: BankFileForm, how: Format) -> bytes:
    """The whole file as the bank of the place takes it. The export was recorded before (money.export_bank_file)."""
    if form == BankFileForm.XLSX:
        return write_xlsx(HEADS, payments(batch), title=f"{batch.month:%Y-%m}")
    if form == BankFileForm.CSV:
        return b"".join(write_csv(HEADS, payments(batch)))
    return "".join(_lines(batch, how)).encode(form.value)


def _lines(batch: Batch, how: Format) -> Iterator[str]:
    """One line a payment; count and total in yuan before or after them, where they do not stand in the file's name."""
    sign = SIGNS[how.separator]
    rows: list[list[str]] = []
    asked = 0
    for row in payments(batch):
        asked += sum(cell.amount for cell in row if isinstance(cell, Fen))
        rows.append([_yuan(cell.amount) if isinstance(cell, Fen) else _plain(cell, sign) for cell in row])
    totals = [str(len(rows)), _yuan(asked)]
    if how.totals is TotalsAt.FIRST:
        rows.insert(0, totals)
    elif how.totals is TotalsAt.LAST:
        rows.append(totals)
    yield from (sign.join(row) + "\r\n" for row in rows)


def _plain(cell: Any, sign: str) -> str:
    text = f"{cell.day:%Y-%m}" if isinstance(cell, Month) else str(cell)
    return text.translate(str.maketrans(f"{sign}\r\n", "   "))


def _yuan(fen: int) -> str:
    return f"{fen // 100}.{fen % 100:02d}"


def file_name(batch: Batch, form: BankFileForm, how: Format) -> str:
    """Name that tells month and batch, and count and total where the bank looks for them there; nothing else."""
    if form in (BankFileForm.XLSX, BankFileForm.CSV):
        return f"{batch.month:%Y%m}-{batch.pk}.{form.value}"
    totals = f"-{batch.count}-{_yuan(batch.total_fen)}" if how.totals is TotalsAt.NAME else ""
    return f"{batch.month:%Y%m}-{batch.pk}{totals}.txt"
