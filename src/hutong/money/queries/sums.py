"""Sums of a place's month and of a batch, for statements and pages. Amounts in fen."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db.models import Count, Sum

from hutong.core import places
from hutong.core.viewer import Viewer
from hutong.money.models import Batch, Line
from hutong.money.terms import BatchState


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
