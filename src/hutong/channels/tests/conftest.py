"""A desk to try the doors on, alone in the registries, and the same desk served over HTTP."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import datetime
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.servers.basehttp import ThreadedWSGIServer, WSGIRequestHandler
from django.core.wsgi import get_wsgi_application
from django.db import connections

from hutong.channels import sheet
from hutong.channels.tests.desk import REGISTRIES, FakePlaces, declare, restore, viewer_at
from hutong.core import clock_time, journal, places
from hutong.core import viewer as viewer_module
from hutong.core.action import ACTIONS
from hutong.core.models import User
from hutong.core.viewer import Viewer


@pytest.fixture
def desk(now: datetime, monkeypatch: pytest.MonkeyPatch) -> Iterator[SimpleNamespace]:
    """Sheet, actions and doors of the desk, alone in the registries for the time of a test."""
    before = [r.copy() for r in REGISTRIES]
    for registry in REGISTRIES:
        registry.clear()
    posts: dict[int, Viewer] = {}
    places.register_resolver(FakePlaces())
    viewer_module.register_loader(lambda user_id, post_id, moment: posts.get(user_id))
    monkeypatch.setattr(clock_time, "now", lambda: now)
    declare()
    yield SimpleNamespace(posts=posts, sheet=sheet.SHEETS["core.task"])
    for registry, kept in zip(REGISTRIES, before, strict=True):
        restore(registry, kept)


@pytest.fixture
def filled(desk: SimpleNamespace, now: datetime) -> SimpleNamespace:
    """The desk with sixty tasks and an account `clerk` signed in as a clerk of HERE. Needs a database fixture."""
    viewer = viewer_at("clerk", now)
    ACTIONS["core.desk_fill"](viewer, {})
    user = User(username="clerk", name="林晓")
    user.set_password("a-long-password")
    user.save()
    desk.posts[user.pk] = viewer_at("clerk", now, user_id=user.pk)
    desk.user, desk.viewer = user, desk.posts[user.pk]
    return desk


class _Quiet(WSGIRequestHandler):
    """Says nothing on standard error, and does not wait long for a browser that only keeps a line open."""

    timeout = 0.5

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
        pass


class _Server(ThreadedWSGIServer):
    """A thread per browser connection, which leaves no database connection behind; waits for all at its end."""

    daemon_threads = False

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A browser that opened a line and never used it is no error."""

    def process_request_thread(self, request: Any, client_address: Any) -> None:
        try:
            super().process_request_thread(request, client_address)  # type: ignore[misc]
        finally:
            journal.close()
            connections.close_all()


@pytest.fixture
def site(fresh_db: str, filled: SimpleNamespace) -> Iterator[str]:
    """The desk served over HTTP from a database of its own; its address."""
    server = _Server(("127.0.0.1", 0), _Quiet)
    server.set_app(get_wsgi_application())
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()
    thread.join()
