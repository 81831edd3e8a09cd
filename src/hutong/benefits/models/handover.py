"""A running award on its way to the place where the child is registered now."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from hutong.benefits.models.award import Award
from hutong.benefits.terms import Category, HandoverState
from hutong.core.record import AccountField, PlaceKeyField, Reach, Record, TermField, open_, personal, sensitive


class Handover(Record):
    """One place proposes, the other accepts or declines; until then, and in silence, the first one goes on paying.

    Both read it, each inside its own reach, while award and payments stay with the place that pays. So it holds what
    the other place has to know: what is paid (fen a month), to whom, and since when the child is recognised.
    """

    award = open_(models.ForeignKey(Award, on_delete=models.PROTECT, related_name="handovers"))
    child = open_(models.ForeignKey("people.Child", on_delete=models.PROTECT, related_name="+"), "儿童", "Child")
    place_key = PlaceKeyField("迁出地", "From")
    to_place = open_(models.ForeignKey("org.Division", on_delete=models.PROTECT, related_name="+"))
    to_key = PlaceKeyField("迁入地", "To")
    last_month = personal(models.DateField(), "拟最后发放月", "Last month proposed")
    category = sensitive(TermField(Category), "保障类别", "Category")
    amount_fen = sensitive(models.BigIntegerField(), "迁出地月发放额", "Paid there a month")
    payee_name = personal(models.CharField(max_length=120, blank=True), "收款人", "Payee")
    confirmed_on = open_(models.DateField(), "首次确认日期", "First recognised on")
    national_no = personal(models.CharField(max_length=40, blank=True), "全国系统编号", "Number in the national system")
    told_on = open_(models.DateField(), "告知日期", "Told on")
    told_whom = personal(models.CharField(max_length=100), "告知对象", "Told whom")
    note = sensitive(models.TextField(blank=True), "说明", "Note")
    state = open_(TermField(HandoverState, default=HandoverState.PROPOSED.value), "状态", "State")
    closing = sensitive(models.TextField(blank=True), "处理理由", "Reasons")
    settled_on = open_(models.DateField(null=True), "处理日期", "Settled on")
    new_award = open_(
        models.OneToOneField(Award, null=True, on_delete=models.PROTECT, related_name="came_by", db_index=False)
    )
    proposed_by = open_(AccountField())
    settled_by = open_(AccountField())

    reach = Reach("place_key", "to_key", subject="child_id")
    part_of = "award"

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["award"], condition=Q(state="proposed"), name="handover_one_open"),
            models.CheckConstraint(
                condition=~Q(state="accepted") | Q(new_award__isnull=False), name="handover_accepted_has_award"
            ),
            models.CheckConstraint(
                condition=~Q(state="accepted") | ~Q(settled_by=F("proposed_by")), name="handover_two_people"
            ),
            models.CheckConstraint(condition=Q(last_month__day=1, amount_fen__gte=0), name="handover_sane"),
        ]
        indexes = [
            models.Index(fields=["place_key", "state", "id"], name="handover_from"),
            models.Index(fields=["to_key", "state", "id"], name="handover_to"),
        ]
