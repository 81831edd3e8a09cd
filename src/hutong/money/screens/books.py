"""The books of what was paid: a batch or a whole month by township, village and payee; each number leads further down,
to the payee and its payments."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _

from hutong.channels.content import Body, Fen, Link, Month, Place, Rows
from hutong.channels.reading import found_in
from hutong.channels.sheet import list_url, page, page_url, record_url
from hutong.channels.tables import write_xlsx
from hutong.channels.web.frame import Way, show, viewer_of
from hutong.channels.web.submit import begin, submit
from hutong.core import places
from hutong.core.errors import NotFound
from hutong.core.record import label_of
from hutong.core.terms import Label
from hutong.core.viewer import Viewer
from hutong.money import access, actions
from hutong.money.models import Batch, Line, Payee
from hutong.money.queries.books import Book, BookRow, batches_of, category_words, columns_for, payments, totals
from hutong.money.queries.preview import Looked, preview
from hutong.money.screens.adds_up import batch_name, behind, sum_of
from hutong.money.screens.labels import state
from hutong.money.terms import BookBy
from hutong.org.models import Division

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
BELOW = {BookBy.TOWNSHIP: BookBy.VILLAGE, BookBy.VILLAGE: BookBy.PAYEE}


@dataclass(frozen=True)
class Asked:
    """Which book an address asks for."""

    base: str
    """Address of the page with what it is about; more is asked with `&`."""
    book: Book
    by: BookBy
    after: int
    batch: Batch | None = None


def _place_and_month(request: HttpRequest, viewer: Viewer) -> tuple[int, date]:
    place_id = places.number(request.GET.get("place_id", "")) or viewer.place_id
    if place_id is None or not viewer.reaches(places.key(place_id)):
        raise NotFound()
    try:
        return place_id, date.fromisoformat(f"{request.GET.get('month') or f'{viewer.today:%Y-%m}'}-01")
    except ValueError as error:
        raise NotFound() from error


def _asked(request: HttpRequest, base: str, batches: Sequence[Batch], batch: Batch | None = None) -> Asked:
    values = request.GET
    by = BookBy(values["by"]) if values.get("by") in {one.value for one in BookBy} else BookBy.TOWNSHIP
    under, after = places.number(values.get("under", "")), places.number(values.get("from", ""))
    if under is not None and under not in places.NATION:
        raise NotFound()
    return Asked(base, Book(tuple(one.pk for one in batches), under or 0), by, after or 0, batch)


def _url(asked: Asked, by: BookBy, *, under: int | None = None, after: int | None = None) -> str:
    more = {"by": by.value, "under": asked.book.under if under is None else under, "from": after}
    said = "&".join(f"{name}={value}" for name, value in more.items() if value)
    return f"{asked.base}{'&' if '?' in asked.base else '?'}{said}"


def book_of(viewer: Viewer, asked: Asked) -> dict[str, Any]:
    """The table of a book, the ways to the others, and the next page."""
    rows, last = totals(viewer, asked.book, asked.by, after=asked.after)
    words = category_words(viewer) if asked.by is not BookBy.PAYEE else None
    context: dict[str, Any] = {
        "table": _table(viewer, asked, rows, words),
        "ways": [(by, _url(asked, by), by is asked.by) for by in BookBy],
        "under": Place(key=asked.book.under) if asked.book.under else None,
    }
    return context | {"more": _url(asked, asked.by, after=last) if last is not None else None}


def _table(viewer: Viewer, asked: Asked, rows: list[BookRow], words: Any) -> Rows:
    payee = asked.by is BookBy.PAYEE
    heads: list[Any] = [label_of(Payee, "name") if payee else Label("地区", "Place"), label_of(Line, "month")]
    heads += [Label("类别", "Category")] if words else []
    heads += [] if payee else [Label("月标准（元）", "Standard a month (yuan)")]
    heads += [
        Label("人数", "Children"),
        Label("笔数", "Payments"),
        label_of(Line, "amount_fen"),
        Label("银行退回（元）", "Returned (yuan)"),
    ]
    keys = {row.key for row in rows}
    names, ids = _names(viewer, asked.by, keys), dict(Division.objects.filter(key__in=keys).values_list("key", "pk"))
    cells = [_cells(viewer, asked, row, names.get(row.key, f"#{row.key}"), ids.get(row.key), words) for row in rows]
    empty = Label("没有发放记录。", "Nothing is paid here.")
    return Rows(heads, cells, empty=empty, numeric=frozenset(range(len(heads) - (4 if payee else 5), len(heads))))


def _cells(viewer: Viewer, asked: Asked, row: BookRow, name: Any, place_id: int | None, words: Any) -> list[Any]:
    """One total: its place or payee leads further down, the number of payments to them where they are of one batch."""
    payee, reads = asked.by is BookBy.PAYEE, viewer.role in access.READERS
    further = (record_url(Payee, row.key) if reads else "") if payee else _url(asked, BELOW[asked.by], under=row.key)
    cells: list[Any] = [Link(name, further) if further else name, Month(row.month)]
    cells += [words(row.category) if row.category else ""] if words else []
    other = Label("补发、重发、退回", "arrears, re-issues, returned")
    cells += [] if payee else [other if row.standard_fen is None else Fen(row.standard_fen)]
    lines: Any = row.lines
    if reads and asked.batch is not None and place_id is not None and not payee:
        lines = Link(str(row.lines), list_url("money.line", batch=asked.batch.pk, place_key=place_id))
    return [*cells, row.people, lines, Fen(row.fen), Fen(row.returned_fen)]


def _names(viewer: Viewer, by: BookBy, keys: set[int]) -> dict[int, Any]:
    if by is not BookBy.PAYEE:
        return dict(places.names_of_keys(keys, viewer.locale))
    return {payee.pk: payee.name for payee in Payee.objects.visible_to(viewer).filter(pk__in=keys)}


@page("money/batch/<int:batch_id>/books/", name="money.books", roles=access.SUM_READERS,
      title=("发放台账", "Books"), area="money")  # fmt: skip
def books_page(request: HttpRequest, batch_id: int) -> HttpResponse:
    """GET shows the totals; POST puts the export on record and gives the payments back as a spreadsheet."""
    viewer = viewer_of(request)
    batch = found_in(Batch, viewer, batch_id, "money.books")
    sent = submit(request, actions.export_book, batch) if request.method == "POST" else begin(request)
    if sent.done:
        heads = [words.text(viewer.locale) for words in columns_for(viewer)]
        response = HttpResponse(
            write_xlsx(heads, payments(viewer, batch), title=f"{batch.month:%Y-%m}"), content_type=XLSX
        )
        name = f"{batch.month:%Y%m}-{batch.pk}-book.xlsx"
        response.headers["Content-Disposition"] = content_disposition_header(True, name) or ""
        response.headers["Cache-Control"] = "no-store"
        return response
    asked = _asked(request, page_url("money.books", batch_id=batch.pk), [batch], batch)
    context = sent.shown(actions.export_book.input) | book_of(viewer, asked)
    context |= {"name": batch_name(viewer, batch), "columns": columns_for(viewer), "export": batch.count}
    crumbs = [Way(context["name"], record_url(batch))]
    return show(request, "money/books.html", context, title=_("Books"), crumbs=crumbs, status=sent.status)


@page("money/month/", name="money.month", roles=access.SUM_READERS, title=("全月合计", "The month altogether"),
      area="money")  # fmt: skip
def month_page(request: HttpRequest) -> HttpResponse:
    """All batches of a month at a place: the sum from the month before to this one, and their books."""
    viewer = viewer_of(request)
    place_id, month = _place_and_month(request, viewer)
    key = places.key(place_id)
    batches = batches_of(viewer, key, month)
    base = page_url("money.month", place_id=place_id, month=f"{month:%Y-%m}")
    at = Looked(key, month, batches=tuple(batch.pk for batch in batches))
    context: dict[str, Any] = {
        "name": f"{places.name(place_id, viewer.locale)} · {month:%Y-%m}",
        "bodies": [*sum_of(preview(viewer, at), base), _batches(viewer, batches)],
    }
    names = behind(viewer, at, request, base)
    context |= names | {"behind_more": names.get("more")} | book_of(viewer, _asked(request, base, batches))
    return show(request, "money/books.html", context, title=_("The month altogether"))


def _batches(viewer: Viewer, batches: Sequence[Batch]) -> Body:
    words = [label_of(Batch, name) for name in ("purpose", "state", "count", "total_fen", "booked_fen")]
    rows = [
        [Link(batch_name(viewer, one), record_url(one)), one.purpose, state(viewer, one), one.count,
         Fen(one.total_fen), Fen(one.booked_fen)]
        for one in batches
    ]  # fmt: skip
    total: list[Any] = [Label("合计", "Altogether"), "", "", sum(one.count for one in batches)]
    total += [Fen(sum(one.total_fen for one in batches)), Fen(sum(one.booked_fen for one in batches))]
    empty = Label("本月没有批次。", "No batch in this month.")
    return Rows([label_of(Line, "batch"), *words], rows, empty=empty, total=total, numeric=frozenset({3, 4, 5}))
