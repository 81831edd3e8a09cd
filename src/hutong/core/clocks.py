"""Clocks: legal time limits running on records. Lengths, calendars and breaches are law data."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from functools import cache
from typing import Any, NamedTuple

from django.db import models

from hutong.core import places
from hutong.core.context import opened
from hutong.core.lawbook import law
from hutong.core.models import Clock, Task
from hutong.core.terms import TaskState

CHUNK = 5_000


def start_clock(
    deadline: str,
    *,
    subject: models.Model,
    place_key: int,
    role: str = "",
    from_: date | None = None,
    child_id: int | None = None,
) -> Clock:
    """Start the limit `deadline` of the law on a record; the due date follows the place's own length if it has one."""
    asked = Asked(subject.pk, place_key, role, child_id)
    clock = _clocks(deadline, subject._meta.label_lower, [asked], from_)[0]
    clock.save()
    return clock


class Asked(NamedTuple):
    """One of many records on which a limit starts: its number, its place, who is asked, about which child."""

    on_id: int
    place_key: int
    role: str
    child_id: int | None


def start_clocks(deadline: str, label: str, asked: Iterable[Asked]) -> list[Clock]:
    """Start one limit today on many records of a model; the law is asked once for each place."""
    now = opened().now
    clocks = _clocks(deadline, label, asked, None)
    for clock in clocks:
        clock.created_at = clock.updated_at = now
    return Clock.objects.bulk_create(clocks, batch_size=CHUNK)


def _clocks(deadline: str, label: str, asked: Iterable[Asked], from_: date | None) -> list[Clock]:
    start = from_ or opened().today

    @cache
    def limit(place_key: int) -> Any:
        return law().deadline(deadline, start, places.codes_of_key(place_key))

    return [
        Clock(
            deadline=deadline,
            on_label=label,
            on_id=one.on_id,
            place_key=one.place_key,
            role=one.role,
            child_id=one.child_id,
            from_on=start,
            due_on=limit(one.place_key).due,
            evidence=limit(one.place_key).evidence,
        )
        for one in asked
    ]


def running_clocks(subject: models.Model) -> models.QuerySet[Clock]:
    """Limits still running on a record."""
    return Clock.objects.filter(on_label=subject._meta.label_lower, on_id=subject.pk, stopped_on=None)


def stop_clocks(subject: models.Model, deadline: str | None = None) -> int:
    """Stop the running limits of a record (all, or one); how many there were."""
    clocks = running_clocks(subject)
    return stop(clocks.filter(deadline=deadline) if deadline else clocks)


def stop(clocks: models.QuerySet[Clock]) -> int:
    """Stop limits. Who was told of a breach need not follow it up any longer: the late work is done."""
    action = opened()
    late = list(clocks.filter(stopped_on=None, breached_on__isnull=False).values_list("id", flat=True))
    if late:
        told = Task.objects.filter(on_label=Clock.label(), on_id__in=late, state=TaskState.OPEN)
        stop(Clock.objects.filter(pk__in=list(told.values_list("clock", flat=True))))
        told.update(
            state=TaskState.DONE, finished_at=action.now, updated_at=action.now, version=models.F("version") + 1
        )
    running = clocks.filter(stopped_on=None)
    return running.update(stopped_on=action.today, updated_at=action.now, version=models.F("version") + 1)
