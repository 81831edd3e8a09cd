"""The dated tree of places, the agencies that answer for them, and the posts of people."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from hutong.core.record import PlaceKeyField, Reach, Record, TermField, open_
from hutong.org.terms import AgencyKind, Kind, Level, Role, Scheme, SuccessionKind


def searched(length: int, zh: str = "", en: str = "") -> models.CharField:
    """A column searched by prefix as a range; only the C collation lets `>=` and `<` mean that."""
    return open_(models.CharField(max_length=length, db_collation="C", blank=True), zh, en)


class Division(Record):
    """A place. `key` moves when a border changes, `id` never does; `valid_to` is the first day it no longer exists.

    `code` is its own in the scheme it comes from, without the zeros lists pad it with: 2 digits for a province, 4 for
    a city, 6 for a county, 9 for a township, 12 for a village. Codes in other schemes are DivisionCode rows.
    """

    parent = open_(
        models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="children"), "上级区划", "Lies in"
    )
    level = open_(TermField(Level, max_length=10), "层级", "Level")
    kind = open_(TermField(Kind, max_length=24), "类型", "Kind")
    scheme = open_(TermField(Scheme, max_length=4), "代码体系", "Whose code")
    code = searched(12, "代码", "Code")
    name = open_(models.CharField(max_length=120), "名称", "Name")
    short = searched(120, "简称", "Short name")
    pinyin = searched(400)
    initials = searched(120)
    key = PlaceKeyField(unique=True, aside="the tree is the same for everybody, and moves its keys itself")
    last_slot = open_(models.IntegerField(default=0))
    valid_from = open_(models.DateField(null=True), "设立日期", "Since")
    valid_to = open_(models.DateField(null=True), "撤销日期", "Ended on")

    reach = Reach.everybody()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["code", "scheme"],
                condition=Q(valid_to=None),
                name="division_code_once",
            ),
            models.CheckConstraint(
                condition=Q(valid_from=None) | Q(valid_to=None) | Q(valid_to__gte=F("valid_from")),
                name="division_dates",
            ),
        ]
        indexes = [
            models.Index(fields=["level", "short"], name="division_short"),
            models.Index(fields=["level", "pinyin"], name="division_pinyin"),
            models.Index(fields=["level", "initials"], name="division_initials"),
            models.Index(fields=["code"], condition=~Q(valid_to=None), name="division_ended_code"),
            models.Index(fields=["short"], condition=~Q(valid_to=None), name="division_ended_short"),
        ]

    def __str__(self) -> str:
        return self.short


class DivisionName(Record):
    """A former name of a place, with the days on which it was the name."""

    division = open_(models.ForeignKey(Division, on_delete=models.PROTECT, related_name="former_names"))
    name = open_(models.CharField(max_length=120))
    valid_from = open_(models.DateField(null=True))
    valid_to = open_(models.DateField())

    reach = Reach.everybody()


class DivisionCode(Record):
    """A further code of a place: of another list, or one it had before."""

    division = open_(models.ForeignKey(Division, on_delete=models.PROTECT, related_name="codes"))
    scheme = open_(TermField(Scheme, max_length=4))
    code = open_(models.CharField(max_length=12, db_collation="C"))
    valid_from = open_(models.DateField(null=True))
    valid_to = open_(models.DateField(null=True))

    reach = Reach.everybody()

    class Meta:
        indexes = [models.Index(fields=["code", "scheme"], name="division_further_code")]


class Succession(Record):
    """Which place took over from which: an abolished one shows where its people are found now."""

    predecessor = open_(models.ForeignKey(Division, on_delete=models.PROTECT, related_name="became"))
    successor = open_(models.ForeignKey(Division, on_delete=models.PROTECT, related_name="came_from"))
    kind = open_(TermField(SuccessionKind))
    effective = open_(models.DateField(), "生效日期", "Effective from")
    basis = open_(models.CharField(max_length=120, blank=True), "依据（文号）", "Basis (document)")

    reach = Reach.everybody()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["predecessor", "successor"], name="succession_once"),
            models.CheckConstraint(condition=~Q(predecessor=F("successor")), name="succession_other"),
        ]


class Agency(Record):
    """An office. Its seat is a place; what it answers for is listed apart, because the two differ (the Corps)."""

    kind = open_(TermField(AgencyKind), "类型", "Kind")
    name = open_(models.CharField(max_length=160), "名称", "Name")
    division = open_(models.ForeignKey(Division, on_delete=models.PROTECT, related_name="agencies"), "所在地", "Seat")
    parent = open_(
        models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="offices"),
        "上级机构",
        "Superior office",
    )
    phone = open_(models.CharField(max_length=40, blank=True), "电话", "Telephone")
    address = open_(models.CharField(max_length=200, blank=True), "地址", "Address")
    closed_on = open_(models.DateField(null=True), "撤销日期", "Closed on")

    reach = Reach.everybody()

    def __str__(self) -> str:
        return self.name


class AgencyArea(Record):
    """A place an agency answers for, dated."""

    agency = open_(models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="areas"))
    division = open_(models.ForeignKey(Division, on_delete=models.PROTECT, related_name="+"))
    valid_from = open_(models.DateField(null=True))
    valid_to = open_(models.DateField(null=True))

    reach = Reach.everybody()


class Post(Record):
    """A post at an agency. Whoever holds it has its reach; without areas of its own it has the agency's."""

    agency = open_(models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="posts"), "机构", "Office")
    role = open_(TermField(Role), "角色", "Role")
    title = open_(models.CharField(max_length=100), "岗位名称", "Title")
    closed_on = open_(models.DateField(null=True), "撤销日期", "Closed on")

    reach = Reach.everybody()

    def __str__(self) -> str:
        return self.title


class PostArea(Record):
    """A place a post answers for (a child director may cover several villages), dated."""

    post = open_(models.ForeignKey(Post, on_delete=models.PROTECT, related_name="areas"))
    division = open_(models.ForeignKey(Division, on_delete=models.PROTECT, related_name="+"))
    valid_from = open_(models.DateField(null=True))
    valid_to = open_(models.DateField(null=True))

    reach = Reach.everybody()


class PostHolding(Record):
    """Who held a post, from when to when. One person at a time; one person may hold several posts."""

    post = open_(models.ForeignKey(Post, on_delete=models.PROTECT, related_name="holdings"))
    user = open_(models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"))
    valid_from = open_(models.DateField())
    valid_to = open_(models.DateField(null=True))

    reach = Reach.everybody()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["post"], condition=Q(valid_to=None), name="post_one_holder"),
            models.CheckConstraint(condition=Q(valid_to=None) | Q(valid_to__gte=F("valid_from")), name="holding_dates"),
        ]
