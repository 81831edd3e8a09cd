import django.db.models.deletion
from django.db import migrations, models

import hutong.core.record


class Migration(migrations.Migration):
    dependencies = [
        ("core", "0002_hours_and_first_passwords"),
        ("people", "0002_candidates"),
    ]

    operations = [
        migrations.CreateModel(
            name="EmergencyAccess",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("version", models.IntegerField(default=1, editable=False)),
                ("created_at", models.DateTimeField(editable=False, null=True)),
                ("updated_at", models.DateTimeField(editable=False, null=True)),
                ("place_key", hutong.core.record.PlaceKeyField()),
                ("user_id", models.BigIntegerField()),
                ("who", models.CharField(max_length=120)),
                ("where", models.CharField(max_length=200)),
                ("reason", models.TextField()),
                ("opened_at", models.DateTimeField()),
                ("ends_at", models.DateTimeField()),
                ("state", hutong.core.record.TermField(default="waiting", max_length=40)),
                ("finding", models.TextField(blank=True)),
                ("reviewed_by", models.BigIntegerField(null=True)),
                ("reviewer", models.CharField(blank=True, max_length=120)),
                ("reviewed_at", models.DateTimeField(null=True)),
                (
                    "child",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="people.child"),
                ),
                (
                    "grant",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="core.grant"),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["place_key", "id"], name="emergency_place")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("reviewed_by", None),
                            models.Q(("reviewed_by", models.F("user_id")), _negated=True),
                            _connector="OR",
                        ),
                        name="emergency_two_people",
                    )
                ],
            },
        ),
    ]
