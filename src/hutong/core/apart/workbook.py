"""Spreadsheets, cell by cell: XLSX with Python's own zip and XML readers, and CSV.

What comes out, in lines: `["sheet", {name, visible, epoch}]`, its rows `[number, hidden, cells]`, `["end", {merged}]`.
A cell is a text, null, or a pair: `["n", digits as written]`, `["d", day, precision]`, `["b", 0 or 1]`, `["e", error]`.
Only cells that hold something count, wherever they stand: an empty sheet of full size is an empty sheet.
"""

from __future__ import annotations

import codecs
import csv
import re
from collections.abc import Iterator
from io import StringIO
from typing import Any

from hutong.core.apart.archive import Archive
from hutong.core.apart.markup import Shared, SheetReader, Styles, attributes
from hutong.core.apart.refusal import Unopened

ZIP, OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
PROGRAMS = (b"MZ", b"\x7fELF", b"%PDF")
MARKS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
MOST_SHEETS = 200
COLUMNS = 300
"""Columns that are read; a text further right means that the file is no table."""
CELL = 32_767
"""Characters of a cell, as spreadsheet programs allow them."""
DELIMITERS = ",\t;|"


def read(data: bytes, rows: int, unpacked: int) -> Iterator[Any]:
    """The sheets of a workbook, or the one table of a text file. Raises Unopened."""
    if data.startswith(ZIP):
        yield from _workbook(Archive(data, unpacked), rows)
    elif data.startswith(OLE):
        raise Unopened("encrypted")
    else:
        yield from _text(data, rows)


# Text files


def _text(data: bytes, most: int) -> Iterator[Any]:
    text = _decoded(data)
    first = next((line for line in text.splitlines() if line.strip()), "")
    delimiter = max(DELIMITERS, key=first.count) if any(sign in first for sign in DELIMITERS) else ","
    yield ["sheet", {"name": "", "visible": True, "epoch": 1900}]
    try:
        rows = csv.reader(StringIO(text, newline=""), strict=True, delimiter=delimiter)
        for count, cells in enumerate(rows, start=1):
            if count > most:
                raise Unopened("too_many_rows", rows=most)
            if len(cells) > COLUMNS and any(cells[COLUMNS:]):
                raise Unopened("too_wide", cell=f"{letters(COLUMNS)}{count}", columns=COLUMNS)
            if any(len(cell) > CELL for cell in cells):
                raise Unopened("too_long", row=count)
            if any(cells):
                yield [count, False, [cell or None for cell in cells[:COLUMNS]]]
    except csv.Error as error:
        raise Unopened("damaged_text") from error
    yield ["end", {"merged": []}]


def _decoded(data: bytes) -> str:
    coded = next((name for mark, name in MARKS if data.startswith(mark)), "")
    if not coded and (b"\x00" in data[:4096] or data.startswith(PROGRAMS)):
        raise Unopened("not_known")
    for encoding in (coded,) if coded else ("utf-8", "gb18030"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise Unopened("not_known")


# Workbooks


def _workbook(archive: Archive, most: int) -> Iterator[Any]:
    if any(name.casefold().endswith(("vbaproject.bin", "vbadata.xml")) for name in archive.names):
        raise Unopened("macros")
    main = _main_part(archive)
    sheets, epoch = _sheets(archive, main)
    if len(sheets) > MOST_SHEETS:
        raise Unopened("too_many_sheets", sheets=len(sheets), most=MOST_SHEETS)
    parts = _related(archive, main)
    styles = Styles(archive.parts(_one(parts, "/styles")))
    shared = Shared(archive.parts(_one(parts, "/sharedStrings")))
    left = most
    for sheet in sheets:
        kind, path = parts.get(sheet["id"], ("", ""))
        if not kind.endswith("/worksheet"):
            continue
        yield ["sheet", {"name": sheet["name"], "visible": sheet["visible"], "epoch": epoch}]
        reader = SheetReader(archive.parts(path), shared.texts, styles, epoch)
        for number, hidden, cells in reader.rows():
            left -= 1
            if left < 0:
                raise Unopened("too_many_rows", rows=most)
            yield [number, hidden, _in_order(number, cells)]
        yield ["end", {"merged": reader.merged}]


def _in_order(number: int, cells: dict[int, Any]) -> list[Any]:
    far = max(cells)
    if far >= COLUMNS:
        raise Unopened("too_wide", cell=f"{letters(far)}{number}", columns=COLUMNS)
    if any(isinstance(cell, str) and len(cell) > CELL for cell in cells.values()):
        raise Unopened("too_long", row=number)
    return [cells.get(at) for at in range(far + 1)]


def letters(column: int) -> str:
    """The letters of a column, from 0."""
    name = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        name = chr(65 + rest) + name
    return name


def _main_part(archive: Archive) -> str:
    path = _one(_relations(archive, "_rels/.rels", ""), "/officeDocument") or "xl/workbook.xml"
    if path not in archive.names or not path.endswith(".xml"):
        raise Unopened("not_known")
    return path


def _sheets(archive: Archive, main: str) -> tuple[list[dict[str, Any]], int]:
    """The sheets in their order, and the day that counts as 0."""
    sheets, epoch, root = [], 1900, ""
    for name, given in attributes(archive.parts(main)):
        root = root or name
        if name == "workbookPr" and given.get("date1904") in ("1", "true"):
            epoch = 1904
        elif name == "sheet":
            visible = given.get("state", "visible") == "visible"
            sheets.append({"name": given.get("name", ""), "visible": visible, "id": given.get("id", "")})
    if root != "workbook":
        raise Unopened("not_known")
    return sheets, epoch


def _related(archive: Archive, main: str) -> dict[str, tuple[str, str]]:
    folder, _, name = main.rpartition("/")
    return _relations(archive, f"{folder}/_rels/{name}.rels".lstrip("/"), folder)


def _relations(archive: Archive, path: str, folder: str) -> dict[str, tuple[str, str]]:
    """Number -> kind and path of what a part names. What lies outside the file is not followed."""
    found = {}
    for name, given in attributes(archive.parts(path)):
        if name == "Relationship" and given.get("TargetMode") != "External":
            target = given.get("Target", "")
            whole = target[1:] if target.startswith("/") else f"{folder}/{target}".lstrip("/")
            found[given.get("Id", "")] = (given.get("Type", ""), re.sub(r"[^/]+/\.\./", "", whole))
    return found


def _one(parts: dict[str, tuple[str, str]], kind: str) -> str:
    return next((path for of, path in parts.values() if of.endswith(kind)), "")
