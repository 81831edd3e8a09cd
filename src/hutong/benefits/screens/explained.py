"""A decision explained from the facts stored with it: every condition, what would have to change, whom to ask."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse

from hutong.benefits.models import Determination
from hutong.benefits.queries.corrections import told_again
from hutong.channels.content import Body, Fact, Facts, Link, Note
from hutong.channels.sheet import page, page_url, record_url
from hutong.channels.web.frame import Way, show, viewer_of
from hutong.core.access import may_read
from hutong.core.audit.journal import journal
from hutong.core.errors import NotFound
from hutong.core.places import name_of_key
from hutong.core.terms import JournalKind, Label
from hutong.core.viewer import Viewer
from hutong.lawbook.explain import explained

TITLE = Label("逐条说明", "Explained")


def may_explain(viewer: Viewer, decision: Determination) -> bool:
    """Whether the post sees the stored facts, and they were not sealed."""
    seen = may_read(viewer, Determination, "facts") and may_read(viewer, Determination, "trace")
    return seen and not decision.trace.get("sealed") and "trace" in decision.trace


def explain_link(viewer: Viewer, decision: Determination) -> list[Body]:
    """The way to the explanation, for those who may read it."""
    if not may_explain(viewer, decision):
        return []
    text = Label("每项条件、所缺事实和可能改变结论的事实", "every condition, what is missing, what would change it")
    return [Facts([Fact(TITLE, Link(text, page_url("benefits.explain", decision_id=decision.pk)))])]


@page("benefits/determination/<int:decision_id>/explain/", name="benefits.explain", area="allowance")
def explain_page(request: HttpRequest, decision_id: int) -> HttpResponse:
    """The decision's conditions, asked again with the facts, the day and the knowledge it was taken on."""
    viewer = viewer_of(request)
    decision = Determination.objects.visible_to(viewer).filter(pk=decision_id).first()
    if decision is None or not may_explain(viewer, decision):
        raise NotFound()
    journal(viewer, JournalKind.OPENED, what="benefits.determination", subject=decision)
    told = told_again(decision)
    place = name_of_key(decision.place_key, viewer.locale)
    sections: list[tuple[Any, list[Body]]] = list(explained(told, place, viewer.locale))
    if decision.law_version != told.version:
        text = Label("作出决定后法规数据有更新，以下按现有数据重新说明。", "The law files changed since: asked anew.")
        sections[0][1].insert(0, Note(text, "warn"))
    crumbs = [Way(decision.document_no, record_url(decision))]
    return show(request, "lawbook/acts.html", {"sections": sections}, title=TITLE.text(viewer.locale), crumbs=crumbs)
