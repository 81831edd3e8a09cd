"""pytest plugin: starts the tests' own database before settings are read, lets no test be skipped in silence, and says
where the time went.

Each process that runs tests has a server of its own, so that they meet neither in a database nor at a disk. It stays
for the next run, until `./hutong stop`. An external database is shared by all, each in copies of its own.

With `HUTONG_REQUIRE=all` (continuous integration) a skipped test fails the run, unless the reason begins with
"shared absent": reference material that lies beside the project and is not part of it.
"""

from __future__ import annotations

import os
import random
from collections.abc import Generator
from typing import Any

import pytest

ALLOWED = "shared absent"
LONG = ("crawl", "demo", "faults", "random")
"""Marks of tests that take long: a run on several cores begins with them, and its report has a line for each."""
DATABASES = {"db", "transactional_db", "empty_db"}
"""Fixtures through which a test comes to a database."""
_skipped: list[tuple[str, str]] = []
_seconds: dict[str, float] = {}
_tests: dict[str, set[str]] = {}


def pytest_addoption(parser: pytest.Parser) -> None:
    """Words of our own for `./hutong test`."""
    parser.addoption("--all", action="store_true", help="open every page for every post in every language")
    parser.addoption("--seed", type=int, help="which post opens which page in which language, unless --all")


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config: pytest.Config) -> None:
    """Each run deals the pages out anew; workers of a parallel run are given the seed of whoever hands out."""
    if config.option.seed is None:
        config.option.seed = random.SystemRandom().randrange(10_000)


@pytest.hookimpl(wrapper=True)
def pytest_load_initial_conftests(early_config: pytest.Config) -> Generator[None, Any, Any]:
    """Runs before pytest-django reads the settings; who only hands tests out to others needs no database."""
    worker = os.environ.get("PYTEST_XDIST_WORKER")
    hands_out = not worker and getattr(early_config.known_args_namespace, "numprocesses", None)
    if not hands_out and not os.environ.get("DATABASE_URL"):
        from hutong.project.installation import installation

        installation(f"test-{worker}" if worker else "test").start()
    return (yield)


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what meets the database; on several cores begin with the longest, or all wait for the last of them."""
    for item in items:
        item.user_properties += [("part", mark) for mark in LONG if item.get_closest_marker(mark)][:1]
        if item.get_closest_marker("django_db") or DATABASES & set(getattr(item, "fixturenames", ())):
            item.add_marker("database")
    if "PYTEST_XDIST_WORKER" in os.environ:
        items.sort(key=lambda item: not any(map(item.get_closest_marker, LONG)))


def _note(where: str, why: Any) -> None:
    reason = str(why[2] if isinstance(why, tuple) else why).removeprefix("Skipped: ")
    _skipped.append((where, reason))


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    """Remember a skipped test, an expected failure is no skip; and how long each part of the suite takes."""
    if report.skipped and not hasattr(report, "wasxfail"):
        _note(report.nodeid, report.longrepr)
    part = part_of(report)
    _seconds[part] = _seconds.get(part, 0.0) + report.duration
    _tests.setdefault(part, set()).add(report.nodeid)


def part_of(report: pytest.TestReport) -> str:
    """The mark of a test that takes long, else its package, else its folder."""
    marked = dict(report.user_properties).get("part")
    folders = report.nodeid.partition("::")[0].split("/")
    return str(marked or (folders[2] if folders[:2] == ["src", "hutong"] else folders[0]))


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
    """Where the time went, and what may not be skipped."""
    if len(_seconds) > 1:
        terminalreporter.section("time by part, summed over all cores")
        for part, seconds in sorted(_seconds.items(), key=lambda item: -item[1]):
            terminalreporter.line(f"{part:<12}{len(_tests[part]):>6} tests {seconds:>8.1f} s")
        if "crawl" in _seconds:
            seed = terminalreporter.config.option.seed
            terminalreporter.line(f"Pages were dealt out to posts and languages by --seed {seed}.")
    found = refused()
    if found:
        terminalreporter.section("skipped, but HUTONG_REQUIRE=all")
        for where, why in found:
            terminalreporter.line(f"FAILED {where}: skipped ({why})", red=True)
