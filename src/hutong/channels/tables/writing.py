"""Tables out: written row by row; a text that a spreadsheet program would take for a formula stays a text."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from decimal import Decimal
from io import BytesIO, StringIO
from typing import Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter

from hutong.channels.content import Fen, Month
from hutong.core.jurisdiction import currency


def _risky(text: str) -> bool:
    return text.startswith(("=", "+", "-", "@", "\t", "\r", "|"))


def _xlsx_value(value: Any) -> Any:
    if isinstance(value, Fen):
        return Decimal(value.amount) / currency().factor
    if isinstance(value, Month):
        return f"{value.day:%Y-%m}"
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d %H:%M}"
    if value is None or isinstance(value, bool | int | float | Decimal | date):
        return value
    return _ILLEGAL.sub("", str(value))


_ILLEGAL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def write_xlsx(heads: Sequence[str], rows: Iterable[Sequence[Any]], *, title: str = "") -> bytes:
    """A workbook with one sheet: bold headings, texts that look like formulas kept as texts."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet(re.sub(r"[\[\]:*?/\\]", " ", title)[:31] or "1")
    sheet.freeze_panes = "A2"
    for number, head in enumerate(heads, start=1):
        sheet.column_dimensions[get_column_letter(number)].width = max(12, min(40, 2 * len(head) + 4))
    bold = []
    for head in heads:
        cell = WriteOnlyCell(sheet, value=head)
        cell.font = Font(bold=True)
        bold.append(cell)
    sheet.append(bold)
    for row in rows:
        sheet.append([_xlsx_cell(sheet, _xlsx_value(value)) for value in row])
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def _xlsx_cell(sheet: Any, value: Any) -> Any:
    if not isinstance(value, str) or not _risky(value):
        return value
    cell = WriteOnlyCell(sheet, value=value)
    cell.data_type = "s"
    cell.quotePrefix = True
    return cell


def write_csv(heads: Sequence[str], rows: Iterable[Sequence[Any]]) -> Iterator[bytes]:
    """CSV in UTF-8 with a byte order mark, row by row; risky texts get an apostrophe in front."""
    buffer = StringIO()
    writer = csv.writer(buffer, lineterminator="\r\n")
    buffer.write("\ufeff")
    writer.writerow(heads)
    for row in rows:
        writer.writerow([_csv_value(value) for value in row])
        if buffer.tell() > 65_536:
            yield buffer.getvalue().encode()
            buffer.seek(0)
            buffer.truncate()
    yield buffer.getvalue().encode()


def _csv_value(value: Any) -> Any:
    plain = _xlsx_value(value)
    if isinstance(plain, Decimal):
        return f"{plain:.2f}"
    if isinstance(plain, date):
        return plain.isoformat()
    return f"'{plain}" if isinstance(plain, str) and _risky(plain) else plain
