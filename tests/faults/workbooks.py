"""Small tables as people send them, made here: workbooks cell by cell, and files that are made to do harm."""

from __future__ import annotations

import csv
import zipfile
from collections.abc import Callable, Iterable, Sequence
from datetime import date
from io import BytesIO, StringIO
from typing import Any

from openpyxl import Workbook
from openpyxl.utils.datetime import CALENDAR_MAC_1904
from openpyxl.worksheet.worksheet import Worksheet

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
DOCUMENT = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"


def workbook(*rows: Sequence[Any], change: Callable[[Worksheet], None] | None = None, mac: bool = False) -> bytes:
    """One sheet with these rows; `change` gets the sheet before it is saved, `mac` counts days from 1904."""
    book = Workbook()
    if mac:
        book.epoch = CALENDAR_MAC_1904
    sheet = book.active
    for row in rows:
        sheet.append(list(row))
    if change is not None:
        change(sheet)
    return saved(book)


def sheets(**named: Iterable[Sequence[Any]]) -> bytes:
    """A workbook with several sheets."""
    book = Workbook()
    book.remove(book.active)
    for name, rows in named.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(list(row))
    return saved(book)


def saved(book: Workbook) -> bytes:
    """The bytes of a workbook."""
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def comma(*rows: Sequence[str], encoding: str = "utf-8-sig") -> bytes:
    """A text file with commas."""
    out = StringIO()
    csv.writer(out).writerows(rows)
    return out.getvalue().encode(encoding)


def raw(sheet: str, *, count: int = 1, more: dict[str, bytes] | None = None, head: str = "") -> bytes:
    """A workbook written by hand: the XML inside the sheet, how many sheets, further parts of the file."""
    names = [f"s{n}" for n in range(count)]
    listed = "".join(f'<sheet name="{n}" sheetId="{i}" r:id="{n}"/>' for i, n in enumerate(names, start=1))
    links = "".join(f'<Relationship Id="{n}" Type="{DOCUMENT}/worksheet" Target="worksheets/{n}.xml"/>' for n in names)
    parts: dict[str, bytes | str] = {
        "_rels/.rels": f'<Relationships xmlns="{PACKAGE}"><Relationship Id="a" Type="{DOCUMENT}/officeDocument"'
        ' Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{MAIN}" xmlns:r="{DOCUMENT}"><sheets>{listed}</sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{PACKAGE}">{links}</Relationships>',
        **{f"xl/worksheets/{n}.xml": f'{head}<worksheet xmlns="{MAIN}">{sheet}</worksheet>' for n in names},
        **(more or {}),
    }
    return zipped(parts)


def zipped(parts: dict[str, bytes | str]) -> bytes:
    """A zip file of these parts."""
    out = BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    return out.getvalue()


def cell(reference: str, text: str) -> str:
    """A row with one text in it."""
    number = "".join(c for c in reference if c.isdigit())
    return f'<row r="{number}"><c r="{reference}" t="inlineStr"><is><t>{text}</t></is></c></row>'


def data(*rows: str) -> str:
    """The rows of a sheet written by hand."""
    return f"<sheetData>{''.join(rows)}</sheetData>"


CHILD = ("姓名", "性别", "出生日期", "实际居住地")
ROLL = ("儿童姓名", "身份证号", "村", "类别", "起始月", "月发放额", "监护人", "账号", "开户行", "系统编号")
LIST = ("儿童姓名", "身份证号", "出生日期", "村", "类别", "起始月", "月发放额", "监护人", "账号", "开户行")
VILLAGE = "上柳村"


def child(name: str, born: Any = date(2015, 6, 15), sex: str = "女", village: str = "柳溪镇上柳村") -> list[Any]:
    """A row of a table of children."""
    return [name, sex, born, village]


def on_roll(name: str, number: str, account: str, **changes: Any) -> list[Any]:
    """A row of a roll."""
    cells = {
        "name": name, "number": number, "place": VILLAGE, "category": "孤儿", "first": "2024-03", "amount": 1640,
        "payee": "田桂英", "account": account, "bank": "护桐农商行", "national": None,
    } | changes  # fmt: skip
    return list(cells.values())


def listed(name: str, number: str, account: str, born: str = "", **changes: str) -> list[str]:
    """A row of a roll with birth dates, as text."""
    cells = {
        "name": name, "number": number, "born": born, "place": VILLAGE, "category": "孤儿", "first": "2024-03",
        "amount": "1640", "payee": "田桂英", "account": account, "bank": "示例银行",
    } | changes  # fmt: skip
    return list(cells.values())
