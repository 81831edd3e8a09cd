import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import hutong.core.record


class Migration(migrations.Migration):
    """What became of a spreadsheet of children stands on a record of its own."""

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ("people", "0004_foreign_keys_down"),
    ]

    operations = [
        migrations.CreateModel(
            name="ChildImport",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("version", models.IntegerField(default=1, editable=False)),
                ("created_at", models.DateTimeField(editable=False, null=True)),
                ("updated_at", models.DateTimeField(editable=False, null=True)),
                ("file_name", models.CharField(max_length=200)),
                ("sha256", models.BinaryField(max_length=32)),
                ("place_key", hutong.core.record.PlaceKeyField()),
                ("imported_on", models.DateField()),
                ("registered", models.IntegerField()),
                ("held", models.IntegerField()),
                ("refused", models.IntegerField()),
                ("rows", models.JSONField(default=list)),
                (
                    "imported_by",
                    models.ForeignKey(
                        settings.AUTH_USER_MODEL, django.db.models.deletion.PROTECT, db_column="imported_by",
                        db_index=False, editable=False, null=True, related_name="+",
                    ),
                ),
            ],
            options={"indexes": [models.Index(fields=["place_key", "id"], name="child_import_place")]},
        ),
    ]  # fmt: skip
