from django.db import migrations, models

import hutong.core.record


class Migration(migrations.Migration):
    """What an office said of the headings of its tables is remembered."""

    dependencies = [("core", "0011_foreign_keys_down")]

    operations = [
        migrations.CreateModel(
            name="HeadingUse",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("version", models.IntegerField(default=1, editable=False)),
                ("created_at", models.DateTimeField(editable=False, null=True)),
                ("updated_at", models.DateTimeField(editable=False, null=True)),
                ("kind", models.CharField(max_length=100)),
                ("heading", models.CharField(max_length=200)),
                ("means", models.CharField(blank=True, max_length=60)),
                ("place_key", hutong.core.record.PlaceKeyField()),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("place_key", "kind", "heading"), name="heading_use_once")
                ],
            },
        ),
    ]
