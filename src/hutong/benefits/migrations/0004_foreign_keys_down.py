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
    """Whoever did a step is an account and no bare number.

    No column is renamed, dropped or made anew: each gets a constraint. Existing rows satisfy it:
    accounts are never deleted.
    """

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ("benefits", "0003_spot_checks"),
    ]

    operations = [
        migrations.AlterField("application", "filed_by", account("filed_by")),
        migrations.AlterField("application", "verified_by", account("verified_by")),
        migrations.AlterField("proof", "settled_by", account("settled_by")),
        migrations.AlterField("verification", "verified_by", account("verified_by")),
        migrations.AlterField("determination", "verified_by", account("verified_by")),
        migrations.AlterField("determination", "decided_by", account("decided_by")),
        migrations.AlterField("delivery", "recorded_by", account("recorded_by")),
        migrations.AlterField("objection", "recorded_by", account("recorded_by")),
        migrations.AlterField("hearing", "proposed_by", account("proposed_by")),
        migrations.AlterField("hearing", "carried_by", account("carried_by")),
        migrations.AlterField("review", "done_by", account("done_by")),
        migrations.AlterField("handover", "proposed_by", account("proposed_by")),
        migrations.AlterField("handover", "settled_by", account("settled_by")),
        migrations.AlterField("listimport", "imported_by", account("imported_by")),
        migrations.AlterField("listmatch", "settled_by", account("settled_by")),
        migrations.AlterField("rollimport", "imported_by", account("imported_by")),
        migrations.AlterField("spotcheck", "checked_by", account("checked_by")),
        migrations.AlterField("spotcheck", "answered_by", account("answered_by")),
    ]
