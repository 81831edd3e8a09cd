"""A payment line says in words, years later too, why its sum is what it is."""

from __future__ import annotations

from datetime import date

import pytest

from hutong.benefits import actions
from hutong.benefits.queries.line_reasons import reasons_of
from hutong.benefits.queries.payroll import REASONS
from hutong.benefits.tests import build
from hutong.core.jurisdiction import law
from hutong.money.models import Line
from hutong.people.tests import build as people

pytestmark = pytest.mark.django_db


def codes(line: Line) -> list[str]:
    return [said["code"] for said in reasons_of(line)]


def test_a_full_and_a_topped_up_sum_say_so() -> None:
    full = build.award_of_fu_child()
    child = build.fu_child(birth_date=date(2014, 3, 9))
    people.aid(child, dibao=40_000, month=date(2026, 1, 1))
    beside = build.award_of(child)
    batch = build.run(full, "2026-12", build.at(2026, 12, 10))
    lines = {line.order_id: line for line in Line.objects.filter(batch=batch)}
    assert codes(lines[full.order_id]) == ["money.fu_community", "money.fu_full"]
    assert codes(lines[beside.order_id]) == ["money.fu_community", "money.fu_topped_up"]
    said = reasons_of(lines[beside.order_id])[1]
    assert "差额" in said["zh"]
    assert said["articles"][0]["number"], "with the article it rests on"
    basis = beside.bases.get()
    assert lines[beside.order_id].reason_code.startswith(f"{basis.pk}."), "the decision is found again"


def test_the_sum_of_a_line_equals_what_the_interpreter_gives_with_the_same_reasons() -> None:
    award = build.award_of_fu_child()
    batch = build.run(award, "2026-12", build.at(2026, 12, 10))
    line = Line.objects.get(batch=batch)
    facts = {"child.birth": "2015-05-01", "child.placement": "scattered"}
    facts |= {f"child.{aid}_fen": 0 for aid in ("dibao", "tekun", "disability_living")}
    decided = law().decide(
        facts, date(2026, 12, 1), "CN-999901", findings={"category": "FU", "paid_as": "fu", "age_met": True}
    )
    assert decided.values["amount"] == line.amount_fen
    kept = line.parameter_set.content["standard.fu"]
    assert (kept["value"], kept["place"]) == (164_000, "CN-99"), "what the share came to, in fen"
    assert codes(line) == [said.code for said in decided.reasons if said.code in REASONS]


def test_a_code_expands_to_its_own_words_when_the_law_has_changed(monkeypatch: pytest.MonkeyPatch) -> None:
    award = build.award_of_fu_child()
    line = Line.objects.get(batch=build.run(award, "2026-12", build.at(2026, 12, 10)))
    before = reasons_of(line)
    monkeypatch.setattr("hutong.benefits.queries.payroll.REASONS", REASONS[::-1])
    assert reasons_of(Line.objects.get(pk=line.pk)) == before


def test_a_sum_an_officer_fixed_rests_on_the_decision_alone() -> None:
    award = build.recognised(build.verified_application(), **build.departure(amount_fen=100_000))
    actions.set_payee(build.officer(), award, {"payee_id": build.payee_of(award.child, build.officer()).pk})
    award = build.reread(build.officer(), award)
    line = Line.objects.get(batch=build.run(award, "2026-12", build.at(2026, 12, 10)))
    assert line.amount_fen == 100_000
    assert (line.reason_code, reasons_of(line)) == (f"{award.bases.get().pk}.0", [])
