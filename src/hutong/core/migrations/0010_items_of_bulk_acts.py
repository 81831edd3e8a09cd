from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import migrations, models


class Migration(migrations.Migration):
    """One entry holds many items, each found again by its own key."""

    dependencies = [("core", "0009_limits_have_one_name")]

    operations = [
        migrations.AddField("entry", "item_keys", ArrayField(models.CharField(max_length=120), null=True)),
        migrations.AddIndex(
            "entry",
            GinIndex(fields=["item_keys"], condition=models.Q(item_keys__isnull=False), name="entry_item_keys"),
        ),
    ]
