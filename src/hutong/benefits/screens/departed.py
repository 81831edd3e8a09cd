"""Before a batch is signed: every child in it whose sum rests on a decision that departed from the law's advice."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.http import HttpRequest, HttpResponse

from hutong.benefits.models import Determination
from hutong.benefits.queries.departed import Departed, departed_in
from hutong.benefits.screens.applications import READERS
from hutong.benefits.screens.labels import child_of, labels
from hutong.channels.content import Body, Fact, Facts, Fen, Lines, Link, Note, Rows
from hutong.channels.reading import found_in
from hutong.channels.sheet import Panel, page, page_url, panel, record_url
from hutong.channels.web.frame import Way, show, viewer_of
from hutong.core.access import MASK, may_read
from hutong.core.record import labels_of
from hutong.core.terms import Label
from hutong.core.viewer import Viewer
from hutong.money.access import SUM_READERS
from hutong.money.models import Batch

FEW, PAGE = 10, 50
NONE = Label("本批次没有偏离规则建议的决定。", "Nothing in this batch rests on a departure.")
TITLE = Label("偏离规则建议的决定", "Departures from the advice")


def rows_of(viewer: Viewer, found: Sequence[Departed]) -> Rows:
    """Child, sum, decision and the reason told to whoever signs; the officer's own where the post is cleared for it."""
    cells: list[list[Any]] = []
    for one in found:
        decision = one.decision
        if decision is None:
            cells.append([MASK, Fen(one.amount_fen), MASK, MASK, MASK])
            continue
        number: Any = decision.document_no
        if viewer.role in READERS:
            number = Link(number, record_url(decision))
        own = decision.reasons if may_read(viewer, Determination, "reasons") else ""
        reasons = Lines([text for text in (decision.signer_note, own) if text])
        cells.append([child_of(viewer, decision), Fen(one.amount_fen), number, reasons, decision.seconded_by or ""])
    heads = labels(("儿童", "Child"), ("本批次金额", "In this batch"))
    heads += labels_of(Determination, "document_no", "reasons", "seconded_by")
    return Rows(heads, cells, numeric=frozenset({1}))


def departed_panel(viewer: Viewer, batch: Batch) -> list[Body]:
    """The first of them, with the way to all."""
    found = departed_in(viewer, batch, FEW + 1)
    if not found:
        return [Note(NONE, "plain")]
    more = Link(Label("查看全部", "See all"), page_url("benefits.departed", batch_id=batch.pk))
    return [rows_of(viewer, found[:FEW]), Facts([Fact(TITLE, more)])]


@page("benefits/departed/<int:batch_id>/", name="benefits.departed", roles=SUM_READERS, title=(TITLE.zh, TITLE.en))
def departed_page(request: HttpRequest, batch_id: int) -> HttpResponse:
    """All of a batch, by number of the decision."""
    viewer = viewer_of(request)
    batch = found_in(Batch, viewer, batch_id, "benefits.departed")
    raw = request.GET.get("after", "")
    found = departed_in(viewer, batch, PAGE + 1, int(raw) if raw.isdigit() and len(raw) < 19 else 0)
    bodies: list[Body] = [rows_of(viewer, found[:PAGE])] if found else [Note(NONE, "plain")]
    if len(found) > PAGE:
        way = page_url("benefits.departed", batch_id=batch.pk) + f"?after={found[PAGE - 1].number}"
        bodies.append(Facts([Fact(Label("下一页", "Next page"), Link(Label("继续", "Go on"), way))]))
    crumbs = [Way(f"{batch.month:%Y-%m} #{batch.pk}", record_url(batch))]
    context = {"sections": [(TITLE, bodies)]}
    return show(request, "lawbook/acts.html", context, title=TITLE.text(viewer.locale), crumbs=crumbs)


panel("money.batch", Panel("benefits.departed", (TITLE.zh, TITLE.en), departed_panel, order=16, roles=SUM_READERS))
