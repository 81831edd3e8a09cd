"""The rows of today against their history: what the triggers kept, played to its end, must give the rows there are.

The seals (seal.py) prove that the history was not touched; this proves that the tables were not touched behind its
back, for instance by an owner who switched the triggers off. It is done inside PostgreSQL, one table at a time, and
names rows and columns, never what stands in them.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django.apps import apps
from django.db import connection

from hutong.core.audit.guard import EXEMPT

SHOWN = 5
"""Rows named for one kind of finding; the count covers all."""

REPLAY = """
create or replace aggregate hutong_joined(jsonb) (sfunc = jsonb_concat, stype = jsonb);

create or replace function hutong_unlike(tbl text) returns table (row_id bigint, field text)
  language plpgsql stable security definer
  set search_path = public, pg_temp set timezone = 'UTC' set enable_nestloop = off set jit = off as $$
begin
  return query execute format($q$
    with kept as (
      select c.row_id, hutong_joined(c.new order by c.id) as state,
             coalesce(max(c.id) filter (where c.op = 'D'), 0)
               > coalesce(max(c.id) filter (where c.op <> 'D'), 0) as gone
        from core_change c where c.table_name = %1$L group by c.row_id),
    present as (select t.id, to_jsonb(t) as state from %1$I t),
    added as materialized (
      select a.attname::text as name, array_to_json(a.attmissingval)::jsonb -> 0 as value
        from pg_attribute a where a.attrelid = %1$L::regclass and a.atthasmissing)
    select coalesce(k.row_id, p.id), f.field
      from kept k full join present p on p.id = k.row_id
     cross join lateral (
       select '+' as field where p.id is not null and coalesce(k.gone, true)
       union all
       select '-' where p.id is null and not coalesce(k.gone, false)
       union all
       select e.key from jsonb_each(p.state) e left join added a on a.name = e.key
        where not k.gone
          and e.value is distinct from coalesce(k.state -> e.key, a.value, 'null'::jsonb)) f
     where k.state is distinct from p.state
  $q$, tbl);
end $$;

create or replace function hutong_unguarded(tables text[]) returns setof text
  language sql stable set search_path = public, pg_temp as $$
  select t from unnest(tables) t
   where 4 > (select count(*) from pg_trigger g
               where g.tgrelid = to_regclass(t) and g.tgname in ('hutong_i', 'hutong_u', 'hutong_d', 'hutong_t')
                 and g.tgenabled in ('O', 'A')) $$;
"""
"""A row that came later than a column lacks nothing; a column that came later than a row has the value its migration
gave all rows (`attmissingval`), or nothing. `+` and `-` stand for whole rows. A deleted row has a state too, so it is
unlike the absent one until `-` finds it gone."""


@dataclass(frozen=True)
class Unlike:
    """A column of some rows of a table that differs from what the history says; or rows that it does not know."""

    table: str
    field: str
    rows: int
    first: tuple[int, ...]

    def __str__(self) -> str:
        which = f"{self.rows} row(s), first {', '.join(map(str, self.first))}"
        if self.field == "+":
            return f"table {self.table}: {which}: there without any history, or deleted before"
        if self.field == "-":
            return f"table {self.table}: {which}: gone, and no action deleted them"
        if not self.field:
            return f"table {self.table}: its audit triggers are missing or switched off"
        return f"table {self.table}, column {self.field}: {which}: not what the history says"


def guarded_tables() -> list[str]:
    """Every table the triggers watch, in a stable order."""
    tables = {m._meta.db_table for m in apps.get_models(include_auto_created=True)}
    return sorted(t for t in tables - set(EXEMPT) if not t.startswith(("procrastinate_", "django_", "auth_", "axes_")))


def replay(report: Callable[[str], None] = lambda table: None) -> list[Unlike]:
    """Compare every guarded table with its history; `report` hears the name of each table before its turn."""
    tables = guarded_tables()
    with connection.cursor() as cursor:
        cursor.execute("select hutong_unguarded(%s)", [tables])
        found = [Unlike(table, "", 0, ()) for (table,) in cursor.fetchall()]
        there = set(connection.introspection.table_names(cursor))
        for table in sorted(there.intersection(tables)):
            report(table)
            cursor.execute(
                """select field, count(*), (array_agg(row_id order by row_id))[:%s]
                     from hutong_unlike(%s) group by field order by field""",
                [SHOWN, table],
            )
            found += [Unlike(table, field, rows, tuple(first)) for field, rows, first in cursor.fetchall()]
    return found
