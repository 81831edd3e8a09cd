"""Spreadsheets in and out: every finding names row and column; nothing that could run leaves the house."""

from __future__ import annotations

import csv
import time
import zipfile
from collections.abc import Iterator
from datetime import date
from io import BytesIO, StringIO
from typing import Any

import pytest
from django.utils import translation
from openpyxl import Workbook, load_workbook

from hutong.channels.content import Fen, Month
from hutong.channels.tables import Heading, Limits, read_table, write_csv, write_xlsx
from hutong.core.errors import Invalid
from hutong.core.terms import Label, Term

HEADINGS = (
    Heading("name", Label("姓名", "Name"), required=True),
    Heading("identity", Label("身份证号", "Identity number"), ("公民身份号码",), kind="number_text"),
    Heading("born", Label("出生日期", "Born"), kind="date"),
    Heading("since", Label("起发月份", "First month"), kind="month"),
    Heading("amount", Label("金额（元）", "Amount"), kind="money"),
    Heading("people", Label("人数", "People"), kind="int"),
)
TOP = ["姓名", "身份证号", "出生日期", "起发月份", "金额（元）", "人数"]
GOOD = ["柳如烟", "999901201506150027", "2015-06-15", "2026-11", "1,200.50", "2"]


@pytest.fixture(autouse=True)
def chinese() -> Iterator[None]:
    with translation.override("zh-hans"):
        yield


def xlsx(*rows: list[Any]) -> bytes:
    book = Workbook()
    for row in rows:
        book.active.append(row)
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def comma(*rows: list[str], encoding: str = "utf-8") -> bytes:
    out = StringIO()
    csv.writer(out).writerows(rows)
    return out.getvalue().encode(encoding)


@pytest.mark.parametrize("data", [
    xlsx(TOP, GOOD),
    xlsx(["某县 2026 年名册"], [], TOP, GOOD),
    xlsx(list(reversed(TOP)), list(reversed(GOOD))),
    xlsx(["公民身份号码" if h == "身份证号" else h for h in TOP], GOOD),
    comma(TOP, GOOD), comma(TOP, GOOD, encoding="gb18030"), comma(TOP, GOOD, encoding="utf-8-sig"),
    xlsx(TOP, ["柳如烟", "999901201506150027", date(2015, 6, 15), date(2026, 11, 9), 1200.5, 2]),
])  # fmt: skip
def test_columns_are_found_wherever_they_stand(data: bytes) -> None:
    table = read_table(data, HEADINGS)
    assert table.errors == []
    (_number, row, _sheet), = table.lines  # fmt: skip
    assert row == {
        "name": "柳如烟", "identity": "999901201506150027", "born": date(2015, 6, 15), "since": date(2026, 11, 1),
        "amount": 120050, "people": 2,
    }  # fmt: skip


def test_each_finding_names_row_column_fault_and_remedy() -> None:
    bad = ["", "1.10101E+17", "2015-02-30", "十一月", "12.345", "两"]
    table = read_table(xlsx(TOP, GOOD, bad, [], GOOD, GOOD), HEADINGS)
    assert [line.row for line in table.lines] == [2, 5, 6]
    assert {e.row for e in table.errors} == {3}
    assert [e.label for e in table.errors] == [f"{c} {t}" for c, t in zip("ABCDEF", TOP, strict=True)]
    assert all(e.message and e.remedy for e in table.errors)
    assert "1.10101E+17" in table.errors[1].message


def test_numbers_kept_as_numbers_have_lost_their_digits() -> None:
    table = read_table(xlsx(TOP, ["甲", 999901201506150027, *GOOD[2:]]), HEADINGS)
    assert "末尾几位已丢失" in table.errors[0].message
    assert read_table(xlsx(TOP, ["甲", 13800000000, *GOOD[2:]]), HEADINGS).lines[0].cells["identity"] == "13800000000"


def test_slipped_columns_are_said_once() -> None:
    slipped = [["柳如烟", "女", *GOOD[1:-1]] for _n in range(4)]
    with pytest.raises(Invalid) as refused:
        read_table(xlsx(TOP, *slipped), HEADINGS)
    assert "错了列" in str(refused.value)


@pytest.mark.parametrize(("data", "word"), [
    (b"MZ\x90\x00" * 40, "不是电子表格"), (b"%PDF-1.7", "不是电子表格"), (b"PK\x03\x04broken", "已损坏"),
    (b"", "缺少这些列"), (xlsx(["姓"], ["柳"]), "缺少这些列"), (xlsx([*TOP, "姓名"], GOOD), "两列都叫"),
])  # fmt: skip
def test_a_file_that_cannot_be_used_is_refused_in_words(data: bytes, word: str) -> None:
    with pytest.raises(Invalid) as refused:
        read_table(data, HEADINGS)
    assert word in str(refused.value)
    assert refused.value.errors[0].remedy


def test_fifty_megabytes_are_refused_before_they_are_read() -> None:
    started = time.perf_counter()
    with pytest.raises(Invalid, match="50 MB"):
        read_table(b"PK\x03\x04" + b"0" * (50 * 1024 * 1024), HEADINGS)
    assert time.perf_counter() - started < 1


def test_a_bomb_is_refused_before_it_is_unpacked() -> None:
    out = BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", b" " * (8 * 1024 * 1024))
    with pytest.raises(Invalid, match="解压后过大"):
        read_table(out.getvalue(), HEADINGS, limits=Limits(unpacked=4 * 1024 * 1024))


def test_too_many_rows_are_refused() -> None:
    with pytest.raises(Invalid, match="超过 3 行"):
        read_table(comma(TOP, *[GOOD] * 4), HEADINGS, limits=Limits(rows=3))


RISKY = ["=1+1", "+49", "-2+3", "@SUM(A1)", "\t=1", '=HYPERLINK("http://x","y")', "|cmd"]


def test_formulas_leave_as_texts() -> None:
    data = write_xlsx(["说明"], [[text] for text in RISKY], title="a/b:c")
    sheet = load_workbook(BytesIO(data)).active
    cells = [row[0] for row in sheet.iter_rows(min_row=2)]
    assert [cell.data_type for cell in cells] == ["s"] * len(RISKY)
    assert [cell.value for cell in cells] == RISKY
    lines = list(csv.reader(StringIO(b"".join(write_csv(["说明"], [[t] for t in RISKY])).decode("utf-8-sig"))))
    assert all(line[0].startswith("'") for line in lines[1:])


def test_what_is_written_can_be_read_again() -> None:
    rows = [["柳如烟", "999901201506150027", date(2015, 6, 15), Month(date(2026, 11, 1)), Fen(120050), 2]]
    for data in (write_xlsx(TOP, rows), b"".join(write_csv(TOP, rows))):
        table = read_table(data, HEADINGS)
        assert table.errors == []
        assert table.lines[0].cells["amount"] == 120050
        assert table.lines[0].cells["identity"] == "999901201506150027"


def test_characters_that_break_files_are_left_out() -> None:
    data = write_xlsx(["a"], [["甲\x00\x08乙𠅤"]])
    assert load_workbook(BytesIO(data)).active["A2"].value == "甲乙𠅤"


def test_ten_thousand_rows_go_out_and_in_within_seconds() -> None:
    started = time.perf_counter()
    data = write_xlsx(TOP, ([*GOOD[:4], Fen(n), n] for n in range(10_000)))
    table = read_table(data, HEADINGS)
    assert len(table.lines) == 10_000
    assert time.perf_counter() - started < 6


class Found(Term):
    """A vocabulary with a bracket in a word."""

    FOUNDLING = "foundling", "弃婴（儿）", "Foundling"


def test_a_word_is_known_however_its_brackets_and_letters_are_typed() -> None:
    heads = [Heading("found", Label("身份", "Status"), kind="term", term=Found, required=True)]
    data = xlsx(["身份"], ["弃婴（儿）"], ["弃婴(儿)"], ["ＦＯＵＮＤＬＩＮＧ"])
    assert [line.cells["found"] for line in read_table(data, heads).lines] == [Found.FOUNDLING] * 3
