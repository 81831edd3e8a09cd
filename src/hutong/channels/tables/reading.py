"""Reading a table, every sheet and row: what is not clear is asked, what is wrong is told by sheet, row and column."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from django.utils.translation import gettext as _
from openpyxl.utils import get_column_letter

from hutong.channels.tables.book import Limits, Merged, Sheet, SheetRow, open_book, refused
from hutong.channels.tables.cells import Reader, WrongCell, has_text
from hutong.channels.tables.headings import COUNTERS, WEIGHTY, Heading, Known, plain
from hutong.channels.tables.questions import HiddenRows, Open, TableGiven
from hutong.channels.tables.remembered import remember, remembered
from hutong.core.errors import FieldError, Invalid
from hutong.core.inputs import finding

SEARCHED = 15
"""Rows from the top among which the headings are looked for."""


class Line(NamedTuple):
    """One row that was read: its number, its values by heading name, its sheet where the file has several."""

    row: int
    cells: dict[str, Any]
    sheet: str = ""

    def wrong(self, heading: Heading, code: str, message: str, remedy: str = "") -> FieldError:
        """Something wrong with one of its values."""
        return FieldError(heading.name, code, message, remedy, heading.shown, self.row, sheet=self.sheet)


@dataclass
class Table:
    """What was read: lines, and what could not be read. A row with a finding is not among the lines, so that nothing
    half read is written."""

    lines: list[Line] = field(default_factory=list)
    errors: list[FieldError] = field(default_factory=list)
    columns: frozenset[str] = frozenset()
    """Names of the headings that the file has."""

    @property
    def count(self) -> int:
        """Rows of the file, readable or not."""
        return len(self.lines) + len({(e.sheet, e.row) for e in self.errors})


@dataclass
class _Plan:
    """A sheet with the row of its headings and what stands where."""

    sheet: Sheet
    at: int
    columns: dict[str, int]
    missing: list[str]
    begins: int

    @property
    def body(self) -> Iterator[SheetRow]:
        return (row for row in self.sheet.rows if row.number >= self.begins)


def read_table(
    data: bytes, headings: Sequence[Heading], *, limits: Limits | None = None, given: TableGiven | None = None
) -> Table:
    """Read an XLSX or CSV file. Raises Invalid when the file as a whole cannot be used, and for everything that is not
    clear and `given` does not answer: rows that are hidden, headings and sheets of which nothing was read. What it says
    of headings is remembered for the next table of the office."""
    limits = limits or Limits()
    said = given.said() if given else {}
    known = Known(headings, remembered() | said)
    _check_said(known, given)
    plans = [_planned(sheet, known) for sheet in open_book(data, limits)]
    read = _chosen(plans)
    if not read:
        _nothing(plans, known, given)
    hidden = given.hidden_rows if given else None
    _open_questions(plans, read, known).raise_for(headings, bool(given and given.leave_out), hidden)
    remember({text: known.named(means) for text, means in said.items()})
    several = len(read) > 1
    table = Table(columns=frozenset(name for plan in read for name in plan.columns))
    for plan in read:
        _read_sheet(table, plan, known, plan.sheet.name if several else "", take=hidden == HiddenRows.TAKE)
    if sum(1 for plan in read for _row in plan.body) > limits.rows:
        raise refused(
            _("has more than %(rows)s rows") % {"rows": f"{limits.rows:,}"}, _("Split it into several files.")
        )
    _check_shift(table, headings)
    return table


def _check_said(known: Known, given: TableGiven | None) -> None:
    """A column that was said to be one that does not exist would be passed over in silence."""
    for means in given.said().values() if given else ():
        if means and not known.named(means):
            columns = "、".join(h.shown for h in known.headings.values())
            what = _("“%(column)s” is no column of this table") % {"column": means}
            raise Invalid(
                [finding(TableGiven, "columns", "unknown", what, _("Use one of: %(columns)s") % {"columns": columns})]
            )


# Which row holds the headings, which sheet is read


def _planned(sheet: Sheet, known: Known) -> _Plan:
    best = 0
    found: dict[str, int] = {}
    for at, row in enumerate(sheet.rows[:SEARCHED]):
        here = _columns(row, known)
        if len(here) > len(found):
            best, found = at, here
    number = sheet.rows[best].number
    merged = [m.bottom for m in sheet.merged if m.top <= number <= m.bottom]
    missing = [h.shown for h in known.headings.values() if h.required and h.name not in found]
    return _Plan(sheet, best, found, missing, max([number, *merged]) + 1)


def _columns(row: SheetRow, known: Known) -> dict[str, int]:
    found: dict[str, int] = {}
    for position, cell in enumerate(row.cells):
        name = known.of(cell) if has_text(cell) else ""
        if name and name in found:
            raise refused(
                _("has the column “%(column)s” twice") % {"column": cell}, _("Delete or rename one of the two.")
            )
        if name:
            found[name] = position
    return found


def _chosen(plans: list[_Plan]) -> list[_Plan]:
    """Sheets with every needed column; hidden ones too, whose rows are hidden rows."""
    return [plan for plan in plans if plan.columns and not plan.missing]


def _nothing(plans: list[_Plan], known: Known, given: TableGiven | None) -> None:
    """No sheet can be read: say what is missing in the one that comes nearest, and ask what its headings are."""
    near = max(plans, key=lambda plan: (plan.sheet.visible, len(plan.columns)), default=None)
    if near is None or not near.columns:
        todo = _("Write the headings in one row above the data, as in the template.")
        names = "、".join(h.shown for h in known.headings.values())
        raise refused(_("lacks the columns: %(columns)s") % {"columns": names}, todo)
    asked = Open(lacking=near.missing)
    _unused_of(near, known, asked)
    asked.raise_for([*known.headings.values()], False, None)


def _open_questions(plans: list[_Plan], read: list[_Plan], known: Known) -> Open:
    asked = Open(not_read=[p.sheet.name for p in plans if p not in read and p.sheet.visible])
    for plan in read:
        _unused_of(plan, known, asked)
        hidden = [row.number for row in plan.body if row.hidden or not plan.sheet.visible]
        if hidden:
            asked.hidden.append(_rows_said(plan.sheet.name if len(plans) > 1 else "", hidden))
    return asked


def _unused_of(plan: _Plan, known: Known, asked: Open) -> None:
    """Headings of a sheet that are no column, unless they are settled, count rows, or have nothing below them."""
    used = set(plan.columns.values())
    free = known.headings.keys() - plan.columns.keys()
    seen = {text for text, _guess in (*asked.weighty, *asked.unused)}
    for position, cell in enumerate(plan.sheet.rows[plan.at].cells):
        text = str(cell).strip() if has_text(cell) else ""
        if not text or position in used or text in seen or known.settled(text) or plain(text) in COUNTERS:
            continue
        if any(position < len(row.cells) and has_text(row.cells[position]) for row in plan.body):
            to = asked.weighty if WEIGHTY.search(text) else asked.unused
            to.append((text, known.guess(text, free)))


def _rows_said(sheet: str, rows: Sequence[int]) -> str:
    shown = "、".join(str(number) for number in rows[:10]) + ("…" if len(rows) > 10 else "")
    if sheet:
        return _("sheet “%(sheet)s”, row %(rows)s") % {"sheet": sheet, "rows": shown}
    return _("row %(rows)s") % {"rows": shown}


# Rows


def _read_sheet(table: Table, plan: _Plan, known: Known, name: str, *, take: bool) -> None:
    reader = Reader(plan.sheet.epoch)
    headings = [known.headings[column] for column in plan.columns]
    spoiled = _spread(plan, known)
    top = _heads(plan, plan.sheet.rows[plan.at])
    for row in plan.body:
        shown = plan.sheet.visible and not row.hidden
        held = any(p < len(row.cells) and has_text(row.cells[p]) for p in plan.columns.values())
        if not held or not (shown or take) or _heads(plan, row) == top:
            continue
        if row.number in spoiled:
            table.errors.append(_of_merge(row.number, name, spoiled[row.number]))
            continue
        _read_row(table, plan, row, headings, reader, name)


def _heads(plan: _Plan, row: SheetRow) -> list[str]:
    """What a row says under each heading; where it says the headings once more it is no data."""
    cells = row.cells
    return [plain(cells[p]) if p < len(cells) and cells[p] is not None else "" for p in plan.columns.values()]


def _read_row(
    table: Table, plan: _Plan, row: SheetRow, headings: Sequence[Heading], reader: Reader, sheet: str
) -> None:
    values: dict[str, Any] = {}
    before = len(table.errors)
    for heading in headings:
        position = plan.columns[heading.name]
        cell = row.cells[position] if position < len(row.cells) else None
        letter = get_column_letter(position + 1)
        where = f"{letter} {heading.shown}"
        if not has_text(cell):
            if heading.required:
                what = (_("is empty"), _("Fill it in."), where, row.number)
                table.errors.append(FieldError(heading.name, "missing", *what, sheet=sheet))
            values[heading.name] = None
            continue
        try:
            values[heading.name] = reader.read(heading, cell, f"{letter}{row.number}")
        except WrongCell as bad:
            told = FieldError(heading.name, bad.code, bad.what, bad.todo, where, row.number, sheet=sheet)
            table.errors.append(told)
    if len(table.errors) == before:
        table.lines.append(Line(row.number, values, sheet))


# Merged cells


def _spread(plan: _Plan, known: Known) -> dict[int, str]:
    """Write what a merged cell says into each cell it covers; rows of which it cannot be said go by its name."""
    spoiled: dict[int, str] = {}
    by_number = {row.number: row for row in plan.body}
    for merged in plan.sheet.merged:
        rows = [by_number[n] for n in range(max(merged.top, plan.begins), merged.bottom + 1) if n in by_number]
        covered = [known.headings[n] for n, at in plan.columns.items() if merged.left <= at <= merged.right]
        if merged.top < plan.begins or not rows or not covered:
            continue
        upright = merged.bottom > merged.top
        if len(covered) > 1 or (upright and len(rows) > 1 and (covered[0].own or covered[0].kind == "money")):
            spoiled |= {row.number: _name_of(merged) for row in rows}
            continue
        _fill(by_number.get(merged.top), rows, merged, plan.columns[covered[0].name])
    return spoiled


def _fill(first: SheetRow | None, rows: Sequence[SheetRow], merged: Merged, position: int) -> None:
    value = first.cells[merged.left] if first is not None and merged.left < len(first.cells) else None
    for row in rows:
        row.cells += [None] * (position + 1 - len(row.cells))
        row.cells[position] = value


def _name_of(merged: Merged) -> str:
    first, last = get_column_letter(merged.left + 1), get_column_letter(merged.right + 1)
    return f"{first}{merged.top}:{last}{merged.bottom}"


def _of_merge(row: int, sheet: str, name: str) -> FieldError:
    what = _("is covered by the merged cells %(cells)s: what each row says is not clear") % {"cells": name}
    return FieldError(
        "", "merged", what, _("Take the merge apart and write the value of each row."), "", row, sheet=sheet
    )


# Columns that slipped


def _check_shift(table: Table, headings: Sequence[Heading]) -> None:
    """Two typed columns wrong in most rows mean that values slipped under other headings: say that, once."""
    typed = {h.name: h.shown for h in headings if h.kind != "text"}
    wrong: dict[str, int] = {}
    for error in table.errors:
        if error.field in typed and error.code == "unreadable":
            wrong[error.field] = wrong.get(error.field, 0) + 1
    slipped = [typed[name] for name, count in wrong.items() if count * 2 > table.count]
    if table.count >= 2 and len(slipped) >= 2:
        raise refused(
            _("looks as if its columns had slipped: the values under %(columns)s do not fit their headings")
            % {"columns": "、".join(slipped)},
            _("Compare the headings with the first row of data; put each value under its own heading."),
        )
