"""A bank's answer taken in by mistake goes back, while nothing was built on it: its lines are with the bank again."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import connection, models
from django.utils.translation import gettext as _

from hutong.core.bulk import set_based
from hutong.core.errors import Conflict
from hutong.core.tasks import leave_task
from hutong.core.undo import gives_back, rows_in
from hutong.core.viewer import ZONE, Viewer
from hutong.money import access
from hutong.money.models import Batch, Line, Reconciliation, RecoveryPart
from hutong.money.terms import BatchState, LineState
from hutong.money.workflow import RECONCILE


def give_back(viewer: Viewer, answer: Reconciliation, notes: Mapping[str, Any]) -> None:
    """The lines this answer moved stand where they stood. Raises Conflict where a later answer came, where a line was
    corrected, given up or claimed since."""
    batch = Batch.objects.select_for_update().get(pk=answer.batch_id)
    moved = {state: rows_in(Line.label(), found) for state, found in notes["moved"].items()}
    _nothing_built(answer, moved)
    before = Reconciliation.objects.filter(batch=batch, pk__lt=answer.pk).order_by("-id").first()
    paid_on = before.created_at.astimezone(ZONE).date() if before is not None and before.created_at else None
    with set_based(), connection.cursor() as cursor:
        for state, found in notes["moved"].items():
            cursor.execute(
                "update money_line l set state = %s, refusal = '', version = l.version + 1, updated_at = %s,"
                " settled_on = %s"
                " from unnest(%s::bigint[], %s::bigint[]) r(lo, hi) where l.id between r.lo and r.hi",
                [
                    state,
                    viewer.now,
                    paid_on if state == LineState.PAID else None,
                    [one[0] for one in found],
                    [one[1] for one in found],
                ],
            )
    if batch.state == BatchState.SETTLED and LineState.SENT in moved:
        batch.state, batch.settled_on = BatchState.SENT, None
        batch.save(update_fields=["state", "settled_on"])
        leave_task(RECONCILE.name, subject=batch, place_key=batch.place_key, role=access.paying_role(batch.place_key))


def _nothing_built(answer: Reconciliation, moved: Mapping[str, models.QuerySet[Line]]) -> None:
    if Reconciliation.objects.filter(batch=answer.batch_id, pk__gt=answer.pk).exists():
        raise Conflict(_("A later answer of the bank to this batch was taken in. Take that one back first."))
    for lines in moved.values():
        numbers = lines.values("pk")
        corrected = Line.objects.filter(corrects__in=numbers).exclude(state=LineState.VOID).exists()
        given_up = lines.filter(state=LineState.REFUSED, settled_on__isnull=False).exists()
        if corrected or given_up or RecoveryPart.objects.filter(line__in=numbers).exists():
            raise Conflict(_("A payment of this answer was corrected, given up or claimed since: it stays."))


gives_back(Reconciliation.label(), give_back)
