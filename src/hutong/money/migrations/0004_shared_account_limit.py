from pathlib import Path

import django.db.models.deletion
from django.db import migrations, models

ELSEWHERE = (Path(__file__).parent / "elsewhere.sql").read_text("utf-8")


class Migration(migrations.Migration):
    """How many children may share an account, by place; and whether another place pays a child already."""

    dependencies = [
        ("money", "0003_a_roll_taken_back"),
        ("org", "0001_divisions_agencies_posts"),
        ("people", "0005_child_imports"),
    ]

    operations = [
        migrations.CreateModel(
            name="SharedLimit",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("version", models.IntegerField(default=1, editable=False)),
                ("created_at", models.DateTimeField(editable=False, null=True)),
                ("updated_at", models.DateTimeField(editable=False, null=True)),
                ("most", models.SmallIntegerField()),
                ("valid_from", models.DateField()),
                ("basis", models.CharField(max_length=200)),
                (
                    "place",
                    models.ForeignKey(
                        db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="org.division"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("place", "valid_from"), name="shared_limit_once"),
                    models.CheckConstraint(
                        condition=models.Q(("most__gte", 2), ("most__lte", 60)), name="shared_limit_most"
                    ),
                ],
            },
        ),
        migrations.RunSQL(ELSEWHERE, "drop function money_paid_elsewhere(bigint, bigint)"),
    ]
