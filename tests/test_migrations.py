"""Migrations one after another, as an installation meets them that takes every release."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connections
from django.db.migrations.executor import MigrationExecutor

from hutong.core.audit import guard
from hutong.core.audit.declarations import guarded, our_models
from hutong.core.audit.replay import replay
from hutong.project import scratch


@pytest.fixture
def bare_db(template_db: str, django_db_blocker: Any) -> Iterator[None]:
    """A database without any table."""
    name = f"{template_db}_empty"
    with django_db_blocker.unblock():
        scratch.make(name)
        try:
            yield
        finally:
            scratch.use(template_db)
            scratch.drop(name)


def watch_what_there_is(*_: Any) -> None:
    """Audit triggers on every table so far, as the walls of an earlier release left them."""
    packages = {model._meta.db_table: model._meta.app_label for model in our_models() if guarded(model)}
    with connections["owner"].cursor() as cursor:
        cursor.execute("set check_function_bodies = off; " + guard.FUNCTIONS)
        cursor.execute(
            """select c.relname from pg_class c where c.relname = any(%s)
                  and not exists (select from pg_trigger g where g.tgrelid = c.oid and g.tgname = 'hutong_u')""",
            [list(packages)],
        )
        for (table,) in cursor.fetchall():
            cursor.execute("; ".join(guard.triggers(table, packages[table]).values()))


def test_a_migration_that_writes_guarded_rows_says_so_in_the_history(bare_db: None) -> None:
    def after(action: str, *_: Any) -> None:
        if action == "apply_success":
            watch_what_there_is()

    executor = MigrationExecutor(connections["owner"], after)
    executor.migrate(executor.loader.graph.leaf_nodes())
    guard.fortify()
    assert guard.breaches() == []
    assert replay() == []
