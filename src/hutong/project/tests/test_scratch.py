"""The empty database that stays between two runs of the tests."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from psycopg import sql

from hutong.project import scratch


@pytest.fixture
def source(template_db: str, django_db_blocker: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Path]:
    """The one file everything follows from here; databases are made without tables, under a name of this test."""
    file = tmp_path / "0001_initial.py"
    file.write_text("operations = []")
    made: list[str] = []

    def create(name: str) -> None:
        made.append(name)
        scratch._administer(sql.SQL("create database {}").format(sql.Identifier(name)))

    monkeypatch.setattr(scratch, "KEPT", f"{template_db}_kept_")
    monkeypatch.setattr(scratch, "_sources", lambda: iter([file]))
    monkeypatch.setattr(scratch, "create", create)
    with django_db_blocker.unblock():
        yield file
        for name in databases():
            scratch.drop(name)


def databases() -> list[str]:
    with scratch._beside("owner") as connection:
        found = connection.execute("select datname from pg_database where starts_with(datname, %s)", [scratch.KEPT])
        return [row[0] for row in found]


def test_an_empty_database_is_made_once_and_stays(source: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with scratch.kept() as name:
        assert databases() == [name]
    monkeypatch.setattr(scratch, "create", pytest.fail)
    with scratch.kept() as again:
        assert again == name


def test_with_a_change_of_its_sources_it_is_made_again_and_what_a_kill_left_goes(source: Path) -> None:
    with scratch.kept() as name:
        pass
    scratch.create(f"{scratch.KEPT}making")
    source.write_text("operations = [1]")
    with scratch.kept() as other:
        assert other != name
        assert databases() == [other]


def test_what_another_run_still_copies_from_stays(source: Path) -> None:
    with scratch.kept() as name:
        source.write_text("operations = [1]")
        with scratch.kept() as other:
            assert sorted(databases()) == sorted([name, other])
    source.write_text("operations = [2]")
    with scratch.kept() as last:
        assert databases() == [last]


def test_it_follows_from_migrations_with_their_sql_from_models_and_from_the_walls() -> None:
    sources = {"/".join(file.parts[-3:]) for file in scratch._sources()}
    assert {
        "people/migrations/0001_children.py", "people/migrations/candidates.sql", "auth/migrations/0001_initial.py",
        "hutong/people/models.py", "benefits/models/__init__.py", "core/audit/guard.py", "hutong/core/record.py",
    } <= sources  # fmt: skip
    assert not [name for name in sources if name.endswith(".pyc")]
