"""Published tables: the real ones reproduce, each planted fault is found with its repair, none is applied."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from openpyxl import Workbook

from hutong.law import Jurisdiction, cli
from hutong.law.published.read import TableError, declarations
from hutong.law.published.recompute import Finding, Report, recompute, words

HEAD = ["township", "orphan_n", "orphan_amount", "difficult_n", "difficult_amount", "total"]
ROWS = [
    ["甲镇", "2", "1200", "3", "900", "2100"],
    ["乙乡", "1", "600", "0", "0", "600"],
    ["丙街道", "0", "0", "4", "1250", "1250"],
    ["合计", "3", "1800", "7", "2150", "3950"],
]
OFFICIAL = {  # file -> (printed totals in fen or counts, kinds of findings)
    "minhou_2022-05_orphans.csv": ({"n": 12, "amount": 1_680_000}, []),
    "baoshan_std1980_repaired.csv": ({"n_total": 768, "paid_wan": 90_660_000}, []),
    "yongjia_2021-01_living_allowance.csv": ({"orphan_n": 21, "total": 78_246_900}, ["standard"]),
    "yongjia_2021-02_living_allowance_partial.csv": ({"orphan_n": 19, "total": 75_340_000}, ["standard"]),
}


def table(folder: Path, rows: list[list[str]], head: list[str] | None = None, name: str = "table_2012-05.csv") -> Path:
    path = folder / name
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([head or HEAD, *rows])
    return path


def judged(cn: Jurisdiction, folder: Path, rows: list[list[str]], head: list[str] | None = None) -> Report:
    [report] = recompute(cn, table(folder, rows, head), place="CN-330324")
    return report


def changed(row: int, cells: list[str]) -> list[list[str]]:
    return [cells if at == row else list(line) for at, line in enumerate(ROWS)]


def only(report: Report) -> Finding:
    assert len(report.findings) == 1, [str(finding) for finding in report.findings]
    return report.findings[0]


def test_a_sound_table_gives_no_finding_and_reproduces(cn: Jurisdiction, tmp_path: Path) -> None:
    report = judged(cn, tmp_path, ROWS)
    assert report.findings == ()
    totals = {total.column: (total.printed, total.summed, total.by_law) for total in report.totals}
    assert totals["orphan_amount"] == (180_000, 180_000, 180_000)
    assert totals["difficult_amount"] == (215_000, 215_000, None)


def test_a_row_moved_by_a_merged_cell(cn: Jurisdiction, tmp_path: Path) -> None:
    moved = only(judged(cn, tmp_path, changed(0, ["甲镇", "", "2", "1200", "3", "900"])))
    assert (moved.kind, moved.line, moved.row) == ("shifted", 2, "甲镇")
    assert "1 column too far right" in moved.what.en
    assert moved.proposal.en == "read it as 2, 1200, 3, 900, 2100"
    back = only(judged(cn, tmp_path, changed(1, ["乙乡", "600", "0", "0", "600", ""])))
    assert (back.kind, back.proposal.en) == ("shifted", "read it as 1, 600, 0, 0, 600")


def test_a_column_in_another_unit(cn: Jurisdiction, tmp_path: Path) -> None:
    rows = [[*line[:5], str(int(line[5]) / 10_000)] for line in ROWS]
    finding = only(judged(cn, tmp_path, rows))
    assert (finding.kind, finding.column, finding.more) == ("unit", "total", 3)
    assert "state 10,000 yuan (万元)" in finding.proposal.en
    stated = judged(cn, tmp_path, rows, [*HEAD[:5], "合计金额（万元）"])
    assert stated.findings == (), "a heading that states its unit is believed"


def test_another_standard(cn: Jurisdiction, tmp_path: Path) -> None:
    rows = [["甲镇", "2", "1240", "3", "900", "2140"], ["乙乡", "1", "620", "0", "0", "620"]]
    finding = only(judged(cn, tmp_path, rows))
    assert (finding.kind, finding.more, finding.column) == ("standard", 1, "orphan_amount")
    assert "the law has 600 yuan (China (CN) from 2010-01-01)" in finding.what.en
    assert "620 yuan as the standard of CN-330324" in finding.proposal.en
    assert "1200 yuan" in finding.proposal.en


def test_a_wrong_cell_is_told_from_a_wrong_total(cn: Jurisdiction, tmp_path: Path) -> None:
    cell = only(judged(cn, tmp_path, changed(2, ["丙街道", "0", "0", "4", "1520", "1250"])))
    assert (cell.kind, cell.column) == ("cell", "difficult_amount")
    assert cell.proposal.en == "write 1250 yuan as its column wants"
    total = only(judged(cn, tmp_path, changed(3, ["合计", "3", "1800", "8", "2150", "3950"])))
    assert (total.kind, total.column, total.line) == ("sum", "difficult_n", 5)
    assert total.proposal.en == "write 7, or look for a row of 1 that is missing or double"


def test_texts_and_blanks_where_numbers_belong(cn: Jurisdiction, tmp_path: Path) -> None:
    finding = only(judged(cn, tmp_path, changed(0, ["甲镇", "2", "1200", "3", "九百", "2100"])))
    assert (finding.kind, finding.column, finding.what.en) == ("text", "difficult_amount", "'九百' is no number")
    assert finding.proposal.en == "write 900 yuan, which makes its row add up"


def test_a_workbook_with_a_title_above_the_headings(cn: Jurisdiction, tmp_path: Path) -> None:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["某县2012-05基本生活费"])
    sheet.append(["乡镇", "孤儿人数", "孤儿金额", "困境人数", "困境金额", "合计金额"])
    for line in changed(1, ["乙乡", "1", "600", "0", "0", "650"]):
        sheet.append([line[0], *(int(cell) for cell in line[1:])])
    book.save(tmp_path / "a_2012-05.xlsx")
    [report] = recompute(cn, tmp_path / "a_2012-05.xlsx", place="CN-330324")
    finding = only(report)
    assert (finding.line, finding.kind, finding.column) == (4, "cell", "total")
    assert finding.proposal.en == "write 600 yuan as its column wants"


def test_what_is_not_declared_is_refused(cn: Jurisdiction, tmp_path: Path) -> None:
    with pytest.raises(TableError, match="no declared table has these headings"):
        judged(cn, tmp_path, ROWS, ["a", *HEAD[1:]])
    with pytest.raises(TableError, match="nothing stands below the headings"):
        judged(cn, tmp_path, [])
    with pytest.raises(TableError, match="month is not known"):
        list(recompute(cn, table(tmp_path, ROWS, name="table.csv")))
    (tmp_path / "b_2012-05.xlsx").write_bytes(b"no workbook")
    with pytest.raises(TableError, match="it cannot be read"):
        list(recompute(cn, tmp_path / "b_2012-05.xlsx"))


def test_every_declared_equation_names_columns_and_figures(cn: Jurisdiction) -> None:
    for declared in declarations():
        for tree in declared.equations:
            assert set(words(tree)) <= {*declared.columns, *cn.law.parameters}, declared.name


@pytest.mark.parametrize("name", OFFICIAL)
def test_official_tables_reproduce(cn: Jurisdiction, shared: Path, name: str) -> None:
    totals, kinds = OFFICIAL[name]
    [report] = recompute(cn, shared / "data" / "official_aggregates" / name)
    assert {t.column: t.summed for t in report.totals if t.column in totals} == totals
    assert all(t.printed in (None, t.summed) for t in report.totals)
    assert [finding.kind for finding in report.findings] == kinds
    if name.startswith("minhou"):
        assert next(t.by_law for t in report.totals if t.column == "amount") == 1_680_000


def test_every_fault_planted_in_an_official_row_is_found(cn: Jurisdiction, shared: Path, tmp_path: Path) -> None:
    """Any amount of the sources of Baoshan, changed by more than its rounding, is found in its row."""
    source = shared / "data" / "official_aggregates" / "baoshan_std1980_repaired.csv"
    lines = [line.split(",") for line in source.read_text(encoding="utf-8").split()]
    for row in range(1, len(lines) - 1):
        for column in (1, 3, 6, 7):
            planted = [list(line) for line in lines]
            planted[row][column] = str(round(float(planted[row][column]) + 1, 2))
            planted[row][column] = planted[row][column].removesuffix(".0")
            path = table(tmp_path, planted[1:], planted[0], "baoshan_x.csv")
            [report] = recompute(cn, path)
            found = report.findings
            assert [finding.line for finding in found if finding.line == row + 1], (row, column)


def test_command(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    table(tmp_path, changed(3, ["合计", "3", "1800", "8", "2150", "3950"]))
    assert cli.main(["recompute", str(tmp_path), "--place", "CN-330324"]) == 1
    text = capsys.readouterr().out
    assert "line 5 (合计), children in difficulty: sum" in text
    assert "amount for orphans: printed 1800 yuan, rows 1800 yuan, by law and count 1800 yuan" in text
    table(tmp_path, ROWS)
    assert cli.main(["recompute", str(tmp_path / "table_2012-05.csv"), "--place", "CN-330324"]) == 0
    assert cli.main(["recompute", str(tmp_path / "none.csv")]) == 2
