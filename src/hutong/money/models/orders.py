"""Standing orders, and what changes or stops them."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from hutong.core.record import PlaceKeyField, Reach, Record, TermField, open_, personal
from hutong.money.models.columns import first_of_month, to, two_people, user
from hutong.money.terms import ChangeReason, ChangeState, Item, OrderState


class Order(Record):
    """A standing order: pay for this child, to this payee, from one month to another. It belongs to one award."""

    child = open_(to("people.Child"), "儿童", "Child")
    item = open_(TermField(Item, default=Item.BASIC_LIVING.value), "发放项目", "Item")
    payee = open_(to("money.Payee"), "收款人", "Payee")
    on_label = open_(models.CharField(max_length=80))
    on_id = open_(models.BigIntegerField())
    first_month = open_(models.DateField(), "起发月份", "First month")
    last_month = open_(models.DateField(null=True), "最后发放月份", "Last month paid")
    suspended_from = open_(models.DateField(null=True), "暂停起始月份", "First month not paid")
    state = open_(TermField(OrderState, default=OrderState.ACTIVE.value), "状态", "State")
    place = open_(to("org.Division"), "发放地区", "Place that pays")
    place_key = PlaceKeyField("地区", "Place")

    reach = Reach("place_key", subject="child_id")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=first_of_month("first_month", "last_month", "suspended_from"), name="order_months"
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
    old_payee = open_(to("money.Payee"), "原收款人", "Payee so far")
    new_payee = open_(to("money.Payee"), "新收款人", "New payee")
    why = personal(TermField(ChangeReason), "变更原因", "Reason")
    note = personal(models.TextField(blank=True), "说明", "Note")
    proof = open_(to("core.StoredFile"), "变更依据材料", "Paper the change rests on")
    state = open_(TermField(ChangeState, default=ChangeState.PROPOSED.value), "状态", "State")
    proposed_by = user("登记人", "Proposed by")
    approved_by = user("批准人", "Approved by", null=True)
    place_key = PlaceKeyField("地区", "Place")

    reach = Reach("place_key")

    class Meta:
        constraints = [
            two_people("proposed_by", "approved_by", "payee_change_two_people"),
            models.CheckConstraint(
                condition=~Q(state="approved") | Q(approved_by__isnull=False), name="payee_change_approved_by_somebody"
            ),
            models.UniqueConstraint(fields=["order"], condition=Q(state="proposed"), name="payee_change_one_at_a_time"),
        ]
        indexes = [models.Index(fields=["order", "id"], name="payee_change_order")]


class Hold(Record):
    """One month of an order that no run pays until somebody has settled why it was held out."""

    order = open_(
        models.ForeignKey(Order, on_delete=models.PROTECT, related_name="holds", db_index=False), "发放指令", "Order"
    )
    child = open_(to("people.Child"), "儿童", "Child")
    month = open_(models.DateField(), "所属月份", "Month")
    why = personal(models.CharField(max_length=200), "暂缓原因", "Why it is held out")
    held_by = user("暂缓人", "Held out by")
    lifted_by = user("解除人", "Settled by", null=True)
    lifted_why = personal(models.CharField(max_length=200, blank=True), "核实结果", "How it was settled")
    place_key = PlaceKeyField("地区", "Place")

    reach = Reach("place_key", subject="child_id")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["order", "month"], condition=Q(lifted_by=None), name="hold_once"),
            models.CheckConstraint(condition=first_of_month("month"), name="hold_month"),
            two_people("held_by", "lifted_by", "hold_two_people"),
        ]
        indexes = [models.Index(fields=["order", "month"], name="hold_order")]
