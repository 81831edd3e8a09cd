-- Orders of a stretch of places whose child's identity number another place pays already. It sees every child of the
-- nation, compares keyed hashes for equality and gives back numbers of orders of that stretch, nothing of the others.
-- The earlier order goes on being paid; the later one waits until the two places have spoken.
create or replace function money_paid_elsewhere(lo bigint, hi bigint) returns setof bigint
  language plpgsql stable security definer
  set search_path = public, pg_temp set enable_nestloop = on set jit = off
as $$
begin
  if lo <= 0 and hi >= 1::bigint << 52 then
    return;
  end if;
  return query
  select distinct mine.id
    from money_order mine
    join people_child child on child.id = mine.child_id
    join people_child other on other.identity_key = child.identity_key and other.id <> child.id
    join money_order theirs on theirs.child_id = other.id
   where mine.place_key >= lo and mine.place_key < hi and mine.state <> 'ended'
     and (theirs.place_key < lo or theirs.place_key >= hi) and theirs.state <> 'ended'
     and theirs.item = mine.item and theirs.id < mine.id;
end $$;
