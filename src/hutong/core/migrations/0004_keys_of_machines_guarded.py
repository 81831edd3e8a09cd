from django.db import migrations, models


class Migration(migrations.Migration):
    """Keys of machine clients are records like all others; grants may be for looking only."""

    dependencies = [("core", "0003_departures")]

    operations = [
        migrations.AddField("token", "version", models.IntegerField(default=1, editable=False)),
        migrations.AddField("token", "created_at", models.DateTimeField(editable=False, null=True)),
        migrations.AddField("token", "updated_at", models.DateTimeField(editable=False, null=True)),
        migrations.AddField("user", "session_round", models.IntegerField(default=0)),
        migrations.AddField("grant", "looks_only", models.BooleanField(default=False)),
    ]
