"""An application, its papers, what the township found, what was decided and told, and what was said against it."""

from __future__ import annotations

from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from hutong.benefits.terms import (
    About,
    Advice,
    ApplicantKind,
    ApplicationState,
    AskedOf,
    Category,
    DeliveryHow,
    ObjectionKind,
    ObjectionState,
    Opinion,
    Outcome,
    ProofKind,
    ProofState,
)
from hutong.core.record import PlaceKeyField, Reach, Record, TermField, open_, personal, sealed, sensitive


def paper() -> models.ForeignKey[Any, Any]:
    """A stored file this record rests on."""
    return open_(models.ForeignKey("core.StoredFile", null=True, on_delete=models.PROTECT, related_name="+"))


def person_of_post() -> models.Field[int | None, int | None]:
    """Account of the officer who did it; null where a job did."""
    return open_(models.BigIntegerField(null=True, editable=False))


class Application(Record):
    """Somebody asks for a child. The responsible place decides; the accepting one may lie in another province."""

    child = open_(models.ForeignKey("people.Child", on_delete=models.PROTECT, related_name="+"))
    applicant_kind = personal(TermField(ApplicantKind))
    applicant = personal(models.ForeignKey("people.Person", null=True, on_delete=models.PROTECT, related_name="+"))
    applicant_name = personal(models.CharField(max_length=100, blank=True))
    category_asked = sensitive(TermField(Category, null=True, blank=True))
    statement = sensitive(models.TextField(blank=True))
    finding_id = open_(models.BigIntegerField(null=True))
    responsible = open_(models.ForeignKey("org.Division", on_delete=models.PROTECT, related_name="+"))
    place_key = PlaceKeyField()
    accepting = open_(models.ForeignKey("org.Division", on_delete=models.PROTECT, related_name="+"))
    accepting_key = PlaceKeyField()
    elsewhere = open_(models.BooleanField(default=False))
    filed_on = open_(models.DateField(null=True))
    receipt_no = open_(models.CharField(max_length=30, null=True, unique=True))
    missing_told_on = open_(models.DateField(null=True))
    state = open_(TermField(ApplicationState, default=ApplicationState.DRAFT.value))
    filed_by = person_of_post()
    verified_by = person_of_post()

    reach = Reach("place_key", "accepting_key", subject="child_id")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["child"],
                condition=Q(state__in=["draft", "accepted", "filed", "verified", "returned"]),
                name="application_one_open",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["draft", "withdrawn"]) | Q(filed_on__isnull=False, receipt_no__isnull=False),
                name="application_filed_has_receipt",
            ),
        ]
        indexes = [
            models.Index(fields=["place_key", "state", "id"], name="application_place"),
            models.Index(fields=["accepting_key", "id"], name="application_accepting"),
            models.Index(fields=["child"], name="application_child"),
        ]

    def __str__(self) -> str:
        return self.receipt_no or f"#{self.pk}"


class Proof(Record):
    """One paper an application needs: about whom, who must bring it, and how that was settled."""

    application = open_(models.ForeignKey(Application, on_delete=models.PROTECT, related_name="proofs"))
    kind = personal(TermField(ProofKind))
    about = personal(TermField(About))
    asked_of = open_(TermField(AskedOf))
    office = open_(models.CharField(max_length=100, blank=True))
    facts = sensitive(ArrayField(models.CharField(max_length=60), default=list))
    state = open_(TermField(ProofState, default=ProofState.NEEDED.value))
    file = paper()
    record_ref = personal(models.CharField(max_length=200, blank=True))
    reason = personal(models.TextField(blank=True))
    settled_on = open_(models.DateField(null=True))
    settled_by = person_of_post()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["application", "kind", "about"], name="proof_once"),
            models.CheckConstraint(condition=~Q(state="given") | Q(file__isnull=False), name="proof_given_has_file"),
            models.CheckConstraint(condition=~Q(state="waived") | ~Q(reason=""), name="proof_waived_has_reason"),
            models.CheckConstraint(condition=~Q(state="incomplete") | ~Q(reason=""), name="proof_incomplete_says_why"),
            models.CheckConstraint(
                condition=~Q(state="held_elsewhere") | ~(Q(office="") | Q(record_ref="")), name="proof_record_named"
            ),
        ]


class Verification(Record):
    """What the township found; a second one after a return keeps the first."""

    application = open_(models.ForeignKey(Application, on_delete=models.PROTECT, related_name="verifications"))
    opinion = sensitive(TermField(Opinion))
    found = sensitive(models.TextField())
    compared = sensitive(models.TextField(blank=True))
    visited_on = personal(models.DateField(null=True))
    visited_by = personal(models.CharField(max_length=100, blank=True))
    child_heard = sensitive(models.TextField(blank=True))
    verified_on = open_(models.DateField())
    verified_by = person_of_post()


class Determination(Record):
    """What the law engine advised and what the officer decided. A departure stands on minutes of a case meeting."""

    application = open_(
        models.ForeignKey(Application, null=True, on_delete=models.PROTECT, related_name="determinations")
    )
    award = open_(
        models.ForeignKey("benefits.Award", null=True, on_delete=models.PROTECT, related_name="determinations")
    )
    child = open_(models.ForeignKey("people.Child", on_delete=models.PROTECT, related_name="+"))
    place_key = PlaceKeyField()
    accepting_key = PlaceKeyField(null=True)
    document_no = open_(models.CharField(max_length=40, unique=True))
    decided_on = open_(models.DateField())
    advice = sensitive(TermField(Advice))
    trace = sensitive(models.JSONField())
    facts = sensitive(models.JSONField())
    law_version = open_(models.CharField(max_length=40))
    outcome = open_(TermField(Outcome))
    category = sensitive(TermField(Category, null=True, blank=True))
    amount_fen = sensitive(models.BigIntegerField(null=True))
    first_month = personal(models.DateField(null=True))
    last_month = personal(models.DateField(null=True))
    departs = open_(models.BooleanField(default=False))
    reasons = sensitive(models.TextField(blank=True))
    minutes = paper()
    meeting_on = personal(models.DateField(null=True))
    participants = personal(ArrayField(models.CharField(max_length=100), default=list))
    other_help = sensitive(ArrayField(models.CharField(max_length=40), default=list))
    verified_by = person_of_post()
    decided_by = person_of_post()

    reach = Reach("place_key", "accepting_key", subject="child_id")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(departs=False)
                | (~Q(reasons="") & Q(minutes__isnull=False, meeting_on__isnull=False, participants__len__gte=2)),
                name="departure_has_minutes",
            ),
            models.CheckConstraint(
                condition=Q(decided_by=None) | Q(verified_by=None) | ~Q(decided_by=F("verified_by")),
                name="determination_two_people",
            ),
            models.CheckConstraint(
                condition=~Q(outcome__in=["refuse", "return_missing"]) | ~Q(reasons=""), name="refusal_has_reasons"
            ),
            models.CheckConstraint(
                condition=~Q(outcome__in=["recognise", "recognise_zero"])
                | Q(category__isnull=False, first_month__isnull=False, amount_fen__isnull=False),
                name="recognition_is_complete",
            ),
        ]
        indexes = [
            models.Index(fields=["place_key", "decided_on", "id"], name="determination_place"),
            models.Index(fields=["child"], name="determination_child"),
        ]

    def __str__(self) -> str:
        return self.document_no


class SealedGrounds(Record):
    """The facts and reasons of a decision that rests on a sealed fact, kept apart from the rest of it."""

    determination = open_(models.OneToOneField(Determination, on_delete=models.PROTECT, related_name="sealed_grounds"))
    facts = sealed(models.JSONField())
    trace = sealed(models.JSONField())


class Delivery(Record):
    """A notice reached its addressee; the days to appeal count from here."""

    determination = open_(models.OneToOneField(Determination, on_delete=models.PROTECT, related_name="delivery"))
    how = open_(TermField(DeliveryHow))
    delivered_on = open_(models.DateField())
    received_by = personal(models.CharField(max_length=100))
    receipt = paper()
    review_until = open_(models.DateField())
    suit_until = open_(models.DateField())
    recorded_by = person_of_post()


class Objection(Record):
    """Somebody acts against a decision; if upheld it can restore an award and pay back what was missed."""

    determination = open_(models.ForeignKey(Determination, on_delete=models.PROTECT, related_name="objections"))
    child = open_(models.ForeignKey("people.Child", on_delete=models.PROTECT, related_name="+"))
    place_key = PlaceKeyField()
    kind = open_(TermField(ObjectionKind))
    lodged_on = open_(models.DateField())
    lodged_by = personal(models.CharField(max_length=100))
    grounds = sensitive(models.TextField())
    late = open_(models.BooleanField(default=False))
    state = open_(TermField(ObjectionState, default=ObjectionState.OPEN.value))
    decided_on = open_(models.DateField(null=True))
    decided_in = open_(models.CharField(max_length=100, blank=True))
    result = sensitive(models.TextField(blank=True))
    file = paper()
    recorded_by = person_of_post()

    reach = Reach("place_key", subject="child_id")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~Q(state__in=["upheld", "rejected"]) | (Q(decided_on__isnull=False) & ~Q(result="")),
                name="objection_decided_has_result",
            ),
        ]
        indexes = [models.Index(fields=["place_key", "id"], name="objection_place")]
