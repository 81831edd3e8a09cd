"""CSV and XLSX as rows of a declared table: cells keep what is printed, amounts become fen."""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fnmatch import fnmatch
from pathlib import Path
from zipfile import BadZipFile

from python_calamine import CalamineError, CalamineWorkbook, PasswordError, XmlError, ZipError

from ..engine.errors import Refusal
from ..engine.parse import COMPARE, Apply, Literal, Syntax, Word, parse
from ..engine.source import Node, decoded, read_file
from ..language import Label

NUMBER = re.compile(r"-?[0-9]{1,15}(\.[0-9]{1,6})?")
MONTH = re.compile(r"(20[0-9]{2})-(0[1-9]|1[0-2])")
UNIT = re.compile(r"\((元|万元)\)")
TOTALS = ("合计", "总计", "小计", "total")
FEN = {"count": 1, "yuan": 100, "wan": 1_000_000}
NAMED = {"元": "yuan", "万元": "wan"}
BROKEN = (CalamineError, PasswordError, XmlError, ZipError, BadZipFile, OSError, ValueError)
SUFFIXES = (".csv", ".xlsx", ".xls", ".ods")


class TableError(Refusal, ValueError):
    """A file that cannot be read as a declared table: says which file, why, and what to do."""


@dataclass(frozen=True)
class Column:
    """A column: what it is called, and its unit ('' for the one that names the row)."""

    name: str
    title: Label
    unit: str = ""

    def carries(self, heading: str) -> bool:
        """Whether a heading (without its unit) is this column's."""
        return heading in (self.name, self.title.zh, self.title.en.replace(" ", ""))


@dataclass(frozen=True)
class Declared:
    """A table as declared in tables.yaml."""

    name: str
    title: Label
    files: str
    place: str
    month: str
    label: Column
    columns: Mapping[str, Column]
    equations: tuple[Apply, ...]
    blank: int | None = None
    """What a blank cell of a number means: 0 where the table says so, otherwise nothing."""

    @property
    def every(self) -> tuple[Column, ...]:
        return (self.label, *self.columns.values())


@dataclass(frozen=True)
class Row:
    """One row: its line in the file, what it is called, and the printed text of every column."""

    line: int
    label: str
    cells: tuple[str, ...]

    @property
    def is_total(self) -> bool:
        """Is it the printed sum of the others?"""
        return any(word in self.label.lower() for word in TOTALS)


@dataclass(frozen=True)
class Table:
    """A file (or a sheet of it) read: `units` holds what the headings say, else what is declared."""

    declared: Declared
    file: str
    month: date
    place: str
    units: Mapping[str, str]
    rows: tuple[Row, ...]

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(self.declared.columns)


@dataclass(frozen=True)
class Sheet:
    """The rows of a file, from 0, as texts. `name` tells sheets of a workbook apart."""

    name: str
    rows: list[list[str]]


OWN = Path(__file__).parent / "tables.yaml"


def declarations(path: Path = OWN) -> tuple[Declared, ...]:
    """Every table declared in a file. Raises LawError with file and line, TableError where it cannot be opened."""
    try:
        items = read_file(path, path.name).fields("tables")["tables"].items()
    except OSError as error:
        unread = (f"无法打开（{error.strerror}）", f"it cannot be opened ({error.strerror})")
        raise TableError(unread, ("请核对路径。", "Correct the path."), str(path)) from error
    return tuple(_declared(item) for item in items)


def _declared(node: Node) -> Declared:
    parts = node.fields("table zh en files place label columns equations", "month blank")
    ((label, title),) = parts["label"].pairs()
    return Declared(
        parts["table"].text(),
        Label(parts["zh"].text(), parts["en"].text()),
        parts["files"].text(),
        parts["place"].text(),
        parts["month"].text() if "month" in parts else "",
        Column(label, _title(title.fields("zh en"))),
        {name: _column(name, column) for name, column in parts["columns"].pairs()},
        tuple(_equation(item) for item in parts["equations"].items()),
        _blank(parts["blank"]) if "blank" in parts else None,
    )


def _blank(node: Node) -> int:
    if node.text() != "zero":
        what = (f"空白不能读作“{node.text()}”", f"a blank cannot be read as '{node.text()}'")
        raise node.refuse(what, ("写“blank: zero”，或删去本行。", "Write 'blank: zero', or drop the line."))
    return 0


def _equation(node: Node) -> Apply:
    """A comparison of sums and products of columns, figures and numbers."""
    tree = node.read(parse)
    if not isinstance(tree, Apply) or tree.op not in COMPARE or not all(map(_reckoned, tree.args)):
        what = ("不是表内勾稽关系", "no equation of a published table")
        remedy = (
            "用 = < <= > >= != 比较列、标准与数的和、差、积。",
            "Compare sums and products of columns, figures and numbers.",
        )
        raise node.refuse(what, remedy)
    return tree


def _reckoned(tree: Syntax) -> bool:
    if isinstance(tree, Apply):
        return tree.op in ("+", "-", "*") and all(map(_reckoned, tree.args))
    return isinstance(tree, Word) or (isinstance(tree, Literal) and tree.unit in ("", "yuan"))


def _column(name: str, node: Node) -> Column:
    parts = node.fields("unit zh en")
    unit = parts["unit"].text()
    if unit not in FEN:
        what = (f"“{unit}”不是单位", f"'{unit}' is no unit")
        known = ", ".join(FEN)
        raise parts["unit"].refuse(what, (f"可用：{known}。", f"Use one of: {known}."))
    return Column(name, _title(parts), unit)


def _title(parts: Mapping[str, Node]) -> Label:
    return Label(parts["zh"].text(), parts["en"].text())


def read_tables(
    path: Path, known: Sequence[Declared], place: str | None = None, month: str | None = None
) -> Iterator[Table]:
    """Every sheet of a file as the table whose headings it carries. Raises TableError."""
    sheets = [sheet for sheet in read_sheets(path) if any(any(row) for row in sheet.rows)]
    if not sheets:
        raise TableError(("文件是空的", "it is empty"), ("请提供有内容的文件。", "Give a file with rows."), path.name)
    for sheet in sheets:
        yield _table(path, sheet, known, place, month)


def read_sheets(path: Path) -> list[Sheet]:
    """A CSV in UTF-8 or GB 18030, or the sheets of a workbook."""
    try:
        raw = path.read_bytes()
        if path.suffix.lower() == ".csv":
            return [Sheet(path.name, [[cell.strip() for cell in row] for row in csv.reader(io.StringIO(decoded(raw)))])]
        book = CalamineWorkbook.from_filelike(io.BytesIO(raw))
        several = len(book.sheet_names) > 1
        return [
            Sheet(
                f"{path.name} [{name}]" if several else path.name,
                [
                    [_cell(cell) for cell in row]
                    for row in book.get_sheet_by_name(name).to_python(skip_empty_area=False)
                ],
            )
            for name in book.sheet_names
        ]
    except FileNotFoundError as error:
        missing = ("没有这个文件", "no such file")
        raise TableError(missing, ("请核对路径。", "Correct the path."), str(path)) from error
    except (csv.Error, *BROKEN) as error:
        why = getattr(error, "strerror", None) or error
        unread = (f"无法读取（{why}）", f"it cannot be read ({why})")
        remedy = (
            "请提供 UTF-8 或 GB 18030 编码的 CSV，或未加密的 XLSX 工作簿。",
            "Give a CSV in UTF-8 or GB 18030, or an XLSX workbook without a password.",
        )
        raise TableError(unread, remedy, path.name) from error


def _cell(cell: object) -> str:
    if isinstance(cell, float):
        return f"{Decimal(repr(cell)):f}".removesuffix(".0")
    return str(cell).strip()


def plain(text: str) -> str:
    """Full-width digits, signs and brackets as half-width ones; no blanks."""
    return "".join(unicodedata.normalize("NFKC", text).split())


def headings(declared: Declared, line: Sequence[str]) -> dict[str, tuple[int, str]] | None:
    """Column -> (position, unit), when the line carries every heading of the table."""
    found: dict[str, tuple[int, str]] = {}
    for at, text in enumerate(line):
        heading = plain(text)
        stated = UNIT.search(heading)
        for column in declared.every:
            if column.carries(UNIT.sub("", heading)):
                found.setdefault(column.name, (at, NAMED[stated[1]] if stated else column.unit))
    return found if len(found) == len(declared.every) else None


def _table(path: Path, sheet: Sheet, known: Sequence[Declared], place: str | None, month: str | None) -> Table:
    for at, line in enumerate(sheet.rows):
        for declared in sorted(known, key=lambda one: not fnmatch(path.name, one.files)):
            columns = headings(declared, line)
            if columns is not None:
                day = _month(sheet, month, declared)
                units = {name: columns[name][1] for name in declared.columns}
                rows = tuple(_rows(sheet, declared, at, columns))
                return Table(declared, sheet.name, day, place or declared.place, units, rows)
    zh = "；".join(f"{one.title.zh}（{'、'.join(column.title.zh for column in one.every)}）" for one in known)
    en = "; ".join(f"{one.title.en} ({', '.join(column.title.en for column in one.every)})" for one in known)
    what = ("没有已声明的表具有这样的表头", "no declared table has these headings")
    remedy = Label(
        f"请更正表头，或自行声明并写明 --tables 文件。已声明：{zh}。",
        f"Correct them, or declare the table in a file given with --tables. Known: {en}.",
    )
    raise TableError(what, remedy, sheet.name)


def _month(sheet: Sheet, month: str | None, declared: Declared) -> date:
    """The month asked for, declared, or in the name of the file or sheet."""
    stated = MONTH.fullmatch(month) if month else MONTH.search(declared.month or sheet.name)
    if stated is None:
        what = (
            (f"“{month}”不是月份", f"'{month}' is no month") if month else ("不知道是哪个月", "its month is not known")
        )
        raise TableError(what, ("请写明 --month 2022-05。", "Give it as --month 2022-05."), sheet.name)
    return date(int(stated[1]), int(stated[2]), 1)


def _rows(sheet: Sheet, declared: Declared, head: int, columns: Mapping[str, tuple[int, str]]) -> Iterator[Row]:
    """What stands below the headings."""
    below = [(at, line) for at, line in enumerate(sheet.rows[head + 1 :], start=head + 2) if any(line)]
    if not below:
        nothing = ("表头下面没有数据", f"nothing stands below the headings of '{declared.name}'")
        raise TableError(nothing, ("请提供有数据的文件。", "Give a file with rows."), sheet.name)
    for at, line in below:
        full = [*line, *[""] * (max(place for place, _ in columns.values()) + 1)]
        cells = tuple(plain(full[columns[name][0]]).replace(",", "") for name in declared.columns)
        yield Row(at, full[columns[declared.label.name][0]], cells)


def amount(text: str, unit: str) -> int | None:
    """A printed number as a count or in fen; None where it is no number, or finer than its unit allows."""
    if not NUMBER.fullmatch(text):
        return None
    value = Decimal(text) * FEN[unit]
    return int(value) if value == value.to_integral_value() else None


def rounding(texts: Sequence[str], unit: str) -> int:
    """Half of the last digit a column prints, in fen, for amounts in 10,000 yuan; others are exact."""
    if unit != "wan":
        return 0
    decimals = max(len(text.partition(".")[2]) for text in texts)
    return int(Decimal(FEN["wan"]) / 10**decimals / 2)
