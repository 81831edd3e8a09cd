"""What became of the rows of a table that were not taken: kept with the import, shown on its page, and downloaded."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from hutong.channels.content import Rows
from hutong.channels.tables.writing import write_xlsx
from hutong.core.errors import FieldError
from hutong.core.terms import Label

HEADS = (
    Label("工作表", "Sheet"), Label("行", "Row"), Label("栏", "Column"), Label("问题", "What is wrong"),
    Label("处理", "What to do"),
)  # fmt: skip
SHOWN = 500
AT_ONCE = 200
"""Findings answered at once, where nothing was kept that could show them all."""


def in_file_order(errors: Iterable[FieldError]) -> list[FieldError]:
    """Findings by sheet and row."""
    return sorted(errors, key=lambda e: (e.sheet, e.row))


def first_of(errors: Iterable[FieldError]) -> list[FieldError]:
    """The first findings of a file, as many as are answered at once; the rest shows up when these are mended."""
    return in_file_order(errors)[:AT_ONCE]


def told_rows(errors: Iterable[FieldError]) -> list[dict[str, Any]]:
    """Findings as an import keeps them, in the order of the file."""
    return [
        {"sheet": e.sheet, "row": e.row, "column": e.label, "what": e.message, "todo": e.remedy, "code": e.code}
        for e in in_file_order(errors)
    ]


def told_table(rows: Sequence[Mapping[str, Any]]) -> Rows:
    """The same on a page; the sheet only where there are several."""
    skip = 0 if any(row.get("sheet") for row in rows) else 1
    return Rows(list(HEADS[skip:]), [_cells(row)[skip:] for row in rows[:SHOWN]])


def told_file(rows: Sequence[Mapping[str, Any]], lang: str) -> bytes:
    """All of them as a workbook to work through."""
    return write_xlsx([head.text(lang) for head in HEADS], map(_cells, rows))


def _cells(row: Mapping[str, Any]) -> list[Any]:
    return [row.get("sheet", ""), row["row"], row["column"], row["what"], row["todo"]]
