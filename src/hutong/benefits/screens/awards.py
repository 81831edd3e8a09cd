"""Awards: the list, the page with months paid, and their place on a child's page."""

from __future__ import annotations

from typing import Any

from hutong.benefits import workflow
from hutong.benefits.models import Application, Award, AwardBasis, Hearing, Review
from hutong.benefits.queries.by_month import recomputed
from hutong.benefits.queries.line_reasons import reasons_of
from hutong.benefits.screens import evidence
from hutong.benefits.screens.applications import READERS
from hutong.benefits.screens.labels import (
    badge,
    child_cell,
    child_of,
    labels,
    state_cell,
)
from hutong.benefits.terms import OPEN_APPLICATION, AwardState, HearingKind
from hutong.channels.content import Body, Due, Fact, Facts, Fen, Lines, Link, Month, Note, Rows, Step, Steps
from hutong.channels.panels import fields_panel
from hutong.channels.sheet import Column, Filter, Panel, Sheet, action_url, panel, record_url, register
from hutong.core.access import may_read, shown
from hutong.core.action import ACTIONS
from hutong.core.jurisdiction import currency
from hutong.core.record import label_of, labels_of
from hutong.core.tasks import open_tasks
from hutong.core.terms import Label
from hutong.core.viewer import Viewer
from hutong.money.models import Line
from hutong.money.terms import LineState
from hutong.people.models import Child

MONTHS_SHOWN = 60
NO_PAYEE = Label("还没有收款人，本月不会发放。", "There is no payee yet: nothing will be paid.")


def months_paid(viewer: Viewer, award: Award) -> list[Body]:
    """Every line of the award's order, newest month first."""
    if award.order_id is None:
        return [Note(NO_PAYEE, "warn")]
    lines = Line.objects.filter(order_id=award.order_id).exclude(state=LineState.VOID).order_by("-month", "-id")
    rows: list[list[Any]] = [
        [Month(ln.month), ln.kind, Fen(ln.amount_fen), badge(ln.state)] for ln in lines[:MONTHS_SHOWN]
    ]
    heads = labels(("月份", "Month"), ("类型", "Kind"), ("金额", "Amount"), ("状态", "State"))
    if may_read(viewer, AwardBasis, "amount_fen"):
        heads += labels(("金额依据", "Why this sum"))
        for row, line in zip(rows, lines.select_related("parameter_set")[:MONTHS_SHOWN], strict=True):
            row.append(Lines([Label(said["zh"], said["en"]) for said in reasons_of(line)]))
    empty = Label("尚未发放。", "Nothing has been paid yet.")
    return [Rows(heads, rows, numeric=frozenset({2}), empty=empty)]


def _standing(basis: AwardBasis) -> Any:
    """The decision that put another basis in its place; empty while it counts."""
    if basis.replaced_by is None:
        return ""
    return Lines([Label("已被取代", "replaced by"), Link(basis.replaced_by.document_no, record_url(basis.replaced_by))])


def bases(viewer: Viewer, award: Award) -> Body | None:
    """What was decided for which months."""
    if not may_read(viewer, AwardBasis, "amount_fen"):
        return None
    rows = []
    for basis in award.bases.order_by("-from_month"):
        set_off = basis.dibao_fen + basis.tekun_fen + basis.disability_living_fen
        by = Link(basis.determination.document_no, record_url(basis.determination)) if basis.determination else ""
        fixed = Label("由决定确定", "fixed by the decision") if basis.fixed_fen is not None else ""
        cells: list[Any] = [Month(basis.from_month), basis.category, basis.placement, Fen(set_off)]
        rows.append([*cells, Fen(basis.amount_fen), _standing(basis) or fixed or by])
    heads = labels_of(AwardBasis, "from_month", "category", "placement")
    heads += [Label("已享受其他待遇", "Set off"), label_of(AwardBasis, "amount_fen"), Label("依据", "Rests on")]
    return Rows(heads, rows, numeric=frozenset({3, 4}))


RECOMPUTED = Label("按各月事实重新计算", "Reckoned again by the facts of each month")
MOVED = Label("当月情况有变化，请人工核定", "facts changed within it: a person decides")
OVER = Label(
    "按事实多发合计 {0}。可拟追回，先告知领取人并听取意见。",
    "Paid beyond the facts: {0}. Propose to recover it; the payee is heard first.",
)
LOOKED_AT = (workflow.REDETERMINE.name, workflow.OVERPAID.name, workflow.CHILD_DIED.name)


def recomputed_bodies(viewer: Viewer, award: Award) -> list[Body]:
    """Months paid beyond what their facts allow though nobody cheated, the sum, and the way to propose it."""
    if not may_read(viewer, AwardBasis, "amount_fen"):
        return []
    found = recomputed(award, viewer.today)
    if not found:
        return []
    rows: list[list[Any]] = [
        [
            Month(one.month),
            Fen(one.paid_fen),
            "" if one.due_fen is None else Fen(one.due_fen),
            MOVED if one.moved else Fen(one.over_fen),
        ]
        for one in found
    ]
    heads = labels(("月份", "Month"), ("已列支", "Ordered"), ("按事实应发", "Due by its facts"), ("多发", "Beyond"))
    over = sum(one.over_fen for one in found)
    bodies: list[Body] = [Rows(heads, rows, numeric=frozenset({1, 2, 3}))]
    if over:
        bodies.append(Note(OVER.filled(currency().said(over)), "warn"))
    if over and ACTIONS["benefits.propose"].offered_to(viewer, award):
        url = action_url("benefits.propose", award.pk, kind=HearingKind.RECOVER.value, amount_fen=f"{over / 100:.2f}")
        bodies.append(Facts([Fact(Label("下一步", "Next step"), Link(Label("拟追回", "Propose to recover"), url))]))
    return bodies


def looked_at_again(viewer: Viewer, award: Award) -> list[Body] | None:
    """The same on the award's page, while somebody is asked to look at it."""
    return recomputed_bodies(viewer, award) or None if open_tasks(award, *LOOKED_AT).exists() else None


def matters(viewer: Viewer, award: Award) -> list[Body] | None:
    """Hearings and reviews of the award."""
    heard = [[Link(h.kind, record_url(h)), h.told_on, badge(h.state)] for h in award.hearings.order_by("-id")]
    seen = [[Link(r.due_on, record_url(r)), r.done_on, badge(r.state)] for r in award.reviews.order_by("-due_on")]
    bodies: list[Body] = []
    if heard:
        bodies.append(Rows([Label("听取意见", "Put to the payee"), *labels_of(Hearing, "told_on", "state")], heard))
    if seen:
        bodies.append(Rows(labels_of(Review, "due_on", "done_on", "state"), seen))
    return bodies or None


def story(viewer: Viewer, award: Award) -> Body:
    """What happened to the award, newest first."""
    steps = [
        Step(e.kind, e.happened_on, shown(viewer, e, "reason")) for e in award.events.order_by("-happened_on", "-id")
    ]
    return Steps(steps)


def head_of(viewer: Viewer, award: Award) -> list[Any]:
    """State, and when somebody has to look again."""
    found: list[Any] = [badge(award.state)]
    if award.state != AwardState.ENDED:
        found.append(Due(award.next_review_on))
    return found


register(
    Sheet[Award](
        "benefits.award",
        Award,
        title=("保障待遇", "Award"),
        plural=("保障名册", "Awards"),
        name_of=child_of,
        columns=(
            Column("child", value=child_of, needs=("child",), link=True),
            Column("category"),
            Column("place_key"),
            Column("first_month", minor=True),
            Column("last_month", minor=True),
            Column("next_review_on", minor=True),
            Column("state", value=state_cell),
        ),
        filters=(
            Filter("place_key"), Filter("state"), Filter("category"), Filter("first_month"), Filter("next_review_on"),
            Filter("end_reason"),
        ),
        prefetch=("child",),
        panels=(
            Panel(
                "benefits.months", ("发放情况", "Months paid"), months_paid, order=10, actions=("benefits.set_payee",)
            ),
            Panel("benefits.recomputed", (RECOMPUTED.zh, RECOMPUTED.en), looked_at_again, order=15),
            Panel("benefits.bases", ("认定内容", "What was decided"), bases, order=20),
            Panel(
                "benefits.award_parents",
                ("父母情况", "The parents"),
                evidence.parents_of,
                order=30,
            ),
            Panel("benefits.matters", ("听取意见与复核", "Hearings and reviews"), matters, order=40),
            fields_panel(
                "benefits.award_facts",
                ("待遇", "The award"),
                (
                    Column("child", value=child_cell, needs=("child",)),
                    "category", "place_key", "first_month",
                    Column("paid_from", value=lambda viewer, award: Month(award.paid_from), needs=("paid_from",)),
                    "last_month", "end_reason", "ended_on", "national_no",
                ),
                side=True,
            ),
            Panel("benefits.story", ("经过", "What happened to it"), story, order=20, side=True),
        ),
        head=head_of,
        actions=(
            "benefits.redetermine", "benefits.settle_change", "benefits.propose", "benefits.resume",
            "benefits.propose_handover", "benefits.end_award",
        ),
        roles=READERS,
        area="allowance",
        rank=20,
        empty=("没有符合条件的待遇。", "No awards match."),
    )
)  # fmt: skip


def on_child_page(viewer: Viewer, child: Child) -> list[Body]:
    """The child's awards; for one without any, where to begin."""
    awards = list(Award.objects.visible_to(viewer).filter(child=child).order_by("-id"))
    if not awards and child.died_on is None:
        facts = [Fact(Label("保障待遇", "Award"), Label("没有", "none"))]
        waiting = Application.objects.filter(child=child, state__in=OPEN_APPLICATION).exists()
        if ACTIONS["benefits.apply"].offered_to(viewer, child) and not waiting:
            url = action_url("benefits.apply", child_id=child.pk)
            facts.append(Fact(Label("下一步", "Next step"), Link(Label("登记申请", "Take down an application"), url)))
        return [Facts(facts)]
    rows = [
        [
            Link(shown(viewer, a, "category"), record_url(a)),
            Month(a.first_month),
            Month(a.last_month) if a.last_month else "",
            badge(a.state),
        ]
        for a in awards
    ]
    return [Rows(labels_of(Award, "category", "first_month", "last_month", "state"), rows)]


panel("people.child", Panel("benefits.awards", ("保障待遇", "Awards"), on_child_page, order=38, roles=READERS))
