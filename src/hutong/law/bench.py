"""Figures about the law engine: one decision, and a million child-months in DuckDB with reasons (`hutong bench`)."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import date
from statistics import median
from typing import Any

import duckdb

from . import Jurisdiction, jurisdiction

ON = date(2026, 10, 1)
PLACE = "CN-999901"
# one column of random facts each: the mix follows the published causes roughly; about one fact in twenty is missing
COLUMNS = {
    "child_birth": "DATE '2008-06-01' + CAST(h1 % 6500 AS INT)",
    "child_placement": "CASE WHEN h1 % 20 = 0 THEN 'institution' ELSE 'scattered' END",
    "child_dibao_fen": "CASE h2 % 20 WHEN 0 THEN NULL WHEN 1 THEN 35000 WHEN 2 THEN 62050 ELSE 0 END",
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


def duckdb_seconds(rows: int = 1_000_000, months: int = 1, threads: int = 2) -> dict[str, Any]:
    """Best of three over `rows` child-months: complete law, with reasons, with reasons and the missing-mask."""
    law = jurisdiction("cn")
    connection = duckdb.connect()
    connection.execute(f"SET threads = {int(threads)}")
    connection.execute("SET enable_progress_bar = false")
    _make_facts(connection, law, rows, months)
    contexts = [law.context(PLACE, date(2026, 10 - at, 1)) for at in range(months)]
    compiled = law.compile_sql("allowance", "duckdb", contexts=contexts, words=False)
    rows_of_context = [
        (1, date(2026, 10 - at, 1), *compiled.context_values(context)) for at, context in enumerate(contexts)
    ]
    types = ["INT", "DATE", *(column.type for column in compiled.context_columns)]
    names = ["place", "month", *(column.name for column in compiled.context_columns)]
    heads = ", ".join(f"{name} {type_}" for name, type_ in zip(names, types, strict=True))
    connection.execute(f"CREATE TEMP TABLE context ({heads})")
    places = ", ".join("?" * len(names))
    connection.executemany(f"INSERT INTO context VALUES ({places})", rows_of_context)  # noqa: S608
    context = "context" if compiled.context_columns else None
    found: dict[str, Any] = {}
    for label, reasons, missing in (
        ("law", False, False),
        ("reasons", True, False),
        ("reasons and missing", True, True),
    ):
        select = compiled.select("facts", context, missing=missing, reasons=reasons)
        total = f"SELECT count(*), {_totals(compiled.outputs)} FROM ({select})"  # noqa: S608
        times = [_timed(lambda: connection.execute(total).fetchone()) for _ in range(3)]  # noqa: B023
        found[label] = min(seconds for seconds, _ in times)
        found[f"{label}: result"] = times[0][1]
    connection.close()
    return found


def _totals(outputs: Any) -> str:
    """An aggregate that needs every output column, so that none is left out by the optimiser."""
    parts = []
    for column in outputs:
        expression = {"BIGINT": "{0}", "TEXT": "length({0})", "DATE": "date_part('year', {0})"}.get(column.type, "{0}")
        parts.append(f"sum({expression.format(column.name)})")
    return ", ".join(parts)


def _make_facts(connection: duckdb.DuckDBPyConnection, law: Jurisdiction, rows: int, months: int) -> None:
    columns = dict(COLUMNS)
    for parent, seed in (("father", "h4"), ("mother", "h5")):
        columns |= {f"{parent}_{name}": text.format(h=seed) for name, text in PARENT.items()}
    for column in law.compile_sql("allowance", "duckdb", words=False).inputs:
        kind = law.law.facts[column.source].kind
        text = columns.get(column.name, "NULL")
        value = f"list_position({list(kind.members)!r}, {text}) - 1" if kind.is_enum else text
        columns[column.name] = f"CAST({value} AS {column.type})"
    hashes = ", ".join(f"CAST(hash(i * 7 + {at}) % 1000003 AS INT) AS h{at}" for at in range(1, 6))
    body = ", ".join(f"{text} AS {name}" for name, text in columns.items())
    # every part is a constant of this file or a number
    rows_text = f"SELECT i, {hashes} FROM range({int(rows)}) AS r(i)"  # noqa: S608
    month = f"CAST(DATE '2026-10-01' - INTERVAL 1 MONTH * (i % {int(months)}) AS DATE)"
    head = f"SELECT i AS child_id, 1 AS place, {month} AS month, {body}"
    connection.execute(f"CREATE TEMP TABLE facts AS {head} FROM ({rows_text})")


def _timed(call: Callable[[], Any]) -> tuple[float, Any]:
    start = time.perf_counter()
    result = call()
    return time.perf_counter() - start, result


def _median(call: Callable[[], Any], runs: int) -> float:
    return median(_timed(call)[0] for _ in range(runs))
