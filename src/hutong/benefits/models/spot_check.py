"""Decisions drawn for an auditor to look at."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from hutong.benefits.models.application import Determination
from hutong.benefits.terms import CheckState, DrawnFor
from hutong.core.record import AccountField, PlaceKeyField, Reach, Record, TermField, open_, personal


class SpotCheck(Record):
    """One decision of a month, looked at by somebody who had no part in it. It changes nothing by itself."""

    determination = open_(
        models.OneToOneField(Determination, on_delete=models.PROTECT, related_name="spot_check"), "决定", "Decision"
    )
    child = open_(models.ForeignKey("people.Child", on_delete=models.PROTECT, related_name="+"), "儿童", "Child")
    place_key = PlaceKeyField("责任地", "Place responsible")
    month = open_(models.DateField(), "抽查月份", "Month")
    drawn_for = open_(TermField(DrawnFor), "抽取原因", "Why drawn")
    state = open_(TermField(CheckState, default=CheckState.WAITING.value), "状态", "State")
    finding = personal(models.TextField(blank=True), "抽查情况", "What was found")
    checked_on = open_(models.DateField(null=True), "抽查日期", "Checked on")
    checked_by = open_(AccountField())
    answer = personal(models.TextField(blank=True), "整改情况", "What was done about it")
    answered_on = open_(models.DateField(null=True), "答复日期", "Answered on")
    answered_by = open_(AccountField())

    reach = Reach("place_key", subject="child_id")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(state="waiting") | (Q(checked_on__isnull=False) & ~Q(finding="")), name="spot_check_says"
            ),
            models.CheckConstraint(
                condition=~Q(state="answered") | (Q(answered_on__isnull=False) & ~Q(answer="")),
                name="spot_check_answer_says",
            ),
        ]
        indexes = [
            models.Index(fields=["place_key", "state", "id"], name="spot_check_place"),
            models.Index(fields=["month", "place_key"], name="spot_check_month"),
        ]
