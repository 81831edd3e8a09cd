"""Spreadsheets in and out.

In: columns are found by their headings wherever they stand, each finding names row, column, what is wrong and what to
do. Out: written row by row; a text that a spreadsheet program would take for a formula stays a text.
"""

from __future__ import annotations

import csv
import re
import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from io import BytesIO, StringIO
from typing import Any, Literal

from django.utils.translation import gettext as _
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter
from pydantic import BaseModel
from python_calamine import CalamineWorkbook

from hutong.channels.content import Fen, Month
from hutong.core.errors import FieldError, Invalid
from hutong.core.inputs import DIGITS, in_order, shape_of, words_of
from hutong.core.jurisdiction import currency, language, money_example
from hutong.core.terms import Label, Term

MEGABYTE = 1024 * 1024
Kind = Literal["text", "number_text", "date", "month", "int", "money", "term"]


@dataclass(frozen=True)
class Heading:
    """A column that is looked for. `number_text` is a number that is no quantity (identity, account, telephone): its
    digits must have survived. `money` is read in units of the currency and returned in minor ones, `month` as the first
    day."""

    name: str
    title: Label
    aliases: Sequence[str] = ()
    required: bool = False
    kind: Kind = "text"
    term: type[Term] | None = None
    """Vocabulary of a `term`: a cell may hold its Chinese, its English or its value."""
    max_length: int | None = None

    @property
    def shown(self) -> str:
        """Title in the active language."""
        return self.title.text(language())


@dataclass(frozen=True)
class Limits:
    """What is refused before it is read."""

    size: int = 20 * MEGABYTE
    unpacked: int = 300 * MEGABYTE
    rows: int = 100_000
    errors: int = 500


@dataclass
class Table:
    """What was read: rows by heading name with their number, and what could not be read. A row with a finding is not
    among the rows, so that nothing half read is written."""

    rows: list[tuple[int, dict[str, Any]]] = field(default_factory=list)
    errors: list[FieldError] = field(default_factory=list)
    ignored: list[str] = field(default_factory=list)
    """Headings of the file that nobody asked for."""


def headings_of(
    model: type[BaseModel], aliases: Mapping[str, Sequence[str]], *, without: Sequence[str] = ()
) -> list[Heading]:
    """The columns of a spreadsheet whose rows are an input: words, kinds and lengths are those of its fields."""
    made = []
    for name, info in in_order(model):
        shape = shape_of(info)
        term = shape.base if isinstance(shape.base, type) and issubclass(shape.base, Term) else None
        kinds: dict[Any, Kind] = {date: "date", int: "int"}
        by_control: dict[str, Kind] = {DIGITS: "number_text", "money": "money", "month": "month", "place": "text"}
        kind: Kind = "term" if term else by_control.get(shape.control) or kinds.get(shape.base, "text")
        if name not in without:
            words, others = words_of(info, name), tuple(aliases.get(name, ()))
            made.append(Heading(name, words, others, info.is_required(), kind, term, shape.max_length))
    return made


def read_table(data: bytes, headings: Sequence[Heading], *, limits: Limits | None = None) -> Table:
    """Read an XLSX or CSV file. Raises Invalid when the file as a whole cannot be used."""
    limits = limits or Limits()
    if len(data) > limits.size:
        size, most = len(data) // MEGABYTE, limits.size // MEGABYTE
        raise _refused(
            _("is %(size)s MB large; at most %(most)s MB can be read") % {"size": size, "most": most},
            _("Split it by township, or remove pictures and empty sheets."),
        )
    grid = _grid(data, limits)
    at, columns = _find_heading_row(grid, headings)
    if len(grid) - at - 1 > limits.rows:
        raise _refused(
            _("has more than %(rows)s rows") % {"rows": f"{limits.rows:,}"}, _("Split it into several files.")
        )
    table = Table(ignored=_ignored(grid[at], columns))
    for number, cells in enumerate(grid[at + 1 :], start=at + 2):
        if not any(_has_text(cell) for cell in cells):
            continue
        _read_row(table, number, cells, headings, columns)
        if len(table.errors) >= limits.errors:
            break
    _check_shift(table, headings, columns)
    return table


def _refused(what: str, todo: str) -> Invalid:
    return Invalid([FieldError("file", "unreadable", what, todo, label=_("File"))])


def _grid(data: bytes, limits: Limits) -> list[list[Any]]:
    if data.startswith(b"PK\x03\x04"):
        return _xlsx_grid(data, limits)
    if b"\x00" in data[:4096] or data.startswith((b"MZ", b"\x7fELF", b"%PDF")):
        raise _refused(_("is no spreadsheet"), _("Save it as XLSX or CSV and choose it again."))
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = data.decode(encoding)
            break
        except UnicodeDecodeError:
            continue
    else:
        raise _refused(_("is no spreadsheet"), _("Save it as XLSX or CSV and choose it again."))
    try:
        return [list(row) for row in csv.reader(StringIO(text), strict=True)]
    except csv.Error as error:
        raise _refused(_("is a damaged CSV file"), _("Open it and save it again as XLSX.")) from error


def _xlsx_grid(data: bytes, limits: Limits) -> list[list[Any]]:
    try:
        with zipfile.ZipFile(BytesIO(data)) as archive:
            unpacked = sum(info.file_size for info in archive.infolist())
            names = set(archive.namelist())
    except zipfile.BadZipFile as error:
        raise _refused(_("is damaged"), _("Open it, save it again as XLSX and choose it again.")) from error
    if "xl/workbook.xml" not in names:
        raise _refused(_("is no spreadsheet"), _("Save it as XLSX or CSV and choose it again."))
    if unpacked > limits.unpacked:
        raise _refused(_("is too large when unpacked"), _("Remove pictures, empty rows and empty sheets."))
    try:
        book = CalamineWorkbook.from_filelike(BytesIO(data))
        return book.get_sheet_by_index(0).to_python(skip_empty_area=False)
    except Exception as error:  # calamine raises several kinds on damaged files; all mean the same to the user
        raise _refused(_("is damaged"), _("Open it, save it again as XLSX and choose it again.")) from error


def _plain(text: Any) -> str:
    return re.sub(r"[\s*：:（）()]+", "", str(text)).casefold()


def _has_text(cell: Any) -> bool:
    return cell is not None and str(cell).strip() != ""


def _find_heading_row(grid: list[list[Any]], headings: Sequence[Heading]) -> tuple[int, dict[str, int]]:
    wanted = {_plain(name): h.name for h in headings for name in (h.title.zh, h.title.en, h.name, *h.aliases)}
    best: tuple[int, dict[str, int]] = (0, {})
    for at, cells in enumerate(grid[:15]):
        found: dict[str, int] = {}
        for position, cell in enumerate(cells):
            name = wanted.get(_plain(cell)) if _has_text(cell) else None
            if name and name in found:
                raise _refused(
                    _("has the column “%(column)s” twice") % {"column": cell}, _("Delete or rename one of the two.")
                )
            if name:
                found[name] = position
        if len(found) > len(best[1]):
            best = (at, found)
    missing = [h.shown for h in headings if h.required and h.name not in best[1]]
    if missing or not best[1]:
        raise _refused(
            _("lacks the columns: %(columns)s") % {"columns": "、".join(missing or [h.shown for h in headings])},
            _("Write the headings in one row above the data, as in the template."),
        )
    return best


def _ignored(cells: Sequence[Any], columns: dict[str, int]) -> list[str]:
    used = set(columns.values())
    return [str(cell) for at, cell in enumerate(cells) if at not in used and _has_text(cell)]


def _read_row(
    table: Table, number: int, cells: Sequence[Any], headings: Sequence[Heading], columns: dict[str, int]
) -> None:
    row: dict[str, Any] = {}
    before = len(table.errors)
    for heading in headings:
        position = columns.get(heading.name)
        if position is None:
            continue
        cell = cells[position] if position < len(cells) else None
        where = f"{get_column_letter(position + 1)} {heading.shown}"
        if not _has_text(cell):
            if heading.required:
                table.errors.append(FieldError(heading.name, "missing", _("is empty"), _("Fill it in."), where, number))
            row[heading.name] = None
            continue
        try:
            row[heading.name] = _read_cell(heading, cell)
        except _WrongCell as wrong:
            table.errors.append(FieldError(heading.name, "unreadable", wrong.what, wrong.todo, where, number))
    if len(table.errors) == before:
        table.rows.append((number, row))


def _read_cell(heading: Heading, cell: Any) -> Any:
    value = _term(heading, cell) if heading.term is not None else _READERS[heading.kind](cell)
    if heading.max_length and isinstance(value, str) and len(value) > heading.max_length:
        most = {"max_length": heading.max_length}
        raise _WrongCell(_("is too long (at most %(max_length)s characters)") % most, _("Shorten it."))
    return value


def _term(heading: Heading, cell: Any) -> Term:
    words, text = heading.term or Term, _text(cell).casefold()
    found = next((word for word in words if text in (word.value, word.zh, word.en.casefold())), None)
    if found is None:
        known = "、".join(word.label(language()) for word in words)
        raise _WrongCell(_("is not one of: %(expected)s") % {"expected": known}, _("Copy one of these words."))
    return found


class _WrongCell(Exception):
    def __init__(self, what: str, todo: str) -> None:
        self.what, self.todo = what, todo
        super().__init__(what)


def _text(cell: Any) -> str:
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    if isinstance(cell, datetime):
        return cell.date().isoformat() if cell.time() == datetime.min.time() else cell.isoformat(" ")
    return str(cell).strip()


def _number_text(cell: Any) -> str:
    scientific = isinstance(cell, str) and re.fullmatch(r"\s*\d(\.\d+)?[eE]\+?\d+\s*", cell)
    if scientific or (isinstance(cell, int | float) and not isinstance(cell, bool) and abs(cell) >= 10**15):
        raise _WrongCell(
            _("was stored as a number (%(cell)s) and lost its last digits") % {"cell": f"{float(cell):.5E}"},
            _("Set the column to “text” before you type or paste the number, and enter it again."),
        )
    text = _text(cell).replace(" ", "").lstrip("'`‘’\u200b\ufeff")
    return text.replace("\u00a0", "").upper()


def _date(cell: Any) -> date:
    if isinstance(cell, datetime):
        return cell.date()
    if isinstance(cell, date):
        return cell
    if isinstance(cell, int | float) and 20_000 < cell < 80_000:
        return date(1899, 12, 30) + timedelta(days=int(cell))
    text = _text(cell)
    found = re.fullmatch(r"(\d{4})[-/.年]?(\d{1,2})[-/.月]?(\d{1,2})日?", text)
    try:
        if found:
            return date(*(int(part) for part in found.groups()))
    except ValueError:
        pass
    raise _WrongCell(_("is not a date: %(cell)s") % {"cell": text[:30]}, _("Write it as 2026-03-31."))


def _month(cell: Any) -> date:
    found = re.fullmatch(r"(\d{4})[-/.年]?(\d{1,2})月?", _text(cell))
    if found and 1 <= int(found[2]) <= 12:
        return date(int(found[1]), int(found[2]), 1)
    try:
        return _date(cell).replace(day=1)
    except _WrongCell:
        raise _WrongCell(
            _("is not a month: %(cell)s") % {"cell": _text(cell)[:30]}, _("Write it as 2026-03.")
        ) from None


def _int(cell: Any) -> int:
    text = _text(cell).replace(",", "")
    if re.fullmatch(r"[+-]?\d{1,15}", text):
        return int(text)
    raise _WrongCell(_("is not a whole number: %(cell)s") % {"cell": text[:30]}, _("Use digits only."))


def _money(cell: Any) -> int:
    text = _text(cell)
    minor = currency().minor_units(text, slack=Decimal("0.000001"))  # what a workbook loses in its own numbers
    if minor is None:
        raise _WrongCell(
            _("is not an amount: %(cell)s") % {"cell": text[:30]},
            _("Write it as %(example)s.") % {"example": money_example()},
        )
    return minor


_READERS = {
    "text": _text,
    "number_text": _number_text,
    "date": _date,
    "month": _month,
    "int": _int,
    "money": _money,
}


def _check_shift(table: Table, headings: Sequence[Heading], columns: dict[str, int]) -> None:
    """Two typed columns wrong in most rows mean that values slipped under other headings: say that, once."""
    typed = {h.shown for h in headings if h.kind != "text"}
    wrong: dict[str, int] = {}
    for error in table.errors:
        name = error.label.partition(" ")[2]
        if name in typed:
            wrong[name] = wrong.get(name, 0) + 1
    seen = len({e.row for e in table.errors}) + len(table.rows)
    slipped = [name for name, count in wrong.items() if count * 2 > seen]
    if seen >= 2 and len(slipped) >= 2:
        raise _refused(
            _("looks as if its columns had slipped: the values under %(columns)s do not fit their headings")
            % {"columns": "、".join(slipped)},
            _("Compare the headings with the first row of data; put each value under its own heading."),
        )


# Out


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
