"""The bank's answer to a batch: unusable rows are listed, the rest is processed, a repeat changes nothing."""

from __future__ import annotations

import hashlib
from dataclasses import asdict
from typing import TypeAlias

from django.db import connection
from django.utils.translation import gettext as _
from pydantic import BaseModel, ConfigDict

from hutong.channels.tables import SPREADSHEETS, TableGiven, first_of
from hutong.core.action import action
from hutong.core.bulk import set_based
from hutong.core.context import note
from hutong.core.errors import FieldError, Tried
from hutong.core.events import raise_event
from hutong.core.files import Upload
from hutong.core.inputs import Line, ask, of
from hutong.core.jurisdiction import currency, language
from hutong.core.tasks import done_tasks
from hutong.core.undo import keep_made, note_made, runs
from hutong.core.viewer import Viewer
from hutong.money import access
from hutong.money.actions.many import ask_nearest
from hutong.money.actions.recoveries import claims_go_on
from hutong.money.models import Batch, Reconciliation
from hutong.money.models import Line as Payment
from hutong.money.queries.bank_answer import AMOUNT, REFERENCE, RESULT, Answer, Words, read_answers, unusable
from hutong.money.terms import AnswerMeaning, BatchState, LineState
from hutong.money.workflow import BATCH_SETTLED, LINES_REFUSED, RECONCILE, REFUSED_ACCOUNT


class WordUse(BaseModel):
    """A word or code under the result, and what the bank means by it."""

    model_config = ConfigDict(extra="forbid")

    word: Line = ask("银行用语或代码", "Word or code of the bank")
    means: AnswerMeaning | None = ask("含义", "Means", None)


class AnswerFile(TableGiven):
    """The file as the bank gave it (XLSX or CSV)."""

    file: Upload = ask("银行回盘文件", "File from the bank", accept=SPREADSHEETS)
    bank: Line = of(
        Reconciliation,
        "bank",
        "",
        hint=(
            "同一代码各行含义不同；填写后按该银行记住。",
            "Banks mean different things by one code: it is kept by bank.",
        ),
    )
    words: list[WordUse] = ask("银行用语", "Words of the bank", [], max_length=100)


@action("money.reconcile", on=Batch, input=AnswerFile, roles=access.FINANCE, allow=access.may_pay,
        title=("录入银行回盘", "Reconcile"))  # fmt: skip
def reconcile(viewer: Viewer, batch: Batch, given: AnswerFile) -> Reconciliation:
    """Take the bank's answer in. Refused payments become tasks to find the right account. A file that was taken in
    before gives back what it did then. Raises Invalid when the file as a whole cannot be read."""
    digest = hashlib.sha256(given.file.data).digest()
    before = Reconciliation.objects.filter(batch=batch, sha256=digest).first()
    if before:
        note(repeated=before.pk)
        return before
    words = Words(given.bank, {one.word: one.means for one in given.words if one.means is not None})
    answers, errors, rows = read_answers(given, words)
    stood = _stood(batch, answers)
    accepted, repeated, wrong = _match(answers, stood)
    errors = sorted([*errors, *wrong], key=lambda e: e.row)
    refused = [a for a in accepted if a.state == LineState.REFUSED]
    if given.dry_run:
        counts = {"paid": len(accepted) - len(refused), "refused": len(refused), "told": len(errors)}
        raise Tried(_("%(paid)s paid, %(refused)s returned; not used: %(told)s rows.") % counts, first_of(errors))
    keep_made()
    words.keep()
    _write(viewer, accepted)
    claims_go_on(viewer, [a.line_id for a in accepted])
    note(moved=_moved(accepted, stood))
    if refused:
        _ask_for_right_accounts(batch, refused)
    _settle(viewer, batch)
    made = Reconciliation.objects.create(
        batch=batch, sha256=digest, name=given.file.name, bank=given.bank, rows=rows, paid=len(accepted) - len(refused),
        refused=len(refused), repeated=repeated, errors=[asdict(e) for e in errors], by_id=viewer.user_id,
        place_key=batch.place_key,
    )  # fmt: skip
    note_made()
    return made


Stood: TypeAlias = dict[int, tuple[str, int]]
"""State and amount (fen) of each line before the answer."""


def _stood(batch: Batch, answers: list[Answer]) -> Stood:
    asked = Payment.objects.filter(batch=batch, pk__in=[a.line_id for a in answers], amount_fen__gt=0)
    return {pk: (state, amount) for pk, state, amount in asked.values_list("pk", "state", "amount_fen")}


def _moved(accepted: list[Answer], stood: Stood) -> dict[str, list[list[int]]]:
    """Lines that the answer moves, by the state they stood in."""
    by_state: dict[str, list[int]] = {}
    for answer in accepted:
        by_state.setdefault(str(stood[answer.line_id][0]), []).append(answer.line_id)
    return {state: runs(numbers) for state, numbers in by_state.items()}


def _match(answers: list[Answer], known: Stood) -> tuple[list[Answer], int, list[FieldError]]:
    accepted: list[Answer] = []
    errors: list[FieldError] = []
    repeated = 0
    for answer in answers:
        wrong = _finding(answer, known.get(answer.line_id))
        if wrong:
            errors.append(wrong)
        elif known[answer.line_id][0] == answer.state:
            repeated += 1
        else:
            accepted.append(answer)
    return accepted, repeated, errors


def _finding(answer: Answer, line: tuple[str, int] | None) -> FieldError | None:
    """Why this answer cannot be taken in; a payment the bank returns after all (paid, then refused) can."""
    if line is None:
        what, remedy = _("is no payment of this batch"), _("Check that the file belongs to this batch.")
        return unusable(REFERENCE, answer.row, "unknown", what, remedy, answer.sheet)
    state, amount = line
    if answer.amount_fen is not None and answer.amount_fen != amount:
        what = _("is %(theirs)s, the payment was %(ours)s") % {
            "theirs": currency().said(answer.amount_fen).text(language()),
            "ours": currency().said(amount).text(language()),
        }
        remedy = _("Ask the bank which amount was paid.")
        return unusable(AMOUNT, answer.row, "contradiction", what, remedy, answer.sheet)
    if state == LineState.REFUSED and answer.state == LineState.PAID:
        what, remedy = _("was reported as refused before"), _("Ask the bank which of the two is right.")
        return unusable(RESULT, answer.row, "contradiction", what, remedy, answer.sheet)
    return None


def _write(viewer: Viewer, accepted: list[Answer]) -> None:
    if not accepted:
        return
    with set_based(), connection.cursor() as cursor:
        cursor.execute(
            "update money_line l set state = u.state, refusal = u.reason, version = l.version + 1, updated_at = %s,"
            " settled_on = case when u.state = 'paid' then %s::date end"
            " from unnest(%s::bigint[], %s::text[], %s::text[]) u(id, state, reason) where l.id = u.id",
            [
                viewer.now,
                viewer.today,
                [a.line_id for a in accepted],
                [a.state.value for a in accepted],
                [a.reason if a.state == LineState.REFUSED else "" for a in accepted],
            ],
        )


def _ask_for_right_accounts(batch: Batch, refused: list[Answer]) -> None:
    lines = Payment.objects.filter(pk__in=[a.line_id for a in refused])
    with set_based():
        rows = list(lines.values_list("account__payee_id", "place_key", "child_id").distinct())
    ask_nearest(REFUSED_ACCOUNT.name, "money.payee", rows)
    raise_event(LINES_REFUSED, batch_id=batch.pk, place_id=batch.place_id, count=len(refused))


def _settle(viewer: Viewer, batch: Batch) -> None:
    """A batch is reconciled once no payment of it is with the bank any more."""
    if batch.state == BatchState.SETTLED or Payment.objects.filter(batch=batch, state=LineState.SENT).exists():
        return
    batch.state, batch.settled_on = BatchState.SETTLED, viewer.today
    batch.save(update_fields=["state", "settled_on"])
    done_tasks(batch, RECONCILE.name)
    raise_event(BATCH_SETTLED, batch_id=batch.pk, place_id=batch.place_id, month=batch.month)
