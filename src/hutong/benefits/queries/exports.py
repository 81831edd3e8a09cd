"""What leaves the system: monthly changes for the national system, and counts for publication that name nobody."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from hutong.benefits.models import Award, AwardEvent
from hutong.benefits.queries.bases import basis_on
from hutong.benefits.terms import AwardEventKind, AwardState, Category, EndReason
from hutong.channels.content import Fen, Month
from hutong.channels.tables import write_xlsx
from hutong.core import months
from hutong.core.access import MASK, may_read
from hutong.core.audit.journal import journal
from hutong.core.places import span_of
from hutong.core.terms import JournalKind
from hutong.core.viewer import Viewer
from hutong.org.models import Division
from hutong.people.models import Child
from hutong.people.queries.children import child_behind
from hutong.people.queries.identity import identity_of

CHANGES = {
    AwardEventKind.STARTED: "新增",
    AwardEventKind.TAKEN_OVER: "新增",
    AwardEventKind.MOVED_IN: "新增",
    AwardEventKind.RESTORED: "新增",
    AwardEventKind.CHANGED: "变更",
    AwardEventKind.EXTENDED: "变更",
    AwardEventKind.SUSPENDED: "变更",
    AwardEventKind.RESUMED: "变更",
    AwardEventKind.ENDED: "减员",
}
"""How the national system names what happened: added, changed, removed. Its forms are in Chinese alone."""
HEADS = (
    "变动类型", "儿童姓名", "公民身份号码", "儿童编号", "全国系统编号", "性别", "出生日期", "保障类别", "起始月",
    "月发放额", "收款人", "退出原因", "事由日期", "最后发放月", "说明",
)  # fmt: skip


def events_of(place_key: int, month: date) -> Iterator[AwardEvent]:
    """What happened to the awards of a place in a month, in order."""
    span = span_of(place_key)
    rows = AwardEvent.objects.filter(
        award__place_key__gte=span.lo,
        award__place_key__lt=span.hi,
        happened_on__gte=month,
        happened_on__lt=months.after(month),
    )
    rows = rows.select_related("award__order__payee").prefetch_related("award__child").order_by("happened_on", "id")
    yield from rows.iterator(1000)


def export_monthly_changes(viewer: Viewer, place_key: int, month: date) -> bytes:
    """XLSX of a month's additions, changes and removals, so that nobody types them twice. The export is journalled."""
    rows = [_line(viewer, event) for event in events_of(place_key, month)]
    journal(viewer, JournalKind.EXPORTED, what="benefits.monthly_changes", subject=Award, count=len(rows))
    return write_xlsx(HEADS, rows, title=f"变动表{month:%Y-%m}")


def _line(viewer: Viewer, event: AwardEvent) -> list[Any]:
    award = event.award
    basis = basis_on(award, max(event.month, award.first_month))
    ended = event.kind == AwardEventKind.ENDED
    category = Category(award.category).zh if may_read(viewer, Award, "category") else MASK
    return [
        CHANGES[AwardEventKind(event.kind)],
        *_person(viewer, child_behind(award), award.national_no),
        category,
        Month(award.first_month),
        Fen(basis.amount_fen) if basis else None,
        award.order.payee.name if award.order else "",
        EndReason(award.end_reason).zh if ended and award.end_reason else "",
        event.happened_on,
        Month(award.last_month) if ended and award.last_month else None,
        event.reason if may_read(viewer, Award, "category") else "",
    ]


def _person(viewer: Viewer, child: Child | None, national_no: str) -> list[Any]:
    """Who it is; of a child who moved out of sight only the number in the national system is left."""
    if child is None:
        return [MASK, MASK, "", national_no, "", None]
    identity = identity_of(child) if may_read(viewer, Child, "identity") else MASK
    return [child.name, identity, child.child_no, national_no or child.national_no, child.sex.zh, child.birth_date]


FEW = 3
"""Counts below this are not published: in a village everybody would know who is meant."""
HIDDEN = f"<{FEW}"


@dataclass(frozen=True)
class PublicRow:
    """Counts of one division; `None` stands for a count that is held back."""

    name: str
    counts: tuple[int | None, ...]
    total: int | None


def public_counts(place: Division) -> list[PublicRow]:
    """Running awards by the divisions below a place and by category, made for publication: counts alone.

    A count of one or two is held back, and so is every total from which it could be worked out again.
    """
    below = list(Division.objects.filter(parent=place, valid_to=None).order_by("key")) or [place]
    spans = [(d, span_of(d.key)) for d in below]
    whole = span_of(place.key)
    counted: Counter[tuple[int, str]] = Counter()
    rows = Award.objects.exclude(state=AwardState.ENDED).filter(place_key__gte=whole.lo, place_key__lt=whole.hi)
    for key, category in rows.order_by("id").values_list("place_key", "category").iterator(5000):
        place_id = next((d.pk for d, span in spans if key in span), None)
        if place_id is not None:
            counted[place_id, str(category)] += 1
    table = [[counted[d.pk, c.value] for c in Category] for d in below]
    return [_public(d.name, line) for d, line in zip(below, table, strict=True)] + [_sum(place.name, table)]


def _held(count: int) -> int | None:
    return None if 0 < count < FEW else count


def _public(name: str, line: list[int]) -> PublicRow:
    counts = tuple(_held(n) for n in line)
    return PublicRow(name, counts, None if None in counts else _held(sum(line)))


def _sum(name: str, table: list[list[int]]) -> PublicRow:
    """The last row: the sum of a column only where no count of the column is held back."""
    columns = list(zip(*table, strict=True))
    counts = tuple(None if any(_held(n) is None for n in column) else _held(sum(column)) for column in columns)
    return PublicRow(name, counts, None if None in counts else sum(n for n in counts if n is not None))


def export_public_counts(place: Division) -> bytes:
    """The same as XLSX. No column of this export can hold a name: it is made of counts and names of divisions."""
    heads = ("地区", *(c.zh for c in Category), "合计")
    rows = [
        [row.name, *(HIDDEN if n is None else n for n in row.counts), HIDDEN if row.total is None else row.total]
        for row in public_counts(place)
    ]
    return write_xlsx(heads, rows, title="公开统计")
