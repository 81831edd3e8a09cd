"""The law for one child, and for a million of them on every engine, beside other statements of it:
its core written independently as NumPy tables and in OpenFisca, and every rule in OpenFisca.

The same children and rules each time; what the engines pay is compared to the fen, and a difference ends it all.
"""

from __future__ import annotations

import resource
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from django.db import connections

from hutong.law.bench import ON, PLACE, Children, best_of, decision_seconds, months_back, totals
from hutong.project.bench import oracle
from hutong.project.bench.report import Report, stopwatch

ONE, MANY, ANEW = "The law: one child", "The law: many children", "The law stated anew"
GIVEN_UP = (
    "The floor and OpenFisca were not measured: their environment (`src/hutong/project/bench/openfisca/oracle.lock`)"
    " could not be installed here."
)


class Differs(Exception):
    """Two engines that do not pay the same."""


def run(report: Report, children: int = 1_000_000, cases: int = 10_000, months: Sequence[int] = (1, 10, 12)) -> None:
    """Interpreter, DuckDB, PostgreSQL; then NumPy tables and OpenFisca where their environment can be made."""
    one = decision_seconds()
    report.add(ONE, "one decision with reasons", one["decided"] * 1000, "ms", goal=0.5)
    report.add(ONE, "one decision that names what is missing", one["cannot decide"] * 1000, "ms", goal=0.5)
    made = Children(children)
    _duckdb(report, made, months)
    _interpreter(report, made, cases)
    _postgres(report, made)
    _stated_anew(report, made, months)


def _duckdb(report: Report, made: Children, months: Sequence[int]) -> None:
    """DuckDB on one month and on several."""
    turns = [[made.computed(1, reasons=flag, rounds=1) for flag in (False, True)] for _ in range(5)]
    (amounts, plain), (reasons, full) = (min(each) for each in zip(*turns, strict=True))
    missing, _ = made.computed(1, reasons=True, missing=True)
    _same("DuckDB with and without reasons", plain[:-3], full[:-3])
    what = f"DuckDB, {made.count:,} child-months"
    scale = made.count / 1_000_000
    report.add(MANY, f"{what}, amounts", amounts, "s", goal=0.4 * scale)
    report.add(MANY, f"{what}, with reasons", reasons, "s", goal=0.4 * scale)
    report.add(MANY, "reasons, beside amounts alone", reasons / amounts, "x", goal=1.6)
    report.add(MANY, f"{what}, with reasons and what is missing", missing, "s", floor=amounts)
    for count in (count for count in months if count > 1):
        whole, _ = made.computed(count, reasons=True, rounds=2)
        size = f"DuckDB, {made.count * count:,} child-months, with reasons"
        report.add(MANY, size, whole, "s", goal=0.6 * scale * count, note=f"{count} months of every child")
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
    report.add(MANY, "memory of all that, facts included", memory, "GiB", goal=3, note="largest size of the process")


def _interpreter(report: Report, made: Children, cases: int) -> None:
    """The interpreter on the first children, each compared with DuckDB: outcome, money and every reason."""
    stated = list(made.cases(cases))
    with stopwatch() as seconds:
        decisions = [made.law.decide(facts, ON, PLACE) for facts, _ in stated]
    for decision, (_, expected) in zip(decisions, stated, strict=True):
        found = (decision.outcome, decision.values["due"], decision.reason_mask[0])
        _same("the interpreter and DuckDB", found, expected)
    note = f"{len(stated):,} decided in {seconds():.2f} s; each equal to DuckDB's outcome, money and reasons"
    report.add(
        MANY, "interpreter, 1,000,000 child-months (scaled)", seconds() / len(stated) * 1_000_000, "s", note=note
    )


def _postgres(report: Report, made: Children) -> None:
    """The same facts in PostgreSQL, one month and twelve."""
    with connections["owner"].cursor() as cursor:
        dialect, first = "postgres", made.compiled("postgres", [ON])
        names = ["child_id", *(column.name for column in first.inputs)]
        heads = ["child_id BIGINT", *(f"{column.name} {column.type}" for column in first.inputs)]
        cursor.execute(f"CREATE TEMP TABLE children ({', '.join(heads)})")
        with cursor.copy(f"COPY children ({', '.join(names)}) FROM STDIN") as copy:
            rows = made.connection.execute(f"SELECT {', '.join(names)} FROM children")  # noqa: S608
            while chunk := rows.fetchmany(50_000):
                for row in chunk:
                    copy.write_row(row)
        cursor.execute("ANALYZE children")
        for count, reasons in ((1, False), (1, True), (12, True)):
            dates = months_back(count)
            compiled = made.compiled(dialect, dates)
            sql = totals(compiled.outputs, made.select(compiled, dates, reasons=reasons))

            def computed(sql: str = sql) -> Any:
                cursor.execute(sql)
                return cursor.fetchone()

            seconds, paid = best_of(2 if count == 1 else 1, computed)
            taken, expected = made.computed(count, reasons=reasons, rounds=1)
            _same("PostgreSQL and DuckDB", tuple(paid), expected)
            what = f"PostgreSQL, {made.count * count:,} child-months, {'with reasons' if reasons else 'amounts'}"
            report.add(MANY, what, seconds, "s", floor=taken, note="floor: DuckDB, timed again beside it")


def _stated_anew(report: Report, made: Children, months: Sequence[int]) -> None:
    """NumPy tables as the floor, OpenFisca-Core with the core and with the whole law; all find what the law finds."""
    python = oracle.environment()
    if python is None:
        report.remark(ANEW, GIVEN_UP)
        return
    counts = [count for count in months if count in (1, 12)]
    found = oracle.stated_again(python, made, counts)
    for count in counts:
        figures, size = found[str(count)], f"{made.count * count:,} child-months"
        for name, figure in figures.items():
            _same(f"the law and {name}, children and months found differently", figure["different"], 0)
        _core(report, figures, size)
        _whole(report, made, count, figures, size)
    _at_random(report, python)
    peak = found["peak_mb"] / 1024
    report.add(ANEW, "memory of NumPy and OpenFisca, facts included", peak, "GiB", note="largest size of the process")


def _at_random(report: Report, python: Path, count: int = 50_000) -> None:
    """Every fact drawn at random, so that each rule is met; what is timed there says nothing and is left out."""
    found = oracle.stated_again(python, oracle.at_random(count), [1])["1"]["reasons"]
    _same("the law and OpenFisca, children at random", found["different"], 0)
    what = f"OpenFisca-Core, {count:,} children of whom every fact is drawn at random"
    note = f"outputs and reasons; {found['undecided']:,} cannot be decided"
    report.add(ANEW, what, found["different"], "different", goal=0, note=note)


def _core(report: Report, figures: Mapping[str, Any], size: str) -> None:
    """The core, written by hand on either side."""
    floor, core = figures["floor"]["seconds"], figures["core"]
    report.add(ANEW, f"NumPy tables, {size}, category and money of the core", floor, "s", note="the floor")
    note = (
        f"{core['decided']:,} decided, equal to the fen; where the law asks for a missing fact,"
        f" the core files {core['undecided']:,} and pays {core['undecided_due'] // 100:,} yuan"
    )
    report.add(ANEW, f"OpenFisca-Core, {size}, the same core", core["seconds"], "s", floor=floor, note=note)


def _whole(report: Report, made: Children, count: int, figures: Mapping[str, Any], size: str) -> None:
    """Like beside like: every rule with what is unknown, without and with the reasons."""
    floor = figures["floor"]["seconds"]
    for what, name in (("the whole law, amounts", "whole"), ("the whole law with reasons", "reasons")):
        other = figures[name]
        note = f"every output of every child equal, {other['undecided']:,} that cannot be decided among them"
        report.add(ANEW, f"OpenFisca-Core, {size}, {what}", other["seconds"], "s", floor=floor, note=note)
        taken, _ = made.computed(count, reasons=name == "reasons")
        times = f"{other['seconds'] / taken:.1f} times as fast as OpenFisca, on two threads beside its one; goal: 20"
        report.add(ANEW, f"DuckDB, {size}, {what}", taken, "s", goal=other["seconds"] / 20, floor=floor, note=times)


def _same(what: str, one: Any, other: Any) -> None:
    if one != other:
        raise Differs(f"{what}: {one} and {other}")
