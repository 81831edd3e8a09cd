from pathlib import Path

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

SIGNED = (Path(__file__).parent / "signatures.sql").read_text("utf-8")


class Migration(migrations.Migration):
    """Each signature of a batch by name, post and day; and who signs at a place, in which order."""

    dependencies = [
        ("money", "0007_repayments"),
        ("org", "0001_divisions_agencies_posts"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Signature",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("version", models.IntegerField(default=1, editable=False)),
                ("created_at", models.DateTimeField(editable=False, null=True)),
                ("updated_at", models.DateTimeField(editable=False, null=True)),
                ("round", models.SmallIntegerField(default=1)),
                ("number", models.SmallIntegerField()),
                ("role", models.CharField(blank=True, max_length=40)),
                ("title", models.CharField(blank=True, max_length=100)),
                ("signed_as", models.CharField(blank=True, max_length=100)),
                ("signed_on", models.DateField(null=True)),
                ("refused_why", models.TextField(blank=True)),
                (
                    "batch",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="signatures", to="money.batch"
                    ),
                ),
                (
                    "by",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("batch", "round", "number"), name="signature_step_once"),
                    models.UniqueConstraint(fields=("batch", "round", "by"), name="signature_once_a_person"),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("by", None), ("refused_why", ""), ("signed_on", None)),
                            models.Q(("by__isnull", False), ("signed_on__isnull", False)),
                            _connector="OR",
                        ),
                        name="signature_by_somebody",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="SigningStep",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("version", models.IntegerField(default=1, editable=False)),
                ("created_at", models.DateTimeField(editable=False, null=True)),
                ("updated_at", models.DateTimeField(editable=False, null=True)),
                ("number", models.SmallIntegerField()),
                ("role", models.CharField(max_length=40)),
                ("title", models.CharField(blank=True, max_length=100)),
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
                    models.UniqueConstraint(fields=("place", "valid_from", "number"), name="signing_step_once"),
                    models.CheckConstraint(
                        condition=models.Q(("number__gte", 1), ("number__lte", 6)), name="signing_step_number"
                    ),
                ],
            },
        ),
        migrations.RunSQL(SIGNED, migrations.RunSQL.noop),
    ]
