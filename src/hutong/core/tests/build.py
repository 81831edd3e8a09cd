"""Actions to try the envelope on, and a browser without a screen."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from types import SimpleNamespace
from unittest import mock

from django.http import HttpResponse
from django.test import Client

from hutong.core import action as action_module
from hutong.core.action import action
from hutong.core.errors import Refused
from hutong.core.inputs import Given, Nothing
from hutong.core.models import Task
from hutong.core.places import child_key, span_of
from hutong.core.tasks import KINDS, done_tasks, leave_task, task_kind
from hutong.core.terms import DataClass
from hutong.core.viewer import Viewer

HERE, ELSEWHERE = child_key(child_key(0, 1), 1), child_key(child_key(0, 1), 2)
TOKEN = re.compile(r'<input[^>]*name="csrfmiddlewaretoken"[^>]*>')
"""Random letters, in which any three turn up once in a while."""


class Ask(Given):
    """A text."""

    note: str = ""


def clerk(now: datetime, key: int = HERE, user: int = 7) -> Viewer:
    """Who may use the trial."""
    return Viewer(user, 1, "clerk", "Clerk", now, spans=(span_of(key),), clearance=DataClass.PERSONAL)


@contextmanager
def trial_actions() -> Iterator[SimpleNamespace]:
    """Actions on tasks: open, note, drop, fail; forgotten again afterwards."""
    known, kinds = dict(action_module.ACTIONS), dict(KINDS)
    task_kind("core.try", title=("试", "try"))

    @action("core.try_open", input=Ask, roles=("clerk",))
    def open_one(viewer: Viewer, given: Ask) -> Task:
        return leave_task("core.try", subject=Task(id=1), place_key=HERE, role="clerk", note=given.note)

    @action("core.try_note", on=Task, input=Ask, roles=("clerk",))
    def note_one(viewer: Viewer, task: Task, given: Ask) -> Task:
        task.note = given.note
        task.save(update_fields=["note"])
        return task

    @action("core.try_drop", on=Task, input=Nothing, roles=("clerk",))
    def drop_one(viewer: Viewer, task: Task, given: Nothing) -> None:
        task.delete()

    @action("core.try_fail", on=Task, input=Ask, roles=("clerk",))
    def fail_one(viewer: Viewer, task: Task, given: Ask) -> None:
        done_tasks(Task(id=1), "core.try")
        raise Refused("no")

    try:
        yield SimpleNamespace(open=open_one, note=note_one, drop=drop_one, fail=fail_one)
    finally:
        for registry, before in ((action_module.ACTIONS, known), (KINDS, kinds)):
            registry.clear()
            registry.update(before)


class Browser:
    """Pages asked for in a viewer's name; signing in is tested where it lives."""

    def __init__(self, client: Client) -> None:
        self.client = client

    def get(self, viewer: Viewer, address: str) -> HttpResponse:
        """GET in the viewer's name."""
        with mock.patch("hutong.core.middleware.ViewerMiddleware._viewer", return_value=viewer):
            return self.client.get(address, secure=True)

    def post(self, viewer: Viewer, address: str, **sent: object) -> HttpResponse:
        """POST in the viewer's name."""
        with mock.patch("hutong.core.middleware.ViewerMiddleware._viewer", return_value=viewer):
            return self.client.post(address, sent, secure=True)

    def text(self, viewer: Viewer, address: str) -> str:
        """The page, which must be there, without the tokens of its forms."""
        response = self.get(viewer, address)
        assert response.status_code == 200, (address, response.status_code, response.content[:500])
        return TOKEN.sub("", response.content.decode())
