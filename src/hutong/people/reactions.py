"""What `people` does by the clock: posts that try child numbers are looked at."""

from __future__ import annotations

from procrastinate.contrib.django import app as queue

from hutong.core.action import call_system
from hutong.people.actions import watch_number_tries


@queue.periodic(cron="*/10 * * * *")
@queue.task(name="people.watch_number_tries", queueing_lock="people.watch_number_tries")
def watch(timestamp: int) -> None:
    """A post that was shut for trying numbers becomes a task of the auditor within ten minutes."""
    call_system(watch_number_tries, {})
