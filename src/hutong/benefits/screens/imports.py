"""Lists that were compared and rolls that were taken over, with every row that could not be used."""

from __future__ import annotations

from typing import Any

from hutong.benefits.access import COUNTY, OFFICES
from hutong.benefits.models import ListImport, ListMatch, RollImport, RollRow
from hutong.benefits.queries.roll import by_category
from hutong.benefits.screens.labels import (
    badge,
    child_of,
    labels,
    state_cell,
)
from hutong.benefits.terms import Category, RowState
from hutong.channels.content import Badge, Body, Fact, Facts, Fen, Lines, Link, Month, Note, Rows
from hutong.channels.panels import fields_panel, told_panel
from hutong.channels.sheet import Column, Filter, Panel, Sheet, record_url, register
from hutong.core.access import may_read
from hutong.core.jurisdiction import currency
from hutong.core.record import labels_of
from hutong.core.terms import Label
from hutong.core.viewer import Viewer
from hutong.org.terms import Role

READERS = (*OFFICES, Role.CITY_OFFICER, Role.AUDITOR)
DIFFERS = Label("{0}：名册为{1}，按规定为{2}", "{0}: roll {1}, law {2}")
DIFFERENCES = {
    "facts": Label("事实不全，无法判断", "facts are missing: it cannot be told"),
    "entitlement": Label("按规则不应享受", "by the law there is no entitlement"),
    "category": Label("类别不同", "another category"),
    "amount_fen": Label("金额不同", "another amount"),
    "account": Label("账号校验位不符，请与银行卡核对", "the check digit of the account does not fit: compare the card"),
}


def matches(viewer: Viewer, listed: ListImport) -> Body:
    """Who on the list belongs to a running award."""
    rows = [
        [Link(child_of(viewer, m), record_url(m)), m.row_no, m.who, m.matched_on, badge(m.state)]
        for m in listed.matches.select_related("child").order_by("state", "row_no")[:500]
    ]
    heads = labels_of(ListMatch, "child", "row_no", "who", "matched_on", "state")
    return Rows(heads, rows, empty=Label("名单与在册儿童无重合。", "Nobody on the list belongs to a running award."))


register(
    Sheet[ListImport](
        "benefits.listimport",
        ListImport,
        title=("比对名单", "List"),
        plural=("名单比对", "Lists compared"),
        name_of=lambda viewer, listed: f"{listed.kind.label(viewer.locale)} · {listed.imported_on}",
        columns=(
            Column("kind", link=True),
            Column("place_key"),
            Column("imported_on", sort=True),
            Column("rows", numeric=True),
            Column("file_name", minor=True),
        ),
        filters=(Filter("place_key"), Filter("kind"), Filter("imported_on")),
        panels=(
            Panel("benefits.matches", ("匹配结果", "Matches"), matches, order=10),
            told_panel("benefits.list_told", ("比对情况", "What became of the rows"), order=20),
            fields_panel(
                "benefits.list_facts", ("名单", "The list"), ("kind", "file_name", "imported_on", "rows"), side=True
            ),
        ),
        create=("benefits.import_list",),
        actions=(),
        roles=READERS,
        area="allowance",
        rank=60,
        empty=("还没有比对过名单。", "No list has been compared yet."),
    )
)


def the_match(viewer: Viewer, match: ListMatch) -> Body:
    """The way to the award."""
    return Facts([Fact(Label("保障待遇", "Award"), Link(child_of(viewer, match), record_url(match.award)))])


register(
    Sheet[ListMatch](
        "benefits.match",
        ListMatch,
        title=("比对结果", "Match"),
        plural=("名单比对结果", "Matches with lists"),
        name_of=lambda viewer, m: f"{m.kind.label(viewer.locale)} · {child_of(viewer, m)}",
        columns=(
            Column("child", value=child_of, needs=("child",), link=True),
            Column("kind"),
            Column("who"),
            Column("matched_on", minor=True),
            Column("state", value=state_cell),
        ),
        filters=(Filter("place_key"), Filter("kind"), Filter("state"), Filter("who")),
        prefetch=("child",),
        panels=(
            fields_panel(
                "benefits.matched",
                ("名单内容", "What the list says"),
                (
                    "kind", "who", "matched_on", "row_no", "since", "until", "amount_fen", "state", "note",
                ),
            ),
            Panel("benefits.match_award", ("相关待遇", "The award"), the_match, side=True),
        ),
        head=lambda viewer, m: [badge(m.state)],
        actions=("benefits.settle_match",),
        roles=READERS,
        area="allowance",
        rank=65,
        empty=("没有待核实的匹配。", "No match waits to be checked."),
    )
)  # fmt: skip


def differing_rows(viewer: Viewer, roll: RollImport) -> Body | None:
    """Rows whose award differs from the law; each is a task and is paid as before."""
    if not may_read(viewer, RollRow, "differences"):
        return None
    lines = (
        RollRow.objects.filter(roll=roll, state=RowState.DIFFERS)
        .select_related("award__child")
        .order_by("row_no")[:500]
    )
    rows = [
        [
            ln.row_no,
            Link(child_of(viewer, ln.award), record_url(ln.award)),
            Lines([_difference(d) for d in ln.differences]),
        ]
        for ln in lines
        if ln.award is not None
    ]
    return Rows(labels(("行", "Row"), ("儿童", "Child"), ("差异", "Difference")), rows) if rows else None


def roll_sums(viewer: Viewer, roll: RollImport) -> list[Body]:
    """What the roll would pay, for the second officer who confirms it: people and yuan of each category."""
    bodies: list[Body] = [] if roll.confirmed_on else [Note(_not_confirmed(viewer, roll), "warn")]
    if not may_read(viewer, RollRow, "paid_fen"):
        return bodies
    told = by_category(roll)
    rows = [[category, children, Fen(fen)] for category, children, fen in told]
    total = [Label("合计", "Altogether"), sum(n for _c, n, _f in told), Fen(sum(fen for _c, _n, fen in told))]
    heads = labels(("类别", "Category"), ("人数", "Children"), ("每月（元）", "A month (yuan)"))
    return [*bodies, Rows(heads, rows, total=total, numeric=frozenset({1, 2}))]


def _not_confirmed(viewer: Viewer, roll: RollImport) -> Label:
    if viewer.user_id == roll.imported_by_id:
        return Label(
            "已转入，尚未发放：请本县另一名工作人员核对并确认。",
            "Taken over and not paid yet: another officer of the county has to check and confirm it.",
        )
    return Label(
        "请与原名册核对人数、金额、差异和未转入的行，无误后确认；有误则撤销导入。确认前不发放。",
        "Compare people, sums, differences and rows not taken with the roll, then confirm it, or take the import back."
        " Nothing of it is paid before.",
    )


def _confirmed(viewer: Viewer, roll: RollImport) -> Badge:
    if roll.confirmed_on:
        return Badge(Label("已确认", "confirmed"), "good")
    return Badge(Label("待第二人确认", "waits for a second officer"), "warn")


def _difference(item: dict[str, Any]) -> Label:
    text = DIFFERENCES[item["what"]]
    if item["what"] == "amount_fen" and item["law"] is not None:
        roll, law = currency().said(item["roll"]), currency().said(item["law"])
        return DIFFERS.filled(text, roll, law)
    if item["what"] == "category" and item["law"]:
        on_roll, by_law = Category(item["roll"]), Category(item["law"])
        return DIFFERS.filled(text, on_roll.words, by_law.words)
    return text


register(
    Sheet[RollImport](
        "benefits.rollimport",
        RollImport,
        title=("名册转入", "Roll taken over"),
        plural=("名册转入", "Rolls taken over"),
        name_of=lambda viewer, roll: roll.file_name,
        columns=(
            Column("file_name", link=True),
            Column("place_key"),
            Column("imported_on", sort=True),
            Column("rows", numeric=True),
            Column("taken_over", numeric=True),
            Column("confirmed_on", value=_confirmed, needs=("confirmed_on",)),
        ),
        filters=(Filter("place_key"), Filter("imported_on")),
        panels=(
            told_panel("benefits.roll_told", ("结果", "Result"), order=5),
            Panel("benefits.roll_sums", ("名册合计", "What the roll pays"), roll_sums, order=3),
            Panel("benefits.differing", ("与规定有差异", "Differ from the law"), differing_rows, order=20),
            fields_panel(
                "benefits.roll_facts",
                ("名册", "The roll"),
                (
                    "file_name", "imported_on", "imported_by",
                    Column("first_month_here", value=lambda v, r: Month(r.first_month_here)),
                    "confirmed_on", "confirmed_by",
                ),
                side=True,
            ),
        ),
        head=lambda viewer, roll: [_confirmed(viewer, roll)],
        create=("benefits.import_roll",),
        actions=("benefits.confirm_roll",),
        roles=(*COUNTY, Role.AUDITOR),
        area="allowance",
        rank=70,
        empty=("还没有转入过名册。", "No roll has been taken over yet."),
    )
)  # fmt: skip
