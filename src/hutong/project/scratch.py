"""Databases for tests and benchmarks: made by the owner, migrated, used through the serving login, dropped again."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

import django
from django.apps import apps
from django.conf import settings
from django.core.management import call_command
from django.db import connections
from psycopg import Connection, connect, sql

from hutong.core import audit, record
from hutong.core.audit import guard, journal

KEPT = "hutong_kept_"
"""Begins the names of empty databases that stay for the next run."""


def _beside(alias: str) -> Connection[Any]:
    """A connection of a login to the maintenance database, beside the databases that are made or dropped."""
    held = connections[alias].settings_dict
    keys = {"host": held["HOST"], "port": held["PORT"], "user": held["USER"], "password": held["PASSWORD"]}
    wanted = {key: str(value) for key, value in keys.items() if value}
    return connect(dbname="postgres", autocommit=True, **wanted)  # type: ignore[arg-type]


def _administer(*statements: sql.Composed) -> None:
    """Run statements that cannot stand in a transaction, as the owner."""
    with _beside("owner") as connection:
        for statement in statements:
            connection.execute(statement)


def _vacate(name: str) -> None:
    """End the sessions both logins left in a database (threads of a page server); each may end only its own."""
    own = "select pg_terminate_backend(pid, 10000) from pg_stat_activity where datname = %s and usename = current_user"
    for alias in ("default", "owner"):
        with _beside(alias) as connection:
            connection.execute(own, [name])


def current() -> str:
    """Name of the database both logins use now."""
    return str(connections["default"].settings_dict["NAME"])


def use(name: str) -> None:
    """Point both logins of this process at another database."""
    journal.close()
    for alias in ("default", "owner"):
        connections[alias].close()
        connections[alias].settings_dict["NAME"] = name
        settings.DATABASES[alias]["NAME"] = name


def drop(name: str) -> None:
    """Drop a database. Without `force`, which would try to end an autovacuum worker and may not; a plain drop does."""
    _vacate(name)
    _administer(sql.SQL("drop database if exists {}").format(sql.Identifier(name)))


def make(name: str) -> None:
    """A database without any table; this process uses it from here on."""
    drop(name)
    _administer(sql.SQL("create database {}").format(sql.Identifier(name)))
    use(name)


def create(name: str) -> None:
    """A migrated, empty database; this process uses it from here on."""
    make(name)
    call_command("migrate", database="owner", verbosity=0)
    guard.fortify()
    use(name)


def copy(name: str, template: str) -> None:
    """A copy of a database nobody is connected to; this process uses the copy from here on."""
    use(name)
    drop(name)
    _vacate(template)
    _administer(sql.SQL("create database {} template {}").format(sql.Identifier(name), sql.Identifier(template)))


@contextmanager
def kept() -> Iterator[str]:
    """Name of the migrated, empty database of today's sources, to make copies of. It is made once and stays until they
    have changed and nobody holds it any more."""
    with _beside("owner") as connection:
        connection.execute("select pg_advisory_lock(hashtext(%s))", [KEPT])
        server = connection.info.parameter_status("server_version")
        name = f"{KEPT}{_digest(str(server))}"
        connection.execute("select pg_advisory_lock_shared(hashtext(%s))", [name])
        found = connection.execute("select datname from pg_database where starts_with(datname, %s)", [KEPT])
        have = [str(row[0]) for row in found]
        if name not in have:
            for stale in filter(partial(_let_go, connection), have):
                drop(stale)
            _keep(name)
        connection.execute("select pg_advisory_unlock(hashtext(%s))", [KEPT])
        yield name


def _let_go(connection: Connection[Any], name: str) -> bool:
    """Does no other run hold this database?"""
    free = connection.execute("select pg_try_advisory_lock(hashtext(%s))", [name]).fetchone()
    return free == (True,)


def _keep(name: str) -> None:
    """Made under another name, so that a kill half-way leaves nothing that looks finished."""
    before, making = current(), f"{KEPT}making"
    create(making)
    use(before)
    _vacate(making)
    _administer(sql.SQL("alter database {} rename to {}").format(sql.Identifier(making), sql.Identifier(name)))


def _digest(server: str) -> str:
    """Names what an empty database follows from: the server, Django, the declared models, the walls and every
    migration with the files beside it."""
    said = hashlib.sha256(f"{server} {django.VERSION} {guard.serving_login()}".encode())
    for file in _sources():
        said.update(b"\0" + str(file).encode() + b"\0" + file.read_bytes())
    return said.hexdigest()[:16]


def _sources() -> Iterator[Path]:
    for config in apps.get_app_configs():
        yield from _files(Path(config.path) / "migrations")
        if config.models_module:
            yield from _files(Path(str(config.models_module.__file__)))
    yield from _files(Path(str(audit.__file__)))
    yield Path(str(record.__file__))


def _files(place: Path) -> list[Path]:
    """A module, or everything of a package but what Python compiled."""
    if place.suffix and place.name != "__init__.py":
        return [place]
    folder = place.parent if place.suffix else place
    return sorted(file for file in folder.rglob("*") if file.is_file() and file.suffix != ".pyc")
