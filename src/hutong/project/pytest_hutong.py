"""pytest plugin: starts the tests' own database before settings are read, and lets no test be skipped in silence.

With `HUTONG_REQUIRE=all` (continuous integration) a skipped test fails the run, unless the reason begins with
"shared absent": reference material that lies beside the project and is not part of it.
"""

from __future__ import annotations

import os
from collections.abc import Generator
from typing import Any

import pytest

ALLOWED = "shared absent"
_skipped: list[tuple[str, str]] = []


@pytest.hookimpl(wrapper=True)
def pytest_load_initial_conftests() -> Generator[None, Any, Any]:
    """Runs before pytest-django reads the settings; a worker of a parallel run inherits the environment."""
    if not os.environ.get("DATABASE_URL"):
        from hutong.project.installation import installation

        installation("test").start()
    return (yield)


def _note(where: str, why: Any) -> None:
    reason = str(why[2] if isinstance(why, tuple) else why).removeprefix("Skipped: ")
    _skipped.append((where, reason))


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    """Remember a skipped test; an expected failure is no skip."""
    if report.skipped and not hasattr(report, "wasxfail"):
        _note(report.nodeid, report.longrepr)


def pytest_collectreport(report: pytest.CollectReport) -> None:
    """Remember a module that was skipped as a whole."""
    if report.skipped:
        _note(report.nodeid, report.longrepr)


def refused() -> list[tuple[str, str]]:
    """Skips that are not allowed in this run, as (test, reason)."""
    if os.environ.get("HUTONG_REQUIRE") != "all":
        return []
    return [(where, why) for where, why in _skipped if not why.startswith(ALLOWED)]


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    """Turn a good end into a failure when something was skipped that may not be."""
    if refused() and session.exitstatus == pytest.ExitCode.OK:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """Name what may not be skipped."""
    found = refused()
    if found:
        terminalreporter.section("skipped, but HUTONG_REQUIRE=all")
        for where, why in found:
            terminalreporter.line(f"FAILED {where}: skipped ({why})", red=True)
