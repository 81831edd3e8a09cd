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
    DecisionState,
    DeliveryHow,
    EndReason,
    ObjectionKind,
    ObjectionState,
    Opinion,
    Outcome,
    ProofKind,
    ProofState,
    Recipient,
)
from hutong.core.record import AccountField, PlaceKeyField, Reach, Record, TermField, open_, personal, sealed, sensitive


def paper(zh: str, en: str) -> models.ForeignKey[Any, Any]:
    """A stored file this record rests on."""
    return open_(models.ForeignKey("core.StoredFile", null=True, on_delete=models.PROTECT, related_name="+"), zh, en)


class Application(Record):
    """Somebody asks for a child. The responsible place decides; the accepting one may lie in another province."""

    child = open_(models.ForeignKey("people.Child", on_delete=models.PROTECT, related_name="+"), "儿童", "Child")
    applicant_kind = personal(TermField(ApplicantKind), "申请人身份", "Who applies")
    applicant = personal(models.ForeignKey("people.Person", null=True, on_delete=models.PROTECT, related_name="+"))
    applicant_name = personal(
        models.CharField(max_length=100, blank=True),
        "申请人",
        "Applicant",
        hint=("姓名或单位名称", "Name of the person or office"),
    )
    category_asked = sensitive(
        TermField(Category, null=True, blank=True), "申请类别", "Asked for", hint=("可不填", "May be left open")
    )
    statement = sensitive(models.TextField(blank=True), "申请事由", "In the applicant's words")
    finding_id = open_(models.BigIntegerField(null=True))
    responsible = open_(models.ForeignKey("org.Division", on_delete=models.PROTECT, related_name="+"))
    place_key = PlaceKeyField("责任地", "Place responsible")
    accepting = open_(models.ForeignKey("org.Division", on_delete=models.PROTECT, related_name="+"))
    accepting_key = PlaceKeyField("受理地", "Accepted in")
    elsewhere = open_(models.BooleanField(default=False), "异地受理", "Accepted elsewhere")
    filed_on = open_(models.DateField(null=True), "受理日期", "Filed on")
    receipt_no = open_(models.CharField(max_length=30, null=True, unique=True), "受理编号", "Receipt")
    missing_told_on = open_(models.DateField(null=True), "一次告知日期", "Missing papers told on")
    state = open_(TermField(ApplicationState, default=ApplicationState.DRAFT.value), "状态", "State")
    filed_by = open_(AccountField())
    verified_by = open_(AccountField())

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
    kind = personal(TermField(ProofKind), "材料种类", "Kind of paper")
    about = personal(TermField(About), "关于谁", "About whom")
    asked_of = open_(TermField(AskedOf), "由谁提供", "Who brings it")
    office = open_(models.CharField(max_length=100, blank=True), "持有记录的部门", "Office that holds the record")
    facts = sensitive(ArrayField(models.CharField(max_length=60), default=list))
    state = open_(TermField(ProofState, default=ProofState.NEEDED.value), "状态", "State")
    file = paper("照片或PDF", "Photo or PDF")
    record_ref = personal(
        models.CharField(max_length=200, blank=True), "记录编号或比对结果", "Number or result of that record"
    )
    reason = personal(
        models.TextField(blank=True), "免于提交的理由或不完整之处", "Why it is not needed, or not complete"
    )
    settled_on = open_(models.DateField(null=True))
    settled_by = open_(AccountField())

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
    opinion = sensitive(TermField(Opinion), "查验意见", "Opinion")
    found = sensitive(models.TextField(), "查验情况", "What was established")
    compared = sensitive(models.TextField(blank=True), "部门数据比对情况", "Comparison with other offices' data")
    visited_on = personal(models.DateField(null=True), "入户日期", "Home visit on")
    visited_by = personal(models.CharField(max_length=100, blank=True), "入户人员", "Visited by")
    child_heard = sensitive(models.TextField(blank=True), "儿童本人意见", "What the child said")
    verified_on = open_(models.DateField(), "查验日期", "Verified on")
    verified_by = open_(AccountField())


class Determination(Record):
    """What the law engine advised and what the officer decided. A departure stands on minutes of a case meeting."""

    application = open_(
        models.ForeignKey(Application, null=True, on_delete=models.PROTECT, related_name="determinations")
    )
    award = open_(
        models.ForeignKey("benefits.Award", null=True, on_delete=models.PROTECT, related_name="determinations")
    )
    child = open_(models.ForeignKey("people.Child", on_delete=models.PROTECT, related_name="+"), "儿童", "Child")
    place_key = PlaceKeyField("责任地", "Place responsible")
    accepting_key = PlaceKeyField(null=True)
    document_no = open_(models.CharField(max_length=40, unique=True), "文号", "Number")
    decided_on = open_(models.DateField(), "决定日期", "Decided on")
    advice = sensitive(TermField(Advice), "规则建议", "Advice of the law")
    trace = sensitive(models.JSONField())
    facts = sensitive(models.JSONField())
    law_version = open_(models.CharField(max_length=40))
    outcome = open_(TermField(Outcome), "决定", "Decision")
    category = sensitive(TermField(Category, null=True, blank=True), "认定类别", "Category")
    amount_fen = sensitive(models.BigIntegerField(null=True), "月发放额", "Amount a month")
    first_month = personal(models.DateField(null=True), "起始月", "First month")
    last_month = personal(models.DateField(null=True), "终止月", "Last month")
    departs = open_(models.BooleanField(default=False), "与规则建议不一致", "Departs from the advice")
    reasons = sensitive(models.TextField(blank=True), "理由", "Reasons")
    signer_note = open_(
        models.CharField(max_length=200, blank=True),
        "供签发人查看的理由",
        "Reason told to whoever signs the payment",
        hint=("一句话说明，不写健康、家庭等隐私", "One sentence, nothing of health or family"),
    )
    minutes = paper("会商纪要", "Minutes")
    meeting_on = personal(models.DateField(null=True), "个案会商日期", "Case meeting on")
    participants = personal(
        ArrayField(models.CharField(max_length=100), default=list),
        "参加人员",
        "Participants",
        hint=("至少两人，每行一人", "At least two, one a line"),
    )
    other_help = sensitive(ArrayField(models.CharField(max_length=40), default=list))
    addressee = personal(models.CharField(max_length=120, blank=True), "送达对象", "Addressed to")
    found = sensitive(
        models.TextField(blank=True),
        "查明的事实",
        "Facts as found",
        hint=("写入决定书，逐项写明", "Printed in the decision"),
    )
    beyond = sensitive(
        models.TextField(blank=True),
        "超出常规的依据",
        "Ground for going beyond",
        hint=(
            "金额高于本地标准或早于申请月份时，写明所依据的文件",
            "Which document allows a sum above the standard, or months before the application",
        ),
    )
    before = sensitive(models.JSONField(null=True))
    end_reason = personal(TermField(EndReason, null=True, blank=True), "终止原因", "Why it ends")
    happened_on = personal(models.DateField(null=True), "事由发生日期", "Happened on")
    with_arrears = open_(models.BooleanField(default=False), "补发暂停期间", "Pays the suspended months")
    paper = paper("书面材料", "Paper")
    hearing = open_(
        models.ForeignKey("benefits.Hearing", null=True, on_delete=models.PROTECT, related_name="decisions")
    )
    corrects = open_(
        models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="corrected_by"),
        "更正的决定",
        "Corrects",
    )
    verified_by = open_(AccountField())
    decided_by = open_(AccountField(), "决定人", "Decided by")
    state = open_(TermField(DecisionState, default=DecisionState.IN_FORCE.value), "效力", "Effect")
    by_one = open_(models.BooleanField(default=False))
    """Departed before a second person was asked for; never written since."""
    seconded_on = open_(models.DateField(null=True), "复核日期", "Seconded on")
    seconded_by = open_(AccountField(), "复核人", "Seconded by")
    withdrawn_on = open_(models.DateField(null=True), "撤回日期", "Withdrawn on")
    withdrawn_why = sensitive(models.TextField(blank=True), "撤回理由", "Why it was withdrawn")
    withdrawn_by = open_(AccountField())

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
            models.CheckConstraint(
                condition=Q(decided_by=None) | Q(seconded_by=None) | ~Q(decided_by=F("seconded_by")),
                name="decision_seconded_by_another",
            ),
            models.CheckConstraint(
                condition=~Q(state="in_force") | Q(departs=False) | Q(seconded_by__isnull=False) | Q(by_one=True),
                name="departure_in_force_is_seconded",
            ),
            models.CheckConstraint(
                condition=~Q(state="withdrawn") | (Q(withdrawn_on__isnull=False) & ~Q(withdrawn_why="")),
                name="withdrawal_says_why",
            ),
            models.UniqueConstraint(
                fields=["application"], condition=Q(state="waiting"), name="decision_one_waiting_application"
            ),
            models.UniqueConstraint(fields=["award"], condition=Q(state="waiting"), name="decision_one_waiting_award"),
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
    how = open_(TermField(DeliveryHow), "送达方式", "How")
    delivered_on = open_(models.DateField(), "送达日期", "Delivered on")
    received_by = personal(models.CharField(max_length=100), "签收人", "Received by")
    recipient = personal(TermField(Recipient, null=True, blank=True), "签收人身份", "Who took it")
    receipt = paper("送达回证", "Proof of delivery")
    review_until = open_(models.DateField(), "可申请行政复议至", "Administrative review until")
    suit_until = open_(models.DateField(), "可提起诉讼至", "Court action until")
    recorded_by = open_(AccountField())


class Objection(Record):
    """Somebody acts against a decision; if upheld it can restore an award and pay back what was missed."""

    determination = open_(models.ForeignKey(Determination, on_delete=models.PROTECT, related_name="objections"))
    child = open_(models.ForeignKey("people.Child", on_delete=models.PROTECT, related_name="+"), "儿童", "Child")
    place_key = PlaceKeyField("责任地", "Place responsible")
    kind = open_(TermField(ObjectionKind), "途径", "Way")
    lodged_on = open_(models.DateField(), "提出日期", "Lodged on")
    lodged_by = personal(models.CharField(max_length=100), "提出人", "Lodged by")
    grounds = sensitive(models.TextField(), "理由", "Grounds")
    late = open_(models.BooleanField(default=False), "超过期限", "After the period")
    state = open_(TermField(ObjectionState, default=ObjectionState.OPEN.value), "结果", "Result")
    decided_on = open_(models.DateField(null=True), "决定日期", "Decided on")
    decided_in = open_(models.CharField(max_length=100, blank=True), "决定机关", "Decided by")
    result = sensitive(models.TextField(blank=True), "结果说明", "What was decided")
    file = paper("材料", "Paper")
    recorded_by = open_(AccountField())

    reach = Reach("place_key", subject="child_id")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~Q(state__in=["upheld", "rejected"]) | (Q(decided_on__isnull=False) & ~Q(result="")),
                name="objection_decided_has_result",
            ),
        ]
        indexes = [models.Index(fields=["place_key", "id"], name="objection_place")]
