"""Batches, their frozen lines, whom they left out, and the answers of the bank."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import Q

from hutong.core.record import PlaceKeyField, Reach, Record, TermField, label_of, open_, personal, sealed
from hutong.core.terms import Label
from hutong.money.models.columns import first_of_month, to, two_people, user
from hutong.money.models.orders import Order
from hutong.money.terms import OUTGOING, BatchPurpose, BatchState, Item, LineKind, LineState, Verdict


class ParameterSet(Record):
    """The parameters of the law a line was computed with, kept once per content."""

    digest = open_(models.BinaryField(max_length=32, unique=True))
    content = sealed(models.JSONField())

    reach = Reach(unwalled="figures of the law, shared by lines of every place and read through them")


class Batch(Record):
    """What is paid together: prepared by one person, signed by another, sent, reconciled. Amounts in fen."""

    place = open_(to("org.Division"), "发放地区", "Place")
    place_key = PlaceKeyField("发放地区", "Place")
    month = open_(models.DateField(), "发放月份", "Month")
    purpose = open_(TermField(BatchPurpose, default=BatchPurpose.RUN.value), "类型", "Kind")
    state = open_(TermField(BatchState, default=BatchState.PREPARED.value), "状态", "State")
    maker = user("编制人", "Prepared by")
    signer = user("签发人", "Signed by", null=True)
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
            two_people("maker", "signer", "batch_two_people"),
            models.CheckConstraint(
                condition=Q(state__in=["prepared", "discarded"]) | Q(signer__isnull=False), name="batch_signed"
            ),
            models.CheckConstraint(condition=first_of_month("month"), name="batch_month"),
        ]
        indexes = [models.Index(fields=["place_key", "-month", "-id"], name="batch_place")]


class Signature(Record):
    """One step on the way of a batch to the bank: awaited, signed, or refused with a reason. A batch that is changed or
    given back begins another round; the rounds before stay."""

    batch = open_(models.ForeignKey(Batch, on_delete=models.PROTECT, related_name="signatures"), "批次", "Batch")
    round = open_(models.SmallIntegerField(default=1), "轮次", "Round")
    number = open_(models.SmallIntegerField(), "顺序", "Step")
    role = open_(models.CharField(max_length=40, blank=True))
    title = open_(models.CharField(max_length=100, blank=True), "应签岗位", "Signed by the post")
    by = user("签字人", "Who", null=True)
    signed_as = open_(models.CharField(max_length=100, blank=True), "签字岗位", "Post")
    signed_on = open_(models.DateField(null=True), "日期", "Day")
    refused_why = open_(models.TextField(blank=True), "退回理由", "Why it is given back")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["batch", "round", "number"], name="signature_step_once"),
            models.UniqueConstraint(fields=["batch", "round", "by"], name="signature_once_a_person"),
            models.CheckConstraint(
                condition=Q(by=None, signed_on=None, refused_why="") | Q(by__isnull=False, signed_on__isnull=False),
                name="signature_by_somebody",
            ),
        ]


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
    child = open_(to("people.Child"), "儿童", "Child")
    account = open_(to("money.AccountVersion", null=True), "收款账户", "Account")
    item = open_(TermField(Item), "项目", "Item")
    month = open_(models.DateField(), "所属月份", "Month")
    kind = open_(TermField(LineKind), "类别", "Kind")
    state = open_(TermField(LineState, default=LineState.PREPARED.value), "状态", "State")
    amount_fen = open_(models.BigIntegerField(), "金额（元）", "Amount (yuan)")
    corrects = open_(to("self", null=True), "更正的记录", "Corrects")
    recovery = open_(to("money.Recovery", null=True))
    rule_version = sealed(models.CharField(max_length=80))
    reason_code = sealed(models.CharField(max_length=80, blank=True))
    parameter_set = sealed(to("money.ParameterSet", null=True))
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
            models.CheckConstraint(condition=first_of_month("month"), name="line_month"),
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


class Omission(Record):
    """A row that was handed to a run and not paid by it, with the verdict: the names behind what was left out."""

    batch = open_(
        models.ForeignKey(Batch, on_delete=models.PROTECT, related_name="omissions", db_index=False), "批次", "Batch"
    )
    order = open_(to("money.Order"), "发放指令", "Order")
    child = open_(to("people.Child"), "儿童", "Child")
    month = open_(models.DateField(), "所属月份", "Month")
    verdict = open_(TermField(Verdict), "未列支原因", "Why not paid")
    amount_fen = open_(models.BigIntegerField(null=True), "金额（元）", "Amount (yuan)")
    place_key = PlaceKeyField("地区", "Place")

    reach = Reach("place_key", subject="child_id")

    class Meta:
        indexes = [
            models.Index(fields=["batch", "verdict", "id"], name="omission_batch"),
            models.Index(fields=["order", "month"], name="omission_order"),
        ]


class Reconciliation(Record):
    """One file from the bank, worked through: what it said, and the rows that could not be used."""

    batch = open_(
        models.ForeignKey(Batch, on_delete=models.PROTECT, related_name="answers", db_index=False), "批次", "Batch"
    )
    sha256 = open_(models.BinaryField(max_length=32))
    name = open_(models.CharField(max_length=200), "文件", "File")
    bank = open_(models.CharField(max_length=60, blank=True), "代发银行", "Paying bank")
    rows = open_(models.IntegerField(), "行数", "Rows")
    paid = open_(models.IntegerField(), "已入账", "Paid")
    refused = open_(models.IntegerField(), "退回", "Refused")
    repeated = open_(models.IntegerField(), "重复（未改动）", "Known already (nothing changed)")
    errors = personal(models.JSONField(default=list), "未识别行", "Unusable rows")
    by = user(null=True)
    place_key = PlaceKeyField()

    reach = Reach("place_key")
    told_in = ("money.Reconciliation", "errors")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["batch", "sha256"], name="answer_once")]

    @property
    def counts(self) -> list[tuple[Label, int]]:
        """What became of the rows, in numbers."""
        return [(label_of(Reconciliation, name), getattr(self, name)) for name in ("paid", "refused", "repeated")]

    @property
    def told(self) -> list[dict[str, Any]]:
        """Rows that could not be used, with the reason."""
        words = {"row": "row", "column": "label", "what": "message", "todo": "remedy"}
        return [{"sheet": e.get("sheet", "")} | {said: e[of] for said, of in words.items()} for e in self.errors]
