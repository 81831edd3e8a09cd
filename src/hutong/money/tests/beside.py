"""Calls beside each other, each on a thread and a connection of its own."""

from __future__ import annotations

import time
from collections.abc import Callable
from threading import Barrier, Thread
from typing import Any

from django.db import OperationalError, connection, connections, transaction
from django.db.models import Model

from hutong.core import clock_time
from hutong.core.audit import journal
from hutong.core.errors import HutongError
from hutong.core.viewer import acting, system_viewer


def at_once(*calls: Callable[[], Any]) -> list[Any]:
    """What each call returned or raised, all started at the same moment on connections of their own."""
    start = Barrier(len(calls))

    def together(call: Callable[[], Any]) -> Callable[[], Any]:
        def waiting() -> Any:
            start.wait(10)
            return call()

        return waiting

    return [beside.result() for beside in [Beside(together(call)) for call in calls]]


def queued_behind(record: Model, *calls: Callable[[], Any]) -> list[Any]:
    """The same for calls that all wait for one record, in the order given, until its holder lets go."""
    with transaction.atomic(), acting(system_viewer("tests", now=clock_time.now())), connection.cursor() as cursor:
        type(record)._default_manager.select_for_update().get(pk=record.pk)
        running = []
        for call in calls:
            running.append(Beside(call))
            while _waiting(cursor) < len(running):
                assert running[-1].thread.is_alive(), "it did not wait for the record"
                time.sleep(0.01)
    return [beside.result() for beside in running]


def _waiting(cursor: Any) -> int:
    cursor.execute("select pg_stat_clear_snapshot()")
    cursor.execute(
        "select count(*) from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'"
    )
    return int(cursor.fetchone()[0])


class Beside:
    """A call on a thread and connection of its own."""

    def __init__(self, call: Callable[[], Any]) -> None:
        self.call, self.returned = call, None
        self.thread = Thread(target=self._run)
        self.thread.start()

    def _run(self) -> None:
        try:
            self.returned = self.call()
        except (HutongError, OperationalError) as error:
            self.returned = error
        finally:
            journal.close()
            connections.close_all()

    def result(self) -> Any:
        """What it returned or raised."""
        self.thread.join(30)
        return self.returned
