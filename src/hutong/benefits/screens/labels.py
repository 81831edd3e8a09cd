"""Labels of fields and small cells that several pages share."""

from __future__ import annotations

from typing import Any

from hutong.channels.content import Badge, Link, Place, Tone
from hutong.channels.sheet import record_url
from hutong.channels.web.files import file_link
from hutong.core.access import MASK, may_read
from hutong.core.terms import Label
from hutong.core.viewer import Viewer
from hutong.people.models import Child
from hutong.people.queries.children import child_behind

Words = tuple[str, str]
CHILD: Words = ("儿童", "Child")
PLACE: Words = ("责任地", "Place responsible")
STATE: Words = ("状态", "State")
APPLICATION: dict[str, Words] = {
    "child": CHILD,
    "receipt_no": ("受理编号", "Receipt"),
    "applicant_kind": ("申请人身份", "Who applies"),
    "applicant_name": ("申请人", "Applicant"),
    "category_asked": ("申请类别", "Asked for"),
    "statement": ("申请事由", "In the applicant's words"),
    "place_key": PLACE,
    "accepting_key": ("受理地", "Accepted in"),
    "filed_on": ("受理日期", "Filed on"),
    "missing_told_on": ("一次告知日期", "Missing papers told on"),
    "state": STATE,
    "elsewhere": ("异地受理", "Accepted elsewhere"),
}
DETERMINATION: dict[str, Words] = {
    "document_no": ("文号", "Number"),
    "child": CHILD,
    "decided_on": ("决定日期", "Decided on"),
    "advice": ("规则建议", "Advice of the law"),
    "outcome": ("决定", "Decision"),
    "category": ("认定类别", "Category"),
    "amount_fen": ("月发放额", "Amount a month"),
    "first_month": ("起始月", "First month"),
    "last_month": ("终止月", "Last month"),
    "departs": ("与规则建议不一致", "Departs from the advice"),
    "reasons": ("理由", "Reasons"),
    "meeting_on": ("个案会商日期", "Case meeting on"),
    "participants": ("参加人员", "Participants"),
    "minutes": ("会商纪要", "Minutes"),
    "place_key": PLACE,
}
SPOT_CHECK: dict[str, Words] = {
    "determination": ("决定", "Decision"),
    "child": CHILD,
    "place_key": PLACE,
    "month": ("抽查月份", "Month"),
    "drawn_for": ("抽取原因", "Why drawn"),
    "state": STATE,
    "finding": ("抽查情况", "What was found"),
    "checked_on": ("抽查日期", "Checked on"),
    "answer": ("整改情况", "What was done about it"),
    "answered_on": ("答复日期", "Answered on"),
}
AWARD: dict[str, Words] = {
    "child": CHILD,
    "category": ("保障类别", "Category"),
    "state": STATE,
    "place_key": PLACE,
    "first_month": ("起始月", "First month"),
    "paid_from": ("由本系统发放首月", "Paid from here since"),
    "last_month": ("最后发放月", "Last month"),
    "end_reason": ("终止原因", "Why it ended"),
    "ended_on": ("终止事由日期", "Ended on"),
    "next_review_on": ("下次复核", "Next review"),
    "national_no": ("全国系统编号", "Number in the national system"),
    "order": ("发放指令", "Payment order"),
}
HEARING: dict[str, Words] = {
    "child": CHILD,
    "kind": ("拟作处理", "What is intended"),
    "reasons": ("理由", "Reasons"),
    "from_month": ("自哪月起", "From month"),
    "end_reason": ("终止原因", "Reason of the end"),
    "amount_fen": ("金额", "Amount"),
    "told_on": ("告知日期", "Told on"),
    "told_whom": ("告知对象", "Told whom"),
    "answer_until": ("答复截止", "Answer until"),
    "answer": ("答复", "Answer"),
    "answer_text": ("答复内容", "In the payee's words"),
    "answered_on": ("答复日期", "Answered on"),
    "closing": ("处理结论", "How it was settled"),
    "state": STATE,
    "place_key": PLACE,
}
REVIEW: dict[str, Words] = {
    "child": CHILD,
    "due_on": ("应复核日期", "Due on"),
    "state": STATE,
    "finding": ("复核结果", "Result"),
    "child_seen_on": ("见到儿童的日期", "Child seen on"),
    "found": ("复核情况", "What was found"),
    "done_on": ("复核日期", "Done on"),
    "place_key": PLACE,
}
OBJECTION: dict[str, Words] = {
    "child": CHILD,
    "kind": ("途径", "Way"),
    "lodged_on": ("提出日期", "Lodged on"),
    "lodged_by": ("提出人", "Lodged by"),
    "grounds": ("理由", "Grounds"),
    "late": ("超过期限", "After the period"),
    "state": ("结果", "Result"),
    "decided_on": ("决定日期", "Decided on"),
    "decided_in": ("决定机关", "Decided by"),
    "result": ("结果说明", "What was decided"),
    "place_key": PLACE,
}
MATCH: dict[str, Words] = {
    "child": CHILD,
    "person": ("人员", "Person"),
    "kind": ("名单", "List"),
    "row_no": ("名单行号", "Row of the list"),
    "who": ("匹配对象", "Who"),
    "matched_on": ("匹配依据", "Matched on"),
    "since": ("起", "Since"),
    "until": ("止", "Until"),
    "amount_fen": ("金额", "Amount"),
    "state": ("核实", "Checked"),
    "note": ("核实情况", "What was found"),
    "place_key": PLACE,
}
LIST: dict[str, Words] = {
    "kind": ("名单种类", "Kind of list"),
    "place_key": ("适用地区", "Place"),
    "file_name": ("文件", "File"),
    "imported_on": ("导入日期", "Imported on"),
    "rows": ("行数", "Rows"),
}
ROLL: dict[str, Words] = {
    "place_key": ("名册所属地区", "Place"),
    "file_name": ("文件", "File"),
    "imported_on": ("转入日期", "Taken over on"),
    "first_month_here": ("由本系统发放的首月", "First month paid from here"),
    "rows": ("行数", "Rows"),
    "taken_over": ("已转入", "Taken over"),
}
_TONES: dict[str, Tone] = {
    "recognised": "good", "active": "good", "done": "good", "upheld": "good", "recognise": "good", "given": "good",
    "held_elsewhere": "good", "waived": "plain", "needed": "warn", "incomplete": "bad", "returned": "warn",
    "refused": "bad", "refuse": "bad", "suspended": "warn", "differs": "warn", "cannot_decide": "warn", "due": "warn",
    "proposed": "warn", "open": "warn", "filed": "info", "verified": "info", "draft": "info", "accepted": "info",
}  # fmt: skip
MOVED_AWAY = Label("已迁出儿童", "child who moved away")


def both(zh: str, en: str) -> Label:
    """A text in both languages."""
    return Label(zh, en)


def labels(*pairs: Words) -> list[Label]:
    """Headings of a small table."""
    return [Label(*pair) for pair in pairs]


def badge(term: Any) -> Badge:
    """A state in words with its tone."""
    return Badge(term, _TONES.get(str(term), "plain"))


def state_cell(viewer: Viewer, record: Any) -> Badge:
    """The state of a record."""
    return badge(record.state)


def place_cell(viewer: Viewer, record: Any) -> Place:
    """The place responsible."""
    return Place(key=record.place_key)


def child_words(viewer: Viewer, child: Child | None) -> str:
    """What a child is called towards this viewer."""
    if child is None:
        return MOVED_AWAY.text(viewer.locale)
    if not may_read(viewer, Child, "name"):
        return MASK
    return child.name or f"{Label('未取名', 'unnamed').text(viewer.locale)} {child.child_no}"


def child_cell(viewer: Viewer, record: Any) -> Any:
    """The child, with the way to its page."""
    child = child_behind(record)
    return Link(child_words(viewer, child), record_url(child)) if child else child_words(viewer, child)


def child_of(viewer: Viewer, record: Any) -> str:
    """Name of a record that is about a child: the child's."""
    return child_words(viewer, child_behind(record))


def paper_cell(viewer: Viewer, file_id: int | None) -> Any:
    """The way to a stored paper."""
    return "" if file_id is None else file_link(viewer, file_id)
