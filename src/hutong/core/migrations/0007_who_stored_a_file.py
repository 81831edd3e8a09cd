from django.db import migrations, models


class Migration(migrations.Migration):
    """Whoever handed in a paper opens it again."""

    dependencies = [("core", "0006_tries_looked_up")]

    operations = [migrations.AddField("storedfile", "stored_by", models.BigIntegerField(editable=False, null=True))]
