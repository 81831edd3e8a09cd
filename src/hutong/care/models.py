"""Tables of `care`. No actions here."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from hutong.care.terms import FindingState, Need
from hutong.core.record import AccountField, PlaceKeyField, Reach, Record, TermField, open_, personal, sensitive


class Finding(Record):
    """What a village director saw: of a child, where and when, and what it seems to need."""

    child = open_(
        models.ForeignKey("people.Child", null=True, on_delete=models.PROTECT, related_name="+"), "儿童", "Child"
    )
    description = personal(
        models.TextField(blank=True),
        "儿童描述",
        "Which child",
        hint=("还不登记的，写明姓名、年龄、住处", "If it is not registered now: name, age, where it lives"),
    )
    place = open_(models.ForeignKey("org.Division", on_delete=models.PROTECT, related_name="+"))
    place_key = PlaceKeyField("所在村（社区）", "Village")
    whereabouts = personal(models.CharField(max_length=200, blank=True), "具体位置", "Where exactly")
    seen_on = open_(models.DateField(), "发现日期", "Seen on")
    seen = sensitive(models.TextField(), "看到的情况", "What was seen")
    needs = sensitive(ArrayField(TermField(Need), default=list), "需要", "Needs")
    state = open_(TermField(FindingState, default=FindingState.NEW.value), "状态", "State")
    closing = sensitive(models.TextField(blank=True), "处理结果", "What came of it")
    application = open_(
        models.ForeignKey("benefits.Application", null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    )
    found_by = open_(AccountField())

    reach = Reach("place_key", subject="child_id")
    author = "found_by_id"
    keeps_place = True  # it happened there; a merge moves only the key

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(child__isnull=False) | ~Q(description=""), name="finding_of_somebody"),
            models.CheckConstraint(condition=~Q(state="closed") | ~Q(closing=""), name="finding_closed_says_why"),
        ]
        indexes = [
            models.Index(fields=["place_key", "state", "id"], name="finding_place"),
            models.Index(fields=["child"], name="finding_child"),
        ]


class Photo(Record):
    """A picture taken with a finding; stored encrypted like every proof."""

    finding = open_(models.ForeignKey(Finding, on_delete=models.PROTECT, related_name="photos"))
    file = open_(models.ForeignKey("core.StoredFile", on_delete=models.PROTECT, related_name="+"))
