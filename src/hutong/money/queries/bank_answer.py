"""The bank's answer: a spreadsheet with one row per payment, read row by row in the words of that bank."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import yaml
from django.utils.translation import gettext as _

from hutong.channels.tables import Heading, Limits, Line, TableGiven, read_table
from hutong.channels.tables.remembered import remember, remembered
from hutong.core.errors import FieldError, Invalid
from hutong.core.record import label_of
from hutong.core.terms import Label
from hutong.money.models import Line as Payment
from hutong.money.queries.reference import line_id
from hutong.money.terms import AnswerMeaning, LineState

REFERENCE = Heading("reference", Label("发放编号", "Payment number"), ("业务编号", "流水号"), True, "number_text")
AMOUNT = Heading("amount", label_of(Payment, "amount_fen"), ("金额", "发放金额", "交易金额"), False, "money")
RESULT = Heading("result", Label("处理结果", "Result"), ("结果", "状态", "发放结果", "交易结果", "交易状态"), True)
REASON = Heading("reason", Label("失败原因", "Reason"), ("原因", "退回原因", "备注"))
HEADINGS = (REFERENCE, AMOUNT, RESULT, REASON)
LIMITS = Limits(rows=1_000_000)
NAMED = 20
"""Unknown words asked about at once."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What one row says: the line, the amount in fen if the file has it, paid or refused, and the bank's words."""

    row: int
    line_id: int
    amount_fen: int | None
    state: LineState
    reason: str
    sheet: str = ""

    def agrees(self, other: Answer) -> bool:
        """Do two rows of one payment say the same? A row without an amount contradicts none."""
        amounts = {self.amount_fen, other.amount_fen} - {None}
        return self.state == other.state and len(amounts) < 2


def unusable(heading: Heading, row: int, code: str, message: str, remedy: str, sheet: str = "") -> FieldError:
    """Why a row cannot be taken in, under the heading it is about."""
    return FieldError(heading.name, code, message, remedy, heading.shown, row, sheet=sheet)


def folded(word: object) -> str:
    """A word of a bank as it is compared: full-width signs, capitals and blanks at the ends make no difference."""
    return unicodedata.normalize("NFKC", str(word)).strip().casefold()[:200]


@cache
def plain_words() -> dict[str, AnswerMeaning]:
    """Words that mean the same in every bank: defaults of this system (evidence M), see the file."""
    loaded = yaml.safe_load((files("hutong.money") / "data" / "answer_words.yaml").read_text("utf-8"))
    return {folded(word): AnswerMeaning(means) for means, words in loaded["words"].items() for word in words}


class Words:
    """What the words of a bank mean: said now, remembered of this bank (of the place where the
    bank is not named), else plain in every bank."""

    def __init__(self, bank: str, said: Mapping[str, AnswerMeaning]) -> None:
        self.within = f":{folded(bank)}"
        self.said = {folded(word): means for word, means in said.items()}
        kept = remembered(self.within)
        self.known = plain_words() | {word: AnswerMeaning(means) for word, means in kept.items()} | self.said

    def of(self, word: object) -> AnswerMeaning | None:
        """The meaning; None where nobody has said it."""
        return self.known.get(folded(word))

    def keep(self) -> None:
        """Remember what was said now; what is not clear is asked again."""
        clear = {word: means.value for word, means in self.said.items() if means is not AnswerMeaning.UNCLEAR}
        remember(clear, self.within)

    def ask(self, lines: Iterable[Line]) -> None:
        """Raise Invalid with every word that nobody has explained: each with its rows, before anything is written."""
        rows: dict[str, list[Line]] = {}
        for line in lines:
            word = line.cells["result"]
            if self.of(word) is None:
                rows.setdefault(str(word).strip()[:200], []).append(line)
        if not rows:
            return
        asked = list(rows.items())[:NAMED]
        error = Invalid([_unknown(word, found) for word, found in asked])
        error.suggested = {"words": [{"word": word, "means": ""} for word, _found in asked]}
        raise error


def _unknown(word: str, rows: list[Line]) -> FieldError:
    what = _("“%(word)s” (%(count)s rows, the first is row %(row)s) has no known meaning") % {
        "word": word, "count": len(rows), "row": rows[0].row,
    }  # fmt: skip
    return FieldError("words", "unknown", what, _("Ask the bank and say what it means; it is remembered."))


def read_answers(given: TableGiven, words: Words) -> tuple[list[Answer], list[FieldError], int]:
    """Answers, unusable rows and the number of rows. Raises Invalid when the file as a whole cannot be used, and where
    the bank uses words that nobody has explained."""
    table = read_table(given.file.data, HEADINGS, limits=LIMITS, given=given)
    words.ask(table.lines)
    by_line: dict[int, list[Answer]] = {}
    errors = list(table.errors)
    for line in table.lines:
        found = _read(line, words)
        if isinstance(found, FieldError):
            errors.append(found)
        else:
            by_line.setdefault(found.line_id, []).append(found)
    answers = []
    for rows in by_line.values():
        wrong = _told_apart(rows)
        errors += wrong
        if len(wrong) < len(rows):
            answers.append(rows[0])
    return answers, sorted(errors, key=lambda e: e.row), table.count


def _told_apart(rows: list[Answer]) -> list[FieldError]:
    """Rows of one payment that cannot be used: repeats of a row, or all of them where they contradict each other."""
    if len(rows) == 1:
        return []
    numbers = "、".join(str(one.row) for one in rows)
    if all(one.agrees(other) for one in rows for other in rows):
        what = _("stands in row %(row)s already") % {"row": rows[0].row}
        remedy = _("Keep one of the two rows.")
        return [unusable(REFERENCE, one.row, "duplicate", what, remedy, one.sheet) for one in rows[1:]]
    what = _("rows %(rows)s say different things of one payment: none of them was used") % {"rows": numbers}
    remedy = _("Ask the bank which is right and add a file with that row alone.")
    return [unusable(REFERENCE, one.row, "contradiction", what, remedy, one.sheet) for one in rows]


def _read(line: Line, words: Words) -> Answer | FieldError:
    row, cells, sheet = line
    number = line_id(str(cells["reference"]))
    if number is None:
        what = _("is no payment number: %(text)s") % {"text": str(cells["reference"])[:30]}
        remedy = _("Copy it from the bank file; its last digit checks the others.")
        return unusable(REFERENCE, row, "invalid", what, remedy, sheet)
    word = str(cells["result"]).strip()[:200]
    means = words.of(word)
    if means is None or means is AnswerMeaning.UNCLEAR:
        what = _("is not clear yet: %(text)s") % {"text": word[:30]}
        return unusable(RESULT, row, "invalid", what, _("Ask the bank what it means, then add the file again."), sheet)
    amount = cells.get("amount")
    fen = amount if isinstance(amount, int) else None
    if means is AnswerMeaning.PAID:
        return Answer(row, number, fen, LineState.PAID, "", sheet)
    return Answer(row, number, fen, LineState.REFUSED, _reason(word, means, cells), sheet)


def _reason(word: str, means: AnswerMeaning, cells: Mapping[str, object]) -> str:
    """The bank's own reason; without one what its word means, with the word where that is a code."""
    said = str(cells.get("reason") or "").strip()
    if means is AnswerMeaning.RETURNED:
        return (said or word)[:200]
    plain = means.zh.partition("：")[2]
    return "；".join(dict.fromkeys(part for part in (plain, said or word) if part))[:200]
