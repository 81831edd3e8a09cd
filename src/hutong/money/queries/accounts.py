"""Account numbers: sealed to their row, found by a keyed hash, opened for the bank file and for a stated purpose."""

from __future__ import annotations

from datetime import date

from django.db import models

from hutong.core.crypto import blind, seal, unseal
from hutong.money.models import AccountVersion, Line, Order, Payee
from hutong.money.terms import AccountState, LineState, OrderState
from hutong.people.models import Relation

TABLE, FIELD = "money_accountversion", "number"
PURPOSE = "money:account"
"""Purpose of the keyed hash by which equal account numbers are found."""


def sealed_number(row_id: int, number: str) -> bytes:
    """The number encrypted for the version with that id."""
    return seal(number, table=TABLE, row_id=row_id, field=FIELD)


def account_key(number: str) -> bytes:
    """Keyed hash of a number: equal for equal numbers, of no use to anybody else."""
    return blind(number, PURPOSE)


def account_number(version: AccountVersion) -> str:
    """The number in clear. The caller has journalled why; raises crypto.CannotOpen when the row was tampered with."""
    return unseal(version.number, table=TABLE, row_id=version.pk, field=FIELD)


def approved_account(payee: Payee) -> bool:
    """Has the payee an account money can go to, now or from a later day?"""
    return AccountVersion.objects.filter(payee=payee, state=AccountState.APPROVED).exists()


def current_account(payee_id: int, on: date) -> AccountVersion | None:
    """The newest approved version that is valid on the day."""
    rows = AccountVersion.objects.filter(payee_id=payee_id, state=AccountState.APPROVED, valid_from__lte=on)
    return rows.order_by("-valid_from", "-id").first()


def still_unpaid(lines: models.QuerySet[Line]) -> models.QuerySet[Line]:
    """Of these lines, those the bank refused and nobody has paid again or given up yet."""
    again = Line.objects.filter(corrects=models.OuterRef("pk"), kind="reissue").exclude(state=LineState.VOID)
    return lines.filter(~models.Exists(again), state=LineState.REFUSED, settled_on=None)


def unpaid_lines(payee: Payee) -> models.QuerySet[Line]:
    """Lines of the payee's orders that wait to be paid again."""
    return still_unpaid(Line.objects.filter(order__payee=payee)).order_by("id")


def orders_of_parent(child_id: int, side: str) -> models.QuerySet[Order]:
    """Orders that run and are paid to a parent of the child, for this child or another."""
    bonds = Relation.objects.filter(child_id=child_id, bond=side, valid_to=None)
    people = dict(bonds.values_list("person_id", "person__name"))
    named = models.Q(payee__person__in=people)
    named |= models.Q(payee__name__in=people.values(), child_id=child_id)
    return Order.objects.filter(named).exclude(state=OrderState.ENDED)


def receiving(version: AccountVersion) -> int:
    """For how many children running orders pay to the account number of a version."""
    payees = AccountVersion.objects.filter(number_key=version.number_key, state=AccountState.APPROVED).values("payee")
    running = Order.objects.filter(payee__in=payees).exclude(state=OrderState.ENDED)
    return running.values("child").distinct().count()
