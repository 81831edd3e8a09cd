"""The daily look at the clocks: a breach is recorded and climbs to the next post, by itself."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from hutong.core.action import Given, action
from hutong.core.models import Clock, EventLine, Task
from hutong.core.tasks import KINDS, leave_task, task_kind
from hutong.core.terms import TaskState
from hutong.core.viewer import SYSTEM, Viewer

Superior = Callable[[str, int], str | None]
_superior: list[Superior] = []
ADMINISTRATOR = "administrator"


def register_superior(superior: Superior) -> None:
    """Declared once by the package that owns posts: (role, place key) -> the role told when a limit is breached."""
    _superior[:] = [superior]


def superior_of(role: str, place_key: int) -> str | None:
    """Who is told of a breach; None where nobody stands above."""
    return _superior[0](role, place_key) if _superior else None


BREACH = "core.breach"
FAILED = "core.failed_reaction"
task_kind(
    BREACH,
    title=("下级超过法定时限，请督办", "A time limit below you is overdue: follow up"),
    url=lambda task: f"/core/clock/{task.on_id}/",
    limit="SUPERVISE",
    follow_up=True,
)
task_kind(
    FAILED,
    title=("后台处理失败，请人工处理", "Background work failed: settle by hand"),
    url=lambda task: "/",
    limit="REPAIR",
)


class Sweep(Given):
    """Nothing is asked: the viewer's business day decides."""


@action("core.sweep_clocks", input=Sweep, roles=(SYSTEM,), title=("时限巡查", "Check time limits"))
def sweep_clocks(viewer: Viewer, given: Sweep) -> int:
    """Mark the limits that ran out before today and tell the post above; returns how many were new."""
    late = Clock.objects.filter(stopped_on=None, paused_on=None, breached_on=None, due_on__lt=viewer.today)
    count = 0
    for clock in late.select_for_update().order_by("due_on", "id"):
        clock.breached_on = viewer.today
        clock.save(update_fields=["breached_on"])
        count += 1
        for task in Task.objects.filter(clock=clock, state=TaskState.OPEN):
            _raise(task, clock)
    return count


def _raise(task: Task, clock: Clock) -> None:
    task.raised_level += 1
    task.save(update_fields=["raised_level"])
    kind = KINDS.get(task.kind)
    above = None if kind is not None and kind.follow_up else superior_of(task.role, task.place_key)
    if above:
        leave_task(BREACH, subject=clock, place_key=task.place_key, role=above, child_id=task.child_id, urgent=True)


class FailedReaction(Given):
    """Which reaction failed on which event, and how."""

    reaction: str
    event_id: int
    error: str


@action(
    "core.note_failed_reaction", input=FailedReaction, roles=(SYSTEM,), title=("登记后台失败", "Record failed work")
)
def note_failed_reaction(viewer: Viewer, given: FailedReaction) -> Any:
    """A reaction that failed becomes a task for a person, never a lost event."""
    event = EventLine.objects.get(pk=given.event_id)
    note = f"{given.reaction}: {given.error}"[:500]
    return leave_task(FAILED, subject=event, place_key=0, role=ADMINISTRATOR, note=note, urgent=True)
