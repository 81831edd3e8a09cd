"""Tasks for many records at once."""

from __future__ import annotations

from collections.abc import Iterable

from hutong.core import places
from hutong.core.context import opened
from hutong.core.models import Task
from hutong.core.terms import TaskState
from hutong.core.viewer import Viewer
from hutong.org.terms import Role

CHUNK = 5_000


def nearest_role(place_key: int) -> Role:
    """Who looks after a record of a place: its township, or the county where it hangs on no township."""
    return Role.TOWNSHIP_SUPERVISOR if places.depth_of(place_key) > 3 else Role.COUNTY_OFFICER


def leave_tasks(viewer: Viewer, kind: str, label: str, rows: Iterable[tuple[int, int, int | None]]) -> int:
    """One open task of the kind for each record (id, place key, child id) that has none; how many were new."""
    opened()
    wanted = {row[0]: row for row in rows}
    open_ones = Task.objects.filter(kind=kind, on_label=label, state=TaskState.OPEN, on_id__in=list(wanted))
    for known in open_ones.values_list("on_id", flat=True):
        wanted.pop(known, None)
    made = [
        Task(
            kind=kind, on_label=label, on_id=on_id, child_id=child_id, place_key=place_key,
            role=nearest_role(place_key), created_at=viewer.now, updated_at=viewer.now,
        )
        for on_id, place_key, child_id in wanted.values()
    ]  # fmt: skip
    Task.objects.bulk_create(made, batch_size=CHUNK)
    return len(made)
