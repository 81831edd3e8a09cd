"""Events: what happened, told upward and sideways by name. Reactions run queued, idempotent, in the same order."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from procrastinate.contrib.django import app as queue

from hutong.core.context import gathering, opened
from hutong.core.models import EventLine
from hutong.core.record import create_all
from hutong.core.viewer import Viewer, acting, system_viewer

REACT = "hutong.react"
"""Name of the queue job that runs one reaction (hutong.core.jobs)."""

EVENTS: dict[str, str] = {}
REACTIONS: dict[str, Reaction] = {}


Payload: TypeAlias = dict[str, Any]


@dataclass(frozen=True)
class Reaction:
    """A subscriber: event name, its own name (the idempotency key begins with it) and the function."""

    event: str
    name: str
    run: Callable[[Viewer, Payload, str], None]
    concerns: Callable[[Payload], bool] | None = None
    """Is there anything for it to do? Asked with the nation as reach, in the transaction that raises the event."""


def declare_event(name: str) -> str:
    """Declare an event (in the package's workflow.py); the part before the dot is the package."""
    EVENTS[name] = name.partition(".")[0]
    return name


def reaction(
    event: str, *, name: str, concerns: Callable[[Payload], bool] | None = None
) -> Callable[[Callable[[Viewer, Payload, str], None]], Callable[[Viewer, Payload, str], None]]:
    """Subscribe `run(viewer, payload, key)` to an event by its name; pass `key` to the action it calls.

    What `concerns(payload)` turns down is not queued. It must not overlook what another transaction is about to make:
    let both hold the same row.
    """

    def register(run: Callable[[Viewer, Payload, str], None]) -> Callable[[Viewer, Payload, str], None]:
        if name in REACTIONS:
            raise RuntimeError(f"reaction {name} declared twice")
        REACTIONS[name] = Reaction(event, name, run, concerns)
        return run

    return register


def raise_event(name: str, **payload: Any) -> EventLine:
    """Tell subscribers of the event; they run from the queue once this transaction has committed."""
    if name not in EVENTS:
        raise RuntimeError(f"event {name} is not declared")
    action = opened()
    plain = {k: v.isoformat() if hasattr(v, "isoformat") else v for k, v in payload.items()}
    line, many = EventLine(name=name, payload=plain, entry_id=action.entry_id), gathering()
    if many is None:
        _tell([line])
    else:
        many.put(_tell, (), line, about=None, tables=("core_eventline", "procrastinate_jobs"))
    return line


def _tell(lines: Sequence[EventLine]) -> None:
    """Keep events and queue the reactions to them."""
    create_all(lines)
    waiting: list[dict[str, Any]] = []
    for subscriber in REACTIONS.values():
        payloads = [line.payload for line in lines if line.name == subscriber.event]
        concerned = _concerned(subscriber, payloads)
        numbers = [line.pk for line in lines if line.name == subscriber.event]
        told = zip(numbers, concerned, strict=True)
        waiting += [{"reaction": subscriber.name, "event_id": number} for number, yes in told if yes]
    if waiting:
        ordered = sorted(waiting, key=lambda one: int(one["event_id"]))
        queue.configure_task(REACT, allow_unknown=True).batch_defer(*ordered)


def _concerned(subscriber: Reaction, payloads: Sequence[Payload]) -> list[bool]:
    if subscriber.concerns is None or not payloads:
        return [True] * len(payloads)
    with acting(system_viewer(subscriber.name, now=opened().now)):
        return [subscriber.concerns(payload) for payload in payloads]
