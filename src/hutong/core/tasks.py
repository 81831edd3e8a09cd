"""Tasks: how a lower storey, or a clock, asks a post to do something."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import models

from hutong.core.clocks import Asked, start_clocks, stop
from hutong.core.context import gathering, opened
from hutong.core.models import Clock, Task
from hutong.core.record import Scoped, create_all
from hutong.core.terms import Label, Light, TaskState
from hutong.core.viewer import Viewer

TASKS = ("core_task", "core_clock")
"""Tables that change with a task."""
SOON_DAYS = 3
"""A task turns amber this many days before it is due."""


@dataclass(frozen=True)
class TaskKind:
    """A kind of task: its words, where it is done, and the limit of the law data that it must keep."""

    name: str
    title: Label
    at: str
    """Where it is done, by name: a page, a sheet (the record it is about, or its child) or an action; empty: the page
    of the record it is about."""
    asks: str
    """Of the list or page named by `at`: what is asked there with the number of the record."""
    limit: str
    follow_up: bool
    """It follows up what is late below; when it is late itself, the place is told of and not the piece of work."""


KINDS: dict[str, TaskKind] = {}


def task_kind(
    name: str, *, title: tuple[str, str], at: str = "", asks: str = "", limit: str = "", follow_up: bool = False
) -> TaskKind:
    """Declare a kind (in the package's workflow.py); two of one name are a programming error.

    It is done on the page of the record it is about, unless `at` names another page, sheet or action.

    `limit` is a limit of the law data: it starts when the task is left, its breach climbs, and it stops when the
    task is done. A task left with a clock or due date of its own keeps that one.
    """
    if name in KINDS:
        raise RuntimeError(f"task kind {name} declared twice")
    KINDS[name] = TaskKind(name, Label(*title), at, asks, limit, follow_up)
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

    The limit of the kind counts from `from_`, today without it. In a bulk act the task has its number at the end.
    """
    if kind not in KINDS:
        raise RuntimeError(f"task kind {kind} is not declared")
    opened()
    task = Task(
        kind=kind,
        on_label=subject._meta.label_lower,
        on_id=subject.pk,
        child_id=child_id,
        place_key=place_key,
        role=role,
        note=note,
        due_on=due,
        urgent=urgent,
        clock=clock,
    )
    many, label = gathering(), task.on_label
    if many is None:
        leave_tasks(kind, label, [(task, from_)])
    else:
        about = (TASKS[0], label, subject.pk)
        many.put(leave_tasks, (kind, label), (task, from_), about=about, tables=TASKS)
    return task


def leave_tasks(kind: str, label: str, asked: Sequence[tuple[Task, date | None]], *, alone: bool = False) -> int:
    """Leave tasks of one kind on records of one model, each with the day from which its limit counts; how many.

    Where an equal one is open, the task given becomes that one; with `alone` any open one of the kind is equal.
    """

    def same(task: Task) -> tuple[Any, ...]:
        return (task.on_id,) if alone else (task.on_id, task.role, task.note)

    open_ones = Task.objects.filter(kind=kind, on_label=label, state=TaskState.OPEN)
    rows = open_ones.filter(on_id__in={task.on_id for task, _from in asked}).order_by("-id")
    known: dict[tuple[Any, ...], Task] = {same(task): task for task in rows}
    fresh = [(task, from_) for task, from_ in asked if known.setdefault(same(task), task) is task]
    _start_limits(KINDS[kind].limit, label, fresh)
    for task, _from in fresh:
        if task.clock is not None:
            task.due_on, task.due_at = task.clock.due_on, task.clock.due_at
    create_all([task for task, _from in fresh])
    for task, _from in asked:
        task.__dict__.update(known[same(task)].__dict__)
    return len(fresh)


def _start_limits(limit: str, label: str, asked: Sequence[tuple[Task, date | None]]) -> None:
    """Start the limit of the kind for tasks that bring no clock and no due date."""
    by_day: dict[date | None, list[Task]] = {}
    for task, from_ in asked:
        if limit and task.clock is None and task.due_on is None:
            by_day.setdefault(from_, []).append(task)
    for from_, tasks in by_day.items():
        rows = [Asked(task.on_id, task.place_key, task.role, task.child_id) for task in tasks]
        for task, clock in zip(tasks, start_clocks(limit, label, rows, from_), strict=True):
            task.clock = clock


def open_tasks(subject: models.Model, *kinds: str) -> models.QuerySet[Task]:
    """What is still asked of somebody about a record."""
    label = subject._meta.label_lower
    return Task.objects.filter(on_label=label, on_id=subject.pk, kind__in=kinds, state=TaskState.OPEN)


def done_tasks(
    subject: models.Model, kind: str, *, state: TaskState = TaskState.DONE, but: Collection[int] = ()
) -> None:
    """Close the open tasks of a kind on a record, and stop their limits `but` these."""
    many, label = gathering(), subject._meta.label_lower
    if many is None:
        close_tasks(kind, label, state, but, [subject.pk])
    else:
        fixed, about = (kind, label, state, tuple(but)), (TASKS[0], label, subject.pk)
        many.put(close_tasks, fixed, subject.pk, about=about, tables=TASKS)


def close_tasks(kind: str, label: str, state: TaskState, but: Collection[int], numbers: Collection[int]) -> None:
    """Close the open tasks of a kind on these records of a model, and stop their limits `but` these."""
    now = opened().now
    open_ones = Task.objects.filter(on_label=label, on_id__in=numbers, kind=kind, state=TaskState.OPEN)
    found = dict(open_ones.values_list("id", "clock"))
    if any(found.values()):
        stop(Clock.objects.filter(pk__in={clock for clock in found.values() if clock} - set(but)))
    if found:
        rows = Task.objects.filter(pk__in=found)
        rows.update(state=state, finished_at=now, updated_at=now, version=models.F("version") + 1)


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
