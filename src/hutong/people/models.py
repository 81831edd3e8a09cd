"""Tables of `people`: children, the adults around them, and dated facts. No actions here.

A child needs neither household registration nor identity number nor name: only the place where it lives is required.
Facts are never overwritten: each has dates, evidence and the two people who reported and confirmed it.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import F, Q

from hutong.core.record import (
    AccountField,
    PlaceKeyField,
    Reach,
    Record,
    TermField,
    label_of,
    open_,
    personal,
    sealed,
    sensitive,
)
from hutong.core.terms import Label
from hutong.people.terms import (
    AccessReview,
    AidKind,
    BirthPrecision,
    Bond,
    BondBasis,
    DisabilityKind,
    Evidence,
    FactState,
    FamilyAid,
    Health,
    Kinship,
    LegalStatus,
    ParentStatus,
    Placement,
    ResidenceKind,
    SchoolLevel,
    Sex,
    Side,
)


def _key() -> models.Field[int | None, int | None]:
    """A search key (queries.keys): compared by equality alone, because that is what stays fast under the policies."""
    return personal(models.BigIntegerField(null=True, editable=False))


def _evidence() -> models.Field[Evidence, Evidence]:
    return open_(TermField(Evidence, default=Evidence.NONE.value), "证明", "Proof")


def _paper() -> models.ForeignKey[Any, Any]:
    paper = models.ForeignKey("core.StoredFile", null=True, on_delete=models.PROTECT, related_name="+")
    return open_(paper, "证明材料", "Paper")


class Child(Record):
    """A child known to child welfare."""

    child_no = personal(models.CharField(max_length=10, unique=True), "儿童编号", "Child number")
    name = personal(
        models.CharField(max_length=100, blank=True, db_collation="C"),
        "姓名",
        "Name",
        hint=("尚未取名的可以不填", "Leave empty if the child has no name yet"),
    )
    name_key = _key()
    pinyin_key = _key()
    fuzzy_key = _key()
    given_key = _key()
    sound_key = _key()
    initials_key = _key()
    sex = personal(TermField(Sex, default=Sex.UNKNOWN.value), "性别", "Sex")
    birth_date = personal(models.DateField(null=True), "出生日期", "Birth date", hint=("公历", "Gregorian calendar"))
    birth_precision = personal(TermField(BirthPrecision, default=BirthPrecision.DAY.value), "日期准确程度", "How exact")
    ethnicity = personal(models.CharField(max_length=20, blank=True), "民族", "Ethnic group")
    identity = sensitive(models.BinaryField(null=True), "公民身份号码", "Identity number")
    identity_key = sensitive(models.BinaryField(null=True, max_length=16))
    identity_near = sensitive(ArrayField(models.BigIntegerField(), default=list, editable=False))
    national_no = personal(models.CharField(max_length=40, blank=True), "全国系统编号", "Number in the national system")
    status = personal(TermField(LegalStatus, default=LegalStatus.ORDINARY.value), "户籍与身份", "Legal status")
    status_evidence = personal(TermField(Evidence, default=Evidence.NONE.value), "身份证明", "Proof of the status")
    placement = personal(TermField(Placement, default=Placement.SCATTERED.value), "养育方式", "Placement")
    family_aid = personal(TermField(FamilyAid, null=True), "家庭救助身份", "Assistance status of the family")
    health = sensitive(TermField(Health, default=Health.UNKNOWN.value), "健康状况", "Health")
    registered = open_(models.ForeignKey("org.Division", null=True, on_delete=models.PROTECT, related_name="+"))
    registered_key = PlaceKeyField("户籍地", "Household registration", null=True)
    actual = open_(models.ForeignKey("org.Division", on_delete=models.PROTECT, related_name="+"))
    actual_key = PlaceKeyField("实际居住地", "Lives in")
    address = personal(models.CharField(max_length=200, blank=True), "详细地址", "Address")
    died_on = personal(models.DateField(null=True), "死亡日期", "Died on")
    merged_into = open_(
        models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="+"), "已并入", "Merged into"
    )

    reach = Reach("actual_key", "registered_key", subject="id")

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(merged_into=None) | ~Q(merged_into=F("id")), name="child_not_itself"),
        ]
        indexes = [
            models.Index(fields=["actual_key", "id"], name="child_actual"),
            models.Index(fields=["registered_key", "id"], name="child_registered"),
            models.Index(fields=["name", "actual_key"], name="child_name"),
            models.Index(fields=["name_key", "actual_key"], name="child_name_key"),
            models.Index(fields=["pinyin_key", "actual_key"], name="child_pinyin_key"),
            models.Index(fields=["fuzzy_key", "actual_key"], name="child_fuzzy_key"),
            models.Index(fields=["given_key", "actual_key"], name="child_given_key"),
            models.Index(fields=["initials_key", "actual_key"], name="child_initials_key"),
            models.Index(fields=["birth_date", "sound_key", "initials_key", "name_key"], name="child_birth"),
            models.Index(fields=["identity_key"], condition=Q(identity_key__isnull=False), name="child_identity"),
            models.Index(fields=["national_no"], condition=~Q(national_no=""), name="child_national_no"),
            # Without a pending list: after an import every search would read it from end to end.
            GinIndex(fields=["identity_near"], fastupdate=False, name="child_identity_near"),
        ]

    def __str__(self) -> str:
        return self.name or self.child_no


class SealedHealth(Record):
    """HIV infection: kept apart from everything else and opened one by one, with a purpose (财社〔2017〕58号)."""

    child = open_(models.OneToOneField(Child, on_delete=models.PROTECT, related_name="sealed_health"))
    hiv = sealed(models.BooleanField(), "感染艾滋病病毒", "Infected with HIV")
    since = sealed(models.DateField(), "确诊日期", "Established on")
    evidence = sealed(TermField(Evidence, default=Evidence.NONE.value), "证明", "Proof")
    paper = _paper()


class Person(Record):
    """An adult around a child: parent, guardian, carer."""

    name = personal(models.CharField(max_length=100), "姓名", "Name")
    name_key = _key()
    sex = personal(TermField(Sex, default=Sex.UNKNOWN.value), "性别", "Sex")
    birth_date = personal(models.DateField(null=True), "出生日期", "Birth date")
    identity = sensitive(models.BinaryField(null=True), "公民身份号码", "Identity number")
    identity_key = sensitive(models.BinaryField(null=True, max_length=16))
    phone = personal(models.CharField(max_length=40, blank=True), "电话", "Phone")
    address = personal(models.CharField(max_length=200, blank=True), "住址", "Address")

    reach = Reach(unwalled="an adult lies wherever the children do, and is read through its relations to them")

    class Meta:
        indexes = [
            models.Index(fields=["name_key"], name="person_name_key"),
            models.Index(fields=["identity_key"], condition=Q(identity_key__isnull=False), name="person_identity"),
        ]

    def __str__(self) -> str:
        return self.name


class Relation(Record):
    """A dated bond between a child and an adult."""

    child = open_(models.ForeignKey(Child, on_delete=models.PROTECT, related_name="relations"), "儿童", "Child")
    person = open_(models.ForeignKey(Person, on_delete=models.PROTECT, related_name="relations"), "姓名", "Name")
    bond = personal(TermField(Bond), "角色", "Role")
    kinship = personal(TermField(Kinship, default=Kinship.NONE.value), "与儿童的关系", "Kinship")
    basis = personal(TermField(BondBasis, default=BondBasis.FACT.value), "依据", "Basis")
    valid_from = personal(models.DateField(null=True), "自何时起", "Since")
    valid_to = personal(models.DateField(null=True), "至何时止", "Until")
    evidence = _evidence()
    paper = _paper()
    recorded_by = open_(AccountField())

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["child", "bond"],
                condition=Q(bond__in=["father", "mother"], valid_to=None),
                name="relation_one_father_one_mother",
            ),
            models.UniqueConstraint(
                fields=["child", "person", "bond"], condition=Q(valid_to=None), name="relation_once"
            ),
            models.CheckConstraint(
                condition=Q(valid_to=None) | Q(valid_from=None) | Q(valid_to__gte=F("valid_from")),
                name="relation_in_order",
            ),
        ]
        indexes = [models.Index(fields=["person"], name="relation_person")]


class Household(Record):
    """People who live together or stand in one household register."""

    division = open_(models.ForeignKey("org.Division", on_delete=models.PROTECT, related_name="+"))
    place_key = PlaceKeyField("所在地", "Place")
    register_no = personal(models.CharField(max_length=40, blank=True), "户号", "Register number")
    address = personal(models.CharField(max_length=200, blank=True), "详细地址", "Address")

    reach = Reach("place_key")

    class Meta:
        indexes = [models.Index(fields=["place_key", "id"], name="household_place")]


class Member(Record):
    """Somebody's time in a household."""

    household = open_(models.ForeignKey(Household, on_delete=models.PROTECT, related_name="members"))
    child = open_(
        models.ForeignKey(Child, null=True, on_delete=models.PROTECT, related_name="memberships"), "儿童", "Child"
    )
    person = open_(
        models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="memberships"), "成年人", "Adult"
    )
    head = personal(models.BooleanField(default=False), "户主", "Head of the household")
    valid_from = personal(models.DateField(null=True), "自何时起", "Since")
    valid_to = personal(models.DateField(null=True), "至何时止", "Until")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(child=None, person__isnull=False) | Q(child__isnull=False, person=None),
                name="member_child_or_person",
            ),
            models.UniqueConstraint(
                fields=["household", "child"], condition=Q(valid_to=None, child__isnull=False), name="member_child_once"
            ),
            models.UniqueConstraint(
                fields=["household", "person"],
                condition=Q(valid_to=None, person__isnull=False),
                name="member_person_once",
            ),
        ]
        indexes = [
            models.Index(fields=["child"], name="member_child"),
            models.Index(fields=["person"], name="member_person"),
        ]


class Residence(Record):
    """Where a child was registered or lived, and when."""

    child = open_(models.ForeignKey(Child, on_delete=models.PROTECT, related_name="residences"))
    kind = open_(TermField(ResidenceKind), "类别", "Which place")
    division = open_(models.ForeignKey("org.Division", on_delete=models.PROTECT, related_name="+"))
    address = personal(models.CharField(max_length=200, blank=True), "详细地址", "Address")
    valid_from = personal(models.DateField(null=True), "自何时起", "Since")
    valid_to = personal(models.DateField(null=True), "至何时止", "Until")
    why = personal(models.CharField(max_length=200, blank=True), "原因", "Reason")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["child", "kind"], condition=Q(valid_to=None), name="residence_one_now")
        ]


class ParentFact(Record):
    """What is known of a parent from a day on, with its proof. Two people stand behind a fact that counts."""

    child = open_(models.ForeignKey(Child, on_delete=models.PROTECT, related_name="parent_facts"), "儿童", "Child")
    side = personal(TermField(Side), "父亲或母亲", "Which parent")
    status = sensitive(TermField(ParentStatus), "情形", "Situation")
    since = sensitive(models.DateField(), "自何时起", "Since")
    until = sensitive(models.DateField(null=True), "至何时止", "Until")
    term_months = sensitive(models.IntegerField(null=True), "刑期或措施期限（月）", "Sentence or measure, months")
    term_from = sensitive(models.DateField(null=True), "刑期或措施起始日", "Sentence or measure from")
    reported_on = sensitive(models.DateField(null=True), "失联报案日期", "Reported to the police on")
    accepted_on = sensitive(models.DateField(null=True), "警方受理日期", "Accepted by the police on")
    lost_steps = sensitive(models.SmallIntegerField(null=True), "五步核实已完成步数", "Steps of the five-step proof")
    witnesses = sensitive(models.SmallIntegerField(null=True), "邻里证人数", "Neighbours' statements")
    disability_kind = sensitive(TermField(DisabilityKind, null=True), "残疾类别", "Kind of disability")
    disability_grade = sensitive(
        models.SmallIntegerField(null=True), "残疾等级", "Grade of disability", hint=("1—4级", "1 to 4")
    )
    note = sensitive(models.TextField(blank=True), "说明", "Note")
    evidence = _evidence()
    paper = _paper()
    state = open_(TermField(FactState, default=FactState.REPORTED.value), "核实", "Confirmed")
    recorded_by = open_(AccountField())
    confirmed_by = open_(AccountField())
    confirmed_on = open_(models.DateField(null=True), "核实日期", "Confirmed on")
    replaces = open_(
        models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="+"), "替代", "Replaces"
    )

    author = "recorded_by_id"

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(confirmed_by=None) | Q(recorded_by=None) | ~Q(confirmed_by=F("recorded_by")),
                name="parent_fact_two_people",
            ),
            models.CheckConstraint(condition=Q(until=None) | Q(until__gte=F("since")), name="parent_fact_in_order"),
            models.CheckConstraint(
                condition=Q(disability_grade=None) | Q(disability_grade__range=(1, 4)), name="parent_fact_grade"
            ),
            models.CheckConstraint(
                condition=Q(lost_steps=None) | Q(lost_steps__range=(0, 5)), name="parent_fact_steps"
            ),
        ]
        indexes = [models.Index(fields=["child", "side", "since"], name="parent_fact_child")]


class AidFact(Record):
    """Money the child gets elsewhere, in fen a month."""

    child = open_(models.ForeignKey(Child, on_delete=models.PROTECT, related_name="aid"))
    kind = sensitive(TermField(AidKind), "种类", "Kind")
    amount_fen = sensitive(models.BigIntegerField(), "每月金额", "A month")
    first_month = sensitive(models.DateField(), "自何月起", "From month")
    last_month = sensitive(models.DateField(null=True), "至何月止", "To month")
    source = personal(models.CharField(max_length=200, blank=True), "来源", "Source")
    evidence = _evidence()
    recorded_by = open_(AccountField())

    author = "recorded_by_id"

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(amount_fen__gte=0), name="aid_not_negative"),
            models.CheckConstraint(
                condition=Q(last_month=None) | Q(last_month__gte=F("first_month")), name="aid_in_order"
            ),
            models.CheckConstraint(
                condition=Q(first_month__day=1) & (Q(last_month=None) | Q(last_month__day=1)), name="aid_months"
            ),
        ]
        indexes = [models.Index(fields=["child", "kind", "first_month"], name="aid_child")]


class SchoolFact(Record):
    """Where the child goes to school, from and to."""

    child = open_(models.ForeignKey(Child, on_delete=models.PROTECT, related_name="schooling"))
    level = personal(TermField(SchoolLevel), "学段", "Level")
    school = personal(models.CharField(max_length=200, blank=True), "学校", "School")
    full_time = personal(models.BooleanField(default=True), "全日制", "Full-time")
    boarding = personal(models.BooleanField(default=False), "住校", "Boarding")
    public = personal(models.BooleanField(null=True), "公办学校", "Public school")
    normal_length = personal(models.BooleanField(null=True), "在正常学制年限内", "Within the normal length")
    valid_from = personal(models.DateField(), "自何时起", "Since")
    valid_to = personal(models.DateField(null=True), "至何时止", "Until")
    evidence = _evidence()
    paper = _paper()
    recorded_by = open_(AccountField())

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(valid_to=None) | Q(valid_to__gte=F("valid_from")), name="school_in_order"
            )
        ]
        indexes = [models.Index(fields=["child", "valid_from"], name="school_child")]


class DisabilityFact(Record):
    """A disability of the child: kind and grade of a valid card, or a diagnosis."""

    child = open_(models.ForeignKey(Child, on_delete=models.PROTECT, related_name="disabilities"))
    kind = sensitive(TermField(DisabilityKind), "类别", "Kind")
    grade = sensitive(models.SmallIntegerField(), "等级", "Grade", hint=("1—4级", "1 to 4"))
    valid_from = sensitive(models.DateField(), "自何时起", "Since")
    valid_to = sensitive(models.DateField(null=True), "至何时止", "Until")
    evidence = _evidence()
    paper = _paper()
    recorded_by = open_(AccountField())

    author = "recorded_by_id"

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(grade__range=(1, 4)), name="disability_grade")]
        indexes = [models.Index(fields=["child", "valid_from"], name="disability_child")]


class Merge(Record):
    """Two files of one child made one: what was moved, so that everything can go back."""

    kept = open_(models.ForeignKey(Child, on_delete=models.PROTECT, related_name="+"))
    merged = open_(models.ForeignKey(Child, on_delete=models.PROTECT, related_name="+"))
    moved = personal(models.JSONField())
    left = personal(models.JSONField())
    before = sensitive(models.JSONField())
    merged_on = open_(models.DateField(), "合并日期", "Merged on")
    undone_on = open_(models.DateField(null=True), "撤销日期", "Undone on")

    class Meta:
        indexes = [
            models.Index(fields=["kept"], name="merge_kept"),
            models.Index(fields=["merged"], name="merge_merged"),
        ]


class EmergencyAccess(Record):
    """Somebody opened a child outside their area for an emergency: who, why, how long, and what the review found.

    It lies where the child does, so that the offices there see and review it.
    """

    child = open_(models.ForeignKey(Child, on_delete=models.PROTECT, related_name="+"))
    place_key = PlaceKeyField("儿童所在地", "Place of the child")
    grant = open_(models.ForeignKey("core.Grant", on_delete=models.PROTECT, related_name="+"))
    user = open_(models.ForeignKey("core.User", on_delete=models.PROTECT, related_name="+", db_index=False))
    who = personal(models.CharField(max_length=120), "查看人", "Who")
    where = open_(models.CharField(max_length=200), "查看人单位所在地", "Works in")
    reason = personal(models.TextField(), "紧急理由", "Reason")
    opened_at = open_(models.DateTimeField(), "查看时间", "Opened at")
    ends_at = open_(models.DateTimeField(), "有效至", "Until")
    state = open_(TermField(AccessReview, default=AccessReview.WAITING.value), "复核", "Review")
    finding = personal(models.TextField(blank=True), "复核依据", "Grounds")
    reviewed_by = open_(AccountField())
    reviewer = personal(models.CharField(max_length=120, blank=True), "复核人", "Reviewed by")
    reviewed_at = open_(models.DateTimeField(null=True), "复核时间", "Reviewed at")

    reach = Reach("place_key", subject="child_id")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(reviewed_by=None) | ~Q(reviewed_by=F("user_id")), name="emergency_two_people"
            )
        ]
        indexes = [models.Index(fields=["place_key", "id"], name="emergency_place")]


class ChildImport(Record):
    """A spreadsheet of children that was read: how many were registered, and which rows were not, with the reason."""

    file_name = open_(models.CharField(max_length=200), "文件", "File")
    sha256 = open_(models.BinaryField(max_length=32))
    place_key = PlaceKeyField("导入地", "Imported at")
    imported_on = open_(models.DateField(), "导入日期", "Imported on")
    imported_by = open_(AccountField())
    registered = open_(models.IntegerField(), "已登记", "Registered")
    held = open_(models.IntegerField(), "待核对", "Held back")
    refused = open_(models.IntegerField(), "未登记", "Refused")
    rows = personal(models.JSONField(default=list))
    """Rows that were not registered: row, sheet, held or refused, and what was wrong."""

    reach = Reach("place_key")
    told_in = ("people.ChildImport", "rows")

    class Meta:
        indexes = [models.Index(fields=["place_key", "id"], name="child_import_place")]

    @property
    def counts(self) -> list[tuple[Label, int]]:
        """What became of the rows, in numbers."""
        return [(label_of(ChildImport, name), getattr(self, name)) for name in ("registered", "held", "refused")]

    @property
    def earlier(self) -> date | None:
        """The day on which this very file was imported here before."""
        same = ChildImport.objects.filter(place_key=self.place_key, sha256=self.sha256, pk__lt=self.pk)
        return same.order_by("-id").values_list("imported_on", flat=True).first()

    @property
    def told(self) -> list[dict[str, Any]]:
        """Rows that were not registered, with the reason."""
        return self.rows
