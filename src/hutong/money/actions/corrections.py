"""Corrections of lines that were paid or refused: always a new line that names the old one, signed like any other."""

from __future__ import annotations

from django.db.models import Sum
from django.utils.translation import gettext as _

from hutong.core import months
from hutong.core.action import action
from hutong.core.errors import Conflict, Refused
from hutong.core.inputs import Given, Text, ask
from hutong.core.tasks import done_tasks
from hutong.core.viewer import Viewer
from hutong.money import access
from hutong.money.actions.batches import count_up
from hutong.money.actions.signing import ask_to_sign
from hutong.money.models import Batch, Line, Payee, Recovery, RecoveryPart
from hutong.money.queries.accounts import current_account, unpaid_lines
from hutong.money.terms import OUTGOING, BatchPurpose, BatchState, LineKind, LineState, RecoveryState
from hutong.money.workflow import REFUSED_ACCOUNT, REISSUE


def correction_batch(viewer: Viewer, line: Line) -> Batch:
    """The open batch of this person's corrections at the place and month, or a new one. Others sign it."""
    month = months.first_of(viewer.today)
    place = {"place_id": line.batch.place_id, "place_key": line.batch.place_key}
    mine = {"month": month, "maker_id": access.person(viewer), "purpose": BatchPurpose.CORRECTION}
    found = Batch.objects.select_for_update().filter(**place, **mine, state=BatchState.PREPARED).first()
    return found or Batch.objects.create(**place, **mine)


def correct(
    line: Line,
    batch: Batch,
    kind: LineKind,
    amount_fen: int,
    *,
    account_id: int | None,
    recovery: Recovery | None = None,
) -> Line:
    """Write the correcting line; amount in fen, negative where money came back."""
    return Line.objects.create(
        batch=batch, order_id=line.order_id, child_id=line.child_id, account_id=account_id, item=line.item,
        month=line.month, kind=kind, amount_fen=amount_fen, corrects=line, recovery=recovery,
        rule_version=line.rule_version, reason_code=line.reason_code, parameter_set_id=line.parameter_set_id,
        place_key=line.place_key,
    )  # fmt: skip


def close_batch_of(viewer: Viewer, batch: Batch) -> None:
    """After lines were added: totals again, and the right post is asked to sign."""
    count_up(batch)
    ask_to_sign(viewer, batch)


class Why(Given):
    """The reason, kept on the entry."""

    why: Text = ask("理由", "Reasons", min_length=4, max_length=500)


def corrected(line: Line, kind: LineKind) -> bool:
    """Is there a line of that kind already that corrects this one?"""
    return Line.objects.filter(corrects=line, kind=kind).exclude(state=LineState.VOID).exists()


def claimed_fen(line: Line) -> int:
    """How much of a line (fen) is claimed by recoveries that were not given up."""
    parts = RecoveryPart.objects.filter(line=line).exclude(recovery__state=RecoveryState.WAIVED)
    return int(parts.aggregate(total=Sum("amount_fen"))["total"] or 0)


@action("money.reverse_line", on=Line, input=Why, roles=access.COUNTY, title=("冲销发放", "Reverse a payment"))
def reverse_line(viewer: Viewer, line: Line, given: Why) -> Line:
    """Book that a payment came back whole (recalled by the bank). Raises Conflict, Refused."""
    if line.state != LineState.PAID or line.kind not in OUTGOING:
        raise Refused(_("Only a payment that reached the account can be reversed."))
    if corrected(line, LineKind.REVERSAL):
        raise Conflict(_("This payment is reversed already."))
    if claimed_fen(line):
        raise Conflict(_("A recovery runs on this payment. What comes back is recorded there."))
    batch = correction_batch(viewer, line)
    made = correct(line, batch, LineKind.REVERSAL, -line.amount_fen, account_id=None)
    close_batch_of(viewer, batch)
    return made


class Again(Given):
    """To which account."""

    same_account: bool = ask(
        "银行确认原账户已可用",
        "The bank says the same account works again",
        False,
        hint=("没有新账户时才勾选。", "Only when no other account is on file."),
    )


@action(
    "money.reissue_line", on=Line, input=Again, roles=access.COUNTY, title=("重发退回款", "Pay a refused line again")
)
def reissue_line(viewer: Viewer, line: Line, given: Again) -> Line:
    """A new line to the payee's present account, naming the refused one. Raises Conflict, Refused."""
    batch = correction_batch(viewer, line)
    made = _again(viewer, line, batch, same_account=given.same_account)
    close_batch_of(viewer, batch)
    _tidy(line.order.payee)
    return made


def _again(viewer: Viewer, line: Line, batch: Batch, *, same_account: bool) -> Line:
    if line.state != LineState.REFUSED or line.settled_on is not None:
        raise Refused(_("Only a payment the bank refused can be paid again."))
    if corrected(line, LineKind.REISSUE):
        raise Conflict(_("This payment has been ordered again already."))
    if claimed_fen(line) == line.amount_fen:
        raise Conflict(_("Nothing of this payment is owed: it was claimed back. Close it without paying again."))
    account = current_account(line.order.payee_id, viewer.today)
    if account is None:
        raise Refused(_("The payee has no approved account."))
    if account.pk == line.account_id and not same_account:
        raise Refused(_("The payee still has the account the bank refused. Enter and approve the right one first."))
    return correct(line, batch, LineKind.REISSUE, line.amount_fen, account_id=account.pk)


@action("money.reissue_all", on=Payee, input=Again, roles=access.COUNTY,
        title=("重发全部退回款", "Pay all refused lines of a payee again"))  # fmt: skip
def reissue_all(viewer: Viewer, payee: Payee, given: Again) -> int:
    """Every refused line of the payee, to the present account; how many. Raises Refused when there is none."""
    lines = list(unpaid_lines(payee))
    if not lines:
        raise Refused(_("No refused payment of this payee is open."))
    batches = {}
    for line in lines:
        batch = correction_batch(viewer, line)
        _again(viewer, line, batch, same_account=given.same_account)
        batches[batch.pk] = batch
    for batch in batches.values():
        close_batch_of(viewer, batch)
    _tidy(payee)
    return len(lines)


def _tidy(payee: Payee) -> None:
    if not unpaid_lines(payee).exists():
        done_tasks(payee, REISSUE.name)
        done_tasks(payee, REFUSED_ACCOUNT.name)


@action("money.keep_unpaid", on=Line, input=Why, roles=access.COUNTY, title=("退回款不再重发", "Do not pay again"))
def keep_unpaid(viewer: Viewer, line: Line, given: Why) -> Line:
    """A refused payment that nobody is owed any more stays refused, with the reason. Raises Refused, Conflict."""
    if line.state != LineState.REFUSED or line.settled_on is not None:
        raise Refused(_("Only a payment the bank refused can be given up."))
    if corrected(line, LineKind.REISSUE):
        raise Conflict(_("This payment has been ordered again already."))
    line.settled_on = viewer.today
    line.save(update_fields=["settled_on"])
    _tidy(line.order.payee)
    return line
