"""What a run is handed: a SELECT with the columns of a line, and the verdict on each of its rows.

The caller (the package that owns the award) compiles the law to SQL; `money` reads the rows inside the database, joins
order and account, and never takes them through Python. A relation is an object of this process: no input from outside
can become one.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Annotated, Any

from pydantic import InstanceOf, WithJsonSchema

from hutong.core import places
from hutong.core.action import ActionSpec
from hutong.money.queries import rules
from hutong.money.terms import Item, LineKind

COLUMNS = (
    "order_id", "child_id", "month", "amount_fen", "kind", "corrects_id", "rule_version", "reason_code",
    "parameter_set",
)  # fmt: skip
"""Columns a relation must have, by name; README.md tells what each means."""


@dataclass(frozen=True)
class Relation:
    """A SELECT with the columns of COLUMNS and its parameters (psycopg `%(name)s`)."""

    sql: str
    params: Mapping[str, Any] = field(default_factory=dict)

    def __str__(self) -> str:
        return f"{self.sql} {sorted(self.params.items())}"


RelationInput = Annotated[InstanceOf[Relation], WithJsonSchema({"not": {}, "description": "made by the system"})]
"""Input type of an action: only a Relation made in this process passes; JSON never becomes one."""


@dataclass(frozen=True)
class Source:
    """Where the rows of a monthly run come from. The package that owns the awards registers one at start-up."""

    item: Item
    relation: Callable[[Any, int, date], Relation]
    """(viewer, place id, month) -> what would be paid."""
    prepare: ActionSpec[Any]
    """The owner's own action, which takes `place_id` and `month` and prepares the batch."""


SOURCES: dict[str, Source] = {}


def register_source(source: Source) -> None:
    """Called once at start-up, like a resolver of places: the payment run page offers it."""
    SOURCES[source.item.value] = source


CURRENT_ACCOUNT = """
  select distinct on (payee_id) payee_id, id as account_id, valid_from
    from money_accountversion
   where state = 'approved' and valid_from <= %(run_today)s
   order by payee_id, valid_from desc, id desc"""
"""The account a payee has on the day of the run: the newest approved version that is valid by then."""

JUDGED = """
  select r.order_id, r.child_id, r.month, r.amount_fen, r.kind, r.corrects_id, r.rule_version, r.reason_code,
         r.parameter_set, o.item, o.place_key, o.payee_id, a.account_id, a.valid_from as account_from,
    case
      when o.id is null or o.place_key < %(run_lo)s or o.place_key >= %(run_hi)s then 'elsewhere'
      when o.child_id is distinct from r.child_id or r.amount_fen is null or r.amount_fen < 0 or r.month is null
        or extract(day from r.month) <> 1 or coalesce(r.rule_version, '') = ''
        or (r.kind = '{regular}' and r.corrects_id is not null)
        or (r.kind = '{arrears}' and r.corrects_id is null)
        or coalesce(r.kind, '') not in ('{regular}', '{arrears}') then 'malformed'
      when r.amount_fen = 0 then 'zero'
      when r.month > %(run_month)s{resting} then 'early'
      when r.month < o.first_month or r.month > o.last_month then 'outside'
      when o.state = 'suspended' and r.month >= o.suspended_from then 'suspended'
      when a.account_id is null then 'no_account'
      else 'ready'
    end as verdict
  from ({relation}) r
  left join money_order o on o.id = r.order_id
  left join ({account}) a on a.payee_id = o.payee_id"""


def judged(relation: Relation, *, place_key: int, month: date, today: date) -> tuple[str, dict[str, Any]]:
    """SQL and parameters of the rows with their verdict (terms.Verdict); runs no query but that of the rhythms."""
    span = places.span_of(place_key)
    rests = rules.resting(place_key, month)
    params: dict[str, Any] = {
        **relation.params, "run_lo": span.lo, "run_hi": span.hi, "run_month": month, "run_today": today,
    }  # fmt: skip
    resting = ""
    for n, rest in enumerate(rests):
        resting += f" or (o.place_key >= %(rest_lo{n})s and o.place_key < %(rest_hi{n})s)"
        params |= {f"rest_lo{n}": rest.lo, f"rest_hi{n}": rest.hi}
    sql = JUDGED.format(
        relation=relation.sql,
        account=CURRENT_ACCOUNT,
        resting=resting,
        regular=LineKind.REGULAR,
        arrears=LineKind.ARREARS,
    )
    return sql, params


ORDERED = """
  select l.order_id, l.month,
         sum(l.amount_fen)::bigint as ordered_fen,
         min(l.id) filter (where l.kind = 'regular') as regular_line_id
    from money_line l
   where l.state <> 'void' and l.kind <> 'reissue'
   group by l.order_id, l.month"""
"""What has been ordered for each order and month, in fen: the sum arrears are counted against.

A refused line still counts, since its re-issue pays it; the re-issue itself does not count twice; reversals and
recovered money are taken off. `regular_line_id` is the line arrears of that month name as the one they correct.
"""
