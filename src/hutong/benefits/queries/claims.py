"""Which payments a sum to be recovered came from."""

from __future__ import annotations

from typing import Any

from django.db.models import Sum

from hutong.money.models import Line, RecoveryPart
from hutong.money.terms import OUTGOING, LineKind, LineState, RecoveryState


def claimable(order_id: int, amount_fen: int) -> list[dict[str, Any]]:
    """Lines of an order that arrived or are with the bank (there the claim waits), newest month first, with what can
    still be claimed of each, up to the sum (fen)."""
    lines = Line.objects.filter(
        order_id=order_id, state__in=(LineState.PAID, LineState.SENT), kind__in=[k.value for k in OUTGOING]
    )
    reversed_lines = Line.objects.filter(order_id=order_id, kind=LineKind.REVERSAL).exclude(state=LineState.VOID)
    lines = lines.exclude(pk__in=reversed_lines.values("corrects"))
    parts, rest = [], amount_fen
    for line in lines.order_by("-month", "-id"):
        claimed = RecoveryPart.objects.filter(line=line).exclude(recovery__state=RecoveryState.WAIVED)
        free = line.amount_fen - (claimed.aggregate(total=Sum("amount_fen"))["total"] or 0)
        take = min(free, rest)
        if take > 0:
            parts.append({"line_id": line.pk, "amount_fen": take})
            rest -= take
    return parts
