"""A second officer confirms a roll before it is paid. Rolls taken over earlier are paid already: that goes on."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from django.db.models import F, Q

from hutong.core.audit.guard import open_migration


def go_on_paying(apps, schema_editor):
    with schema_editor.connection.cursor() as cursor:
        cursor.execute("select exists (select from benefits_rollimport)")
        if cursor.fetchone()[0]:
            open_migration(cursor, "a_roll_confirmed_by_two")
            cursor.execute("update benefits_rollimport set confirmed_on = imported_on")


class Migration(migrations.Migration):
    dependencies = [
        ("benefits", "0006_decisions_by_two"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]
    operations = [
        migrations.AddField(
            "rollimport",
            "confirmed_by",
            models.ForeignKey(
                settings.AUTH_USER_MODEL, on_delete=django.db.models.deletion.PROTECT, related_name="+",
                db_column="confirmed_by", db_index=False, editable=False, null=True,
            ),
        ),
        migrations.AddField("rollimport", "confirmed_on", models.DateField(null=True)),
        migrations.RunPython(go_on_paying, migrations.RunPython.noop),
        migrations.AddConstraint(
            "rollimport",
            models.CheckConstraint(
                condition=Q(confirmed_by__isnull=True) | ~Q(confirmed_by=F("imported_by")), name="roll_two_people"
            ),
        ),
    ]  # fmt: skip
