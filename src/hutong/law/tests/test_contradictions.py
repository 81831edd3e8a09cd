"""Facts that cannot all be true are named and asked, never decided on; what only looks odd is decided."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from hutong.law import Jurisdiction
from hutong.law.engine.errors import LawError
from hutong.law.engine.load_rules import load

from .engines import family
from .test_limits import BASE

ON = date(2025, 6, 1)
SOUND = family({"dead": True, "death_proof": "police_cancellation"}, {"revoked": True, "checked": True})
FOUNDLING = {"child.foundling": True, "child.foundling_proof": "police_report"}
CONTRADICTIONS: dict[str, dict[str, Any]] = {
    "father.dead_in_contact": {"father.contact": "in_contact"},
    "mother.missing_in_contact": {"mother.missing_declared": True, "mother.contact": "in_contact"},
    "child.foundling_of_known_parents": {**FOUNDLING, "father.checked": True, "father.dead": False},
    "case.confirmed_before_birth": {"case.confirmed": date(2010, 6, 14)},
    "case.ended_without_cause": {"case.ended": date(2025, 5, 2)},
    "case.ended_before_confirmed": {
        "case.end_cause": "released", "case.ended": date(2025, 2, 3), "case.confirmed": date(2025, 3, 4),
    },
    "mother.accepted_before_reported": {
        "mother.lost_reported": date(2025, 1, 6), "mother.lost_accepted": date(2025, 1, 5),
    },
}  # fmt: skip


def test_every_contradiction_of_the_files_is_tried(cn: Jurisdiction) -> None:
    tried = {name.partition(".")[2] if name[:6] in ("father", "mother") else name for name in CONTRADICTIONS}
    written = {name.partition(".")[2] if name[:6] in ("father", "mother") else name for name in cn.law.contradictions}
    assert tried == written


@pytest.mark.parametrize("name", CONTRADICTIONS)
def test_contradicting_facts_decide_nothing_and_are_asked(cn: Jurisdiction, name: str) -> None:
    assert cn.decide(SOUND, ON, "CN-35").outcome == "recognise"
    decision = cn.decide(SOUND | CONTRADICTIONS[name], ON, "CN-35")
    assert set(decision.values.values()) == {None}
    assert [one.code for one in decision.contradictions] == [name]
    assert {item.fact for item in decision.ask} == set(cn.law.contradictions[name].asks)
    assert all(decision.contradictions[0].says.zh in item.title.zh for item in decision.ask)
    told = json.loads(json.dumps({**decision.to_json(), "trace": decision.trace}))
    assert told["contradictions"][0]["en"] == decision.contradictions[0].says.en


@pytest.mark.parametrize(
    "facts",
    [
        {"case.confirmed": date(2010, 6, 15)},  # on the day of the birth
        {"case.end_cause": "released", "case.ended": date(2025, 3, 4), "case.confirmed": date(2025, 3, 4)},
        {"case.end_cause": "released", "case.ended": date(2025, 2, 3)},  # a confirmation that is only reckoned
        {"father.contact": "reported", "father.lost_reported": date(2020, 1, 1)},  # missed, then found dead
        {"mother.lost_reported": date(2025, 1, 6), "mother.lost_accepted": date(2025, 1, 6)},
    ],
)
def test_what_can_be_true_is_decided(cn: Jurisdiction, facts: dict[str, Any]) -> None:
    decision = cn.decide(SOUND | facts, ON, "CN-35")
    assert (decision.outcome, decision.contradictions) == ("recognise", ())


def test_a_foundling_whose_parents_were_looked_for_in_vain_is_an_orphan(cn: Jurisdiction) -> None:
    sought = {f"{parent}.{name}": True for parent in ("father", "mother") for name in ("checked", "unfindable")}
    facts = {"child.birth": date(2015, 1, 1), "child.placement": "institution", **FOUNDLING}
    assert cn.decide(facts | sought, ON, "CN-35").values["category"] == "ORPHAN"
    assert cn.decide(facts, ON, "CN-35").values["category"] == "ORPHAN"


def test_an_end_in_the_month_of_the_confirmation_leaves_no_month_and_says_so(cn: Jurisdiction) -> None:
    facts = SOUND | {"case.end_cause": "released", "case.ended": date(2025, 3, 24), "case.confirmed": date(2025, 3, 4)}
    decision = cn.decide(facts, ON, "CN-35")
    assert decision.values["due"] == 0
    assert "money.no_month" in {reason.code for reason in decision.reasons}


def test_a_contradiction_asks_facts_that_exist(tmp_path: Path) -> None:
    odd = "contradictions:\n  - {contradiction: odd, when: true, asks: [nothing], zh: 矛盾, en: odd}\n"
    (tmp_path / "law.yaml").write_text(BASE.partition("limits:")[0] + odd, encoding="utf-8")
    with pytest.raises(LawError, match="no fact 'nothing'"):
        load(tmp_path)
