"""One cell: what stood in it, and what it means under its heading. What is not clear is refused, never guessed."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from hutong.channels.tables.headings import Heading
from hutong.core.apart.markup import NO_RESULT
from hutong.core.jurisdiction import currency, language, law, money_example
from hutong.core.terms import Term

DIGITS_KEPT = 15
"""Digits of a number that spreadsheet programs keep; the rest becomes zeros."""
HALF_WIDTH = {c: c - 0xFEE0 for c in (*range(0xFF10, 0xFF1A), *range(0xFF21, 0xFF3B), *range(0xFF41, 0xFF5B))}
"""Full-width digits and letters as people type them; brackets and marks of a text stay what they are."""
EXPONENT = re.compile(r"[+-]?\d(\.\d+)?[eE]\+?\d+")


class Number(str):
    """A number as the file wrote it."""

    __slots__ = ()

    @property
    def value(self) -> Decimal:
        """The number, with what binary fractions added to it taken away."""
        return Decimal(repr(float(self)))

    @property
    def text(self) -> str:
        """Its digits, as a spreadsheet shows them."""
        value = self.value
        return f"{value.to_integral_value():f}" if value == value.to_integral_value() else f"{value:f}"


class CellError(str):
    """An error of the spreadsheet that stands in a cell, such as #N/A."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class PartDate:
    """A date as exactly as it is known: `precision` is `day`, `month` or `year`; the rest stands at its first."""

    day: date
    precision: str

    def __str__(self) -> str:
        return self.day.isoformat()[: {"day": 10, "month": 7, "year": 4}[self.precision]]


Cell = str | Number | PartDate | bool | CellError | None


def cell_of(raw: Any) -> Cell:
    """A cell as the process apart wrote it."""
    if not isinstance(raw, list):
        return raw if isinstance(raw, str) else None
    kind, value = raw[0], raw[1]
    if kind == "n":
        return Number(value)
    if kind == "d":
        return PartDate(date.fromisoformat(value), raw[2])
    return bool(value) if kind == "b" else CellError(value)


def has_text(cell: Cell) -> bool:
    """Does the cell hold anything?"""
    return cell is not None and (not isinstance(cell, str) or cell.strip() != "")


class WrongCell(Exception):
    """What is wrong with a cell, and what to do."""

    def __init__(self, what: str, todo: str, code: str = "unreadable") -> None:
        self.what, self.todo, self.code = what, todo, code
        super().__init__(what)


@dataclass(frozen=True, slots=True)
class Reader:
    """Reads the cells of a workbook; `epoch` is the year from which it counts its days."""

    epoch: int = 1900

    def read(self, heading: Heading, cell: Cell, at: str) -> Any:
        """The value of a cell under its heading. Raises WrongCell; `at` is the cell's name, such as C2."""
        if isinstance(cell, CellError):
            raise _error(cell, at)
        value = _term(heading, cell) if heading.term is not None else _READERS[heading.kind](self, cell)
        if heading.max_length and isinstance(value, str) and len(value) > heading.max_length:
            most = {"max_length": heading.max_length}
            raise WrongCell(_("is too long (at most %(max_length)s characters)") % most, _("Shorten it."), "too_long")
        return value

    def part_date(self, cell: Cell) -> PartDate:
        """A date, a month or a year."""
        if isinstance(cell, PartDate):
            return cell
        text = _folded(cell)
        serial = isinstance(cell, Number) and re.fullmatch(r"\d{5}(\.\d+)?", text)
        if serial and 20_000 < float(text) < 80_000:
            start = date(1904, 1, 1) if self.epoch == 1904 else date(1899, 12, 30)
            return PartDate(start + timedelta(days=int(float(text))), "day")
        return _written(text)

    def whole_date(self, cell: Cell) -> date:
        """A whole date."""
        found = self.part_date(cell)
        if found.precision != "day":
            raise WrongCell(
                _("names no day: %(cell)s") % {"cell": found}, _("Write the whole date, as 2026-03-31."), "no_day"
            )
        return found.day

    def month(self, cell: Cell) -> date:
        """A month, as its first day."""
        try:
            found = self.part_date(cell)
            if found.precision != "year":
                return found.day.replace(day=1)
        except WrongCell as wrong:
            if wrong.code == "ambiguous":
                raise
        raise WrongCell(_("is not a month: %(cell)s") % {"cell": _text(cell)[:30]}, _("Write it as 2026-03."))


def _error(cell: CellError, at: str) -> WrongCell:
    if cell == NO_RESULT:
        what = _("is a formula whose result the file does not hold (%(at)s)") % {"at": at}
        return WrongCell(what, _("Open the file in a spreadsheet program and save it, or type the value."), "no_result")
    what = _("holds an error of the spreadsheet: %(error)s (%(at)s)") % {"error": cell, "at": at}
    return WrongCell(what, _("Correct the formula, or type the value."), "cell_error")


def _text(cell: Cell) -> str:
    if isinstance(cell, Number):
        if abs(cell.value) >= 10**DIGITS_KEPT:
            raise _lost(cell.text)
        return cell.text
    if isinstance(cell, bool):
        return str(cell).upper()
    return str(cell).translate(HALF_WIDTH).strip()


def _folded(cell: Cell) -> str:
    """The text of a cell that is no prose: every full-width character folded."""
    return unicodedata.normalize("NFKC", _text(cell)).strip().lstrip("'`‘’\u200b\ufeff")


def _alike(text: str) -> str:
    """A word of a vocabulary, however its brackets and letters were typed."""
    return unicodedata.normalize("NFKC", text).strip().casefold()


def _lost(text: str) -> WrongCell:
    return WrongCell(
        _("was stored as a number (%(cell)s) and lost its last digits") % {"cell": text[:30]},
        _("Set the column to “text” before you type or paste the number, and enter it again."),
        "lost_digits",
    )


def _number_text(cell: Cell) -> str:
    if isinstance(cell, Number) and abs(cell.value) >= 10**DIGITS_KEPT:
        raise _lost(f"{float(cell):.5E}")
    text = re.sub(r"[\s\u200b-\u200f\ufeff]+", "", _folded(cell)).upper()
    if EXPONENT.fullmatch(text):
        raise _lost(text)
    digits = text.replace("-", "")
    if (
        digits.isdigit()
        and len(digits) > DIGITS_KEPT + 2
        and not digits[DIGITS_KEPT:].strip("0")
        and not _identity(text)
    ):
        raise WrongCell(
            _("ends in zeros from its 16th digit (%(cell)s): a spreadsheet kept 15 digits and lost the others")
            % {"cell": text},
            _("Set the column to “text” and enter the number again from the paper; a number that does end so is typed"
              " on its own page."),
            "lost_digits",
        )  # fmt: skip
    return text


def _identity(text: str) -> bool:
    """Is it a sound identity number? One in ten thousand of those ends in such zeros by itself."""
    return not law().check_identity_number(text, date.max).problems


_WHOLE = re.compile(r"(\d{4})(\d{2})(\d{2})")
_PARTS = re.compile(r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*[日号]?(\s+00?:00(:00)?)?")
_MONTH = re.compile(r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*月?")
_MONTH_BARE = re.compile(r"(\d{4})(\d{2})")
_YEAR = re.compile(r"(\d{4})年?")
_UNCLEAR = re.compile(r"\d{4}\.1|\d{5}|\d{7}")
"""2015.1 (January, or October whose zero a number lost), 20151 and 2015111 (which month, which day?)."""


def _written(text: str) -> PartDate:
    if _UNCLEAR.fullmatch(text):
        raise WrongCell(
            _("can be read as several dates: %(cell)s") % {"cell": text},
            _("Write it as 2026-03-31, or as 2026-03 where only the month is known."), "ambiguous",
        )  # fmt: skip
    try:
        for form in (_WHOLE, _PARTS):
            if found := form.fullmatch(text):
                return PartDate(date(int(found[1]), int(found[2]), int(found[3])), "day")
        for form in (_MONTH, _MONTH_BARE):
            if found := form.fullmatch(text):
                return PartDate(date(int(found[1]), int(found[2]), 1), "month")
        if found := _YEAR.fullmatch(text):
            return PartDate(date(int(found[1]), 1, 1), "year")
    except ValueError:
        pass
    raise WrongCell(_("is not a date: %(cell)s") % {"cell": text[:30]}, _("Write it as 2026-03-31."))


def _int(reader: Reader, cell: Cell) -> int:
    text = _folded(cell).replace(",", "")
    if re.fullmatch(r"[+-]?\d{1,15}", text):
        return int(text)
    raise WrongCell(_("is not a whole number: %(cell)s") % {"cell": text[:30]}, _("Use digits only."))


def _money(reader: Reader, cell: Cell) -> int:
    text = _folded(cell)
    minor = currency().minor_units(text, slack=Decimal("0.000001"))  # what a workbook loses in its own numbers
    if minor is None:
        raise WrongCell(
            _("is not an amount: %(cell)s") % {"cell": text[:30]},
            _("Write it as %(example)s.") % {"example": money_example()},
        )
    if minor < 0:
        raise WrongCell(
            _("is less than nothing: %(cell)s") % {"cell": text[:30]}, _("Write an amount without a minus."), "negative"
        )
    return minor


def _term(heading: Heading, cell: Cell) -> Term:
    words, text = heading.term or Term, _alike(_text(cell))
    found = next((word for word in words if text in map(_alike, (word.value, word.zh, word.en))), None)
    if found is None:
        known = "、".join(word.label(language()) for word in words)
        raise WrongCell(_("is not one of: %(expected)s") % {"expected": known}, _("Copy one of these words."))
    return found


_READERS: dict[str, Callable[[Reader, Cell], Any]] = {
    "text": lambda reader, cell: _text(cell),
    "number_text": lambda reader, cell: _number_text(cell),
    "date": Reader.whole_date,
    "part_date": Reader.part_date,
    "month": Reader.month,
    "int": _int,
    "money": _money,
}
