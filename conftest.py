"""Databases of the tests (copies of one the owner made, used through the serving login) and the browser."""

from __future__ import annotations

import os
import shutil
import threading
from collections.abc import Callable, Iterator
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
def empty_db(django_db_blocker: Any) -> Iterator[str]:
    """Name of the migrated, empty database every test database is a copy of; nobody ever connects to it."""
    from hutong.project import scratch

    with django_db_blocker.unblock(), scratch.kept() as name:
        yield name


@pytest.fixture(scope="session")
def template_db(empty_db: str, django_db_blocker: Any, worker_id: str) -> Iterator[str]:
    """Name of the database in which tests run that leave nothing behind."""
    from hutong.project import scratch

    name = f"hutong_test_{os.getpid()}_{worker_id}"
    with django_db_blocker.unblock():
        before = scratch.current()
        scratch.copy(name, empty_db)
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
def fresh_db(empty_db: str, template_db: str, django_db_blocker: Any, request: pytest.FixtureRequest) -> Iterator[str]:
    """A database of the test's own, for what must really commit: faults, two officers at once, pages."""
    from hutong.project import scratch

    name = f"{template_db}_{abs(hash(request.node.nodeid)) % 10**8}"
    with django_db_blocker.unblock():
        scratch.copy(name, empty_db)
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


@pytest.fixture(scope="session", autouse=True)
def quick_passwords() -> Iterator[None]:
    """Half a second of work for each password is for those who guess, not for those who test."""
    from django.contrib.auth.hashers import PBKDF2PasswordHasher

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(PBKDF2PasswordHasher, "iterations", 1)
        yield


@pytest.fixture(autouse=True)
def heads_outside(tmp_path: Path, settings: Any) -> None:
    """Each test keeps block heads in a folder of its own."""
    settings.HUTONG_HEADS = str(tmp_path / "heads.jsonl")


@pytest.fixture
def browse(client: Any) -> Any:
    """Pages asked for in a viewer's name."""
    from hutong.core.tests.build import Browser  # models can be imported only after the settings

    return Browser(client)


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


# Pages in a real browser

CHROMIUM = os.environ.get("HUTONG_CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
AXE = Path(__file__).resolve().parent / "node_modules" / "axe-core" / "axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


@pytest.fixture(scope="session")
def playwright() -> Iterator[Any]:
    """Drives the browser from an event loop in this thread, beside which Django keeps other database connections:
    those of before are closed first, those of meanwhile at the end, or no database could be copied or dropped."""
    if CHROMIUM is None:
        pytest.skip("no Chromium is installed")
    from playwright.sync_api import sync_playwright

    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    connections.close_all()
    with sync_playwright() as driver:
        yield driver
        connections.close_all()


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    """The machine's own Chromium."""
    return {**browser_type_launch_args, "executable_path": CHROMIUM, "args": ["--no-sandbox"]}


@pytest.fixture
def live_site(fresh_db: str) -> Iterator[str]:
    """Address of the product, served over HTTP from a database of the test's own."""
    from django.core.servers.basehttp import ThreadedWSGIServer, WSGIRequestHandler
    from django.core.wsgi import get_wsgi_application

    from hutong.core.audit import journal

    class Quiet(WSGIRequestHandler):
        timeout = 0.5  # a browser keeps lines open that it never uses

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
            """Nothing on standard error."""

    class Server(ThreadedWSGIServer):
        daemon_threads = False

        def handle_error(self, request: Any, client_address: Any) -> None:
            """A line that was opened and never used is no error."""

        def process_request_thread(self, request: Any, client_address: Any) -> None:
            try:
                super().process_request_thread(request, client_address)  # type: ignore[misc]
            finally:
                journal.close()
                connections.close_all()

    server = Server(("127.0.0.1", 0), Quiet)
    server.set_app(get_wsgi_application())
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture(scope="session")
def violations() -> Callable[[Any], list[str]]:
    """What axe-core finds on an open page; an empty list is what a test wants."""
    if not AXE.exists():
        pytest.skip("the packages of package-lock.json are not installed (./hutong up installs them)")
    script = AXE.read_text("utf-8")

    def found(page: Any) -> list[str]:
        page.evaluate(f"{script}; 0")
        result = page.evaluate("rules => axe.run(document, {runOnly: rules})", RULES)
        return [f"{v['id']}: {n['target']} {n['failureSummary']}" for v in result["violations"] for n in v["nodes"]]

    return found
