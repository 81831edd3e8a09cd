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
    """A finding refers to its application and to the account of whoever found it.

    No column is renamed, dropped or made anew: each gets a constraint. Existing rows satisfy it:
    neither accounts nor applications are ever deleted.
    """

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ("benefits", "0004_foreign_keys_down"),
        ("care", "0001_findings"),
    ]

    operations = [
        migrations.AlterField("finding", "found_by", account("found_by")),
        migrations.AlterField(
            "finding", "application_id", models.BigIntegerField(null=True, db_column="application_id")
        ),
        migrations.RenameField("finding", "application_id", "application"),
        migrations.AlterField(
            "finding",
            "application",
            models.ForeignKey(
                "benefits.application", django.db.models.deletion.PROTECT, db_index=False, null=True, related_name="+"
            ),
        ),
    ]
