"""Three engines, one law: truth tables whole, one place as all places, every example of every formula."""

from __future__ import annotations

from collections import Counter
from datetime import date
from itertools import combinations_with_replacement

import pytest

from hutong.law import Jurisdiction
from hutong.law.engine.places import chain
from hutong.law.engine.program import Program
from hutong.law.engine.sqlselect import Compiled

from .engines import PARENT_STATUSES, STATUS_NAMES, Case, Engine, compare, computed, family
from .strata import sample

GONE = {"dead", "missing_declared"}
ADDED_2021 = {"guardianship_revoked", "deported"}


def expected_category(one: str, other: str, year: int) -> str:
    """The published table, stated anew: able with anything is nothing, gone with gone is an orphan, the rest is FU."""
    pair = {one, other}
    if "able" in pair or (year < 2021 and pair & ADDED_2021):
        return "NONE"
    return "ORPHAN" if pair <= GONE else "FU"


def table(year: int) -> list[tuple[str, Case]]:
    """All unordered pairs of situations, and each pair also the other way round."""
    found = []
    for one, other in combinations_with_replacement(range(len(STATUS_NAMES)), 2):
        for father, mother in {(one, other), (other, one)}:
            facts = family(PARENT_STATUSES[father], PARENT_STATUSES[mother])
            case = Case(facts, date(year, 6, 1), "CN")
            found.append((expected_category(STATUS_NAMES[father], STATUS_NAMES[mother], year), case))
    return found


@pytest.mark.parametrize(("year", "orphan", "fu", "none"), [(2020, 3, 33, 9), (2021, 3, 52, 11)])
def test_truth_table_has_the_published_counts(cn: Jurisdiction, year: int, orphan: int, fu: int, none: int) -> None:
    pairs = list(combinations_with_replacement([n for n in STATUS_NAMES if year > 2020 or n not in ADDED_2021], 2))
    counts: Counter[str | None] = Counter()
    for one, other in pairs:
        statuses = [PARENT_STATUSES[STATUS_NAMES.index(name)] for name in (one, other)]
        counts[cn.decide(family(*statuses), date(year, 6, 1), "CN").values["category"]] += 1
    assert counts == {"ORPHAN": orphan, "FU": fu, "NONE": none}


@pytest.mark.parametrize("year", [2020, 2021])
def test_truth_table_in_sql(cn: Jurisdiction, engine: Engine, year: int) -> None:
    expected, cases = zip(*table(year), strict=True)
    compiled = cn.compile_sql("allowance", engine.dialect)
    results = computed(cn, compiled, engine, cases)
    assert [row["category"] for row in results] == list(expected)
    compare(cn, compiled, engine, cases)


def test_no_unattended_children_before_2020(cn: Jurisdiction) -> None:
    for expected, case in table(2021):
        found = cn.decide(case.facts, date(2019, 12, 31), "CN").values["category"]
        assert found == (expected if expected == "ORPHAN" else "NONE")


def test_sql_of_one_place_equals_sql_of_all(cn: Jurisdiction, engine: Engine) -> None:
    cases = sample(cn, "allowance", 10_000).cases
    for place in ("CN-330782", "CN-3204", "CN-5101"):
        own = [case for case in cases if case.place == place][:150]
        contexts = [cn.context(place, case.on, case.known) for case in own]
        compare(cn, cn.compile_sql("allowance", engine.dialect, contexts=contexts), engine, own)


def test_given_findings_replace_facts(cn: Jurisdiction, engine: Engine) -> None:
    compiled = cn.compile_sql("allowance", engine.dialect, given=["category", "paid_as"])
    names = [column.source for column in compiled.inputs]
    assert "category" in names
    assert "standard" not in names
    cases = [
        Case({"category": category, "paid_as": paid, "child.birth": date(2015, 1, 1), "child.placement": "scattered",
              "child.dibao_fen": 20000, "child.tekun_fen": 0, "child.disability_living_fen": 0,
              "case.confirmed": date(2020, 5, 1)}, date(2022, 8, 1), "CN-350121")
        for category, paid in (("FU", "fu"), ("ORPHAN", "orphan"), ("NONE", "nothing"), (None, None))
    ]  # fmt: skip
    rows = computed(cn, compiled, engine, cases)
    assert [row["amount"] for row in rows] == [120000, 140000, 0, None]
    compare(cn, compiled, engine, cases)


def test_every_example_in_the_interpreter(cn: Jurisdiction) -> None:
    for rule in cn.law.rules.values():
        program = Program(cn.law, [rule.name])
        for variant in rule.variants:
            for example in variant.examples:
                context = cn.context(chain(example.place), example.on)
                assert context.variants[rule.name] is variant, example.mark
                assert program.run(example.given, example.on, context).value(rule.name) == example.gives, example.mark


def test_every_example_in_sql(cn: Jurisdiction, engine: Engine) -> None:
    for rule in cn.law.rules.values():
        examples = [example for variant in rule.variants for example in variant.examples]
        groups: dict[frozenset[str], list[Case]] = {}
        gives: dict[frozenset[str], list[object]] = {}
        for example in examples:
            findings = frozenset(name for name in example.given if name in cn.law.rules)
            groups.setdefault(findings, []).append(Case(example.given, example.on, example.place))
            gives.setdefault(findings, []).append(example.gives)
        for findings, cases in groups.items():
            compiled = Compiled(Program(cn.law, [rule.name], given=findings - {rule.name}), engine.dialect)
            rows = computed(cn, compiled, engine, cases, missing=False)
            assert [row[rule.column] for row in rows] == gives[findings], rule.name
