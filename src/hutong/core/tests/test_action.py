"""The envelope and the walls in the database, tried on the spine's own tables."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import datetime
from types import SimpleNamespace

import pytest
from django.db import DatabaseError, connection, transaction

from hutong.core.audit import seal
from hutong.core.audit.history import story
from hutong.core.errors import Conflict, Invalid, NotFound, Refused
from hutong.core.models import Change, Entry, JournalLine, Task
from hutong.core.places import Span, child_key, depth_of, parents, span_of
from hutong.core.terms import TaskState
from hutong.core.tests.build import ELSEWHERE, HERE, clerk, trial_actions
from hutong.core.viewer import Viewer, acting


@pytest.fixture
def trial() -> Iterator[SimpleNamespace]:
    with trial_actions() as found:
        yield found


@pytest.mark.django_db
def test_an_action_leaves_its_entry_and_every_changed_row(trial: SimpleNamespace, now: datetime) -> None:
    task = trial.open(clerk(now), {"note": "one"})
    entry = Entry.objects.get(action="core.try_open")
    assert (entry.on_id, entry.user_id, entry.place_key) == (task.pk, 7, HERE)
    with acting(clerk(now)):
        moments = story(clerk(now), task)
    assert [(m.action, any(c.field == "note" for c in m.changes)) for m in moments] == [("core.try_open", True)]


@pytest.mark.django_db
def test_the_same_key_returns_the_first_result_for_the_same_input_alone(trial: SimpleNamespace, now: datetime) -> None:
    first = trial.open(clerk(now), {"note": "one"}, key="k1")
    again = trial.open(clerk(now), {"note": "one"}, key="k1")
    assert again.pk == first.pk
    assert Entry.objects.filter(action="core.try_open").count() == 1
    with pytest.raises(Conflict):
        trial.open(clerk(now), {"note": "two"}, key="k1")


@pytest.mark.django_db
def test_outside_reach_is_not_found_and_journalled(trial: SimpleNamespace, now: datetime) -> None:
    task = trial.open(clerk(now), {"note": "one"})
    with pytest.raises(NotFound):
        trial.note(clerk(now, ELSEWHERE, user=8), task.pk, {"note": "x"})
    assert JournalLine.objects.filter(user_id=8, on_id=task.pk, kind="not_found").exists()


@pytest.mark.django_db
def test_wrong_role_stale_version_and_unknown_field_are_refused(trial: SimpleNamespace, now: datetime) -> None:
    task = trial.open(clerk(now), {"note": "one"})
    stranger = Viewer(9, 1, "guest", "Guest", now, spans=(span_of(HERE),))
    with pytest.raises(Refused):
        trial.note(stranger, task, {"note": "x"})
    with pytest.raises(Conflict):
        trial.note(clerk(now), task, {"note": "x"}, version=99)
    with pytest.raises(Invalid) as refused:
        trial.note(clerk(now), task, {"nota": "x"})
    assert refused.value.errors[0].where == "nota"


@pytest.mark.django_db
def test_a_failed_action_leaves_nothing_but_its_journal_line(trial: SimpleNamespace, now: datetime) -> None:
    task = trial.open(clerk(now), {"note": "one"})
    with pytest.raises(Refused):
        trial.fail(clerk(now), task)
    with acting(clerk(now)):
        task.refresh_from_db()
    assert task.state == TaskState.OPEN
    assert not Entry.objects.filter(action="core.try_fail").exists()


@pytest.mark.django_db
def test_a_write_outside_any_action_is_refused_by_the_database(trial: SimpleNamespace, now: datetime) -> None:
    task = trial.open(clerk(now), {"note": "one"})
    with acting(clerk(now)):
        for statement in ("update core_task set note = 'x'", "delete from core_task", "truncate core_task"):
            with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
                cursor.execute(statement)
        for table in ("core_entry", "core_journalline", "core_block"):
            with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
                cursor.execute(f"delete from {table}")
        with pytest.raises(DatabaseError), transaction.atomic():
            list(Change.objects.all())
        task.refresh_from_db()
    assert task.note == "one"


@pytest.mark.django_db
def test_row_level_security_hides_what_a_forgotten_filter_would_show(trial: SimpleNamespace, now: datetime) -> None:
    trial.open(clerk(now), {"note": "one"})
    with acting(clerk(now)):
        assert Task.objects.count() == 1
    with acting(clerk(now, ELSEWHERE)):
        assert Task.objects.count() == 0
    assert Task.objects.count() == 0, "nobody in context, nothing seen"


def test_place_keys_nest() -> None:
    province = child_key(0, 3)
    city = child_key(province, 1)
    assert depth_of(city) == 2
    assert city in span_of(province)
    assert province not in span_of(city)
    assert parents(child_key(city, 9)) == [city, province, 0]
    assert span_of(0) == Span(0, 1 << 52)
    with pytest.raises(ValueError, match="does not fit depth 1"):
        child_key(0, 256)


def seal_when_possible() -> None:
    """A block waits for the oldest transaction of the whole server, so another database's may hold it for a moment."""
    for _ in range(300):
        if seal.seal_now() is not None:
            return
        time.sleep(0.1)
    pytest.fail("some transaction on this server has been open for half a minute")


def test_altered_deleted_and_truncated_entries_are_found(fresh_db: str, trial: SimpleNamespace, now: datetime) -> None:
    from django.db import connections

    for n in range(3):
        trial.open(clerk(now), {"note": str(n)})
        seal_when_possible()
    assert seal.verify() == []
    owner = connections["owner"]

    def tried(*statements: str) -> list[str]:
        with transaction.atomic(using="owner"), owner.cursor() as cursor:
            for statement in statements:
                cursor.execute(statement)
        return [f.text for f in seal.verify()]

    assert tried("update core_entry set reason = 'changed' where action = 'core.try_open'")
    assert tried("update core_entry set reason = ''") == []
    assert any("truncated" in text for text in tried("delete from core_block where id = 3"))
    assert tried("delete from core_entry where id = (select max(id) from core_entry)")
