"""What a run is handed: a SELECT with the columns of a line, and the verdict on each of its rows.

The caller (the package that owns the award) compiles the law to SQL; `money` reads the rows inside the database, joins
order and account, and never takes them through Python. A relation is an object of this process: no input from outside
can become one.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Annotated, Any

from django.db.models import Model
from pydantic import InstanceOf, WithJsonSchema

from hutong.core import places
from hutong.core.action import ActionSpec
from hutong.core.terms import Label
from hutong.money.queries import rules
from hutong.money.terms import GONE, ChangeReason, Item, LineKind
from hutong.people.workflow import RESOLVE_DUPLICATE

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
class Waiting:
    """Awards that are not handed down yet: why, the record on which it is settled, how many children, fen a month."""

    why: Label
    record: Any
    children: int
    fen: int


@dataclass(frozen=True)
class Source:
    """Where the rows of a monthly run come from. The package that owns the awards registers one at start-up."""

    item: Item
    relation: Callable[[Any, int, date], Relation]
    """(viewer, place id, month) -> what would be paid."""
    prepare: ActionSpec[Any]
    """The owner's own action, which takes `place_id` and `month` and prepares the batch."""
    category: tuple[type[Model], str] | None = None
    """Model and column of what orders rest on (`Order.on_id`) that says the category of an award: books of payments go
    by it for those whose clearance reads that column, and for nobody else."""
    waiting: Callable[[Any, int], Sequence[Waiting]] = lambda viewer, place_id: ()
    """(viewer, place id) -> what is not handed down until somebody has settled it; the page of the run names it."""


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

WALLS = """
  dead as materialized (
    select id, date_trunc('month', died_on)::date as died_in from people_child where died_on is not null),
  gone as materialized (
    select y.id from money_payee y join dead d on d.id = y.child_id where y.kind = 'child'
    union
    select y.id from money_payee y join people_relation r on r.person_id = y.person_id and r.child_id = y.child_id
     where y.kind = 'guardian' group by y.id having bool_and(r.valid_to is not null)
    union
    select y.id from money_payee y
      join people_relation r on r.person_id = y.person_id and r.valid_to is null and r.bond in ('father', 'mother')
      join people_parentfact f on f.child_id = r.child_id and f.side = r.bond
     where y.kind = 'guardian' and f.state = 'confirmed' and f.until is null
       and f.status = any(%(run_gone)s::text[])),
  current as materialized ({account}),
  mine as materialized (
    select o.id, o.child_id, o.item, o.payee_id, {limit} as most from money_order o
     where o.place_key >= %(run_lo)s and o.place_key < %(run_hi)s and o.state <> 'ended'),
  doubled as materialized (
    select c.identity_key, min(m.id) as first from mine m join people_child c on c.id = m.child_id
     where c.identity_key is not null group by c.identity_key having min(m.child_id) <> max(m.child_id)),
  again as materialized (
    select child_id, item, min(id) as first from mine group by child_id, item having count(*) > 1),
  twin as materialized (
    select m.id from mine m join again g on g.child_id = m.child_id and g.item = m.item where m.id <> g.first
    union
    select m.id from mine m join people_child c on c.id = m.child_id
      join doubled d on d.identity_key = c.identity_key where m.id <> d.first
    union
    select m.id from mine m join core_task t on t.on_id = m.child_id join people_child c on c.id = m.child_id
     where t.on_label = 'people.child' and t.kind = %(run_compare)s and t.state = 'open'
       and exists (select from mine x join people_child y on y.id = x.child_id
                    where y.birth_date = c.birth_date and y.fuzzy_key = c.fuzzy_key and y.id <> c.id
                      and (y.identity_key is null or c.identity_key is null or y.identity_key = c.identity_key)
                      and (x.id < m.id or not exists (
                        select from core_task u where u.on_label = 'people.child' and u.on_id = x.child_id
                           and u.kind = %(run_compare)s and u.state = 'open')))),
  far as materialized (select money_paid_elsewhere(%(run_lo)s, %(run_hi)s) as id),
  crowded as materialized (
    select x.number_key from (
      select v.number_key, m.child_id, min(m.most) as most from mine m
        join money_payee y on y.id = m.payee_id and y.kind in ('child', 'guardian')
        join current a on a.payee_id = y.id join money_accountversion v on v.id = a.account_id
       group by v.number_key, m.child_id) x
     group by x.number_key
    having count(*) >= min(x.most)
       and count(*) > coalesce(
         (select max(s.children) from money_sharedaccount s where s.number_key = x.number_key), 0)),
  shared as materialized (
    select v.id from money_accountversion v join crowded c on c.number_key = v.number_key
      join money_payee y on y.id = v.payee_id and y.kind in ('child', 'guardian')),
  held as materialized (select order_id, month from money_hold where lifted_by_id is null)"""
"""Who is never paid, as sets: children who died, payees who can no longer receive, files that may be one child
and second orders of a child, children whom another place pays already, accounts that receive for too many children,
months that somebody held out."""

JUDGED = """
  with {walls}
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
      when {elsewhere} then 'other_office'
      when r.month > %(run_month)s or {resting} then 'early'
      when r.month < o.first_month or r.month > o.last_month then 'outside'
      when o.state = 'suspended' and r.month >= o.suspended_from then 'suspended'
      when d.died_in < r.month then 'died'
      when o.payee_id in (select id from gone) then 'payee_gone'
      when o.id in (select id from twin) then 'twin'
      when o.id in (select id from far) then 'twin_far'
      when h.order_id is not null then 'held'
      when a.account_id is null then 'no_account'
      when a.account_id in (select id from shared) then 'shared'
      else 'ready'
    end as verdict
  from (select q.order_id, coalesce(k.merged_into_id, q.child_id) as child_id, q.month, q.amount_fen, q.kind,
               q.corrects_id, q.rule_version, q.reason_code, q.parameter_set
          from ({relation}) q left join people_child k on k.id = q.child_id) r
  left join money_order o on o.id = r.order_id
  left join dead d on d.id = r.child_id
  left join held h on h.order_id = r.order_id and h.month = r.month
  left join current a on a.payee_id = o.payee_id"""

NEVER_PAID = (ChangeReason.DIED, ChangeReason.JAILED, ChangeReason.REMOVED)
"""Situations of a payee in which no money goes to them; in the others somebody is asked for another payee."""


def judged(relation: Relation, *, place_key: int, month: date, today: date) -> tuple[str, dict[str, Any]]:
    """SQL and parameters of the rows with their verdict (terms.Verdict); runs no query but those of the local rules."""
    span = places.span_of(place_key)
    params: dict[str, Any] = {
        **relation.params, "run_lo": span.lo, "run_hi": span.hi, "run_month": month, "run_today": today,
        "run_gone": [status.value for status, why in GONE.items() if why in NEVER_PAID],
        "run_compare": RESOLVE_DUPLICATE.name,
    }  # fmt: skip
    sql = JUDGED.format(
        walls=WALLS.format(account=CURRENT_ACCOUNT, limit=_limit(place_key, today, params)),
        relation=relation.sql,
        resting=_inside("rest", rules.resting(place_key, month), params),
        elsewhere=_inside("other", rules.paid_elsewhere(place_key, month), params),
        regular=LineKind.REGULAR,
        arrears=LineKind.ARREARS,
    )
    return sql, params


def _inside(name: str, spans: Sequence[places.Span], params: dict[str, Any]) -> str:
    """SQL that is true for orders of these spans; their bounds join the parameters."""
    found = []
    for n, span in enumerate(spans):
        found.append(f"(o.place_key >= %({name}_lo{n})s and o.place_key < %({name}_hi{n})s)")
        params |= {f"{name}_lo{n}": span.lo, f"{name}_hi{n}": span.hi}
    return f"({' or '.join(found)})" if found else "false"


def _limit(place_key: int, on: date, params: dict[str, Any]) -> str:
    """SQL of how many children may share an account where an order is paid; the numbers join the parameters."""
    params["shared_here"] = rules.shared_limit(place_key, on).children
    below = rules.shared_limits(place_key, on)
    whens = [
        f"when {_inside(f'shared{n}', [span], params)} then %(shared{n})s" for n, (span, _most) in enumerate(below)
    ]
    params |= {f"shared{n}": most for n, (_span, most) in enumerate(below)}
    return f"case {' '.join(whens)} else %(shared_here)s end" if whens else "%(shared_here)s::int"


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
