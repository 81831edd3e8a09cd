"""What the awards of a place say is due, as one SELECT inside the database: the law's own SQL over what was decided.

For each award and month that is due and not paused, the law's amount (or the sum an officer fixed) stands against what
has been ordered for it; most months agree and go no further. No regular line yet: a regular line. Less ordered than
due, because a standard was raised late or an award was restored: arrears that name the line they correct. More ordered
than due: nobody is paid less for it, a person looks (`overpaid`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import connection

from hutong.benefits.models import Award
from hutong.benefits.queries.advice import BASIS_FACTS, CATEGORIES
from hutong.core import places
from hutong.core.bulk import set_based
from hutong.core.jurisdiction import law
from hutong.core.months import before, between
from hutong.core.viewer import Viewer
from hutong.law.decision import given_json
from hutong.law.engine.kinds import INT
from hutong.money.queries.relation import ORDERED, Relation

REASONS = (
    "money.community_standard", "money.institution_standard", "money.fu_community", "money.fu_own",
    "money.fu_institution", "money.local_class", "money.orphan_full", "money.orphan_reduced", "money.fu_full",
    "money.fu_topped_up", "money.fu_covered", "money.hiv_full", "money.hiv_reduced", "money.as_orphan", "money.rounded",
)  # fmt: skip
"""Why the sum is what it is: bits of a line's reason code. Why the child is recognised stands in the determination."""
_CATEGORY = f"case b.category {' '.join(f'when $${ours}$$ then $${its}$$' for its, ours in CATEGORIES.items())} end"
LOOK_BACK = 24
"""Months before the run in which arrears are looked for; an award's `owed_from` goes further back than that."""
COUNTY_SHIFT = places.SHIFTS[2]
"""Places below the third depth (counties) have no law of their own, so their awards share the county's figures."""

BASES = """
  select w.id as award_id, w.order_id, w.child_id, r.region, b.id as basis_id, b.fixed_fen, b.amount_fen as decided_fen,
         date_trunc('month', b.created_at)::date as decided_in,
         b.paid_as, b.special_rate as hiv_met, {category} as category,
         case when b.placement = 'scattered' then 'scattered' else 'institution' end as child_placement,
         b.difficulty as child_difficulty, nullif(b.family_aid, '') as family_aid, b.dibao_fen as child_dibao_fen,
         b.tekun_fen as child_tekun_fen, b.disability_living_fen as child_disability_living_fen,
         greatest(w.paid_from, least(w.owed_from, %(p_since)s::date), b.from_month) as begins,
         least(w.last_month, %(p_month)s::date) as ends, b.until
    from benefits_award w
    join unnest(%(p_counties)s::bigint[], %(p_regions)s::int[]) as r(county, region)
      on r.county = (w.place_key >> {shift}) << {shift}
    cross join lateral (
      select x.*, lead(x.from_month) over (order by x.from_month) as until
        from benefits_awardbasis x where x.award_id = w.id and x.replaced_by_id is null) b
   where w.place_key >= %(p_lo)s and w.place_key < %(p_hi)s and w.order_id is not null
     and w.paid_from <= %(p_month)s::date
     and not exists (
       select from benefits_rollrow x join benefits_rollimport i on i.id = x.roll_id
        where x.award_id = w.id and i.confirmed_on is null)"""
"""What was decided for each award, the months it stands for, and the region whose figures hold there. Awards of a roll
wait for the second officer who confirms it (`queries.roll.waiting` tells of them)."""

ENTITLED = """
  with basis as materialized ({bases}),
  kind as materialized (
    select row_number() over () as kind, k.* from (
      select distinct region, {columns} from basis where fixed_fen is null) k),
  profile as materialized (
    select row_number() over () as profile, k.*, k.region as place, m.month
      from kind k cross join unnest(%(p_months)s::date[]) as m(month)),
  computed as materialized (
    select p.kind, p.month, c.amount, c.reasons_0 as reasons from profile p join ({law}) c on c.profile = p.profile)
  select e.award_id, e.order_id, e.child_id, m.month, e.basis_id, e.region,
         coalesce(e.fixed_fen, case when c.amount = 0 and m.month >= e.decided_in then e.decided_fen else c.amount end,
                  e.decided_fen)::bigint as due_fen, coalesce(c.reasons, 0) as reasons
    from basis e
    left join kind k on k.region = e.region and {same}
    join unnest(%(p_months)s::date[]) as m(month)
      on m.month >= e.begins and m.month <= e.ends and (e.until is null or m.month < e.until)
    left join computed c on c.kind = k.kind and c.month = m.month
   where not exists (
     select from benefits_pause p
      where p.award_id = e.award_id and not p.undone and p.first_month <= m.month
        and (p.last_month is null or p.last_month >= m.month))"""
"""What is due, for each award and month. The law is computed once for each kind, a combination of region and decided
facts, and month. Where the law now gives nothing for a month since something was decided to be paid, the decision
goes on until a person has heard the family and decided anew: no run ends an allowance because a text is read otherwise.
"""

DIFFERS = """
  select e.award_id, e.child_id, e.basis_id, e.region, coalesce(e.order_id, o.order_id) as order_id,
         coalesce(e.month, o.month) as month, coalesce(e.due_fen, 0) as due_fen, e.reasons,
         coalesce(o.ordered_fen, 0) as ordered_fen, o.regular_line_id
    from ({entitled}) e
    full join (select * from ({ordered}) x where x.month >= %(p_first)s::date and x.month <= %(p_month)s::date) o
      on o.order_id = e.order_id and o.month = e.month
   where o.regular_line_id is null or e.due_fen is distinct from o.ordered_fen"""
"""Where due and ordered part; of all the months looked at, only these are kept."""

CODE = "d.basis_id || '.' || to_hex(d.reasons)"
"""A line's reason code: the basis it rests on, and which of REASONS hold."""

LINES = """
  select d.order_id, d.child_id, d.month, (d.due_fen - d.ordered_fen)::bigint as amount_fen,
         case when d.regular_line_id is null then 'regular' else 'arrears' end as kind,
         d.regular_line_id as corrects_id, %(p_version)s::text as rule_version, {code} as reason_code, s.parameter_set
    from ({differs}) d
    left join unnest(%(p_set_regions)s::int[], %(p_set_months)s::date[], %(p_sets)s::bigint[])
         as s(region, month, parameter_set) on s.region = d.region and s.month = d.month
   where d.award_id is not null and (d.regular_line_id is null or d.due_fen > d.ordered_fen)"""

OVERPAID = """
  select w.id as award_id, count(*) as months, sum(d.ordered_fen - d.due_fen)::bigint as fen
    from ({differs}) d
    join benefits_award w on w.order_id = d.order_id
   where w.place_key >= %(p_lo)s and w.place_key < %(p_hi)s
     and d.month >= least(w.owed_from, %(p_since)s::date) and d.ordered_fen > d.due_fen
     and not exists (select from money_recovery y where y.order_id = w.order_id)
     and not exists (
       select from benefits_hearing h
        where h.award_id = w.id and h.kind = 'recover' and h.state in ('proposed', 'heard'))
   group by w.id order by w.id"""
"""Awards for which more was ordered than is due and nobody has put a recovery to the payee yet."""


@dataclass(frozen=True)
class Region:
    """Counties whose law is the same in every month of the run, with its context for each month."""

    number: int
    counties: tuple[int, ...]
    contexts: tuple[Any, ...]


@dataclass(frozen=True)
class Run:
    """A place and a month, as known on a day."""

    place_key: int
    month: date
    today: date

    @property
    def since(self) -> date:
        """The first month in which arrears are looked for anywhere."""
        return before(self.month, LOOK_BACK)


def _span(run: Run) -> dict[str, int]:
    span = places.span_of(run.place_key)
    return {"p_lo": span.lo, "p_hi": span.hi}


def _begin(run: Run) -> tuple[date, date]:
    """The first month that may have lines, and the first in which what was ordered is looked at."""
    sql = """select min(greatest(paid_from, least(owed_from, %(p_since)s::date))), min(owed_from) from benefits_award
              where place_key >= %(p_lo)s and place_key < %(p_hi)s"""
    with connection.cursor() as cursor:
        cursor.execute(sql, {**_span(run), "p_since": run.since})
        first, owed = cursor.fetchone()
    return min(first or run.month, run.month), min(owed or run.since, run.since)


def _counties(run: Run) -> list[int]:
    sql = """select distinct (place_key >> %(shift)s) << %(shift)s from benefits_award
              where place_key >= %(p_lo)s and place_key < %(p_hi)s order by 1"""
    with connection.cursor() as cursor:
        cursor.execute(sql, {**_span(run), "shift": COUNTY_SHIFT})
        return [row[0] for row in cursor.fetchall()]


def regions(run: Run, months: tuple[date, ...]) -> list[Region]:
    """Counties grouped by equal law: most of a province's share one set of figures."""
    grouped: dict[tuple[int, ...], tuple[list[int], tuple[Any, ...]]] = {}
    for county in _counties(run) or [run.place_key]:
        codes = places.codes_of_key(county)
        contexts = tuple(row.context for row in law().context_rows([(county, codes, m) for m in months], run.today))
        same = grouped.setdefault(tuple(id(c) for c in contexts), ([], contexts))
        same[0].append(county)
    return [Region(n, tuple(counties), contexts) for n, (counties, contexts) in enumerate(grouped.values())]


@dataclass(frozen=True)
class Due:
    """Where due and ordered part in a run, as SQL with its parameters; `differs` may be kept in a table and read."""

    run: Run
    months: tuple[date, ...]
    regions: list[Region]
    differs: str
    params: dict[str, Any]
    figures: tuple[str, ...]


def _query(run: Run) -> Due:
    first, ordered_from = _begin(run)
    months = tuple(between(first, run.month))
    found = regions(run, months)
    contexts = [c for region in found for c in region.contexts]
    found_already = ("paid_as", "hiv_met", "category")
    compiled = law().compile_sql("amount", "postgres", given=found_already, contexts=contexts, reasons=REASONS)
    known = {"category", *(name.replace(".", "_") for name in BASIS_FACTS)}
    columns = sorted(known)
    table = f"(select profile, place, month, {', '.join(_inputs(compiled, known))} from profile)"  # noqa: S608
    rows = [
        (region.number, month, *compiled.context_values(context))
        for region in found
        for month, context in zip(months, region.contexts, strict=True)
    ]
    figures = compiled.context_sql(rows, INT) if rows and compiled.context_columns else None
    entitled = ENTITLED.format(
        bases=BASES.format(shift=COUNTY_SHIFT, category=_CATEGORY),
        columns=", ".join(columns),
        same=" and ".join(f"{_known('k', c)} = {_known('e', c)}" for c in columns),
        law=compiled.select(table, figures, keys=("profile",), missing=False),
    )
    pairs = [(county, region.number) for region in found for county in region.counties]
    params = {
        **_span(run),
        "p_month": run.month,
        "p_since": run.since,
        "p_first": ordered_from,
        "p_months": list(months),
        "p_counties": [county for county, _region in pairs],
        "p_regions": [region for _county, region in pairs],
    }
    differs = DIFFERS.format(entitled=entitled, ordered=ORDERED)
    return Due(run, months, found, differs, params, tuple(p.name for p in compiled.program.parameters))


def _known(side: str, column: str) -> str:
    """A column of a profile for comparing; equality (unlike "is not distinct from") is hashed."""
    return f"coalesce({side}.{column}, '')" if column == "family_aid" else f"{side}.{column}"


def _inputs(compiled: Any, known: set[str]) -> Iterator[str]:
    """Columns the law asks for: what was decided, and NULL (unknown) for whatever no basis holds."""
    for column in compiled.inputs:
        yield column.name if column.name in known else f"null::{column.type} as {column.name}"


def _parameter_sets(due: Due, keep: Callable[[dict[str, Any]], int]) -> dict[str, Any]:
    """Frozen snapshots of figures and reasons, kept once per content, that each line names."""
    kept: dict[int, int] = {}
    rows: list[tuple[int, date, int]] = []
    for region in due.regions:
        for month, context in zip(due.months, region.contexts, strict=True):
            if id(context) not in kept:
                kept[id(context)] = keep(_snapshot(due, context))
            rows.append((region.number, month, kept[id(context)]))
    return {
        "p_set_regions": [r for r, _m, _s in rows],
        "p_set_months": [m for _r, m, _s in rows],
        "p_sets": [s for _r, _m, s in rows],
    }


def _snapshot(due: Due, context: Any) -> dict[str, Any]:
    """The figures, and under "reasons" the words of each bit of a line's code, as the law says them now."""
    entries = {name: context.entries[name] for name in due.figures if name in context.entries}
    figures = {
        name: {
            "value": context.values[name],
            "place": e.place,
            "from": e.start.isoformat(),
            "known": e.known.isoformat(),
            "act": e.basis.act,
            "article": e.basis.article,
            "evidence": e.basis.evidence,
        }
        for name, e in sorted(entries.items())
    }
    return {**figures, "reasons": [given_json(said) for said in law().said(REASONS, context)]}


NO_SETS: dict[str, Any] = {"p_set_regions": [], "p_set_months": [], "p_sets": []}


def due_for(viewer: Viewer, place_key: int, month: date) -> Due:
    """What the awards of a place say is due up to a month, as known today."""
    return _query(Run(place_key, month, viewer.today))


def relation_of(due: Due, keep: Callable[[dict[str, Any]], int] | None = None) -> Relation:
    """The rows `money` pays. `keep` stores a snapshot of figures and gives its number."""
    sets = _parameter_sets(due, keep) if keep else NO_SETS
    sql = LINES.format(differs=due.differs, code=CODE)
    return Relation(sql, {**due.params, **sets, "p_version": law().version})


def relation_for(viewer: Viewer, place_key: int, month: date) -> Relation:
    """The rows `money` would pay for a place and month."""
    return relation_of(due_for(viewer, place_key, month))


def overpaid(due: Due) -> list[tuple[Award, int, int]]:
    """Awards for which more was ordered than is due: award, number of months, fen."""
    with set_based(), connection.cursor() as cursor:
        cursor.execute(OVERPAID.format(differs=due.differs), due.params)
        rows = cursor.fetchall()
    awards = Award.objects.in_bulk([row[0] for row in rows])
    return [(awards[award_id], int(months), int(fen)) for award_id, months, fen in rows if award_id in awards]
