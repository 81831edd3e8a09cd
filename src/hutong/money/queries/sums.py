"""Sums of a place's month and of a batch, for statements and pages. Amounts in fen."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db.models import Count, F, OuterRef, QuerySet, Subquery, Sum

from hutong.core import places
from hutong.core.viewer import Viewer
from hutong.money.models import Batch, Line
from hutong.money.terms import BatchState, Difference, LineKind, LineState


def month_of(viewer: Viewer, place_key: int, month: date) -> dict[str, Any]:
    """Lines of the batches of a month at and below a place: count and sum by kind and state, and the batches."""
    span = places.span_of(place_key)
    batches = Batch.objects.all().visible_to(viewer).filter(month=month, place_key__gte=span.lo, place_key__lt=span.hi)
    counted = batches.exclude(state=BatchState.DISCARDED)
    rows = (
        Line.objects.filter(batch__in=counted)
        .values("item", "kind", "state")
        .annotate(count=Count("id"), sum=Sum("amount_fen"))
        .order_by("item", "kind", "state")
    )
    return {
        "lines": [
            {"item": r["item"], "kind": r["kind"], "state": r["state"], "count": r["count"], "sum_fen": r["sum"]}
            for r in rows
        ],
        "batches": [
            {"id": b.pk, "state": b.state.value, "count": b.count, "total_fen": b.total_fen, "booked_fen": b.booked_fen}
            for b in batches.order_by("id")
        ],
        "open_batches": batches.exclude(state__in=[BatchState.SETTLED, BatchState.DISCARDED]).count(),
    }


def differing(lines: QuerySet[Line], difference: Difference) -> QuerySet[Line]:
    """Regular lines whose order was never paid before (NEW), or was paid another amount the last time (CHANGED).

    Each has `before_fen`, the amount of that last time.
    """
    regular = Line.objects.filter(kind=LineKind.REGULAR).exclude(state=LineState.VOID)
    earlier = regular.filter(order=OuterRef("order"), month__lt=OuterRef("month")).order_by("-month")
    compared = lines.filter(kind=LineKind.REGULAR).annotate(before_fen=Subquery(earlier.values("amount_fen")[:1]))
    if difference == Difference.NEW:
        return compared.filter(before_fen=None)
    return compared.exclude(before_fen=None).exclude(before_fen=F("amount_fen"))


def against_last_time(batch: Batch) -> dict[Difference, tuple[int, int]]:
    """How many lines of a batch differ from the last time, and by how much they raise or lower it."""
    lines = Line.objects.filter(batch=batch)
    new = differing(lines, Difference.NEW).aggregate(n=Count("id"), fen=Sum("amount_fen"))
    other = differing(lines, Difference.CHANGED).aggregate(n=Count("id"), fen=Sum(F("amount_fen") - F("before_fen")))
    found = {Difference.NEW: new, Difference.CHANGED: other}
    return {difference: (row["n"], row["fen"] or 0) for difference, row in found.items()}
