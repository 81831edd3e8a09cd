import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import hutong.core.record
from hutong.core.audit.guard import open_migration


def by_one(apps, schema_editor):
    with schema_editor.connection.cursor() as cursor:
        cursor.execute("select exists (select from benefits_determination where departs)")
        if cursor.fetchone()[0]:
            open_migration(cursor, "decisions_by_two")
            cursor.execute("update benefits_determination set by_one = true where departs")


class Migration(migrations.Migration):
    """A decision has effect, waits for a second person or was withdrawn; it names its addressee and what it found.

    Departures decided before this stand as they were taken, by one.
    """

    dependencies = [
        ("benefits", "0005_rows_of_several_sheets"),
        ("core", "0012_headings_remembered"),
        ("people", "0005_child_imports"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="awardbasis",
            name="basis_once_a_month",
        ),
        migrations.AddField(
            model_name="awardbasis",
            name="replaced_by",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="benefits.determination"
            ),
        ),
        migrations.AddField(
            model_name="delivery",
            name="recipient",
            field=hutong.core.record.TermField(blank=True, max_length=40, null=True),
        ),
        migrations.AddField(
            model_name="determination",
            name="addressee",
            field=models.CharField(blank=True, max_length=120),
        ),
        migrations.AddField(
            model_name="determination",
            name="before",
            field=models.JSONField(null=True),
        ),
        migrations.AddField(
            model_name="determination",
            name="beyond",
            field=models.TextField(blank=True),
        ),
        migrations.AddField(
            model_name="determination",
            name="by_one",
            field=models.BooleanField(default=False),
        ),
        migrations.AddField(
            model_name="determination",
            name="corrects",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="corrected_by",
                to="benefits.determination",
            ),
        ),
        migrations.AddField(
            model_name="determination",
            name="end_reason",
            field=hutong.core.record.TermField(blank=True, max_length=40, null=True),
        ),
        migrations.AddField(
            model_name="determination",
            name="found",
            field=models.TextField(blank=True),
        ),
        migrations.AddField(
            model_name="determination",
            name="happened_on",
            field=models.DateField(null=True),
        ),
        migrations.AddField(
            model_name="determination",
            name="hearing",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="decisions", to="benefits.hearing"
            ),
        ),
        migrations.AddField(
            model_name="determination",
            name="paper",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="core.storedfile"
            ),
        ),
        migrations.AddField(
            model_name="determination",
            name="seconded_by",
            field=models.ForeignKey(
                db_column="seconded_by",
                db_index=False,
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="determination",
            name="seconded_on",
            field=models.DateField(null=True),
        ),
        migrations.AddField(
            model_name="determination",
            name="signer_note",
            field=models.CharField(blank=True, max_length=200),
        ),
        migrations.AddField(
            model_name="determination",
            name="state",
            field=hutong.core.record.TermField(default="in_force", max_length=40),
        ),
        migrations.AddField(
            model_name="determination",
            name="with_arrears",
            field=models.BooleanField(default=False),
        ),
        migrations.AddField(
            model_name="determination",
            name="withdrawn_by",
            field=models.ForeignKey(
                db_column="withdrawn_by",
                db_index=False,
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="determination",
            name="withdrawn_on",
            field=models.DateField(null=True),
        ),
        migrations.AddField(
            model_name="determination",
            name="withdrawn_why",
            field=models.TextField(blank=True),
        ),
        migrations.AddConstraint(
            model_name="awardbasis",
            constraint=models.UniqueConstraint(
                condition=models.Q(("replaced_by", None)), fields=("award", "from_month"), name="basis_once_a_month"
            ),
        ),
        migrations.AddConstraint(
            model_name="determination",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("decided_by", None),
                    ("seconded_by", None),
                    models.Q(("decided_by", models.F("seconded_by")), _negated=True),
                    _connector="OR",
                ),
                name="decision_seconded_by_another",
            ),
        ),
        migrations.RunPython(by_one, migrations.RunPython.noop),
        migrations.AddConstraint(
            model_name="determination",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "in_force"), _negated=True),
                    ("departs", False),
                    ("seconded_by__isnull", False),
                    ("by_one", True),
                    _connector="OR",
                ),
                name="departure_in_force_is_seconded",
            ),
        ),
        migrations.AddConstraint(
            model_name="determination",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "withdrawn"), _negated=True),
                    models.Q(("withdrawn_on__isnull", False), models.Q(("withdrawn_why", ""), _negated=True)),
                    _connector="OR",
                ),
                name="withdrawal_says_why",
            ),
        ),
        migrations.AddConstraint(
            model_name="determination",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state", "waiting")),
                fields=("application",),
                name="decision_one_waiting_application",
            ),
        ),
        migrations.AddConstraint(
            model_name="determination",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state", "waiting")), fields=("award",), name="decision_one_waiting_award"
            ),
        ),
    ]
