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


def _user(zh: str = "", en: str = "", **options: Any) -> models.ForeignKey[Any, Any]:
    return open_(_to("core.User", **options), zh, en)


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

    child = open_(_to("people.Child", null=True), "儿童", "Child")
    kind = open_(TermField(PayeeKind), "收款人类型", "Kind of payee")
    person = open_(_to("people.Person", null=True), "人员", "Person")
    name = personal(models.CharField(max_length=120), "收款人", "Payee")
    place = open_(_to("org.Division"), "所属地区", "Place")
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
    proof = open_(_to("core.StoredFile", null=True), "证明材料", "Paper")
    state = open_(TermField(AccountState, default=AccountState.PROPOSED.value), "状态", "State")
    proposed_by = _user("登记人", "Entered by")
    approved_by = _user("复核人", "Approved by", null=True)
    valid_from = open_(models.DateField(), "生效日期", "Valid from")
    declined_why = personal(models.CharField(max_length=200, blank=True), "未通过原因", "Why declined")
    place_key = PlaceKeyField("地区", "Place")

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

    child = open_(_to("people.Child"), "儿童", "Child")
    item = open_(TermField(Item, default=Item.BASIC_LIVING.value), "发放项目", "Item")
    payee = open_(_to("money.Payee"), "收款人", "Payee")
    on_label = open_(models.CharField(max_length=80))
    on_id = open_(models.BigIntegerField())
    first_month = open_(models.DateField(), "起发月份", "First month")
    last_month = open_(models.DateField(null=True), "最后发放月份", "Last month paid")
    suspended_from = open_(models.DateField(null=True), "暂停起始月份", "First month not paid")
    state = open_(TermField(OrderState, default=OrderState.ACTIVE.value), "状态", "State")
    place = open_(_to("org.Division"), "发放地区", "Place that pays")
    place_key = PlaceKeyField("地区", "Place")

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

    order = open_(
        models.ForeignKey(Order, on_delete=models.PROTECT, related_name="payee_changes", db_index=False),
        "发放指令",
        "Order",
    )
    old_payee = open_(_to("money.Payee"), "原收款人", "Payee so far")
    new_payee = open_(_to("money.Payee"), "新收款人", "New payee")
    why = personal(TermField(ChangeReason), "变更原因", "Reason")
    note = personal(models.TextField(blank=True), "说明", "Note")
    proof = open_(_to("core.StoredFile"), "变更依据材料", "Paper the change rests on")
    state = open_(TermField(ChangeState, default=ChangeState.PROPOSED.value), "状态", "State")
    proposed_by = _user("登记人", "Proposed by")
    approved_by = _user("批准人", "Approved by", null=True)
    place_key = PlaceKeyField("地区", "Place")

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

    place = open_(_to("org.Division"), "地区", "Place")
    limit_fen = open_(models.BigIntegerField(null=True), "限额（元，含）", "Up to (yuan)")
    role = open_(models.CharField(max_length=40), "签发岗位", "Signed by")
    valid_from = open_(models.DateField(), "起始日期", "From")
    basis = open_(models.CharField(max_length=200), "文件依据", "Local rule")

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

    place = open_(_to("org.Division"), "地区", "Place")
    every_months = open_(models.SmallIntegerField(), "每几个月发放一次", "Pays every … months")
    valid_from = open_(models.DateField(), "起始月份", "From")
    basis = open_(models.CharField(max_length=200), "文件依据", "Local rule")

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

    place = open_(_to("org.Division"), "发放地区", "Place")
    place_key = PlaceKeyField("发放地区", "Place")
    month = open_(models.DateField(), "发放月份", "Month")
    purpose = open_(TermField(BatchPurpose, default=BatchPurpose.RUN.value), "类型", "Kind")
    state = open_(TermField(BatchState, default=BatchState.PREPARED.value), "状态", "State")
    maker = _user("编制人", "Prepared by")
    signer = _user("签发人", "Signed by", null=True)
    signed_on = open_(models.DateField(null=True), "签发日期", "Signed on")
    sent_on = open_(models.DateField(null=True), "送银行日期", "Sent on")
    settled_on = open_(models.DateField(null=True), "对账完成日期", "Reconciled on")
    count = open_(models.IntegerField(default=0), "笔数", "Lines")
    total_fen = open_(models.BigIntegerField(default=0), "发放总额（元）", "To be paid (yuan)")
    booked_fen = open_(models.BigIntegerField(default=0), "冲销、退回（元）", "Booked back (yuan)")
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

    batch = open_(
        models.ForeignKey(Batch, on_delete=models.PROTECT, related_name="lines", db_index=False), "批次", "Batch"
    )
    order = open_(
        models.ForeignKey(Order, on_delete=models.PROTECT, related_name="lines", db_index=False), "发放指令", "Order"
    )
    child = open_(_to("people.Child"), "儿童", "Child")
    account = open_(_to("money.AccountVersion", null=True), "收款账户", "Account")
    item = open_(TermField(Item), "项目", "Item")
    month = open_(models.DateField(), "所属月份", "Month")
    kind = open_(TermField(LineKind), "类别", "Kind")
    state = open_(TermField(LineState, default=LineState.PREPARED.value), "状态", "State")
    amount_fen = open_(models.BigIntegerField(), "金额（元）", "Amount (yuan)")
    corrects = open_(_to("self", null=True), "更正的记录", "Corrects")
    recovery = open_(_to("money.Recovery", null=True))
    rule_version = sealed(models.CharField(max_length=80))
    reason_code = sealed(models.CharField(max_length=80, blank=True))
    parameter_set = sealed(_to("money.ParameterSet", null=True))
    refusal = personal(models.CharField(max_length=200, blank=True), "银行退回原因", "The bank's reason")
    settled_on = open_(models.DateField(null=True), "办结日期", "Settled on")
    place_key = PlaceKeyField("地区", "Place")

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

    batch = open_(
        models.ForeignKey(Batch, on_delete=models.PROTECT, related_name="answers", db_index=False), "批次", "Batch"
    )
    sha256 = open_(models.BinaryField(max_length=32))
    name = open_(models.CharField(max_length=200), "文件", "File")
    rows = open_(models.IntegerField(), "行数", "Rows")
    paid = open_(models.IntegerField(), "已入账", "Paid")
    refused = open_(models.IntegerField(), "退回", "Refused")
    repeated = open_(models.IntegerField(), "重复（未改动）", "Known already (nothing changed)")
    errors = personal(models.JSONField(default=list), "未识别行", "Unusable rows")
    by = _user(null=True)
    place_key = PlaceKeyField()

    reach = Reach("place_key")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["batch", "sha256"], name="answer_once")]


class Recovery(Record):
    """A claim to money paid in error: notice, answer, agreement, repayment. Amounts in fen."""

    child = open_(_to("people.Child"), "儿童", "Child")
    order = open_(_to("money.Order"), "发放指令", "Order")
    amount_fen = open_(models.BigIntegerField(), "应退金额（元）", "Claimed (yuan)")
    returned_fen = open_(models.BigIntegerField(default=0), "已退金额（元）", "Paid back (yuan)")
    why = sensitive(TermField(RecoveryReason), "错发类型", "Kind of error")
    reasons = sensitive(models.TextField(), "告知收款人的理由", "Reasons as told to the payee")
    state = open_(TermField(RecoveryState, default=RecoveryState.NOTICED.value), "状态", "State")
    noticed_on = open_(models.DateField(), "告知日期", "Told on")
    answer_due = open_(models.DateField(), "答复期限", "Answer until")
    answered_on = open_(models.DateField(null=True), "答复日期", "Answered on")
    answer = sensitive(models.TextField(blank=True), "收款人答复", "Answer of the payee")
    plan = personal(models.TextField(blank=True), "退款约定", "Agreement with the payee")
    instalment_fen = open_(models.BigIntegerField(null=True), "每月退款额（元）", "Monthly instalment (yuan)")
    closed_why = sensitive(models.TextField(blank=True), "不再追回的理由", "Why not pursued")
    place_key = PlaceKeyField("地区", "Place")

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
    line = open_(_to("money.Line"), "发放记录", "Payment")
    amount_fen = open_(models.BigIntegerField(), "应退金额（元）", "Claimed (yuan)")
    returned_fen = open_(models.BigIntegerField(default=0), "已退金额（元）", "Paid back (yuan)")

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

    place = open_(_to("org.Division"), "地区", "Place")
    place_key = PlaceKeyField("地区", "Place")
    month = open_(models.DateField(), "月份", "Month")
    revision = open_(models.IntegerField(default=1), "版次", "Revision")
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
