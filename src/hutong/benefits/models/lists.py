"""Lists of other offices compared before a payment run, and rolls taken over from earlier systems."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import F, Q

from hutong.benefits.models.award import Award
from hutong.benefits.terms import ListKind, MatchOn, MatchState, MatchWho, RowState
from hutong.core.record import (
    AccountField,
    PlaceKeyField,
    Reach,
    Record,
    TermField,
    label_of,
    open_,
    personal,
    sensitive,
)
from hutong.core.terms import Label

MATCHES = Label("匹配", "Matches")
NOT_COMPARED = Label("未比对", "Not compared")


class ListImport(Record):
    """One delivered list. The same file twice adds nothing."""

    kind = open_(TermField(ListKind), "名单种类", "Kind of list")
    place = open_(models.ForeignKey("org.Division", on_delete=models.PROTECT, related_name="+"))
    place_key = PlaceKeyField("适用地区", "Place")
    file_name = open_(models.CharField(max_length=200), "文件", "File")
    sha256 = open_(models.BinaryField(max_length=32))
    imported_on = open_(models.DateField(), "导入日期", "Imported on")
    rows = open_(models.IntegerField(), "行数", "Rows")
    bad_rows = open_(models.JSONField(default=list))
    imported_by = open_(AccountField())

    reach = Reach("place_key")
    told_in = ("benefits.ListImport", "bad_rows")
    keeps_place = True  # it happened there; a merge moves only the key

    class Meta:
        constraints = [models.UniqueConstraint(fields=["place", "kind", "sha256"], name="list_file_once")]

    @property
    def counts(self) -> list[tuple[Label, int]]:
        """Rows, matches, and rows that were compared with nobody."""
        bad = len({(row.get("sheet"), row["row"]) for row in self.bad_rows})
        told = (label_of(ListImport, "rows"), self.rows), (MATCHES, self.matches.count()), (NOT_COMPARED, bad)
        return list(told)

    @property
    def told(self) -> list[dict[str, Any]]:
        """Rows that were compared with nobody, with the reason."""
        return list(self.bad_rows)


class ListMatch(Record):
    """A row of a list that looks like somebody in an award; a person settles it, no payment changes by itself."""

    list = open_(models.ForeignKey(ListImport, on_delete=models.PROTECT, related_name="matches"))
    award = open_(models.ForeignKey(Award, on_delete=models.PROTECT, related_name="matches"))
    child = open_(models.ForeignKey("people.Child", on_delete=models.PROTECT, related_name="+"), "儿童", "Child")
    person = personal(
        models.ForeignKey("people.Person", null=True, on_delete=models.PROTECT, related_name="+"), "人员", "Person"
    )
    place_key = PlaceKeyField("责任地", "Place responsible")
    kind = open_(TermField(ListKind), "名单", "List")
    sheet = open_(models.CharField(max_length=100, blank=True, default=""), "工作表", "Sheet")
    row_no = open_(models.IntegerField(), "名单行号", "Row of the list")
    who = personal(TermField(MatchWho), "匹配对象", "Who")
    matched_on = open_(TermField(MatchOn), "匹配依据", "Matched on")
    since = sensitive(models.DateField(null=True), "起", "Since")
    until = sensitive(models.DateField(null=True), "止", "Until")
    amount_fen = sensitive(models.BigIntegerField(null=True), "金额", "Amount")
    state = open_(TermField(MatchState, default=MatchState.OPEN.value), "核实结果", "Result")
    note = sensitive(models.TextField(blank=True), "核实情况", "What was found")
    settled_by = open_(AccountField())

    reach = Reach("place_key", subject="child_id")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["list", "sheet", "row_no", "award", "who"], name="match_once"),
            models.CheckConstraint(condition=~Q(state="dismissed") | ~Q(note=""), name="match_dismissed_says_why"),
        ]
        indexes = [models.Index(fields=["place_key", "state", "id"], name="match_place")]


class RollImport(Record):
    """A roll of an earlier system taken over. Differences from the law become tasks and change no payment.

    Nothing of it is paid before a second officer confirmed it (`confirmed_on`).
    """

    place = open_(models.ForeignKey("org.Division", on_delete=models.PROTECT, related_name="+"))
    place_key = PlaceKeyField("名册所属地区", "Place of the roll")
    file_name = open_(models.CharField(max_length=200), "文件", "File")
    sha256 = open_(models.BinaryField(max_length=32))
    imported_on = open_(models.DateField(), "转入日期", "Taken over on")
    first_month_here = open_(models.DateField(), "由本系统发放的首月", "First month paid from here")
    rows = open_(models.IntegerField(default=0), "行数", "Rows")
    taken_over = open_(models.IntegerField(default=0), "已转入", "Taken over")
    imported_by = open_(AccountField(), "转入人", "Taken over by")
    confirmed_by = open_(AccountField(), "确认人", "Confirmed by")
    confirmed_on = open_(models.DateField(null=True), "确认日期", "Confirmed on")

    reach = Reach("place_key")
    told_in = ("benefits.RollRow", "errors")
    keeps_place = True  # it happened there; a merge moves only the key

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["place", "sha256"], name="roll_file_once"),
            models.CheckConstraint(
                condition=Q(confirmed_by__isnull=True) | ~Q(confirmed_by=F("imported_by")), name="roll_two_people"
            ),
        ]

    @property
    def counts(self) -> list[tuple[Label, int]]:
        """What became of the rows, in numbers."""
        states = list(self.lines.values_list("state", flat=True))
        return [(state.words, states.count(state)) for state in RowState]

    @property
    def told(self) -> list[dict[str, Any]]:
        """Rows that were not taken over, with the reason."""
        lines = self.lines.exclude(errors=[]).order_by("sheet", "row_no")
        return [error for line in lines for error in line.errors]


class RollRow(Record):
    """One row of a roll: the award it became, or why it did not, and where it differs from the law."""

    roll = open_(models.ForeignKey(RollImport, on_delete=models.PROTECT, related_name="lines"))
    sheet = open_(models.CharField(max_length=100, blank=True, default=""))
    row_no = open_(models.IntegerField())
    child_name = personal(models.CharField(max_length=100, blank=True))
    state = open_(TermField(RowState))
    errors = personal(models.JSONField(default=list))
    differences = sensitive(models.JSONField(default=list))
    award = open_(models.ForeignKey(Award, null=True, on_delete=models.PROTECT, related_name="+"))
    paid_fen = sensitive(models.BigIntegerField(null=True))

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["roll", "sheet", "row_no"], name="roll_row_once"),
            models.CheckConstraint(
                condition=Q(award__isnull=False) | Q(state__in=["refused", "held"]), name="roll_row_award_or_reason"
            ),
        ]
