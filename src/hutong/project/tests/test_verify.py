"""What was done behind the walls of the database is told, and nothing is served while one of them has a hole."""

from __future__ import annotations

import runpy
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.db import connections, transaction

from hutong.project import cli, manage
from hutong.project.installation import Installation
from hutong.project.progress import Stop


@pytest.fixture(autouse=True)
def at_the_tests_database(monkeypatch: pytest.MonkeyPatch) -> None:
    """The command meets the database of the test instead of an installation."""

    @contextmanager
    def here() -> Iterator[None]:
        yield

    monkeypatch.setattr(manage, "at_work", here)
    monkeypatch.setattr(Installation, "running", lambda installation: here())


def test_a_row_nobody_wrote_is_named_with_its_table(fresh_db: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["verify-audit"]) == 0
    assert "every row with its history" in capsys.readouterr().out
    with transaction.atomic(using="owner"), connections["owner"].cursor() as cursor:
        cursor.execute("alter table core_eventline disable trigger user")
        cursor.execute("insert into core_eventline (id, version, name, payload, entry_id) values (7, 1, 'x', '{}', 1)")
        cursor.execute("alter table core_eventline enable trigger user")
    assert cli.main(["verify-audit"]) == 1
    assert "table core_eventline: 1 row(s), first 7" in capsys.readouterr().out


@pytest.mark.parametrize("command", ["serve", "worker", "verify-audit"])
def test_a_hole_in_a_wall_is_told_in_words(
    command: str, fresh_db: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("granian.Granian", None)
    monkeypatch.setattr("django.core.management.call_command", None)
    manage.require_walls()
    with connections["owner"].cursor() as cursor:
        cursor.execute("drop policy hutong_reach on people_child")
    assert cli.main([command]) == 1
    told = capsys.readouterr().out
    assert "table people_child: policy hutong_reach is missing" in told
    assert command == "verify-audit" or "./hutong migrate" in told


def test_no_web_server_gets_an_application_behind_a_hole(fresh_db: str) -> None:
    assert "application" in runpy.run_module("hutong.project.wsgi")
    with connections["owner"].cursor() as cursor:
        cursor.execute("alter table people_child disable row level security")
    with pytest.raises(Stop, match="table people_child: row-level security is off"):
        runpy.run_module("hutong.project.wsgi")
