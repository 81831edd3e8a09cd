"""Commands of the command line, met where the tests are."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from hutong.core import clock_time
from hutong.org.tests.build import MONDAY
from hutong.project import administrators, importing, tokens


@pytest.fixture
def at_the_tests_database(monkeypatch: pytest.MonkeyPatch) -> None:
    """Commands meet the database of the test instead of an installation."""

    @contextmanager
    def here() -> Iterator[None]:
        yield

    for module in (administrators, importing, tokens):
        monkeypatch.setattr(module, "at_work", here)
    monkeypatch.setattr(clock_time, "now", lambda: MONDAY)
