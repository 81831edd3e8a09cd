"""What is late, standing still or extended below: time limits of work not done, for those who follow it up."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.models import Q, QuerySet

from hutong.channels.content import Badge, Body, Fact, Facts, Lines, Link, Rows
from hutong.channels.limits import due_of, notes_of
from hutong.channels.sheet import HOME, Column, Filter, Panel, Sheet, action_form, record_url, register, sheet_of
from hutong.core.access import may_read, shown
from hutong.core.clocks import can_extend, can_pause, limit_words, rule_of
from hutong.core.models import Clock
from hutong.core.record import label_of
from hutong.core.terms import Label
from hutong.core.viewer import Viewer
from hutong.law.engine.model import NOTHING
from hutong.org.actions.limits import may_extend, may_pause
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


STANDING = {
    "late": (Label("超期", "late"), Q(breached_on__isnull=False) & ~Q(role="")),
    "paused": (Label("中止计算", "standing still"), Q(paused_on__isnull=False)),
    "extended": (Label("已延长", "extended"), Q(extended_on__isnull=False)),
}
"""Why a limit is in the list."""


def followed(rows: QuerySet[Clock], viewer: Viewer) -> QuerySet[Clock]:
    """Limits of work (not of following it up) that still run and are late, stand still or were extended.

    One that is nobody's work here (the time a payee has to answer) is never late.
    """
    met = Q(pk__in=[])
    for _words, why in STANDING.values():
        met |= why
    return rows.filter(met, stopped_on=None).exclude(on_label__in=(Clock.label(), "org.division"))


def work_of(viewer: Viewer, clock: Clock) -> Any:
    """The record on which the work is done, leading to its page; that page decides what is seen."""
    sheet = sheet_of(clock.on_label)
    if sheet is None:
        return None
    return Link(f"{Label(*sheet.title).text(viewer.locale)} {clock.on_id}", record_url(clock.on_label, clock.on_id))


def light_of(viewer: Viewer, clock: Clock) -> Any:
    """How it stands; an extension shows beside it."""
    extended = Badge(STANDING["extended"][0], "info")
    return due_of(clock) if clock.extended_on is None else Lines([due_of(clock), extended])


def head_of(viewer: Viewer, clock: Clock) -> Sequence[Any]:
    """How many days it is late, or that it is done."""
    return [Badge(Label("已办结", "Done"), "good")] if clock.stopped_on is not None else [light_of(viewer, clock)]


def what(viewer: Viewer, clock: Clock) -> Body:
    """Which work, whose, since when; on what the length of the limit rests, and what follows from lateness."""
    told = [Fact(Label("说明", "To be known"), Lines(notes))] if (notes := notes_of(viewer, clock)) else []
    return Facts(
        [
            Fact(Label("事项", "Work"), work_of(viewer, clock)),
            Fact(label_of(Clock, "limit"), limit_words(clock)),
            Fact(label_of(Clock, "role"), role_words(clock.role)),
            Fact(label_of(Clock, "from_on"), clock.from_at or clock.from_on),
            Fact(label_of(Clock, "due_on"), clock.due_at or clock.due_on),
            *told,
            Fact(label_of(Clock, "stopped_on"), clock.stopped_on),
        ]
    )


def moved(viewer: Viewer, clock: Clock) -> Body | None:
    """Each time in which the limit stood still, and its extension, with the reasons given."""
    rule, rows = rule_of(clock), []
    if clock.extended_on is not None:
        rows.append([Label("延长", "extended"), clock.extended_on, clock.due_on, shown(viewer, clock, "extended_why")])
    if may_read(viewer, clock, "pauses"):
        why = rule.pause if rule else Label("", "")
        rows += [[Label("中止", "stood still"), first, last, said or why] for first, last, said in clock.pauses]
    heads = [Label("情形", "What"), Label("自", "Since"), Label("至", "Until"), Label("理由", "Reason")]
    return Rows(heads, rows) if rows else None


def standings(viewer: Viewer) -> list[tuple[str, str]]:
    """The choices of the filter."""
    return [(value, words.text(viewer.locale)) for value, (words, _met) in STANDING.items()]


def by_standing(rows: QuerySet[Clock], value: str, viewer: Viewer) -> QuerySet[Clock]:
    """Late, standing still, or extended."""
    return rows.filter(STANDING[value][1])


register(
    Sheet[Clock](
        "core.clock",
        Clock,
        title=("办理时限", "Time limit"),
        plural=("超期督办", "Late work below"),
        columns=(
            Column("limit", value=lambda viewer, clock: limit_words(clock), needs=("limit",), link=True),
            Column("work", ("事项", "Work"), work_of, needs=("on_label", "on_id")),
            Column("place_key"),
            Column("role", value=lambda viewer, clock: role_words(clock.role), needs=("role",)),
            Column("due_on", sort=True),
            Column("light", ("时限", "Time left"), light_of, needs=("due_on", "extended_on"), export=False),
        ),
        name_of=lambda viewer, clock: f"{limit_words(clock).text(viewer.locale)} {clock.on_id}",
        filters=(
            Filter("place_key"),
            Filter("role", choices=lambda viewer: [(r.value, r.label(viewer.locale)) for r in FOLLOWERS[:2]]),
            Filter("due_on"),
            Filter("standing", ("情形", "Standing"), choices=standings, apply=by_standing),
        ),
        narrow=followed,
        order=("due_on",),
        head=head_of,
        panels=(
            Panel("core.clock_what", ("期限", "The limit"), what, order=10),
            Panel("core.clock_moved", ("中止和延长", "Stood still, extended"), moved, order=20),
        ),
        roles=FOLLOWERS,
        area="administration",
        rank=10,
        journalled=False,
        empty=("没有超期事项。", "Nothing is late."),
    )
)


def _offers_extension(viewer: Viewer, clock: Clock) -> bool:
    return may_extend(viewer, clock) is None and can_extend(clock, viewer.now)


def _offers_pause(viewer: Viewer, clock: Clock) -> bool:
    return may_pause(viewer, clock) is None and can_pause(clock, viewer.now)


def _stands_still(viewer: Viewer, clock: Clock) -> bool:
    return clock.paused_on is not None and clock.stopped_on is None and may_pause(viewer, clock) is None


def _to_the_work(result: Any, clock: Clock) -> str:
    return record_url(clock.on_label, clock.on_id) or HOME


def beside(viewer: Viewer, clock: Clock) -> Body | None:
    """The limit, and when its law lets it be extended or stand still."""
    rule = rule_of(clock)
    if rule is None:
        return None
    words = [
        (Label("可延长", "May be extended"), rule.extension.title),
        (Label("可中止", "May stand still"), rule.pause),
    ]
    allowed = [Fact(label, said) for label, said in words if said != NOTHING]
    about = [
        Fact(Label("事项", "Work"), work_of(viewer, clock)),
        Fact(label_of(Clock, "limit"), limit_words(clock)),
        Fact(label_of(Clock, "due_on"), clock.due_on),
    ]
    return Facts([*about, *allowed])


action_form(
    "org.extend_limit",
    text=(
        "每一期限只能延长一次，理由和新的到期日会显示在督办清单中。",
        "A limit is extended once; the reason and the new day show in the list of those who follow up.",
    ),
    aside=beside,
    offered=_offers_extension,
    after=_to_the_work,
    done=("期限已延长。", "The time limit was extended."),
)
action_form(
    "org.pause_limit",
    text=(
        "自今日起不计入期限，恢复后剩余的天数继续计算。上级在督办清单中看得到。",
        "From today the days do not count; what is left runs on afterwards. The offices above see it listed.",
    ),
    aside=beside,
    offered=_offers_pause,
    after=_to_the_work,
    done=("期限已中止计算。", "The time limit stands still."),
)
action_form(
    "org.resume_limit",
    aside=beside,
    offered=_stands_still,
    after=_to_the_work,
    done=("期限已恢复计算。", "The time limit runs on."),
)
