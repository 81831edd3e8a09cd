"""What a table leaves open and a person says before anything is written."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _
from pydantic import BaseModel

from hutong.channels.tables.headings import Heading
from hutong.core.errors import FieldError, Invalid
from hutong.core.files import Upload
from hutong.core.inputs import Given, Line, ask
from hutong.core.terms import Label, Term

SPREADSHEETS = ".xlsx,.csv,.txt,application/vnd.openxmlformats-officedocument.spreadsheetml.sheet,text/csv"
NONE = "-"
"""Said of a heading: it is none of the columns, leave it out."""


class HiddenRows(Term):
    """What to do with rows that the spreadsheet hides."""

    TAKE = "take", "一并读取", "Read them too"
    LEAVE = "leave", "不读取", "Leave them out"


class ColumnUse(BaseModel):
    """A heading of the file, and the column it is."""

    heading: Line = ask("表中栏名", "Heading in the file")
    means: Line = ask("对应栏目", "Is the column", "")


class TableGiven(Given):
    """Base of every input that takes a table: the file, and answers to what the table leaves open."""

    file: Upload = ask("电子表格（XLSX 或 CSV）", "Spreadsheet (XLSX or CSV)", accept=SPREADSHEETS)
    columns: list[ColumnUse] = ask("栏目对应", "Columns", [])
    hidden_rows: HiddenRows | None = ask("隐藏的行", "Hidden rows", None)
    leave_out: bool = ask("其余未用到的栏目和工作表不需要", "The other columns and sheets are not needed", False)
    dry_run: bool = ask("先试读，不写入", "Only try it: nothing is written", False)

    def said(self) -> dict[str, str]:
        """Heading of the file -> the column it was said to be; "" for none."""
        return {one.heading: "" if one.means == NONE else one.means for one in self.columns if one.means}


ANSWERS = ("columns", "hidden_rows", "leave_out")
"""Fields that a page asks only where the table leaves something open."""


def column_choices(*tables: Sequence[Heading]) -> dict[str, Callable[[Any, Any], list[tuple[str, Any]]]]:
    """What a heading of the file may be said to be: one of the columns, or none of them."""
    known = {heading.name: heading.title for headings in tables for heading in headings}
    options: list[tuple[str, Any]] = [*known.items(), (NONE, Label("不需要", "not needed"))]
    return {"columns.means": lambda viewer, record: options}


@dataclass
class Open:
    """What a table leaves open, gathered over its sheets."""

    lacking: list[str] = field(default_factory=list)
    weighty: list[tuple[str, str]] = field(default_factory=list)
    """Heading and the column guessed for it."""
    unused: list[tuple[str, str]] = field(default_factory=list)
    not_read: list[str] = field(default_factory=list)
    hidden: list[str] = field(default_factory=list)

    def raise_for(self, headings: Sequence[Heading], leave_out: bool, hidden: HiddenRows | None) -> None:
        """Raise Invalid with every question at once, and the guesses filled in; nothing where all is clear."""
        found = []
        if self.lacking:
            found.append(_lacking(self.lacking))
        found += [_weighty(text, guess, headings) for text, guess in self.weighty]
        if (self.unused or self.not_read) and not leave_out:
            found.append(self._left_out())
        if self.hidden and hidden is None:
            what = _("hidden in the spreadsheet: %(rows)s") % {"rows": "；".join(self.hidden)}
            found.append(FieldError("hidden_rows", "hidden", what, _("Say whether these rows are read.")))
        if found:
            error = Invalid(found)
            error.suggested = self._suggested(headings)
            raise error

    def _left_out(self) -> FieldError:
        parts = []
        if self.unused:
            parts.append(_("columns not used: %(columns)s") % {"columns": "、".join(text for text, _to in self.unused)})
        if self.not_read:
            parts.append(_("sheets not read: %(sheets)s") % {"sheets": "、".join(self.not_read)})
        todo = _("Say which columns they are, head the sheet as in the template, or tick that they are not needed.")
        return FieldError("leave_out", "unused", "；".join(parts), todo)

    def _suggested(self, headings: Sequence[Heading]) -> dict[str, Any]:
        """Where a column is missing or weighty each unknown heading gets a line of its own, with a guess."""
        asked = [*self.weighty, *(self.unused if self.lacking else [one for one in self.unused if one[1]])]
        shown = {heading.name: heading.name for heading in headings}
        lines = [{"heading": text, "means": shown.get(guess, "")} for text, guess in asked]
        return {"columns": lines} if lines else {}


def _lacking(names: Sequence[str]) -> FieldError:
    what = _("lacks the columns: %(columns)s") % {"columns": "、".join(names)}
    todo = _("Write the headings in one row above the data, as in the template.")
    return FieldError("file", "lacking", what, todo, label=_("File"))


def _weighty(text: str, guess: str, headings: Sequence[Heading]) -> FieldError:
    shown = next((heading.shown for heading in headings if heading.name == guess), "")
    what = _("“%(heading)s” was not used, and looks like an identity, an account or an amount") % {"heading": text}
    if shown:
        what = _("“%(heading)s” was not used; is it “%(column)s”?") % {"heading": text, "column": shown}
    return FieldError("columns", "unused", what, _("Say which column it is, or that it is none of them."))
