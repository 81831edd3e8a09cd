"""Tasks for many records at once."""

from __future__ import annotations

from collections.abc import Iterable

from hutong.core.clocks import Asked, start_clocks
from hutong.core.context import opened
from hutong.core.models import Task
from hutong.core.tasks import KINDS
from hutong.core.terms import TaskState
from hutong.core.viewer import Viewer
from hutong.org.queries.places import nearest_role

CHUNK = 5_000


def leave_tasks(viewer: Viewer, kind: str, label: str, rows: Iterable[tuple[int, int, int | None]]) -> int:
    """One open task of the kind for each record (id, place key, child id) that has none; how many were new."""
    opened()
    wanted = {row[0]: row for row in rows}
    open_ones = Task.objects.filter(kind=kind, on_label=label, state=TaskState.OPEN, on_id__in=list(wanted))
    for known in open_ones.values_list("on_id", flat=True):
        wanted.pop(known, None)
    roles = {key: nearest_role(key) for key in {row[1] for row in wanted.values()}}
    asked = [Asked(on_id, key, roles[key], child_id) for on_id, key, child_id in wanted.values()]
    made = [
        Task(
            kind=kind, on_label=label, on_id=clock.on_id, child_id=clock.child_id, place_key=clock.place_key,
            role=clock.role, due_on=clock.due_on, clock=clock, created_at=viewer.now, updated_at=viewer.now,
        )
        for clock in start_clocks(KINDS[kind].limit, label, asked)
    ]  # fmt: skip
    Task.objects.bulk_create(made, batch_size=CHUNK)
    return len(made)
