"""Limits that stand still, are extended, end at a moment and move with the calendar; and a seal that stands still."""

from __future__ import annotations

from collections.abc import Callable
from copy import copy
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any, TypeVar

import pytest
from django.db import connection

from hutong.core import clocks, places, sweep
from hutong.core.action import ACTIONS, action
from hutong.core.audit import seal
from hutong.core.errors import Conflict, Invalid
from hutong.core.inputs import Nothing
from hutong.core.jurisdiction import law
from hutong.core.models import Clock, Entry, Task
from hutong.core.places import NATION
from hutong.core.sweep import law_changed, recount_clocks, sweep_clocks, watch_seal
from hutong.core.tasks import leave_task, task_kind
from hutong.core.terms import TaskState
from hutong.core.tests.test_spine import HERE, OnePlace, clerk, registries, tell_above
from hutong.core.viewer import Viewer, acting, system_viewer
from hutong.law.engine.model import HolidayYear

__all__ = ["registries"]
pytestmark = pytest.mark.django_db
T = TypeVar("T")
LATER = date(2026, 12, 31)


@pytest.fixture(autouse=True)
def here(registries: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """One place where a chief stands above the clerk."""
    monkeypatch.setattr(places, "_resolver", [OnePlace()])
    tell_above(monkeypatch, {"clerk": "chief"})


def done_at(moment: datetime, work: Callable[[], T]) -> T:
    """Run `work` inside an action of the clerk."""
    ACTIONS.pop("core.try_limit", None)

    @action("core.try_limit", roles=("clerk",))
    def tried(viewer: Viewer, given: Nothing) -> T:
        return work()

    return tried(clerk(moment))


def a_limit(now: datetime, limit: str, **given: Any) -> Clock:
    """A task of the clerk under a limit of the law; the limit."""
    task_kind("core.try", title=("试", "try"), limit=limit)

    def ask() -> Task:
        subject = Entry(pk=1)
        return leave_task("core.try", subject=subject, place_key=HERE, role="clerk", **given)

    clock: Clock | None = done_at(now, ask).clock
    assert clock is not None
    return clock


def task_of(now: datetime) -> Task:
    with acting(clerk(now)):
        return Task.objects.get(kind="core.try")


def look(now: datetime) -> int:
    return sweep_clocks(system_viewer("sweep", now=now, spans=(NATION,)))


def test_what_stands_still_asks_for_no_day_and_is_never_late(now: datetime) -> None:
    """60 days from 23 November are 22 January 2027; ten of them were lost."""
    clock = a_limit(now, "FND-9.answer")
    assert clock.due_on == date(2027, 1, 22)
    done_at(now + timedelta(days=1), lambda: clocks.pause_clock(clock))
    assert (clock.paused_on, task_of(now).due_on) == (date(2026, 11, 24), None)
    assert look(now + timedelta(days=90)) == 0
    done_at(now + timedelta(days=11), lambda: clocks.resume_clock(clock))
    assert (clock.paused_on, clock.due_on) == (None, date(2027, 2, 1))
    assert task_of(now).due_on == date(2027, 2, 1)
    assert look(now + timedelta(days=90)) == 1


def test_only_a_running_limit_stands_still_and_only_where_its_law_says_so(now: datetime) -> None:
    clock = a_limit(now, "FND-9.answer")
    with pytest.raises(Conflict):
        done_at(now, lambda: clocks.resume_clock(clock))
    with pytest.raises(Conflict):
        done_at(now + timedelta(days=200), lambda: clocks.pause_clock(clock))
    done_at(now, lambda: clocks.pause_clock(clock))
    with pytest.raises(Conflict):
        done_at(now, lambda: clocks.pause_clock(clock))
    other = done_at(now, lambda: clocks.start_clock("DELIVERY", subject=Entry(pk=2), place_key=HERE))
    with pytest.raises(Conflict):
        done_at(now, lambda: clocks.pause_clock(other))


def test_a_limit_is_extended_once_by_the_length_of_the_law(now: datetime) -> None:
    clock = a_limit(now, "FND-9.answer")
    with pytest.raises(Invalid):
        done_at(now, lambda: clocks.extend_clock(clock, "案情复杂", LATER))
    done_at(now, lambda: clocks.extend_clock(clock, "案情复杂"))
    assert (clock.extended_on, clock.extended_to, clock.due_on) == (now.date(), None, date(2027, 2, 22))
    assert task_of(now).due_on == date(2027, 2, 22)
    with pytest.raises(Conflict):
        done_at(now, lambda: clocks.extend_clock(clock, "案情复杂"))


def test_where_the_law_leaves_the_length_open_whoever_extends_sets_the_day(now: datetime) -> None:
    clock = a_limit(now, "HEARING-ANSWER")
    for wrong in (None, clock.due_on):
        with pytest.raises(Invalid):
            done_at(now, lambda until=wrong: clocks.extend_clock(clock, "住院", until))  # type: ignore[misc]
    done_at(now, lambda: clocks.extend_clock(clock, "住院", LATER))
    assert (clock.due_on, clock.extended_to) == (LATER, LATER)


def test_no_extension_without_the_law_and_none_after_the_last_day(now: datetime) -> None:
    clock = a_limit(now, "FU-APP-2")
    with pytest.raises(Conflict):
        done_at(now, lambda: clocks.extend_clock(clock, "人手不足"))
    answer = done_at(now, lambda: clocks.start_clock("FND-9.answer", subject=Entry(pk=2), place_key=HERE))
    with pytest.raises(Conflict):
        done_at(now + timedelta(days=100), lambda: clocks.extend_clock(answer, "案情复杂"))


def test_a_limit_in_hours_ends_at_its_moment(now: datetime) -> None:
    clock = a_limit(now, "GRD-19")
    assert clock.due_at == now + timedelta(hours=72)
    assert (task_of(now).due_at, task_of(now).due_on) == (clock.due_at, date(2026, 11, 26))
    assert look(now + timedelta(hours=71)) == 0
    assert look(now + timedelta(hours=73)) == 1
    with acting(system_viewer("test", now=now)):
        assert Task.objects.get(kind="core.breach").role == "chief"


@pytest.fixture
def newer(monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """The law data as they will be once the holidays of 2027 are published: 1 to 8 January are free."""

    def publish() -> None:
        known = copy(law())
        week = frozenset(date(2027, 1, day) for day in range(1, 9))
        year = HolidayYear(2027, week, frozenset(), known.calendar.years[2026].basis)
        known.calendar = replace(known.calendar, years={**known.calendar.years, 2027: year})
        known.version = "with2027"
        for module in (clocks, sweep):
            monkeypatch.setattr(module, "law", lambda: known)

    return publish


def test_days_that_rest_on_an_unpublished_calendar_say_so_and_move_with_it(
    now: datetime, newer: Callable[[], None]
) -> None:
    job = system_viewer("sweep", now=now, spans=(NATION,))
    clock = a_limit(now, "PAPERS", from_=date(2026, 12, 28))
    here = a_limit_of_this_year(now)
    assert (clock.unpublished, clock.due_on) == (2027, date(2027, 1, 12)), "New Year's Day is free by the regulation"
    assert here.unpublished is None
    with acting(job):
        assert law_changed()
        assert recount_clocks(job) == 0
        assert not law_changed()
    newer()
    with acting(job):
        assert law_changed()
        assert recount_clocks(job) == 1
        assert not law_changed()
        clock.refresh_from_db()
    assert (clock.unpublished, clock.due_on) == (None, date(2027, 1, 19))
    assert task_of(now).due_on == date(2027, 1, 19)


def a_limit_of_this_year(now: datetime) -> Clock:
    return done_at(now, lambda: clocks.start_clock("PAPERS", subject=Entry(pk=2), place_key=HERE))


def test_a_breach_that_a_calendar_undoes_is_undone_with_all_that_was_asked(
    now: datetime, newer: Callable[[], None]
) -> None:
    clock = a_limit(now, "PAPERS", from_=date(2026, 12, 28))
    job = system_viewer("sweep", now=datetime(2027, 1, 13, 9, tzinfo=now.tzinfo), spans=(NATION,))
    assert look(job.now) == 1
    newer()
    with acting(job):
        recount_clocks(job)
        clock.refresh_from_db()
        assert clock.breached_on is None
        assert set(Task.objects.filter(kind="core.breach").values_list("state", flat=True)) == {TaskState.DONE}
        assert Task.objects.get(kind="core.try").state == TaskState.OPEN


def test_a_limit_the_law_no_longer_knows_keeps_its_day(now: datetime) -> None:
    clock = a_limit(now, "PAPERS")
    job = system_viewer("sweep", now=now, spans=(NATION,))
    done_at(now, lambda: Clock.objects.filter(pk=clock.pk).update(limit="GONE"))
    with acting(job):
        assert recount_clocks(job) == 0
        assert Clock.objects.get(pk=clock.pk).due_on == clock.due_on


def an_entry(hours_ago: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            """insert into core_entry (action, package, actor, role, viewer_name, on_label, happened_at, recorded_at,
                 reason, notes)
               values ('x.y', 'x', 'a', 'r', 'n', '', now(), now() - make_interval(hours => %s), '', '{}')""",
            [hours_ago],
        )


def test_a_seal_that_stands_still_is_asked_for_until_it_advances(now: datetime) -> None:
    job = system_viewer("sweep", now=now, spans=(NATION,))

    def asked() -> int:
        with acting(job):
            watch_seal(job)
            return Task.objects.filter(kind="core.unsealed", role="administrator", state=TaskState.OPEN).count()

    an_entry(hours_ago=0)
    assert asked() == 0
    an_entry(hours_ago=2)
    assert (asked(), asked()) == (1, 1)
    with connection.cursor() as cursor:
        cursor.execute(
            """insert into core_block (id, from_txid, to_txid, entries, changes, journal, root, head, sealed_at)
               values (1, 0, 9000000000, 1, 0, 0, '', '', now() - interval '2 hours')"""
        )
    assert asked() == 1, "sealed, but the head was never kept outside"
    seal.heads_file().write_text('{"block": 1, "to_txid": 1, "head": "00"}\n')
    assert asked() == 0
