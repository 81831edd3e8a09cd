"""What the loader refuses, each with file, line and remedy."""

from __future__ import annotations

from pathlib import Path

import pytest

from hutong.law.engine.errors import LawError
from hutong.law.engine.load_rules import load

BASE = """conventions: {currency: {code: CNY, zh: 元, en: yuan, digits: 2}, zone: UTC, languages: [en]}
places:
  CN: {zh: 全国, en: country}
  CN-35: {zh: 省, en: province}
  CN-3501: {zh: 市, en: city}
offices:
  town: {zh: 乡镇, en: township}
instruments:
  - {id: act, zh: 法, en: act, kind: law, status: in_force, evidence: T}
facts:
  - {fact: age, type: int, zh: 年龄, en: age, ask: town}
  - {fact: poor, type: bool, zh: 贫困, en: poor, ask: town}
parameters:
  - {parameter: oldest, type: int, zh: 上限, en: limit}
"""
RULE = """
rules:
  - rule: young
    type: bool
    zh: 幼
    en: young
    variants:
      - {place: CN, from: 2010-01-01, is: age < oldest, act: act, evidence: T, examples: [{given: {age: 3}, gives: ~}]}
"""
VALUE = "{place: CN, from: 2010-01-01, value: 6, act: act, evidence: T}"


def values(*rows: str) -> str:
    return "values:\n  - of: oldest\n    rows:\n" + "".join(f"      - {row}\n" for row in rows)


def refusal(folder: Path, text: str) -> LawError:
    (folder / "law.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(LawError) as caught:
        load(folder)
    error = caught.value
    assert str(error).startswith("law.yaml:")
    assert error.mark.line > 0
    assert error.remedy.en.endswith((".", "?"))
    return error


def test_base_loads(tmp_path: Path) -> None:
    (tmp_path / "law.yaml").write_text(BASE + RULE + values(VALUE), encoding="utf-8")
    assert load(tmp_path).rules["young"].kind.name == "bool"


@pytest.mark.parametrize(
    ("row", "what"),
    [
        ("{place: CN, from: 2010-01-01, value: 6, evidence: T}", "no basis"),
        ("{place: CN, from: 2010-01-01, value: 6, act: act}", "no evidence letter"),
        ("{place: CN, from: 2010-01-01, value: 6, act: act, evidence: X}", "not allowed"),
        ("{place: CN, from: 2010-01-01, value: 6, act: atc, evidence: T}", "unknown instrument 'atc'"),
        ("{place: CN-36, from: 2010-01-01, value: 6, act: act, evidence: T}", "unknown place 'CN-36'"),
        ("{place: CN, from: 2010-01-01, value: six, act: act, evidence: T}", "'six' is not a number"),
        ("{place: CN, from: 2010-13-01, value: 6, act: act, evidence: T}", "not a date"),
        ("{place: CN, from: 2010-01-02, to: 2010-01-01, value: 6, act: act, evidence: T}", "end lies before"),
        ("{place: CN, form: 2010-01-01, value: 6, act: act, evidence: T}", "unknown key 'form'"),
        ("{place: CN, value: 6, act: act, evidence: T}", "one of 'from' and 'seen' is needed"),
        (
            "{place: CN, from: 2010-01-01, seen: 2010-01-01, value: 6, act: act, evidence: T}",
            "one of 'from' and 'seen'",
        ),
        ("{place: CN, from: 2010-01-01, value: 50% of oldest, act: act, evidence: T}", "cannot be a share of 'oldest'"),
    ],
)
def test_values(tmp_path: Path, row: str, what: str) -> None:
    assert what in str(refusal(tmp_path, BASE + values(row)))


SUMS = """  - {parameter: whole, type: money, zh: 全额, en: whole}
  - {parameter: part, type: money, zh: 份额, en: part}
"""


def test_a_share_above_the_whole_says_what_allows_it(tmp_path: Path) -> None:
    base = BASE.replace("  - {parameter: oldest", SUMS + "  - {parameter: oldest")
    share = "{place: CN, from: 2010-01-01, value: 110% of whole, act: act, evidence: T}"
    rows = f"  - of: part\n    rows:\n      - {share}\n"
    assert "a share above 100 percent" in str(refusal(tmp_path, base + values(VALUE) + rows))
    said = rows.replace("evidence: T", "evidence: T, note: {zh: 文件规定上浮一成, en: the document adds a tenth}")
    (tmp_path / "law.yaml").write_text(base + RULE + values(VALUE) + said, encoding="utf-8")
    assert load(tmp_path).parameters["part"].entries[0].value == 11_000


def test_two_values_at_once(tmp_path: Path) -> None:
    later = VALUE.replace("2010-01-01", "2012-01-01")
    ended = VALUE.replace("2010-01-01", "2010-01-01, to: 2013-01-01")
    assert "two values for CN from 2012-01-01" in str(refusal(tmp_path, BASE + values(ended, later)))
    assert "two values for CN from 2010-01-01" in str(refusal(tmp_path, BASE + values(VALUE, VALUE)))


def test_correction_with_later_known_date_is_allowed(tmp_path: Path) -> None:
    corrected = VALUE.replace("value: 6", "value: 7, known: 2011-05-01")
    (tmp_path / "law.yaml").write_text(BASE + RULE + values(VALUE, corrected), encoding="utf-8")
    assert len(load(tmp_path).parameters["oldest"].entries) == 2


@pytest.mark.parametrize(
    ("old", "new", "what"),
    [
        ("age < oldest", "age < oldst", "unknown name 'oldst'"),
        ("age < oldest", "age < poor", "bool stands where int belongs"),
        ("age < oldest", "age +", "ends too early"),
        ("age < oldest", "age < 2021-01-01", "date stands where int belongs"),
        ("age < oldest", "oldest", "int stands where bool belongs"),
        ("age < oldest", "young and poor", "circular definition: young -> young"),
        (", examples: [{given: {age: 3}, gives: ~}]", "", "has no example"),
        ("[{given: {age: 3}, gives: ~}]", "[]", "has no example"),
        ("[{given: {age: 3}, gives: ~}]", "[{given: {agee: 3}, gives: ~}]", "unknown name 'agee'"),
        ("gives: ~}]", "gives: ~, unless: {age: 7}}]", "'unless' and 'then' stand together"),
        ("gives: ~}]", "gives: ~, unless: {agee: 7}, then: false}]", "unknown name 'agee'"),
        ("act: act, ", "", "no basis"),
        ("from: 2010-01-01", "from: 2010-01-01, to: 2015-01-01", "no formula after 2015-01-01"),
        ("rules:", "ruels:", "unknown section 'ruels'"),
    ],
)
def test_formulas(tmp_path: Path, old: str, new: str, what: str) -> None:
    assert old in RULE
    assert what in str(refusal(tmp_path, BASE + RULE.replace(old, new, 1) + values(VALUE)))


def test_an_example_with_unless_is_one_more_for_each_fact(tmp_path: Path) -> None:
    more = RULE.replace("gives: ~}]", "gives: true, unless: {age: 7, oldest: 2}, then: false}]")
    (tmp_path / "law.yaml").write_text(BASE + more + values(VALUE), encoding="utf-8")
    told = load(tmp_path).rules["young"].variants[0].examples
    assert [(example.given, example.gives) for example in told] == [
        ({"age": 3}, True),
        ({"age": 7}, False),
        ({"age": 3, "oldest": 2}, False),
    ]


def test_what_is_taken_over_yields_to_what_is_written(tmp_path: Path) -> None:
    both = "[{given: &base {age: 3, poor: true}, gives: ~}, {given: {<<: *base, age: 7}, gives: ~}]"
    shared = RULE.replace("[{given: {age: 3}, gives: ~}]", both)
    (tmp_path / "law.yaml").write_text(BASE + shared + values(VALUE), encoding="utf-8")
    assert load(tmp_path).rules["young"].variants[0].examples[1].given == {"age": 7, "poor": True}


def test_suggests_the_nearest_name(tmp_path: Path) -> None:
    assert "Did you mean 'oldest'?" in str(refusal(tmp_path, BASE + RULE.replace("oldest,", "oldets,")))


EXCEPTION = (
    "      - {{place: {place}, over: {over}, from: 2012-01-01, is: poor, act: act, evidence: L, "
    "examples: [{{given: {{poor: true}}, gives: true}}]}}\n"
)


def test_two_exceptions_that_both_apply(tmp_path: Path) -> None:
    wide = EXCEPTION.format(place="CN-35", over="CN")
    silent = EXCEPTION.format(place="CN-3501", over="CN")
    text = BASE + RULE + "    exceptions:\n" + wide + silent
    assert "both apply in CN-3501" in str(refusal(tmp_path, text))
    explicit = EXCEPTION.format(place="CN-3501", over="[CN, CN-35]")
    (tmp_path / "law.yaml").write_text(BASE + RULE + "    exceptions:\n" + wide + explicit, encoding="utf-8")
    assert len(load(tmp_path).rules["young"].variants) == 3
    assert "two formulas of 'young' apply in CN-35" in str(
        refusal(tmp_path, BASE + RULE + "    exceptions:\n" + wide + wide)
    )


def test_gap_between_formulas(tmp_path: Path) -> None:
    first = RULE.replace("from: 2010-01-01", "from: 2010-01-01, to: 2014-12-31")
    second = first.splitlines()[-1].replace("2010-01-01, to: 2014-12-31", "2015-01-02")
    assert "no country-wide formula just before 2015-01-02" in str(refusal(tmp_path, BASE + first + second + "\n"))


def test_not_yaml(tmp_path: Path) -> None:
    assert "not readable" in str(refusal(tmp_path, "places: [\n"))


LIMIT = """
week: {place: CN, from: 2010-01-01, rest: [saturday, sunday], act: act, evidence: T}
limits:
  - {limit: SOON, zh: 期限, en: limit, counts_from: {zh: 次日, en: the day after}, figure: wait,
     example: 2025-03-03 -> 2025-03-10}
"""
WAIT = f"  - {{parameter: wait, type: days, zh: 间隔, en: interval, values: [{VALUE}]}}\n"


def test_a_limit_takes_its_length_from_a_figure(tmp_path: Path) -> None:
    (tmp_path / "law.yaml").write_text(BASE + WAIT + LIMIT, encoding="utf-8")
    (term,) = load(tmp_path).limits["SOON"].terms
    assert (term.length, term.calendar, term.basis.act) == (6, "natural", "act")


@pytest.mark.parametrize(
    ("old", "new", "what"),
    [
        ("figure: wait", "figure: wiat", "unknown parameter 'wiat'"),
        ("figure: wait", "figure: oldest", "'oldest' is no length"),
        (", figure: wait", "", "one source of the length"),
        ("figure: wait", "figure: wait, terms: []", "one source of the length"),
    ],
)
def test_limits_without_one_length(tmp_path: Path, old: str, new: str, what: str) -> None:
    assert what in str(refusal(tmp_path, BASE + WAIT + LIMIT.replace(old, new)))


@pytest.mark.parametrize(
    ("note", "what"),
    [
        ("note: why", "a mapping is expected here"),
        ("note: {en: why}", "'zh' is missing"),
        ("note: {zh: 为何}", "'en' is missing"),
        ("note: {zh: '', en: why}", "a text is expected here"),
        ("note: {zh: 为何, en: ~}", "a text is expected here"),
    ],
)
def test_what_an_officer_reads_stands_in_both_languages(tmp_path: Path, note: str, what: str) -> None:
    assert what in str(refusal(tmp_path, BASE + values(VALUE.replace("act: act", f"{note}, act: act"))))


def test_a_refusal_speaks_the_language_of_its_reader(tmp_path: Path) -> None:
    error = refusal(tmp_path, BASE + RULE.replace("age < oldest", "age < oldets") + values(VALUE))
    assert error.text("zh-hans") == f"{error.mark}: 未知的名称“oldets”。是否为“oldest”？"
    assert error.text("en") == str(error) == f"{error.mark}: unknown name 'oldets'. Did you mean 'oldest'?"


@pytest.mark.parametrize(
    ("names", "what"),
    [("rules: yuong", "no 'yuong'"), ("limits: X-1", "no 'X-1'"), ("", "nothing that was corrected is named")],
)
def test_a_correction_names_what_exists(tmp_path: Path, names: str, what: str) -> None:
    said = "zh: 改, en: mended, found: 2025-01-01, from: 2020-01-01, before: {zh: 前, en: then}, now: {zh: 后, en: now}"
    entry = f"\ncorrections:\n  - {{correction: one, {said}, act: act, evidence: T{names and ', ' + names}}}\n"
    assert what in str(refusal(tmp_path, BASE + values(VALUE) + RULE + entry))
