"""Another country: a folder of law files and three functions; nothing of China's is needed or seen."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from hutong.law import Jurisdiction, UnknownPlace
from hutong.law.audit import check
from hutong.law.cn import check_identity_number
from hutong.law.engine.kinds import MONEY
from hutong.law.identity import IdCheck
from hutong.law.speech import Speech

from .engines import Case, Engine, compare

FILES = """
conventions:
  currency: {code: XBD, zh: 第纳, en: dinar, symbol: D, digits: 3, minor: {zh: 菲尔, en: fils}}
  zone: Asia/Kathmandu
  languages: [en, zh-hans]
places:
  XB: {zh: 某国（虚构）, en: an invented country}
  XB-NO: {zh: 北区, en: North}
offices:
  parish: {zh: 教区, en: the parish}
  treasury: {zh: 国库, en: the treasury}
holders: {figure: treasury, finding: parish}
instruments:
  - {id: act, zh: 儿童法, en: Children Act, kind: law, date: 2020-01-01, status: invented, evidence: T}
week: {place: XB, from: 2020-01-01, rest: [friday, saturday], act: act, evidence: T}
facts:
  - {fact: age, type: int, zh: 年龄, en: age, ask: parish, least: 0, most: 120}
  - {fact: savings, type: money, zh: 存款, en: savings, ask: parish, absent: 0, because: {zh: 少有, en: rare}}
  - {fact: alone, type: bool, zh: 独自生活, en: lives alone, ask: parish}
parameters:
  - {parameter: daily_grant, type: money, zh: 补助, en: grant}
  - {parameter: adult_age, type: int, zh: 成年年龄, en: adult age}
values:
  - of: daily_grant
    rows:
      - {place: XB, from: 2020-01-01, value: 20.125, act: act, evidence: T}
      - {place: XB-NO, from: 2020-01-01, value: 30, act: act, evidence: T}
  - {of: adult_age, rows: [{place: XB, from: 2020-01-01, known: 2010-01-01, value: 16, act: act, evidence: T}]}
rules:
  - rule: outcome
    type: bool
    zh: 保障
    en: protected
    decides: parish
    variants:
      - place: XB
        from: 2020-01-01
        is: age < adult_age and alone and savings < 100.5 dinar
        act: act
        evidence: T
        examples:
          - on: 2020-01-01
            given: {age: 3, adult_age: 16, alone: true}
            gives: true
            unless: {age: 16, alone: false, savings: 101 dinar}
            then: false
  - rule: amount
    type: money
    zh: 金额
    en: amount
    decides: treasury
    variants:
      - place: XB
        from: 2020-01-01
        table: [{when: outcome, then: daily_grant}]
        otherwise: 0 dinar
        act: act
        evidence: T
        examples:
          - {on: 2020-01-01, given: {outcome: false}, gives: 0 dinar}
          - {on: 2020-01-01, given: {outcome: true, daily_grant: 30 dinar}, gives: 30 dinar}
reasons:
  - {reason: young, when: outcome, zh: '未满{adult_age}岁独自生活', en: 'alone before {adult_age}', rests_on: outcome}
programmes:
  - {programme: shelter, zh: 庇护, en: shelter, outputs: [outcome, amount], needs: [outcome, amount], reasons: [young]}
limits:
  - limit: ANSWER
    zh: 答复
    en: answer
    counts_from: {zh: 申请之日, en: the application}
    breach: {zh: 报告, en: told, tell: treasury}
    terms:
      - place: XB
        from: 2020-01-01
        length: 2
        calendar: working
        act: act
        evidence: T
        example: 2026-10-01 -> 2026-10-05
"""


class Elsewhere:
    """What its files cannot say."""

    def flatten(self, facts: Mapping[str, Any], on: date) -> dict[str, Any]:
        return {**facts, "age": on.year - facts["born"]} if "born" in facts else dict(facts)

    def other_forms(self) -> dict[str, Any]:
        return {"age": "born: the year of birth"}

    def check_identity_number(self, text: str | None, today: date) -> IdCheck:
        return check_identity_number(text, today)


@pytest.fixture
def country(tmp_path: Path) -> Jurisdiction:
    (tmp_path / "law.yaml").write_text(FILES, encoding="utf-8")
    _, findings = check(tmp_path, date(2026, 10, 1))
    assert [str(finding) for finding in findings if finding.blocks] == []
    return Jurisdiction(tmp_path, Elsewhere())


def test_it_decides_and_asks_its_own_offices(country: Jurisdiction) -> None:
    on = date(2026, 10, 1)
    north = country.decide({"age": 3, "alone": True}, on, "XB-NO-17-A", programme="shelter")
    assert north.values == {"outcome": True, "amount": 30_000}
    before = country.decide({"age": 3, "alone": True}, on, "XB", known=date(2019, 1, 1), programme="shelter")
    assert [(item.fact, item.office) for item in before.missing] == [("daily_grant", "treasury")]
    assert country.decide({"age": 3}, on, "XB", programme="shelter").ask[0].office == "parish"
    with pytest.raises(UnknownPlace, match="XB-SO"):
        country.decide({}, on, "XB-SO-17", programme="shelter")


def test_it_counts_and_says_money_in_its_own_currency(country: Jurisdiction) -> None:
    currency, speech = country.law.currency, Speech(country.law)
    assert country.decide({"age": 3, "alone": True}, date(2026, 10, 1), "XB").values["amount"] == 20_125
    assert speech.value(20_125, MONEY) == ("20.125第纳", "20.125 dinar")
    assert currency.amount(-1_234_005) == "-1,234.005"
    assert (currency.minor_units("D1,234.005"), currency.minor_units("0.0005")) == (1_234_005, None)
    assert country.facts_schema()["facts"]["savings"]["unit"] == "fils"


def test_no_formula_knows_another_currency(tmp_path: Path) -> None:
    (tmp_path / "law.yaml").write_text(FILES.replace("otherwise: 0 dinar", "otherwise: 0 yuan"), encoding="utf-8")
    (finding,) = check(tmp_path, date(2026, 10, 1))[1]
    assert "unknown unit 'yuan'. Use one of: dinar, days" in str(finding)


def test_its_week_counts(country: Jurisdiction) -> None:
    """1 October 2026 is a Thursday: Friday and Saturday are free, Sunday is the first working day."""
    assert country.limit("ANSWER", date(2026, 10, 1), "XB").due == date(2026, 10, 5)


def test_its_sql_agrees(country: Jurisdiction, engine: Engine) -> None:
    cases = [
        Case({"age": age, "alone": alone}, date(2026, 10, 1), place)
        for age in (None, 3, 16)
        for alone in (None, True, False)
        for place in ("XB", "XB-NO")
    ]
    compare(country, country.compile_sql("shelter", engine.dialect), engine, cases)


def test_a_word_of_sql_is_no_name(tmp_path: Path) -> None:
    (tmp_path / "law.yaml").write_text(FILES.replace("daily_grant", "grant"), encoding="utf-8")
    _, findings = check(tmp_path, date(2026, 10, 1))
    assert [str(finding) for finding in findings if "'grant' is a word of SQL" in finding.what.en]
