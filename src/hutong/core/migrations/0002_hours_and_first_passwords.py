from django.db import migrations, models


class Migration(migrations.Migration):
    """Grants that end at a moment, first passwords that must be changed, and what an auditor looks things up by."""

    dependencies = [("core", "0001_initial")]

    operations = [
        migrations.AddField("grant", "ends_at", models.DateTimeField(null=True)),
        migrations.AddField("user", "must_change", models.BooleanField(default=False)),
        migrations.AddIndex("entry", models.Index(fields=["place_key", "id"], name="entry_place")),
        migrations.AddIndex("journalline", models.Index(fields=["post_id", "id"], name="journal_post")),
    ]
