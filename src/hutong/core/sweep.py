"""The daily look at the clocks: a breach is recorded and climbs to the next post, by itself."""

from __future__ import annotations

from typing import Any

from hutong.core.action import Given, action
from hutong.core.models import Clock, EventLine, Task
from hutong.core.tasks import KINDS, leave_task, task_kind
from hutong.core.terms import TaskState
from hutong.core.viewer import SYSTEM, Viewer

NEXT_UP: dict[str, str] = {}
"""Role -> the role that is told when its limit is breached; `org` fills it at start-up."""
ADMINISTRATOR = "administrator"


def _where_the_work_is(task: Task) -> str:
    """A breach is settled on the page of the work that is late."""
    late = Task.objects.filter(clock=task.clock, state=TaskState.OPEN)
    first = late.exclude(kind=BREACH).order_by("id").first()
    return KINDS[first.kind].url(first) if first else "/"


BREACH = "core.breach"
FAILED = "core.failed_reaction"
task_kind(
    BREACH, title=("下级超过法定时限，请督办", "A time limit below you is overdue: follow up"), url=_where_the_work_is
)
task_kind(FAILED, title=("后台处理失败，请人工处理", "Background work failed: settle by hand"), url=lambda task: "/")


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
    above = NEXT_UP.get(task.role)
    task.raised_level += 1
    task.save(update_fields=["raised_level"])
    if above:
        leave_task(
            BREACH,
            subject=clock,
            place_key=task.place_key,
            role=above,
            child_id=task.child_id,
            urgent=True,
            clock=clock,
        )


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
