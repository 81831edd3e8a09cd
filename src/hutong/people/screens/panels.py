"""Panels of a child's page, and the pages of the facts behind them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from hutong.channels.content import Badge, Body, Fact, Facts, Link, Rows
from hutong.channels.panels import rows_panel
from hutong.channels.sheet import Column, Panel, action_url, page_url, panel, record_url
from hutong.channels.web.files import file_url
from hutong.core.access import MASK, shown
from hutong.core.models import StoredFile
from hutong.core.record import label_of
from hutong.core.terms import DataClass, Label
from hutong.core.viewer import Viewer
from hutong.law.language import COMMA, joined
from hutong.people.access import CHECKERS, COUNTY, WORKERS
from hutong.people.actions.children import compared
from hutong.people.actions.inputs import ChildFacts
from hutong.people.models import (
    AidFact,
    Child,
    DisabilityFact,
    Member,
    Merge,
    ParentFact,
    Relation,
    Residence,
    SchoolFact,
)
from hutong.people.queries.candidates import Candidate, asked_of, duplicates
from hutong.people.queries.children import name_of, siblings
from hutong.people.queries.identity import identity_shown
from hutong.people.screens.labels import (
    birth_cell,
    labels,
    paper_cell,
    place_cell,
    state_cell,
)
from hutong.people.terms import Bond

PARENTS = (Bond.FATHER, Bond.MOTHER)
NO_AID = (
    "尚未核查低保、特困和残疾补贴。没有享受的，请登记为0。",
    "Not checked yet. Where the child gets none, record 0.",
)


BESIDE = ("birth_precision", "status_evidence", "address")
"""Facts that stand beside another one: with the birth date, on the paper, with the place."""


def who_it_is(viewer: Viewer, child: Child) -> Body:
    """The plain facts of the file."""
    return Facts([Fact(label_of(Child, name), value) for name, value in _plain(viewer, child).items()])


def side_by_side(viewer: Viewer, child: Child) -> Body:
    """The file and those it may be one with, fact by fact, so that nobody merges what was not compared."""
    others = [c.child for c in duplicates(viewer, asked_of(child)) if c.child is not None]
    if not others:
        return who_it_is(viewer, child)
    files = [_plain(viewer, one) for one in (child, *others)]
    names = [name_of(viewer, one) for one in others]
    rows = [[label_of(Child, name), *_marked(name, [file[name] for file in files])] for name in files[0]]
    return Rows([Label("项目", "Fact"), Label("本档案", "This file"), *(Label(n, n) for n in names)], rows)


def _marked(name: str, values: list[Any]) -> list[Any]:
    """The values of one fact in several files; those that differ from this file's are marked. Numbers of files always
    differ."""
    alike = (values[0], None, "", MASK)
    return [value if value in alike or name == "child_no" else Badge(value, "warn") for value in values]


def _plain(viewer: Viewer, child: Child) -> dict[str, Any]:
    """Values of the plain facts by field, masked where the clearance ends."""
    facts = [name for name in ChildFacts.model_fields if name not in ("name", *BESIDE)]
    values: dict[str, Any] = {name: shown(viewer, child, name) for name in ("name", "child_no", "identity", *facts)}
    if values["birth_date"] != MASK:
        values["birth_date"] = birth_cell(viewer, child)
    values["identity"] = identity_shown(viewer, child) or Label("无", "none")
    values["name"] = values["name"] or name_of(viewer, child)
    return values


def parents(viewer: Viewer, child: Child) -> Sequence[Body]:
    """Who the parents are, and what is known of them with its proof."""
    people = [r for r in child.relations.select_related("person").order_by("id") if r.bond in PARENTS]
    known = Facts([Fact(r.bond, shown(viewer, r.person, "name"), _span(viewer, r)) for r in people])
    facts = child.parent_facts.order_by("side", "-since", "-id")
    heads = [label_of(ParentFact, f) for f in ("side", "status", "since", "until", "evidence", "state")]
    rows = [
        [
            Link(shown(viewer, fact, "side"), record_url(fact)),
            shown(viewer, fact, "status"),
            shown(viewer, fact, "since"),
            shown(viewer, fact, "until"),
            paper_cell(viewer, fact),
            state_cell(viewer, fact),
        ]
        for fact in facts
    ]
    empty = Label(
        "尚未登记父母情况。请逐一登记父亲、母亲的情形和证明。",
        "Nothing recorded about the parents yet. Record each parent's situation with its proof.",
    )
    return [*([known] if people else []), Rows(heads, rows, empty=empty)]


def _span(viewer: Viewer, dated: Relation) -> str:
    first, last = shown(viewer, dated, "valid_from"), shown(viewer, dated, "valid_to")
    return f"{first or ''} – {last or ''}" if first or last else ""


def adults(viewer: Viewer, child: Child) -> Body:
    """Guardians, carers and contacts: three different things, perhaps one person."""
    found = child.relations.exclude(bond__in=PARENTS).select_related("person").order_by("valid_to", "bond", "id")
    heads = labels(
        ("角色", "Role"),
        ("姓名", "Name"),
        ("关系", "Kinship"),
        ("电话", "Phone"),
        ("依据", "Basis"),
        ("起止", "From – to"),
    )
    rows = [
        [
            Link(r.bond, record_url(r)),
            shown(viewer, r.person, "name"),
            shown(viewer, r, "kinship"),
            shown(viewer, r.person, "phone"),
            shown(viewer, r, "basis"),
            _span(viewer, r),
        ]
        for r in found
    ]
    empty = Label(
        "尚未登记监护人或照料人。谁在照顾孩子？", "No guardian or carer recorded yet. Who looks after the child?"
    )
    return Rows(heads, rows, empty=empty)


def where_it_lives(viewer: Viewer, child: Child) -> Sequence[Body]:
    """Registered and actual place now, and the moves before."""
    now = Facts(
        [
            Fact(label_of(Child, "actual_key"), place_cell(child.actual_key), shown(viewer, child, "address")),
            Fact(label_of(Child, "registered_key"), place_cell(child.registered_key) or Label("无户口", "none")),
        ]
    )
    past = Residence.objects.filter(child=child).exclude(valid_to=None).select_related("division").order_by("-valid_to")
    rows = [[r.kind, r.division.name, shown(viewer, r, "valid_to"), shown(viewer, r, "why")] for r in past]
    heads = labels(("类别", "Which place"), ("迁出地", "Earlier place"), ("迁出日期", "Left on"), ("原因", "Reason"))
    return [now, *([Rows(heads, rows)] if rows else [])]


def member_name(viewer: Viewer, member: Member) -> str:
    """Name of a child or an adult in a household."""
    return name_of(viewer, member.child) if member.child is not None else str(shown(viewer, member.person, "name"))


def family(viewer: Viewer, child: Child) -> Body | None:
    """Brothers and sisters by a recorded parent, and the household."""
    found = list(siblings(viewer, child)[:20])
    homes = Member.objects.filter(child=child, valid_to=None).values("household")
    others = Member.objects.filter(household__in=homes, valid_to=None).exclude(child=child)
    rows = [
        [Label("兄弟姐妹", "Brother or sister"), Link(name_of(viewer, c), record_url(c)), birth_cell(viewer, c)]
        for c in found
    ]
    for member in others.select_related("person", "child", "household")[:20]:
        role = Label("户主", "Head") if member.head else Label("同户", "Same household")
        rows.append([Link(role, record_url(member.household)), member_name(viewer, member), ""])
    heads = labels(("关系", "Relation"), ("姓名", "Name"), ("出生日期", "Birth date"))
    return Rows(heads, rows) if rows else None


def documents(viewer: Viewer, child: Child) -> Body:
    """Papers on file; each opening is journalled."""
    found = (
        StoredFile.objects.visible_to(viewer)
        .filter(child_id=child.pk, data_class_value__lt=DataClass.SEALED)
        .order_by("-id")[:50]
    )
    rows = [
        [
            Link(f.name, file_url(f.pk)) if viewer.clearance >= f.data_class_value else MASK,
            f.created_at,
            max(1, round(f.size / 1024)),
        ]
        for f in found
    ]
    heads = labels(("材料", "Paper"), ("存入时间", "Filed"), ("大小（KB）", "Size (KB)"))
    return Rows(heads, rows, empty=Label("尚无材料。", "No papers yet."), numeric=frozenset({2}))


def possible_duplicates(viewer: Viewer, child: Child) -> Body | None:
    """Shown while the task to compare is open: candidates with score and reasons; elsewhere only the office."""
    if not compared(child):
        return None
    heads = labels(("疑似档案", "Possible duplicate"), ("相似度", "Score"), ("理由", "Reasons"), ("下一步", "Next"))
    rows = [_candidate_row(viewer, child, c) for c in duplicates(viewer, asked_of(child))]
    return Rows(heads, rows, empty=Label("已没有疑似档案。", "No possible duplicate is left."), numeric=frozenset({1}))


def _candidate_row(viewer: Viewer, child: Child, candidate: Candidate) -> list[Any]:
    lang = viewer.locale
    why = joined(COMMA, (r.words for r in candidate.match.reasons))
    if candidate.child is None:
        return [candidate.office(lang), candidate.match.score, why, Label("请联系该县", "Ask that county")]
    merge = action_url("people.merge_children", candidate.child.pk, merged_no=child.child_no)
    known = Link(f"{name_of(viewer, candidate.child)} {candidate.child.child_no}", record_url(candidate.child))
    return [known, candidate.match.score, why, Link(Label("并入该档案", "Merge into that file"), merge)]


def merges(viewer: Viewer, child: Child) -> Body | None:
    """Files merged into this one, or the one this was merged into."""
    if child.merged_into_id:
        kept = Child.objects.visible_to(viewer).filter(pk=child.merged_into_id).first()
        where = Link(name_of(viewer, kept), record_url(kept)) if kept else Label("另一档案", "another file")
        return Facts([Fact(label_of(Child, "merged_into"), where)])
    found = Merge.objects.filter(kept=child).select_related("merged").order_by("-id")
    rows = [
        [Link(m.merged.child_no, record_url(m)), m.merged_on, sum(map(len, m.left.values())), m.undone_on]
        for m in found
    ]
    heads = labels(
        ("并入的档案", "Merged file"),
        ("合并日期", "Merged on"),
        ("未能移动的记录", "Records left there"),
        ("撤销日期", "Undone on"),
    )
    return Rows(heads, rows, numeric=frozenset({2})) if rows else None


def sealed_note(viewer: Viewer, child: Child) -> Body:
    """Where sealed health data would be opened; the same words whether there are any or not."""
    text = Label(
        "保密健康信息单独保存，须说明用途后逐次查阅，每次查阅都会留下记录。",
        "Sealed health data is kept apart. It is opened one by one with a purpose, and each opening is recorded.",
    )
    ask = Link(Label("说明用途后查阅", "State a purpose and open"), page_url("people.sealed", child_id=child.pk))
    return Facts([Fact(Label("查阅", "Open"), ask, text)])


def _dated(first: str = "valid_from", last: str = "valid_to") -> tuple[Column, Column]:
    return Column(first), Column(last)


def _proof() -> Column:
    return Column("evidence", value=paper_cell, needs=("evidence", "paper"))


panel(
    "people.child",
    Panel("people.who", ("基本信息", "Who the child is"), who_it_is, order=10, actions=("people.correct_child",)),
    Panel(
        "people.parents", ("父母", "Parents"), parents, order=20, actions=("people.record_parent_fact",),
    ),
    Panel(
        "people.adults", ("监护人和照料人", "Guardians and carers"), adults, order=30, actions=("people.link_person",)
    ),
    Panel("people.family", ("兄弟姐妹和同户人员", "Brothers, sisters, household"), family, order=35),
    Panel(
        "people.residence", ("户籍和居住", "Registration and residence"), where_it_lives, order=40,
        actions=("people.set_residence",),
    ),
    rows_panel(
        "people.aid", ("其他救助", "Other aid"), AidFact, "child",
        (
            Column("kind"), Column("amount_fen", numeric=True), Column("first_month"), Column("last_month"),
            Column("source"),
        ),
        order=60, sort=("kind", "-first_month"), actions=("people.record_aid",),
        empty=NO_AID,
    ),
    rows_panel(
        "people.school", ("就学", "School"), SchoolFact, "child",
        (Column("level"), Column("school"), *_dated(), _proof()),
        order=70, sort=("-valid_from",), actions=("people.record_school",),
    ),
    rows_panel(
        "people.disability", ("残疾", "Disability"), DisabilityFact, "child",
        (Column("kind"), Column("grade", numeric=True), *_dated(), _proof()),
        order=75, sort=("-valid_from",), roles=WORKERS, actions=("people.record_disability",),
    ),
    Panel("people.documents", ("材料", "Papers"), documents, order=80, side=True),
    Panel(
        "people.sealed", ("保密健康信息", "Sealed health data"), sealed_note, order=90, side=True, roles=COUNTY,
        actions=("people.record_sealed_health",),
    ),
    Panel(
        "people.duplicates", ("疑似重复", "Possible duplicates"), possible_duplicates, order=5, roles=CHECKERS,
        actions=("people.keep_apart",),
    ),
    Panel("people.merges", ("合并记录", "Merged files"), merges, order=95),
)  # fmt: skip
