"""Tasks: how a lower storey, or a clock, asks a post to do something."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from django.db import models

from hutong.core.context import opened
from hutong.core.models import Clock, Task
from hutong.core.terms import Label, Light, TaskState

SOON_DAYS = 3
"""A task turns amber this many days before it is due."""


@dataclass(frozen=True)
class TaskKind:
    """A kind of task: its words, and the page on which it is done."""

    name: str
    title: Label
    url: Callable[[Task], str]


KINDS: dict[str, TaskKind] = {}


def task_kind(name: str, *, title: tuple[str, str], url: Callable[[Task], str]) -> TaskKind:
    """Declare a kind (in the package's workflow.py); two of one name are a programming error."""
    if name in KINDS:
        raise RuntimeError(f"task kind {name} declared twice")
    KINDS[name] = TaskKind(name, Label(*title), url)
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
) -> Task:
    """Ask the posts of a role that answer for a place; an equal open task is returned instead of doubled."""
    if kind not in KINDS:
        raise RuntimeError(f"task kind {kind} is not declared")
    opened()
    label = subject._meta.label_lower
    same = Task.objects.filter(on_label=label, on_id=subject.pk, kind=kind, role=role, state=TaskState.OPEN, note=note)
    found: Task | None = same.first()
    if found:
        return found
    task: Task = Task.objects.create(
        kind=kind,
        on_label=label,
        on_id=subject.pk,
        child_id=child_id,
        place_key=place_key,
        role=role,
        note=note,
        due_on=clock.due_on if clock else due,
        urgent=urgent,
        clock=clock,
    )
    return task


def done_tasks(subject: models.Model, kind: str, *, state: TaskState = TaskState.DONE) -> int:
    """Close the open tasks of a kind on a record; how many there were."""
    now = opened().now
    open_ones = Task.objects.filter(
        on_label=subject._meta.label_lower, on_id=subject.pk, kind=kind, state=TaskState.OPEN
    )
    return open_ones.update(state=state, finished_at=now, updated_at=now, version=models.F("version") + 1)


def light(due: date | None, today: date) -> Light:
    """Traffic light of a due date."""
    if due is None or (due - today).days > SOON_DAYS:
        return Light.GREEN
    return Light.RED if due < today else Light.AMBER
