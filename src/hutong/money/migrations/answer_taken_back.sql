-- A bank's answer taken back (package '*') moves its lines and its batch to where they stood; nobody else can.
drop trigger money_line_moves on money_line;
create trigger money_line_moves before update on money_line for each row
  when (old.state is distinct from new.state and (old.state, new.state) not in (
        ('prepared', 'void'), ('prepared', 'sent'), ('sent', 'paid'), ('sent', 'refused'), ('paid', 'refused'))
        and not (old.state = 'prepared' and new.state = 'paid' and old.kind in ('reversal', 'recovery'))
        and not ((old.state, new.state) in (('paid', 'sent'), ('refused', 'sent'), ('refused', 'paid'))
                 and coalesce(current_setting('hutong.package', true), '') = '*'))
  execute function money_frozen('this step of a payment line is not possible');

drop trigger money_batch_moves on money_batch;
create trigger money_batch_moves before update on money_batch for each row
  when (old.state is distinct from new.state and (old.state, new.state) not in (
        ('prepared', 'signed'), ('prepared', 'discarded'), ('signed', 'sent'), ('signed', 'settled'),
        ('sent', 'settled'))
        and not ((old.state, new.state) = ('settled', 'sent')
                 and coalesce(current_setting('hutong.package', true), '') = '*'))
  execute function money_frozen('this step of a batch is not possible');
