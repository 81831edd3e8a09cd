"""How a running time limit reads beside the work: its light, and what must be known about its day."""

from __future__ import annotations

from collections.abc import Iterator

from hutong.channels.content import Due
from hutong.core.clocks import has_run_out, what_follows
from hutong.core.models import Clock, Task
from hutong.core.terms import Label
from hutong.core.viewer import Viewer

ANEW = Label("{0}年放假安排公布后重新计算", "to be counted anew once the holidays of {0} are published")
OURS = "M"
"""Evidence letter of a length that no law names: shown as a default to be confirmed."""


def due_of(clock: Clock) -> Due:
    """The light of a limit."""
    still = clock.paused_on if clock.stopped_on is None else None
    return Due(clock.due_on, done=clock.stopped_on is not None, at=clock.due_at, paused_on=still)


def due_of_task(task: Task) -> Due:
    """The light of a task: its limit's, or its own day where it has no limit."""
    return due_of(task.clock) if task.clock is not None else Due(task.due_on)


def notes_of(viewer: Viewer, clock: Clock | None) -> list[str]:
    """What an officer must know about the day: what follows from lateness, an extension, what may still move it."""
    return [note.text(viewer.locale) for note in _notes(viewer, clock)] if clock is not None else []


def _notes(viewer: Viewer, clock: Clock) -> Iterator[Label]:
    follows = what_follows(clock)
    if follows is not None and clock.stopped_on is None and has_run_out(clock, viewer.now):
        yield Label("逾期后果：{0}", "what follows: {0}").filled(follows)
    if clock.extended_on is not None:
        yield Label("已于{0}延长", "extended on {0}").filled(clock.extended_on)
    if clock.unpublished is not None and clock.stopped_on is None:
        yield ANEW.filled(clock.unpublished)
    if clock.evidence == OURS:
        yield Label("默认期限，待确认", "default limit, to be confirmed")
