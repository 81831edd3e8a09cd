"""What places decide about paying, and their monthly statements."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from hutong.core.record import PlaceKeyField, Reach, Record, TermField, open_
from hutong.money.models.columns import first_of_month, to, user
from hutong.money.terms import BankFileForm, PayingLevel, Separator, TotalsAt


class Arrangement(Record):
    """What a place decided about paying, from a day on: it holds there and below until a nearer place, or a later day,
    has an entry of its own."""

    place = open_(to("org.Division"), "地区", "Place")
    valid_from = open_(models.DateField(), "起始日期", "From")
    basis = open_(models.CharField(max_length=200), "文件依据", "Local rule")

    reach = Reach.everybody()

    class Meta:
        abstract = True


class SigningBand(Arrangement):
    """Who signs a place's batches up to which total; without a limit it is the last band."""

    limit_fen = open_(models.BigIntegerField(null=True), "限额（元，含）", "Up to (yuan)")
    role = open_(models.CharField(max_length=40), "签发岗位", "Signed by")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["place", "valid_from", "limit_fen"], nulls_distinct=False, name="band_limit_once"
            ),
            models.CheckConstraint(condition=Q(limit_fen=None) | Q(limit_fen__gt=0), name="band_limit_positive"),
        ]


class SigningStep(Arrangement):
    """One step of a place's chain of signatures: which post signs as the first, second, ... after the preparer."""

    number = open_(models.SmallIntegerField(), "顺序", "Step")
    role = open_(models.CharField(max_length=40), "角色", "Role")
    title = open_(models.CharField(max_length=100, blank=True), "岗位名称", "Title of the post")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["place", "valid_from", "number"], name="signing_step_once"),
            models.CheckConstraint(condition=Q(number__gte=1, number__lte=6), name="signing_step_number"),
        ]


class Rhythm(Arrangement):
    """How many months one run of a place covers: 1 monthly, 3 quarterly (runs in March, June, ...)."""

    every_months = open_(models.SmallIntegerField(), "每几个月发放一次", "Pays every … months")
    valid_from = open_(models.DateField(), "起始月份", "From")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["place", "valid_from"], name="rhythm_once"),
            models.CheckConstraint(condition=Q(every_months__in=[1, 2, 3, 6, 12]), name="rhythm_divides_a_year"),
        ]


class Payer(Arrangement):
    """Which level pays at a place and below, from a month on; the nearest place with an entry decides for a county."""

    level = open_(TermField(PayingLevel), "发放层级", "Paid by")
    valid_from = open_(models.DateField(), "起始月份", "From")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["place", "valid_from"], name="payer_once"),
            models.CheckConstraint(condition=first_of_month("valid_from"), name="payer_month"),
        ]


class SharedLimit(Arrangement):
    """From how many children on an account of a person has to be confirmed, at a place and below, from a day on."""

    most = open_(models.SmallIntegerField(), "同一账户满几名儿童须确认", "Confirmed from … children on one account")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["place", "valid_from"], name="shared_limit_once"),
            models.CheckConstraint(condition=Q(most__gte=2, most__lte=60), name="shared_limit_most"),
        ]


class BankFormat(Arrangement):
    """How the bank of a place takes its file: form, separator, and where count and total stand in a plain text."""

    form = open_(TermField(BankFileForm), "文件格式", "Form of the file")
    totals = open_(TermField(TotalsAt), "笔数与总额", "Count and total")
    separator = open_(TermField(Separator), "分隔符", "Separator")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["place", "valid_from"], name="bank_format_once")]


class Statement(Record):
    """The month of a place, closed: sums by kind and state as they stood then. A later one has a higher revision."""

    place = open_(to("org.Division"), "地区", "Place")
    place_key = PlaceKeyField("地区", "Place")
    month = open_(models.DateField(), "月份", "Month")
    revision = open_(models.IntegerField(default=1), "版次", "Revision")
    content = open_(models.JSONField())
    by = user()

    reach = Reach("place_key")
    keeps_place = True  # it happened there; a merge moves only the key

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["place", "month", "revision"], name="statement_revision"),
            models.CheckConstraint(condition=first_of_month("month"), name="statement_month"),
        ]
        indexes = [models.Index(fields=["place_key", "-month"], name="statement_place")]
