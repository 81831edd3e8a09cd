"""Claims to money paid in error."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from hutong.core.record import PlaceKeyField, Reach, Record, TermField, open_, personal, sensitive
from hutong.money.models.columns import to, user
from hutong.money.terms import RecoveryReason, RecoveryState


class Recovery(Record):
    """A claim to money paid in error: notice, answer, agreement, repayment. Amounts in fen."""

    child = open_(to("people.Child"), "儿童", "Child")
    order = open_(to("money.Order"), "发放指令", "Order")
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


class Repayment(Record):
    """Money that came back on a claim, as finance received it; it is booked by the lines of its batch."""

    recovery = open_(models.ForeignKey(Recovery, on_delete=models.PROTECT, related_name="repayments"))
    batch = open_(to("money.Batch"), "入账批次", "Booked in")
    amount_fen = open_(models.BigIntegerField(), "退回金额（元）", "Received (yuan)")
    received_on = open_(models.DateField(), "到账日期", "Received on")
    reference = personal(models.CharField(max_length=60), "入账凭证号", "Receipt number")
    paid_by = personal(models.CharField(max_length=120), "退款人", "Paid by")
    by = user("登记人", "Recorded by")

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(amount_fen__gt=0), name="repayment_amount")]


class RecoveryPart(Record):
    """How much of a paid line a recovery claims."""

    recovery = open_(models.ForeignKey(Recovery, on_delete=models.PROTECT, related_name="parts"))
    line = open_(to("money.Line"), "发放记录", "Payment")
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
