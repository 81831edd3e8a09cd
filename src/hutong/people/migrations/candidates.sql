create or replace function people_place_level(one bigint, other bigint) returns int language sql immutable as $$
  select case when one is null or other is null then 0
              when one >> 14 = other >> 14 and (one >> 14) & 1023 <> 0 then 3
              when one >> 24 = other >> 24 and (one >> 24) & 1023 <> 0 then 2
              when one >> 44 = other >> 44 then 1
              else 0 end $$;

create or replace function people_birth_level(one date, other date, exact boolean) returns text
  language sql immutable as $$
  select case
    when one is null or other is null then 'unknown'
    when one = other then 'same'
    when not exact then case when abs(one - other) <= 731 then 'unknown' else 'different' end
    when extract(year from one) = extract(year from other) and extract(month from one) = extract(day from other)
         and extract(day from one) = extract(month from other) then 'swapped'
    when (select count(*) from generate_series(1, 8) i
           where substr(to_char(one, 'YYYYMMDD'), i, 1) <> substr(to_char(other, 'YYYYMMDD'), i, 1)) = 1 then 'digit'
    when abs(one - other) <= 50 then 'lunar'
    when extract(year from one) = extract(year from other) then 'year'
    else 'different' end $$;

-- Sees every child of the nation and gives back only levels of likeness and the place that answers for the child.
-- LATERAL keeps it one bundle of index probes per question, whether one child is asked about or ten thousand;
-- plpgsql keeps the plan from one call to the next.
create or replace function people_candidates(asked jsonb)
  returns table (n int, child_id bigint, place_key bigint, name text, identity text, birth text, sex text, place text,
                 system_no text)
  language plpgsql stable security definer
  set search_path = public, pg_temp set enable_seqscan = off set jit = off
as $$
#variable_conflict use_column
begin
  return query
  with level as (
    select distinct on (a.n, c.id) a.n, c.id, c.actual_key,
      case when a.sound is null or c.name_key is null then 'unknown'
           when c.name_key = any(a.names) then 'same'
           when c.name_key = any(a.swapped) then 'swapped'
           when c.pinyin_key = any(a.pinyin) then 'homophone'
           when c.fuzzy_key = any(a.fuzzy) then 'fuzzy'
           when c.given_key = a.given then 'given'
           when c.sound_key = a.sound then 'given_sound'
           when c.initials_key = a.initials then 'initials'
           else 'different' end as name,
      case when a.identity is null or c.identity_key is null then 'unknown'
           when c.identity_key = a.identity then 'same'
           when c.identity_key = any(a.exchanged) or c.identity_near && a.near then 'near'
           else 'different' end as identity,
      people_birth_level(a.birth, c.birth_date, a.exact and c.birth_precision = 'day') as birth,
      case when a.sex = 'unknown' or c.sex = 'unknown' then 'unknown' when a.sex = c.sex then 'same'
           else 'different' end as sex,
      (select max(greatest(people_place_level(k, c.actual_key), people_place_level(k, c.registered_key)))
         from unnest(a.places) k) as place,
      case when a.system_no is null or c.national_no = '' then 'unknown' when a.system_no = c.national_no then 'same'
           else 'different' end as system_no
    from jsonb_to_recordset(asked) as a(
        n int, itself bigint, names bigint[], swapped bigint[], pinyin bigint[], fuzzy bigint[], given bigint,
        sound bigint, initials bigint, birth date, exact boolean, sex text, system_no text, places bigint[],
        identity bytea, exchanged bytea[], near bigint[])
      cross join lateral (
        select * from people_child where name_key = any(a.names || a.swapped)
        union all select * from people_child where pinyin_key = any(a.pinyin)
        union all select * from people_child where fuzzy_key = any(a.fuzzy)
        union all select * from people_child where identity_key = any(a.identity || a.exchanged)
        union all select * from people_child where identity_near && a.near
        union all select * from people_child where national_no = a.system_no and national_no <> ''
        union all select * from people_child where birth_date = a.birth and sound_key = a.sound
        union all select * from people_child where birth_date = a.birth and initials_key = a.initials
        union all select * from people_child where birth_date = a.birth and name_key is null
        union all select * from people_child where a.sound is null and birth_date = a.birth
      ) c
    where c.merged_into_id is null and c.id is distinct from a.itself
    order by a.n, c.id
  )
  select l.n, l.id, l.actual_key, l.name, l.identity, l.birth, l.sex,
         (array['elsewhere', 'province', 'county', 'township'])[coalesce(l.place, 0) + 1], l.system_no
    from level l
   where l.identity in ('same', 'near') or l.system_no = 'same' or l.place >= 2
      or l.birth not in ('different', 'year');
end $$;
