"""Spot checks: what an auditor looks at without needing to know why the child is provided for."""

from __future__ import annotations

from hutong.benefits.models import Application, Delivery, Determination, SpotCheck
from hutong.benefits.screens.labels import badge, child_of, state_cell
from hutong.benefits.terms import CheckState
from hutong.channels.content import Body, Fact, Facts, Link
from hutong.channels.panels import fields_panel
from hutong.channels.sheet import Column, Filter, Panel, Sheet, action_form, record_url, register
from hutong.core.record import label_of
from hutong.core.terms import Label
from hutong.core.viewer import Viewer
from hutong.org.terms import Role


def link_of(viewer: Viewer, check: SpotCheck) -> Link:
    """The decision, by its number."""
    return Link(check.determination.document_no, record_url(check.determination))


def formal_side(viewer: Viewer, check: SpotCheck) -> Body:
    """Who did what, when, and which papers stand behind it: what can be checked on any decision."""
    decision: Determination = check.determination
    application, delivery = decision.application, getattr(decision, "delivery", None)
    return Facts(
        [
            Fact(Label("决定", "Decision"), link_of(viewer, check)),
            Fact(Label("结果", "Outcome"), badge(decision.outcome)),
            Fact(label_of(Application, "filed_on"), application.filed_on if application else None),
            Fact(Label("查验人", "Verified by"), decision.verified_by),
            Fact(Label("确认人", "Decided by"), decision.decided_by),
            Fact(label_of(Determination, "decided_on"), decision.decided_on),
            Fact(label_of(Delivery, "delivered_on"), delivery.delivered_on if delivery else None),
            Fact(Label("偏离系统建议", "Departed from the advice"), decision.departs),
            Fact(label_of(Determination, "meeting_on"), decision.meeting_on),
        ]
    )


register(
    Sheet[SpotCheck](
        "benefits.spot_check",
        SpotCheck,
        title=("抽查", "Spot check"),
        plural=("决定抽查", "Spot checks"),
        name_of=lambda viewer, check: f"{check.determination.document_no} · {child_of(viewer, check)}",
        columns=(
            Column("child", value=child_of, needs=("child",), link=True),
            Column("determination", value=link_of, needs=("determination",)),
            Column("month"),
            Column("drawn_for"),
            Column("place_key", minor=True),
            Column("state", value=state_cell),
        ),
        filters=(Filter("place_key"), Filter("state"), Filter("drawn_for")),
        prefetch=("child", "determination__application", "determination__delivery"),
        panels=(
            Panel("benefits.checked_decision", ("程序与材料", "Steps and papers"), formal_side, order=10),
            fields_panel(
                "benefits.check_result",
                ("抽查结论与答复", "Result and answer"),
                ("drawn_for", "finding", "checked_on", "answer", "answered_on"),
                order=20,
            ),
        ),
        head=lambda viewer, check: [badge(check.state)],
        actions=("benefits.check_decision", "benefits.answer_spot_check"),
        roles=(Role.AUDITOR, Role.COUNTY_OFFICER, Role.CITY_OFFICER, Role.PROVINCE_OFFICER),
        area="allowance",
        rank=80,
        empty=(
            "没有抽查事项。每月初从上月的决定中抽取。",
            "No spot checks. Last month's decisions are drawn from each month.",
        ),
    )
)
action_form(
    "benefits.check_decision",
    text=(
        "核对两人经办、期限、材料和送达；偏离系统建议的，核对会商纪要。不需要了解儿童家庭情况。",
        "Look at the two people, the limits, the papers and the delivery; at the minutes where it departed from the"
        " advice. The family's circumstances need not be known.",
    ),
    aside=formal_side,
    choices={
        "state": lambda viewer, check: [
            (s.value, s.label(viewer.locale)) for s in (CheckState.IN_ORDER, CheckState.FAULTY)
        ]
    },
    primary=True,
    done=("已登记抽查结论。", "Recorded."),
)
