"""The bank's answer: a spreadsheet with one row per payment, read row by row."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _

from hutong.channels.tables import Heading, Limits, TableGiven, read_table
from hutong.core.errors import FieldError
from hutong.core.record import label_of
from hutong.core.terms import Label
from hutong.money.models import Line
from hutong.money.queries.reference import line_id
from hutong.money.terms import LineState

REFERENCE = Heading("reference", Label("发放编号", "Payment number"), ("业务编号", "流水号"), True, "number_text")
AMOUNT = Heading("amount", label_of(Line, "amount_fen"), ("金额", "发放金额", "交易金额"), False, "money")
RESULT = Heading("result", Label("处理结果", "Result"), ("结果", "状态", "发放结果"), True)
REASON = Heading("reason", Label("失败原因", "Reason"), ("原因", "退回原因", "备注"))
HEADINGS = (REFERENCE, AMOUNT, RESULT, REASON)
LIMITS = Limits(rows=1_000_000)

_WORDS = {
    LineState.PAID: {"成功", "已发放", "已入账", "交易成功", "发放成功", "paid", "success", "ok"},
    LineState.REFUSED: {"失败", "退回", "退汇", "交易失败", "发放失败", "refused", "failed", "failure", "returned"},
}
RESULTS = {word: state for state, words in _WORDS.items() for word in words}


@dataclass(frozen=True, slots=True)
class Answer:
    """What one row says: the line, the amount in fen if the file has it, paid or refused, and the bank's words."""

    row: int
    line_id: int
    amount_fen: int | None
    state: LineState
    reason: str


def unusable(heading: Heading, row: int, code: str, message: str, remedy: str) -> FieldError:
    """Why a row cannot be taken in, under the heading it is about."""
    return FieldError(heading.name, code, message, remedy, heading.shown, row)


def read_answers(given: TableGiven) -> tuple[list[Answer], list[FieldError], int]:
    """Answers, unusable rows and the number of rows. Raises Invalid when the file as a whole cannot be used."""
    table = read_table(given.file.data, HEADINGS, limits=LIMITS, given=given)
    answers: dict[int, Answer] = {}
    errors = list(table.errors)
    for row, cells, _sheet in table.lines:
        found = _read(row, cells)
        if isinstance(found, FieldError):
            errors.append(found)
        elif found.line_id in answers:
            what = _("stands in row %(row)s already") % {"row": answers[found.line_id].row}
            errors.append(unusable(REFERENCE, row, "duplicate", what, _("Keep one of the two rows.")))
        else:
            answers[found.line_id] = found
    return list(answers.values()), sorted(errors, key=lambda e: e.row), table.count


def _read(row: int, cells: dict[str, object]) -> Answer | FieldError:
    number = line_id(str(cells["reference"]))
    if number is None:
        what = _("is no payment number: %(text)s") % {"text": str(cells["reference"])[:30]}
        remedy = _("Copy it from the bank file; its last digit checks the others.")
        return unusable(REFERENCE, row, "invalid", what, remedy)
    state = RESULTS.get(str(cells["result"]).strip().lower())
    if state is None:
        what = _("is not a result: %(text)s") % {"text": str(cells["result"])[:30]}
        return unusable(RESULT, row, "invalid", what, _("Write 成功 or 失败."))
    amount = cells.get("amount")
    reason = str(cells.get("reason") or "")[:200]
    return Answer(row, number, amount if isinstance(amount, int) else None, state, reason)
