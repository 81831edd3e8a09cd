"""Clocks: legal time limits running on records. Lengths, calendars and breaches are law data."""

from __future__ import annotations

from datetime import date, datetime

from django.db import models

from hutong.core import places
from hutong.core.context import opened
from hutong.core.lawbook import law
from hutong.core.models import Clock, Task
from hutong.core.terms import TaskState


def start_clock(
    deadline: str,
    *,
    subject: models.Model,
    place_key: int,
    role: str = "",
    from_: date | None = None,
    place_id: int | None = None,
    child_id: int | None = None,
) -> Clock:
    """Start the limit `deadline` of the law on a record; the due date follows the place's own length if it has one."""
    start = from_ or opened().today
    codes = places.codes(place_id) if place_id is not None else places.codes_of_key(place_key)
    limit = law().deadline(deadline, start, codes)
    return Clock.objects.create(
        deadline=deadline,
        on_label=subject._meta.label_lower,
        on_id=subject.pk,
        place_key=place_key,
        role=role,
        child_id=child_id,
        from_on=start,
        due_on=limit.due,
        evidence=limit.evidence,
    )


def running_clocks(subject: models.Model) -> models.QuerySet[Clock]:
    """Limits still running on a record."""
    return Clock.objects.filter(on_label=subject._meta.label_lower, on_id=subject.pk, stopped_on=None)


def stop_clocks(subject: models.Model, deadline: str | None = None) -> int:
    """Stop the running limits of a record (all, or one); how many there were."""
    action = opened()
    clocks = running_clocks(subject)
    if deadline:
        clocks = clocks.filter(deadline=deadline)
    _settle_breaches(clocks, action.now)
    return clocks.update(stopped_on=action.today, updated_at=action.now, version=models.F("version") + 1)


def _settle_breaches(clocks: models.QuerySet[Clock], now: datetime) -> None:
    """Who was told of a breach need not follow it up any longer once the late work is done."""
    late = clocks.filter(breached_on__isnull=False).values("id")
    told = Task.objects.filter(on_label=Clock.label(), on_id__in=late, state=TaskState.OPEN)
    told.update(state=TaskState.DONE, finished_at=now, updated_at=now, version=models.F("version") + 1)
