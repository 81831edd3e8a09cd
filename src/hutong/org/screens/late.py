"""What is late below: time limits that have run out and whose work is not done, for those who follow it up."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from hutong.channels.content import Badge, Body, Due, Fact, Facts, Link
from hutong.channels.sheet import Column, Filter, Panel, Sheet, register, sheet_of
from hutong.core.lawbook import law
from hutong.core.models import Clock
from hutong.core.terms import Label
from hutong.core.viewer import Viewer
from hutong.org.screens.posts import role_words
from hutong.org.terms import Role

FOLLOWERS = (
    Role.TOWNSHIP_SUPERVISOR,
    Role.COUNTY_OFFICER,
    Role.CITY_OFFICER,
    Role.PROVINCE_OFFICER,
    Role.MINISTRY_OFFICER,
    Role.AUDITOR,
)


def late(rows: Any, viewer: Viewer) -> Any:
    """Limits of work (not of following it up) that ran out and still run."""
    followed = (Clock.label(), "org.division")
    return rows.filter(stopped_on=None, breached_on__isnull=False).exclude(on_label__in=followed)


def limit_words(viewer: Viewer, clock: Clock) -> Label:
    """What the limit is for, in the words of the law data; its own name where the law no longer knows it."""
    known = law().law.deadlines.get(clock.deadline)
    return Label(known.title.zh, known.title.en) if known else Label(clock.deadline, clock.deadline)


def work_of(viewer: Viewer, clock: Clock) -> Any:
    """The record on which the work is done, leading to its page; that page decides what is seen."""
    sheet = sheet_of(clock.on_label)
    if sheet is None:
        return None
    return Link(f"{Label(*sheet.title).text(viewer.locale)} {clock.on_id}", f"{sheet.url}{clock.on_id}/")


def head_of(viewer: Viewer, clock: Clock) -> Sequence[Any]:
    """How many days it is late, or that it is done."""
    if clock.stopped_on is not None:
        return [Badge(Label("已办结", "Done"), "good")]
    days = (viewer.today - clock.due_on).days
    return [Badge(Label(f"超期{days}天", f"{days} days late"), "bad")] if days > 0 else [Due(clock.due_on)]


def what(viewer: Viewer, clock: Clock) -> Body:
    """Which work, whose, since when; and on what the length of the limit rests."""
    basis = Label("系统默认，待确认", "default, to be confirmed") if clock.evidence == "M" else Label("", "")
    return Facts(
        [
            Fact(Label("事项", "Work"), work_of(viewer, clock)),
            Fact(Label("期限", "Limit"), limit_words(viewer, clock), basis),
            Fact(Label("承办岗位", "Whose work"), role_words(clock.role)),
            Fact(Label("起算日", "Counted from"), clock.from_on),
            Fact(Label("到期日", "Due"), clock.due_on),
            Fact(Label("办结日", "Done on"), clock.stopped_on),
        ]
    )


register(
    Sheet(
        "core.clock",
        Clock,
        title=("超期事项", "Late work"),
        plural=("超期督办", "Late work below"),
        fields={
            "deadline": ("期限", "Limit"),
            "place_key": ("地点", "Where"),
            "role": ("承办岗位", "Whose work"),
            "from_on": ("起算日", "Counted from"),
            "due_on": ("到期日", "Due"),
            "breached_on": ("超期登记日", "Found late on"),
            "stopped_on": ("办结日", "Done on"),
            "paused_on": ("中止日", "Paused on"),
        },
        columns=(
            Column("deadline", value=limit_words, needs=("deadline",), link=True),
            Column("work", ("事项", "Work"), work_of, needs=("on_label", "on_id")),
            Column("place_key"),
            Column("role", value=lambda viewer, clock: role_words(clock.role), needs=("role",)),
            Column("due_on", sort=True),
        ),
        name_of=lambda viewer, clock: f"{limit_words(viewer, clock).text(viewer.locale)} {clock.on_id}",
        filters=(
            Filter("place_key"),
            Filter("role", choices=lambda viewer: [(r.value, r.label(viewer.locale)) for r in FOLLOWERS[:2]]),
            Filter("due_on"),
        ),
        narrow=late,
        order=("due_on",),
        head=head_of,
        panels=(Panel("core.clock_what", ("超期的是什么", "What is late"), what, order=10),),
        roles=FOLLOWERS,
        menu=83,
        journalled=False,
        empty=("没有超期事项。", "Nothing is late."),
    )
)
