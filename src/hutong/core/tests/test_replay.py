"""The tables against their history: whatever was done behind the triggers' back is named by table, row and column."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

import pytest
from django.db import connection, connections, transaction

from hutong.core.audit.guard import fortify
from hutong.core.audit.replay import Unlike, guarded_tables, replay
from hutong.core.models import Entry, User
from hutong.core.tests.build import clerk, trial_actions


@pytest.fixture
def tasks(fresh_db: str, now: datetime) -> Iterator[list[int]]:
    """Four tasks left by an action; the second was changed twice, the last one deleted by an action."""
    with trial_actions() as trial:
        made = [trial.open(clerk(now), {"note": note}).pk for note in "abcd"]
        trial.note(clerk(now), made[1], {"note": "e"})
        trial.note(clerk(now), made[1], {"note": "f"})
        trial.drop(clerk(now), made[3])
        yield made


def as_owner(*statements: str) -> None:
    with transaction.atomic(using="owner"), connections["owner"].cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


def behind(*statements: str) -> None:
    """What an owner of the tables can do: triggers off, and on again as if nothing had been."""
    off, on = (f"alter table core_task {change} trigger user" for change in ("disable", "enable"))
    as_owner(off, *statements, "set constraints all immediate", on)


def test_tables_written_by_actions_agree_with_their_history(tasks: list[int]) -> None:
    heard: list[str] = []
    assert replay(heard.append) == []
    assert heard == guarded_tables()
    assert {"core_task", "core_token", "org_division", "people_child"} <= set(heard)


@pytest.mark.parametrize(
    ("statement", "field", "which"),
    [
        ("update core_task set note = 'other' where id = {1}", "note", 1),
        ("update core_task set place_key = 5 where id = {0}", "place_key", 0),
        ("update core_task set finished_at = now() where id = {2}", "finished_at", 2),
        ("delete from core_task where id = {2}", "-", 2),
        ("insert into core_task select (jsonb_populate_record(t, '{{\"id\": {3}}}')).* from core_task t where id = {0}",
         "+", 3),
    ],
    ids=["a changed text", "a moved place", "a filled blank", "a deleted row", "one deleted before is back"],
)  # fmt: skip
def test_what_an_owner_did_behind_the_triggers_is_named(
    tasks: list[int], statement: str, field: str, which: int
) -> None:
    behind(statement.format(*tasks))
    assert replay() == [Unlike("core_task", field, 1, (tasks[which],))]
    assert "core_task" in str(replay()[0])


def test_a_row_that_never_was_is_named(tasks: list[int]) -> None:
    row = '{"id": 999999, "note": "invented"}'
    behind(f"insert into core_task select (jsonb_populate_record(t, '{row}')).* from core_task t where id = {tasks[0]}")
    assert replay() == [Unlike("core_task", "+", 1, (999999,))]


def test_a_change_taken_out_of_the_history_is_named(tasks: list[int]) -> None:
    as_owner(f"delete from core_change where table_name = 'core_task' and row_id = {tasks[1]} and op = 'U'")
    assert {found.field for found in replay()} >= {"note"}


def test_columns_that_came_later_and_other_time_zones_are_no_finding(tasks: list[int]) -> None:
    as_owner(
        "alter table core_task add column later text not null default 'given to all'",
        "alter table core_task alter column later drop default",
        "alter table core_task add column empty timestamptz",
    )
    with connection.cursor() as cursor:
        cursor.execute("set time zone 'America/New_York'")
    assert replay() == []
    behind(f"update core_task set later = 'other' where id = {tasks[0]}")
    assert replay() == [Unlike("core_task", "later", 1, (tasks[0],))]


UNWATCHED = [f"drop trigger hutong_{letter} on core_token" for letter in "iudt"]


def token(user: User, digest: str) -> str:
    return f"""insert into core_token (user_id, post_id, name, digest, valid_from, version)
               values ({user.pk}, 1, 'old', '{digest}', '2026-01-01', 1)"""


def test_rows_older_than_their_guard_begin_with_it(fresh_db: str) -> None:
    user = User.objects.create(username="x", name="x")
    as_owner(*UNWATCHED, token(user, "x"))
    assert [found.field for found in replay()] == ["+"]
    fortify()
    assert replay() == []
    assert Entry.objects.filter(action="core.migrate:guard_core_token").exists()
    as_owner(*UNWATCHED, token(user, "y"))
    fortify()
    assert [(found.field, found.rows) for found in replay()] == [("+", 1)], "no second beginning"
