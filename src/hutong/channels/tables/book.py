"""A file as sheets of cells, opened in the process apart; why one is not opened is said in the viewer's language."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from hutong.channels.tables.cells import Cell, cell_of
from hutong.core.apart.refusal import Unopened
from hutong.core.apart.run import open_apart
from hutong.core.errors import FieldError, Invalid

MEGABYTE = 1024 * 1024


@dataclass(frozen=True)
class Limits:
    """What is refused before it is read."""

    size: int = 20 * MEGABYTE
    unpacked: int = 300 * MEGABYTE
    rows: int = 100_000


@dataclass(slots=True)
class SheetRow:
    """A row that holds something, and whether the program that wrote the file shows it."""

    number: int
    hidden: bool
    cells: list[Cell]


@dataclass(frozen=True)
class Merged:
    """A range of cells that are one; rows from 1, columns from 0."""

    top: int
    left: int
    bottom: int
    right: int


@dataclass
class Sheet:
    """One sheet of a workbook; a text file is one without a name."""

    name: str
    visible: bool
    epoch: int
    rows: list[SheetRow] = field(default_factory=list)
    merged: list[Merged] = field(default_factory=list)


def refused(what: str, todo: str, code: str = "unreadable") -> Invalid:
    """The file as a whole cannot be used."""
    return Invalid([FieldError("file", code, what, todo, label=_("File"))])


def open_book(data: bytes, limits: Limits) -> list[Sheet]:
    """Every sheet that holds something. Raises Invalid when the file cannot be opened."""
    if len(data) > limits.size:
        size, most = len(data) // MEGABYTE, limits.size // MEGABYTE
        raise refused(
            _("is %(size)s MB large; at most %(most)s MB can be read") % {"size": size, "most": most},
            _("Split it by township, or remove pictures and empty sheets."),
            "too_large",
        )
    try:
        lines = open_apart("table", data, rows=limits.rows + HEADS, unpacked=limits.unpacked)
    except Unopened as unopened:
        raise refused(*_words(unopened, limits), unopened.code) from unopened
    return [sheet for sheet in _sheets(lines) if sheet.rows]


HEADS = 20
"""Rows above the data that are not counted: titles, headings."""


def _sheets(lines: list[Any]) -> Iterator[Sheet]:
    sheet = Sheet("", True, 1900)
    for line in lines:
        if line[0] == "sheet":
            sheet = Sheet(**line[1])
        elif line[0] == "end":
            sheet.merged = [Merged(*one) for one in line[1]["merged"]]
            yield sheet
        else:
            number, hidden, cells = line
            sheet.rows.append(SheetRow(number, hidden, [cell_of(cell) for cell in cells]))


def _words(unopened: Unopened, limits: Limits) -> tuple[str, str]:
    """What is wrong with a file that was not opened, and what to do."""
    again = _("Open it, save it again as XLSX and choose it again.")
    split = _("Split it into several files.")
    code, about = unopened.code, unopened.about
    said = {
        "damaged": lambda: (_("is damaged"), again),
        "damaged_text": lambda: (_("is a damaged CSV file"), _("Open it and save it again as XLSX.")),
        "forged": lambda: (_("says of its own parts what is not so (sizes, checksums or names)"), again),
        "encrypted": lambda: (
            _("is locked with a password, or is an XLS file of the kind before 2007"),
            _("Save it as XLSX without a password and choose it again."),
        ),
        "macros": lambda: (_("contains macros"), _("Save it as XLSX, which holds none, and choose it again.")),
        "entities": lambda: (
            _("contains a document type definition, which no spreadsheet needs"),
            _("Copy the cells into a new workbook and choose that."),
        ),
        "too_deep": lambda: (
            _("is nested deeper than any spreadsheet"),
            _("Copy the cells into a new workbook and choose that."),
        ),
        "too_wide": lambda: (
            _("holds something in cell %(cell)s; only the first %(columns)s columns are read") % about,
            _("Delete what stands outside the table, or move it into the table."),
        ),
        "too_long": lambda: (
            _("has a cell in row %(row)s that is longer than a spreadsheet allows") % about,
            _("Shorten the text."),
        ),
        "too_many_sheets": lambda: (
            _("has %(sheets)s sheets; at most %(most)s are read") % about,
            _("Delete the sheets without data, or split it into several files."),
        ),
        "too_many_rows": lambda: (_("has more than %(rows)s rows") % {"rows": f"{limits.rows:,}"}, split),
        "too_large_unpacked": lambda: (
            _("is too large when unpacked"),
            _("Remove pictures, empty rows and empty sheets."),
        ),
        "too_heavy": lambda: (_("needs more memory or computing time than a table may"), split),
        "too_slow": lambda: (_("takes too long to open"), split),
    }
    unknown = (_("is no spreadsheet"), _("Save it as XLSX or CSV and choose it again."))
    return said[code]() if code in said else unknown
