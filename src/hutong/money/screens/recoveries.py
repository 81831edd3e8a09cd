"""Recoveries: what was told, answered, agreed and paid back."""

from __future__ import annotations

from hutong.channels.content import Due
from hutong.channels.panels import fields_panel, rows_panel
from hutong.channels.sheet import Column, Filter, Sheet, register
from hutong.core.viewer import Viewer
from hutong.money import access
from hutong.money.models import Line, Recovery, RecoveryPart
from hutong.money.screens.batches import LINE_COLUMNS
from hutong.money.screens.labels import child_cell, line_name, state
from hutong.money.terms import RecoveryState


def _due(viewer: Viewer, recovery: Recovery) -> Due:
    return Due(recovery.answer_due, done=recovery.state != RecoveryState.NOTICED)


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
            fields_panel("money.recovery_facts", ("退款事项", "Recovery"),
                         ("why", "reasons", "amount_fen", "returned_fen", "noticed_on", "answer_due", "answered_on",
                          "answer", "plan", "instalment_fen", "closed_why"), order=10),
            rows_panel("money.recovery_parts", ("涉及的发放记录", "Payments claimed"), RecoveryPart, "recovery",
                       (Column("line", value=lambda v, p: line_name(v, p.line)),
                        Column("line__month", title=("月份", "Month")),
                        Column("amount_fen", numeric=True),
                        Column("returned_fen", numeric=True)), order=20,
                       sort=("line__month", "id")),
            rows_panel("money.repayments", ("退回记录", "Repayments"), Line, "recovery", LINE_COLUMNS, order=30,
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
