-- What no program may do to money, whoever runs it. Conditions that stand in a trigger's WHEN cost next to nothing per
-- row; those that must look at the batch run once per statement.

create or replace function money_frozen() returns trigger language plpgsql as $$
begin
  raise exception '% %: %', TG_TABLE_NAME, coalesce(old.id, 0), TG_ARGV[0] using errcode = 'HT010';
end $$;

-- Lines: only their state, and what the bank said, may move. place_key follows a border change (package '*').
create trigger money_line_frozen before update on money_line for each row
  when (row(old.id, old.batch_id, old.order_id, old.child_id, old.account_id, old.item, old.month, old.kind,
            old.amount_fen, old.corrects_id, old.recovery_id, old.rule_version, old.reason_code, old.parameter_set_id,
            old.created_at)
        is distinct from
        row(new.id, new.batch_id, new.order_id, new.child_id, new.account_id, new.item, new.month, new.kind,
            new.amount_fen, new.corrects_id, new.recovery_id, new.rule_version, new.reason_code, new.parameter_set_id,
            new.created_at)
        or (old.place_key is distinct from new.place_key
            and coalesce(current_setting('hutong.package', true), '') <> '*'))
  execute function money_frozen('a payment line is never edited; correct it by another line');

create trigger money_line_moves before update on money_line for each row
  when (old.state is distinct from new.state and (old.state, new.state) not in (
        ('prepared', 'void'), ('prepared', 'sent'), ('sent', 'paid'), ('sent', 'refused'), ('paid', 'refused'))
        and not (old.state = 'prepared' and new.state = 'paid' and old.kind in ('reversal', 'recovery')))
  execute function money_frozen('this step of a payment line is not possible');

create trigger money_line_kept before delete on money_line for each row
  execute function money_frozen('payment lines are never deleted');

create or replace function money_line_fits_batch() returns trigger language plpgsql as $$
declare wrong bigint;
begin
  select n.batch_id into wrong
    from (select distinct batch_id, state from new_rows) n
    join money_batch b on b.id = n.batch_id
   where (n.state = 'prepared' and b.state not in ('prepared', 'signed'))
      or (n.state = 'void' and b.state not in ('prepared', 'discarded'))
      or (TG_OP = 'INSERT' and (b.state <> 'prepared' or n.state <> 'prepared'))
      or (n.state in ('sent', 'paid', 'refused') and b.state not in ('signed', 'sent', 'settled'))
   limit 1;
  if wrong is not null then
    raise exception 'batch % is closed for this change of its lines', wrong using errcode = 'HT011';
  end if;
  return null;
end $$;

create trigger money_line_added after insert on money_line referencing new table as new_rows
  for each statement execute function money_line_fits_batch();
create trigger money_line_moved after update on money_line referencing new table as new_rows
  for each statement execute function money_line_fits_batch();

-- Batches: from signing on nothing but the way to the bank and back.
create trigger money_batch_frozen before update on money_batch for each row
  when ((old.state <> 'prepared'
         and row(old.id, old.place_id, old.month, old.purpose, old.maker_id, old.signer_id, old.signed_on, old.count,
                 old.total_fen, old.booked_fen, old.told, old.created_at)
             is distinct from
             row(new.id, new.place_id, new.month, new.purpose, new.maker_id, new.signer_id, new.signed_on, new.count,
                 new.total_fen, new.booked_fen, new.told, new.created_at))
        or old.maker_id is distinct from new.maker_id
        or (old.place_key is distinct from new.place_key
            and coalesce(current_setting('hutong.package', true), '') <> '*'))
  execute function money_frozen('a signed batch is never edited');

create trigger money_batch_moves before update on money_batch for each row
  when (old.state is distinct from new.state and (old.state, new.state) not in (
        ('prepared', 'signed'), ('prepared', 'discarded'), ('signed', 'sent'), ('signed', 'settled'),
        ('sent', 'settled')))
  execute function money_frozen('this step of a batch is not possible');

create trigger money_batch_kept before delete on money_batch for each row
  execute function money_frozen('batches are never deleted');

create or replace function money_batch_adds_up() returns trigger language plpgsql as $$
declare lines bigint; paid bigint; booked bigint;
begin
  select count(*), coalesce(sum(amount_fen) filter (where amount_fen > 0), 0),
         coalesce(sum(amount_fen) filter (where amount_fen < 0), 0)
    into lines, paid, booked from money_line where batch_id = new.id and state <> 'void';
  if lines = 0 or (lines, paid, booked) is distinct from (new.count, new.total_fen, new.booked_fen) then
    raise exception 'batch % does not add up: % lines of %, % of % fen', new.id, lines, new.count, paid, new.total_fen
      using errcode = 'HT012';
  end if;
  return null;
end $$;

create trigger money_batch_signed after update on money_batch for each row
  when (old.state = 'prepared' and new.state = 'signed') execute function money_batch_adds_up();

-- Versions of an account: added, decided once, never edited.
create trigger money_account_frozen before update on money_accountversion for each row
  when (row(old.id, old.payee_id, old.number, old.number_key, old.last4, old.bank, old.holder, old.source,
            old.proof_id, old.proposed_by_id, old.valid_from, old.created_at)
        is distinct from
        row(new.id, new.payee_id, new.number, new.number_key, new.last4, new.bank, new.holder, new.source,
            new.proof_id, new.proposed_by_id, new.valid_from, new.created_at)
        or (old.state <> 'proposed' and row(old.state, old.approved_by_id) is distinct from
                                        row(new.state, new.approved_by_id))
        or (old.place_key is distinct from new.place_key
            and coalesce(current_setting('hutong.package', true), '') <> '*'))
  execute function money_frozen('an account version is never edited; enter another one');

create trigger money_account_kept before delete on money_accountversion for each row
  execute function money_frozen('account versions are never deleted');
