from django.db import migrations, models


class Migration(migrations.Migration):
    """Departures from the law's advice are few and asked for often."""

    dependencies = [("core", "0002_hours_and_first_passwords")]

    operations = [
        migrations.AddIndex(
            "entry",
            models.Index(
                fields=["place_key", "happened_at"], condition=models.Q(notes__departed=True), name="entry_departed"
            ),
        ),
    ]
