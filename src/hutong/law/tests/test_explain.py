"""An explanation names every condition, and each change it proposes really changes the outcome."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import pytest

from hutong.law import Jurisdiction
from hutong.law.decision import Decision
from hutong.law.engine.check import Checker
from hutong.law.engine.expr import Expr, Pick, children
from hutong.law.engine.kinds import DATE
from hutong.law.engine.words import Writer
from hutong.law.explain import Explanation, explain

from .engines import PARENT_STATUSES, family

ON, PLACE = date(2024, 11, 1), "CN-310115"
DEAD = {"dead": True, "death_proof": "police_cancellation"}
JAILED = {"checked": True, "custody": "prison", "custody_months": 5, "custody_paper": True}


def decided(cn: Jurisdiction, father: dict[str, Any], mother: dict[str, Any], **child: Any) -> Decision:
    return cn.decide(family(father, mother, **child), ON, PLACE)


def by_fact(explanation: Explanation) -> dict[tuple[str, Any], Any]:
    return {(change.fact, change.value): change.outcome for change in explanation.changes()}


def test_one_month_more_in_prison_would_change_it(cn: Jurisdiction) -> None:
    decision = decided(cn, DEAD, JAILED)
    assert decision.outcome == "refuse"
    changes = by_fact(explain(decision))
    assert changes["mother.custody_months", 6] == "recognise"
    assert ("mother.custody_months", 7) not in changes, "only the nearest value"
    assert changes["mother.revoked", True] == "recognise"
    assert ("child.hiv", True) not in changes, "sealed health data is never put forward"
    assert ("case.fraud", True) not in changes


def test_a_change_that_needs_a_paper_names_it(cn: Jurisdiction) -> None:
    found = explain(decided(cn, DEAD, JAILED)).changes()
    ill = next(change for change in found if change.fact == "mother.ill")
    assert (ill.outcome, ill.then) == (None, ("mother.illness_proof",))


@pytest.mark.parametrize("father", range(0, 11, 2))
def test_every_change_is_true(cn: Jurisdiction, father: int) -> None:
    for mother in PARENT_STATUSES[::3]:
        decision = decided(cn, dict(PARENT_STATUSES[father]), dict(mother))
        for change in explain(decision).changes():
            again = cn.decide({**decision.facts, change.fact: change.value}, ON, PLACE)
            assert again.outcome == change.outcome != decision.outcome, change


def test_cannot_decide_names_fact_and_office_and_where_each_answer_leads(cn: Jurisdiction) -> None:
    told = explain(decided(cn, {"dead": True}, JAILED | {"custody_months": 8})).to_json()
    assert told["outcome"] is None
    assert [item["fact"] for item in told["ask"]["police"]] == ["father.death_proof"]
    proof = {change["if"]: change["outcome"] for change in told["would_change"]}
    assert proof["cremation_certificate"] == "recognise"
    assert json.loads(json.dumps(told)) == told


def test_conditions_are_true_false_or_unknown_with_figure_and_article(cn: Jurisdiction) -> None:
    rules = {item["rule"]: item for item in explain(decided(cn, {"dead": True}, JAILED)).conditions()}
    assert rules["category"]["is"] == "NONE"
    long_enough = rules["mother.custody_long"]
    assert (long_enough["is"], long_enough["basis"]["act"]) == ("false", "mf-2019-62")
    figure = long_enough["parts"][0]["names"]["custody.min_months"]
    assert (figure["value"], figure["from"]) == ("6 months", "2020-01-01")
    assert rules["father.is_dead"]["is"] == "unknown"
    parts = [part for item in rules.values() for part in item["parts"]]
    assert {part["is"] for part in parts if "is" in part} == {"true", "false", "unknown"}
    assert all(part["names"] for part in parts if "is" not in part), "a computed amount shows what it is computed from"


def test_an_amount_leads_to_its_figure_and_no_change_asks_for_itself(cn: Jurisdiction) -> None:
    proof = {"dead": True, "death_proof": "court_judgment"}
    told = explain(decided(cn, proof, proof))
    figure = next(item for item in told.conditions() if item["rule"] == "scattered")["parts"][0]["names"]
    assert {"from", "to", "basis"} <= set(figure["standard.scattered"])
    assert [change for change in told.changes() if change.fact in change.then] == []


def test_every_formula_can_be_written_and_read_again(cn: Jurisdiction) -> None:
    stores = (cn.law.facts, cn.law.parameters, cn.law.rules)
    scope = {name: item.kind for store in stores for name, item in store.items()} | {"on": DATE}
    written = Writer(cn.law.currency).written
    for rule in cn.law.rules.values():
        for variant in rule.variants:
            for part in cells(variant.expr):
                assert Checker(scope, cn.law.currency).formula(written(part), part.kind) == part, variant.mark


def cells(expr: Expr) -> tuple[Expr, ...]:
    """The formula, or the conditions and results of a table."""
    return children(expr) if isinstance(expr, Pick) else (expr,)


def test_every_programme_is_explained_from_its_first_day_and_names_who_decides(cn: Jurisdiction) -> None:
    for programme in cn.law.programmes:
        for on in {max(cn.resolver.begins, cn.begins(programme)), date(2026, 8, 1)}:
            decision = cn.decide({}, on, "CN-51", programme=programme)
            assert json.dumps(explain(decision).to_json()), programme
            assert json.dumps(decision.trace), programme
    told = cn.decide({}, ON, PLACE, programme="guardianship").to_json()["decided_by"]
    deciders = {(item["rule"], item["office"]) for item in told}
    assert {("guard.revoke", "court"), ("guard.designation_valid", "village")} <= deciders


@pytest.mark.parametrize(
    ("programme", "facts", "outcome"),
    [
        ("funds", {"fund.expense": "building"}, False),
        ("foster", {"foster.carer_age": 29}, False),
        ("visits", {"visit.last": "2026-07-01", "visit.group": "orphan"}, date(2026, 8, 1)),
        ("migrant", {"child.moved_with_parent": False}, "none"),
    ],
)
def test_an_outcome_of_any_kind_is_decided_and_printed(
    cn: Jurisdiction, programme: str, facts: dict[str, Any], outcome: Any
) -> None:
    """No, a day and 'none' are outcomes as much as yes is, and each keeps its type."""
    decision = cn.decide(facts, date(2026, 8, 1), "CN", programme=programme)
    assert (type(decision.outcome), decision.outcome) == (type(outcome), outcome)
    assert json.loads(json.dumps(decision.to_json()))["outcome"] == json.loads(json.dumps(outcome, default=str))


def test_where_no_reason_is_written_the_outcome_is_the_reason(cn: Jurisdiction) -> None:
    decision = cn.decide({"child.moved_with_parent": False}, date(2026, 8, 1), "CN", programme="migrant")
    assert [reason.says.zh for reason in decision.reasons] == ["流动儿童认定：不属于"]
    assert decision.reasons[0].articles
