"""Labels of fields and small cells that several pages share. No page of this package tells why a child is paid."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from hutong.channels.content import Badge, Fen, Month, Place, Tone
from hutong.core.access import MASK, may_read
from hutong.core.terms import Label
from hutong.core.viewer import Viewer
from hutong.money.models import Line
from hutong.money.queries.reference import reference
from hutong.people.models import Child
from hutong.people.queries.children import child_behind

MOVED_AWAY = Label("已迁出儿童", "child who moved away")
BATCH = {
    "place": ("发放地区", "Place"),
    "place_key": ("发放地区", "Place"),
    "month": ("月份", "Month"),
    "purpose": ("类型", "Kind"),
    "state": ("状态", "State"),
    "count": ("笔数", "Lines"),
    "total_fen": ("发放总额（元）", "To be paid (yuan)"),
    "booked_fen": ("冲销、退回（元）", "Booked back (yuan)"),
    "signed_on": ("签发日期", "Signed on"),
    "sent_on": ("送银行日期", "Sent on"),
    "settled_on": ("对账完成日期", "Reconciled on"),
    "maker": ("编制人", "Prepared by"),
    "signer": ("签发人", "Signed by"),
}
LINE = {
    "batch": ("批次", "Batch"),
    "order": ("发放指令", "Order"),
    "child": ("儿童", "Child"),
    "account": ("收款账户", "Account"),
    "item": ("项目", "Item"),
    "month": ("所属月份", "Month"),
    "kind": ("类别", "Kind"),
    "state": ("状态", "State"),
    "amount_fen": ("金额（元）", "Amount (yuan)"),
    "corrects": ("更正的记录", "Corrects"),
    "refusal": ("银行退回原因", "The bank's reason"),
    "settled_on": ("办结日期", "Settled on"),
    "place_key": ("地区", "Place"),
}
ORDER = {
    "child": ("儿童", "Child"),
    "item": ("项目", "Item"),
    "payee": ("收款人", "Payee"),
    "first_month": ("起发月份", "First month"),
    "last_month": ("止发月份", "Last month"),
    "suspended_from": ("暂停起始月份", "Suspended from"),
    "state": ("状态", "State"),
    "place": ("发放地区", "Place"),
    "place_key": ("地区", "Place"),
}
PAYEE = {
    "child": ("儿童", "Child"),
    "kind": ("收款人类型", "Kind"),
    "person": ("人员", "Person"),
    "name": ("收款人", "Payee"),
    "place": ("所属地区", "Place"),
    "place_key": ("所属地区", "Place"),
}
ACCOUNT = {
    "payee": ("收款人", "Payee"),
    "last4": ("账号", "Account number"),
    "bank": ("开户银行", "Bank"),
    "holder": ("户名", "Account holder"),
    "source": ("依据", "Basis"),
    "proof": ("证明材料", "Paper"),
    "state": ("状态", "State"),
    "proposed_by": ("登记人", "Entered by"),
    "approved_by": ("复核人", "Approved by"),
    "valid_from": ("生效日期", "Valid from"),
    "declined_why": ("未通过原因", "Why declined"),
    "place_key": ("地区", "Place"),
}
CHANGE = {
    "order": ("发放指令", "Order"),
    "old_payee": ("原收款人", "Payee so far"),
    "new_payee": ("新收款人", "New payee"),
    "why": ("变更原因", "Reason"),
    "note": ("说明", "Note"),
    "proof": ("依据材料", "Paper"),
    "state": ("状态", "State"),
    "proposed_by": ("登记人", "Proposed by"),
    "approved_by": ("批准人", "Approved by"),
    "place_key": ("地区", "Place"),
}
RECOVERY = {
    "child": ("儿童", "Child"),
    "order": ("发放指令", "Order"),
    "amount_fen": ("应退金额（元）", "Claimed (yuan)"),
    "returned_fen": ("已退金额（元）", "Paid back (yuan)"),
    "why": ("错发类型", "Kind of error"),
    "reasons": ("告知的理由", "Reasons told"),
    "state": ("状态", "State"),
    "noticed_on": ("告知日期", "Told on"),
    "answer_due": ("答复期限", "Answer until"),
    "answered_on": ("答复日期", "Answered on"),
    "answer": ("收款人答复", "Answer"),
    "plan": ("退款约定", "Agreement"),
    "instalment_fen": ("每月退款额（元）", "Monthly instalment (yuan)"),
    "closed_why": ("不再追回的理由", "Why not pursued"),
    "place_key": ("地区", "Place"),
}
TONES: dict[str, Tone] = {
    "prepared": "warn", "signed": "info", "sent": "info", "settled": "good", "paid": "good", "refused": "bad",
    "proposed": "warn", "approved": "good", "declined": "bad", "active": "good", "suspended": "warn",
    "noticed": "warn", "answered": "info", "agreed": "info",
}  # fmt: skip


def fen(field: str) -> Callable[[Viewer, Any], Fen | None]:
    """Cell with an amount of a column in fen."""

    def cell(viewer: Viewer, record: Any) -> Fen | None:
        value = getattr(record, field)
        return None if value is None else Fen(value)

    return cell


def month(field: str) -> Callable[[Viewer, Any], Month | None]:
    """Cell with a month."""

    def cell(viewer: Viewer, record: Any) -> Month | None:
        value: date | None = getattr(record, field)
        return None if value is None else Month(value)

    return cell


def place(field: str = "place_key") -> Callable[[Viewer, Any], Place]:
    """Cell with the name of a place."""
    return lambda viewer, record: Place(key=getattr(record, field))


def state(viewer: Viewer, record: Any) -> Badge:
    """Cell with the state in words and colour."""
    return Badge(type(record)._meta.get_field("state").word(record.state), TONES.get(str(record.state), "plain"))


def child_name(viewer: Viewer, child: Child | None) -> str:
    """The child as this viewer may call it; None is one who moved out of sight."""
    if child is None:
        return MOVED_AWAY.text(viewer.locale)
    return str(child) if may_read(viewer, Child, "name") else MASK


def child_cell(viewer: Viewer, record: Any) -> str:
    """Cell with the child of a record."""
    return "" if record.child_id is None else child_name(viewer, child_behind(record))


def line_name(viewer: Viewer, line: Line) -> str:
    """What a line is called: its payment number."""
    return reference(line.pk)


def both(zh: str, en: str) -> Label:
    """A text in both languages."""
    return Label(zh, en)
