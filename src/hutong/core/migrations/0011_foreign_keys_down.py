import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


def account(column):
    """Of whoever did it; the column stays as it is."""
    return models.ForeignKey(
        settings.AUTH_USER_MODEL, django.db.models.deletion.PROTECT, db_column=column, db_index=False, editable=False,
        null=True, related_name="+",
    )  # fmt: skip


class Migration(migrations.Migration):
    """Who stored a file is an account and no bare number.

    No column is renamed, dropped or made anew: each gets a constraint. Existing rows satisfy it:
    accounts are never deleted.
    """

    dependencies = [
        ("core", "0010_items_of_bulk_acts"),
    ]

    operations = [
        migrations.AlterField("storedfile", "stored_by", account("stored_by")),
    ]
