"""The law for one child and for a million child-months."""

from __future__ import annotations

from hutong.law.bench import decision_seconds, duckdb_seconds
from hutong.project.bench.report import Report

SECTION = "The law"


def run(report: Report) -> None:
    """The interpreter on one child; DuckDB on a million with the complete allowance law."""
    one = decision_seconds()
    report.add(SECTION, "one decision with reasons", one["decided"] * 1000, "ms", goal=0.5)
    report.add(SECTION, "one decision that names what is missing", one["cannot decide"] * 1000, "ms", goal=0.5)
    many = duckdb_seconds()
    report.add(SECTION, "DuckDB, a million child-months, amounts", many["law"], "s", goal=0.4)
    report.add(SECTION, "DuckDB, the same with reasons", many["reasons"], "s", goal=0.4, floor=many["law"])
    report.add(SECTION, "DuckDB, the same with what is missing", many["reasons and missing"], "s", floor=many["law"])
