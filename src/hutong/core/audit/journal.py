"""Looking and being refused: kept on a connection of its own, so that a rollback does not take it along."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from datetime import datetime
from typing import Any, TypeAlias

import psycopg
from django.db import connections, models
from django.db.models import QuerySet
from django.utils import timezone

from hutong.core.models import JournalLine
from hutong.core.terms import JournalKind
from hutong.core.viewer import Viewer

Line: TypeAlias = tuple[Any, ...]
_own = threading.local()

_INSERT = """insert into core_journalline
  (kind, actor, user_id, post_id, what, on_label, on_id, purpose, count, happened_at)
  values (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s)"""


def _connection() -> psycopg.Connection[Any]:
    """This thread's second connection to the very database the application serves from."""
    default = connections["default"]
    params = default.get_connection_params()
    wanted = {k: params[k] for k in ("dbname", "host", "port", "user", "password") if params.get(k)}
    held: tuple[dict[str, Any], psycopg.Connection[Any]] | None = getattr(_own, "held", None)
    if held and held[0] == wanted and not held[1].closed and not held[1].broken:
        return held[1]
    if held and not held[1].closed:
        held[1].close()
    _own.held = (wanted, psycopg.connect(**wanted, autocommit=True))
    fresh: psycopg.Connection[Any] = _own.held[1]
    return fresh


def close() -> None:
    """Close this thread's journal connection (tests drop databases under it)."""
    held = getattr(_own, "held", None)
    if held:
        held[1].close()
        _own.held = None


def actor_of(viewer: Viewer | None) -> str:
    """The name an actor goes by in entries and the journal."""
    if viewer is None:
        return "nobody"
    return f"user:{viewer.user_id}" if viewer.user_id else f"system:{viewer.name}"


def missed(what: str, since: datetime) -> QuerySet[JournalLine]:
    """Lines of those who asked in vain for something, from a moment on."""
    return JournalLine.objects.filter(kind=JournalKind.NOT_FOUND, what=what, happened_at__gt=since)


def journal(
    viewer: Viewer | None,
    kind: JournalKind,
    *,
    what: str,
    subject: models.Model | type[models.Model] | None = None,
    subject_id: int | None = None,
    purpose: str = "",
    count: int = 1,
    at: datetime | None = None,
) -> None:
    """Append one line at once; the only write a GET may cause."""
    journal_lines(
        [line_of(viewer, kind, what=what, subject=subject, subject_id=subject_id, purpose=purpose, count=count, at=at)]
    )


def line_of(
    viewer: Viewer | None,
    kind: JournalKind,
    *,
    what: str,
    subject: models.Model | type[models.Model] | None = None,
    subject_id: int | None = None,
    purpose: str = "",
    count: int = 1,
    at: datetime | None = None,
) -> Line:
    """A line that is yet to be appended."""
    label = subject._meta.label_lower if subject is not None else ""
    pk = subject.pk if isinstance(subject, models.Model) else subject_id
    moment = at or (viewer.now if viewer else timezone.now())
    who = (viewer.user_id, viewer.post_id) if viewer else (None, None)
    return (str(kind), actor_of(viewer), *who, what[:120], label, pk, purpose, count, moment)


def journal_lines(lines: Sequence[Line]) -> None:
    """Append lines at once, all or none."""
    if not lines:
        return
    try:
        _append(lines)
    except psycopg.OperationalError:  # the server went away between two requests: once more on a fresh connection
        close()
        _append(lines)


def _append(lines: Sequence[Line]) -> None:
    own = _connection()
    if len(lines) == 1:
        own.execute(_INSERT, lines[0])
        return
    with own.transaction(), own.cursor() as cursor:
        cursor.executemany(_INSERT, lines)
