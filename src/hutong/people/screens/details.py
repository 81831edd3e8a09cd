"""Pages of the records behind a child's page: a fact about a parent, a bond, a merge."""

from __future__ import annotations

from collections.abc import Sequence

from hutong.channels.content import Body, Fact, Facts, Link, Note, Rows
from hutong.channels.panels import fields_panel
from hutong.channels.sheet import Column, Filter, Panel, Sheet, action_url, record_url, register
from hutong.core.access import MASK, shown
from hutong.core.record import label_of, words_of
from hutong.core.terms import Label
from hutong.core.viewer import SYSTEM, Viewer
from hutong.people.access import WORKERS
from hutong.people.models import Household, Merge, ParentFact, Relation
from hutong.people.queries.children import name_of
from hutong.people.screens.labels import labels, paper_cell, state_cell
from hutong.people.screens.panels import member_name
from hutong.people.terms import Evidence


def _of_child(viewer: Viewer, record: ParentFact | Relation) -> Body:
    return Facts([Fact(Label("儿童", "Child"), Link(name_of(viewer, record.child), record_url(record.child)))])


def fact_details(viewer: Viewer, fact: ParentFact) -> Sequence[Body]:
    """Everything stated in a fact about a parent, with its proof."""
    apart = ("child", "paper", "evidence", "replaces", "state")
    stated = [f for f in ParentFact._meta.concrete_fields if words_of(f) and f.name not in apart]
    told = [(words_of(f), shown(viewer, fact, f.name)) for f in stated]
    facts = [Fact(words, value) for words, value in told if value not in (None, "")]
    facts.append(Fact(label_of(ParentFact, "evidence"), paper_cell(viewer, fact)))
    facts.append(Fact(label_of(ParentFact, "state"), state_cell(viewer, fact)))
    return [_of_child(viewer, fact), Facts(facts)]


def confirm_first(viewer: Viewer, fact: ParentFact) -> Body | None:
    """What to look at before confirming."""
    if fact.evidence != Evidence.NONE:
        return None
    return Note(
        Label("没有登记证明。请先核对部门数据或补充材料。", "No proof is recorded. Compare data or add a paper first."),
        "warn",
    )


register(
    Sheet[ParentFact](
        "people.parent_fact",
        ParentFact,
        title=("父母情况", "Fact about a parent"),
        plural=("父母情况", "Facts about parents"),
        columns=(Column("side"), Column("status"), Column("since"), Column("state")),
        name_of=lambda viewer, fact: f"{fact.side.label(viewer.locale)}: {_words(viewer, fact)}",
        panels=(
            Panel("people.fact", ("内容和证明", "Contents and proof"), fact_details, order=10),
            Panel("people.fact_note", ("提示", "Note"), confirm_first, order=5),
        ),
        actions=("people.confirm_parent_fact", "people.reject_parent_fact", "people.end_parent_fact"),
        roles=(SYSTEM,),
        area="children",
    )
)
register(
    Sheet[Relation](
        "people.relation",
        Relation,
        title=("关系", "Bond"),
        plural=("关系", "Bonds"),
        columns=(Column("bond"), Column("kinship"), Column("valid_from"), Column("valid_to")),
        name_of=lambda viewer, r: f"{r.bond.label(viewer.locale)}: {shown(viewer, r.person, 'name')}",
        panels=(
            Panel("people.bond_child", ("儿童", "Child"), _of_child, order=5),
            fields_panel(
                "people.bond", ("内容", "Contents"),
                ("bond", "kinship", "basis", "valid_from", "valid_to", "evidence"),
            ),
        ),
        actions=("people.unlink_person",),
        roles=(SYSTEM,),
        area="children",
    )
)  # fmt: skip
register(
    Sheet[Merge](
        "people.merge",
        Merge,
        title=("合并", "Merge"),
        plural=("合并记录", "Merges"),
        columns=(Column("merged_on"), Column("undone_on")),
        name_of=lambda viewer, merge: merge.merged.child_no,
        panels=(fields_panel("people.merge", ("内容", "Contents"), ("merged_on", "undone_on")),),
        actions=("people.unmerge_children",),
        roles=(SYSTEM,),
        area="children",
    )
)


def _words(viewer: Viewer, fact: ParentFact) -> str:
    status = shown(viewer, fact, "status")
    return status if status == MASK else str(status.label(viewer.locale))


def members_of(viewer: Viewer, household: Household) -> Body:
    """Who lives in the household, and who did."""
    rows = [
        [
            Link(member_name(viewer, m), record_url(m.child)) if m.child is not None else member_name(viewer, m),
            Label("户主", "Head") if m.head else "",
            shown(viewer, m, "valid_from"),
            shown(viewer, m, "valid_to") or Link(Label("离开", "Leave"), action_url("people.leave_household", m.pk)),
        ]
        for m in household.members.select_related("child", "person").order_by("valid_to", "id")
    ]
    heads = labels(("姓名", "Name"), ("户主", "Head"), ("自", "Since"), ("至", "Until"))
    return Rows(
        heads, rows, empty=Label("还没有成员。请加入儿童和成年人。", "No members yet: add children and adults.")
    )


register(
    Sheet[Household](
        "people.household",
        Household,
        title=("家庭户", "Household"),
        plural=("家庭户", "Households"),
        columns=(Column("place_key", link=True), Column("address"), Column("register_no")),
        name_of=lambda viewer, h: str(shown(viewer, h, "address")) or Label("家庭户", "Household").text(viewer.locale),
        filters=(Filter("place_key"),),
        panels=(
            fields_panel("people.household_place", ("地址", "Address"), ("place_key", "address", "register_no")),
            Panel("people.members", ("成员", "Members"), members_of, order=20, actions=("people.join_household",)),
        ),
        actions=(),
        create=("people.open_household",),
        roles=WORKERS,
        area="children",
        rank=30,
    )
)


def known_adults(viewer: Viewer, household: Household) -> list[tuple[int, str]]:
    """Adults bound to the children of a household: who can join it."""
    children = household.members.filter(valid_to=None).exclude(child=None).values("child")
    found = Relation.objects.filter(child__in=children, valid_to=None).select_related("person").order_by("person_id")
    return list(dict.fromkeys((r.person_id, str(shown(viewer, r.person, "name"))) for r in found))
