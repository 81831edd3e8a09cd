"""Tasks: how a lower storey, or a clock, asks a post to do something."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import date, datetime

from django.db import models

from hutong.core.clocks import start_clock, stop
from hutong.core.context import opened
from hutong.core.models import Clock, Task
from hutong.core.record import Scoped
from hutong.core.terms import Label, Light, TaskState
from hutong.core.viewer import Viewer

SOON_DAYS = 3
"""A task turns amber this many days before it is due."""


@dataclass(frozen=True)
class TaskKind:
    """A kind of task: its words, the page on which it is done, and the limit of the law data that it must keep."""

    name: str
    title: Label
    url: Callable[[Task], str]
    limit: str
    follow_up: bool
    """It follows up what is late below; when it is late itself, the place is told of and not the piece of work."""


KINDS: dict[str, TaskKind] = {}


def task_kind(
    name: str, *, title: tuple[str, str], url: Callable[[Task], str], limit: str = "", follow_up: bool = False
) -> TaskKind:
    """Declare a kind (in the package's workflow.py); two of one name are a programming error.

    `limit` is a limit of the law data: it starts when the task is left, its breach climbs, and it stops when the
    task is done. A task left with a clock or due date of its own keeps that one.
    """
    if name in KINDS:
        raise RuntimeError(f"task kind {name} declared twice")
    KINDS[name] = TaskKind(name, Label(*title), url, limit, follow_up)
    return KINDS[name]


def leave_task(
    kind: str,
    *,
    subject: models.Model,
    place_key: int,
    role: str,
    due: date | None = None,
    child_id: int | None = None,
    note: str = "",
    urgent: bool = False,
    clock: Clock | None = None,
    from_: date | None = None,
) -> Task:
    """Ask the posts of a role that answer for a place; an equal open task is returned instead of doubled.

    The limit of the kind counts from `from_`, today without it.
    """
    if kind not in KINDS:
        raise RuntimeError(f"task kind {kind} is not declared")
    opened()
    label = subject._meta.label_lower
    same = Task.objects.filter(on_label=label, on_id=subject.pk, kind=kind, role=role, state=TaskState.OPEN, note=note)
    found: Task | None = same.first()
    if found:
        return found
    limit = KINDS[kind].limit
    if clock is None and due is None and limit:
        clock = start_clock(limit, subject=subject, place_key=place_key, role=role, from_=from_, child_id=child_id)
    task: Task = Task.objects.create(
        kind=kind,
        on_label=label,
        on_id=subject.pk,
        child_id=child_id,
        place_key=place_key,
        role=role,
        note=note,
        due_on=clock.due_on if clock else due,
        due_at=clock.due_at if clock else None,
        urgent=urgent,
        clock=clock,
    )
    return task


def done_tasks(
    subject: models.Model, kind: str, *, state: TaskState = TaskState.DONE, but: Collection[int] = ()
) -> int:
    """Close the open tasks of a kind on a record, and stop their limits `but` these; how many there were."""
    now = opened().now
    open_ones = Task.objects.filter(
        on_label=subject._meta.label_lower, on_id=subject.pk, kind=kind, state=TaskState.OPEN
    )
    found = dict(open_ones.values_list("id", "clock"))
    if any(found.values()):
        stop(Clock.objects.filter(pk__in={clock for clock in found.values() if clock} - set(but)))
    rows = Task.objects.filter(pk__in=found)
    return rows.update(state=state, finished_at=now, updated_at=now, version=models.F("version") + 1)


def visible_tasks(viewer: Viewer) -> Scoped:
    """Tasks inside the reach; for administrators, who reach no records, those about no child inside their area."""
    rows: Scoped = Task.objects.all()
    if viewer.spans:
        return rows.visible_to(viewer)
    here = models.Q(pk__in=[])
    for span in viewer.area:
        here |= models.Q(place_key__gte=span.lo, place_key__lt=span.hi)
    return rows.filter(here, child_id=None)


def tasks_of(viewer: Viewer) -> Scoped:
    """What is asked of the viewer's post and not done yet."""
    return visible_tasks(viewer).filter(role=viewer.role, state=TaskState.OPEN)


def light(due: date | None, today: date, at: datetime | None = None, now: datetime | None = None) -> Light:
    """Traffic light of a due date; of its moment where it ends at one."""
    if at is not None and now is not None and at < now:
        return Light.RED
    if due is None or (due - today).days > SOON_DAYS:
        return Light.GREEN
    return Light.RED if due < today else Light.AMBER
