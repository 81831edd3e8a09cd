"""Whom a run left out: named with the batch, and asked about where somebody can help it."""

from __future__ import annotations

from django.db import connection

from hutong.core.bulk import set_based
from hutong.core.jurisdiction import language
from hutong.core.models import Task
from hutong.core.tasks import done_tasks, leave_tasks
from hutong.core.viewer import Viewer
from hutong.money.actions.many import ask_nearest
from hutong.money.models import Batch, Order
from hutong.money.terms import HELD_OUT, Verdict
from hutong.money.workflow import MISSING_ACCOUNT, SETTLE
from hutong.org.terms import Role

_OMIT = """
insert into money_omission (version, created_at, updated_at, batch_id, order_id, child_id, month, verdict, amount_fen,
  place_key)
select 1, %(now)s, %(now)s, %(batch)s, o.id, o.child_id, coalesce(r.month, %(month)s), r.verdict, r.amount_fen,
       o.place_key
  from pg_temp.money_run r join money_order o on o.id = r.order_id
 where r.verdict = any(%(named)s) order by o.id, r.month"""
NAMED = (*HELD_OUT, Verdict.NO_ACCOUNT, Verdict.SUSPENDED, Verdict.OUTSIDE)
"""Verdicts whose rows are kept by name with the batch; the others are the ordinary course of a month."""


def name_the_omitted(viewer: Viewer, batch: Batch) -> None:
    """Who was left out stands in the batch by name, for whoever signs it."""
    named = [verdict.value for verdict in NAMED]
    with set_based(), connection.cursor() as cursor:
        cursor.execute(_OMIT, {"now": viewer.now, "batch": batch.pk, "month": batch.month, "named": named})


_OPEN = """
select distinct t.on_id from core_task t join pg_temp.money_run r on r.order_id = t.on_id
 where t.on_label = 'money.order' and t.kind = %(kind)s and t.state = 'open' and r.verdict = 'ready'
   and not exists (select from pg_temp.money_run x where x.order_id = t.on_id and x.verdict = any(%(held)s))"""


def ask_about_the_omitted() -> None:
    """Children left out are not lost: their township is asked for the account, the county for everything else. What
    was asked of an order that is paid again is done."""
    held = [verdict.value for verdict in HELD_OUT]
    with set_based(), connection.cursor() as cursor:
        cursor.execute(
            "select distinct order_id, place_key, child_id from pg_temp.money_run where verdict = 'no_account'"
        )
        bare = cursor.fetchall()
        cursor.execute(
            "select o.id, o.place_key, o.child_id, min(r.verdict) from pg_temp.money_run r"
            " join money_order o on o.id = r.order_id where r.verdict = any(%s) group by o.id",
            [held],
        )
        stopped = cursor.fetchall()
        cursor.execute(_OPEN, {"kind": SETTLE.name, "held": held})
        paid_again = [row[0] for row in cursor.fetchall()]
    ask_nearest(MISSING_ACCOUNT.name, "money.order", bare)
    for order in Order.objects.filter(pk__in=paid_again):
        done_tasks(order, SETTLE.name)
    asked = [
        Task(kind=SETTLE.name, on_label="money.order", on_id=pk, place_key=key, child_id=child,
             role=Role.COUNTY_OFFICER, note=Verdict(verdict).label(language()))
        for pk, key, child, verdict in stopped
    ]  # fmt: skip
    leave_tasks(SETTLE.name, "money.order", [(task, None) for task in asked], alone=True)
