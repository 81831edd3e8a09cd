"""The story of a record: entries on it and what they changed, each reader only what is theirs."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection, models

from hutong.core.access import MASK, visible_fields
from hutong.core.models import Entry
from hutong.core.viewer import Viewer


@dataclass(frozen=True)
class FieldChange:
    """One field before and after, masked where the reader's clearance ends."""

    field: str
    old: Any
    new: Any


@dataclass(frozen=True)
class Moment:
    """One entry of the story."""

    entry_id: int
    action: str
    who: str
    role: str
    happened_at: datetime
    reason: str
    changes: list[FieldChange]


def story(viewer: Viewer, obj: models.Model, *, limit: int = 100) -> list[Moment]:
    """Newest first. The caller has already found the record through visible_to."""
    meta = obj._meta
    with connection.cursor() as cursor:
        cursor.execute("select entry_id, old, new from hutong_history(%s, %s)", [meta.db_table, obj.pk])
        rows = cursor.fetchall()
    by_entry: dict[int, list[FieldChange]] = {}
    readable = {str(f.column) for f in meta.concrete_fields if f.name in visible_fields(viewer, type(obj))}
    for entry_id, old, new in rows:
        by_entry.setdefault(entry_id, []).extend(_fields(_loaded(old), _loaded(new), readable))
    whole = {entry_id: _joined(changes) for entry_id, changes in by_entry.items()}
    entries = Entry.objects.filter(pk__in=by_entry) | Entry.objects.filter(on_label=meta.label_lower, on_id=obj.pk)
    return [
        Moment(e.pk, e.action, e.viewer_name, e.role, e.happened_at, e.reason, whole.get(e.pk, []))
        for e in entries.order_by("-id")[:limit]
    ]


def _joined(changes: list[FieldChange]) -> list[FieldChange]:
    """Several writes of one action are one change to its reader: from the first value to the last."""
    joined: dict[str, FieldChange] = {}
    for change in changes:
        before = joined.get(change.field, change)
        joined[change.field] = FieldChange(change.field, before.old, change.new)
    return list(joined.values())


def _loaded(value: Any) -> dict[str, Any]:
    return json.loads(value) if isinstance(value, str) else value or {}


def _fields(old: dict[str, Any], new: dict[str, Any], readable: set[str]) -> list[FieldChange]:
    skip = {"id", "version", "updated_at", "created_at"}
    names = sorted((set(old) | set(new)) - skip)
    return [
        FieldChange(n, *((old.get(n), new.get(n)) if n in readable else (MASK if n in old else None, MASK)))
        for n in names
    ]
