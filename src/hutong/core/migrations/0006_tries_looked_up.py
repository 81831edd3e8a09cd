from django.db import migrations, models


class Migration(migrations.Migration):
    """Who asked for what is not there is looked up by the hour: numbers are not to be tried until one fits."""

    dependencies = [("core", "0005_work_of_administrators")]

    operations = [
        migrations.AddIndex(
            "journalline",
            models.Index(fields=["happened_at"], condition=models.Q(kind="not_found"), name="journal_not_found"),
        ),
    ]
