"""The rows of today against their history: what the triggers kept, played to its end, must give the rows there are.

The seals (seal.py) prove that the history was not touched; this proves that the tables were not touched behind its
back, for instance by an owner who switched the triggers off. It is done inside PostgreSQL, one table at a time, and
names rows and columns, never what stands in them.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django.db import connection

from hutong.core.audit.declarations import guarded, our_models

SHOWN = 5
"""Rows named for one kind of finding; the count covers all."""


@dataclass(frozen=True)
class Unlike:
    """A column of some rows of a table that differs from what the history says; or rows that it does not know."""

    table: str
    field: str
    rows: int
    first: tuple[int, ...]

    def __str__(self) -> str:
        which = f"{self.rows} row(s), first {', '.join(map(str, self.first))}"
        if self.field == "+":
            return f"table {self.table}: {which}: there without any history, or deleted before"
        if self.field == "-":
            return f"table {self.table}: {which}: gone, and no action deleted them"
        return f"table {self.table}, column {self.field}: {which}: not what the history says"


def guarded_tables() -> list[str]:
    """Every table the triggers watch, in a stable order."""
    return sorted(model._meta.db_table for model in our_models() if guarded(model))


def replay(report: Callable[[str], None] = lambda table: None) -> list[Unlike]:
    """Compare every guarded table with its history; `report` hears the name of each table before its turn."""
    found = []
    with connection.cursor() as cursor:
        there = set(connection.introspection.table_names(cursor))
        for table in filter(there.__contains__, guarded_tables()):
            report(table)
            cursor.execute(
                """select field, count(*), (array_agg(row_id order by row_id))[:%s]
                     from hutong_unlike(%s) group by field order by field""",
                [SHOWN, table],
            )
            found += [Unlike(table, field, rows, tuple(first)) for field, rows, first in cursor.fetchall()]
    return found
