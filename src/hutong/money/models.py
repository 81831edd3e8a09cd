"""Tables of `money`. A line of a batch is a frozen record: the database itself refuses to change it."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import F, Q

from hutong.core.record import PlaceKeyField, Reach, Record, TermField, open_, personal, sealed, sensitive
from hutong.money.terms import (
    COLLECTIVE,
    OUTGOING,
    AccountSource,
    AccountState,
    BatchPurpose,
    BatchState,
    ChangeReason,
    ChangeState,
    Item,
    LineKind,
    LineState,
    OrderState,
    PayeeKind,
    RecoveryReason,
    RecoveryState,
)


def _to(model: str, **options: Any) -> models.ForeignKey[Any, Any]:
    """A reference that never takes its target along; indexes are declared where a query needs them."""
    return models.ForeignKey(model, on_delete=models.PROTECT, related_name="+", db_index=False, **options)


def _user(**options: Any) -> models.ForeignKey[Any, Any]:
    return open_(_to("core.User", **options))


def _first_of_month(*fields: str) -> Q:
    met = Q()
    for field in fields:
        met &= Q(**{f"{field}__isnull": True}) | Q(**{f"{field}__day": 1})
    return met


def _two_people(first: str, second: str, name: str) -> models.CheckConstraint:
    """Maker is never checker."""
    return models.CheckConstraint(condition=Q(**{f"{second}__isnull": True}) | ~Q(**{second: F(first)}), name=name)


class Payee(Record):
    """Who receives the money for a child: the child, a guardian, or an institution or village for many children."""

    child = open_(_to("people.Child", null=True))
    kind = open_(TermField(PayeeKind))
    person = open_(_to("people.Person", null=True))
    name = personal(models.CharField(max_length=120))
    place = open_(_to("org.Division"))
    place_key = PlaceKeyField()

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

    payee = open_(models.ForeignKey(Payee, on_delete=models.PROTECT, related_name="accounts", db_index=False))
    number = sensitive(models.BinaryField())
    number_key = sensitive(models.BinaryField(max_length=16))
    last4 = personal(models.CharField(max_length=4))
    bank = personal(models.CharField(max_length=120))
    holder = personal(models.CharField(max_length=120))
    source = open_(TermField(AccountSource, default=AccountSource.PAPER.value))
    proof = open_(_to("core.StoredFile", null=True))
    state = open_(TermField(AccountState, default=AccountState.PROPOSED.value))
    proposed_by = _user()
    approved_by = _user(null=True)
    valid_from = open_(models.DateField())
    declined_why = personal(models.CharField(max_length=200, blank=True))
    place_key = PlaceKeyField()

    reach = Reach("place_key")

    class Meta:
        constraints = [
            _two_people("proposed_by", "approved_by", "account_two_people"),
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


class Order(Record):
    """A standing order: pay for this child, to this payee, from one month to another. It belongs to one award."""

    child = open_(_to("people.Child"))
    item = open_(TermField(Item, default=Item.BASIC_LIVING.value))
    payee = open_(_to("money.Payee"))
    on_label = open_(models.CharField(max_length=80))
    on_id = open_(models.BigIntegerField())
    first_month = open_(models.DateField())
    last_month = open_(models.DateField(null=True))
    suspended_from = open_(models.DateField(null=True))
    state = open_(TermField(OrderState, default=OrderState.ACTIVE.value))
    place = open_(_to("org.Division"))
    place_key = PlaceKeyField()

    reach = Reach("place_key", subject="child_id")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=_first_of_month("first_month", "last_month", "suspended_from"), name="order_months"
            ),
            models.CheckConstraint(
                condition=~Q(state="suspended") | Q(suspended_from__isnull=False), name="order_suspended_from"
            ),
            models.CheckConstraint(condition=~Q(state="ended") | Q(last_month__isnull=False), name="order_ended_when"),
            models.UniqueConstraint(
                fields=["on_label", "on_id", "item"], condition=~Q(state="ended"), name="order_one_per_award"
            ),
        ]
        indexes = [
            models.Index(fields=["child"], name="order_child"),
            models.Index(fields=["payee"], name="order_payee"),
            models.Index(fields=["place_key", "id"], name="order_place"),
            models.Index(fields=["on_label", "on_id"], name="order_award"),
        ]


class PayeeChange(Record):
    """Somebody else is to receive an order's money: proof, and two different people."""

    order = open_(models.ForeignKey(Order, on_delete=models.PROTECT, related_name="payee_changes", db_index=False))
    old_payee = open_(_to("money.Payee"))
    new_payee = open_(_to("money.Payee"))
    why = personal(TermField(ChangeReason))
    note = personal(models.TextField(blank=True))
    proof = open_(_to("core.StoredFile"))
    state = open_(TermField(ChangeState, default=ChangeState.PROPOSED.value))
    proposed_by = _user()
    approved_by = _user(null=True)
    place_key = PlaceKeyField()

    reach = Reach("place_key")

    class Meta:
        constraints = [
            _two_people("proposed_by", "approved_by", "payee_change_two_people"),
            models.CheckConstraint(
                condition=~Q(state="approved") | Q(approved_by__isnull=False), name="payee_change_approved_by_somebody"
            ),
            models.UniqueConstraint(fields=["order"], condition=Q(state="proposed"), name="payee_change_one_at_a_time"),
        ]
        indexes = [models.Index(fields=["order", "id"], name="payee_change_order")]


class SigningBand(Record):
    """Who signs a place's batches up to which total; without a limit it is the last band."""

    place = open_(_to("org.Division"))
    limit_fen = open_(models.BigIntegerField(null=True))
    role = open_(models.CharField(max_length=40))
    valid_from = open_(models.DateField())
    basis = open_(models.CharField(max_length=200))

    reach = Reach.everybody()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["place", "valid_from", "limit_fen"], nulls_distinct=False, name="band_limit_once"
            ),
            models.CheckConstraint(condition=Q(limit_fen=None) | Q(limit_fen__gt=0), name="band_limit_positive"),
        ]


class Rhythm(Record):
    """How many months one run of a place covers: 1 monthly, 3 quarterly (runs in March, June, ...)."""

    place = open_(_to("org.Division"))
    every_months = open_(models.SmallIntegerField())
    valid_from = open_(models.DateField())
    basis = open_(models.CharField(max_length=200))

    reach = Reach.everybody()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["place", "valid_from"], name="rhythm_once"),
            models.CheckConstraint(condition=Q(every_months__in=[1, 2, 3, 6, 12]), name="rhythm_divides_a_year"),
        ]


class ParameterSet(Record):
    """The parameters of the law a line was computed with, kept once per content."""

    digest = open_(models.BinaryField(max_length=32, unique=True))
    content = sealed(models.JSONField())

    reach = Reach(unwalled="figures of the law, shared by lines of every place and read through them")


class Batch(Record):
    """What is paid together: prepared by one person, signed by another, sent, reconciled. Amounts in fen."""

    place = open_(_to("org.Division"))
    place_key = PlaceKeyField()
    month = open_(models.DateField())
    purpose = open_(TermField(BatchPurpose, default=BatchPurpose.RUN.value))
    state = open_(TermField(BatchState, default=BatchState.PREPARED.value))
    maker = _user()
    signer = _user(null=True)
    signed_on = open_(models.DateField(null=True))
    sent_on = open_(models.DateField(null=True))
    settled_on = open_(models.DateField(null=True))
    count = open_(models.IntegerField(default=0))
    total_fen = open_(models.BigIntegerField(default=0))
    booked_fen = open_(models.BigIntegerField(default=0))
    told = open_(models.JSONField(default=dict))

    reach = Reach("place_key")
    keeps_place = True  # it happened there; a merge moves only the key

    class Meta:
        constraints = [
            _two_people("maker", "signer", "batch_two_people"),
            models.CheckConstraint(
                condition=Q(state__in=["prepared", "discarded"]) | Q(signer__isnull=False), name="batch_signed"
            ),
            models.CheckConstraint(condition=_first_of_month("month"), name="batch_month"),
        ]
        indexes = [models.Index(fields=["place_key", "-month", "-id"], name="batch_place")]


class Line(Record):
    """One payment, or the booking of money that came back (negative). Only its state moves once it is written.

    Reason, rule and parameters are SEALED here: they would tell finance the cause. Officers read them on the award.
    """

    batch = open_(models.ForeignKey(Batch, on_delete=models.PROTECT, related_name="lines", db_index=False))
    order = open_(models.ForeignKey(Order, on_delete=models.PROTECT, related_name="lines", db_index=False))
    child = open_(_to("people.Child"))
    account = open_(_to("money.AccountVersion", null=True))
    item = open_(TermField(Item))
    month = open_(models.DateField())
    kind = open_(TermField(LineKind))
    state = open_(TermField(LineState, default=LineState.PREPARED.value))
    amount_fen = open_(models.BigIntegerField())
    corrects = open_(_to("self", null=True))
    recovery = open_(_to("money.Recovery", null=True))
    rule_version = sealed(models.CharField(max_length=80))
    reason_code = sealed(models.CharField(max_length=80, blank=True))
    parameter_set = sealed(_to("money.ParameterSet", null=True))
    refusal = personal(models.CharField(max_length=200, blank=True))
    settled_on = open_(models.DateField(null=True))
    place_key = PlaceKeyField()

    reach = Reach("place_key", subject="child_id")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["child", "item", "month"],
                condition=Q(kind="regular") & ~Q(state="void"),
                name="line_one_regular_per_month",
            ),
            models.UniqueConstraint(
                fields=["corrects", "kind"],
                condition=Q(kind__in=["reversal", "reissue"]) & ~Q(state="void"),
                name="line_corrected_once",
            ),
            models.UniqueConstraint(
                fields=["batch", "corrects"],
                condition=Q(kind="arrears") & ~Q(state="void"),
                name="line_arrears_once_a_batch",
            ),
            models.CheckConstraint(condition=_first_of_month("month"), name="line_month"),
            models.CheckConstraint(
                condition=Q(kind__in=[k.value for k in OUTGOING], amount_fen__gt=0)
                | Q(kind__in=["reversal", "recovery"], amount_fen__lt=0),
                name="line_sign_of_amount",
            ),
            models.CheckConstraint(
                condition=(Q(kind="regular") & Q(corrects=None)) | (~Q(kind="regular") & Q(corrects__isnull=False)),
                name="line_names_what_it_corrects",
            ),
            models.CheckConstraint(
                condition=Q(kind__in=["reversal", "recovery"]) | Q(account__isnull=False), name="line_has_account"
            ),
            models.CheckConstraint(
                condition=(Q(kind="recovery") & Q(recovery__isnull=False)) | (~Q(kind="recovery") & Q(recovery=None)),
                name="line_of_recovery",
            ),
        ]
        indexes = [
            models.Index(fields=["batch", "id"], name="line_batch"),
            models.Index(fields=["order", "month"], name="line_order"),
            models.Index(fields=["month", "place_key"], name="line_month_place"),
            models.Index(fields=["corrects"], condition=Q(corrects__isnull=False), name="line_corrects"),
            models.Index(fields=["place_key", "id"], condition=Q(state="refused"), name="line_refused"),
        ]


class Reconciliation(Record):
    """One file from the bank, worked through: what it said, and the rows that could not be used."""

    batch = open_(models.ForeignKey(Batch, on_delete=models.PROTECT, related_name="answers", db_index=False))
    sha256 = open_(models.BinaryField(max_length=32))
    name = open_(models.CharField(max_length=200))
    rows = open_(models.IntegerField())
    paid = open_(models.IntegerField())
    refused = open_(models.IntegerField())
    repeated = open_(models.IntegerField())
    errors = personal(models.JSONField(default=list))
    by = _user(null=True)
    place_key = PlaceKeyField()

    reach = Reach("place_key")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["batch", "sha256"], name="answer_once")]


class Recovery(Record):
    """A claim to money paid in error: notice, answer, agreement, repayment. Amounts in fen."""

    child = open_(_to("people.Child"))
    order = open_(_to("money.Order"))
    amount_fen = open_(models.BigIntegerField())
    returned_fen = open_(models.BigIntegerField(default=0))
    why = sensitive(TermField(RecoveryReason))
    reasons = sensitive(models.TextField())
    state = open_(TermField(RecoveryState, default=RecoveryState.NOTICED.value))
    noticed_on = open_(models.DateField())
    answer_due = open_(models.DateField())
    answered_on = open_(models.DateField(null=True))
    answer = sensitive(models.TextField(blank=True))
    plan = personal(models.TextField(blank=True))
    instalment_fen = open_(models.BigIntegerField(null=True))
    closed_why = sensitive(models.TextField(blank=True))
    place_key = PlaceKeyField()

    reach = Reach("place_key", subject="child_id")

    class Meta:
        verbose_name_plural = "recoveries"
        constraints = [
            models.CheckConstraint(condition=Q(amount_fen__gt=0), name="recovery_amount"),
            models.CheckConstraint(
                condition=Q(returned_fen__gte=0, returned_fen__lte=F("amount_fen")), name="recovery_returned"
            ),
            models.CheckConstraint(condition=Q(answer_due__gt=F("noticed_on")), name="recovery_time_to_answer"),
        ]
        indexes = [
            models.Index(fields=["place_key", "-id"], name="recovery_place"),
            models.Index(fields=["order"], name="recovery_order"),
        ]


class RecoveryPart(Record):
    """How much of a paid line a recovery claims."""

    recovery = open_(models.ForeignKey(Recovery, on_delete=models.PROTECT, related_name="parts"))
    line = open_(_to("money.Line"))
    amount_fen = open_(models.BigIntegerField())
    returned_fen = open_(models.BigIntegerField(default=0))

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["recovery", "line"], name="recovery_part_once"),
            models.CheckConstraint(
                condition=Q(amount_fen__gt=0, returned_fen__gte=0, returned_fen__lte=F("amount_fen")),
                name="recovery_part_amount",
            ),
        ]
        indexes = [models.Index(fields=["line"], name="recovery_part_line")]


class Statement(Record):
    """The month of a place, closed: sums by kind and state as they stood then. A later one has a higher revision."""

    place = open_(_to("org.Division"))
    place_key = PlaceKeyField()
    month = open_(models.DateField())
    revision = open_(models.IntegerField(default=1))
    content = open_(models.JSONField())
    by = _user()

    reach = Reach("place_key")
    keeps_place = True  # it happened there; a merge moves only the key

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["place", "month", "revision"], name="statement_revision"),
            models.CheckConstraint(condition=_first_of_month("month"), name="statement_month"),
        ]
        indexes = [models.Index(fields=["place_key", "-month"], name="statement_place")]
