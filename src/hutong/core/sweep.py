"""The daily look at the clocks: a breach is recorded and climbs to the next post, by itself."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.utils.translation import gettext as _
from procrastinate.contrib.django import app as queue
from pydantic import Field

from hutong.core.action import Given, Nothing, action
from hutong.core.context import note
from hutong.core.errors import Conflict
from hutong.core.events import REACT, REACTIONS
from hutong.core.models import Clock, EventLine, Task
from hutong.core.tasks import KINDS, done_tasks, leave_task, task_kind
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
    url=lambda task: f"/core/eventline/{task.on_id}/",
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
    what = f"{given.reaction}: {given.error}"[:500]
    return leave_task(FAILED, subject=event, place_key=0, role=ADMINISTRATOR, note=what, urgent=True)


def failed_reactions(event: EventLine) -> list[str]:
    """Names of the reactions to an event that failed and are not settled; never what they said: it may name people."""
    open_ones = Task.objects.filter(kind=FAILED, on_label=EventLine.label(), on_id=event.pk, state=TaskState.OPEN)
    return sorted({text.partition(": ")[0] for text in open_ones.values_list("note", flat=True)})


@action("core.run_again", on=EventLine, roles=(ADMINISTRATOR,), title=("重新运行", "Run again"))
def run_again(viewer: Viewer, event: EventLine, given: Nothing) -> int:
    """What failed is queued once more, after its cause was removed; one that fails again becomes a task again."""
    failed = [name for name in failed_reactions(event) if name in REACTIONS]
    if not failed:
        raise Conflict(_("Nothing of this is open."))
    for name in failed:
        queue.configure_task(REACT, allow_unknown=True).defer(reaction=name, event_id=event.pk)
    done_tasks(event, FAILED)
    return len(failed)


class Settled(Given):
    """What was done instead."""

    why: str = Field(title="What was done instead", min_length=4, json_schema_extra={"zh": "处理情况", "kind": "text"})


@action(
    "core.settle_failed", on=EventLine, input=Settled, roles=(ADMINISTRATOR,), title=("已另行处理", "Settled otherwise")
)
def settle_failed(viewer: Viewer, event: EventLine, given: Settled) -> EventLine:
    """It need not run any more; the reason stands in the entry."""
    if not done_tasks(event, FAILED):
        raise Conflict(_("Nothing of this is open."))
    note(why=given.why)
    return event
