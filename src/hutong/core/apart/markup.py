"""The XML inside a workbook, read as a stream: texts, formats, cells. Nothing outside the file is ever looked up."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from typing import Any
from xml.parsers import expat

from hutong.core.apart.refusal import Unopened

DEPTH = 40
"""Levels of markup; a workbook has about ten."""
MERGES = 100_000
BUILT_IN = (
    dict.fromkeys((14, 15, 16, 22, 28, 29, 30, 31, 51, 53, 54, 58), "day")
    | dict.fromkeys((17, 27, 36, 50, 52, 57), "month")
    | dict.fromkeys((18, 19, 20, 21, 32, 33, 34, 35, 45, 46, 47, 55, 56), "time")
)
"""What the formats that every spreadsheet program knows by number show of a date."""
LITERAL = re.compile(r'"[^"]*"|\\.|_.|\*.|\[(?!h+\]|m+\]|s+\])[^\]]*\]', re.IGNORECASE)
ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
REFERENCE = re.compile(r"([A-Z]{1,3})([0-9]{1,7})")
NUMBER = re.compile(r"-?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]{1,3})?")
NO_RESULT = "formula"
"""Stands as the error of a cell with a formula whose result the file does not hold."""


def stream(
    parts: Iterator[bytes],
    start: Callable[[str, dict[str, str]], None],
    end: Callable[[str], None] | None = None,
    text: Callable[[str], None] | None = None,
) -> Iterator[None]:
    """Parse, and pause after each piece so that whoever listens can pass on what there is. Raises Unopened."""
    parser = expat.ParserCreate(namespace_separator=" ")
    depth = 0

    def begins(name: str, given: dict[str, str]) -> None:
        nonlocal depth
        depth += 1
        if depth > DEPTH:
            raise Unopened("too_deep")
        start(name[name.rfind(" ") + 1 :], given)

    def ends(name: str) -> None:
        nonlocal depth
        depth -= 1
        if end is not None:
            end(name[name.rfind(" ") + 1 :])

    def doctype(*_words: Any) -> None:
        raise Unopened("entities")

    parser.StartElementHandler, parser.EndElementHandler = begins, ends
    parser.StartDoctypeDeclHandler = parser.EntityDeclHandler = doctype
    parser.buffer_text = True
    if text is not None:
        parser.CharacterDataHandler = text
    some = False
    try:
        for part in parts:
            some = True
            parser.Parse(part, False)
            yield
        if some:
            parser.Parse(b"", True)
    except expat.ExpatError as error:
        raise Unopened("damaged") from error
    yield


def attributes(parts: Iterator[bytes]) -> list[tuple[str, dict[str, str]]]:
    """Every element of a small part with its attributes, names without their spaces."""
    found: list[tuple[str, dict[str, str]]] = []

    def start(name: str, given: dict[str, str]) -> None:
        found.append((name, {key[key.rfind(" ") + 1 :]: value for key, value in given.items()}))

    for _pause in stream(parts, start):
        pass
    return found


class Shared:
    """The texts that cells name by number; how a text sounds (phonetic runs) is no part of it."""

    def __init__(self, parts: Iterator[bytes]) -> None:
        self.texts: list[str] = []
        self._run: list[str] = []
        self._phonetic = self._open = False
        for _pause in stream(parts, self._start, self._end, self._text):
            pass

    def _start(self, name: str, given: dict[str, str]) -> None:
        if name == "si":
            self._run = []
        elif name == "rPh":
            self._phonetic = True
        elif name == "t":
            self._open = not self._phonetic

    def _text(self, text: str) -> None:
        if self._open:
            self._run.append(text)

    def _end(self, name: str) -> None:
        if name == "si":
            self.texts.append(unescaped("".join(self._run)))
        elif name == "rPh":
            self._phonetic = False
        elif name == "t":
            self._open = False


class Styles:
    """What each style of a cell shows of a date: "" for no date at all."""

    def __init__(self, parts: Iterator[bytes]) -> None:
        self.shows: list[str] = []
        own: dict[str, str] = {}
        inside = False
        for name, given in attributes(parts):
            if name == "numFmt":
                own[given.get("numFmtId", "")] = shown_by(given.get("formatCode", ""))
            elif name in ("cellXfs", "cellStyleXfs", "cellStyles", "dxfs"):
                inside = name == "cellXfs"
            elif name == "xf" and inside:
                number = given.get("numFmtId", "0")
                built_in = BUILT_IN.get(int(number), "") if number.isdigit() else ""
                self.shows.append(own.get(number, built_in))

    def of(self, style: str) -> str:
        """What a cell of this style shows of a date."""
        return self.shows[int(style)] if style.isdigit() and int(style) < len(self.shows) else ""


def shown_by(code: str) -> str:
    """What a format shows of a date: its day, its month, its year, a time, or nothing."""
    bare = LITERAL.sub("", code.partition(";")[0]).lower().replace("general", "")
    if "d" in bare:
        return "day"
    if "y" in bare or "e" in bare.replace("e+", "").replace("e-", ""):
        return "month" if "m" in bare else "year"
    if "h" in bare or "s" in bare:
        return "time"
    return "month" if "m" in bare else ""


def unescaped(text: str) -> str:
    """Characters that workbooks write as _x000D_."""
    if "_x" not in text:
        return text
    return ESCAPED.sub(lambda m: chr(int(m[1], 16)) if not 0xD800 <= int(m[1], 16) < 0xE000 else "", text)


class SheetReader:
    """The rows of one sheet, as they are met."""

    def __init__(self, parts: Iterator[bytes], texts: list[str], styles: Styles, epoch: int) -> None:
        self._parts, self._texts, self._styles, self._epoch = parts, texts, styles, epoch
        self.merged: list[list[int]] = []
        """First row, first column, last row, last column of each merged range; rows from 1, columns from 0."""
        self._done: list[tuple[int, bool, dict[int, Any]]] = []
        self._number, self._hidden, self._column = 0, False, -1
        self._cells: dict[int, Any] = {}
        self._kind = self._style = ""
        self._value: list[str] = []
        self._open = self._formula = self._phonetic = False

    def rows(self) -> Iterator[tuple[int, bool, dict[int, Any]]]:
        """Number, hidden or not, cells by column: of every row with a cell that holds something."""
        for _pause in stream(self._parts, self._start, self._end, self._text):
            done, self._done = self._done, []
            yield from done

    def _start(self, name: str, given: dict[str, str]) -> None:
        if name == "c":
            reference = REFERENCE.fullmatch(given.get("r", ""))
            self._column = column_of(reference[1]) if reference else self._column + 1
            self._kind, self._style = given.get("t", "n"), given.get("s", "")
            self._value, self._formula = [], False
        elif name == "v" or (name == "t" and not self._phonetic):
            self._open = True
        elif name == "f":
            self._formula = True
        elif name == "row":
            number = given.get("r", "")
            self._number = int(number) if number.isdigit() and len(number) < 9 else self._number + 1
            flat = given.get("ht") in ("0", "0.0") and given.get("customHeight") in ("1", "true")
            self._hidden = given.get("hidden") in ("1", "true") or flat
            self._cells, self._column = {}, -1
        elif name == "rPh":
            self._phonetic = True
        elif name == "mergeCell":
            self._merge(given.get("ref", ""))

    def _text(self, text: str) -> None:
        if self._open:
            self._value.append(text)

    def _end(self, name: str) -> None:
        if name in ("v", "t"):
            self._open = False
        elif name == "rPh":
            self._phonetic = False
        elif name == "c":
            cell = self._cell()
            if cell is not None and cell != "":
                self._cells[self._column] = cell
        elif name == "row" and self._cells:
            self._done.append((self._number, self._hidden, self._cells))

    def _cell(self) -> Any:
        value = "".join(self._value)
        if not value:
            return ["e", NO_RESULT] if self._formula and self._kind != "str" else None
        if self._kind == "s":
            number = int(value) if value.strip().isdigit() else -1
            if not 0 <= number < len(self._texts):
                raise Unopened("damaged")
            return self._texts[number]
        if self._kind in ("str", "inlineStr"):
            return unescaped(value)
        if self._kind == "e":
            return ["e", value[:40]]
        if self._kind == "b":
            return ["b", 1 if value.strip() == "1" else 0]
        if self._kind == "d":
            return ["d", value[:10], "day"]
        return self._number_of(value.strip())

    def _number_of(self, value: str) -> Any:
        if not NUMBER.fullmatch(value) or len(value) > 40:
            raise Unopened("damaged")
        shows = self._styles.of(self._style)
        day = day_of(float(value), self._epoch) if shows not in ("", "time") else None
        if day is None:
            return ["n", value]
        if shows == "year" and (day.month, day.day) != (1, 1):
            shows = "month"
        return ["d", day.isoformat(), "day" if shows == "month" and day.day != 1 else shows]

    def _merge(self, reference: str) -> None:
        first, _, last = reference.partition(":")
        one, other = REFERENCE.fullmatch(first), REFERENCE.fullmatch(last)
        if one is None or other is None:
            return
        self.merged.append([int(one[2]), column_of(one[1]), int(other[2]), column_of(other[1])])
        if len(self.merged) > MERGES:
            raise Unopened("too_heavy")


def column_of(name: str) -> int:
    """A column by its letters, from 0."""
    number = 0
    for letter in name:
        number = number * 26 + ord(letter) - 64
    return number - 1


def day_of(serial: float, epoch: int) -> date | None:
    """The day a serial number means; None for what is no day."""
    if not 0 <= serial < 2_958_466:
        return None
    start = date(1904, 1, 1) if epoch == 1904 else date(1899, 12, 30 if serial >= 60 else 31)
    return start + timedelta(days=int(serial))
