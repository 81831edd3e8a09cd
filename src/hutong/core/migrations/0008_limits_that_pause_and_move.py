from django.db import migrations, models

import hutong.core.record


class Migration(migrations.Migration):
    """Limits stand still, are extended, end at a moment, wait for a calendar and are watched from a second place."""

    dependencies = [("core", "0007_who_stored_a_file")]

    operations = [
        migrations.AddField("clock", "watched_key", hutong.core.record.PlaceKeyField(null=True)),
        migrations.AddField("clock", "from_at", models.DateTimeField(null=True)),
        migrations.AddField("clock", "pauses", models.JSONField(default=list)),
        migrations.AddField("clock", "extended_on", models.DateField(null=True)),
        migrations.AddField("clock", "extended_to", models.DateField(null=True)),
        migrations.AddField("clock", "extended_why", models.TextField(blank=True, default=""), preserve_default=False),
        migrations.AddField("clock", "due_at", models.DateTimeField(null=True)),
        migrations.AddField("clock", "unpublished", models.SmallIntegerField(null=True)),
        migrations.AddField("task", "due_at", models.DateTimeField(null=True)),
    ]
