-- The functions behind the walls. They are made again from this file after every migration (guard.py); a body that reads
-- otherwise in the database is found at start-up.

-- Writing: no row changes outside an action, and every change leaves a line.

create or replace function hutong_allowed(owner text, tbl text) returns bigint language plpgsql stable as $$
declare
  entry text := current_setting('hutong.entry', true);
  package text := current_setting('hutong.package', true);
begin
  if entry is null or entry = '' then
    raise exception 'write to % outside any action', tbl using errcode = 'HT001';
  end if;
  if owner <> 'core' and package <> owner and package <> '*' then
    raise exception 'action of package % may not write to % of package %', package, tbl, owner using errcode = 'HT002';
  end if;
  return entry::bigint;
end $$;

create or replace function hutong_audit() returns trigger language plpgsql security definer
  set search_path = public, pg_temp set enable_nestloop = off set jit = off set timezone = 'UTC' as $$
declare entry bigint := hutong_allowed(TG_ARGV[0], TG_TABLE_NAME);
begin
  if TG_OP = 'INSERT' then
    insert into core_change (entry_id, table_name, row_id, op, new)
      select entry, TG_TABLE_NAME, n.id, 'I', to_jsonb(n) from new_rows n;
  elsif TG_OP = 'UPDATE' then
    insert into core_change (entry_id, table_name, row_id, op, old, new)
      select entry, TG_TABLE_NAME, n.id, 'U', d.old, d.new
        from new_rows n join old_rows o on o.id = n.id
        cross join lateral (
          select jsonb_object_agg(a.key, b.value) as old, jsonb_object_agg(a.key, a.value) as new
            from jsonb_each(to_jsonb(n)) a join jsonb_each(to_jsonb(o)) b on b.key = a.key
           where a.value is distinct from b.value) d
       where d.new is not null;
  elsif TG_OP = 'DELETE' then
    insert into core_change (entry_id, table_name, row_id, op, old)
      select entry, TG_TABLE_NAME, o.id, 'D', to_jsonb(o) from old_rows o;
  end if;
  return null;
end $$;

create or replace function hutong_no_truncate() returns trigger language plpgsql as $$
begin
  raise exception 'table % is never emptied', TG_TABLE_NAME using errcode = 'HT003';
end $$;

-- Reading what is kept: one record at a time, and digests of all of it for the seals.

create or replace function hutong_history(tbl text, pk bigint)
  returns table (change_id bigint, entry_id bigint, op text, old jsonb, new jsonb)
  language sql stable security definer set search_path = public, pg_temp as
  $$ select id, entry_id, op::text, old, new from core_change
      where table_name = tbl and row_id = pk order by id $$;

create or replace function hutong_leaf(content jsonb) returns bytea language sql immutable as
  $$ select sha256(convert_to(jsonb_object_agg(key, value)::text, 'UTF8')) from jsonb_each(content)
      where value <> 'null' $$;

create or replace function hutong_leaves(from_tx bigint, to_tx bigint)
  returns table (kind text, id bigint, leaf bytea)
  language sql stable security definer set search_path = public, pg_temp set timezone = 'UTC' as $$
  select 'e', e.id, hutong_leaf(to_jsonb(e)) from core_entry e where e.txid >= from_tx and e.txid < to_tx
  union all
  select 'c', c.id, hutong_leaf(to_jsonb(c)) from core_change c where c.txid >= from_tx and c.txid < to_tx
  union all
  select 'j', j.id, hutong_leaf(to_jsonb(j)) from core_journalline j
   where j.txid >= from_tx and j.txid < to_tx
  order by 1, 2 $$;

create or replace function hutong_outside(first_tx bigint, last_tx bigint) returns bigint
  language sql stable security definer set search_path = public, pg_temp as $$
  select (select count(*) from core_entry where txid < first_tx)
       + (select count(*) from core_change where txid < first_tx)
       + (select count(*) from core_change c where c.txid < last_tx
            and not exists (select 1 from core_entry e where e.id = c.entry_id)) $$;

-- Rows against their history (replay.py). A row that came later than a column lacks nothing; a column that came later
-- than a row has the value its migration gave all rows (attmissingval), or nothing. '+' and '-' stand for whole rows. A
-- deleted row has a state too, so it is unlike the absent one until '-' finds it gone.

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
