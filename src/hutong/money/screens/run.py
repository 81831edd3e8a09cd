"""The payment run: what a month would pay, with differences and warnings, and the button that prepares it."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _

from hutong.channels.content import Body, Counts, Fen, Link, Note, Place, Rows
from hutong.channels.sheet import page, page_url, record_url
from hutong.channels.web.frame import show, viewer_of
from hutong.channels.web.submit import begin, submit
from hutong.core import places
from hutong.core.errors import NotFound
from hutong.core.record import label_of
from hutong.core.terms import Label
from hutong.core.viewer import Viewer
from hutong.money import access
from hutong.money.models import Batch, Order
from hutong.money.queries import rules
from hutong.money.queries.preview import Preview, preview, rows_behind
from hutong.money.queries.relation import SOURCES, Source
from hutong.money.screens.batches import batch_name
from hutong.money.terms import Difference, Item, Verdict
from hutong.people.queries.children import child_behind, name_of

PAGE = 50
SHOWN = (Difference.NEW, Difference.GONE, Difference.CHANGED, Difference.UNUSUAL)
WARNINGS = {
    "shared_account": Label("同一账户收取多名儿童补贴的账户数", "accounts that receive for several children"),
    "new_account": Label("上次发放后变更的账户", "accounts that changed since the last run"),
    "payee_change": Label("收款人待变更，仍按原收款人发放", "payees that should be changed; still paid as before"),
}


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
    may_prepare = viewer.role == access.preparing_role(key)
    due = rules.due_months(key, month)
    return {
        "place_id": place_id,
        "place_name": places.name(place_id, viewer.locale),
        "month": f"{month:%Y-%m}",
        "may_prepare": may_prepare and bool(due),
        "next_due": None if due else f"{rules.next_due(key, month):%Y-%m}",
        "every": rules.every_months(key, month),
    }


def _fill(
    context: dict[str, Any], request: HttpRequest, viewer: Viewer, source: Source, place_id: int, month: date
) -> None:
    key = places.key(place_id)
    relation = source.relation(viewer, place_id, month)
    seen = preview(viewer, relation, place_key=key, month=month)
    base = page_url("money.run", place_id=place_id, month=f"{month:%Y-%m}")
    context["bodies"] = [*_made(viewer, key, month), _numbers(seen, base), *_warnings(seen), *_left_out(seen, base)]
    context["may_prepare"] = context["may_prepare"] and not seen.fatal and seen.verdicts.get(Verdict.READY.value)
    wanted = _wanted(request.GET.get("show", ""))
    if wanted is None:
        return
    after = request.GET.get("after", "")
    rows = rows_behind(
        viewer, relation, wanted, place_key=key, month=month,
        after=int(after) if after.isdigit() and len(after) < 19 else 0, limit=PAGE + 1,
    )  # fmt: skip
    orders = Order.objects.prefetch_related("child").in_bulk([row.order_id for row in rows[:PAGE]])
    context["wanted"], context["behind"] = wanted, _behind(viewer, rows[:PAGE], orders)
    if len(rows) > PAGE:
        context["more"] = f"{base}&show={wanted}&after={rows[PAGE - 1].order_id}#behind"


def _made(viewer: Viewer, place_key: int, month: date) -> list[Body]:
    """What was made for this month already, so that a preview of nothing explains itself."""
    batches = Batch.objects.visible_to(viewer).filter(place_key=place_key, month=month)
    rows = [
        [Link(batch_name(viewer, batch), record_url(batch)), batch.state, batch.count, Fen(batch.total_fen)]
        for batch in batches.order_by("-id")[:PAGE]
    ]
    words = [label_of(Batch, name) for name in ("state", "count", "total_fen")]
    heads = [Label("本月已有批次", "Batches of this month"), *words]
    return [Rows(heads, rows, numeric=frozenset({2, 3}))] if rows else []


def _wanted(name: str) -> Difference | Verdict | None:
    if name in {member.value for member in Difference}:
        return Difference(name)
    return Verdict(name) if name in {member.value for member in Verdict} else None


def _numbers(seen: Preview, base: str) -> Body:
    ready = seen.verdicts.get(Verdict.READY.value, (0, 0))
    items: list[Any] = [(Label("将发放", "To be paid"), ready[0], f"{base}&show=ready#behind", Fen(ready[1]), "good")]
    before = Label(f"上期 {seen.before:%Y-%m}", f"before ({seen.before:%Y-%m})")
    items.append((before, Fen(seen.before_fen), "", "", "plain"))
    for difference in SHOWN:
        count, fen = seen.differences.get(difference.value, (0, 0))
        tone = "warn" if difference is Difference.UNUSUAL and count else "plain"
        url = f"{base}&show={difference}#behind" if count else ""
        items.append((difference, count, url, Fen(fen) if count and fen else "", tone))
    return Counts(items)


def _warnings(seen: Preview) -> list[Body]:
    found: list[Body] = []
    if seen.fatal:
        text = Label(
            "数据不完整或含其他地区，不能编制。", "Rows are incomplete or belong elsewhere: it cannot be prepared."
        )
        found.append(Note(text, "bad"))
    for name, count in sorted(seen.warnings.items()):
        words = WARNINGS[name]
        found.append(Note(Label("{0}：{1}", "{1} {0}").filled(words, count), "warn"))
    return found


def _left_out(seen: Preview, base: str) -> list[Body]:
    rows = [
        [Link(Verdict(name), f"{base}&show={name}#behind"), count]
        for name, (count, _fen) in sorted(seen.verdicts.items())
        if name != Verdict.READY and count
    ]
    heads = [Label("不列支的原因", "Not paid because"), Label("笔数", "Rows")]
    return [Rows(heads, rows, numeric=frozenset({1}))] if rows else []


def _behind(viewer: Viewer, rows: Any, orders: dict[int, Order]) -> Rows:
    heads = [
        label_of(Order, "child"),
        label_of(Order, "place_key"),
        Label("上期（元）", "Before (yuan)"),
        Label("本期（元）", "Now (yuan)"),
    ]
    cells = []
    for row in rows:
        order = orders.get(row.order_id)
        name = name_of(viewer, child_behind(order)) if order else f"#{row.order_id}"
        cells.append(
            [
                Link(name, record_url(Order, row.order_id)),
                Place(key=row.place_key),
                Fen(row.before_fen) if row.before_fen is not None else None,
                Fen(row.amount_fen) if row.amount_fen is not None else None,
            ]
        )
    return Rows(heads, cells, empty=Label("没有记录。", "No rows."), numeric=frozenset({2, 3}))
