"""Tasks for many records at once."""

from __future__ import annotations

from collections.abc import Iterable

from hutong.core.models import Task
from hutong.core.tasks import leave_tasks
from hutong.org.queries.places import nearest_role


def ask_nearest(kind: str, label: str, rows: Iterable[tuple[int, int, int | None]]) -> int:
    """Ask the nearest post for each record (id, place key, child id) of which nobody is asked it; how many."""
    wanted = list(rows)
    roles = {key: nearest_role(key) for key in {row[1] for row in wanted}}
    asked = [
        Task(kind=kind, on_label=label, on_id=pk, place_key=key, child_id=child_id, role=roles[key])
        for pk, key, child_id in wanted
    ]
    return leave_tasks(kind, label, [(task, None) for task in asked], alone=True)
