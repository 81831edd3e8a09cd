"""Synthetic children on whom the engines of the law are measured and compared (`hutong bench law`)."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from datetime import date
from statistics import median
from typing import Any

import duckdb

from . import Jurisdiction, jurisdiction
from .engine.kinds import INT, add_months
from .engine.sqlselect import Column, Compiled

ON = date(2026, 10, 1)
PLACE = "CN-999901"
# one column of random facts each: the mix follows the published causes roughly; about one fact in twenty is missing
COLUMNS = {
    "child_birth": "DATE '2008-06-01' + CAST(h1 % 4500 AS INT)",
    "child_placement": "CASE WHEN h1 % 20 = 0 THEN 'institution' ELSE 'scattered' END",
    "child_dibao_fen": "CASE h2 % 20 WHEN 0 THEN NULL WHEN 1 THEN 35000 WHEN 10 THEN 80000 ELSE 0 END",
    "child_tekun_fen": "CASE WHEN h2 % 50 = 0 THEN 90000 ELSE 0 END",
    "child_disability_living_fen": "CASE WHEN h2 % 33 = 0 THEN 8000 ELSE 0 END",
    "case_confirmed": "DATE '2021-01-01' + CAST(h2 % 1800 AS INT)",
    "child_school": "CASE WHEN h3 % 4 = 0 THEN 'senior_high' ELSE 'none' END",
    "child_school_full_time": "h3 % 3 > 0",
    "child_school_proof": "h3 % 5 > 0",
}
PARENT = {
    "dead": "CASE WHEN {h} % 10 < 4 THEN TRUE END",
    "death_proof": "CASE WHEN {h} % 10 < 4 THEN 'police_cancellation' END",
    "missing_declared": "CASE WHEN {h} % 97 = 5 THEN TRUE END",
    "custody": "CASE WHEN {h} % 10 = 4 THEN 'prison' WHEN {h} % 100 = 15 THEN 'drug_isolation' END",
    "custody_months": "CASE WHEN {h} % 10 IN (4, 5) THEN {h} % 60 END",
    "custody_paper": "CASE WHEN {h} % 10 IN (4, 5) THEN {h} % 7 > 0 END",
    "disability": "CASE WHEN {h} % 10 = 6 THEN 'physical' END",
    "disability_grade": "CASE WHEN {h} % 10 = 6 THEN 1 + {h} % 3 END",
    "disability_card": "CASE WHEN {h} % 10 = 6 THEN TRUE END",
    "contact": "CASE WHEN {h} % 10 = 7 THEN 'reported' END",
    "duty_unperformed": "CASE WHEN {h} % 10 = 7 THEN TRUE END",
    "lost_accepted": "CASE WHEN {h} % 10 = 7 THEN DATE '2024-01-01' + CAST({h} % 1000 AS INT) END",
    "lost_receipt": "CASE WHEN {h} % 10 = 7 THEN {h} % 5 > 0 END",
    "checked": "{h} % 10 >= 8 OR {h} % 3 = 0",
}
ONE_CHILD: dict[str, Any] = {
    "child.birth": date(2013, 6, 15),
    "child.placement": "scattered",
    "child.dibao_fen": 35000,
    "child.tekun_fen": 0,
    "child.disability_living_fen": 0,
    "father.dead": True,
    "father.death_proof": "police_cancellation",
    "mother.contact": "reported",
    "mother.duty_unperformed": True,
    "mother.lost_accepted": date(2024, 1, 5),
    "mother.lost_receipt": True,
}


def decision_seconds(runs: int = 2000) -> dict[str, float]:
    """Median seconds of one decision with reasons, of one that names what is missing, and of the full trace."""
    law = jurisdiction("cn")
    lacking = {name: value for name, value in ONE_CHILD.items() if name != "mother.lost_receipt"}
    decided = law.decide(ONE_CHILD, ON, PLACE)
    return {
        "decided": _median(lambda: law.decide(ONE_CHILD, ON, PLACE), runs),
        "cannot decide": _median(lambda: law.decide(lacking, ON, PLACE), runs),
        "trace": _median(lambda: decided.trace, runs // 10),
    }


def months_back(count: int) -> list[date]:
    """First days of so many months, the latest first."""
    return [add_months(ON, -at) for at in range(count)]


def totals(columns: Sequence[Column], select: str) -> str:
    """An aggregate that needs every output, so that none is left out; the same on every engine, money to the fen."""
    parts = [f"{'max' if column.type == 'DATE' else 'sum'}({column.name})" for column in columns]
    return f"SELECT count(*), {', '.join(parts)} FROM ({select}) AS x"  # noqa: S608


def best_of(rounds: int, work: Callable[[], Any]) -> tuple[float, Any]:
    """Least seconds of some rounds, and the result."""
    found = [_timed(work) for _ in range(rounds)]
    return min(seconds for seconds, _ in found), found[0][1]


class Children:
    """Children and their facts in DuckDB, each for some months under the law of one place."""

    def __init__(self, count: int, threads: int = 2) -> None:
        self.count = count
        self.law: Jurisdiction = jurisdiction("cn")
        self.connection = duckdb.connect()
        self.connection.execute(f"SET threads = {int(threads)}")
        self.connection.execute("SET enable_progress_bar = false")
        self.inputs = self.law.compile_sql("allowance", "duckdb", words=False).inputs
        self.connection.execute(f"CREATE TABLE children AS {self.made()}")

    def made(self) -> str:
        """The facts of every child, from nothing but its number. Every part is a constant of this file or a number."""
        written = dict(COLUMNS)
        for parent, seed in (("father", "h4"), ("mother", "h5")):
            written |= {f"{parent}_{name}": text.format(h=seed) for name, text in PARENT.items()}
        columns = []
        for column in self.inputs:
            kind = self.law.law.facts[column.source].kind
            text = written.get(column.name, "NULL")
            value = f"list_position({list(kind.members)!r}, {text}) - 1" if kind.is_enum else text
            columns.append(f"CAST({value} AS {column.type}) AS {column.name}")
        hashes = ", ".join(f"CAST(hash(i * 7 + {at}) % 1000003 AS INT) AS h{at}" for at in range(1, 6))
        numbered = f"SELECT i, {hashes} FROM range({int(self.count)}) AS r(i)"  # noqa: S608
        return f"SELECT i AS child_id, {', '.join(columns)} FROM ({numbered})"  # noqa: S608

    def compiled(self, dialect: str, months: Sequence[date]) -> Compiled:
        """The allowance for these months at the place."""
        contexts = [self.law.context(PLACE, month) for month in months]
        return self.law.compile_sql("allowance", dialect, contexts=contexts, words=False)

    def select(self, compiled: Compiled, months: Sequence[date], *, reasons: bool, missing: bool = False) -> str:
        """The law over every child and month."""
        dates = ", ".join(f"(DATE '{month}')" for month in months)
        facts = (
            "(SELECT k.*, 1 AS place, m.month FROM children AS k"  # noqa: S608
            f" CROSS JOIN (VALUES {dates}) AS m(month))"
        )
        rows = [(1, month, *compiled.context_values(self.law.context(PLACE, month))) for month in months]
        context = compiled.context_sql(rows, INT) if compiled.context_columns else None
        return compiled.select(facts, context, keys=("child_id", "month"), missing=missing, reasons=reasons)

    def computed(self, months: int, *, reasons: bool, missing: bool = False, rounds: int = 3) -> tuple[float, Any]:
        """Least seconds of DuckDB over every child and so many months, and the totals."""
        dates = months_back(months)
        compiled = self.compiled("duckdb", dates)
        sql = totals(compiled.outputs, self.select(compiled, dates, reasons=reasons, missing=missing))
        return best_of(rounds, lambda: self.connection.execute(sql).fetchone())

    def cases(self, count: int) -> Iterator[tuple[dict[str, Any], tuple[Any, ...]]]:
        """Facts of the first children in words, each with what DuckDB finds: outcome, due and reasons of the month."""
        compiled = self.compiled("duckdb", [ON])
        select = self.select(compiled, [ON], reasons=True)
        names = ", ".join(column.name for column in self.inputs)
        facts = self.connection.execute(
            f"SELECT {names} FROM children WHERE child_id < {int(count)} ORDER BY child_id"  # noqa: S608
        ).fetchall()
        found = self.connection.execute(
            f"SELECT outcome, due, reasons_0 FROM ({select}) WHERE child_id < {int(count)} ORDER BY child_id"  # noqa: S608
        ).fetchall()
        outcomes = self.law.law.rules["outcome"].kind.members
        for row, (outcome, due, mask) in zip(facts, found, strict=True):
            stated = {c.source: self.word(c, v) for c, v in zip(self.inputs, row, strict=True) if v is not None}
            yield stated, (None if outcome is None else outcomes[outcome], due, mask)

    def word(self, column: Column, value: Any) -> Any:
        """A value as the interpreter takes it."""
        kind = self.law.law.facts[column.source].kind
        return kind.members[value] if kind.is_enum else value


def _timed(call: Callable[[], Any]) -> tuple[float, Any]:
    start = time.perf_counter()
    result = call()
    return time.perf_counter() - start, result


def _median(call: Callable[[], Any], runs: int) -> float:
    return median(_timed(call)[0] for _ in range(runs))
