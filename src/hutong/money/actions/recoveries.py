"""Money paid in error: put to the payee first, answered, agreed, paid back. Never set off by itself."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from django.utils.translation import gettext as _
from pydantic import BaseModel, ConfigDict

from hutong.core.action import action
from hutong.core.events import raise_event
from hutong.core.inputs import Fen, Given, Nothing, Text, ask, of, wrong
from hutong.core.inputs import Line as Words
from hutong.core.jurisdiction import currency, language
from hutong.core.viewer import Viewer
from hutong.money import access
from hutong.money.actions.batches import recount
from hutong.money.actions.corrections import claimed_fen, close_batch_of, correct, corrected, correction_batch
from hutong.money.models import Line, Order, Recovery, RecoveryPart, Repayment
from hutong.money.terms import CLOSED, OUTGOING, BatchState, LineKind, LineState, RecoveryReason, RecoveryState
from hutong.money.workflow import RECOVERY_CLOSED

ANSWERED = (LineState.PAID, LineState.REFUSED)
"""What the bank has said of a line."""


class Part(BaseModel):
    """How much of which paid line is claimed (fen)."""

    model_config = ConfigDict(extra="forbid")

    line_id: int = of(RecoveryPart, "line")
    amount_fen: Fen = of(RecoveryPart, "amount_fen", gt=0)


class Claim(Given):
    """What is claimed, why, and until when the payee may answer."""

    parts: list[Part] = ask("涉及的发放记录", "Payments", min_length=1, max_length=60)
    why: RecoveryReason = of(Recovery, "why")
    reasons: Text = of(Recovery, "reasons", min_length=10, max_length=2000)
    answer_due: date = of(Recovery, "answer_due")


@action("money.open_recovery", on=Order, input=Claim, roles=access.COUNTY, title=("告知退款事项", "Open a recovery"))
def open_recovery(viewer: Viewer, order: Order, given: Claim) -> Recovery:
    """The payee is told the reasons and has until the date to answer. Raises Invalid naming the line.

    While a payment is with the bank nobody knows whether it arrived: the claim waits, and goes on by itself.
    """
    if given.answer_due <= viewer.today:
        raise wrong(given, "answer_due", "too_early", _("leaves no time to answer"))
    if len({p.line_id for p in given.parts}) != len(given.parts):
        raise wrong(given, "parts", "duplicate", _("name one payment twice"))
    lines = {line.pk: line for line in Line.objects.filter(order=order, pk__in=[p.line_id for p in given.parts])}
    for at, part in enumerate(given.parts):
        _check_part(given, at, part, lines.get(part.line_id))
    recovery = Recovery.objects.create(
        child_id=order.child_id, order=order, amount_fen=sum(p.amount_fen for p in given.parts), why=given.why,
        reasons=given.reasons, noticed_on=viewer.today, answer_due=given.answer_due, place_key=order.place_key,
    )  # fmt: skip
    if any(line.state != LineState.PAID for line in lines.values()):
        recovery.state = RecoveryState.WAITING
        recovery.save(update_fields=["state"])
    for part in given.parts:
        RecoveryPart.objects.create(recovery=recovery, line_id=part.line_id, amount_fen=part.amount_fen)
    return recovery


def _check_part(given: Claim, at: int, part: Part, line: Line | None) -> None:
    if line is None or line.kind not in OUTGOING or corrected(line, LineKind.REVERSAL) or not _arrives(line):
        what = _("payment %(line)s did not reach this payee or is reversed") % {"line": part.line_id}
        raise wrong(given, f"parts.{at}.line_id", "invalid", what)
    if line.state == LineState.PREPARED and line.batch.state == BatchState.PREPARED:
        what = _("payment %(line)s is not signed yet") % {"line": part.line_id}
        raise wrong(given, f"parts.{at}.line_id", "too_early", what, _("Hold it out of the run instead."))
    if claimed_fen(line) + part.amount_fen > line.amount_fen:
        what = _("more is claimed than payment %(line)s was") % {"line": part.line_id}
        raise wrong(given, f"parts.{at}.amount_fen", "out_of_range", what)


def _arrives(line: Line) -> bool:
    """Has a payment arrived, or is it on its way?"""
    return line.state in (LineState.PAID, LineState.SENT, LineState.PREPARED)


def claims_go_on(viewer: Viewer, moved: Collection[int]) -> None:
    """The bank answered about these lines: each claim on one of them goes on, or falls where the money came back."""
    parts = RecoveryPart.objects.filter(line__in=moved).exclude(recovery__state__in=CLOSED)
    for recovery in Recovery.objects.filter(pk__in=parts.values("recovery")).order_by("id"):
        bank_answered(viewer, recovery)


@action("money.bank_answered", on=Recovery, input=Nothing, roles=access.FINANCE, inner=True,
        title=("银行已回盘，退款事项继续", "The bank answered: the claim goes on"))  # fmt: skip
def bank_answered(viewer: Viewer, recovery: Recovery, given: Nothing) -> Recovery:
    """What the bank returned is not claimed from the payee. Once all of it is answered the payee is told, with as many
    days to answer as were given at first."""
    parts = list(recovery.parts.select_related("line"))
    owed = sum(p.returned_fen if p.line.state == LineState.REFUSED else p.amount_fen for p in parts)
    if owed:
        recovery.amount_fen = owed
    if not owed:
        recovery.state = RecoveryState.NOTHING
    elif recovery.returned_fen >= owed:
        recovery.state = RecoveryState.SETTLED
    elif recovery.state == RecoveryState.WAITING and all(p.line.state in ANSWERED for p in parts):
        days = recovery.answer_due - recovery.noticed_on
        recovery.noticed_on, recovery.answer_due = viewer.today, viewer.today + days
        recovery.state = RecoveryState.ANSWERED if recovery.answered_on else RecoveryState.NOTICED
    recovery.save(update_fields=["amount_fen", "state", "noticed_on", "answer_due"])
    if recovery.state in CLOSED:
        raise_event(RECOVERY_CLOSED, recovery_id=recovery.pk, child_id=recovery.child_id)
    return recovery


class Heard(Given):
    """What the payee said, or that no answer came in time."""

    answer: Text = of(Recovery, "answer", min_length=2, max_length=2000)
    answered_on: date = of(Recovery, "answered_on")


@action(
    "money.record_answer", on=Recovery, input=Heard, roles=access.COUNTY, title=("登记退款答复", "Record the answer")
)
def record_answer(viewer: Viewer, recovery: Recovery, given: Heard) -> Recovery:
    """While the money is with the bank the answer is kept and the claim waits on. Raises Invalid for a day before the
    notice or after today."""
    if not recovery.noticed_on <= given.answered_on <= viewer.today:
        raise wrong(given, "answered_on", "out_of_range", _("must lie between the notice and today"))
    recovery.answer, recovery.answered_on = given.answer, given.answered_on
    if recovery.state == RecoveryState.NOTICED:
        recovery.state = RecoveryState.ANSWERED
    recovery.save(update_fields=["answer", "answered_on", "state"])
    return recovery


class Plan(Given):
    """How the payee agreed to pay back."""

    plan: Text = of(Recovery, "plan", min_length=4, max_length=1000)
    instalment_fen: Fen | None = of(Recovery, "instalment_fen", None, gt=0)


@action("money.agree_plan", on=Recovery, input=Plan, roles=access.COUNTY, title=("约定退款计划", "Agree on a plan"))
def agree_plan(viewer: Viewer, recovery: Recovery, given: Plan) -> Recovery:
    """The allowance goes on being paid in full; the payee pays back by the agreement."""
    recovery.plan, recovery.instalment_fen = given.plan, given.instalment_fen
    recovery.save(update_fields=["plan", "instalment_fen"])
    return recovery


class Received(Given):
    """What came back, when, from whom, by which receipt."""

    amount_fen: Fen = of(Repayment, "amount_fen", gt=0)
    received_on: date = of(Repayment, "received_on")
    reference: Words = of(Repayment, "reference", min_length=2)
    paid_by: Words = of(Repayment, "paid_by", min_length=2)


def _paid_it(viewer: Viewer, recovery: Recovery, given: Received) -> str | None:
    """The office that paid receives what comes back."""
    part = recovery.parts.select_related("line__batch").order_by("id").first()
    return access.may_pay(viewer, part.line.batch, given) if part is not None else None


@action("money.record_repayment", on=Recovery, input=Received, roles=access.FINANCE, allow=_paid_it,
        title=("登记退回款项", "Record a repayment"))  # fmt: skip
def record_repayment(viewer: Viewer, recovery: Recovery, given: Received) -> Recovery:
    """Finance books money that came back, whole or in part, on the oldest claimed months first; somebody else signs.
    Raises Invalid for more than is owed and for a day to come."""
    if given.amount_fen > recovery.amount_fen - recovery.returned_fen:
        still = currency().said(recovery.amount_fen - recovery.returned_fen).text(language())
        raise wrong(given, "amount_fen", "out_of_range", _("is more than the %(still)s still owed") % {"still": still})
    if given.received_on > viewer.today:
        raise wrong(given, "received_on", "out_of_range", _("lies in the future"))
    parts = [p for p in recovery.parts.select_related("line__batch").order_by("line__month", "id") if _owed(p)]
    batch = correction_batch(viewer, parts[0].line)
    Repayment.objects.create(recovery=recovery, batch=batch, by_id=access.person(viewer), **given.model_dump())
    rest = given.amount_fen
    for part in parts:
        if (amount := min(rest, _owed(part))) > 0:
            correct(part.line, batch, LineKind.RECOVERY, -amount, account_id=None, recovery=recovery)
            rest -= amount
    close_batch_of(viewer, batch)
    recount(recovery)
    if recovery.returned_fen == recovery.amount_fen:
        recovery.state = RecoveryState.SETTLED
        recovery.save(update_fields=["state"])
        raise_event(RECOVERY_CLOSED, recovery_id=recovery.pk, child_id=recovery.child_id)
    return recovery


def _owed(part: RecoveryPart) -> int:
    """What is still owed on a claimed line (fen); nothing of what the bank returned."""
    return 0 if part.line.state == LineState.REFUSED else part.amount_fen - part.returned_fen


class Waived(Given):
    """Why the money is not asked for."""

    why: Text = of(Recovery, "closed_why", min_length=4, max_length=1000)


@action("money.waive_recovery", on=Recovery, input=Waived, roles=access.COUNTY, title=("不再追回", "Do not pursue"))
def waive_recovery(viewer: Viewer, recovery: Recovery, given: Waived) -> Recovery:
    """The claim was wrong, or the family cannot pay; what came back stays booked."""
    recovery.closed_why = given.why
    recovery.save(update_fields=["closed_why"])
    raise_event(RECOVERY_CLOSED, recovery_id=recovery.pk, child_id=recovery.child_id)
    return recovery
