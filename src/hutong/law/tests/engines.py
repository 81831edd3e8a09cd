"""The same cases through the interpreter, DuckDB and PostgreSQL."""

from __future__ import annotations

import random
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Protocol

from hutong.law import Jurisdiction
from hutong.law.engine.sqlselect import Compiled


@dataclass(frozen=True)
class Case:
    """Flat facts (absent = unknown) at a place on a day."""

    facts: Mapping[str, Any]
    on: date
    place: str
    known: date | None = None


class Engine(Protocol):
    """Runs SQL text."""

    dialect: str

    def rows(self, sql: str) -> list[tuple[Any, ...]]: ...

    def table(self, name: str, columns: str, rows: list[tuple[Any, ...]]) -> None: ...


def interpreted(law: Jurisdiction, compiled: Compiled, case: Case) -> dict[str, Any]:
    """Every output column of the compiled programme, from the interpreter."""
    program = compiled.program
    run = program.run(case.facts, case.on, law.context(case.place, case.on, case.known))
    values = {law.law.rules[name].column: run.value(name) for name in program.outputs}
    missing = [name for part in run.missing() for name in part]
    held = [program.reasons[at].code for at in run.reasons()]
    masks = {"reasons": (held, [r.code for r in program.reasons]), "missing": (missing, list(program.asks))}
    for kind, (found, every) in masks.items():
        for at, word in enumerate(compiled.words(len(every))):
            values[f"{kind}_{at}"] = sum(1 << (bit - word.start) for bit in word if every[bit] in found)
    return values


def computed(
    law: Jurisdiction, compiled: Compiled, engine: Engine, cases: Sequence[Case], missing: bool = True
) -> list[dict[str, Any]]:
    """The same columns from SQL; each case has a place key of its own."""
    context = [(c.name, c.type) for c in compiled.context_columns]
    engine.table(
        "law_facts",
        ", ".join(["child_id INT", "place INT", "month DATE", *(f"{c.name} {c.type}" for c in compiled.inputs)]),
        [(at, at, case.on, *(case.facts.get(c.source) for c in compiled.inputs)) for at, case in enumerate(cases)],
    )
    engine.table(
        "law_context",
        ", ".join(["place INT", "month DATE", *(f"{name} {type_}" for name, type_ in context)]),
        [
            (at, case.on, *compiled.context_values(law.context(case.place, case.on, case.known)))
            for at, case in enumerate(cases)
        ],
    )
    select = compiled.select("law_facts", "law_context" if context else None, missing=missing)
    found = engine.rows(f"{select} ORDER BY child_id")
    columns = [column.name for column in compiled.outputs]
    return [dict(zip(columns, row[1:], strict=True)) for row in found]


def compare(law: Jurisdiction, compiled: Compiled, engine: Engine, cases: Sequence[Case]) -> None:
    """Every column of every case equal to the interpreter's."""
    results = computed(law, compiled, engine, cases)
    assert len(results) == len(cases)
    for case, result in zip(cases, results, strict=True):
        assert result == interpreted(law, compiled, case), case


PLACES = (
    "CN", "CN-22", "CN-23", "CN-31", "CN-3204", "CN-3203", "CN-320404", "CN-3301", "CN-330782", "CN-350121", "CN-3702",
    "CN-371311", "CN-4403", "CN-4407", "CN-440106", "CN-500109", "CN-5101", "CN-6101", "CN-530502", "CN-999901",
)  # fmt: skip
DAYS = ("2012-06-01", "2019-06-01", "2020-03-01", "2021-02-01", "2023-05-01", "2024-11-01", "2025-08-01", "2026-08-01")
TERMS = {"custody_served_months": 24, "custody_remaining_months": 20, "custody_paper": True}
PARENT_STATUSES: tuple[dict[str, Any], ...] = (
    {"checked": True},
    {"dead": True, "death_proof": "police_cancellation"},
    {"missing_declared": True},
    {"disability": "mental", "disability_grade": 3, "disability_card": True},
    {"ill": True, "illness_proof": True},
    {"custody": "prison", "custody_months": 24, **TERMS},
    {"custody": "drug_isolation", "custody_months": 24, **TERMS},
    {"custody": "other", "custody_months": 24, **TERMS},
    {"contact": "reported", "lost_reported": date(2010, 1, 5), "lost_accepted": date(2010, 1, 9), "lost_receipt": True},
    {"revoked": True, "checked": True},
    {"deported": True, "checked": True},
)
STATUS_NAMES = (
    "able", "dead", "missing_declared", "severe_disability", "serious_illness", "prison_6m",
    "compulsory_drug_isolation_6m", "other_liberty_restriction_6m", "lost_contact_6m",
    "guardianship_revoked", "deported",
)  # fmt: skip
MONEY_FACTS = {"child.dibao_fen": 0, "child.tekun_fen": 0, "child.disability_living_fen": 0}


def family(father: Mapping[str, Any], mother: Mapping[str, Any], **child: Any) -> dict[str, Any]:
    """A scattered child born in 2010 or later with two parents' facts."""
    facts: dict[str, Any] = {"child.birth": date(2010, 6, 15), "child.placement": "scattered", **MONEY_FACTS}
    facts |= {f"father.{key}": value for key, value in father.items()}
    facts |= {f"mother.{key}": value for key, value in mother.items()}
    return facts | {f"child.{key}": value for key, value in child.items()}


def random_value(law: Jurisdiction, name: str, rng: random.Random, on: date) -> Any:
    """Any possible value of a fact."""
    fact = law.law.facts[name]
    if fact.kind.is_enum:
        return rng.choice(fact.kind.members)
    match fact.kind.name:
        case "bool":
            return rng.random() < 0.5
        case "date":
            span = 7300 if name == "child.birth" else 900
            return on - timedelta(days=rng.randrange(span))
        case "money":
            return rng.choice((0, 0, 4600, 35000, 90000, 155555))
    low, high = fact.least or 0, fact.most or 100
    return rng.randint(int(low), min(int(high), int(low) + 14))  # type: ignore[call-overload]


def random_cases(law: Jurisdiction, names: Iterable[str], count: int, seed: int) -> list[Case]:
    """Cases stratified over parents' situations; then facts are changed or taken away at random."""
    rng = random.Random(seed)
    every = sorted(names)
    found = []
    for _ in range(count):
        on = date.fromisoformat(rng.choice(DAYS))
        facts = family(rng.choice(PARENT_STATUSES), rng.choice(PARENT_STATUSES))
        facts |= {
            "child.birth": on - timedelta(days=rng.randrange(7600)),
            "case.confirmed": on - timedelta(days=rng.randrange(900)),
        }
        for name in rng.sample(every, rng.choice((0, 1, 3, 8, 30))):
            facts[name] = random_value(law, name, rng, on)
        for name in rng.sample(sorted(facts), rng.choice((0, 0, 0, 1, 3))):
            facts.pop(name, None)
        found.append(Case({name: facts[name] for name in facts if name in set(every)}, on, rng.choice(PLACES)))
    return found
