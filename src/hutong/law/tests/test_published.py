"""Published tables: the real ones reproduce, each planted fault is found with its repair, none is applied."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from openpyxl import Workbook

from hutong.law import Jurisdiction, cli
from hutong.law.published.found import Finding, Report
from hutong.law.published.read import TableError, declarations
from hutong.law.published.recompute import recompute, words

HEAD = ["township", "orphan_n", "orphan_amount", "difficult_n", "difficult_amount", "total"]
ROWS = [
    ["甲镇", "2", "1200", "3", "900", "2100"],
    ["乙乡", "1", "600", "0", "0", "600"],
    ["丙街道", "0", "0", "4", "1250", "1250"],
    ["合计", "3", "1800", "7", "2150", "3950"],
]
PLACE = "CN-350526"
"""A county whose city has paid 600 yuan since 2011."""
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
    [report] = recompute(cn, table(folder, rows, head), place=PLACE)
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
    assert "the law has 600 yuan (Quanzhou (CN-3505) from 2011-01-01)" in finding.what.en
    assert "620 yuan as the standard of CN-350526" in finding.proposal.en
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
    [report] = recompute(cn, tmp_path / "a_2012-05.xlsx", place=PLACE)
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
    assert cli.main(["recompute", str(tmp_path), "--place", PLACE]) == 1
    text = capsys.readouterr().out
    assert "line 5 (合计), children in difficulty: sum" in text
    assert "amount for orphans: printed 1800 yuan, rows 1800 yuan, by law and count 1800 yuan" in text
    table(tmp_path, ROWS)
    assert cli.main(["recompute", str(tmp_path / "table_2012-05.csv"), "--place", PLACE]) == 0
    assert cli.main(["recompute", str(tmp_path / "none.csv")]) == 2


OWN_TABLES = """
tables:
  - table: by_category
    zh: 分类发放
    en: paid by category
    files: categories_*
    place: CN-350526
    blank: zero
    label: {unit: {zh: 单位, en: unit}}
    columns:
      total_n: {unit: count, zh: 合计人数, en: children}
      institution_n: {unit: count, zh: 机构人数, en: in institutions}
      scattered_n: {unit: count, zh: 散居人数, en: in the community}
      rate: {unit: yuan, zh: 散居标准, en: community rate}
      paid: {unit: yuan, zh: 发放金额, en: paid}
    equations:
      - total_n = institution_n + scattered_n
      - rate = standard.scattered
      - paid = institution_n * standard.institution + scattered_n * standard.scattered
      - paid >= total_n * rate
"""
CATEGORIES = ["unit", "total_n", "institution_n", "scattered_n", "rate", "paid"]


def categories(cn: Jurisdiction, folder: Path, rows: list[list[str]], place: str = PLACE) -> Report:
    """A table that a user declares, judged."""
    (folder / "tables.yaml").write_text(OWN_TABLES, encoding="utf-8")
    path = table(folder, rows, CATEGORIES, "categories_2012-05.csv")
    [report] = recompute(cn, path, place, tables=folder / "tables.yaml")
    return report


def test_a_user_declares_a_table_without_code(
    cn: Jurisdiction, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    sound = [["甲镇", "5", "1", "4", "600", "3400"], ["乙乡", "3", "", "3", "600", "1800"]]
    assert categories(cn, tmp_path, sound).findings == (), "a blank is 0 because the declared table says so"
    asked = ["recompute", str(tmp_path / "categories_2012-05.csv"), "--tables", str(tmp_path / "tables.yaml")]
    assert cli.main(asked) == 0
    assert "paid by category" in capsys.readouterr().out
    wrong = OWN_TABLES.replace("standard.scattered\n", "standard.scatered\n", 1)
    (tmp_path / "tables.yaml").write_text(wrong, encoding="utf-8")
    assert cli.main(asked) == 2
    assert "standard.scattered" in capsys.readouterr().err, "the name that was meant"
    (tmp_path / "tables.yaml").write_text(OWN_TABLES.replace("blank: zero", "blank: none"), encoding="utf-8")
    assert cli.main(asked) == 2
    (tmp_path / "tables.yaml").write_text(OWN_TABLES.replace(" = standard.scattered", " of standard"), encoding="utf-8")
    assert cli.main(asked) == 2
    assert cli.main([*asked[:-1], str(tmp_path / "none.yaml")]) == 2


def test_a_blank_is_no_number_where_the_table_does_not_say_so(cn: Jurisdiction, tmp_path: Path) -> None:
    finding = only(judged(cn, tmp_path, changed(2, ["丙街道", "0", "0", "4", "", "1250"])))
    assert (finding.kind, finding.what.en, finding.column) == ("text", "nothing is printed", "difficult_amount")


def test_a_gap_in_the_middle_of_a_row(cn: Jurisdiction, tmp_path: Path) -> None:
    right = only(judged(cn, tmp_path, changed(0, ["甲镇", "2", "1200", "", "3", "900"])))
    assert (right.kind, right.line) == ("shifted", 2)
    assert right.what.en == "the cells from 'children in difficulty' on stand 1 column too far right"
    assert right.proposal.en == "read it as 2, 1200, 3, 900, 2100"
    left = only(judged(cn, tmp_path, changed(0, ["甲镇", "2", "3", "900", "2100", ""])))
    assert left.kind == "shifted"
    assert left.what.en == "the cells from 'amount for orphans' on stand 1 column too far left"
    assert left.proposal.en == "read it as 2, 1200, 3, 900, 2100"
    lost = only(judged(cn, tmp_path, [["甲镇", "0", "", "0", "3", "900"], *ROWS[1:3]]))
    assert lost.proposal.en == "read it as 0, 0, 3, 900, 900"


def test_each_broken_equation_is_told_in_its_own_unit(cn: Jurisdiction, tmp_path: Path) -> None:
    report = categories(cn, tmp_path, [["甲镇", "16", "1", "4", "700", "3399"]])
    told = [finding.what.en for finding in report.findings]
    assert "'children = in institutions + in the community' is off by 11" in told
    assert any(text.startswith("'paid = ") and text.endswith("is off by 1 yuan") for text in told), told


def test_a_printed_rate_is_held_against_that_of_the_law(cn: Jurisdiction, tmp_path: Path) -> None:
    rows = [["甲镇", "5", "1", "4", "620", "3480"], ["乙乡", "3", "0", "3", "620", "1860"]]
    found = categories(cn, tmp_path, rows).findings
    assert [(finding.kind, finding.column, finding.more) for finding in found] == [
        ("standard", "rate", 1),
        ("standard", "paid", 1),
    ]
    assert "620 yuan" in found[0].what.en
    assert "620 yuan as the standard for children in the community" in found[1].proposal.en


def test_two_standards_at_once_follow_from_the_rows(cn: Jurisdiction, tmp_path: Path) -> None:
    rows = [
        ["甲镇", "5", "1", "4", "600", "3580"],
        ["乙乡", "3", "2", "1", "600", "2820"],
        ["丙村", "2", "1", "1", "600", "1720"],
    ]
    finding = only(categories(cn, tmp_path, rows))
    assert (finding.kind, finding.more, finding.column) == ("standard", 2, "paid")
    assert "1100 yuan as the standard for children raised in institutions" in finding.proposal.en
    assert "620 yuan as the standard for children in the community" in finding.proposal.en
    rows[2][5] = "1721"
    assert all(f.kind != "standard" for f in categories(cn, tmp_path, rows).findings), (
        "two figures do not fit three rows"
    )


def test_where_the_place_has_entered_no_standard_the_table_says_what_it_would_be(
    cn: Jurisdiction, tmp_path: Path
) -> None:
    rows = [["甲镇", "5", "1", "4", "620", "3480"], ["乙乡", "3", "0", "3", "620", "1860"]]
    found = categories(cn, tmp_path, rows, "CN-330324").findings
    assert all("none entered here" in finding.what.en for finding in found)
    assert "enter 620 yuan as the standard" in found[0].proposal.en
    assert "1000 yuan" in found[1].proposal.en
    by_law = {total.column: total.by_law for total in categories(cn, tmp_path, rows, "CN-330324").totals}
    assert by_law["paid"] is None, "missing is never zero"
