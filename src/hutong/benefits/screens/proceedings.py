"""Hearings, reviews and objections: what has to be settled about a decision or an award."""

from __future__ import annotations

from hutong.benefits.models import Determination, Hearing, Objection, Review
from hutong.benefits.screens import evidence
from hutong.benefits.screens.applications import READERS
from hutong.benefits.screens.labels import (
    badge,
    child_of,
    paper_cell,
    state_cell,
)
from hutong.benefits.terms import ReviewState
from hutong.channels.content import Body, Due, Fact, Facts, Headed, Link
from hutong.channels.panels import fields_panel
from hutong.channels.sheet import Column, Filter, M, Panel, Sheet, record_url, register
from hutong.channels.web.record import bodies
from hutong.core.record import label_of
from hutong.core.terms import Label
from hutong.core.viewer import Viewer


def the_award(viewer: Viewer, record: Hearing | Review) -> Body:
    """The way to the award it is about, and its paper."""
    facts = [Fact(Label("保障待遇", "Award"), Link(child_of(viewer, record), record_url(record.award)))]
    if record.file_id:
        facts.append(Fact(Label("材料", "Paper"), paper_cell(viewer, record.file_id)))
    return Facts(facts)


PUT: Panel[Hearing] = fields_panel(
    "benefits.put",
    ("告知内容", "What was put to the payee"),
    ("kind", "reasons", "end_reason", "from_month", "amount_fen", "told_on", "told_whom", "answer_until"),
    order=10,
)
ANSWERED: Panel[Hearing] = fields_panel(
    "benefits.answered",
    ("答复与处理", "Answer and settlement"),
    ("answer", "answer_text", "answered_on", "closing"),
    order=20,
)
LODGED: Panel[Objection] = fields_panel(
    "benefits.said", ("提出", "What was said"), ("kind", "lodged_on", "lodged_by", "grounds", "late")
)


def beside(viewer: Viewer, record: M, *panels: Panel[M]) -> list[Headed]:
    """Panels of a record, as they stand on its page."""
    return [Headed(Label(*panel.title), bodies(panel.render(viewer, record))) for panel in panels]


register(
    Sheet[Hearing](
        "benefits.hearing",
        Hearing,
        title=("听取意见", "Hearing"),
        plural=("听取领取人意见", "Hearings"),
        name_of=lambda viewer, h: f"{h.kind.label(viewer.locale)} · {child_of(viewer, h)}",
        columns=(
            Column("child", value=child_of, needs=("child",), link=True),
            Column("kind"),
            Column("told_on", minor=True),
            Column("answer_until", value=lambda v, h: Due(h.answer_until, done=h.answer is not None)),
            Column("answer", minor=True),
            Column("state", value=state_cell),
        ),
        filters=(Filter("place_key"), Filter("kind"), Filter("state"), Filter("answer_until")),
        prefetch=("child",),
        panels=(
            PUT,
            ANSWERED,
            Panel("benefits.hearing_parents", ("父母情况", "The parents"), evidence.parents_of, order=30),
            Panel("benefits.hearing_award", ("相关待遇", "The award"), the_award, side=True),
        ),
        head=lambda viewer, h: [badge(h.state)],
        actions=("benefits.hear_payee", "benefits.carry_out", "benefits.drop_hearing"),
        roles=READERS,
        area="allowance",
        rank=35,
        empty=("没有待处理的告知。", "Nothing has been put to a payee."),
    )
)
register(
    Sheet[Review](
        "benefits.review",
        Review,
        title=("年度复核", "Yearly review"),
        plural=("年度复核", "Yearly reviews"),
        name_of=lambda viewer, review: f"{child_of(viewer, review)} · {review.due_on}",
        columns=(
            Column("child", value=child_of, needs=("child",), link=True),
            Column("place_key", minor=True),
            Column(
                "due_on", value=lambda v, review: Due(review.due_on, done=review.state == ReviewState.DONE), sort=True
            ),
            Column("finding", minor=True),
            Column("state", value=state_cell),
        ),
        filters=(Filter("place_key"), Filter("state"), Filter("due_on"), Filter("finding")),
        prefetch=("child",),
        panels=(
            fields_panel(
                "benefits.reviewed",
                ("复核", "The review"),
                ("due_on", "finding", "child_seen_on", "found", "done_on"),
            ),
            Panel("benefits.review_parents", ("父母情况", "The parents"), evidence.parents_of, order=30),
            Panel("benefits.review_award", ("相关待遇", "The award"), the_award, side=True),
        ),
        head=lambda viewer, review: [badge(review.state)],
        actions=("benefits.do_review",),
        roles=READERS,
        area="allowance",
        rank=30,
        empty=("没有待复核的儿童。", "No child is due for a review."),
    )
)


def against(viewer: Viewer, objection: Objection) -> Body:
    """The decision it is against, and its paper."""
    decision = objection.determination
    facts = [
        Fact(Label("针对的决定", "Against"), Link(decision.document_no, record_url(decision))),
        Fact(Label("结果", "Outcome"), badge(decision.outcome)),
        Fact(label_of(Determination, "decided_on"), decision.decided_on),
    ]
    if objection.file_id:
        facts.append(Fact(Label("材料", "Paper"), paper_cell(viewer, objection.file_id)))
    return Facts(facts)


AGAINST = Panel("benefits.against", ("针对的决定", "Against"), against, side=True)


register(
    Sheet[Objection](
        "benefits.objection",
        Objection,
        title=("异议", "Objection"),
        plural=("异议、复议与诉讼", "Objections"),
        name_of=lambda viewer, o: f"{o.kind.label(viewer.locale)} · {child_of(viewer, o)}",
        columns=(
            Column("child", value=child_of, needs=("child",), link=True),
            Column("kind"),
            Column("lodged_on", sort=True),
            Column("late", minor=True),
            Column("state", value=state_cell),
        ),
        filters=(Filter("place_key"), Filter("kind"), Filter("state"), Filter("lodged_on")),
        prefetch=("child",),
        panels=(
            LODGED,
            fields_panel(
                "benefits.settled", ("结果", "Result"), ("state", "decided_on", "decided_in", "result"), order=20
            ),
            AGAINST,
        ),
        head=lambda viewer, o: [badge(o.state)],
        actions=("benefits.decide_objection",),
        roles=READERS,
        area="allowance",
        rank=45,
        empty=("没有异议。", "No objections."),
    )
)
