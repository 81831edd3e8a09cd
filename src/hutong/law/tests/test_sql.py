"""The SELECT itself: whole numbers of 64 bits for money, and nothing computed that nobody reads."""

from __future__ import annotations

from datetime import date

import pytest

from hutong.law import Jurisdiction
from hutong.law.bench import ON, PLACE, Children, months_back, totals
from hutong.law.engine.program import Program
from hutong.law.engine.sqlselect import Compiled

from .engines import Case, Engine, family

TYPE_OF = {"duckdb": "typeof({0})", "postgres": "pg_typeof({0})::text"}


def test_money_never_leaves_64_bit_integers(cn: Jurisdiction, engine: Engine) -> None:
    compiled = cn.compile_sql("allowance", engine.dialect)
    case = Case(
        family({"dead": True, "death_proof": "court_judgment"}, {"ill": True, "illness_proof": True}), ON, PLACE
    )
    columns = ["child_id INT", "place INT", "month DATE", *(f"{c.name} {c.type}" for c in compiled.inputs)]
    facts = (0, 0, case.on, *(case.facts.get(c.source) for c in compiled.inputs))
    engine.table("law_facts", ", ".join(columns), [facts])
    heads = ["place INT", "month DATE", *(f"{c.name} {c.type}" for c in compiled.context_columns)]
    values = compiled.context_values(cn.context(PLACE, ON))
    engine.table("law_context", ", ".join(heads), [(0, ON, *values)])
    money = ("standard", "exact_amount", "amount", "due", "reasons_0", "missing_0", "missing_1")
    types = ", ".join(TYPE_OF[engine.dialect].format(name) for name in money)
    select = compiled.select("law_facts", "law_context")
    ((*found,),) = engine.rows(f"SELECT {types} FROM ({select}) AS x")
    assert {name.lower() for name in found} == {"bigint"}


@pytest.mark.parametrize("dialect", ["postgres", "duckdb"])
def test_a_layer_keeps_only_what_is_read_above_it(cn: Jurisdiction, dialect: str) -> None:
    compiled = Compiled(Program(cn.law, ["father.met"]), dialect, [cn.context("CN", date(2024, 1, 1))])
    text = compiled.select("facts", None, missing=False, reasons=False)
    assert "father_lost_accepted" in text
    assert "custody_served_months" not in text, "only the formula of another province reads it"
    whole = cn.compile_sql("allowance", dialect)
    amounts, full = (whole.select("facts", "context", missing=False, reasons=flag) for flag in (False, True))
    assert "case_fraud" in full
    assert "case_fraud" not in amounts, "only a reason reads it"


def test_reasons_and_missing_facts_change_no_amount() -> None:
    children = Children(3000)
    months = months_back(2)
    compiled = children.compiled("duckdb", months)
    found = []
    for reasons, missing in ((False, False), (True, False), (True, True)):
        sql = totals(compiled.outputs, children.select(compiled, months, reasons=reasons, missing=missing))
        found.append(children.connection.execute(sql).fetchone())
    assert len({row[:-3] for row in found}) == 1
    assert [bool(row[-3]) for row in found] == [False, True, True]
    assert [bool(row[-2]) for row in found] == [False, False, True]


def test_the_measured_children_have_every_outcome() -> None:
    found = [expected for _, expected in Children(3000).cases(3000)]
    shares = {outcome: sum(one == outcome for one, _, _ in found) / len(found) for outcome, _, _ in found}
    assert min(shares[name] for name in ("recognise", "refuse", None)) > 0.1, shares
    assert shares["recognise_pay_0"] > 0
