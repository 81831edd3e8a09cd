"""The families besides the allowance: random cases with gaps agree on the engines, every outcome among them."""

from __future__ import annotations

import random
from collections import Counter
from datetime import date

import pytest

from hutong.law import Jurisdiction, jurisdiction

from .engines import Case, Engine, compare, interpreted, random_value

ALLOWANCE = ("allowance", "education_grant")
PLACES = ("CN", "CN-15", "CN-2102", "CN-321081", "CN-52", "CN-64", "CN-350121")
DAYS = ("2014-06-01", "2020-06-01", "2023-02-28", "2024-09-01", "2025-03-31", "2026-05-01")
FAMILIES = tuple(name for name in jurisdiction("cn").law.programmes if name not in (*ALLOWANCE, "data_access"))
SEEN = ("left_behind", "migrant", "guardianship", "foster", "homes", "reporting", "funds")  # by chance alone


def cases(cn: Jurisdiction, programme: str, count: int, seed: int) -> list[Case]:
    """Facts of one family, each stated or not; truth values lean to yes or no by case, so that rare outcomes occur."""
    rng = random.Random(seed)
    facts = cn.explainer(programme).program.facts
    found = []
    for _ in range(count):
        on, lean, gaps = (
            date.fromisoformat(rng.choice(DAYS)),
            rng.choice((0.05, 0.5, 0.95)),
            rng.choice((0, 0, 0.1, 0.5)),
        )
        stated = {fact.name: random_value(cn, fact.name, rng, on) for fact in facts}
        stated |= {fact.name: rng.random() < lean for fact in facts if fact.kind.name == "bool"}
        kept = {name: value for name, value in stated.items() if rng.random() >= gaps}
        found.append(Case(kept, on, rng.choice(PLACES)))
    return found


@pytest.mark.parametrize("programme", FAMILIES)
def test_random_cases_agree(cn: Jurisdiction, engine: Engine, programme: str) -> None:
    compiled = cn.compile_sql(programme, engine.dialect)
    compare(cn, compiled, engine, cases(cn, programme, 250, seed=3))


@pytest.mark.parametrize("programme", SEEN)
def test_every_outcome_occurs(cn: Jurisdiction, programme: str) -> None:
    rule = cn.law.rules[cn.law.programmes[programme].outputs[0]]
    compiled = cn.compile_sql(programme, "duckdb")
    outcomes = Counter(interpreted(cn, compiled, case)[rule.column] for case in cases(cn, programme, 1500, seed=3))
    assert set(outcomes) == {*(rule.kind.members or (True, False)), None}


def test_families_do_not_widen_the_allowance(cn: Jurisdiction) -> None:
    own = {fact.name for fact in cn.explainer("allowance").program.facts}
    for programme in FAMILIES:
        shared = own & {fact.name for fact in cn.explainer(programme).program.facts}
        assert shared <= {"child.birth", "child.placement"}, programme
