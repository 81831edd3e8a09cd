"""Clocks: legal time limits running on records. Lengths, pauses, extensions, calendars and breaches are law data."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from contextlib import suppress
from datetime import date, datetime
from functools import cache
from typing import Any, NamedTuple

from django.db import models
from django.utils.translation import gettext as _

from hutong.core import places
from hutong.core.context import gathering, opened
from hutong.core.errors import Conflict, Invalid
from hutong.core.jurisdiction import law
from hutong.core.models import Clock, Task
from hutong.core.record import create_all
from hutong.core.terms import Label, TaskState
from hutong.core.viewer import ZONE
from hutong.law.engine.errors import LimitRefused, UnknownName
from hutong.law.engine.model import NOTHING, Limit

HOURS = "hours"


# What the law says of a limit ---------------------------------------------------------------------------------------


def rule_of(clock: Clock) -> Limit | None:
    """The limit in the law data; None where the law no longer knows its name."""
    found: Limit | None = law().law.limits.get(clock.limit)
    return found


def limit_words(clock: Clock) -> Label:
    """What the limit is for; its own name where the law no longer knows it."""
    rule = rule_of(clock)
    return rule.title if rule else Label(clock.limit, clock.limit)


def what_follows(clock: Clock) -> Label | None:
    """What the law lets follow from lateness, in its words, and which offices it has told; None where it is silent."""
    rule = rule_of(clock)
    if rule is None or rule.breach == NOTHING:
        return None
    told = law().law.offices_named(rule.tell)
    return Label("{0}，告知{1}", "{0}; told: {1}").filled(rule.breach, told) if told else rule.breach


def has_run_out(clock: Clock, now: datetime) -> bool:
    """Is it past its last day, or for hours past its last moment?"""
    if clock.due_at is not None:
        return bool(clock.due_at < now)
    return bool(clock.due_on < now.astimezone(ZONE).date())


# Starting -----------------------------------------------------------------------------------------------------------


class Asked(NamedTuple):
    """One of many records on which a limit starts: its number, its place, who is asked, about which child."""

    on_id: int
    place_key: int
    role: str
    child_id: int | None
    watched_key: int | None = None


def start_clock(
    limit: str,
    *,
    subject: models.Model,
    place_key: int,
    role: str = "",
    from_: date | None = None,
    child_id: int | None = None,
    watched_key: int | None = None,
    until: date | None = None,
) -> Clock:
    """Start the limit `limit` of the law on a record; the due date follows the place's own length if it has one.

    It counts from `from_`, today without it; a limit in hours from that moment, now without it. `until`: a longer time
    that was given from the start.
    """
    asked = Asked(subject.pk, place_key, role, child_id, watched_key)
    clock = _clocks(limit, subject._meta.label_lower, [asked], from_)[0]
    if until is not None and until > clock.due_on:
        clock.due_on = clock.extended_to = until
    clock.save()
    return clock


def start_clocks(limit: str, label: str, asked: Iterable[Asked], from_: date | None = None) -> list[Clock]:
    """Start one limit on many records of a model, from `from_` or today; the law is asked once for each place."""
    clocks = _clocks(limit, label, asked, from_)
    create_all(clocks)
    return clocks


def _clocks(limit: str, label: str, asked: Iterable[Asked], from_: date | None) -> list[Clock]:
    start, many = from_ or opened().today, gathering()
    counted: dict[Any, dict[str, Any]] = {} if many is None else many.memo

    def columns(place_key: int) -> dict[str, Any]:
        of_law = places.of_law(place_key)
        key = ("limit", limit, start, from_ is None, of_law)
        if key not in counted:
            codes = places.codes_of_key(of_law)
            found = law().limit(limit, start, codes)
            if from_ is None and found.calendar == HOURS:
                found = law().limit(limit, opened().now.astimezone(ZONE), codes)
            counted[key] = _columns(found)
        return counted[key]

    return [Clock(limit=limit, on_label=label, **one._asdict(), **columns(one.place_key), pauses=[]) for one in asked]


def _columns(found: Any) -> dict[str, Any]:
    """What a clock keeps of a limit as the law counted it."""
    at = found.start if isinstance(found.start, datetime) else None
    return {
        "from_on": at.date() if at else found.start,
        "from_at": at,
        "due_on": found.due,
        "due_at": found.moment,
        "evidence": found.evidence,
        "unpublished": next(iter(found.unpublished), None),
    }


# Counting anew ------------------------------------------------------------------------------------------------------


def count_anew(clock: Clock, codes: Collection[str] | None = None) -> bool:
    """Ask the law again for the last day of a running limit, with its pauses and extension; did anything move?

    Raises what law.limit raises.
    """
    fixed = clock.extended_on is not None and clock.extended_to is None
    pauses = [(date.fromisoformat(first), date.fromisoformat(last)) for first, last, _why in clock.pauses if last]
    found = law().limit(
        clock.limit,
        clock.from_at.astimezone(ZONE) if clock.from_at else clock.from_on,
        places.codes_of_key(clock.place_key) if codes is None else codes,
        pauses,
        fixed,
    )
    now = _columns(found) | {"due_on": max(found.due, clock.extended_to or found.due)}
    before = {name: getattr(clock, name) for name in now}
    for name, value in now.items():
        setattr(clock, name, value)
    return before != now


def _keep(clock: Clock) -> Clock:
    """Save a limit whose days changed; its tasks ask for the new day, for none while it stands still.

    A breach that the new day undoes is undone, with all that was asked because of it.
    """
    action = opened()
    if clock.breached_on is not None and not has_run_out(clock, action.now):
        clock.breached_on = None
        _call_off([clock.pk])
    clock.save()
    still = clock.paused_on is not None
    Task.objects.filter(clock=clock, state=TaskState.OPEN).update(
        due_on=None if still else clock.due_on,
        due_at=None if still else clock.due_at,
        updated_at=action.now,
        version=models.F("version") + 1,
    )
    return clock


def start_over(clock: Clock, from_: date) -> Clock:
    """What a running limit counts from has moved."""
    clock.from_on = from_
    count_anew(clock)
    return _keep(clock)


def recount(clocks: Iterable[Clock]) -> int:
    """Count running limits anew after the law data changed (holidays published, a length corrected); how many moved.

    One whose limit, or the pause it used, the law data no longer knows keeps its day.
    """
    codes = cache(places.codes_of_key)
    moved = []
    for clock in clocks:
        with suppress(LimitRefused, UnknownName):
            moved += [clock] if count_anew(clock, codes(clock.place_key)) else []
    for clock in moved:
        _keep(clock)
    return len(moved)


# Standing still -----------------------------------------------------------------------------------------------------


def can_pause(clock: Clock, now: datetime) -> bool:
    """Does the law let this limit stand still, and does it run?"""
    rule = rule_of(clock)
    return rule is not None and rule.pause != NOTHING and _runs(clock, now)


def _runs(clock: Clock, now: datetime) -> bool:
    return clock.stopped_on is None and clock.paused_on is None and not has_run_out(clock, now)


def pause_clock(clock: Clock, why: str = "") -> Clock:
    """From today on its days do not count. Conflict where the law names no pause or it does not run."""
    if not can_pause(clock, opened().now):
        raise Conflict(_("This limit cannot stand still: its law names no pause, or it does not run any more."))
    clock.paused_on = opened().today
    clock.pauses = [*clock.pauses, [clock.paused_on.isoformat(), None, why]]
    return _keep(clock)


def resume_clock(clock: Clock) -> Clock:
    """What was left of it runs on from tomorrow; the new last day comes from the law."""
    if clock.paused_on is None or clock.stopped_on is not None:
        raise Conflict(_("This limit does not stand still."))
    first, _none, why = clock.pauses[-1]
    clock.pauses = [*clock.pauses[:-1], [first, opened().today.isoformat(), why]]
    clock.paused_on = None
    with suppress(LimitRefused):  # the law data no longer names the pause: the day stays
        count_anew(clock)
    return _keep(clock)


# Lengthening --------------------------------------------------------------------------------------------------------


def can_extend(clock: Clock, now: datetime) -> bool:
    """Does the law let this limit be lengthened, does it run, and was it not lengthened before?"""
    rule = rule_of(clock)
    return rule is not None and rule.extension.title != NOTHING and clock.extended_on is None and _runs(clock, now)


def extend_clock(clock: Clock, why: str, until: date | None = None) -> Clock:
    """Lengthen a running limit, once: by the length of the law, or up to `until` where the law leaves it open.

    Conflict where the law knows no extension, it was extended before or has run out; Invalid for a wrong `until`.
    """
    rule = rule_of(clock)
    if rule is None or not can_extend(clock, opened().now):
        raise Conflict(_("A limit is extended once, while it runs, and only where the law lets it."))
    if rule.extension.length is None and (until is None or until <= clock.due_on):
        raise Invalid(_("Set a day after %(day)s: the law leaves the length to you.") % {"day": clock.due_on})
    if rule.extension.length is not None and until is not None:
        raise Invalid(_("The law sets the length of the extension; leave the day empty."))
    clock.extended_on, clock.extended_to, clock.extended_why = opened().today, until, why
    count_anew(clock)
    return _keep(clock)


# Stopping -----------------------------------------------------------------------------------------------------------


def running_clocks(subject: models.Model) -> models.QuerySet[Clock]:
    """Limits still running (or standing still) on a record."""
    return running_on(subject._meta.label_lower, [subject.pk])


def running_on(label: str, numbers: Collection[int]) -> models.QuerySet[Clock]:
    """Limits still running (or standing still) on records of a model."""
    return Clock.objects.filter(on_label=label, on_id__in=numbers, stopped_on=None)


def stop_clocks(subject: models.Model, limit: str | None = None) -> int:
    """Stop the running limits of a record (all, or one); how many there were."""
    clocks = running_clocks(subject)
    return stop(clocks.filter(limit=limit) if limit else clocks)


def stop(clocks: models.QuerySet[Clock]) -> int:
    """Stop limits. Who was told of a breach need not follow it up any longer: the late work is done."""
    action = opened()
    _call_off(list(clocks.filter(stopped_on=None, breached_on__isnull=False).values_list("id", flat=True)))
    running = clocks.filter(stopped_on=None)
    return running.update(stopped_on=action.today, updated_at=action.now, version=models.F("version") + 1)


def _call_off(late: list[int]) -> None:
    """Close what was asked because these limits had run out."""
    told = Task.objects.filter(on_label=Clock.label(), on_id__in=late, state=TaskState.OPEN)
    if late and told.exists():
        now = opened().now
        stop(Clock.objects.filter(pk__in=list(told.values_list("clock", flat=True))))
        told.update(state=TaskState.DONE, finished_at=now, updated_at=now, version=models.F("version") + 1)
