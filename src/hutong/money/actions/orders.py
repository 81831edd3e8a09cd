"""Standing orders of awards, and who receives them."""

from __future__ import annotations

from datetime import date

from django.db import IntegrityError, transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from hutong.core import places
from hutong.core.action import action
from hutong.core.errors import Conflict
from hutong.core.events import raise_event
from hutong.core.files import Upload, store_file
from hutong.core.inputs import Given, Month, Nothing, Place, Text, ask, of, wrong
from hutong.core.tasks import done_tasks, leave_task
from hutong.core.viewer import SYSTEM, Viewer
from hutong.money import access
from hutong.money.actions.batches import hold_runs
from hutong.money.models import Line, Order, Payee, PayeeChange
from hutong.money.queries.accounts import approved_account, orders_of_parent
from hutong.money.terms import GONE, ChangeReason, ChangeState, Item, LineKind, LineState, OrderState
from hutong.money.workflow import MISSING_ACCOUNT, ORDER_OPENED, PAYEE_CHANGE, SETTLE
from hutong.org.terms import Role
from hutong.people.terms import ParentStatus, Side


class NewOrder(Given):
    """What is to be paid from which month on. The award is named by label and id; `money` does not look into it."""

    child_id: int = of(Order, "child")
    payee_id: int = of(Order, "payee")
    place_id: Place = of(Order, "place")
    on_label: str = ask("依据类型", "Kind of award", min_length=3, max_length=80, control="hidden")
    on_id: int = ask("依据编号", "Award", control="hidden")
    first_month: Month = of(Order, "first_month")
    last_month: Month | None = of(Order, "last_month", None)
    item: Item = of(Order, "item", Item.BASIC_LIVING)


def _order_inside(viewer: Viewer, given: NewOrder) -> str | None:
    return None if viewer.role == SYSTEM else access.inside(viewer, given.place_id)


@action("money.open_order", input=NewOrder, roles=access.AWARDS, allow=_order_inside,
        title=("建立发放指令", "Open a payment order"), inner=True)  # fmt: skip
def open_order(viewer: Viewer, given: NewOrder) -> Order:
    """A standing order. Raises Invalid for months in the wrong order, Conflict when the award has one already."""
    payee = Payee.objects.filter(pk=given.payee_id).first()
    if payee is None or payee.child_id not in (None, given.child_id):
        raise wrong(given, "payee_id", "unknown", _("is not known, or receives for another child"))
    _check_months(given)
    order = Order(**given.model_dump(), place_key=places.key(given.place_id))
    try:
        with transaction.atomic():
            order.save(force_insert=True)
    except IntegrityError as error:
        if "order_one_per_award" not in str(error):
            raise
        raise Conflict(_("This award already has a payment order.")) from error
    if not approved_account(payee):
        leave_task(
            MISSING_ACCOUNT.name, subject=order, place_key=order.place_key, role=Role.TOWNSHIP_SUPERVISOR,
            child_id=order.child_id,
        )  # fmt: skip
    raise_event(ORDER_OPENED, order_id=order.pk, child_id=order.child_id)
    return order


def _check_months(given: NewOrder) -> None:
    if given.last_month is not None and given.last_month < given.first_month:
        raise wrong(given, "last_month", "too_early", _("is before the first month"))


class FromMonth(Given):
    """The first month that is not paid."""

    from_month: Month = of(Order, "suspended_from")


@action("money.suspend_order", on=Order, input=FromMonth, roles=access.AWARDS,
        title=("暂停发放", "Suspend an order"))  # fmt: skip
def suspend_order(viewer: Viewer, order: Order, given: FromMonth) -> Order:
    """Months from the given one on are left out of runs until the order is resumed or ended."""
    order.suspended_from = given.from_month
    order.save(update_fields=["suspended_from"])
    return order


@action("money.resume_order", on=Order, input=Nothing, roles=access.AWARDS,
        title=("恢复发放", "Resume an order"))  # fmt: skip
def resume_order(viewer: Viewer, order: Order, given: Nothing) -> Order:
    """The months left out become due again: the next run pays them."""
    order.suspended_from, order.state = None, OrderState.ACTIVE
    order.save(update_fields=["suspended_from", "state"])
    return order


class LastMonth(Given):
    """The last month that is paid; one before the first month means that nothing is paid."""

    last_month: Month = of(Order, "last_month")


@action("money.end_order", on=Order, input=LastMonth, roles=access.AWARDS, title=("终止发放", "End an order"))
def end_order(viewer: Viewer, order: Order, given: LastMonth) -> Order:
    """No run pays a later month. What was paid too much already is for a recovery, never for a set-off."""
    order.last_month = given.last_month
    order.save(update_fields=["last_month"])
    for kind in (MISSING_ACCOUNT, PAYEE_CHANGE, SETTLE):
        done_tasks(order, kind.name)
    return order


class OneOrder(Given):
    """An order by its number, not yet locked: a run that is under way may be writing its lines."""

    order_id: int = of(Line, "order")


@action("money.last_ordered", input=OneOrder, roles=(SYSTEM,), inner=True,
        title=("核定已编制发放的最后月份", "Find the last month ordered"))  # fmt: skip
def last_ordered(viewer: Viewer, given: OneOrder) -> date | None:
    """The last month an order has a line for, prepared or paid. No run adds one before this transaction has ended.

    Call it before the order itself is locked, since a run that is waited for may need the order's row.
    """
    order = Order.objects.get(pk=given.order_id)
    hold_runs(order.place_key)
    regular = Line.objects.filter(order=order, kind=LineKind.REGULAR).exclude(state=LineState.VOID)
    last: date | None = regular.aggregate(last=Max("month"))["last"]
    return last


@action("money.reopen_order", on=Order, input=Nothing, roles=access.AWARDS,
        title=("恢复已终止的发放", "Reopen an ended order"))  # fmt: skip
def reopen_order(viewer: Viewer, order: Order, given: Nothing) -> Order:
    """After an objection or a court result: months since the end become due again. Raises Conflict if replaced."""
    others = Order.objects.filter(on_label=order.on_label, on_id=order.on_id, item=order.item)
    if others.exclude(pk=order.pk).exclude(state=OrderState.ENDED).exists():
        raise Conflict(_("This award already has a payment order."))
    order.last_month, order.suspended_from, order.state = None, None, OrderState.ACTIVE
    order.save(update_fields=["last_month", "suspended_from", "state"])
    return order


class AskedChange(Given):
    """Why the payee can no longer receive."""

    why: ChangeReason = of(PayeeChange, "why")
    note: Text = of(PayeeChange, "note", "", max_length=300)


@action("money.ask_payee_change", on=Order, input=AskedChange, roles=(*access.ACCOUNT_KEEPERS, SYSTEM),
        title=("提请变更收款人", "Ask for a change of payee"))  # fmt: skip
def ask_payee_change(viewer: Viewer, order: Order, given: AskedChange) -> None:
    """An urgent task for the county: the guardian who receives is jailed, has vanished or was removed."""
    leave_task(
        PAYEE_CHANGE.name, subject=order, place_key=order.place_key, role=Role.COUNTY_OFFICER,
        child_id=order.child_id, note=given.why.label(viewer.locale), urgent=True,
    )  # fmt: skip


class ParentNews(Given):
    """What became known of a parent."""

    child_id: int
    side: Side
    status: ParentStatus


@action(
    "money.note_parent", input=ParentNews, roles=(SYSTEM,), title=("核对父母是否为收款人", "Is this parent a payee?")
)
def note_parent(viewer: Viewer, given: ParentNews) -> int:
    """Ask for another payee wherever this parent receives, for this child or another; for how many orders."""
    why = GONE.get(given.status)
    if why is None:
        return 0
    orders = list(orders_of_parent(given.child_id, given.side).order_by("id"))
    for order in orders:
        ask_payee_change(viewer, order, {"why": why})
    return len(orders)


class OneChild(Given):
    """A child whose two files became one."""

    child_id: int = of(Order, "child")


@action("money.ask_which_order", input=OneChild, roles=(SYSTEM,), inner=True,
        title=("请核定保留哪项发放指令", "Ask which order stays"))  # fmt: skip
def ask_which_order(viewer: Viewer, given: OneChild) -> int:
    """Ask the county about each running order of the child but the oldest; for how many."""
    running = Order.objects.filter(child=given.child_id).exclude(state=OrderState.ENDED).order_by("item", "id")
    kept: dict[str, Order] = {}
    later = [order for order in running if kept.setdefault(order.item, order) is not order]
    for order in later:
        leave_task(
            SETTLE.name, subject=order, place_key=order.place_key, role=Role.COUNTY_OFFICER, child_id=order.child_id,
            note=_("Two files became one child: end the award that is not to stay."), urgent=True,
        )  # fmt: skip
    return len(later)


class NewChange(Given):
    """Who is to receive from now on, why, and the paper it rests on."""

    payee_id: int = of(PayeeChange, "new_payee")
    why: ChangeReason = of(PayeeChange, "why")
    note: Text = of(PayeeChange, "note", "", max_length=1000)
    proof: Upload = of(PayeeChange, "proof")


@action("money.propose_payee_change", on=Order, input=NewChange, roles=access.ACCOUNT_KEEPERS,
        title=("登记收款人变更", "Propose a change of payee"))  # fmt: skip
def propose_payee_change(viewer: Viewer, order: Order, given: NewChange) -> PayeeChange:
    """The change takes effect once a second person approved it. Raises Invalid, Conflict."""
    payee = Payee.objects.all().visible_to(viewer).filter(pk=given.payee_id).first()
    if payee is None or payee.child_id not in (None, order.child_id) or payee.pk == order.payee_id:
        raise wrong(given, "payee_id", "invalid", _("is not known, receives already, or receives for another child"))
    if PayeeChange.objects.filter(order=order, state=ChangeState.PROPOSED).exists():
        raise Conflict(_("A change of payee is already waiting to be checked."))
    proof = store_file(viewer, given.proof.data, given.proof.name, place_key=order.place_key, child_id=order.child_id)
    return PayeeChange.objects.create(
        order=order, old_payee_id=order.payee_id, new_payee=payee, why=given.why, note=given.note, proof=proof,
        proposed_by_id=access.person(viewer), place_key=order.place_key,
    )  # fmt: skip


@action("money.approve_payee_change", on=PayeeChange, input=Nothing, roles=access.ACCOUNT_CHECKERS,
        allow=access.not_the_proposer, title=("批准变更收款人", "Approve a change of payee"))  # fmt: skip
def approve_payee_change(viewer: Viewer, change: PayeeChange, given: Nothing) -> PayeeChange:
    """The order pays the new payee from the next run on. Raises Refused while the new payee has no approved account."""
    if not approved_account(change.new_payee):
        raise Conflict(_("The new payee has no approved account yet. Approve that first."))
    order = Order.objects.select_for_update().get(pk=change.order_id)
    if order.payee_id != change.old_payee_id:
        raise Conflict(_("The payee was changed in the meantime. Decline this change and enter it again."))
    order.payee_id = change.new_payee_id
    order.save(update_fields=["payee"])
    change.approved_by_id = viewer.user_id
    change.save(update_fields=["approved_by"])
    done_tasks(order, PAYEE_CHANGE.name)
    done_tasks(order, MISSING_ACCOUNT.name)
    return change


@action("money.decline_payee_change", on=PayeeChange, input=Nothing, roles=access.ACCOUNT_CHECKERS,
        title=("不同意变更收款人", "Decline a change of payee"))  # fmt: skip
def decline_payee_change(viewer: Viewer, change: PayeeChange, given: Nothing) -> PayeeChange:
    """The order keeps its payee; the reason stands in the entry."""
    return change
