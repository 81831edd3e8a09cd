"""Books of payments: totals by township or village, month, category and standard; by payee; and each payment with its
child, village, payee and account. Amounts in fen.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import connection

from hutong.channels.content import Fen, Month
from hutong.core import places
from hutong.core.access import may_read
from hutong.core.bulk import set_based
from hutong.core.record import label_of
from hutong.core.terms import Label, Term
from hutong.core.viewer import Viewer
from hutong.money.models import AccountVersion, Batch, Line, Payee
from hutong.money.queries.accounts import account_number
from hutong.money.queries.reference import reference
from hutong.money.queries.relation import SOURCES, Source
from hutong.money.terms import BatchState, BookBy, Item, LineState
from hutong.people.models import Child
from hutong.people.queries.children import child_behind, name_of
from hutong.people.queries.identity import identity_of

PAGE = 100
"""Totals of one page."""
_TOWNSHIP = places.SHIFTS[3]
_KEY = {BookBy.TOWNSHIP: f"(l.place_key >> {_TOWNSHIP}) << {_TOWNSHIP}", BookBy.VILLAGE: "l.place_key",
        BookBy.PAYEE: "o.payee_id"}  # fmt: skip


@dataclass(frozen=True)
class Book:
    """Which payments: those of some batches, at and below a place."""

    batches: tuple[int, ...]
    under: int = 0


@dataclass(frozen=True, slots=True)
class BookRow:
    """One total. `standard_fen` is what a child is paid for a month; None for arrears, re-issues and money that came
    back. `category` is the value of the owner's term, None where the viewer is not cleared for it."""

    key: int
    month: date
    category: str | None
    standard_fen: int | None
    people: int
    lines: int
    fen: int
    returned_fen: int


def batches_of(viewer: Viewer, place_key: int, month: date) -> list[Batch]:
    """The batches of a month at and below a place that were not discarded, in their order."""
    span = places.span_of(place_key)
    found = Batch.objects.visible_to(viewer).filter(month=month, place_key__gte=span.lo, place_key__lt=span.hi)
    return list(found.exclude(state=BatchState.DISCARDED).order_by("id"))


def category_words(viewer: Viewer) -> type[Term] | None:
    """The vocabulary of categories, for those whose clearance reads it; None for everybody else."""
    source = SOURCES.get(Item.BASIC_LIVING.value)
    if source is None or source.category is None or not may_read(viewer, *source.category):
        return None
    model, column = source.category
    words: type[Term] = model._meta.get_field(column).term  # type: ignore[union-attr]
    return words


def totals(viewer: Viewer, book: Book, by: BookBy, *, after: int = 0) -> tuple[list[BookRow], int | None]:
    """The totals after so many of them, and where the next page begins; None on the last."""
    source = SOURCES.get(Item.BASIC_LIVING.value)
    cleared = category_words(viewer) is not None and by is not BookBy.PAYEE
    span = places.span_of(book.under)
    params: dict[str, Any] = {
        "batches": list(book.batches), "lo": span.lo, "hi": span.hi, "after": after, "limit": PAGE + 1,
    }  # fmt: skip
    with set_based(), connection.cursor() as cursor:
        cursor.execute(_sql(by, source if cleared else None), params)
        rows = [BookRow(*row) for row in cursor.fetchall()]
    return rows[:PAGE], after + PAGE if len(rows) > PAGE else None


_TOTALS = """
with taken as (
  select {key} as key, l.child_id, l.month, {category} as category, l.amount_fen, l.state,
         case when l.kind = 'regular' then {standard} end as standard
    from money_line l {joined}
   where l.batch_id = any(%(batches)s) and l.state <> 'void' and l.place_key >= %(lo)s and l.place_key < %(hi)s
)
select key, month, category, standard, count(distinct child_id), count(*), sum(amount_fen)::bigint,
       coalesce(sum(amount_fen) filter (where state = 'refused'), 0)::bigint
  from taken
 group by key, month, category, standard
 order by key, month, category nulls last, standard desc nulls last
offset %(after)s limit %(limit)s"""


def _sql(by: BookBy, source: Source | None) -> str:
    joined, category = "", "null::text"
    if by is BookBy.PAYEE or source is not None:
        joined = "join money_order o on o.id = l.order_id"
    if source is not None and source.category is not None:
        model, column = source.category
        joined += f" left join {model._meta.db_table} w on w.id = o.on_id and o.on_label = '{model._meta.label_lower}'"
        category = f"w.{column}"
    standard = "null::bigint" if by is BookBy.PAYEE else "l.amount_fen"
    return _TOTALS.format(key=_KEY[by], joined=joined, category=category, standard=standard)


# Each payment, for a spreadsheet


def columns_for(viewer: Viewer) -> list[Label]:
    """What the viewer's clearance lets a list of payments say, in its order."""
    own = [("identity", label_of(Child, "identity"))] if may_read(viewer, Child, "identity") else []
    number = [("number", Label("账号", "Account number"))] if may_read(viewer, AccountVersion, "number") else []
    return [
        Label("发放编号", "Payment number"), label_of(Line, "child"), *(words for _name, words in own),
        Label("村（居）", "Village"), label_of(Payee, "name"), label_of(AccountVersion, "holder"),
        *(words for _name, words in number), label_of(AccountVersion, "bank"), label_of(Line, "month"),
        label_of(Line, "kind"), label_of(Line, "state"), label_of(Line, "amount_fen"),
    ]  # fmt: skip


def payments(viewer: Viewer, batch: Batch) -> Iterator[Sequence[Any]]:
    """The rows of a batch under these columns, in the order of its lines."""
    lines = Line.objects.filter(batch=batch).exclude(state=LineState.VOID).order_by("id")
    related = lines.select_related("account", "order__payee").prefetch_related("child")
    identity, number = may_read(viewer, Child, "identity"), may_read(viewer, AccountVersion, "number")
    names: dict[int, str] = {}
    for line in related.iterator(chunk_size=2000):
        if line.place_key not in names:
            names |= places.names_of_keys([line.place_key], viewer.locale)
        child, account = child_behind(line), line.account
        yield [
            reference(line.pk), name_of(viewer, child), *([identity_of(child) if child else ""] if identity else []),
            names.get(line.place_key, ""), line.order.payee.name, account.holder if account else "",
            *([account_number(account) if account else ""] if number else []), account.bank if account else "",
            Month(line.month), line.kind.label(viewer.locale), line.state.label(viewer.locale), Fen(line.amount_fen),
        ]  # fmt: skip
