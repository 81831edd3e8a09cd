"""``./hutong verify-audit`` tells what was done behind the triggers' back, and says so when all agrees."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.db import connections, transaction

from hutong.project import cli, manage


@pytest.fixture(autouse=True)
def at_the_tests_database(monkeypatch: pytest.MonkeyPatch) -> None:
    """The command meets the database of the test instead of an installation."""

    @contextmanager
    def here() -> Iterator[None]:
        yield

    monkeypatch.setattr(manage, "at_work", here)


def test_a_row_nobody_wrote_is_named_with_its_table(fresh_db: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["verify-audit"]) == 0
    assert "every row with its history" in capsys.readouterr().out
    with transaction.atomic(using="owner"), connections["owner"].cursor() as cursor:
        cursor.execute("alter table core_eventline disable trigger user")
        cursor.execute("insert into core_eventline (id, version, name, payload, entry_id) values (7, 1, 'x', '{}', 1)")
        cursor.execute("alter table core_eventline enable trigger user")
    assert cli.main(["verify-audit"]) == 1
    assert "table core_eventline: 1 row(s), first 7" in capsys.readouterr().out
