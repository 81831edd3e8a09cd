"""One function decides which fields a viewer sees: table, form, filter, API, sync, export, print and search ask it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import Any, cast

from django.db import connection, models

from hutong.core.record import PlaceKeyField, data_class_of
from hutong.core.terms import DataClass
from hutong.core.viewer import Viewer

MASK = "•••"
STRUCTURE = {"id", "version", "created_at", "updated_at"}
"""Columns every record has; they say nothing about a person."""
READ_BACK = DataClass.SENSITIVE
"""What somebody wrote they may read back up to this class; what the law seals stays sealed for them too."""


def class_of(field: models.Field[Any, Any]) -> DataClass:
    """Data class of a field; one that declares none is sealed, so forgetting closes instead of opening."""
    declared = data_class_of(field)
    if declared is not None:
        return declared
    if field.name in STRUCTURE or isinstance(field, PlaceKeyField):
        return DataClass.OPEN
    return DataClass.SEALED


def visible_fields(viewer: Viewer, what: type[models.Model] | models.Model) -> frozenset[str]:
    """Names of the fields this viewer may read: of a model, or of one record, where those count too that the viewer
    wrote there."""
    package = what._meta.app_label
    cleared = frozenset(f.name for f in what._meta.concrete_fields if viewer.clears(package, class_of(f)))
    return cleared | own_fields(viewer, what) if isinstance(what, models.Model) else cleared


def own_fields(viewer: Viewer, record: models.Model) -> frozenset[str]:
    """Fields that the viewer wrote when recording this, and that nobody has written since.

    A village director reports what her clearance does not let her read of others: she sees her own words again, as
    long as the record is in her reach, and not what somebody added to them. Asked of records that name their author.
    """
    author = getattr(record, "author", "")
    if not author or viewer.user_id is None or getattr(record, author) != viewer.user_id:
        return frozenset()
    held: tuple[int, frozenset[str]] | None = record.__dict__.get("_own_fields")
    if held is None or held[0] != viewer.user_id:
        ask_own_fields(viewer, [record])
        held = cast(tuple[int, frozenset[str]], record.__dict__["_own_fields"])
    return held[1]


def ask_own_fields(viewer: Viewer, records: Iterable[models.Model]) -> None:
    """Ask at once what the viewer wrote in each record of a list; those of others are not asked for."""
    mine = [r for r in records if (by := getattr(r, "author", "")) and getattr(r, by) == viewer.user_id is not None]
    written = _last_writers(mine) if mine else {}
    for record in mine:
        columns = {column for column, user_id in written[record.pk].items() if user_id == viewer.user_id}
        fields = [f for f in record._meta.concrete_fields if class_of(f) <= READ_BACK]
        record.__dict__["_own_fields"] = (viewer.user_id, frozenset(f.name for f in fields if f.column in columns))


def _last_writers(records: Sequence[models.Model]) -> dict[int, dict[str, int | None]]:
    """Which account wrote each column of some records of a model last, from the history the database keeps."""
    numbers = [record.pk for record in records]
    with connection.cursor() as cursor:
        cursor.execute(
            """select r.pk, e.user_id, h.new
                 from unnest(%s::bigint[]) r(pk), hutong_history(%s, r.pk) h join core_entry e on e.id = h.entry_id
                where h.new is not null order by h.change_id""",
            [numbers, records[0]._meta.db_table],
        )
        rows = cursor.fetchall()
    writers: dict[int, dict[str, int | None]] = {number: {} for number in numbers}
    for number, user_id, new in rows:
        writers[number] |= dict.fromkeys(json.loads(new) if isinstance(new, str) else new, user_id)
    return writers


def may_read(viewer: Viewer, what: type[models.Model] | models.Model, field: str) -> bool:
    """May this viewer read that field (or a property standing for it) of the model, or of this one record?"""
    return field in visible_fields(viewer, what)


def shown(viewer: Viewer, obj: models.Model, field: str) -> Any:
    """The value, or the mask where the viewer's clearance does not reach."""
    return getattr(obj, field) if may_read(viewer, obj, field) else MASK


def masked_number(number: str) -> str:
    """First six and last two characters of an identity or account number, the rest hidden."""
    return number if len(number) < 9 else f"{number[:6]}{'•' * (len(number) - 8)}{number[-2:]}"
