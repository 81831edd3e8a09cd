"""CSV and XLSX as rows of a declared table: cells keep what is printed, amounts become fen."""

from __future__ import annotations

import csv
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fnmatch import fnmatch
from pathlib import Path

import yaml
from python_calamine import CalamineWorkbook

from ..engine.parse import Syntax, parse

NUMBER = re.compile(r"-?[0-9]{1,15}(\.[0-9]{1,6})?")
MONTH = re.compile(r"(20[0-9]{2})-(0[1-9]|1[0-2])")
UNIT = re.compile(r"[(（](元|万元)[)）]")
TOTALS = ("合计", "总计", "小计", "total")
FEN = {"count": 1, "yuan": 100, "wan": 1_000_000}
NAMED = {"元": "yuan", "万元": "wan"}


class TableError(ValueError):
    """A file that cannot be read as a declared table: says which file, why, and what to do."""


@dataclass(frozen=True)
class Declared:
    """A table as declared in tables.yaml."""

    name: str
    zh: str
    en: str
    files: str
    place: str
    month: str
    label: str
    columns: Mapping[str, str]
    also: Mapping[str, str]
    equations: tuple[str, ...]

    def parsed(self) -> list[tuple[str, Syntax]]:
        """The equations with their syntax trees."""
        return [(text, parse(text)) for text in self.equations]


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
    """A file read: `units` holds what the headings say, else what is declared."""

    declared: Declared
    file: str
    month: date
    place: str
    units: Mapping[str, str]
    rows: tuple[Row, ...]

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(self.declared.columns)


def declarations(path: Path | None = None) -> tuple[Declared, ...]:
    """Every declared table."""
    text = (path or Path(__file__).parent / "tables.yaml").read_text(encoding="utf-8")
    found = []
    for item in yaml.safe_load(text)["tables"]:
        name = item.pop("table")
        equations = tuple(item.pop("equations"))
        month = str(item.pop("month", ""))
        found.append(Declared(name=name, equations=equations, month=month, also=item.pop("also", {}), **item))
    return tuple(found)


def read_table(path: Path, known: Sequence[Declared], place: str | None = None, month: str | None = None) -> Table:
    """A file as the table whose headings it carries. Raises TableError."""
    lines = raw_rows(path)
    for at, line in enumerate(lines):
        for declared in sorted(known, key=lambda one: not fnmatch(path.name, one.files)):
            columns = headings(declared, line)
            if columns is not None:
                return _table(path, declared, lines, at, columns, place, month)
    names = "; ".join(f"{one.name}: {', '.join((one.label, *one.columns))}" for one in known)
    raise TableError(f"{path.name}: no declared table has these headings. Declare it in tables.yaml. Known: {names}.")


def raw_rows(path: Path) -> list[list[str]]:
    """Every row as texts, from 0; the first sheet of a workbook."""
    try:
        if path.suffix.lower() == ".csv":
            with path.open(encoding="utf-8-sig", newline="") as file:
                return [[cell.strip() for cell in row] for row in csv.reader(file)]
        sheet = CalamineWorkbook.from_path(str(path)).get_sheet_by_index(0).to_python(skip_empty_area=False)
        return [[_text(cell) for cell in row] for row in sheet]
    except (OSError, UnicodeDecodeError, csv.Error, Exception) as error:
        raise TableError(f"{path.name}: cannot be read ({error}). Give a CSV in UTF-8 or an XLSX workbook.") from error


def _text(cell: object) -> str:
    if isinstance(cell, float):
        return f"{Decimal(repr(cell)):f}".removesuffix(".0")
    return str(cell).strip()


def headings(declared: Declared, line: Sequence[str]) -> dict[str, tuple[int, str]] | None:
    """Column -> (position, unit), when the line carries every heading of the table."""
    found: dict[str, tuple[int, str]] = {}
    for at, text in enumerate(line):
        stated = UNIT.search(text)
        plain = UNIT.sub("", text).replace(" ", "")
        name = declared.also.get(plain, plain)
        if name in (declared.label, *declared.columns):
            found[name] = (at, NAMED[stated[1]] if stated else declared.columns.get(name, ""))
    return found if set(found) == {declared.label, *declared.columns} else None


def _table(
    path: Path,
    declared: Declared,
    lines: list[list[str]],
    head: int,
    columns: dict[str, tuple[int, str]],
    place: str | None,
    month: str | None,
) -> Table:
    stated = MONTH.search(month or declared.month or path.name)
    if stated is None:
        raise TableError(f"{path.name}: its month is not known. Give it as --month 2022-05.")
    rows = []
    for at, line in enumerate(lines[head + 1 :], start=head + 2):
        if any(line):
            full = [*line, *[""] * len(columns)]
            cells = tuple(full[columns[name][0]].replace(",", "") for name in declared.columns)
            rows.append(Row(at, full[columns[declared.label][0]], cells))
    if not rows:
        raise TableError(f"{path.name}: nothing stands below the headings of '{declared.name}'. Give a file with rows.")
    units = {name: columns[name][1] for name in declared.columns}
    day = date(int(stated[1]), int(stated[2]), 1)
    return Table(declared, path.name, day, place or declared.place, units, tuple(rows))


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
