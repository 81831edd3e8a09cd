"""Workflow: the graph of states of a record is Python in the package's workflow.py; lengths of limits are law data."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import models
from django.utils.translation import gettext as _

from hutong.core.clocks import (
    Asked,
    can_pause,
    pause_clock,
    resume_clock,
    running_clocks,
    running_on,
    start_clocks,
    stop,
)
from hutong.core.context import gathering, opened
from hutong.core.errors import Conflict
from hutong.core.jurisdiction import language
from hutong.core.models import Clock, Task
from hutong.core.record import TermField
from hutong.core.tasks import TASKS, close_tasks, leave_tasks
from hutong.core.terms import Label, TaskState, Term


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
    """A state, which is a word of the package's vocabulary: the limit that runs in it (one for all records, or chosen
    by the record) and its task.

    `pauses`: states whose limits stand still, where their law lets them, while the record waits here for somebody
    outside, and run on when it comes back. `watched`: the place that is told too when the limit runs out. `since`: the
    day from which the limit counts on a record; today without it.
    """

    name: str
    label: Label
    clock: str | Callable[[models.Model], str] = ""
    task: TaskSpec | None = None
    final: bool = False
    pauses: Sequence[str] = ()
    watched: Callable[[Any], int | None] | None = None
    since: Callable[[Any], date | None] | None = None

    def __init__(
        self,
        word: Term,
        clock: str | Callable[[models.Model], str] = "",
        task: TaskSpec | None = None,
        final: bool = False,
        pauses: Sequence[str] = (),
        watched: Callable[[Any], int | None] | None = None,
        since: Callable[[Any], date | None] | None = None,
    ) -> None:
        given = {"name": word.value, "label": Label(word.zh, word.en), "clock": clock, "task": task, "final": final}
        for field, value in (given | {"pauses": pauses, "watched": watched, "since": since}).items():
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
        kept = model._meta.get_field(field)
        words = {*kept.term} if isinstance(kept, TermField) and kept.term else set()
        named = {n for m in moves for n in (*m.frm, *m.to)} | {n for s in states for n in s.pauses}
        odd = words ^ set(self.states) | named - set(self.states)
        if odd:
            raise RuntimeError(f"flow of {model.__name__}: no states, or no words of its {field}: {sorted(odd)}")
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
        if before == after and move.frm:
            return
        many, label = gathering(), obj._meta.label_lower
        if many is None:
            self.step(before, after, [obj])
        else:
            many.put(self.step, (before, after), obj, about=(TASKS[0], label, obj.pk), tables=TASKS)

    def step(self, before: str | None, after: str, objs: Sequence[models.Model]) -> None:
        """Records went from one state, or none, to another: stop what ran in the old one, start the new one."""
        if before is not None and before != after:
            self._leave(self.states[before], self.states[after], objs)
        self._enter(self.states[after], objs)

    def _leave(self, state: State, to: State, objs: Sequence[models.Model]) -> None:
        label, by_limit = objs[0]._meta.label_lower, defaultdict[str, list[models.Model]](list)
        for obj in objs:
            by_limit[state.limit_of(obj)].append(obj)
        pauses = state.name in to.pauses
        kept = [pk for limit, some in by_limit.items() for obj in some for pk in _paused(obj, limit)] if pauses else []
        for limit, some in by_limit.items():
            if limit:
                running = running_on(label, [obj.pk for obj in some])
                stop(running.filter(limit=limit).exclude(pk__in=kept))
        if state.task:
            close_tasks(state.task.kind, label, TaskState.DONE, kept, [obj.pk for obj in objs])

    def _enter(self, state: State, objs: Sequence[models.Model]) -> None:
        opened()
        label, spec, clocks = objs[0]._meta.label_lower, state.task, self._clocks(state, objs)
        if spec is None:
            return
        asked = []
        for obj in objs:
            clock = clocks.get(obj.pk)
            task = Task(
                kind=spec.kind,
                on_label=label,
                on_id=obj.pk,
                child_id=getattr(obj, "child_id", None),
                place_key=getattr(obj, spec.place),
                role=spec.role_of(obj),
                clock=clock,
            )
            asked.append((task, getattr(obj, spec.since) if spec.since else None))
        leave_tasks(spec.kind, label, asked)

    def _clocks(self, state: State, objs: Sequence[models.Model]) -> dict[int, Clock]:
        """The limits of a state: one that stood still and is this one runs on, others end, the rest start."""
        label, limits = objs[0]._meta.label_lower, {obj.pk: state.limit_of(obj) for obj in objs}
        still = list(running_on(label, list(limits)).exclude(paused_on=None).order_by("-id"))
        others = [clock.pk for clock in still if clock.limit != limits[clock.on_id]]
        if others and not state.pauses:
            stop(Clock.objects.filter(pk__in=others))
        found = {clock.on_id: clock for clock in still if clock.limit == limits[clock.on_id]}
        clocks = {pk: resume_clock(clock) for pk, clock in found.items()}
        starting = defaultdict[tuple[str, date | None], list[Asked]](list)
        for obj in objs:
            if limits[obj.pk] and obj.pk not in clocks:
                since = state.since(obj) if state.since else None
                starting[limits[obj.pk], since].append(self._asked(state, obj))
        for (limit, since), asked in starting.items():
            clocks |= {clock.on_id: clock for clock in start_clocks(limit, label, asked, since)}
        return clocks

    def _asked(self, state: State, obj: models.Model) -> Asked:
        spec = state.task
        watched = state.watched(obj) if state.watched else None
        place_key, role = getattr(obj, spec.place if spec else "place_key"), spec.role_of(obj) if spec else ""
        return Asked(obj.pk, place_key, role, getattr(obj, "child_id", None), watched)

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
