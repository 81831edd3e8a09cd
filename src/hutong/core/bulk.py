"""Work on many rows at once."""

from __future__ import annotations

import gc
import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from typing import Any, TypeAlias, TypeVar

from django.db import DEFAULT_DB_ALIAS, connection, connections, models
from psycopg import Binary
from psycopg.types.json import Jsonb

FOR_SETS = {"enable_nestloop": "off", "enable_mergejoin": "off", "jit": "off", "work_mem": "64MB"}
_READ = "select array_agg(current_setting(name) order by n) from unnest(%s::text[]) with ordinality as s(name, n)"
_WRITE = "select set_config(name, value, true) from unnest(%s::text[], %s::text[]) as s(name, value)"

CHUNK = 5_000
"""Rows of one statement."""
T = TypeVar("T")
Row: TypeAlias = dict[str, Any]
"""Column -> value as JSON writes it."""


@contextmanager
def set_based() -> Iterator[None]:
    """Plan the statements of this block for whole sets.

    Row-level security compares with settings the planner cannot read, and a table that was just filled has no
    statistics: either way it expects a handful of rows and loops over them (10,000 rows: 70 s instead of 0.1 s; the
    offices of the nation: an hour instead of seconds). Sorting such sets to merge them costs twice what hashing does,
    just-in-time compilation more than it saves, and sorting on disk more than the memory.
    """
    names = list(FOR_SETS)
    with connection.cursor() as cursor:
        cursor.execute(_READ, [names])
        before = cursor.fetchone()[0]
        cursor.execute(_WRITE, [names, list(FOR_SETS.values())])
        yield
        cursor.execute(_WRITE, [names, before])


@contextmanager
def all_kept() -> Iterator[None]:
    """Make very many objects that are all kept: the collector would go through them over and over and find nothing."""
    collecting = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collecting:
            gc.enable()


def parts(rows: Sequence[T], size: int = CHUNK) -> Iterator[Sequence[T]]:
    """The rows in runs of at most so many."""
    yield from (rows[start : start + size] for start in range(0, len(rows), size))


def next_ids(model: type[models.Model], count: int) -> list[int]:
    """As many primary keys as needed, in order."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select nextval(pg_get_serial_sequence(%s, 'id')) from generate_series(1, %s)",
            [model._meta.db_table, count],
        )
        return [row[0] for row in cursor.fetchall()]


def row_of(record: models.Model, fields: Sequence[models.Field[Any, Any]]) -> Row | None:
    """What a record holds in these fields now; None where the database itself has to work a value out."""
    row: Row = {}
    here = connections[DEFAULT_DB_ALIAS]
    for field in fields:
        value = getattr(record, field.attname)
        kind = type(value)
        if value is None or kind is (vars(field).get(_KEPT) or _kept_as_it_is(field)):
            row[str(field.column)] = value.isoformat() if kind in _DAYS else value
            continue
        if hasattr(value, "resolve_expression"):
            return None
        row[str(field.column)] = _json(field.get_db_prep_save(value, here))
    return row


_EXACT: dict[type[models.Field[Any, Any]], type] = {
    models.BooleanField: bool,
    models.CharField: str,
    models.TextField: str,
    models.IntegerField: int,
    models.ForeignKey: int,
    models.DateTimeField: datetime,
    models.DateField: date,
}
_DAYS = (date, datetime)
_KEPT = "_kept_as_it_is"
_PREPARING = ("get_prep_value", "get_db_prep_value", "get_db_prep_save")


def _kept_as_it_is(field: models.Field[Any, Any]) -> type:
    """The type of values that Django writes for this field as they are; the field's own where something adapts them.

    The field remembers it: hashing one costs more than all the rest.
    """
    base = next((base for base in _EXACT if isinstance(field, base)), None)
    kept: type = type(field)
    if field.primary_key and isinstance(field, models.IntegerField):
        kept = int
    elif base is not None and all(getattr(type(field), name) is getattr(base, name) for name in _PREPARING):
        kept = _EXACT[base]
    vars(field)[_KEPT] = kept
    return kept


def _json(value: Any) -> Any:
    if isinstance(value, Binary):
        return "\\x" + bytes(value.obj).hex()
    if isinstance(value, Jsonb):
        return value.obj
    return value.isoformat() if isinstance(value, date | datetime) else value


def insert_rows(model: type[models.Model], rows: Sequence[Row]) -> None:
    """One INSERT … SELECT whatever the number: the rows travel as one JSON value and become rows in the database."""
    table, columns = _quoted(model._meta.db_table), ", ".join(map(_quoted, rows[0]))
    with connection.cursor() as cursor:
        cursor.execute(
            f"insert into {table} ({columns}) select {columns} from jsonb_populate_recordset(null::{table}, %s::jsonb)",  # noqa: S608
            [_sent(rows)],
        )


def change_rows(model: type[models.Model], rows: Sequence[Row]) -> None:
    """One UPDATE: each row names its id and what its other columns hold from now on."""
    table, columns = _quoted(model._meta.db_table), [_quoted(name) for name in rows[0] if name != "id"]
    become = ", ".join(f"{column} = n.{column}" for column in columns)
    with connection.cursor() as cursor:
        cursor.execute(
            f"update {table} t set {become} from jsonb_populate_recordset(null::{table}, %s::jsonb) n"  # noqa: S608
            " where t.id = n.id",
            [_sent(rows)],
        )


def _quoted(name: str) -> str:
    return connection.ops.quote_name(name)


def _sent(rows: Sequence[Row]) -> str:
    return json.dumps(rows, ensure_ascii=False, default=str)
