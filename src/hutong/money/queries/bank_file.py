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
from hutong.money.terms import OUTGOING, BankFileForm, LineState

HEADS = ("序号", "发放编号", "户名", "账号", "开户银行", "金额（元）", "用途", "所属月份")
"""Headings of the file. Banks here read Chinese, whatever language the officer works in."""
MEDIA = {
    BankFileForm.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    BankFileForm.CSV: "text/csv; charset=utf-8",
    BankFileForm.GBK: "text/plain; charset=gbk",
    BankFileForm.GB18030: "text/plain; charset=gb18030",
}
_PARTS_A_LINE = str.maketrans("|\r\n\t", "    ")


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


def build(batch: Batch, form: BankFileForm) -> bytes:
    """The whole file. The export was recorded before (money.export_bank_file)."""
    if form == BankFileForm.XLSX:
        return write_xlsx(HEADS, payments(batch), title=f"{batch.month:%Y-%m}")
    if form == BankFileForm.CSV:
        return b"".join(write_csv(HEADS, payments(batch)))
    return "".join(_lines(batch)).encode(form.value)


def _lines(batch: Batch) -> Iterator[str]:
    """Count and total in yuan, then one line a payment, its parts set off by `|` as banks take them."""
    yield f"{batch.count}|{_yuan(batch.total_fen)}\r\n"
    for row in payments(batch):
        cells = (_yuan(cell.amount) if isinstance(cell, Fen) else _plain(cell) for cell in row)
        yield "|".join(cells) + "\r\n"


def _plain(cell: Any) -> str:
    text = f"{cell.day:%Y-%m}" if isinstance(cell, Month) else str(cell)
    return text.translate(_PARTS_A_LINE)


def _yuan(fen: int) -> str:
    return f"{fen // 100}.{fen % 100:02d}"


def file_name(batch: Batch, form: BankFileForm) -> str:
    """Name that tells month and batch, nothing else."""
    ending = form.value if form in (BankFileForm.XLSX, BankFileForm.CSV) else "txt"
    return f"{batch.month:%Y%m}-{batch.pk}.{ending}"
