"""One payment held out of a run, and an account confirmed that receives for many children."""

from __future__ import annotations

from django.utils.translation import gettext as _

from hutong.core.action import action
from hutong.core.errors import Conflict
from hutong.core.inputs import Given, of, wrong
from hutong.core.inputs import Line as Words
from hutong.core.tasks import done_tasks, leave_task
from hutong.core.viewer import Viewer
from hutong.money import access
from hutong.money.actions.batches import count_up
from hutong.money.actions.signing import ask_to_sign
from hutong.money.models import AccountVersion, Batch, Hold, Line, Omission, Order, SharedAccount
from hutong.money.queries.accounts import receiving
from hutong.money.terms import COLLECTIVE, BatchPurpose, BatchState, LineKind, LineState, Verdict
from hutong.money.workflow import SETTLE, SIGN
from hutong.org.terms import Role


class HoldOut(Given):
    """Why one payment is to wait."""

    why: Words = of(Hold, "why", min_length=4)


def _still_open(viewer: Viewer, line: Line, given: HoldOut) -> str | None:
    if line.batch.purpose != BatchPurpose.RUN or line.batch.state != BatchState.PREPARED:
        return _("A payment is held out of a monthly run before it is signed.")
    if line.kind not in (LineKind.REGULAR, LineKind.ARREARS) or line.state != LineState.PREPARED:
        return _("Only a payment that waits to be signed can be held out.")
    return None


@action("money.hold_line", on=Line, input=HoldOut, roles=(*access.OFFICERS, Role.COUNTY_FINANCE), allow=_still_open,
        title=("暂缓该笔发放", "Hold this payment out"))  # fmt: skip
def hold_line(viewer: Viewer, line: Line, given: HoldOut) -> Hold:
    """Take one payment out of a run that is not signed yet; no run pays the month until somebody else settled it.

    The line is void, not deleted; the batch is counted again, and discarded when nothing is left in it.
    """
    batch = Batch.objects.select_for_update().get(pk=line.batch_id)
    if batch.state != BatchState.PREPARED:
        raise Conflict(_("A payment is held out of a monthly run before it is signed."))
    for other in Line.objects.filter(batch=batch, order_id=line.order_id, month=line.month, state=LineState.PREPARED):
        other.state = LineState.VOID
        other.save(update_fields=["state"])
        Omission.objects.create(
            batch=batch, order_id=line.order_id, child_id=line.child_id, month=line.month, verdict=Verdict.HELD,
            amount_fen=other.amount_fen, place_key=line.place_key,
        )  # fmt: skip
        batch.told = batch.told | {Verdict.HELD.value: batch.told.get(Verdict.HELD.value, 0) + 1}
    hold = Hold.objects.create(
        order_id=line.order_id, child_id=line.child_id, month=line.month, why=given.why,
        held_by_id=access.person(viewer), place_key=line.place_key,
    )  # fmt: skip
    leave_task(
        SETTLE.name, subject=line.order, place_key=line.place_key, role=Role.COUNTY_OFFICER, child_id=line.child_id,
        note=given.why,
    )  # fmt: skip
    batch.save(update_fields=["told"])
    count_up(batch)
    if batch.count:
        ask_to_sign(viewer, batch)
    else:
        done_tasks(batch, SIGN.name)
        batch.state = BatchState.DISCARDED
        batch.save(update_fields=["state"])
    return hold


class Settled(Given):
    """What was found out about a payment that waited."""

    lifted_why: Words = of(Hold, "lifted_why", min_length=4)


def _open_and_not_mine(viewer: Viewer, hold: Hold, given: Settled) -> str | None:
    if hold.lifted_by_id is not None:
        return _("This was settled already.")
    if hold.held_by_id == viewer.user_id:
        return _("You held this payment out yourself; somebody else has to settle it.")
    return None


@action("money.lift_hold", on=Hold, input=Settled, roles=access.COUNTY, allow=_open_and_not_mine,
        title=("解除暂缓", "Settle a held payment"))  # fmt: skip
def lift_hold(viewer: Viewer, hold: Hold, given: Settled) -> Hold:
    """The month can be paid again: the next run has it. Whoever held it out does not settle it."""
    hold.lifted_by_id, hold.lifted_why = access.person(viewer), given.lifted_why
    hold.save(update_fields=["lifted_by", "lifted_why"])
    if not Hold.objects.filter(order_id=hold.order_id, lifted_by=None).exists():
        done_tasks(Order.objects.get(pk=hold.order_id), SETTLE.name)
    return hold


class Confirmed(Given):
    """For how many children an account may receive, and how that is known."""

    most: int = of(SharedAccount, "children", ge=2, le=60)
    why: Words = of(SharedAccount, "why", min_length=4)


def _of_a_person(viewer: Viewer, account: AccountVersion, given: Confirmed) -> str | None:
    if account.payee.kind in COLLECTIVE:
        return _("An institution receives for all its children; nothing has to be confirmed.")
    return access.not_the_proposer(viewer, account, given)


@action("money.confirm_shared_account", on=AccountVersion, input=Confirmed, roles=access.COUNTY, allow=_of_a_person,
        title=("确认多名儿童共用账户", "Confirm an account for several children"))  # fmt: skip
def confirm_shared_account(viewer: Viewer, account: AccountVersion, given: Confirmed) -> SharedAccount:
    """Somebody who did not enter the account looked: it rightly receives for so many children, and no more."""
    now = receiving(account)
    if given.most < now:
        text = _("is less than the %(count)s children it receives for") % {"count": now}
        raise wrong(given, "most", "too_small", text)
    return SharedAccount.objects.create(
        account=account, number_key=account.number_key, children=given.most, why=given.why,
        confirmed_by_id=access.person(viewer), place_key=account.place_key,
    )  # fmt: skip
