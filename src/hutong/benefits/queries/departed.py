"""Payments of a batch whose sum rests on a decision that departed from the advice, for whoever signs the batch."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import connection

from hutong.benefits.models import Determination
from hutong.core.bulk import set_based
from hutong.core.viewer import Viewer
from hutong.money.models import Batch

_DEPARTED = """
  select d.id, sum(l.amount_fen)::bigint
    from money_line l
    join benefits_awardbasis b
      on b.id = case when l.reason_code ~ '^[0-9]+[.]' then split_part(l.reason_code, '.', 1)::bigint end
    join benefits_determination d on d.id = b.determination_id
   where l.batch_id = %(batch)s and l.state <> 'void' and d.departs and d.id > %(after)s
   group by d.id order by d.id limit %(most)s"""
"""The reason code of a line names the basis it rests on."""


@dataclass(frozen=True)
class Departed:
    """A decision that departed, and what the batch pays on it, in fen; without the decision where its child is out of
    the viewer's sight."""

    number: int
    decision: Determination | None
    amount_fen: int


def departed_in(viewer: Viewer, batch: Batch, most: int, after: int = 0) -> list[Departed]:
    """Decisions that departed and are paid by a batch, by number above one, as many as asked for."""
    with set_based(), connection.cursor() as cursor:
        cursor.execute(_DEPARTED, {"batch": batch.pk, "most": most, "after": after})
        rows = cursor.fetchall()
    seen = Determination.objects.visible_to(viewer).select_related("child").in_bulk([row[0] for row in rows])
    return [Departed(pk, seen.get(pk), fen) for pk, fen in rows]
