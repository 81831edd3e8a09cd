"""The payment run: what a month would pay, with differences and warnings, and the button that prepares it."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _

from hutong.channels.content import Body, Fact, Facts, Fen, Link, Note, Rows
from hutong.channels.sheet import page, page_url, record_url
from hutong.channels.web.frame import show, viewer_of
from hutong.channels.web.submit import begin, submit
from hutong.core import places
from hutong.core.errors import NotFound
from hutong.core.record import label_of
from hutong.core.terms import Label
from hutong.core.viewer import Viewer
from hutong.money import access
from hutong.money.models import Batch
from hutong.money.queries import rules
from hutong.money.queries.preview import Looked, preview
from hutong.money.queries.relation import SOURCES, Source
from hutong.money.screens.adds_up import batch_name, behind, left_out_of, sum_of, waiting_of
from hutong.money.terms import Item, Verdict

PAGE = 50


def _asked(request: HttpRequest, viewer: Viewer) -> tuple[int, date]:
    """Place and month of the address; the viewer's own place and this month without one."""
    values = request.POST if request.method == "POST" else request.GET
    raw = values.get("place_id", "")
    place_id = int(raw) if raw.isdigit() and len(raw) < 19 else viewer.place_id
    if place_id is None or not viewer.reaches(places.key(place_id)):
        raise NotFound()
    try:
        month = date.fromisoformat(f"{values['month']}-01") if values.get("month") else viewer.today.replace(day=1)
    except ValueError:
        month = viewer.today.replace(day=1)
    return place_id, month


@page(
    "money/run/", name="money.run", roles=access.OFFICERS, title=("月度发放", "Monthly payment"), area="money", rank=10
)
def run_page(request: HttpRequest) -> HttpResponse:
    """GET shows what would be paid; POST has the owner of the awards prepare it."""
    viewer = viewer_of(request)
    place_id, month = _asked(request, viewer)
    source = SOURCES.get(Item.BASIC_LIVING.value)
    context = _frame(viewer, place_id, month)
    if source is None:
        context["bodies"] = [Note(Label("尚无发放来源。", "Nothing that could be paid is installed."), "warn")]
        return show(request, "money/run.html", context, title=_("Monthly payment"))
    sent = submit(request, source.prepare) if request.method == "POST" else begin(request)
    if sent.done:
        return _told(request, sent.result)
    context |= sent.shown(source.prepare.input)
    _fill(context, request, viewer, source, place_id, month)
    return show(request, "money/run.html", context, title=_("Monthly payment"), status=sent.status)


def _told(request: HttpRequest, batch: Batch) -> HttpResponse:
    if batch.count:
        messages.success(request, _("Prepared. It waits to be signed by a second person."))
    else:
        messages.warning(request, _("Nobody is due: no batch was made. The reasons stand below."))
    return HttpResponseRedirect(record_url(batch))


def _frame(viewer: Viewer, place_id: int, month: date) -> dict[str, Any]:
    key = places.key(place_id)
    due, ours = rules.due_months(key, month), rules.pays_here(key, month)
    begun = month <= viewer.today
    return {
        "place_id": place_id,
        "place_name": places.name(place_id, viewer.locale),
        "month": f"{month:%Y-%m}",
        "may_prepare": viewer.role == access.preparing_role(key) and bool(due) and ours and begun,
        "next_due": None if due else f"{rules.next_due(key, month):%Y-%m}",
        "every": rules.every_months(key, month),
        "payer": None if ours else rules.paying_level(key, month),
        "not_begun": not begun,
    }


def _fill(
    context: dict[str, Any], request: HttpRequest, viewer: Viewer, source: Source, place_id: int, month: date
) -> None:
    key = places.key(place_id)
    at = Looked(key, month, source.relation(viewer, place_id, month))
    seen = preview(viewer, at)
    base = page_url("money.run", place_id=place_id, month=f"{month:%Y-%m}")
    context["bodies"] = [
        *_made(viewer, place_id, key, month), *waiting_of(viewer, place_id), *sum_of(seen, base),
        *left_out_of(seen, base),
    ]  # fmt: skip
    context["may_prepare"] = context["may_prepare"] and seen.verdicts.get(Verdict.READY.value)
    context |= behind(viewer, at, request, base)


def _made(viewer: Viewer, place_id: int, place_key: int, month: date) -> list[Body]:
    """What was made for this month already, so that a preview of nothing explains itself."""
    batches = Batch.objects.visible_to(viewer).filter(place_key=place_key, month=month)
    rows = [
        [Link(batch_name(viewer, batch), record_url(batch)), batch.state, batch.count, Fen(batch.total_fen)]
        for batch in batches.order_by("-id")[:PAGE]
    ]
    words = [label_of(Batch, name) for name in ("state", "count", "total_fen")]
    heads = [Label("本月已有批次", "Batches of this month"), *words]
    if not rows:
        return []
    url = page_url("money.month", place_id=place_id, month=f"{month:%Y-%m}")
    whole = Facts(
        [Fact(Label("全月合计", "The month altogether"), Link(Label("查看全部批次", "All its batches"), url))]
    )
    return [Rows(heads, rows, numeric=frozenset({2, 3})), whole]
