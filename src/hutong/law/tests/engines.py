"""The same cases through the interpreter, DuckDB and PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
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
    bits = {name: at for at, name in enumerate(program.asks)}
    masks = {"reasons": run.reasons(), "missing": [bits[name] for part in run.missing() for name in part]}
    for kind, count in (("reasons", len(program.reasons)), ("missing", len(program.asks))):
        for at, word in enumerate(compiled.words(count)):
            values[f"{kind}_{at}"] = sum(1 << (bit - word.start) for bit in masks[kind] if bit in word)
    return values


def computed(
    law: Jurisdiction, compiled: Compiled, engine: Engine, cases: Sequence[Case], missing: bool = True
) -> list[dict[str, Any]]:
    """The same columns from SQL; each place asked with the figures known on one day has a place key of its own."""
    context = [(c.name, c.type) for c in compiled.context_columns]
    keys: dict[tuple[str, date | None], int] = {}
    rows = [(at, keys.setdefault((c.place, c.known), len(keys)), c.on, c) for at, c in enumerate(cases)]
    engine.table(
        "law_facts",
        ", ".join(["child_id INT", "place INT", "month DATE", *(f"{c.name} {c.type}" for c in compiled.inputs)]),
        [(at, key, on, *(case.facts.get(c.source) for c in compiled.inputs)) for at, key, on, case in rows],
    )
    settings = {(key, on): law.context(case.place, on, case.known) for _, key, on, case in rows}
    engine.table(
        "law_context",
        ", ".join(["place INT", "month DATE", *(f"{name} {type_}" for name, type_ in context)]),
        [(*setting, *compiled.context_values(found)) for setting, found in settings.items()],
    )
    select = compiled.select("law_facts", "law_context" if context else None, missing=missing)
    found = engine.rows(f"{select} ORDER BY child_id")
    columns = [column.name for column in compiled.outputs]
    return [dict(zip(columns, row[1:], strict=True)) for row in found]


def compare(
    law: Jurisdiction,
    compiled: Compiled,
    engine: Engine,
    cases: Sequence[Case],
    answers: Iterable[dict[str, Any]] | None = None,
) -> None:
    """Every column of every case equal to the interpreter's (`answers`, where they are known already)."""
    results = computed(law, compiled, engine, cases)
    assert len(results) == len(cases)
    expected = answers or (interpreted(law, compiled, case) for case in cases)
    for case, result, answer in zip(cases, results, expected, strict=True):
        assert result == answer, case


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
    {
        "contact": "reported",
        "duty_unperformed": True,
        "lost_reported": date(2010, 1, 5),
        "lost_accepted": date(2010, 1, 9),
        "lost_receipt": True,
    },
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
