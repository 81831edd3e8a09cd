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
    """Who recorded, confirmed, opened and reviewed is an account and no bare number.

    No column is renamed, dropped or made anew: each gets a constraint. Existing rows satisfy it:
    accounts are never deleted.
    """

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ("people", "0003_emergency_access"),
    ]

    operations = [
        migrations.AlterField("relation", "recorded_by", account("recorded_by")),
        migrations.AlterField("parentfact", "recorded_by", account("recorded_by")),
        migrations.AlterField("parentfact", "confirmed_by", account("confirmed_by")),
        migrations.AlterField("aidfact", "recorded_by", account("recorded_by")),
        migrations.AlterField("schoolfact", "recorded_by", account("recorded_by")),
        migrations.AlterField("disabilityfact", "recorded_by", account("recorded_by")),
        migrations.AlterField("emergencyaccess", "reviewed_by", account("reviewed_by")),
        migrations.AlterField("emergencyaccess", "user_id", models.BigIntegerField(db_column="user_id")),
        migrations.RenameField("emergencyaccess", "user_id", "user"),
        migrations.AlterField(
            "emergencyaccess",
            "user",
            models.ForeignKey(
                settings.AUTH_USER_MODEL, django.db.models.deletion.PROTECT, db_index=False, related_name="+"
            ),
        ),
    ]
