"""Workflow: the graph of states of a record is Python in the package's workflow.py; lengths of limits are law data."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import models
from django.utils.translation import gettext as _

from hutong.core.clocks import can_pause, pause_clock, resume_clock, running_clocks, start_clock, stop
from hutong.core.context import opened
from hutong.core.errors import Conflict
from hutong.core.jurisdiction import language
from hutong.core.models import Clock
from hutong.core.tasks import done_tasks, leave_task
from hutong.core.terms import Label


@dataclass(frozen=True)
class TaskSpec:
    """The task a state puts on a worklist: kind, role, the attribute that names the place asked, and the one with the
    day from which the kind's own limit counts (today without it)."""

    kind: str
    role: str | Callable[[Any], str]
    place: str = "place_key"
    since: str = ""

    def role_of(self, obj: models.Model) -> str:
        """The role asked: one for all records, or chosen by the record."""
        return self.role(obj) if callable(self.role) else self.role


@dataclass(frozen=True)
class State:
    """A state: its words, the limit that runs in it (one for all records, or chosen by the record) and its task.

    `pauses`: states whose limits stand still, where their law lets them, while the record waits here for somebody
    outside, and run on when it comes back. `watched`: the place that is told too when the limit runs out.
    """

    name: str
    label: Label
    clock: str | Callable[[models.Model], str] = ""
    task: TaskSpec | None = None
    final: bool = False
    pauses: Sequence[str] = ()
    watched: Callable[[Any], int | None] | None = None

    def __init__(
        self,
        name: str,
        label: tuple[str, str],
        clock: str | Callable[[models.Model], str] = "",
        task: TaskSpec | None = None,
        final: bool = False,
        pauses: Sequence[str] = (),
        watched: Callable[[Any], int | None] | None = None,
    ) -> None:
        given = {"name": name, "label": Label(*label), "clock": clock, "task": task, "final": final}
        for field, value in (given | {"pauses": pauses, "watched": watched}).items():
            object.__setattr__(self, field, value)

    def limit_of(self, obj: models.Model) -> str:
        """The limit that runs on a record in this state; empty for none."""
        return self.clock(obj) if callable(self.clock) else self.clock


@dataclass(frozen=True)
class Move:
    """An action that takes a record from one of some states to one of some others; `frm=()` creates the record."""

    action: str
    frm: Sequence[str]
    to: Sequence[str]


class Flow:
    """The graph of one model. The action envelope checks every move against it."""

    def __init__(
        self, model: type[models.Model], *, states: Sequence[State], moves: Sequence[Move], field: str = "state"
    ) -> None:
        self.model, self.field = model, field
        self.states = {s.name: s for s in states}
        self.moves = {m.action: m for m in moves}
        named = {n for m in moves for n in (*m.frm, *m.to)} | {n for s in states for n in s.pauses}
        unknown = named - set(self.states)
        if unknown:
            raise RuntimeError(f"flow of {model.__name__} names unknown states: {sorted(unknown)}")
        if model in FLOWS:
            raise RuntimeError(f"{model.__name__} has two flows")
        FLOWS[model] = self

    def label(self, state: str) -> str:
        """Words of a state in the active language."""
        return self.states[state].label.text(language())

    def check(self, action: str, obj: models.Model) -> None:
        """Raise Conflict when the record is not in a state from which this action goes."""
        move, state = self.moves[action], getattr(obj, self.field)
        if move.frm and state not in move.frm:
            raise Conflict(
                _("This step is no longer possible: the record is now “%(state)s”. Reload the page to see why.")
                % {"state": self.label(state)}
            )

    def follow(self, action: str, obj: models.Model, before: str | None) -> None:
        """After the action ran: set or check the target state, stop what ran in the old one, start the new one."""
        move = self.moves[action]
        after = getattr(obj, self.field)
        if len(move.to) == 1 and after == before:
            after = move.to[0]
            setattr(obj, self.field, after)
            obj.save(update_fields=[self.field])
        if after not in move.to:
            raise RuntimeError(f"{action} left {obj._meta.label} in {after!r}, not one of {list(move.to)}")
        if before is not None and before != after:
            self._leave(self.states[before], self.states[after], obj)
        if before != after or not move.frm:
            self._enter(self.states[after], obj)

    def _leave(self, state: State, to: State, obj: models.Model) -> None:
        limit = state.limit_of(obj)
        kept = _paused(obj, limit) if state.name in to.pauses else []
        if limit:
            stop(running_clocks(obj).filter(limit=limit).exclude(pk__in=kept))
        if state.task:
            done_tasks(obj, state.task.kind, but=kept)

    def _enter(self, state: State, obj: models.Model) -> None:
        opened()
        child_id = getattr(obj, "child_id", None)
        spec = state.task
        place_key = getattr(obj, spec.place if spec else "place_key")
        clock = self._clock(state, obj, place_key, spec.role_of(obj) if spec else "", child_id)
        if spec:
            leave_task(
                spec.kind,
                subject=obj,
                place_key=place_key,
                role=spec.role_of(obj),
                child_id=child_id,
                clock=clock,
                from_=getattr(obj, spec.since) if spec.since else None,
            )

    def _clock(self, state: State, obj: models.Model, place_key: int, role: str, child_id: int | None) -> Clock | None:
        """The limit of a state: the one that stood still and is this one runs on, others end, a new one starts."""
        limit = state.limit_of(obj)
        still = running_clocks(obj).exclude(paused_on=None)
        if not state.pauses:
            stop(still.exclude(limit=limit))
        if not limit:
            return None
        found = still.filter(limit=limit).first()
        if found is not None:
            return resume_clock(found)
        watched = state.watched(obj) if state.watched else None
        return start_clock(limit, subject=obj, place_key=place_key, role=role, child_id=child_id, watched_key=watched)

    def mermaid(self, lang: str = "en") -> str:
        """The graph as a Mermaid state diagram."""
        lines = ["stateDiagram-v2"]
        lines += [f"    {s.name}: {s.label.text(lang)}" for s in self.states.values()]
        for move in self.moves.values():
            for source in move.frm or ("[*]",):
                lines += [f"    {source} --> {target}: {move.action}" for target in move.to]
        lines += [f"    {s.name} --> [*]" for s in self.states.values() if s.final]
        return "\n".join(lines)


def _paused(obj: models.Model, limit: str) -> list[int]:
    """Have the limit of a record stand still where its law lets it; ids of what does."""
    for clock in running_clocks(obj).filter(limit=limit):
        if can_pause(clock, opened().now):
            pause_clock(clock)
    return list(running_clocks(obj).filter(limit=limit).exclude(paused_on=None).values_list("pk", flat=True))


FLOWS: dict[type[models.Model], Flow] = {}
