"""Handing an award over to the place the child moved to: the list, the page both places read, and the forms."""

from __future__ import annotations

from typing import Any

from hutong.benefits import access
from hutong.benefits.models import Award, Handover
from hutong.benefits.queries.advice import advise
from hutong.benefits.screens import evidence
from hutong.benefits.screens.forms import payees_of
from hutong.benefits.screens.labels import (
    badge,
    child_cell,
    child_of,
    labels,
    state_cell,
)
from hutong.benefits.terms import AwardState
from hutong.channels.content import Body, Fact, Facts, Link, Month, Place, Rows
from hutong.channels.panels import facts_of, fields_panel
from hutong.channels.sheet import Column, Filter, Panel, Sheet, action_form, panel, record_url, register, to_result
from hutong.core import months
from hutong.core.record import label_of
from hutong.core.terms import Label
from hutong.core.viewer import Viewer
from hutong.org.terms import Role
from hutong.people.queries.children import child_behind


def awards_of(viewer: Viewer, handover: Handover) -> Body:
    """The two awards; each place reads its own."""
    own = Award.objects.visible_to(viewer).filter(pk__in=[handover.award_id, handover.new_award_id])
    found = {award.pk: award for award in own}
    facts = []
    for title, award_id in (
        (Label("迁出地待遇", "Award there"), handover.award_id),
        (Label("迁入地待遇", "Award here"), handover.new_award_id),
    ):
        award = found.get(award_id or 0)
        if award is not None:
            span = [Month(award.paid_from), Month(award.last_month) if award.last_month else ""]
            facts.append(Fact(title, Link(Label("打开", "Open"), record_url(award))))
            facts.append(Fact(Label("起止月份", "Months"), span[0] if not span[1] else span))
    return Facts(facts)


register(
    Sheet[Handover](
        "benefits.handover",
        Handover,
        title=("待遇转移", "Handover"),
        plural=("待遇转移接续", "Awards that move with the child"),
        name_of=child_of,
        columns=(
            Column("child", value=child_of, needs=("child",), link=True),
            Column("place_key"),
            Column("to_key"),
            Column("last_month", minor=True),
            Column("state", value=state_cell),
        ),
        filters=(Filter("state"), Filter("place_key"), Filter("to_key")),
        prefetch=("child",),
        panels=(
            fields_panel(
                "benefits.handed",
                ("转移内容", "What is handed over"),
                (
                    Column("child", value=child_cell, needs=("child",)),
                    "place_key", "to_key", "category", "amount_fen", "last_month",
                    "payee_name", "confirmed_on", "national_no", "told_on", "told_whom", "note",
                ),
                order=10,
            ),
            fields_panel("benefits.handover_settled", ("处理", "Settled"), ("closing", "settled_on"), order=20),
            Panel("benefits.handover_awards", ("相关待遇", "The awards"), awards_of, side=True),
        ),
        head=lambda viewer, h: [badge(h.state)],
        actions=("benefits.accept_handover", "benefits.decline_handover", "benefits.withdraw_handover"),
        roles=(*access.COUNTY, Role.CITY_OFFICER, Role.PROVINCE_OFFICER, Role.AUDITOR),
        area="allowance",
        rank=50,
        empty=("没有随户籍迁移的待遇。", "No award is moving."),
    )
)  # fmt: skip


def on_award(viewer: Viewer, award: Award) -> Body | None:
    """Where the award goes, and where it came from."""
    moves = Handover.objects.visible_to(viewer)
    out = moves.filter(award=award).order_by("-id")
    back = moves.filter(new_award=award)
    rows = [
        [Link(title, record_url(h)), Place(key=place), Month(h.last_month), badge(h.state)]
        for title, found, key in (
            (Label("转出", "Handed over"), out, "to_key"),
            (Label("转入", "Taken over"), back, "place_key"),
        )
        for h in found
        for place in [getattr(h, key)]
    ]
    if not rows:
        return None
    heads = labels(("转移", "Move"), ("对方地区", "Other place"), ("原地最后发放月", "Last month there"))
    heads.append(label_of(Handover, "state"))
    return Rows(heads, rows)


panel("benefits.award", Panel("benefits.moves", ("随户籍转移", "Moved with the child"), on_award, order=45))


def beside_accepting(viewer: Viewer, handover: Handover) -> list[Body]:
    """What is paid there, and what the law of this place says."""
    child = child_behind(handover)
    there = Facts(facts_of(viewer, handover, ("amount_fen", "last_month")))
    if child is None:
        return [there]
    advised = advise(child, viewer.today, handover.to_key, confirmed=handover.confirmed_on)
    return [
        there,
        *evidence.advice_bodies(viewer, advised.open_part, advised.open_facts),
        evidence.parents_body(viewer, child),
    ]


def told(viewer: Viewer, award: Award) -> dict[str, Any]:
    """This month, today, and the payee's name."""
    payee = award.order.payee.name if award.order else ""
    return {"last_month": months.first_of(viewer.today), "told_on": viewer.today, "told_whom": payee}


action_form(
    "benefits.propose_handover",
    text=(
        "迁入地接收前由本地继续发放；迁入地自最后发放月的次月起发放，不漏月、不重发。",
        "Until the other place accepts, this one pays; the other from the month after: none unpaid, none twice.",
    ),
    initial=told,
    offered=lambda viewer, award: award.state == AwardState.ACTIVE,
    after=to_result,
)
action_form(
    "benefits.accept_handover",
    text=(
        "按本地标准自迁出地最后发放月的次月起发放；原收款人和账户随迁，也可另选。",
        "Paid by this place's standard from the month after the last one there; payee and account come along.",
    ),
    primary=True,
    aside=beside_accepting,
    choices={"payee_id": payees_of},
    offered=lambda viewer, handover: viewer.reaches(handover.to_key),
    after=to_result,
)
action_form("benefits.decline_handover", offered=lambda viewer, handover: viewer.reaches(handover.to_key))
action_form("benefits.withdraw_handover", offered=lambda viewer, handover: viewer.reaches(handover.place_key))
