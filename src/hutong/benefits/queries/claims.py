"""Which payments a sum to be recovered came from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Sum

from hutong.money.models import Line, RecoveryPart
from hutong.money.terms import OUTGOING, LineKind, LineState, RecoveryState


@dataclass(frozen=True)
class Claimed:
    """How much of which payment is claimed, in fen."""

    line: Line
    amount_fen: int

    @property
    def part(self) -> dict[str, Any]:
        """As `money` takes it."""
        return {"line_id": self.line.pk, "amount_fen": self.amount_fen}


def claimable(order_id: int, amount_fen: int, over: Mapping[date, int]) -> list[Claimed]:
    """Lines of an order that arrived or are with the bank (there the claim waits), newest month first, with what can
    still be claimed of each, up to the sum (fen).

    `over`: months reckoned to be paid beyond their facts; where they make up the sum, the claim is about them alone.
    """
    caps = dict(over) if sum(over.values()) == amount_fen else None
    lines = Line.objects.filter(
        order_id=order_id, state__in=(LineState.PAID, LineState.SENT), kind__in=[k.value for k in OUTGOING]
    )
    reversed_lines = Line.objects.filter(order_id=order_id, kind=LineKind.REVERSAL).exclude(state=LineState.VOID)
    lines = lines.exclude(pk__in=reversed_lines.values("corrects"))
    parts: list[Claimed] = []
    rest = amount_fen
    for line in lines.order_by("-month", "-id"):
        claimed = RecoveryPart.objects.filter(line=line).exclude(recovery__state=RecoveryState.WAIVED)
        free = line.amount_fen - (claimed.aggregate(total=Sum("amount_fen"))["total"] or 0)
        take = min(free, rest) if caps is None else min(free, rest, caps.get(line.month, 0))
        if take > 0:
            parts.append(Claimed(line, take))
            rest -= take
            if caps is not None:
                caps[line.month] -= take
    return parts
