from django.db import migrations


class Migration(migrations.Migration):
    """A step with nothing to do: what a policy says follows from the reach of its model (hutong.core.audit.guard)."""

    dependencies = [("core", "0004_keys_of_machines_guarded")]

    operations = []
