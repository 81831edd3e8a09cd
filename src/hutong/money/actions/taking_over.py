"""Payees, accounts and orders of a roll that is taken over: many at once, each table in a few statements."""

from __future__ import annotations

from collections.abc import Sequence

from django.db.models import Q
from django.utils.translation import gettext as _

from hutong.core import places
from hutong.core.action import action
from hutong.core.bulk import next_ids
from hutong.core.inputs import Given, Line, Month, Place, ask, of, wrong
from hutong.core.models import Task
from hutong.core.record import create_all
from hutong.core.tasks import leave_tasks
from hutong.core.viewer import Viewer
from hutong.money import access
from hutong.money.actions.inputs import bare_number
from hutong.money.models import AccountVersion, Order, Payee
from hutong.money.queries.accounts import account_key, sealed_number
from hutong.money.terms import COLLECTIVE, AccountSource, AccountState, PayeeKind
from hutong.money.workflow import MISSING_ACCOUNT
from hutong.org.terms import Role

NOT_NAMED = "原名册未列明"
"""Kept as the bank of an account whose roll names none."""


class OnRoll(Given):
    """What a roll says of the money of one award: who receives it, on which account, from which month on."""

    child_id: int
    kind: PayeeKind
    name: str = of(Payee, "name", min_length=1)
    place_id: Place
    on_id: int
    first_month: Month
    account: Line = ask("银行账号", "Account", "")
    bank: str = of(AccountVersion, "bank", "")


class TakenOver(Given):
    """The awards of a roll, by their label."""

    on_label: Line = ask("依据类型", "Kind of award", control="hidden")
    rows: list[OnRoll] = ask("名册行", "Rows of the roll", control="hidden")


def _inside(viewer: Viewer, given: TakenOver) -> str | None:
    refusals = (access.inside(viewer, place_id) for place_id in {row.place_id for row in given.rows})
    return next((refusal for refusal in refusals if refusal), None)


@action("money.take_over_roll", input=TakenOver, roles=access.AWARDS, allow=_inside, inner=True,
        title=("转入名册的发放", "Take over the payments of a roll"))  # fmt: skip
def take_over_roll(viewer: Viewer, given: TakenOver) -> list[int]:
    """A payee, a proposed account and an order for each row; the numbers of the orders, in the order of the rows.

    Raises Invalid where a payee has another account already: a change needs its own paper.
    """
    payees = _payees(given.rows)
    ready = _accounts(viewer, given.rows, payees)
    orders = [
        Order(
            child_id=row.child_id, payee=payee, on_label=given.on_label, on_id=row.on_id, first_month=row.first_month,
            place_id=row.place_id, place_key=payee.place_key,
        )
        for row, payee in zip(given.rows, payees, strict=True)
    ]  # fmt: skip
    create_all(orders)
    kind, label = MISSING_ACCOUNT.name, Order.label()
    asked = [
        Task(
            kind=kind, on_label=label, on_id=order.pk, place_key=order.place_key, role=Role.TOWNSHIP_SUPERVISOR,
            child_id=order.child_id,
        )
        for order in orders
        if order.payee_id not in ready
    ]  # fmt: skip
    leave_tasks(kind, label, [(task, None) for task in asked])
    return [order.pk for order in orders]


def _payees(rows: Sequence[OnRoll]) -> list[Payee]:
    """The payee of each row, found again where the same one is known; one for all children of a collective payee."""
    known: dict[tuple[int | None, str, str, int], Payee] = {}
    keys = {place_id: places.key(place_id) for place_id in {row.place_id for row in rows}}
    persons = Q(child__in={row.child_id for row in rows}, person=None)
    bodies = Q(child=None, kind__in=COLLECTIVE, place__in=keys)
    for payee in Payee.objects.filter(persons | bodies).order_by("-id"):
        known[payee.child_id, payee.kind, payee.name, payee.place_id] = payee
    found, fresh = [], []
    for row in rows:
        child_id = None if row.kind in COLLECTIVE else row.child_id
        same = (child_id, row.kind, row.name, row.place_id)
        if same not in known:
            known[same] = Payee(
                child_id=child_id, kind=row.kind, name=row.name, place_id=row.place_id, place_key=keys[row.place_id]
            )
            fresh.append(known[same])
        found.append(known[same])
    create_all(fresh)
    return found


def _accounts(viewer: Viewer, rows: Sequence[OnRoll], payees: Sequence[Payee]) -> set[int]:
    """Propose the accounts of the roll; the payees that have an approved one already."""
    kept = AccountVersion.objects.filter(payee__in={payee.pk for payee in payees})
    known: dict[int, set[bytes]] = {}
    ready = set()
    for payee_id, key, state in kept.values_list("payee_id", "number_key", "state"):
        known.setdefault(payee_id, set()).add(bytes(key))
        if state == AccountState.APPROVED:
            ready.add(payee_id)
    wanted = [(row, payee) for row, payee in zip(rows, payees, strict=True) if row.account]
    versions = []
    for (row, payee), row_id in zip(wanted, next_ids(AccountVersion, len(wanted)), strict=True):
        number = bare_number(row.account)
        key = account_key(number)
        if key in known.get(payee.pk, ()):
            continue
        if payee.pk in known:
            text = _("is another one than on file: a change of account needs its own paper")
            raise wrong(row, "account", "contradiction", text)
        known[payee.pk] = {key}
        versions.append(
            AccountVersion(
                id=row_id, payee=payee, number=sealed_number(row_id, number), number_key=key, last4=number[-4:],
                bank=row.bank or NOT_NAMED, holder=row.name, source=AccountSource.ROLL,
                proposed_by_id=access.person(viewer), valid_from=viewer.today, place_key=payee.place_key,
            )
        )  # fmt: skip
    create_all(versions)
    return ready
