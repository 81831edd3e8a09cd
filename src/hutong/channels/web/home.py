"""The start page of every post: what must I do today?"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.apps import apps
from django.db.models import Count, F, Q
from django.http import HttpRequest, HttpResponse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from hutong.channels.content import Place
from hutong.channels.limits import due_of_task, notes_of
from hutong.channels.sheet import (
    PAGES,
    SHEETS,
    action_url,
    form_of,
    list_url,
    page_url,
    person_sheet,
    record_url,
    sheet_of,
)
from hutong.channels.web.frame import Way, seen, show, viewer_of
from hutong.channels.web.menu import acts_of
from hutong.channels.words import button_of, place_name
from hutong.core.action import ACTIONS
from hutong.core.clocks import limit_words
from hutong.core.models import Clock, Task
from hutong.core.tasks import KINDS, tasks_of
from hutong.core.viewer import Viewer

GROUP_SIZE = 50
"""Tasks of a group shown at once."""


@dataclass(frozen=True)
class Group:
    """Tasks of one urgency."""

    name: str
    title: str
    tone: str
    met: Q


def groups_of(viewer: Viewer) -> list[Group]:
    """Overdue (with its last day, or for hours its moment), due within a week, later or without a day."""
    today, week = viewer.today, viewer.today + timedelta(days=7)
    ended = Q(due_on=today, due_at__lt=viewer.now)
    return [
        Group("overdue", _("Overdue"), "bad", Q(due_on__lt=today) | ended),
        Group("week", _("Due within 7 days"), "warn", Q(due_on__gte=today, due_on__lte=week) & ~ended),
        Group("later", _("Later"), "good", Q(due_on__gt=week) | Q(due_on=None)),
    ]


@seen
def worklist(request: HttpRequest) -> HttpResponse:
    """Open tasks by urgency, the urgent on top; counts lead to the records behind them."""
    viewer = viewer_of(request)
    kind = request.GET.get("kind", "")
    only = request.GET.get("due", "")
    every = tasks_of(viewer).select_related("clock")
    tasks = every.filter(kind=kind) if kind in KINDS else every
    groups = groups_of(viewer)
    numbers = tasks.aggregate(**{g.name: Count("id", filter=g.met) for g in groups})
    shown = []
    for group in groups:
        if only and only != group.name:
            continue
        found = list(tasks.filter(group.met).order_by("-urgent", F("due_on").asc(nulls_last=True), "id")[:GROUP_SIZE])
        shown.append({"group": group, "count": numbers[group.name], "lines": lines_of(viewer, found)})
    context = {
        "cards": [{"group": g, "count": numbers[g.name], "url": _address(kind, g.name)} for g in groups],
        "groups": shown,
        "kinds": _kinds(viewer, every),
        "kind": kind,
        "due": only,
        "total": sum(numbers.values()),
        "creates": _shortcuts(viewer),
        "today": viewer.today,
    }
    return show(request, "channels/worklist.html", context, title=_("Worklist"))


def _address(kind: str, due: str) -> str:
    return "/?" + urlencode({k: v for k, v in (("kind", kind), ("due", due)) if v})


def _kinds(viewer: Viewer, tasks: Any) -> list[dict[str, Any]]:
    rows = tasks.order_by().values("kind").annotate(number=Count("id"))
    known = [r for r in rows if r["kind"] in KINDS]
    named = [
        {"name": r["kind"], "text": KINDS[r["kind"]].title.text(viewer.locale), "number": r["number"]} for r in known
    ]
    return sorted(named, key=lambda r: (-r["number"], r["text"]))


SHORTCUTS = 3


def _shortcuts(viewer: Viewer) -> list[Way]:
    """What this post begins most often: the actions that create a record, in the order of its bar."""
    offered = [name for name in acts_of(viewer) if not form_of(name).danger]
    return [Way(button_of(n, viewer.locale), action_url(n)) for n in offered[:SHORTCUTS]]


def lines_of(viewer: Viewer, tasks: list[Task]) -> list[dict[str, Any]]:
    """Tasks as lines: what to do, about whom, where, until when."""
    names = subject_names(viewer, ((t.on_label, t.on_id) for t in tasks))
    person = person_sheet()
    if person is not None:
        label = person.model._meta.label_lower
        names |= subject_names(viewer, ((label, t.child_id) for t in tasks if t.child_id))
    where: dict[int, str] = {}
    late = late_limits(viewer, tasks)
    lines = []
    for task in tasks:
        if task.place_key not in where:
            where[task.place_key] = place_name(Place(key=task.place_key), viewer.locale)
        kind = KINDS.get(task.kind)
        child = names.get((person.model._meta.label_lower, task.child_id)) if person else None
        lines.append(
            {
                "title": kind.title if kind else task.kind,
                "url": address_of(task),
                "who": child or names.get((task.on_label, task.on_id), ""),
                "where": where[task.place_key],
                "due": due_of_task(task),
                "notes": late[task.on_id] if task.on_label == Clock.label() else notes_of(viewer, task.clock),
                "urgent": task.urgent,
                "note": task.note,
            }
        )
    return lines


def late_limits(viewer: Viewer, tasks: Iterable[Task]) -> dict[int, list[str]]:
    """Of tasks that follow up a late limit: what that one is for, and what must be known about it."""
    ids = {task.on_id for task in tasks if task.on_label == Clock.label()}
    rows = Clock.objects.visible_to(viewer).filter(pk__in=ids)
    told = {c.pk: [limit_words(c).text(viewer.locale), *notes_of(viewer, c)] for c in rows} if ids else {}
    return defaultdict(list, told)


def address_of(task: Task) -> str:
    """Where the work is done; empty for a kind that is no longer declared."""
    kind = KINDS.get(task.kind)
    if kind is None:
        return ""
    asked = {kind.asks: task.on_id} if kind.asks else {}
    if kind.at in PAGES:
        return page_url(kind.at, **(asked or dict.fromkeys(PAGES[kind.at].slots, task.on_id)))
    if kind.at in ACTIONS:
        on = ACTIONS[kind.at].on
        return action_url(kind.at, _number(task, on._meta.label_lower) if on is not None else None)
    if asked:
        return list_url(kind.at, **asked)
    label = SHEETS[kind.at].model._meta.label_lower if kind.at else task.on_label
    return record_url(label, _number(task, label))


def _number(task: Task, label: str) -> int | None:
    """Of the record the task is about, where it is of this model; otherwise of its child."""
    return task.on_id if label == task.on_label else task.child_id


def subject_names(viewer: Viewer, subjects: Iterable[tuple[str, Any]]) -> dict[tuple[str, Any], str]:
    """Names of records inside the reach, one query for each model that has a sheet."""
    by_label: dict[str, set[Any]] = {}
    for label, pk in subjects:
        by_label.setdefault(label, set()).add(pk)
    names: dict[tuple[str, Any], str] = {}
    for label, ids in by_label.items():
        sheet = sheet_of(label)
        if sheet is None:
            continue
        rows = apps.get_model(label)._default_manager.visible_to(viewer)
        for record in rows.filter(pk__in=ids).prefetch_related(*sheet.prefetch):
            names[(label, record.pk)] = sheet.called(viewer, record)
    return names
