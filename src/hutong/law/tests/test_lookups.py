"""Facts refused by name, identity numbers, working days, due dates, figures, command line, generated pages."""

from __future__ import annotations

import csv
import json
import os
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from hutong.law import FactsError, Jurisdiction, UnknownName, UnknownPlace, cli, docs, jurisdiction
from hutong.law.bench import ONE_CHILD
from hutong.law.cn.identity import check_character, check_identity_number

ON = date(2026, 10, 1)
TODAY = date(2026, 11, 23)


@pytest.mark.parametrize(
    ("facts", "name", "what"),
    [
        ({"father.ded": True}, "father.ded", "Did you mean 'father.dead'?"),
        ({"child": {"birth": "2027-01-01"}}, "child.birth", "after the day asked about"),
        ({"child.birth": "1899-01-01"}, "child.birth", "before 1900"),
        ({"child.birth": "2015-02-30"}, "child.birth", "not a date"),
        ({"child.dibao_fen": 12.5}, "child.dibao_fen", "whole number"),
        ({"child.dibao_fen": -1}, "child.dibao_fen", "outside 0"),
        ({"father.disability_grade": 5}, "father.disability_grade", "outside 1 to 4"),
        ({"father.custody": "jail"}, "father.custody", "not one of Custody"),
        ({"father.dead": "perhaps"}, "father.dead", "not a truth value"),
        ({"father": {"statuses": [{"status": "gone"}]}}, "father.statuses[0]", "no status"),
        ({"father": {"statuses": [{"status": "dead", "evidence": [{"kind": "police_receipt"}]}]}},
         "father.statuses[0].evidence", "does not show 'dead'"),
        ({"father": {"statuses": [{"status": "able"}, {"status": "illness"}]}}, "father.statuses", "able together"),
        ({"father": {"statuses": [{"status": "prison", "from": "2024-05-01", "to": "2024-01-01"}]}},
         "father.statuses[0]", "ends before it begins"),
    ],
)  # fmt: skip
def test_facts_are_refused_by_name(cn: Jurisdiction, facts: dict[str, Any], name: str, what: str) -> None:
    with pytest.raises(FactsError) as caught:
        cn.decide(facts, ON, "CN")
    assert [problem.name for problem in caught.value.problems] == [name]
    assert what in str(caught.value)


def test_all_problems_are_named_at_once(cn: Jurisdiction) -> None:
    with pytest.raises(FactsError) as caught:
        cn.decide({"a": 1, "child.birth": "x", "father.ill": True}, ON, "CN")
    assert len(caught.value.problems) == 2


@pytest.mark.parametrize("place", ["CN-77", "XX", "cn-35", "CN-3", [], "350121"])
def test_unknown_places(cn: Jurisdiction, place: str | list[str]) -> None:
    with pytest.raises(UnknownPlace):
        cn.decide(ONE_CHILD, ON, place)


def test_no_law_before_it_begins(cn: Jurisdiction) -> None:
    with pytest.raises(FactsError, match="no law is entered"):
        cn.decide({}, date(2009, 12, 31), "CN")
    with pytest.raises(FactsError, match="Ask from 2021-06-01 on"):
        cn.decide({}, date(2021, 5, 31), "CN", programme="state_care")


def test_dated_statuses_become_facts(cn: Jurisdiction) -> None:
    facts = {
        **{name: value for name, value in ONE_CHILD.items() if not name.startswith(("father", "mother"))},
        "father": {"statuses": [{"status": "dead", "evidence": [{"kind": "cremation_certificate"}]}]},
        "mother": {
            "complete": True,
            "statuses": [
                {"status": "prison", "from": "2024-01-01", "to": "2026-06-01", "term_months": 29,
                 "evidence": [{"kind": "court_paper", "date": "2024-01-01"}]},
            ],
        },
    }  # fmt: skip
    assert cn.decide(facts, date(2026, 5, 31), "CN-999901").values["category"] == "FU"
    assert cn.decide(facts, date(2026, 6, 1), "CN-999901").values["category"] == "NONE"


def test_cannot_decide_names_paper_and_office(cn: Jurisdiction) -> None:
    lacking = {name: value for name, value in ONE_CHILD.items() if name != "mother.lost_receipt"}
    decision = cn.decide(lacking, ON, "CN-999901")
    assert decision.outcome is None
    assert decision.values["category"] is None
    assert [(item.fact, item.office) for item in decision.ask] == [
        ("mother.lost_receipt", "police"),
    ]


def test_money_unknown_while_recognition_is_known(cn: Jurisdiction) -> None:
    facts = {name: value for name, value in ONE_CHILD.items() if name != "child.dibao_fen"}
    decision = cn.decide(facts, ON, "CN-999901")
    values = decision.values
    assert (values["category"], values["amount"], values["outcome"]) == ("FU", None, None)
    assert [(item.fact, item.office) for item in decision.ask] == [("child.dibao_fen", "relief")]


def test_nothing_stated_decides_nothing(cn: Jurisdiction) -> None:
    decision = cn.decide({}, ON, "CN")
    assert decision.outcome is None
    assert decision.values["amount"] is None
    assert "child.birth" in {item.fact for item in decision.missing}


def test_decision_and_trace_are_json_with_articles(cn: Jurisdiction) -> None:
    decision = cn.decide(ONE_CHILD, ON, "CN-999901")
    shown = json.loads(json.dumps({**decision.to_json(), "trace": decision.trace}))
    assert shown["values"]["amount"] == 164_000 - 35_000
    assert shown["default_to_be_confirmed"] is True  # the demo's figures are invented
    assert all(reason["articles"] for reason in shown["reasons"])
    values = {rule["rule"]: rule["value"] for rule in shown["trace"]["rules"]}
    assert values["mother.lost_met"] is True
    assert values["father.prison_met"] in (False, None)


def test_reason_mask_expands_to_the_same_words(cn: Jurisdiction) -> None:
    decision = cn.decide(ONE_CHILD, ON, "CN-999901")
    assert cn.expand_reasons(decision.reason_mask, cn.context("CN-999901", ON)) == decision.reasons


def test_findings_replace_facts(cn: Jurisdiction) -> None:
    facts = {"child.birth": date(2015, 1, 1), "child.placement": "scattered", "child.tekun_fen": 0}
    decision = cn.decide(facts, ON, "CN-999901", findings={"category": "FU", "relief_received": 4000})
    assert decision.values["amount"] == 160_000
    with pytest.raises(UnknownName, match="category"):
        cn.decide(facts, ON, "CN-999901", findings={"categoy": "FU"})


def test_vectors_of_identity_numbers() -> None:
    shared = Path(os.environ.get("HUTONG_SHARED", Path(__file__).parents[4].parent / "shared"))
    source = shared / "data" / "idnum" / "gb11643_vectors.csv"
    if not source.exists():
        pytest.skip("shared absent: the vectors are not beside the checkout")
    for row in csv.DictReader(source.read_text(encoding="utf-8").splitlines()):
        check = check_identity_number(row["input"], TODAY)
        expected = row["expected"]
        if (expected.startswith("valid ") and "invalid here" not in expected) or expected.startswith("valid("):
            assert check.valid, row
        elif expected.startswith("accept as legacy"):
            assert check.valid
            assert check.kind == "legacy"
        elif expected == "absent":
            assert check.kind == "absent"
            assert not check.problems
        else:
            assert not check.valid, row


@pytest.mark.parametrize(
    ("text", "kind", "problems", "warnings"),
    [
        ("999901201506150027", "demo", [], ["demo"]),
        ("99990120120229008x", "demo", [], ["demo"]),
        ("９９９９０１２０１５０６１５００２７", "demo", [], ["cleaned", "demo"]),
        ("999901 20150615 0027", "demo", [], ["cleaned", "demo"]),
        ("'999901201506150027", "demo", [], ["cleaned", "demo"]),
        ("999901201506150020", "demo", ["checksum"], ["demo"]),
        ("999901201502300024", "demo", ["date"], ["demo"]),
        ("999901209912310029", "demo", ["future"], ["demo"]),
        ("9.99901201506150E+17", "other", ["format", "excel_exponent"], []),
        ("999901201506150000", "demo", ["sequence", "excel_zeros"], ["demo"]),
        ("999901150615002", "legacy", [], ["legacy", "demo"]),
        ("G12345678", "other", ["format", "other"], []),
        ("", "absent", [], []),
        (None, "absent", [], []),
        ("²²²²²²²²²²²²²²²²²²", "resident", ["date", "checksum"], ["cleaned"]),
        ("11010519491231002X", "resident", [], []),
        ("440524188001010014", "resident", [], ["old"]),
        ("34052419800101001X", "resident", [], []),
        ("110105194912310021", "resident", ["checksum"], []),
    ],
)
def test_identity_numbers(text: str | None, kind: str, problems: list[str], warnings: list[str]) -> None:
    check = check_identity_number(text, TODAY)
    assert check.kind == kind
    assert [note.code for note in check.problems] == problems
    assert [note.code for note in check.warnings] == warnings


def test_birth_and_sex_are_read() -> None:
    check = check_identity_number("999901201506150027", TODAY)
    assert (check.birth, check.sex) == (date(2015, 6, 15), "female")
    assert check_character("99990120150615002") == "7"
    old = check_identity_number("999901150615002", TODAY)
    assert old.birth == date(1915, 6, 15)
    assert check_identity_number(old.normalised, TODAY).valid


@pytest.mark.parametrize(
    ("start", "count", "due"),
    [
        ("2026-02-13", 1, "2026-02-14"),  # a worked Saturday before Spring Festival
        ("2026-02-14", 1, "2026-02-24"),  # nine free days
        ("2026-09-30", 3, "2026-10-10"),  # the make-up Saturday after National Day counts
        ("2025-12-31", 1, "2026-01-04"),  # a make-up Sunday over the year's end
        ("2024-02-28", 1, "2024-02-29"),
        ("2026-10-09", -2, "2026-09-30"),
    ],
)
def test_working_days(cn: Jurisdiction, start: str, count: int, due: str) -> None:
    assert cn.calendar.add_working_days(date.fromisoformat(start), count) == date.fromisoformat(due)


@pytest.mark.parametrize(
    ("name", "start", "place", "due"),
    [
        ("FU-APP-2", "2026-09-30", "CN-999901", "2026-10-27"),
        ("FU-APP-2", "2026-09-30", "CN-3702", "2026-10-20"),
        ("ORP-APP-5.accept", "2026-04-30", "CN", "2026-05-08"),
        ("FND-9.review", "2026-08-05", "CN", "2026-10-08"),  # the sixtieth day falls into National Day
        ("FND-9.suit", "2026-08-31", "CN", "2027-03-01"),  # no 31 February; the 28th is a Sunday
        ("FND-9.inaction", "2023-12-31", "CN", "2024-02-29"),
        ("FND-9.inaction", "2024-01-01", "CN", "2024-03-01"),
        ("FU-COND-LOST", "2026-04-05", "CN", "2026-10-05"),  # a waiting time ends on its day
        ("GRD-16", "2024-02-29", "CN-31", "2025-02-28"),
    ],
)
def test_due_dates(cn: Jurisdiction, name: str, start: str, place: str, due: str) -> None:
    found = cn.limit(name, date.fromisoformat(start), place)
    assert found.due == date.fromisoformat(due)
    assert found.act in cn.law.instruments


def test_unpublished_holidays_are_flagged(cn: Jurisdiction) -> None:
    assert cn.limit("FU-APP-2", date(2027, 1, 4), "CN").unpublished == (2027,)
    assert cn.limit("FU-APP-2", date(2026, 3, 2), "CN").unpublished == ()
    assert cn.calendar.working_days_between(date(2026, 9, 30), date(2026, 10, 10)) == 3


def test_unknown_names_are_refused_with_a_suggestion(cn: Jurisdiction) -> None:
    for call in (
        lambda: cn.limit("FU-APP-9", ON, "CN"),
        lambda: cn.parameter("standard.scatered", "CN", ON),
        lambda: cn.compile_sql("alowance", "duckdb"),
        lambda: cn.decide({}, ON, "CN", programme="alowance"),
        lambda: jurisdiction("xx"),
    ):
        with pytest.raises(UnknownName):
            call()


def test_figures_by_place_day_and_knowledge(cn: Jurisdiction) -> None:
    def value(place: str, on: str, known: str | None = None) -> Any:
        day = date.fromisoformat(known) if known else None
        entry = cn.parameter("standard.scattered", place, date.fromisoformat(on), day)
        return entry and entry.value

    assert value("CN-350123", "2020-06-01") == 90000
    assert value("CN-350123", "2021-06-01") == 140000  # the county's older figure lies below the province's standard
    assert value("CN-4403", "2023-06-01", "2023-09-03") == 245400
    assert value("CN-4403", "2023-06-01", "2023-09-04") == 254000
    assert value("CN-999901", "2026-08-01", "2026-09-14") == 156000
    assert value("CN", "2009-01-01") is None


def test_averages_decide_nothing(cn: Jurisdiction) -> None:
    own = [entry for name in ("standard.scattered", "standard.fu") for entry in cn.law.parameters[name].entries]
    averages = {entry.value for entry, _ in cn.law.statistics}
    assert not averages & {entry.value for entry in own}


def test_command_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    facts = tmp_path / "facts.yaml"
    facts.write_text("child: {birth: 2015-01-01, placement: scattered}\nfather: {dead: true}\n", encoding="utf-8")
    ask = [str(facts), "--on", "2026-10-01", "--place", "CN-350121"]
    assert cli.main(["decide", *ask]) == 3
    assert json.loads(capsys.readouterr().out)["outcome"] is None
    assert cli.main(["explain", "--json", *ask]) == 3
    assert json.loads(capsys.readouterr().out)["conditions"]
    facts.write_text("chld: {birth: 2015-01-01}\n", encoding="utf-8")
    assert cli.main(["decide", *ask]) == 2
    assert "chld.birth" in capsys.readouterr().err
    assert cli.main(["facts"]) == 0
    schema = json.loads(capsys.readouterr().out)
    assert set(schema["facts"]) == set(jurisdiction("cn").law.facts)


def test_generated_pages_are_current() -> None:
    folder = Path(__file__).parents[4] / "docs" / "law"
    for name, text in docs.pages().items():
        assert (folder / name).read_text(encoding="utf-8") == text, f"{name} is stale: run hutong docs"
