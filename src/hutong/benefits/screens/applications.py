"""Applications and decisions: lists, pages, and their place on a child's page."""

from __future__ import annotations

from typing import Any

from hutong.benefits.access import APPLY
from hutong.benefits.models import Application, Determination, Objection
from hutong.benefits.queries.advice import advise
from hutong.benefits.queries.numbers import by_document, by_receipt
from hutong.benefits.screens import evidence
from hutong.benefits.screens.explained import explain_link
from hutong.benefits.screens.labels import (
    badge,
    child_cell,
    child_of,
    state_cell,
)
from hutong.benefits.terms import OPEN_APPLICATION, ApplicationState, DecisionState
from hutong.channels.content import Badge, Body, Facts, Link, Note, Rows
from hutong.channels.panels import facts_of, fields_panel
from hutong.channels.sheet import Column, Filter, Panel, Sheet, panel, record_url, register
from hutong.core.access import may_read
from hutong.core.record import labels_of
from hutong.core.terms import Label
from hutong.core.viewer import Viewer
from hutong.org.terms import Role
from hutong.people.models import Child

READERS = (*APPLY, Role.CITY_OFFICER, Role.PROVINCE_OFFICER, Role.AUDITOR)


def head_of(viewer: Viewer, application: Application) -> list[Badge]:
    """State, whether it came from elsewhere, and how many papers are open."""
    found = [badge(application.state)]
    if application.elsewhere:
        found.append(Badge(Label("异地受理", "accepted elsewhere"), "info"))
    missing = evidence.open_papers(application)
    if missing and application.state in OPEN_APPLICATION:
        found.append(Badge(Label(f"缺{missing}项材料", f"{missing} papers open"), "warn"))
    return found


def papers(viewer: Viewer, application: Application) -> list[Body]:
    """The task list: what is needed, from whom, and how it stands."""
    bodies: list[Body] = []
    if application.state in (ApplicationState.DRAFT, ApplicationState.RETURNED):
        text = Label(
            "材料不齐也可以提交。家庭只需提供其他部门查不到的材料，其余由乡镇向有关部门核验。",
            "It may be filed with papers missing. The family brings only what no other office holds.",
        )
        bodies.append(Note(text, "info"))
    return [*bodies, evidence.papers_body(viewer, application)]


def advice(viewer: Viewer, application: Application) -> list[Body] | None:
    """What the law says today; on facts that were only reported too, while the township has not verified."""
    if application.state not in OPEN_APPLICATION:
        return None
    if not may_read(viewer, Determination, "trace"):
        return None
    reported = application.state in OPEN_APPLICATION and application.state != ApplicationState.VERIFIED
    advised = advise(application.child, viewer.today, application.place_key, reported=reported)
    bodies = evidence.advice_bodies(viewer, advised.open_part, advised.open_facts)
    if reported:
        text = Label("按已登记（含未核实）的情况推算，供参考。", "Reckoned with facts that nobody has confirmed yet.")
        bodies.insert(0, Note(text, "plain"))
    return bodies


def decisions(viewer: Viewer, application: Application) -> Body | None:
    """Decisions taken on the application, with their numbers."""
    rows = [
        [Link(d.document_no, record_url(d)), d.decided_on, badge(d.outcome), badge(d.state)]
        for d in application.determinations.order_by("-id")
    ]
    return Rows(labels_of(Determination, "document_no", "decided_on", "outcome", "state"), rows) if rows else None


register(
    Sheet[Application](
        "benefits.application",
        Application,
        title=("申请", "Application"),
        plural=("补贴申请", "Applications"),
        name_of=lambda viewer, application: f"{child_of(viewer, application)} · {application}",
        columns=(
            Column("child", value=child_of, needs=("child",), link=True),
            Column("receipt_no"),
            Column("applicant_kind", minor=True),
            Column("place_key", minor=True),
            Column("filed_on", sort=True),
            Column("state", value=state_cell),
        ),
        filters=(Filter("place_key"), Filter("state"), Filter("applicant_kind"), Filter("filed_on")),
        search=by_receipt,
        search_label=("受理编号", "Receipt number"),
        prefetch=("child",),
        panels=(
            Panel("benefits.papers", ("材料清单", "Papers"), papers, order=10, actions=("benefits.add_proof",)),
            Panel("benefits.advice", ("规则建议", "What the law advises"), advice, order=15),
            Panel(
                "benefits.parents",
                ("父母情况", "The parents"),
                evidence.parents_of,
                order=20,
            ),
            Panel(
                "benefits.verified",
                ("乡镇查验", "What the township established"),
                lambda viewer, application: evidence.verification_bodies(viewer, application) or None,
                order=30,
            ),
            Panel("benefits.decisions", ("决定", "Decisions"), decisions, order=40),
            fields_panel(
                "benefits.asked",
                ("申请", "The application"),
                (
                    Column("child", value=child_cell, needs=("child",)),
                    "receipt_no",
                    "filed_on",
                    "applicant_kind",
                    "applicant_name",
                    "category_asked",
                    "statement",
                    "place_key",
                    "missing_told_on",
                ),
                side=True,
            ),
        ),
        head=head_of,
        actions=(
            "benefits.file_application",
            "benefits.pass_on",
            "benefits.verify",
            "benefits.return_for_missing",
            "benefits.correct_application",
            "benefits.withdraw",
        ),
        create=("benefits.apply",),
        roles=READERS,
        area="allowance",
        rank=10,
        empty=("没有申请。在儿童页面点“登记申请”即可开始。", "No applications. Begin one on a child's page."),
    )
)


WAITS = Label(
    "尚未生效：等待另一名工作人员复核同意。此前不通知、不执行。",
    "Not in effect yet: another officer has to second it. Until then nothing is told and nothing follows.",
)


def told(viewer: Viewer, decision: Determination) -> list[Body]:
    """Delivery and what may be done against the decision, until when."""
    if decision.state == DecisionState.WAITING:
        return [Note(WAITS, "warn")]
    if decision.state == DecisionState.WITHDRAWN:
        return [Facts(facts_of(viewer, decision, ("withdrawn_on", "withdrawn_why")))]
    delivery = getattr(decision, "delivery", None)
    if delivery is None:
        text = Label(
            "尚未送达。复议和诉讼期限自送达起算。", "Not delivered yet. The days to appeal count from delivery."
        )
        return [Note(text, "warn")]
    names = ("how", "delivered_on", "recipient", "received_by", "review_until", "suit_until")
    return [Facts(facts_of(viewer, delivery, names))]


def objections(viewer: Viewer, decision: Determination) -> Body | None:
    """What was said against the decision."""
    rows = [[Link(o.kind, record_url(o)), o.lodged_on, badge(o.state)] for o in decision.objections.order_by("-id")]
    return Rows(labels_of(Objection, "kind", "lodged_on", "state"), rows) if rows else None


def grounds(viewer: Viewer, decision: Determination) -> list[Body]:
    """The advice as it was stored with the decision."""
    return [*evidence.advice_bodies(viewer, decision.trace, decision.facts), *explain_link(viewer, decision)]


register(
    Sheet[Determination](
        "benefits.determination",
        Determination,
        title=("决定", "Decision"),
        plural=("认定决定", "Decisions"),
        name_of=lambda viewer, decision: f"{decision.document_no} · {child_of(viewer, decision)}",
        columns=(
            Column("document_no", link=True),
            Column("child", value=child_of, needs=("child",)),
            Column("decided_on", sort=True),
            Column("outcome", value=lambda viewer, decision: badge(decision.outcome)),
            Column("state", value=state_cell),
            Column("departs", minor=True),
            Column("place_key", minor=True),
        ),
        filters=(Filter("place_key"), Filter("outcome"), Filter("state"), Filter("departs"), Filter("decided_on")),
        search=by_document,
        search_label=("决定文号", "Document number"),
        prefetch=("child",),
        panels=(
            Panel("benefits.decided", ("决定内容", "What was decided"), evidence.decision_facts, order=10),
            Panel("benefits.grounds", ("规则依据", "Grounds in law"), grounds, order=20),
            Panel(
                "benefits.help",
                ("其他帮助", "Other help"),
                lambda viewer, decision: evidence.help_bodies(decision.trace) if decision.other_help else None,
                order=30,
            ),
            Panel("benefits.told", ("送达与救济", "Delivery and remedies"), told, order=10, side=True),
            Panel("benefits.objections", ("异议", "Objections"), objections, order=20, side=True),
        ),
        head=lambda viewer, decision: [badge(decision.state)],
        actions=(
            "benefits.second_decision",
            "benefits.record_delivery",
            "benefits.object",
            "benefits.note_follow_up",
            "benefits.withdraw_decision",
        ),
        roles=READERS,
        area="allowance",
        rank=40,
        empty=("还没有决定。", "No decisions yet."),
    )
)


def on_child_page(viewer: Viewer, child: Child) -> Body:
    """The child's applications, newest first."""
    rows: list[list[Any]] = [
        [Link(str(a), record_url(a)), a.filed_on, badge(a.state)]
        for a in Application.objects.visible_to(viewer).filter(child=child).order_by("-id")[:20]
    ]
    empty = Label("尚未申请。", "Nothing was applied for.")
    return Rows(labels_of(Application, "receipt_no", "filed_on", "state"), rows, empty=empty)


panel(
    "people.child",
    Panel("benefits.applications", ("补贴申请", "Applications"), on_child_page, order=40, roles=READERS),
)
