"""What the database refuses, in words: which row, which fields, what to do. The last wall; actions check before it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from typing import TypeVar

from django.apps import apps
from django.db import DatabaseError, DataError, IntegrityError, OperationalError, models, transaction
from django.utils.translation import gettext as _

from hutong.core.errors import FieldError, Invalid
from hutong.core.jurisdiction import language
from hutong.core.record import words_of

T = TypeVar("T")
FAILING = re.compile(r"Failing row contains \((\d+),")


def in_words(error: DatabaseError) -> Invalid | None:
    """An Invalid for a value that a column or a constraint does not take; None for any other failure."""
    if isinstance(error, IntegrityError):
        return _of_constraint(error)
    if isinstance(error, DataError):
        return Invalid([FieldError("", "unfit", _("A value is too large, or holds characters that cannot be kept."))])
    return None


def by_halves(rows: Sequence[T], write: Callable[[Sequence[T]], None]) -> dict[int, Invalid]:
    """Write rows as a set; where the database refuses the set, halves of it are tried until one row is refused alone.

    Returns position -> why, in words, for those rows; all others are written. Raises DatabaseError for any other
    failure.
    """
    refused: dict[int, Invalid] = {}

    def tried(first: int, part: Sequence[T]) -> None:
        if not part:
            return
        try:
            with transaction.atomic():
                write(part)
        except OperationalError:
            raise
        except (DatabaseError, Invalid) as error:
            half = len(part) // 2
            if half:
                tried(first, part[:half])
                tried(first + half, part[half:])
                return
            told = error if isinstance(error, Invalid) else in_words(error)
            if told is None:
                raise
            refused[first] = told

    tried(0, rows)
    return refused


def _of_constraint(error: IntegrityError) -> Invalid | None:
    diagnosis = getattr(error.__cause__, "diag", None)
    table, name = getattr(diagnosis, "table_name", None), getattr(diagnosis, "constraint_name", None)
    model = next((m for m in apps.get_models() if m._meta.db_table == table), None)
    if model is None:
        return None
    fields = _fields(model, name, getattr(diagnosis, "column_name", None))
    state = str(getattr(diagnosis, "sqlstate", ""))
    kind = {"23505": "duplicate", "23502": "missing", "23503": "unknown"}.get(state, "contradiction")
    texts = {
        "duplicate": (_("exists already"), _("Open the one on file, or change what tells them apart.")),
        "missing": (_("is missing"), _("Fill it in.")),
        "unknown": (_("is not on file, or is still needed elsewhere"), _("Choose it again.")),
        "contradiction": (_("do not fit together"), _("Compare them and correct one.")),
    }
    label = "、".join(_said(field) for field in fields) or str(name)
    failing = FAILING.search(str(getattr(diagnosis, "message_detail", "") or ""))
    message, remedy = texts[kind]
    if failing:
        message = _("%(what)s (record %(number)s)") % {"what": message, "number": failing[1]}
    field = fields[0].name if len(fields) == 1 else ""
    return Invalid([FieldError(field, kind, message, remedy, label=label)])


def _fields(model: type[models.Model], name: str | None, column: str | None) -> list[models.Field[object, object]]:
    """The fields a constraint of a model is about, in the order of the table."""
    named = {column} if column else set()
    for constraint in model._meta.constraints:
        if constraint.name == name:
            named |= set(getattr(constraint, "fields", ()))
            condition = getattr(constraint, "condition", None)
            named |= {str(leaf).partition("__")[0] for leaf in _leaves(condition)} if not named and condition else set()
    unique = [str(f.column) for f in model._meta.concrete_fields if f.unique and not f.primary_key]
    named |= {column for column in unique if name and column in name}
    return [f for f in model._meta.concrete_fields if {f.name, f.column, f.attname} & named]


def _leaves(condition: models.Q) -> Iterator[str]:
    for child in condition.children:
        if isinstance(child, models.Q):
            yield from _leaves(child)
        else:
            yield str(child[0])  # type: ignore[index]


def _said(field: models.Field[object, object]) -> str:
    words = words_of(field)
    return words.text(language()) if words else field.name
