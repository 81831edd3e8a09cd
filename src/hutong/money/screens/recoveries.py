"""Recoveries: what was told, answered, agreed and paid back."""

from __future__ import annotations

from typing import Any

from hutong.channels.content import Body, Due, Facts, Fen, Link, Note, Rows
from hutong.channels.panels import facts_of, rows_panel
from hutong.channels.sheet import Column, Filter, Panel, Sheet, record_url, register
from hutong.core.record import label_of
from hutong.core.terms import Label
from hutong.core.viewer import Viewer
from hutong.money import access
from hutong.money.models import Line, Recovery, RecoveryPart, Repayment
from hutong.money.screens.adds_up import batch_name
from hutong.money.screens.batches import LINE_COLUMNS
from hutong.money.screens.labels import child_cell, state
from hutong.money.terms import LineState, RecoveryState


def _due(viewer: Viewer, recovery: Recovery) -> Due:
    return Due(recovery.answer_due, done=recovery.state != RecoveryState.NOTICED)


TOLD = ("noticed_on", "answer_due")
"""What is known once the payee was told."""


def recovery_facts(viewer: Viewer, recovery: Recovery) -> list[Body]:
    """What is claimed and why, what the payee said, what was agreed."""
    names = ("why", "reasons", "amount_fen", "returned_fen", *TOLD, "answered_on", "answer", "plan", "instalment_fen",
             "closed_why")  # fmt: skip
    told = recovery.state != RecoveryState.WAITING
    return [Facts(facts_of(viewer, recovery, [name for name in names if told or name not in TOLD]))]


def arithmetic(viewer: Viewer, recovery: Recovery) -> list[Body]:
    """Month by month: paid, due, to be recovered, come back; and what a claim waits for."""
    heads = [
        Label("月份", "Month"),
        label_of(Line, "state"),
        Label("已发（元）", "Paid (yuan)"),
        Label("应发（元）", "Due (yuan)"),
        Label("应追回（元）", "To recover (yuan)"),
        Label("已退（元）", "Back (yuan)"),
    ]
    parts = recovery.parts.select_related("line").order_by("line__month", "id")
    rows = [_month_of(viewer, part) for part in parts]
    total: list[Any] = [Label("合计", "Altogether"), "", "", "", Fen(recovery.amount_fen), Fen(recovery.returned_fen)]
    bodies: list[Body] = [Rows(heads, rows, total=total, numeric=frozenset({2, 3, 4, 5}))]
    if note := _NOTES.get(recovery.state):
        bodies.insert(0, Note(note))
    return bodies


def _month_of(viewer: Viewer, part: RecoveryPart) -> list[Any]:
    line = part.line
    name = Link(f"{line.month:%Y-%m}", record_url(line))
    back = line.state == LineState.REFUSED
    paid, wanted = (0, part.returned_fen) if back else (line.amount_fen, part.amount_fen)
    due = line.amount_fen - part.amount_fen
    return [name, state(viewer, line), Fen(paid), Fen(due), Fen(wanted), Fen(part.returned_fen)]


def _booked(viewer: Viewer, repayment: Repayment) -> Any:
    return Link(batch_name(viewer, repayment.batch), record_url(repayment.batch))


_NOTES = {
    RecoveryState.WAITING: Label(
        "款项在银行处理中，是否到账尚不确定：银行回盘后本事项自动继续，银行退回的部分不再追回。",
        "The money is with the bank and may not have arrived: once the bank has answered this goes on by itself, and"
        " what the bank returned is not claimed.",
    ),
    RecoveryState.NOTHING: Label(
        "款项已由银行退回，收款人无须退款。", "The bank returned the money; the payee owes nothing."
    ),
}


register(
    Sheet[Recovery](
        "money.recovery",
        Recovery,
        title=("退款事项", "Recovery"),
        plural=("退款事项", "Recoveries"),
        name_of=lambda viewer, recovery: f"{child_cell(viewer, recovery)} {recovery.noticed_on}",
        columns=(
            Column("child", value=child_cell, needs=("child",), link=True),
            Column("amount_fen", numeric=True),
            Column("returned_fen", numeric=True, minor=True),
            Column("state", value=state),
            Column("answer_due", value=_due, needs=("answer_due",)),
        ),
        filters=(Filter("state"), Filter("place_key")),
        prefetch=("child",),
        panels=(
            Panel("money.recovery_facts", ("退款事项", "Recovery"), recovery_facts, order=10),
            Panel("money.recovery_sum", ("逐月计算", "Month by month"), arithmetic, order=20),
            rows_panel("money.repayments", ("退回记录", "Repayments"), Repayment, "recovery",
                       (Column("received_on"), Column("amount_fen", numeric=True), Column("paid_by"),
                        Column("reference"), Column("batch", value=_booked),
                        Column("by__name", title=("登记人", "Recorded by"))),
                       order=30, hide_when_empty=True),
            rows_panel("money.recovery_lines", ("入账明细", "Booked as"), Line, "recovery", LINE_COLUMNS, order=40,
                       hide_when_empty=True),
        ),
        head=lambda viewer, recovery: [state(viewer, recovery)],
        actions=("money.record_answer", "money.agree_plan", "money.record_repayment", "money.waive_recovery"),
        roles=access.READERS[1:],
        area="money",
        rank=40,
        empty=("没有退款事项。", "No recovery."),
    )
)  # fmt: skip
