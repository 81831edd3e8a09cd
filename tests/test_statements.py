"""How many statements a page costs: within a budget, and the same for one row as for two hundred.

Every list, record and page that is declared is opened by the first post that may; nothing is named here.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.db import connection, connections
from django.test import Client
from django.test.utils import CaptureQueriesContext

from hutong.benefits.tests import build
from hutong.channels.reading import rows_of
from hutong.channels.sheet import PAGES, SHEETS, Sheet
from hutong.core import clock_time
from hutong.core.models import User
from hutong.core.record import in_reach
from hutong.core.tasks import tasks_of
from hutong.core.viewer import Viewer, acting
from hutong.org.terms import Role
from hutong.project import scratch
from hutong.project.tests.situation import Situation, county_at_work

LIST, RECORD, PAGE, WORKLIST = 40, 120, 60, 60
"""Statements at most, with signing in and the frame of the page."""
MANY = 200
"""Rows of each table in a full county."""


@pytest.fixture(scope="module")
def county(empty_db: str, template_db: str, django_db_blocker: Any) -> Iterator[Situation]:
    """A county at work, in a database of this module's own."""
    name = f"{template_db}_statements"
    patch = pytest.MonkeyPatch()
    with django_db_blocker.unblock():
        scratch.copy(name, empty_db)
        patch.setattr(clock_time, "now", lambda: build.NOW)
        try:
            yield county_at_work()
        finally:
            patch.undo()
            scratch.use(template_db)
            scratch.drop(name)


def statements(browser: Client, url: str) -> list[str]:
    """What opening a page asks of the database, once what is remembered between two pages is there."""
    browser.get(url)
    with CaptureQueriesContext(connection) as asked:
        response = browser.get(url)
    assert response.status_code in (200, 302), f"{url}: {response.status_code}"
    return [query["sql"] for query in asked.captured_queries]


def more_of(many: list[str], few: list[str]) -> list[str]:
    """The shapes of statements there are more of."""
    shapes = [Counter(re.sub(r"'[^']*'|\d+", "0", sql) for sql in asked) for asked in (many, few)]
    return [f"{count} more: {shape}" for shape, count in (shapes[0] - shapes[1]).items()]


def browser_of(viewer: Viewer) -> Client:
    browser = Client()
    browser.force_login(User.objects.get(pk=viewer.user_id))
    return browser


def reader_of(situation: Situation, sheet: Sheet, found: Callable[[Sheet, Viewer], Any]) -> tuple[Viewer, int]:
    """The first post that finds something, with the number of a row."""
    for viewer in situation.posts.values():
        with acting(viewer):
            row = found(sheet, viewer)
        if row is not None:
            return viewer, row.pk
    raise AssertionError(f"nobody finds anything in {sheet.name}: the situation misses a record")


def listed(sheet: Sheet, viewer: Viewer) -> Any:
    rows = rows_of(sheet, viewer).order_by("pk")
    return (rows.first() or reached(sheet, viewer)) if sheet.open_to(viewer) else None


def reached(sheet: Sheet, viewer: Viewer) -> Any:
    return next((row for row in sheet.model._default_manager.order_by("-pk")[:300] if in_reach(viewer, row)), None)


def has_list(sheet: Sheet) -> bool:
    """A record that lies wherever what it belongs to lies is in no list of its own."""
    return bool(sheet.model.reach.keys or sheet.model.reach.national)


def multiply(table: str, number: int) -> None:
    """Many copies of a row. What must be unique may be doubled in this database, and no trigger looks on."""
    with connections["owner"].cursor() as cursor:
        cursor.execute(
            "select string_agg(quote_ident(column_name), ', ') from information_schema.columns"
            " where table_name = %s and column_name <> 'id' and is_generated = 'NEVER'",
            [table],
        )
        columns = cursor.fetchone()[0]
        cursor.execute(
            "select case when k.conname is null then format('drop index %%I', c.relname)"
            " else format('alter table %%s drop constraint %%I cascade', i.indrelid::regclass, k.conname) end"
            " from pg_index i join pg_class c on c.oid = i.indexrelid"
            " left join pg_constraint k on k.conindid = i.indexrelid and k.contype in ('u', 'x')"
            " where i.indrelid = %s::regclass and (i.indisunique or i.indisexclusion) and not i.indisprimary",
            [table],
        )
        for (drop,) in cursor.fetchall():
            cursor.execute(drop)
        cursor.execute(f"alter table {table} disable trigger user")
        cursor.execute(
            f"insert into {table} ({columns}) select {columns} from {table}, generate_series(1, %s) where id = %s",
            [MANY, number],
        )
        cursor.execute(f"alter table {table} enable trigger user")


@pytest.mark.parametrize("name", [name for name, sheet in SHEETS.items() if has_list(sheet)])
def test_a_list_costs_the_same_for_one_row_and_for_two_hundred(county: Situation, name: str) -> None:
    sheet = SHEETS[name]
    viewer, number = reader_of(county, sheet, listed)
    browser = browser_of(viewer)
    few = statements(browser, sheet.url)
    multiply(sheet.model._meta.db_table, number)
    many = statements(browser, sheet.url)
    assert len(few) <= LIST, f"{len(few)} statements"
    assert len(many) <= len(few), more_of(many, few)


@pytest.mark.parametrize("name", SHEETS)
def test_a_record_stays_within_its_budget(county: Situation, name: str) -> None:
    viewer, number = reader_of(county, SHEETS[name], reached)
    asked = statements(browser_of(viewer), f"{SHEETS[name].url}{number}/")
    assert len(asked) <= RECORD, f"{len(asked)} statements"


@pytest.mark.parametrize("name", [name for name, page in PAGES.items() if "<" not in page.path])
def test_a_page_stays_within_its_budget(county: Situation, name: str) -> None:
    page = PAGES[name]
    viewer = next(v for v in county.posts.values() if not page.roles or v.role in page.roles)
    asked = statements(browser_of(viewer), f"/{page.path}")
    assert len(asked) <= PAGE, f"{len(asked)} statements"


@pytest.mark.parametrize("role", Role)
def test_a_worklist_costs_the_same_for_one_task_and_for_two_hundred(county: Situation, role: Role) -> None:
    viewer = county.posts[role]
    browser = browser_of(viewer)
    few = statements(browser, "/")
    with acting(viewer):
        task = tasks_of(viewer).order_by("id").first()
    if task is not None:
        multiply("core_task", task.pk)
    many = statements(browser, "/")
    assert len(few) <= WORKLIST, f"{len(few)} statements"
    assert len(many) <= len(few), more_of(many, few)
