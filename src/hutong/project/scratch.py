"""Databases for tests and benchmarks: made by the owner, migrated, used through the serving login, dropped again."""

from __future__ import annotations

from django.conf import settings
from django.core.management import call_command
from django.db import connections
from psycopg import connect, sql

from hutong.core import guard, journal


def _administer(*statements: sql.Composed) -> None:
    """Run statements that cannot stand in a transaction, as the owner, beside the databases they make or drop."""
    owner = connections["owner"].settings_dict
    keys = {"host": owner["HOST"], "port": owner["PORT"], "user": owner["USER"], "password": owner["PASSWORD"]}
    wanted = {key: str(value) for key, value in keys.items() if value}
    with connect(dbname="postgres", autocommit=True, **wanted) as connection:  # type: ignore[arg-type]
        for statement in statements:
            connection.execute(statement)


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
    """Drop a database and whoever is still in it."""
    _administer(sql.SQL("drop database if exists {} with (force)").format(sql.Identifier(name)))


def create(name: str) -> None:
    """A migrated, empty database; this process uses it from here on."""
    drop(name)
    _administer(sql.SQL("create database {}").format(sql.Identifier(name)))
    use(name)
    call_command("migrate", database="owner", verbosity=0)
    guard.grant_rights()
    use(name)


def copy(name: str, template: str) -> None:
    """A copy of a database nobody is connected to; this process uses the copy from here on."""
    use(name)
    drop(name)
    _administer(sql.SQL("create database {} template {}").format(sql.Identifier(name), sql.Identifier(template)))
