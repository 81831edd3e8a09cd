"""`hutong law check`: every kind of doubt is found where it is planted, and nowhere else."""

from __future__ import annotations

import json
import shutil
from datetime import date
from pathlib import Path
from typing import TypeAlias

import pytest

from hutong.law import Jurisdiction, cli
from hutong.law.audit import Finding, check
from hutong.law.jurisdiction import FOLDERS
from hutong.law.register import register, uses

from .test_loader import BASE, EXCEPTION, RULE, VALUE, values

ON = date(2020, 1, 1)
WORK = ("aged", "copied", "compared", "unread")
"""Findings that nobody means and no note settles."""
CLEAN = BASE + RULE + values(VALUE)
FEE = """
  - rule: fee
    type: money
    zh: 费
    en: fee
    variants:
      - place: CN
        from: 2010-01-01
        is: if young then 1 yuan else 0 yuan
        act: act
        evidence: T
        examples: [{given: {young: true}, gives: 1 yuan}]
"""
BANDS = """
  - rule: band
    type: int
    zh: 段
    en: band
    variants:
      - place: CN
        from: 2010-01-01
        table:
          - {when: age < 6, then: 1}
          - {when: age <= 5 and poor, then: 2}
          - {when: not poor, then: 3}
        otherwise: 4
        act: act
        evidence: T
        examples:
          - {given: {age: 3}, gives: 1}
          - {given: {age: 6, poor: true}, gives: 2, unless: {age: 7}, then: 4}
          - {given: {age: 6, poor: false}, gives: 3}
          - {given: {age: 7, poor: false}, gives: 3}
"""


def found(folder: Path, text: str) -> list[Finding]:
    (folder / "law.yaml").write_text(text, encoding="utf-8")
    return check(folder, ON)[1]


def kinds(folder: Path, text: str) -> list[str]:
    return [finding.kind for finding in found(folder, text)]


def test_clean_files_give_no_finding(tmp_path: Path) -> None:
    assert found(tmp_path, CLEAN) == []


def test_a_folder_that_does_not_load_is_one_finding(tmp_path: Path) -> None:
    both = RULE + "    exceptions:\n" + EXCEPTION.format(place="CN-35", over="CN").replace("over: CN, ", "over: [], ")
    [finding] = found(tmp_path, BASE + both + values(VALUE))
    assert (finding.kind, finding.blocks) == ("refused", True)
    assert "both apply in CN-35" in finding.what.en
    assert "no basis" in found(tmp_path, BASE + RULE + values(VALUE.replace(", act: act", "")))[0].what.en


def test_gap_unless_a_wider_place_has_a_value(tmp_path: Path) -> None:
    ended = VALUE.replace("value", "to: 2015-12-31, value")
    [finding] = found(tmp_path, BASE + RULE + values(ended))
    assert finding.what.en == "'oldest' has no value in CN on 2016-01-01"
    local = ended.replace("CN", "CN-35")
    assert kinds(tmp_path, BASE + RULE + values(local, VALUE)) == ["ended"]
    meant = local.replace("act:", "note: {zh: 省里已取消, en: the province gave it up}, act:")
    [finding] = found(tmp_path, BASE + RULE + values(meant, VALUE))
    assert (finding.blocks, finding.reason.en) == (False, "the province gave it up")
    assert kinds(tmp_path, BASE + RULE) == ["gap", "unshown"]


def test_unreachable_cell(tmp_path: Path) -> None:
    [finding] = found(tmp_path, CLEAN.replace(RULE, RULE + BANDS))
    assert (finding.kind, finding.what.en) == ("unreachable", "row 2 of the table of 'band' can never apply")
    assert found(tmp_path, CLEAN.replace(RULE, RULE + BANDS.replace("<= 5 and", "<= 6 and"))) == []
    hidden = BANDS.replace("not poor", "not poor or poor").replace("<= 5 and", "<= 6 and")
    assert "row 4" in found(tmp_path, CLEAN.replace(RULE, RULE + hidden))[0].what.en


def test_repealed_instrument_still_used(tmp_path: Path) -> None:
    text = CLEAN.replace("status: in_force", "status: repealed")
    assert kinds(tmp_path, text) == ["repealed", "repealed"]
    replaced = text.replace(
        "  - {id: act,", "  - {id: new, zh: 新, en: new, kind: law, status: in_force, evidence: T}\n  - {id: act,"
    )
    follows = VALUE.replace("2010", "2018").replace("act: act", "act: new")
    assert kinds(tmp_path, replaced.replace(VALUE, f"{VALUE}\n      - {follows}")) == ["repealed"]


def test_letter_m_counts_only_where_it_decides_money(tmp_path: Path) -> None:
    unread = CLEAN.replace(VALUE, VALUE.replace("evidence: T", "evidence: M"))
    assert kinds(tmp_path, unread) == []
    assert kinds(tmp_path, unread.replace(RULE, RULE + FEE)) == ["unverified"]


def test_exception_that_departs_from_nothing(tmp_path: Path) -> None:
    lost = RULE + "    exceptions:\n" + EXCEPTION.format(place="CN-3501", over="[CN, CN-35]")
    assert kinds(tmp_path, BASE + lost + values(VALUE)) == ["idle"]


def test_an_element_that_no_example_shows(tmp_path: Path) -> None:
    both = CLEAN.replace("age < oldest", "age < oldest and poor").replace("{age: 3}", "{age: 3, poor: false}")
    [finding] = found(tmp_path, both)
    assert (finding.kind, finding.blocks) == ("unshown", True)
    assert finding.what.en == "no example of 'young' shows age < limit"
    assert finding.remedy.en == "Add an example in which all but this holds."


STANDARD = """
  - {parameter: rate, type: money, zh: 标准, en: standard, own: true}
"""
RATES = (
    "values:\n  - of: rate\n    rows:\n      - {place: CN-35, from: 2015-01-01, value: 900, act: act, evidence: T}\n"
)


def test_places_whose_standard_is_old_or_lacking_are_listed(tmp_path: Path) -> None:
    text = BASE.replace("\nparameters:", "\nparameters:" + STANDARD.rstrip()) + RULE
    both = text + values(VALUE) + RATES.removeprefix("values:\n")
    [old] = found(tmp_path, both)
    assert (old.kind, old.blocks) == ("aged", False)
    assert old.what.en == "the newest standard of CN-35 (province) is of 2015-01-01"
    assert found(tmp_path, both.replace("2015-01-01", "2018-07-02")) == [], "eighteen months are not over"
    assert found(tmp_path, both.replace("from: 2015-01-01,", "from: 2015-01-01, to: 2025-12-31,")) == []
    [none] = found(tmp_path, both.replace("CN-35, from: 2015", "CN-3501, from: 2019"))
    assert (none.kind, none.what.en) == ("aged", "no standard is entered for province")
    copied = both.replace("2015-01-01", "2019-01-01").replace(
        "act: act, evidence: T}\n", "act: act, evidence: T, copy: true}\n"
    )
    [read] = found(tmp_path, copied)
    assert (read.kind, read.what.en) == (
        "copied", "the standard of CN-35 (province) was read on no official page: act"
    )  # fmt: skip


def test_instruments_are_compared_every_year(tmp_path: Path) -> None:
    compared = "compared:\n  - {acts: [act], on: 2019-06-01, zh: 原文, en: the text}\n"
    assert found(tmp_path, CLEAN + compared) == []
    [late] = found(tmp_path, CLEAN + compared.replace("2019-06", "2018-06"))
    assert (late.kind, late.blocks) == ("compared", False)
    assert late.what.en == "'act' was last compared on 2018-06-01 (the text)"
    other = CLEAN.replace(
        "  - {id: act,", "  - {id: new, zh: 新, en: new, kind: law, status: in_force, evidence: T}\n  - {id: act,"
    )
    [never] = found(tmp_path, other + compared)
    assert never.what.en == "not yet compared with a text (1): new"
    [refused] = found(tmp_path, CLEAN + compared.replace("[act]", "[atc]"))
    assert "unknown instrument 'atc'" in refused.what.en


COVERAGE = """
subjects:
  group: {{child: {{zh: 儿童, en: children}}}}
  school: {{college: {{zh: 高校, en: college}}}}
coverage:
  - act: act
    covers:
      - {{what: [child, college], at: art. 1, {stands}}}
"""


def test_an_instrument_without_a_table_or_with_a_rule_outside_it_is_found(tmp_path: Path) -> None:
    assert found(tmp_path, CLEAN + COVERAGE.format(stands="stands: you*")) == []
    absent = "because: {zh: 未见, en: not seen}"
    [outside] = found(tmp_path, CLEAN + COVERAGE.format(stands=absent))
    assert (outside.kind, outside.blocks) == ("uncovered", True)
    assert outside.what.en == "the table of 'act' does not name young"
    other = CLEAN.replace(
        "  - {id: act,", "  - {id: new, zh: 新, en: new, kind: law, status: unknown, evidence: T}\n  - {id: act,"
    )
    [without] = found(tmp_path, other + COVERAGE.format(stands=absent).replace("act: act", "act: new"))
    assert (without.kind, without.what.en) == ("uncovered", "'act' has no table of what it regulates")


def test_an_instrument_known_in_part_is_work_to_be_done(tmp_path: Path) -> None:
    part = COVERAGE.format(stands="stands: young") + "    unread: {zh: 只读第一条, en: article 1 was read}\n"
    [unread] = found(tmp_path, CLEAN + part)
    assert (unread.kind, unread.blocks) == ("unread", False)
    assert unread.what.en.endswith("(1): act (1)"), "with the number of rules that rest on it"


@pytest.mark.parametrize(
    ("row", "why"),
    [
        ("stands: yuong", "no 'yuong'"),
        ("stands: young, because: {zh: 未见, en: not seen}", "neither where it stands nor why not, or both"),
        ("at: art. 2", "written twice"),
    ],
)
def test_a_row_says_where_it_stands_or_why_not(tmp_path: Path, row: str, why: str) -> None:
    [refused] = found(tmp_path, CLEAN + COVERAGE.format(stands=row))
    assert why in refused.what.en


def test_every_word_of_the_tables_is_used_and_every_school_level_is_answered_where_schooling_continues(
    cn: Jurisdiction,
) -> None:
    """No dead word; and a text on schooling after eighteen says of each level and both groups whether it holds."""
    rows = [(act, row) for act, table in cn.law.coverage.items() for row in table.rows]
    assert set(cn.law.subjects) == {subject.name for _, row in rows for subject in row.subjects}
    after = {use.basis.act for use in uses(cn.law) if use.name in ("orphan_schooling", "unattended_schooling")} - {
        "house"
    }
    levels = {"compulsory", "senior_high", "vocational", "higher_vocational", "undergraduate", "master", "doctor"}
    for act in after:
        named = {subject.name for which, row in rows if which == act for subject in row.subjects}
        assert levels | {"orphan"} <= named, act
        assert "unattended" in named or act == "mf-2010-161", act


def test_the_law_in_use_has_nothing_to_correct_and_a_reason_for_the_rest(cn: Jurisdiction) -> None:
    law, doubts = check(FOLDERS["cn"], date(2026, 11, 1))
    assert law is not None
    assert [str(doubt) for doubt in doubts if doubt.blocks] == []
    assert [str(doubt) for doubt in doubts if not doubt.reason and doubt.kind not in WORK] == []


Real: TypeAlias = tuple[Path, set[str]]


@pytest.fixture(scope="module")
def real(tmp_path_factory: pytest.TempPathFactory) -> Real:
    """A copy of the law in use, and what is doubtful about it already."""
    folder = Path(shutil.copytree(FOLDERS["cn"], tmp_path_factory.mktemp("law") / "cn"))
    return folder, {str(doubt) for doubt in check(folder, date(2026, 11, 1))[1]}


@pytest.mark.parametrize(
    ("file", "old", "new", "kind", "where"),
    [
        ("rules/category.yaml", "over: [CN, CN-32]", "over: CN", "refused", "both apply in CN-3204"),
        ("rules/grant.yaml", "value: 10000, act: mbf-2019-24, ", "value: 10000, ", "refused", "no basis"),
        ("rules/grant.yaml", "from: 2019-07-10, value", "from: 2019-08-01, value", "gap", "'grant.year'"),
        ("rules/grant.yaml", "value: 10000", "to: 2030-06-30, value: 10000", "gap", "in CN on 2030-07-01"),
        ("standards.yaml", "to: 2030-12-31", "to: 2026-01-31", "ended", "of CN-31 ended on 2026-01-31"),
        ("rules/grant.yaml", "child.school_terms = 1,", "child.school_terms = 2,", "unreachable", "row 3"),
        ("rules/category.yaml", "over: [CN, CN-32]", "over: [CN, CN-32, CN-44]", "idle", "departs from CN-44"),
        ("instruments.yaml", "id: mbf-2019-24", "id: mbf-2019-24", "repealed", "rests on 'mbf-2019-24'"),
        ("standards.yaml", "value: [3200, 3200], act: sh-2025-9, evidence: T", "value: [3200, 3200], act: sh-2025-9, "
         "evidence: M", "unverified", "'standard.scattered' in CN-31 is letter M"),
        ("instruments.yaml", "date: 2023-09-01, status: in_force", "date: 2024-09-01, status: in_force", "backdated",
         "issued on 2024-09-01"),
        ("instruments_local.yaml", "date: 2023-05-11, applies: 2023-01-01", "date: 2023-05-11", "backdated",
         "issued on 2023-05-11"),
        ("instruments_local.yaml", ", note: {zh: 载有2023年1月起及4月起的标准, "
         "en: gives the standards from January and from April 2023}", "", "refused",
         "another day than its own"),
    ],
)  # fmt: skip
def test_faults_planted_in_the_real_law(real: Real, file: str, old: str, new: str, kind: str, where: str) -> None:
    folder, before = real
    text = (folder / file).read_text(encoding="utf-8")
    assert old in text
    planted = text.replace(old, new, 1)
    if kind == "repealed":
        line = next(line for line in text.splitlines() if old in line)
        planted = text.replace(line, line.replace("status: in_force", "status: repealed"))
    (folder / file).write_text(planted, encoding="utf-8")
    new_ones = [doubt for doubt in check(folder, date(2026, 11, 1))[1] if str(doubt) not in before]
    (folder / file).write_text(text, encoding="utf-8")
    assert [doubt for doubt in new_ones if doubt.kind == kind and where in doubt.what.en], new_ones


def test_register_holds_every_use_once(cn: Jurisdiction) -> None:
    acts = register(cn.law)
    assert [act["id"] for act in acts] == list(cn.law.instruments)
    assert sum(len(act["uses"]) for act in acts) == len(list(uses(cn.law)))
    rows = {(use["name"], use["place"]) for act in acts if act["id"] == "sh-2025-9" for use in act["uses"]}
    assert ("standard.scattered", "CN-31") in rows


def test_command(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    repealed = CLEAN.replace("in_force", "repealed").replace(
        "evidence: T", "note: {zh: 无替代文件, en: nothing replaced it}, evidence: T"
    )
    (tmp_path / "law.yaml").write_text(repealed, encoding="utf-8")
    assert cli.main(["check", str(tmp_path), "--register"]) == 0
    text = capsys.readouterr().out
    assert "0 to correct, 2 to confirm." in text
    assert "figure oldest CN 2010-01-01.." in text
    assert cli.main(["check", str(tmp_path), "--strict", "--json"]) == 1
    read = json.loads(capsys.readouterr().out)
    assert [finding["kind"] for finding in read["findings"]] == ["repealed", "repealed"]
    assert read["register"][0]["uses"]
    (tmp_path / "law.yaml").write_text(BASE + RULE, encoding="utf-8")
    assert cli.main(["check", str(tmp_path)]) == 1
    assert cli.main(["check", str(tmp_path / "none")]) == 2
