"""Databases of the tests: one template per run, made by the owner and used through the serving login."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import psycopg
import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import connections
from psycopg import sql

MONDAY = datetime(2026, 11, 23, 9, 0, tzinfo=ZoneInfo("Asia/Shanghai"))
"""Business time of the tests unless one says otherwise."""


def _administer(*statements: sql.Composed) -> None:
    """Run statements that cannot stand in a transaction, as the owner, beside the databases they make or drop."""
    owner = connections["owner"].settings_dict
    keys = {"host": owner["HOST"], "port": owner["PORT"], "user": owner["USER"], "password": owner["PASSWORD"]}
    with psycopg.connect(dbname="postgres", autocommit=True, **{k: v for k, v in keys.items() if v}) as connection:
        for statement in statements:
            connection.execute(statement)


def _drop(name: str) -> sql.Composed:
    return sql.SQL("drop database if exists {} with (force)").format(sql.Identifier(name))


def _use(name: str) -> None:
    from hutong.core import journal

    journal.close()
    for alias in ("default", "owner"):
        connections[alias].close()
        connections[alias].settings_dict["NAME"] = name
        settings.DATABASES[alias]["NAME"] = name


@pytest.fixture(scope="session")
def template_db(django_db_blocker: Any, worker_id: str) -> Iterator[str]:
    """Name of the migrated, empty database every test database is a copy of."""
    from hutong.core import guard

    name = f"hutong_test_{os.getpid()}_{worker_id}"
    before = connections["default"].settings_dict["NAME"]
    with django_db_blocker.unblock():
        _administer(_drop(name), sql.SQL("create database {}").format(sql.Identifier(name)))
        _use(name)
        call_command("migrate", database="owner", verbosity=0)
        guard.grant_rights()
        _use(name)
        yield name
        _use(before)
        _administer(_drop(name))


@pytest.fixture(scope="session")
def worker_id(request: pytest.FixtureRequest) -> str:
    """Name of the xdist worker; `main` without xdist."""
    return getattr(request.config, "workerinput", {}).get("workerid", "main")


@pytest.fixture(scope="session")
def django_db_setup(template_db: str) -> None:
    """pytest-django's `db` fixture runs in the template, rolled back after each test."""


@pytest.fixture
def fresh_db(template_db: str, django_db_blocker: Any, request: pytest.FixtureRequest) -> Iterator[str]:
    """A database of the test's own, for what must really commit: faults, two officers at once, pages."""
    name = f"{template_db}_{abs(hash(request.node.nodeid)) % 10**8}"
    with django_db_blocker.unblock():
        _use(template_db)
        _use(name)
        copy = sql.SQL("create database {} template {}").format(sql.Identifier(name), sql.Identifier(template_db))
        _administer(_drop(name), copy)
        try:
            yield name
        finally:
            _use(template_db)
            _administer(_drop(name))


@pytest.fixture(scope="session")
def pg_dsn(template_db: str) -> str:
    """libpq connection string of the test database under the serving login, for tests without Django."""
    parts = connections["default"].settings_dict
    keys = {"dbname": template_db, "host": parts["HOST"], "port": parts["PORT"], "user": parts["USER"]}
    return psycopg.conninfo.make_conninfo(**{k: v for k, v in keys.items() if v}, password=parts["PASSWORD"] or None)


@pytest.fixture(autouse=True)
def heads_outside(tmp_path: Path, settings: Any) -> None:
    """Each test keeps block heads in a folder of its own."""
    settings.HUTONG_HEADS = str(tmp_path / "heads.jsonl")


@pytest.fixture
def now() -> datetime:
    """The business time of the tests: a Monday morning."""
    return MONDAY


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of reference data beside the checkout; tests that need it skip where it is absent."""
    folder = Path(os.environ.get("HUTONG_SHARED", Path(__file__).resolve().parent.parent / "shared"))
    if not folder.is_dir():
        pytest.skip("shared absent")
    return folder
