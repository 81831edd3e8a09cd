"""Paying, month by month: prepared, signed, sent, answered by the bank, refused accounts put right."""

from __future__ import annotations

from collections.abc import Iterator, Set
from datetime import date, datetime, timedelta
from functools import partial

from hutong.benefits.actions import run_month
from hutong.channels.tables import write_xlsx
from hutong.core.files import Upload
from hutong.money.actions import (
    approve_account,
    export_bank_file,
    mark_sent,
    propose_account,
    reconcile,
    reissue_all,
    sign_batch,
)
from hutong.money.models import Batch, Line, Payee
from hutong.money.queries.accounts import unpaid_lines
from hutong.money.queries.bank_file import payments
from hutong.money.queries.reference import reference
from hutong.money.terms import BatchPurpose, BatchState, LineState, PayeeKind
from hutong.project.demo.figures import figures
from hutong.project.demo.papers import paper
from hutong.project.demo.people import account_number
from hutong.project.demo.plan import first_month
from hutong.project.demo.stage import Stage, at
from hutong.project.demo.stories import working_day
from hutong.project.demo.walking import BANK, Step

PREPARE, SIGN, SEND, ANSWER, REPAIR = 9, 11, 12, 17, 22
"""Days of the month on which the county's offices do each step."""
REFUSAL = "账户已销户"
UNANSWERED = 3
"""Lines of last month's run the bank has not answered yet: finance waits, longer than it may."""


def steps_of_month(month: date, now: datetime) -> Iterator[Step]:
    """A month's payment. The present month is prepared and waits for its signature."""

    def on(day: int, hour: float) -> datetime:
        return at(working_day(month.replace(day=day)), hour)

    present = month == first_month(now.date(), 0)
    prepared = min(on(PREPARE, 14), now - timedelta(hours=3)) if present else on(PREPARE, 14)
    yield Step(prepared, 0, partial(prepare, month=month))
    if present:
        return
    yield Step(on(SIGN, 10), 0, partial(sign, purpose=BatchPurpose.RUN))
    yield Step(on(SEND, 15), 0, partial(send, purpose=BatchPurpose.RUN))
    last = first_month(now.date(), 1) == month
    yield Step(on(ANSWER, 16), 0, partial(answer, month=month, partly=last))
    if not last:
        yield Step(on(REPAIR, 9), 0, repair)
        yield Step(on(REPAIR + 1, 10), 0, partial(sign, purpose=BatchPurpose.CORRECTION))
        yield Step(on(REPAIR + 1, 15), 0, partial(send, purpose=BatchPurpose.CORRECTION))
        yield Step(on(REPAIR + 3, 15), 0, settle)


def prepare(stage: Stage, month: date) -> None:
    """The county prepares."""
    stage.do("county", run_month, {"place_id": stage.county.pk, "month": month})


def sign(stage: Stage, purpose: BatchPurpose) -> None:
    """The county's finance office signs what is prepared."""
    for batch in Batch.objects.filter(state=BatchState.PREPARED, purpose=purpose).order_by("id"):
        stage.do("finance", sign_batch, batch)


def send(stage: Stage, purpose: BatchPurpose) -> None:
    """The file goes to the bank."""
    for batch in Batch.objects.filter(state=BatchState.SIGNED, purpose=purpose).order_by("id"):
        stage.do("finance2", export_bank_file, batch, {"form": "xlsx"})
        stage.do("finance2", mark_sent, batch)


def answer(stage: Stage, month: date, *, partly: bool) -> None:
    """The bank's answer to the month's run; it refuses a few accounts of guardians, and may leave out some lines."""
    for batch in Batch.objects.filter(state=BatchState.SENT, purpose=BatchPurpose.RUN, month=month).order_by("id"):
        lines = Line.objects.filter(batch=batch, state=LineState.SENT, order__payee__kind=PayeeKind.GUARDIAN)
        ids = list(lines.order_by("id").values_list("id", flat=True))
        step = max(1, len(ids) // (figures().history.refused_accounts + 1))
        start = month.month * 5
        refused = {reference(pk) for pk in ids[start::step][: figures().history.refused_accounts]}
        silent = {reference(pk) for pk in ids[: UNANSWERED if partly else 0]} - refused
        _answered(stage, batch, refused, silent)


def _answered(stage: Stage, batch: Batch, refused: Set[str], silent: Set[str] = frozenset()) -> None:
    """The bank's file; lines it is silent about stay with the bank."""
    told = {True: ("失败", REFUSAL), False: ("成功", "")}
    rows = [(row[1], row[5], *told[row[1] in refused]) for row in payments(batch) if row[1] not in silent]
    data = write_xlsx(("发放编号", "金额（元）", "处理结果", "失败原因"), rows, title="回盘")
    stage.do("finance", reconcile, batch, {"file": Upload(name=f"回盘{batch.pk}.xlsx", data=data)})


def repair(stage: Stage) -> None:
    """The township brings the right accounts, the county checks them and has the money paid again."""
    lines = Line.objects.filter(state=LineState.REFUSED, settled_on=None, kind__in=("regular", "arrears"))
    payees = Payee.objects.filter(pk__in=lines.values("order__payee")).select_related("place").order_by("id")
    for payee in payees:
        if not unpaid_lines(payee).exists():
            continue
        who = stage.supervisor(payee.place.code)
        given = {
            "number": account_number(stage.dice(f"account {payee.pk}")), "bank": BANK, "holder": payee.name,
            "proof": paper("银行卡"),
        }  # fmt: skip
        version = stage.do(who, propose_account, payee, given)
        stage.do("county2", approve_account, version)
        stage.do("county2", reissue_all, payee, {})


def settle(stage: Stage) -> None:
    """The bank has paid the corrections."""
    for batch in Batch.objects.filter(state=BatchState.SENT, purpose=BatchPurpose.CORRECTION).order_by("id"):
        _answered(stage, batch, set())
