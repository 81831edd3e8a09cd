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
from django.db import connections

MONDAY = datetime(2026, 11, 23, 9, 0, tzinfo=ZoneInfo("Asia/Shanghai"))
"""Business time of the tests unless one says otherwise."""


@pytest.fixture(scope="session")
def template_db(django_db_blocker: Any, worker_id: str) -> Iterator[str]:
    """Name of the migrated, empty database every test database is a copy of."""
    from hutong.project import scratch

    name = f"hutong_test_{os.getpid()}_{worker_id}"
    with django_db_blocker.unblock():
        before = scratch.current()
        scratch.create(name)
        yield name
        scratch.use(before)
        scratch.drop(name)


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
    from hutong.project import scratch

    name = f"{template_db}_{abs(hash(request.node.nodeid)) % 10**8}"
    with django_db_blocker.unblock():
        scratch.copy(name, template_db)
        try:
            yield name
        finally:
            scratch.use(template_db)
            scratch.drop(name)


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
