"""A running award on its way to the place where the child is registered now."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from hutong.benefits.models.application import person_of_post
from hutong.benefits.models.award import Award
from hutong.benefits.terms import Category, HandoverState
from hutong.core.record import PlaceKeyField, Reach, Record, TermField, open_, personal, sensitive


class Handover(Record):
    """One place proposes, the other accepts or declines; until then, and in silence, the first one goes on paying.

    Both read it, each inside its own reach, while award and payments stay with the place that pays. So it holds what
    the other place has to know: what is paid (fen a month), to whom, and since when the child is recognised.
    """

    award = open_(models.ForeignKey(Award, on_delete=models.PROTECT, related_name="handovers"))
    child = open_(models.ForeignKey("people.Child", on_delete=models.PROTECT, related_name="+"))
    place_key = PlaceKeyField()
    to_place = open_(models.ForeignKey("org.Division", on_delete=models.PROTECT, related_name="+"))
    to_key = PlaceKeyField()
    last_month = personal(models.DateField())
    category = sensitive(TermField(Category))
    amount_fen = sensitive(models.BigIntegerField())
    payee_name = personal(models.CharField(max_length=120, blank=True))
    confirmed_on = open_(models.DateField())
    national_no = personal(models.CharField(max_length=40, blank=True))
    told_on = open_(models.DateField())
    told_whom = personal(models.CharField(max_length=100))
    note = sensitive(models.TextField(blank=True))
    state = open_(TermField(HandoverState, default=HandoverState.PROPOSED.value))
    closing = sensitive(models.TextField(blank=True))
    settled_on = open_(models.DateField(null=True))
    new_award = open_(
        models.OneToOneField(Award, null=True, on_delete=models.PROTECT, related_name="came_by", db_index=False)
    )
    proposed_by = person_of_post()
    settled_by = person_of_post()

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
