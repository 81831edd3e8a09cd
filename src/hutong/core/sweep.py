"""The hourly look at clocks and seals: a breach is recorded and climbs by itself, days follow the law data."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _
from procrastinate.contrib.django import app as queue

from hutong.core.action import action
from hutong.core.audit import seal
from hutong.core.clocks import recount, rule_of
from hutong.core.context import note
from hutong.core.errors import Conflict
from hutong.core.events import REACT, REACTIONS
from hutong.core.inputs import Given, Line, Nothing, Text, ask
from hutong.core.jurisdiction import law
from hutong.core.models import Block, Clock, Entry, EventLine, Task
from hutong.core.tasks import KINDS, done_tasks, leave_task, open_tasks, task_kind
from hutong.core.terms import TaskState
from hutong.core.viewer import SYSTEM, Viewer

ToldOf = Callable[[str, int, Sequence[str]], str | None]
NearestTo = Callable[[int], str]
_line: list[tuple[ToldOf, NearestTo]] = []
ADMINISTRATOR = "administrator"


def register_line(told: ToldOf, nearest: NearestTo) -> None:
    """Declared once by the package that owns posts.

    `told`: (role, place key, offices the law names) -> the role told when that role is late; `nearest`: place key ->
    the role that looks after matters there.
    """
    _line[:] = [(told, nearest)]


def told_of(role: str, place_key: int, offices: Sequence[str]) -> str | None:
    """Who is told of a breach; None where nobody stands above."""
    return _line[0][0](role, place_key, offices) if _line else None


BREACH = "core.breach"
ELSEWHERE = "core.late_elsewhere"
UNSEALED = "core.unsealed"
FAILED = "core.failed_reaction"
task_kind(
    BREACH,
    title=("下级超过法定时限，请督办", "A time limit below you is overdue: follow up"),
    limit="SUPERVISE",
    follow_up=True,
)
task_kind(
    ELSEWHERE,
    title=("转出的事项在外地超期，请联系并告知申请人", "A matter passed on is late there: ask, and tell the applicant"),
    limit="SUPERVISE",
    follow_up=True,
)
task_kind(
    UNSEALED,
    title=("审计封存停滞超过一小时，请检查", "The audit has not been sealed for an hour: look into it"),
    at="core.seal",
    limit="REPAIR",
)
task_kind(
    FAILED,
    title=("后台处理失败，请人工处理", "Background work failed: settle by hand"),
    limit="REPAIR",
)


class Sweep(Given):
    """Nothing is asked: the viewer's business day decides."""


@action("core.sweep_clocks", input=Sweep, roles=(SYSTEM,), title=("时限巡查", "Check time limits"))
def sweep_clocks(viewer: Viewer, given: Sweep) -> int:
    """Mark the limits that ran out and tell whom the law names, or the post above; returns how many were new.

    A limit of days runs out with its last day, one of hours at its moment.
    """
    running = Clock.objects.filter(stopped_on=None, paused_on=None, breached_on=None, due_on__lte=viewer.today)
    late = running.filter(Q(due_at=None, due_on__lt=viewer.today) | Q(due_at__lt=viewer.now))
    count = 0
    for clock in late.select_for_update().order_by("due_on", "id"):
        clock.breached_on = viewer.today
        clock.save(update_fields=["breached_on"])
        count += 1
        for task in Task.objects.filter(clock=clock, state=TaskState.OPEN):
            _raise(task, clock)
        _tell_elsewhere(clock)
    return count


def _raise(task: Task, clock: Clock) -> None:
    task.raised_level += 1
    task.save(update_fields=["raised_level"])
    kind, rule = KINDS.get(task.kind), rule_of(clock)
    offices = rule.tell if rule else ()
    above = None if kind is not None and kind.follow_up else told_of(task.role, task.place_key, offices)
    if above:
        about = {"place_key": task.place_key, "child_id": task.child_id, "urgent": task.urgent}
        leave_task(BREACH, subject=clock, role=above, **about)


def _tell_elsewhere(clock: Clock) -> None:
    """The place that took the matter down asks, and tells the applicant."""
    key = clock.watched_key
    if key is not None and _line:
        leave_task(ELSEWHERE, subject=clock, place_key=key, role=_line[0][1](key), child_id=clock.child_id)


RECOUNT = "core.recount_clocks"


@action(RECOUNT, roles=(SYSTEM,), title=("法规数据变更后重算时限", "Count time limits anew"))
def recount_clocks(viewer: Viewer, given: Nothing) -> int:
    """Running limits follow the law data: published holidays, a corrected length; returns how many moved."""
    note(law=law().version)
    return recount(Clock.objects.filter(stopped_on=None).select_for_update().order_by("id").iterator())


def law_changed() -> bool:
    """Was the law data changed since the limits were last counted with it?"""
    last = Entry.objects.filter(action=RECOUNT).order_by("-happened_at", "-id").values_list("notes", flat=True).first()
    return last is None or last.get("law") != law().version


@action("core.watch_seal", roles=(SYSTEM,), title=("查看审计封存", "Look whether the audit is sealed"))
def watch_seal(viewer: Viewer, given: Nothing) -> bool:
    """A seal that does not advance is the administrator's to look into, until it does again."""
    chain, stuck = Block(pk=0), seal.is_stuck()
    if stuck:
        leave_task(UNSEALED, subject=chain, place_key=0, role=ADMINISTRATOR, urgent=True)
    else:
        done_tasks(chain, UNSEALED)
    return stuck


class FailedReaction(Given):
    """Which reaction failed on which event, and how."""

    reaction: Line
    event_id: int
    error: Text


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

    why: Text = ask("处理情况", "What was done instead", min_length=4)


@action(
    "core.settle_failed", on=EventLine, input=Settled, roles=(ADMINISTRATOR,), title=("已另行处理", "Settled otherwise")
)
def settle_failed(viewer: Viewer, event: EventLine, given: Settled) -> EventLine:
    """It need not run any more; the reason stands in the entry."""
    if not open_tasks(event, FAILED).exists():
        raise Conflict(_("Nothing of this is open."))
    done_tasks(event, FAILED)
    note(why=given.why)
    return event
