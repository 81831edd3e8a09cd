"""Databases for tests and benchmarks: made by the owner, migrated, used through the serving login, dropped again."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.db import connections
from psycopg import Connection, connect, sql

from hutong.core.audit import guard, journal


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
