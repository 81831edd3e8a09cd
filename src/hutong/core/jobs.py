"""What the background worker runs: reactions to events, the sealing of the audit, the hourly look at the clocks."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from procrastinate import RetryStrategy
from procrastinate.contrib.django import app as queue

from hutong.core import clock_time
from hutong.core.action import call_system
from hutong.core.audit import seal
from hutong.core.errors import HutongError
from hutong.core.events import REACT, REACTIONS
from hutong.core.models import EventLine
from hutong.core.places import NATION
from hutong.core.sweep import law_changed, note_failed_reaction, recount_clocks, sweep_clocks, watch_seal
from hutong.core.viewer import acting, system_viewer

RETRIES = RetryStrategy(max_attempts=4, exponential_wait=5)


def run_reaction(reaction: str, event_id: int) -> None:
    """Run one subscriber once; the idempotency key makes a second run return the first one's result."""
    subscriber = REACTIONS[reaction]
    viewer = system_viewer(f"reaction:{reaction}", now=clock_time.now())
    with acting(viewer), transaction.atomic():
        event = EventLine.objects.get(pk=event_id)
        subscriber.run(viewer, event.payload, f"{reaction}:{event_id}")


@queue.task(name=REACT, retry=RETRIES, pass_context=True)
def react(context: Any, reaction: str, event_id: int) -> None:
    """Queue entry of a reaction. An expected failure, or the last attempt, becomes a task for a person."""
    try:
        run_reaction(reaction, event_id)
    except HutongError as error:
        call_system(note_failed_reaction, {"reaction": reaction, "event_id": event_id, "error": str(error)[:4000]})
    except Exception as error:
        if context.job.attempts + 1 >= RETRIES.max_attempts:
            call_system(note_failed_reaction, {"reaction": reaction, "event_id": event_id, "error": repr(error)[:4000]})
            return
        raise


@queue.periodic(cron="*/1 * * * *")
@queue.task(name="hutong.seal", queueing_lock="hutong.seal")
def seal_audit(timestamp: int) -> None:
    """Link what has committed into the chain of blocks."""
    seal.seal_now()


@queue.periodic(cron="10 * * * *")
@queue.task(name="hutong.sweep", queueing_lock="hutong.sweep")
def sweep(timestamp: int) -> None:
    """Once an hour: limits follow the law data, breaches climb, and a seal that stands still is noticed."""
    viewer = system_viewer("sweep", now=clock_time.now(), spans=(NATION,))
    with acting(viewer):
        if law_changed():
            recount_clocks(viewer, {})
        sweep_clocks(viewer, {})
        watch_seal(viewer, {})
