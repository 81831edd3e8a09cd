"""Nothing of the collected law is forgotten: every rule that decides something has its place in the law files."""

from __future__ import annotations

import os
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml

from hutong.law import Jurisdiction
from hutong.law.engine.model import EVIDENCE
from hutong.law.register import uses

NOT_IN_THE_FILES = {
    "IDN-1": "arithmetic of identity numbers: cn/identity.py",
    "IDN-2": "division codes are read where the divisions are loaded, not decided",
    "IDN-3": "the urban/rural digits are not kept: no rule here asks for them",
    "DIF-X30": "the city is not named, so there is no place at which it could stand",
    "FND-5": "amendments that were not read: in the register of instruments, nothing to compute",
    "CRD-3": "a list of offices that share data: interfaces, no decision",
    "SYS-1": "describes another system",
    "SYS-2": "describes another system",
    "SYS-4": "describes another system",
    "SYS-5": "describes another system",
    "SYS-6": "describes another system",
}


@pytest.fixture(scope="session")
def collection() -> list[dict[str, Any]]:
    shared = Path(os.environ.get("HUTONG_SHARED", Path(__file__).parents[4].parent / "shared"))
    source = shared / "domain" / "rules.yaml"
    if not source.exists():
        pytest.skip("shared absent: the collection of rules is not beside the checkout")
    found: list[dict[str, Any]] = yaml.safe_load(source.read_text(encoding="utf-8"))["rules"]
    return found


def carried(cn: Jurisdiction) -> set[str]:
    """Ids named by a rule, a figure or a limit."""
    law = cn.law
    return {name for store in (law.rules, law.parameters, law.limits) for item in store.values() for name in item.ids}


def test_every_rule_with_an_outcome_is_carried(cn: Jurisdiction, collection: list[dict[str, Any]]) -> None:
    wanted = {rule["id"] for rule in collection if rule.get("outcome")}
    assert len(wanted) > 150
    assert wanted - carried(cn) == set(NOT_IN_THE_FILES)


def test_no_id_is_invented(cn: Jurisdiction, collection: list[dict[str, Any]]) -> None:
    """A misspelt id would look like a rule carried. Limits of this system itself have names of their own."""
    own = {limit.partition(".")[0] for limit in cn.law.limits}
    assert carried(cn) - own <= {rule["id"] for rule in collection}


def test_defaults_say_why(cn: Jurisdiction) -> None:
    """Letter M, 'default, to be confirmed', always with a note on what has to be confirmed."""
    law = cn.law
    bare = [str(use.mark) for use in uses(law) if use.basis.default and not use.basis.note]
    assert bare == []
    assert "confirmed" in EVIDENCE["M"][1]


def test_every_programme_names_who_decides(cn: Jurisdiction) -> None:
    """What rests on facts is only proposed. (Who coordinates in the nation rests on none.)"""
    law = cn.law
    silent = {p.name for p in law.programmes.values() if not any(law.rules[name].decides for name in p.outputs)}
    assert silent == {name for name in law.programmes if not cn.explainer(name).program.facts} == {"coordinator"}


@pytest.mark.parametrize("place", ["CN", "CN-15", "CN-2102", "CN-321081", "CN-52"])
def test_a_visit_is_due_when_its_limit_ends(cn: Jurisdiction, place: str) -> None:
    """Formula and time limit read the same figures, so that a list and a clock never disagree."""
    last = date(2026, 1, 31)
    facts = {"visit.last": last, "visit.assessed": last, "visit.group": "orphan"}
    for rule, limit in (("visit.due", "VIS-GROUP"), ("visit.assess_due", "VIS-ASSESS")):
        assert cn.value(rule, facts, last, place) == cn.limit(limit, last, place).due, rule
