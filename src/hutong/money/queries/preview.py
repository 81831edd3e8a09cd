"""What a run would pay, before anything is written: sums, differences to the run before, and warnings."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db import connection

from hutong.core import months
from hutong.core.bulk import set_based
from hutong.core.viewer import Viewer
from hutong.money.queries import rules
from hutong.money.queries.relation import Relation, judged
from hutong.money.terms import Difference, Verdict


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

    @property
    def fatal(self) -> bool:
        """Would the run be refused as a whole?"""
        return any(self.verdicts.get(v.value) for v in (Verdict.MALFORMED, Verdict.ELSEWHERE))


_ROWS = """
with judged as materialized ({judged}),
taken as (
  select j.*, exists (select from money_line l where l.child_id = j.child_id and l.item = j.item and l.month = j.month
                         and l.kind = 'regular' and l.state <> 'void') and j.kind = 'regular' as already
    from judged j
),
ready as (
  select * from taken where verdict = 'ready' and not already
),
now_paid as (
  select order_id, min(child_id) as child_id, min(place_key) as place_key, sum(amount_fen)::bigint as amount_fen,
         max(amount_fen) filter (where month = %(run_month)s and kind = 'regular') as this_month,
         count(distinct month) as months, min(account_id) as account_id, min(account_from) as account_from
    from ready group by order_id
),
paid_before as (
  select l.order_id, l.child_id, l.place_key, l.amount_fen
    from money_line l
   where l.month = %(run_before)s and l.kind = 'regular' and l.state <> 'void'
     and l.place_key >= %(run_lo)s and l.place_key < %(run_hi)s
),
paid_now as (
  select l.order_id from money_line l
   where l.month = %(run_month)s and l.kind = 'regular' and l.state <> 'void'
     and l.place_key >= %(run_lo)s and l.place_key < %(run_hi)s
),
compared as (
  select coalesce(n.order_id, b.order_id) as order_id, coalesce(n.child_id, b.child_id) as child_id,
         coalesce(n.place_key, b.place_key) as place_key, n.amount_fen, b.amount_fen as before_fen, n.months,
         n.account_id, n.account_from,
         case
           when n.order_id is null and b.order_id in (select order_id from paid_now) then 'same'
           when n.order_id is null then 'gone'
           when n.months >= %(run_many)s then 'unusual'
           when b.order_id is null then 'new'
           when n.this_month is distinct from b.amount_fen
            and abs(coalesce(n.this_month, 0) - b.amount_fen) * 100 > b.amount_fen * %(run_percent)s then 'unusual'
           when n.this_month is distinct from b.amount_fen then 'changed'
           else 'same'
         end as difference
    from now_paid n full join paid_before b on b.order_id = n.order_id
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
select 'warning', 'shared_account', count(*), 0 from (
  select from now_paid p join money_order o on o.id = p.order_id join money_payee y on y.id = o.payee_id
    join money_accountversion a on a.id = p.account_id
   where y.kind in ('child', 'guardian') group by a.number_key having count(*) >= %(run_shared)s) s
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
_LEFT_OUT = """
select order_id, child_id, place_key, amount_fen, null::bigint,
       case when already and verdict = 'ready' then 'already' else verdict end
  from taken where case when already and verdict = 'ready' then 'already' else verdict end = %(run_wanted)s
   and order_id > %(run_after)s order by order_id limit %(run_limit)s
"""


def _query(viewer: Viewer, relation: Relation, place_key: int, month: date) -> tuple[str, dict[str, Any]]:
    sql, params = judged(relation, place_key=place_key, month=month, today=viewer.today)
    marks = rules.defaults()["preview"]
    before = months.before(month, rules.every_months(place_key, month))
    params |= {
        "run_before": before,
        "run_many": max(marks["months_at_once"], rules.every_months(place_key, month) + 1),
        "run_percent": marks["change_percent"],
        "run_shared": marks["children_per_account"],
    }
    return _ROWS.format(judged=sql), params


def preview(viewer: Viewer, relation: Relation, *, place_key: int, month: date) -> Preview:
    """The run as it would be now. Reads only; the rows stay in the database."""
    head, params = _query(viewer, relation, place_key, month)
    found = Preview(month, params["run_before"])
    with set_based(), connection.cursor() as cursor:
        cursor.execute(head + _SUMMARY, params)
        for part, name, count, fen in cursor.fetchall():
            if part == "verdict":
                found.verdicts[name] = (count, fen)
                found.rows += count
            elif part == "difference":
                found.differences[name] = (count, fen)
            elif part == "before":
                found.before_fen = fen
            elif count:
                found.warnings[name] = count
    found.total_fen = found.verdicts.get(Verdict.READY.value, (0, 0))[1]
    return found


def rows_behind(
    viewer: Viewer,
    relation: Relation,
    wanted: Difference | Verdict,
    *,
    place_key: int,
    month: date,
    after: int = 0,
    limit: int = 50,
) -> Sequence[Row]:
    """The orders behind a number of the preview, by order id."""
    head, params = _query(viewer, relation, place_key, month)
    tail = _LIST if isinstance(wanted, Difference) else _LEFT_OUT
    params |= {"run_wanted": wanted.value, "run_after": after, "run_limit": limit}
    with set_based(), connection.cursor() as cursor:
        cursor.execute(head + tail, params)
        return [Row(*row) for row in cursor.fetchall()]
