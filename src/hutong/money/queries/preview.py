"""A run against the run before, in people and in fen: what it would pay before anything is written, and what a batch
pays once it is prepared. One computation, so that whoever prepares and whoever signs look at the same figures."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db import connection

from hutong.core import months, places
from hutong.core.bulk import set_based
from hutong.core.viewer import Viewer
from hutong.money.queries import rules
from hutong.money.queries.relation import Relation, judged
from hutong.money.terms import Difference, Step, Verdict


@dataclass(frozen=True)
class Row:
    """One order in the preview; amounts in fen, None where it is not in that run."""

    order_id: int
    child_id: int
    place_key: int
    amount_fen: int | None
    before_fen: int | None
    why: str


@dataclass
class Preview:
    """Counts and sums (fen) by verdict and by difference; warnings as (kind, count)."""

    month: date
    before: date
    rows: int = 0
    total_fen: int = 0
    before_fen: int = 0
    verdicts: dict[str, tuple[int, int]] = field(default_factory=dict)
    differences: dict[str, tuple[int, int]] = field(default_factory=dict)
    warnings: dict[str, int] = field(default_factory=dict)

    steps: dict[Step, tuple[int, int]] = field(default_factory=dict)
    """From the run before to this one: people and fen of each step. The regular ones add up in both, the others in
    fen: they pay or take back for other months."""


_JUDGED = """
with judged as materialized ({judged}),
taken as (
  select j.*, exists (select from money_line l where l.child_id = j.child_id and l.item = j.item and l.month = j.month
                         and l.kind = 'regular' and l.state <> 'void') and j.kind = 'regular' as already
    from judged j
),
ready as (
  select order_id, child_id, place_key, month, kind, amount_fen, account_id, account_from
    from taken where verdict = 'ready' and not already
),
others as (
  select l.order_id from money_line l
   where l.month = %(run_month)s and l.kind = 'regular' and l.state <> 'void'
     and l.place_key >= %(run_lo)s and l.place_key < %(run_hi)s
),
"""
_MADE = """
with taken as (
  select order_id, child_id, place_key, month, verdict, amount_fen, false as already
    from money_omission where batch_id = any(%(run_batches)s)
),
ready as (
  select l.order_id, l.child_id, l.place_key, l.month, l.kind, l.amount_fen, l.account_id, a.valid_from as account_from
    from money_line l left join money_accountversion a on a.id = l.account_id
   where l.batch_id = any(%(run_batches)s) and l.state <> 'void'
),
others as (
  select l.order_id from money_line l
   where l.month = %(run_month)s and l.kind = 'regular' and l.state <> 'void' and l.batch_id <> all(%(run_batches)s)
     and l.place_key >= %(run_lo)s and l.place_key < %(run_hi)s
),
"""
_COMPARED = """
now_paid as (
  select order_id, min(child_id) as child_id, min(place_key) as place_key, sum(amount_fen)::bigint as amount_fen,
         max(amount_fen) filter (where month = %(run_month)s and kind = 'regular') as this_month,
         count(distinct month) as months, min(account_id) as account_id, min(account_from) as account_from
    from ready group by order_id
),
paid_before as (
  select l.order_id, l.child_id, l.place_key, l.amount_fen
    from money_line l join money_batch b on b.id = l.batch_id and b.month <= %(run_before)s
   where l.month = %(run_before)s and l.kind = 'regular' and l.state <> 'void'
     and l.place_key >= %(run_lo)s and l.place_key < %(run_hi)s
),
compared as (
  select coalesce(n.order_id, b.order_id) as order_id, coalesce(n.child_id, b.child_id) as child_id,
         coalesce(n.place_key, b.place_key) as place_key, n.amount_fen, b.amount_fen as before_fen, n.months,
         n.account_id, n.account_from, n.this_month,
         n.this_month is null and exists (select from others x where x.order_id = b.order_id) as by_another,
         case
           when n.order_id is null and b.order_id in (select order_id from others) then 'same'
           when n.order_id is null then 'gone'
           when n.months >= %(run_many)s then 'unusual'
           when b.order_id is null then 'new'
           when n.this_month is distinct from b.amount_fen
            and abs(coalesce(n.this_month, 0) - b.amount_fen) * 100 > b.amount_fen * %(run_percent)s then 'unusual'
           when n.this_month is distinct from b.amount_fen then 'changed'
           else 'same'
         end as difference
    from now_paid n full join paid_before b on b.order_id = n.order_id
),
steps as (
  select 'before' as step, order_id, before_fen as fen from compared where before_fen is not null
  union all
  select 'new', order_id, this_month from compared where before_fen is null and this_month is not null
  union all
  select 'gone', order_id, -before_fen from compared where before_fen is not null and this_month is null
     and not by_another
  union all
  select 'another', order_id, -before_fen from compared where before_fen is not null and by_another
  union all
  select case when this_month > before_fen then 'raised' else 'lowered' end, order_id, this_month - before_fen
    from compared where before_fen <> this_month
  union all
  select case when kind = 'regular' then 'earlier' when kind in ('reversal', 'recovery') then 'back' else 'arrears' end,
         order_id, amount_fen from ready where kind <> 'regular' or month <> %(run_month)s
)
"""
_SUMMARY = """
select 'verdict', case when already and verdict = 'ready' then 'already' else verdict end, count(*),
       coalesce(sum(amount_fen), 0)::bigint from taken group by 1, 2
union all
select 'difference', difference, count(*), coalesce(sum(amount_fen), 0)::bigint from compared group by 1, 2
union all
select 'before', 'sum', count(*), coalesce(sum(amount_fen), 0)::bigint from paid_before
union all
select 'step', step, count(distinct order_id), coalesce(sum(fen), 0)::bigint from steps group by 1, 2
union all
select 'step', 'this', count(*), coalesce(sum(this_month), 0)::bigint from now_paid where this_month is not null
union all
select 'warning', 'new_account', count(*), 0 from now_paid where account_from >= %(run_before)s
union all
select 'warning', 'payee_change', count(*), 0 from now_paid p
 where exists (select from core_task t where t.on_label = 'money.order' and t.on_id = p.order_id
                  and t.kind = 'money.payee_change' and t.state = 'open')
"""
_LIST = """
select order_id, child_id, place_key, amount_fen, before_fen, difference from compared
 where difference = %(run_wanted)s and order_id > %(run_after)s order by order_id limit %(run_limit)s
"""
_STEP = """
select s.order_id, c.child_id, c.place_key, c.amount_fen, c.before_fen, %(run_wanted)s
  from (select distinct order_id from steps where step = %(run_wanted)s) s join compared c using (order_id)
 where s.order_id > %(run_after)s order by s.order_id limit %(run_limit)s
"""
_WARNED = {
    "new_account": "c.account_from >= %(run_before)s",
    "payee_change": """exists (select from core_task t where t.on_label = 'money.order' and t.on_id = c.order_id
                        and t.kind = 'money.payee_change' and t.state = 'open')""",
}
"""Warnings: conditions on a row of `compared`; the names of the children stand behind each."""
_WARNING = """
select c.order_id, c.child_id, c.place_key, c.amount_fen, c.before_fen, %(run_wanted)s
  from compared c join now_paid p using (order_id)
 where {met} and c.order_id > %(run_after)s order by c.order_id limit %(run_limit)s
"""
_LEFT_OUT = """
select order_id, child_id, place_key, amount_fen, null::bigint,
       case when already and verdict = 'ready' then 'already' else verdict end
  from taken where case when already and verdict = 'ready' then 'already' else verdict end = %(run_wanted)s
   and order_id > %(run_after)s order by order_id limit %(run_limit)s
"""


@dataclass(frozen=True)
class Looked:
    """What is looked at: the rows a run would have for a place and month, or those of batches that were prepared."""

    place_key: int
    month: date
    relation: Relation | None = None
    batches: tuple[int, ...] = ()


def _query(viewer: Viewer, at: Looked) -> tuple[str, dict[str, Any]]:
    marks = rules.defaults()["preview"]
    every = rules.every_months(at.place_key, at.month)
    span = places.span_of(at.place_key)
    params: dict[str, Any] = {
        "run_lo": span.lo, "run_hi": span.hi, "run_month": at.month, "run_before": months.before(at.month, every),
        "run_many": max(marks["months_at_once"], every + 1), "run_percent": marks["change_percent"],
        "run_batches": list(at.batches),
    }  # fmt: skip
    if at.relation is None:
        return _MADE + _COMPARED, params
    sql, judged_by = judged(at.relation, place_key=at.place_key, month=at.month, today=viewer.today)
    return _JUDGED.format(judged=sql) + _COMPARED, params | judged_by


def preview(viewer: Viewer, at: Looked) -> Preview:
    """The run as it would be now, or the batch as it was made. Reads only; the rows stay in the database."""
    head, params = _query(viewer, at)
    found = Preview(at.month, params["run_before"])
    with set_based(), connection.cursor() as cursor:
        cursor.execute(head + _SUMMARY, params)
        for part, name, count, fen in cursor.fetchall():
            if part == "verdict":
                found.verdicts[name] = (count, fen)
                found.rows += count
            elif part == "difference":
                found.differences[name] = (count, fen)
            elif part == "step":
                found.steps[Step(name)] = (count, fen)
            elif part == "before":
                found.before_fen = fen
            elif count:
                found.warnings[name] = count
    paid = (Step.THIS, Step.EARLIER, Step.ARREARS, Step.BACK)
    found.total_fen = sum(found.steps.get(step, (0, 0))[1] for step in paid)
    return found


def rows_behind(
    viewer: Viewer, at: Looked, wanted: Difference | Verdict | Step | str, *, after: int = 0, limit: int = 50
) -> Sequence[Row]:
    """The orders behind a number of the page, by order id: a difference, a verdict, a step, or a warning by name."""
    head, params = _query(viewer, at)
    if isinstance(wanted, Verdict):
        tail = _LEFT_OUT
    elif isinstance(wanted, Difference):
        tail = _LIST
    elif isinstance(wanted, Step):
        tail = _STEP
    else:
        tail = _WARNING.format(met=_WARNED[wanted])
    params |= {"run_wanted": str(getattr(wanted, "value", wanted)), "run_after": after, "run_limit": limit}
    with set_based(), connection.cursor() as cursor:
        cursor.execute(head + tail, params)
        return [Row(*row) for row in cursor.fetchall()]
