"""`hutong law check`: every kind of doubt is found where it is planted, and nowhere else."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest

from hutong.law import Jurisdiction, cli
from hutong.law.audit import Finding, check
from hutong.law.jurisdiction import FOLDERS
from hutong.law.register import register, uses

from .test_loader import BASE, EXCEPTION, RULE, VALUE, values

ON = date(2020, 1, 1)
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
        examples: [{given: {}, gives: ~}]
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
        examples: [{given: {age: 3}, gives: 1}]
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
    assert "both apply in CN-35" in finding.what
    assert "no basis" in found(tmp_path, BASE + RULE + values(VALUE.replace(", act: act", "")))[0].what


def test_gap_unless_a_wider_place_has_a_value(tmp_path: Path) -> None:
    ended = VALUE.replace("value", "to: 2015-12-31, value")
    [finding] = found(tmp_path, BASE + RULE + values(ended))
    assert finding.what == "'limit' has no value in CN on 2016-01-01"
    assert found(tmp_path, BASE + RULE + values(ended.replace("CN", "CN-35"), VALUE)) == []
    assert kinds(tmp_path, BASE + RULE) == ["gap"]


def test_unreachable_cell(tmp_path: Path) -> None:
    [finding] = found(tmp_path, CLEAN.replace(RULE, RULE + BANDS))
    assert (finding.kind, finding.what) == ("unreachable", "row 2 of the table of 'band' can never apply")
    assert found(tmp_path, CLEAN.replace(RULE, RULE + BANDS.replace("<= 5 and", "<= 6 and"))) == []
    hidden = BANDS.replace("not poor", "not poor or poor").replace("<= 5 and", "<= 6 and")
    assert "row 4" in found(tmp_path, CLEAN.replace(RULE, RULE + hidden))[0].what


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


def test_the_law_in_use_has_nothing_that_blocks(cn: Jurisdiction) -> None:
    law, doubts = check(FOLDERS["cn"], date(2026, 11, 1))
    assert law is not None
    assert [str(doubt) for doubt in doubts if doubt.blocks] == []


def test_register_holds_every_use_once(cn: Jurisdiction) -> None:
    acts = register(cn.law)
    assert [act["id"] for act in acts] == list(cn.law.instruments)
    assert sum(len(act["uses"]) for act in acts) == len(list(uses(cn.law)))
    rows = {(use["name"], use["place"]) for act in acts if act["id"] == "sh-2025-9" for use in act["uses"]}
    assert ("standard.scattered", "CN-31") in rows


def test_command(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "law.yaml").write_text(CLEAN.replace("in_force", "repealed"), encoding="utf-8")
    assert cli.main(["check", str(tmp_path), "--register"]) == 0
    text = capsys.readouterr().out
    assert "0 to correct, 2 to confirm." in text
    assert "figure limit CN 2010-01-01.." in text
    assert cli.main(["check", str(tmp_path), "--strict", "--json"]) == 1
    read = json.loads(capsys.readouterr().out)
    assert [finding["kind"] for finding in read["findings"]] == ["repealed", "repealed"]
    assert read["register"][0]["uses"]
    (tmp_path / "law.yaml").write_text(BASE + RULE, encoding="utf-8")
    assert cli.main(["check", str(tmp_path)]) == 1
    assert cli.main(["check", str(tmp_path / "none")]) == 2
