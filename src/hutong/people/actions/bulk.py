"""Writing many new records at once."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from django.db import connection, models
from psycopg import Binary

from hutong.core.record import Record
from hutong.core.viewer import Viewer


def next_ids(model: type[models.Model], count: int) -> list[int]:
    """As many primary keys as needed, in order."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select nextval(pg_get_serial_sequence(%s, 'id')) from generate_series(1, %s)",
            [model._meta.db_table, count],
        )
        return [row[0] for row in cursor.fetchall()]


def insert(viewer: Viewer, model: type[Record], records: Sequence[Record]) -> None:
    """One INSERT … SELECT whatever the number: the rows travel as one JSON value and become rows in the database."""
    if not records:
        return
    fields = [f for f in model._meta.concrete_fields if not f.primary_key or records[0].pk is not None]
    for record in records:
        record.created_at = record.updated_at = viewer.now
    rows = [{f.column: _json(f.get_db_prep_save(getattr(r, f.attname), connection)) for f in fields} for r in records]
    table, columns = connection.ops.quote_name(model._meta.db_table), ", ".join(str(f.column) for f in fields)
    with connection.cursor() as cursor:
        cursor.execute(
            f"insert into {table} ({columns}) select {columns} from jsonb_populate_recordset(null::{table}, %s::jsonb)",  # noqa: S608
            [json.dumps(rows, ensure_ascii=False)],
        )


def _json(value: Any) -> Any:
    if isinstance(value, Binary):
        return "\\x" + bytes(value.obj).hex()
    return value.isoformat() if isinstance(value, date | datetime) else value
