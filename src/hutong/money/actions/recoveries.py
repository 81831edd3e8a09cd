"""Money paid in error: put to the payee first, answered, agreed, paid back. Never set off by itself."""

from __future__ import annotations

from datetime import date

from django.db.models import Sum
from django.utils.translation import gettext as _
from pydantic import BaseModel, ConfigDict

from hutong.core.action import action
from hutong.core.events import raise_event
from hutong.core.inputs import Fen, Given, Text, ask, of, wrong
from hutong.core.viewer import Viewer
from hutong.money import access
from hutong.money.actions.batches import recount
from hutong.money.actions.corrections import close_batch_of, correct, corrected, correction_batch
from hutong.money.models import Batch, Line, Order, Recovery, RecoveryPart
from hutong.money.terms import OUTGOING, LineKind, LineState, RecoveryReason, RecoveryState
from hutong.money.workflow import RECOVERY_CLOSED


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
    """The payee is told the reasons and has until the date to answer. Raises Invalid naming the line."""
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
    for part in given.parts:
        RecoveryPart.objects.create(recovery=recovery, line_id=part.line_id, amount_fen=part.amount_fen)
    return recovery


def _check_part(given: Claim, at: int, part: Part, line: Line | None) -> None:
    if line is None or line.state != LineState.PAID or line.kind not in OUTGOING or corrected(line, LineKind.REVERSAL):
        what = _("payment %(line)s did not reach this payee or is reversed") % {"line": part.line_id}
        raise wrong(given, f"parts.{at}.line_id", "invalid", what)
    others = RecoveryPart.objects.filter(line=line).exclude(recovery__state=RecoveryState.WAIVED)
    claimed = others.aggregate(total=Sum("amount_fen"))["total"] or 0
    if claimed + part.amount_fen > line.amount_fen:
        what = _("more is claimed than payment %(line)s was") % {"line": part.line_id}
        raise wrong(given, f"parts.{at}.amount_fen", "out_of_range", what)


class Heard(Given):
    """What the payee said, or that no answer came in time."""

    answer: Text = of(Recovery, "answer", min_length=2, max_length=2000)
    answered_on: date = of(Recovery, "answered_on")


@action(
    "money.record_answer", on=Recovery, input=Heard, roles=access.COUNTY, title=("登记退款答复", "Record the answer")
)
def record_answer(viewer: Viewer, recovery: Recovery, given: Heard) -> Recovery:
    """Raises Invalid for a day before the notice or after today."""
    if not recovery.noticed_on <= given.answered_on <= viewer.today:
        raise wrong(given, "answered_on", "out_of_range", _("must lie between the notice and today"))
    recovery.answer, recovery.answered_on = given.answer, given.answered_on
    recovery.save(update_fields=["answer", "answered_on"])
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


class Repayment(Given):
    """What came back."""

    amount_fen: Fen = ask("退回金额", "Amount received", gt=0)


@action("money.record_repayment", on=Recovery, input=Repayment, roles=access.COUNTY,
        title=("登记退回款项", "Record a repayment"))  # fmt: skip
def record_repayment(viewer: Viewer, recovery: Recovery, given: Repayment) -> Recovery:
    """Book money that came back on the oldest claimed months first, in a batch that finance signs."""
    rest = given.amount_fen
    if rest > recovery.amount_fen - recovery.returned_fen:
        raise wrong(given, "amount_fen", "out_of_range", _("is more than what is still owed"))
    batches: dict[int, Batch] = {}
    for part in recovery.parts.select_related("line__batch").order_by("line__month", "id"):
        amount = min(rest, part.amount_fen - part.returned_fen)
        if amount <= 0:
            continue
        batch = correction_batch(viewer, part.line)
        correct(part.line, batch, LineKind.RECOVERY, -amount, account_id=None, recovery=recovery)
        batches[batch.pk] = batch
        rest -= amount
    for batch in batches.values():
        close_batch_of(viewer, batch)
    recount(recovery)
    if recovery.returned_fen == recovery.amount_fen:
        recovery.state = RecoveryState.SETTLED
        recovery.save(update_fields=["state"])
        raise_event(RECOVERY_CLOSED, recovery_id=recovery.pk, child_id=recovery.child_id)
    return recovery


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
