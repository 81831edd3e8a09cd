"""An award and its life. What is paid follows what was decided, never a fact that merely came in."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from hutong.benefits.models.application import Application, Determination, paper
from hutong.benefits.terms import (
    Answer,
    AwardEventKind,
    AwardState,
    Category,
    EndReason,
    HearingKind,
    HearingState,
    ReviewFinding,
    ReviewState,
)
from hutong.core.record import AccountField, PlaceKeyField, Reach, Record, TermField, open_, personal, sealed, sensitive
from hutong.people.terms import Placement


class Award(Record):
    """A child is provided for from a month on. Months before `paid_from` were paid by an earlier roll.

    `owed_from` is the earliest month a decision reached back to: runs look for arrears from there on, however long ago.
    """

    child = open_(models.ForeignKey("people.Child", on_delete=models.PROTECT, related_name="+"), "儿童", "Child")
    application = open_(models.ForeignKey(Application, null=True, on_delete=models.PROTECT, related_name="awards"))
    category = sensitive(TermField(Category), "保障类别", "Category")
    place = open_(models.ForeignKey("org.Division", on_delete=models.PROTECT, related_name="+"))
    place_key = PlaceKeyField("责任地", "Place responsible")
    first_month = personal(models.DateField(), "起始月", "First month")
    paid_from = personal(models.DateField(), "由本系统发放首月", "Paid from here since")
    last_month = personal(models.DateField(null=True), "最后发放月", "Last month paid")
    owed_from = personal(models.DateField(null=True))
    state = open_(TermField(AwardState, default=AwardState.ACTIVE.value), "状态", "State")
    end_reason = personal(TermField(EndReason, null=True, blank=True), "终止原因", "Why it ended")
    ended_on = personal(models.DateField(null=True), "终止事由日期", "Ended on")
    next_review_on = open_(models.DateField(), "下次复核", "Next review")
    school_asked_on = open_(models.DateField(null=True))
    national_no = personal(models.CharField(max_length=40, blank=True), "全国系统编号", "Number in the national system")
    order = open_(
        models.ForeignKey("money.Order", null=True, on_delete=models.PROTECT, related_name="+"),
        "发放指令",
        "Payment order",
    )

    reach = Reach("place_key", subject="child_id")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["child"], condition=~Q(state="ended"), name="award_one_running"),
            models.CheckConstraint(
                condition=~Q(state="ended")
                | Q(end_reason__isnull=False, last_month__isnull=False, ended_on__isnull=False),
                name="award_end_is_complete",
            ),
            models.CheckConstraint(
                condition=Q(first_month__day=1, paid_from__day=1) & (Q(last_month=None) | Q(last_month__day=1)),
                name="award_months",
            ),
        ]
        indexes = [
            models.Index(fields=["place_key", "state", "id"], name="award_place"),
            models.Index(fields=["child"], name="award_child"),
            models.Index(fields=["next_review_on"], condition=~Q(state="ended"), name="award_review_due"),
        ]


class AwardBasis(Record):
    """What was decided about an award from a month on: placement and other money set off, each in fen a month.

    The monthly run computes the law's amount from these columns, so that a raised standard is paid by itself, while a
    fact that merely came in changes nothing before it is decided. `fixed_fen` is a sum an officer fixed by departing.
    """

    award = open_(models.ForeignKey(Award, on_delete=models.PROTECT, related_name="bases"))
    determination = open_(models.ForeignKey(Determination, null=True, on_delete=models.PROTECT, related_name="+"))
    from_month = personal(models.DateField(), "自", "From")
    category = sensitive(TermField(Category), "类别", "Category")
    paid_as = sealed(models.CharField(max_length=20))
    special_rate = sealed(models.BooleanField(default=False))
    placement = personal(TermField(Placement), "养育方式", "Placement")
    difficulty = sensitive(models.CharField(max_length=30, default="none"))
    family_aid = sensitive(models.CharField(max_length=30, blank=True))
    dibao_fen = sensitive(models.BigIntegerField(default=0))
    tekun_fen = sensitive(models.BigIntegerField(default=0))
    disability_living_fen = sensitive(models.BigIntegerField(default=0))
    amount_fen = sensitive(models.BigIntegerField(), "决定时月额", "Amount when decided")
    fixed_fen = sensitive(models.BigIntegerField(null=True))
    replaced_by = open_(
        models.ForeignKey(Determination, null=True, on_delete=models.PROTECT, related_name="+"), "取代", "Replaced by"
    )
    """The decision that put another basis in its place; one that was withdrawn replaces its own."""

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["award", "from_month"], condition=Q(replaced_by=None), name="basis_once_a_month"
            ),
            models.CheckConstraint(
                condition=Q(from_month__day=1, amount_fen__gte=0, dibao_fen__gte=0, tekun_fen__gte=0)
                & Q(disability_living_fen__gte=0),
                name="basis_sane",
            ),
        ]


class Pause(Record):
    """Months in which an award is not paid. One that is lifted with arrears is undone, so its months become due."""

    award = open_(models.ForeignKey(Award, on_delete=models.PROTECT, related_name="pauses"))
    first_month = personal(models.DateField())
    last_month = personal(models.DateField(null=True))
    undone = open_(models.BooleanField(default=False))
    why = sensitive(models.TextField())

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["award"], condition=Q(last_month=None, undone=False), name="pause_one_running"
            ),
        ]


class AwardEvent(Record):
    """One thing that happened to an award: shown on its page and exported to the national system once a month."""

    award = open_(models.ForeignKey(Award, on_delete=models.PROTECT, related_name="events"))
    kind = open_(TermField(AwardEventKind))
    happened_on = open_(models.DateField())
    month = open_(models.DateField())
    reason = personal(models.TextField(blank=True))
    determination = open_(models.ForeignKey(Determination, null=True, on_delete=models.PROTECT, related_name="+"))

    class Meta:
        indexes = [models.Index(fields=["happened_on", "award"], name="award_event_day")]


class Hearing(Record):
    """What would worsen the child's position is first put to the payee, with reasons and time to answer."""

    award = open_(models.ForeignKey(Award, on_delete=models.PROTECT, related_name="hearings"))
    child = open_(models.ForeignKey("people.Child", on_delete=models.PROTECT, related_name="+"), "儿童", "Child")
    place_key = PlaceKeyField("责任地", "Place responsible")
    kind = open_(TermField(HearingKind), "拟作处理", "What is intended")
    reasons = sensitive(models.TextField(), "理由", "Reasons")
    end_reason = personal(TermField(EndReason, null=True, blank=True), "终止原因", "Reason of the end")
    from_month = personal(models.DateField(), "自哪月起", "From month")
    amount_fen = sensitive(
        models.BigIntegerField(null=True),
        "金额",
        "Amount",
        hint=("减发后的月金额，或拟追回的总额", "New monthly amount, or sum to recover"),
    )
    told_on = open_(models.DateField(), "告知日期", "Told on")
    told_whom = personal(models.CharField(max_length=100), "告知对象", "Told whom")
    answer_until = open_(models.DateField(), "答复截止", "Answer until")
    answer = open_(TermField(Answer, null=True, blank=True), "答复", "Answer")
    answer_text = sensitive(models.TextField(blank=True), "答复内容", "In the payee's words")
    answered_on = open_(models.DateField(null=True), "答复日期", "Answered on")
    file = paper("书面材料", "Paper")
    state = open_(TermField(HearingState, default=HearingState.PROPOSED.value), "状态", "State")
    closing = sensitive(models.TextField(blank=True), "处理结论", "How it was settled")
    proposed_by = open_(AccountField())
    carried_by = open_(AccountField())

    reach = Reach("place_key", subject="child_id")
    part_of = "award"

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["award", "kind"], condition=Q(state__in=["proposed", "heard"]), name="hearing_one_open"
            ),
            models.CheckConstraint(condition=Q(answer_until__gt=F("told_on")), name="hearing_time_to_answer"),
            models.CheckConstraint(
                condition=~Q(state="carried_out") | Q(answer__isnull=False), name="hearing_before_carrying_out"
            ),
            models.CheckConstraint(
                condition=Q(carried_by=None) | Q(proposed_by=None) | ~Q(carried_by=F("proposed_by")),
                name="hearing_two_people",
            ),
            models.CheckConstraint(condition=~Q(kind="end") | Q(end_reason__isnull=False), name="hearing_end_says_why"),
            models.CheckConstraint(
                condition=~Q(kind__in=["reduce", "recover"]) | Q(amount_fen__gte=0), name="hearing_names_sum"
            ),
        ]
        indexes = [models.Index(fields=["place_key", "state", "id"], name="hearing_place")]


class Review(Record):
    """The yearly look at an award. One that is late is counted against the office and never stops pay."""

    award = open_(models.ForeignKey(Award, on_delete=models.PROTECT, related_name="reviews"))
    child = open_(models.ForeignKey("people.Child", on_delete=models.PROTECT, related_name="+"), "儿童", "Child")
    place_key = PlaceKeyField("责任地", "Place responsible")
    due_on = open_(models.DateField(), "应复核日期", "Due on")
    state = open_(TermField(ReviewState, default=ReviewState.DUE.value), "状态", "State")
    finding = sensitive(TermField(ReviewFinding, null=True, blank=True), "复核结果", "Result")
    child_seen_on = personal(models.DateField(null=True), "见到儿童的日期", "Child seen on")
    found = sensitive(models.TextField(blank=True), "复核情况", "What was found")
    done_on = open_(models.DateField(null=True), "复核日期", "Done on")
    done_by = open_(AccountField())
    file = paper("材料", "Paper")

    reach = Reach("place_key", subject="child_id")
    part_of = "award"

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["award"], condition=Q(state="due"), name="review_one_due"),
            models.CheckConstraint(
                condition=~Q(state="done") | Q(finding__isnull=False, done_on__isnull=False), name="review_done_says"
            ),
        ]
        indexes = [models.Index(fields=["place_key", "state", "due_on"], name="review_place")]
