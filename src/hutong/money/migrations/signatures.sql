-- A signature that was given, or refused, stays as it is; and no batch is signed before its last step has signed.
create trigger money_signature_frozen before update on money_signature for each row
  when (old.by_id is not null or old.batch_id is distinct from new.batch_id or old.round is distinct from new.round
        or old.number is distinct from new.number or old.role is distinct from new.role
        or old.title is distinct from new.title)
  execute function money_frozen('a signature is never edited');
create trigger money_signature_kept before delete on money_signature for each row
  execute function money_frozen('signatures are never deleted');

create or replace function money_batch_all_signed() returns trigger language plpgsql as $$
begin
  if exists (select from money_signature s where s.batch_id = new.id and (s.by_id is null or s.refused_why <> '')
                and s.round = (select max(round) from money_signature where batch_id = new.id)) then
    raise exception 'batch % lacks a signature', new.id using errcode = 'HT012';
  end if;
  return null;
end $$;

create trigger money_batch_chain after update on money_batch for each row
  when (old.state = 'prepared' and new.state = 'signed') execute function money_batch_all_signed();
