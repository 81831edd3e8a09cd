import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models

import hutong.core.record


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("core", "0001_initial"),
        ("org", "0001_divisions_agencies_posts"),
        ("people", "0002_candidates"),
    ]

    operations = [
        migrations.CreateModel(
            name="Finding",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("version", models.IntegerField(default=1, editable=False)),
                ("created_at", models.DateTimeField(editable=False, null=True)),
                ("updated_at", models.DateTimeField(editable=False, null=True)),
                ("description", models.TextField(blank=True)),
                ("place_key", hutong.core.record.PlaceKeyField()),
                ("whereabouts", models.CharField(blank=True, max_length=200)),
                ("seen_on", models.DateField()),
                ("seen", models.TextField()),
                (
                    "needs",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=hutong.core.record.TermField(max_length=40), default=list, size=None
                    ),
                ),
                ("state", hutong.core.record.TermField(default="new", max_length=40)),
                ("closing", models.TextField(blank=True)),
                ("application_id", models.BigIntegerField(null=True)),
                ("found_by", models.BigIntegerField(editable=False, null=True)),
                (
                    "child",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="people.child"
                    ),
                ),
                (
                    "place",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="org.division"),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Photo",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("version", models.IntegerField(default=1, editable=False)),
                ("created_at", models.DateTimeField(editable=False, null=True)),
                ("updated_at", models.DateTimeField(editable=False, null=True)),
                (
                    "file",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="core.storedfile"
                    ),
                ),
                (
                    "finding",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="photos", to="care.finding"
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.AddIndex(
            model_name="finding",
            index=models.Index(fields=["place_key", "state", "id"], name="finding_place"),
        ),
        migrations.AddIndex(
            model_name="finding",
            index=models.Index(fields=["child"], name="finding_child"),
        ),
        migrations.AddConstraint(
            model_name="finding",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("child__isnull", False), models.Q(("description", ""), _negated=True), _connector="OR"
                ),
                name="finding_of_somebody",
            ),
        ),
        migrations.AddConstraint(
            model_name="finding",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "closed"), _negated=True),
                    models.Q(("closing", ""), _negated=True),
                    _connector="OR",
                ),
                name="finding_closed_says_why",
            ),
        ),
    ]
