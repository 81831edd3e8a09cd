"""Who receives, and on which account."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from hutong.core.record import PlaceKeyField, Reach, Record, TermField, open_, personal, sensitive
from hutong.money.models.columns import to, two_people, user
from hutong.money.terms import COLLECTIVE, AccountSource, AccountState, PayeeKind


class Payee(Record):
    """Who receives the money for a child: the child, a guardian, or an institution or village for many children."""

    child = open_(to("people.Child", null=True), "儿童", "Child")
    kind = open_(TermField(PayeeKind), "收款人类型", "Kind of payee")
    person = open_(to("people.Person", null=True), "人员", "Person")
    name = personal(models.CharField(max_length=120), "收款人", "Payee")
    place = open_(to("org.Division"), "所属地区", "Place")
    place_key = PlaceKeyField("所属地区", "Place")

    reach = Reach("place_key", subject="child_id")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=[k.value for k in COLLECTIVE]) | Q(child__isnull=False), name="payee_has_child"
            ),
        ]
        indexes = [
            models.Index(fields=["child"], name="payee_child"),
            models.Index(fields=["person"], condition=Q(person__isnull=False), name="payee_person"),
            models.Index(fields=["place_key", "id"], name="payee_place"),
        ]

    def __str__(self) -> str:
        return self.name


class AccountVersion(Record):
    """One version of a payee's account. Versions are added, never edited; a line names the version it was paid to."""

    payee = open_(
        models.ForeignKey(Payee, on_delete=models.PROTECT, related_name="accounts", db_index=False), "收款人", "Payee"
    )
    number = sensitive(models.BinaryField())
    number_key = sensitive(models.BinaryField(max_length=16))
    last4 = personal(models.CharField(max_length=4), "账号", "Account number")
    bank = personal(models.CharField(max_length=120), "开户银行", "Bank and branch")
    holder = personal(models.CharField(max_length=120), "户名", "Account holder")
    source = open_(TermField(AccountSource, default=AccountSource.PAPER.value), "依据", "Basis")
    proof = open_(to("core.StoredFile", null=True), "证明材料", "Paper")
    state = open_(TermField(AccountState, default=AccountState.PROPOSED.value), "状态", "State")
    proposed_by = user("登记人", "Entered by")
    approved_by = user("复核人", "Approved by", null=True)
    valid_from = open_(models.DateField(), "生效日期", "Valid from")
    declined_why = personal(models.CharField(max_length=200, blank=True), "未通过原因", "Why declined")
    place_key = PlaceKeyField("地区", "Place")

    reach = Reach("place_key")

    class Meta:
        constraints = [
            two_people("proposed_by", "approved_by", "account_two_people"),
            models.CheckConstraint(
                condition=~Q(state="approved") | Q(approved_by__isnull=False), name="account_approved_by_somebody"
            ),
            models.CheckConstraint(condition=Q(source="roll") | Q(proof__isnull=False), name="account_has_proof"),
            models.UniqueConstraint(
                fields=["payee"], condition=Q(state="proposed"), name="account_one_proposal_at_a_time"
            ),
        ]
        indexes = [
            models.Index(fields=["payee", "-valid_from", "-id"], name="account_current"),
            models.Index(fields=["number_key"], name="account_number"),
            models.Index(fields=["place_key", "id"], name="account_place"),
        ]

    @property
    def masked(self) -> str:
        """The number as it may stand on a page."""
        return f"•••• {self.last4}"


class SharedAccount(Record):
    """Somebody looked at an account that receives for many children, and found it right up to so many."""

    account = open_(to("money.AccountVersion"), "账户", "Account")
    number_key = sensitive(models.BinaryField(max_length=16))
    children = open_(models.SmallIntegerField(), "确认的儿童数", "Children confirmed")
    why = personal(models.CharField(max_length=200), "确认依据", "Why it is right")
    confirmed_by = user("确认人", "Confirmed by")
    place_key = PlaceKeyField("地区", "Place")

    reach = Reach("place_key")

    class Meta:
        indexes = [models.Index(fields=["number_key"], name="shared_account_number")]
