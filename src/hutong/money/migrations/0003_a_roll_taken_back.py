from django.db import migrations

KEPT = "drop trigger money_account_kept on money_accountversion;"
UNLESS = """
create trigger money_account_kept before delete on money_accountversion for each row
  when (not (old.state = 'proposed' and old.source = 'roll'
             and coalesce(current_setting('hutong.package', true), '') = '*'))
  execute function money_frozen('account versions are never deleted');
"""
ALWAYS = """
create trigger money_account_kept before delete on money_accountversion for each row
  execute function money_frozen('account versions are never deleted');
"""


class Migration(migrations.Migration):
    """A proposal nobody has decided on goes with the roll that brought it; any other version stays for good."""

    dependencies = [("money", "0002_who_is_not_paid")]

    operations = [migrations.RunSQL(KEPT + UNLESS, KEPT + ALWAYS)]
