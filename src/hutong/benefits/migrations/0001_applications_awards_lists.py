import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models

import hutong.core.record


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("core", "0001_initial"),
        ("money", "0001_payments"),
        ("org", "0001_divisions_agencies_posts"),
        ("people", "0002_candidates"),
    ]

    operations = [
        migrations.CreateModel(
            name="Application",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("version", models.IntegerField(default=1, editable=False)),
                ("created_at", models.DateTimeField(editable=False, null=True)),
                ("updated_at", models.DateTimeField(editable=False, null=True)),
                ("applicant_kind", hutong.core.record.TermField(max_length=40)),
                ("applicant_name", models.CharField(blank=True, max_length=100)),
                ("category_asked", hutong.core.record.TermField(blank=True, max_length=40, null=True)),
                ("statement", models.TextField(blank=True)),
                ("finding_id", models.BigIntegerField(null=True)),
                ("place_key", hutong.core.record.PlaceKeyField()),
                ("accepting_key", hutong.core.record.PlaceKeyField()),
                ("elsewhere", models.BooleanField(default=False)),
                ("filed_on", models.DateField(null=True)),
                ("receipt_no", models.CharField(max_length=30, null=True, unique=True)),
                ("missing_told_on", models.DateField(null=True)),
                ("state", hutong.core.record.TermField(default="draft", max_length=40)),
                ("filed_by", models.BigIntegerField(editable=False, null=True)),
                ("verified_by", models.BigIntegerField(editable=False, null=True)),
                (
                    "accepting",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="org.division"),
                ),
                (
                    "applicant",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="people.person"
                    ),
                ),
                (
                    "child",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="people.child"),
                ),
                (
                    "responsible",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="org.division"),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Award",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("version", models.IntegerField(default=1, editable=False)),
                ("created_at", models.DateTimeField(editable=False, null=True)),
                ("updated_at", models.DateTimeField(editable=False, null=True)),
                ("category", hutong.core.record.TermField(max_length=40)),
                ("place_key", hutong.core.record.PlaceKeyField()),
                ("first_month", models.DateField()),
                ("paid_from", models.DateField()),
                ("last_month", models.DateField(null=True)),
                ("owed_from", models.DateField(null=True)),
                ("state", hutong.core.record.TermField(default="active", max_length=40)),
                ("end_reason", hutong.core.record.TermField(blank=True, max_length=40, null=True)),
                ("ended_on", models.DateField(null=True)),
                ("next_review_on", models.DateField()),
                ("school_asked_on", models.DateField(null=True)),
                ("national_no", models.CharField(blank=True, max_length=40)),
                (
                    "application",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="awards",
                        to="benefits.application",
                    ),
                ),
                (
                    "child",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="people.child"),
                ),
                (
                    "order",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="money.order"
                    ),
                ),
                (
                    "place",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="org.division"),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Determination",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("version", models.IntegerField(default=1, editable=False)),
                ("created_at", models.DateTimeField(editable=False, null=True)),
                ("updated_at", models.DateTimeField(editable=False, null=True)),
                ("place_key", hutong.core.record.PlaceKeyField()),
                ("accepting_key", hutong.core.record.PlaceKeyField(null=True)),
                ("document_no", models.CharField(max_length=40, unique=True)),
                ("decided_on", models.DateField()),
                ("advice", hutong.core.record.TermField(max_length=40)),
                ("trace", models.JSONField()),
                ("facts", models.JSONField()),
                ("law_version", models.CharField(max_length=40)),
                ("outcome", hutong.core.record.TermField(max_length=40)),
                ("category", hutong.core.record.TermField(blank=True, max_length=40, null=True)),
                ("amount_fen", models.BigIntegerField(null=True)),
                ("first_month", models.DateField(null=True)),
                ("last_month", models.DateField(null=True)),
                ("departs", models.BooleanField(default=False)),
                ("reasons", models.TextField(blank=True)),
                ("meeting_on", models.DateField(null=True)),
                (
                    "participants",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=100), default=list, size=None
                    ),
                ),
                (
                    "other_help",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=40), default=list, size=None
                    ),
                ),
                ("verified_by", models.BigIntegerField(editable=False, null=True)),
                ("decided_by", models.BigIntegerField(editable=False, null=True)),
                (
                    "application",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="determinations",
                        to="benefits.application",
                    ),
                ),
                (
                    "award",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="determinations",
                        to="benefits.award",
                    ),
                ),
                (
                    "child",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="people.child"),
                ),
                (
                    "minutes",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="core.storedfile"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Delivery",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("version", models.IntegerField(default=1, editable=False)),
                ("created_at", models.DateTimeField(editable=False, null=True)),
                ("updated_at", models.DateTimeField(editable=False, null=True)),
                ("how", hutong.core.record.TermField(max_length=40)),
                ("delivered_on", models.DateField()),
                ("received_by", models.CharField(max_length=100)),
                ("review_until", models.DateField()),
                ("suit_until", models.DateField()),
                ("recorded_by", models.BigIntegerField(editable=False, null=True)),
                (
                    "receipt",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="core.storedfile"
                    ),
                ),
                (
                    "determination",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="delivery",
                        to="benefits.determination",
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="AwardEvent",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("version", models.IntegerField(default=1, editable=False)),
                ("created_at", models.DateTimeField(editable=False, null=True)),
                ("updated_at", models.DateTimeField(editable=False, null=True)),
                ("kind", hutong.core.record.TermField(max_length=40)),
                ("happened_on", models.DateField()),
                ("month", models.DateField()),
                ("reason", models.TextField(blank=True)),
                (
                    "award",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="events", to="benefits.award"
                    ),
                ),
                (
                    "determination",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="benefits.determination",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="AwardBasis",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("version", models.IntegerField(default=1, editable=False)),
                ("created_at", models.DateTimeField(editable=False, null=True)),
                ("updated_at", models.DateTimeField(editable=False, null=True)),
                ("from_month", models.DateField()),
                ("category", hutong.core.record.TermField(max_length=40)),
                ("paid_as", models.CharField(max_length=20)),
                ("special_rate", models.BooleanField(default=False)),
                ("placement", hutong.core.record.TermField(max_length=40)),
                ("difficulty", models.CharField(default="none", max_length=30)),
                ("family_aid", models.CharField(blank=True, max_length=30)),
                ("dibao_fen", models.BigIntegerField(default=0)),
                ("tekun_fen", models.BigIntegerField(default=0)),
                ("disability_living_fen", models.BigIntegerField(default=0)),
                ("amount_fen", models.BigIntegerField()),
                ("fixed_fen", models.BigIntegerField(null=True)),
                (
                    "award",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="bases", to="benefits.award"
                    ),
                ),
                (
                    "determination",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="benefits.determination",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Hearing",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("version", models.IntegerField(default=1, editable=False)),
                ("created_at", models.DateTimeField(editable=False, null=True)),
                ("updated_at", models.DateTimeField(editable=False, null=True)),
                ("place_key", hutong.core.record.PlaceKeyField()),
                ("kind", hutong.core.record.TermField(max_length=40)),
                ("reasons", models.TextField()),
                ("end_reason", hutong.core.record.TermField(blank=True, max_length=40, null=True)),
                ("from_month", models.DateField()),
                ("amount_fen", models.BigIntegerField(null=True)),
                ("told_on", models.DateField()),
                ("told_whom", models.CharField(max_length=100)),
                ("answer_until", models.DateField()),
                ("answer", hutong.core.record.TermField(blank=True, max_length=40, null=True)),
                ("answer_text", models.TextField(blank=True)),
                ("answered_on", models.DateField(null=True)),
                ("state", hutong.core.record.TermField(default="proposed", max_length=40)),
                ("closing", models.TextField(blank=True)),
                ("proposed_by", models.BigIntegerField(editable=False, null=True)),
                ("carried_by", models.BigIntegerField(editable=False, null=True)),
                (
                    "award",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="hearings", to="benefits.award"
                    ),
                ),
                (
                    "child",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="people.child"),
                ),
                (
                    "file",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="core.storedfile"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="ListImport",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("version", models.IntegerField(default=1, editable=False)),
                ("created_at", models.DateTimeField(editable=False, null=True)),
                ("updated_at", models.DateTimeField(editable=False, null=True)),
                ("kind", hutong.core.record.TermField(max_length=40)),
                ("place_key", hutong.core.record.PlaceKeyField()),
                ("file_name", models.CharField(max_length=200)),
                ("sha256", models.BinaryField(max_length=32)),
                ("imported_on", models.DateField()),
                ("rows", models.IntegerField()),
                ("bad_rows", models.JSONField(default=list)),
                ("imported_by", models.BigIntegerField(editable=False, null=True)),
                (
                    "place",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="org.division"),
                ),
            ],
        ),
        migrations.CreateModel(
            name="ListMatch",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("version", models.IntegerField(default=1, editable=False)),
                ("created_at", models.DateTimeField(editable=False, null=True)),
                ("updated_at", models.DateTimeField(editable=False, null=True)),
                ("place_key", hutong.core.record.PlaceKeyField()),
                ("kind", hutong.core.record.TermField(max_length=40)),
                ("row_no", models.IntegerField()),
                ("who", hutong.core.record.TermField(max_length=40)),
                ("matched_on", hutong.core.record.TermField(max_length=40)),
                ("since", models.DateField(null=True)),
                ("until", models.DateField(null=True)),
                ("amount_fen", models.BigIntegerField(null=True)),
                ("state", hutong.core.record.TermField(default="open", max_length=40)),
                ("note", models.TextField(blank=True)),
                ("settled_by", models.BigIntegerField(editable=False, null=True)),
                (
                    "award",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="matches", to="benefits.award"
                    ),
                ),
                (
                    "child",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="people.child"),
                ),
                (
                    "list",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="matches", to="benefits.listimport"
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="people.person"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Objection",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("version", models.IntegerField(default=1, editable=False)),
                ("created_at", models.DateTimeField(editable=False, null=True)),
                ("updated_at", models.DateTimeField(editable=False, null=True)),
                ("place_key", hutong.core.record.PlaceKeyField()),
                ("kind", hutong.core.record.TermField(max_length=40)),
                ("lodged_on", models.DateField()),
                ("lodged_by", models.CharField(max_length=100)),
                ("grounds", models.TextField()),
                ("late", models.BooleanField(default=False)),
                ("state", hutong.core.record.TermField(default="open", max_length=40)),
                ("decided_on", models.DateField(null=True)),
                ("decided_in", models.CharField(blank=True, max_length=100)),
                ("result", models.TextField(blank=True)),
                ("recorded_by", models.BigIntegerField(editable=False, null=True)),
                (
                    "child",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="people.child"),
                ),
                (
                    "determination",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="objections",
                        to="benefits.determination",
                    ),
                ),
                (
                    "file",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="core.storedfile"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Pause",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("version", models.IntegerField(default=1, editable=False)),
                ("created_at", models.DateTimeField(editable=False, null=True)),
                ("updated_at", models.DateTimeField(editable=False, null=True)),
                ("first_month", models.DateField()),
                ("last_month", models.DateField(null=True)),
                ("undone", models.BooleanField(default=False)),
                ("why", models.TextField()),
                (
                    "award",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="pauses", to="benefits.award"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Proof",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("version", models.IntegerField(default=1, editable=False)),
                ("created_at", models.DateTimeField(editable=False, null=True)),
                ("updated_at", models.DateTimeField(editable=False, null=True)),
                ("kind", hutong.core.record.TermField(max_length=40)),
                ("about", hutong.core.record.TermField(max_length=40)),
                ("asked_of", hutong.core.record.TermField(max_length=40)),
                ("office", models.CharField(blank=True, max_length=100)),
                (
                    "facts",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=60), default=list, size=None
                    ),
                ),
                ("state", hutong.core.record.TermField(default="needed", max_length=40)),
                ("record_ref", models.CharField(blank=True, max_length=200)),
                ("reason", models.TextField(blank=True)),
                ("settled_on", models.DateField(null=True)),
                ("settled_by", models.BigIntegerField(editable=False, null=True)),
                (
                    "application",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="proofs", to="benefits.application"
                    ),
                ),
                (
                    "file",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="core.storedfile"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Review",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("version", models.IntegerField(default=1, editable=False)),
                ("created_at", models.DateTimeField(editable=False, null=True)),
                ("updated_at", models.DateTimeField(editable=False, null=True)),
                ("place_key", hutong.core.record.PlaceKeyField()),
                ("due_on", models.DateField()),
                ("state", hutong.core.record.TermField(default="due", max_length=40)),
                ("finding", hutong.core.record.TermField(blank=True, max_length=40, null=True)),
                ("child_seen_on", models.DateField(null=True)),
                ("found", models.TextField(blank=True)),
                ("done_on", models.DateField(null=True)),
                ("done_by", models.BigIntegerField(editable=False, null=True)),
                (
                    "award",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="reviews", to="benefits.award"
                    ),
                ),
                (
                    "child",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="people.child"),
                ),
                (
                    "file",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="core.storedfile"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="RollImport",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("version", models.IntegerField(default=1, editable=False)),
                ("created_at", models.DateTimeField(editable=False, null=True)),
                ("updated_at", models.DateTimeField(editable=False, null=True)),
                ("place_key", hutong.core.record.PlaceKeyField()),
                ("file_name", models.CharField(max_length=200)),
                ("sha256", models.BinaryField(max_length=32)),
                ("imported_on", models.DateField()),
                ("first_month_here", models.DateField()),
                ("rows", models.IntegerField(default=0)),
                ("taken_over", models.IntegerField(default=0)),
                ("imported_by", models.BigIntegerField(editable=False, null=True)),
                (
                    "place",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="org.division"),
                ),
            ],
        ),
        migrations.CreateModel(
            name="RollRow",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("version", models.IntegerField(default=1, editable=False)),
                ("created_at", models.DateTimeField(editable=False, null=True)),
                ("updated_at", models.DateTimeField(editable=False, null=True)),
                ("row_no", models.IntegerField()),
                ("child_name", models.CharField(blank=True, max_length=100)),
                ("state", hutong.core.record.TermField(max_length=40)),
                ("errors", models.JSONField(default=list)),
                ("differences", models.JSONField(default=list)),
                ("paid_fen", models.BigIntegerField(null=True)),
                (
                    "award",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="benefits.award"
                    ),
                ),
                (
                    "roll",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="lines", to="benefits.rollimport"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="SealedGrounds",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("version", models.IntegerField(default=1, editable=False)),
                ("created_at", models.DateTimeField(editable=False, null=True)),
                ("updated_at", models.DateTimeField(editable=False, null=True)),
                ("facts", models.JSONField()),
                ("trace", models.JSONField()),
                (
                    "determination",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="sealed_grounds",
                        to="benefits.determination",
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="Verification",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("version", models.IntegerField(default=1, editable=False)),
                ("created_at", models.DateTimeField(editable=False, null=True)),
                ("updated_at", models.DateTimeField(editable=False, null=True)),
                ("opinion", hutong.core.record.TermField(max_length=40)),
                ("found", models.TextField()),
                ("compared", models.TextField(blank=True)),
                ("visited_on", models.DateField(null=True)),
                ("visited_by", models.CharField(blank=True, max_length=100)),
                ("child_heard", models.TextField(blank=True)),
                ("verified_on", models.DateField()),
                ("verified_by", models.BigIntegerField(editable=False, null=True)),
                (
                    "application",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="verifications",
                        to="benefits.application",
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.AddIndex(
            model_name="application",
            index=models.Index(fields=["place_key", "state", "id"], name="application_place"),
        ),
        migrations.AddIndex(
            model_name="application",
            index=models.Index(fields=["accepting_key", "id"], name="application_accepting"),
        ),
        migrations.AddIndex(
            model_name="application",
            index=models.Index(fields=["child"], name="application_child"),
        ),
        migrations.AddConstraint(
            model_name="application",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state__in", ["draft", "accepted", "filed", "verified", "returned"])),
                fields=("child",),
                name="application_one_open",
            ),
        ),
        migrations.AddConstraint(
            model_name="application",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("state__in", ["draft", "withdrawn"]),
                    models.Q(("filed_on__isnull", False), ("receipt_no__isnull", False)),
                    _connector="OR",
                ),
                name="application_filed_has_receipt",
            ),
        ),
        migrations.AddIndex(
            model_name="award",
            index=models.Index(fields=["place_key", "state", "id"], name="award_place"),
        ),
        migrations.AddIndex(
            model_name="award",
            index=models.Index(fields=["child"], name="award_child"),
        ),
        migrations.AddIndex(
            model_name="award",
            index=models.Index(
                condition=models.Q(("state", "ended"), _negated=True),
                fields=["next_review_on"],
                name="award_review_due",
            ),
        ),
        migrations.AddConstraint(
            model_name="award",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state", "ended"), _negated=True), fields=("child",), name="award_one_running"
            ),
        ),
        migrations.AddConstraint(
            model_name="award",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "ended"), _negated=True),
                    models.Q(("end_reason__isnull", False), ("ended_on__isnull", False), ("last_month__isnull", False)),
                    _connector="OR",
                ),
                name="award_end_is_complete",
            ),
        ),
        migrations.AddConstraint(
            model_name="award",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("first_month__day", 1),
                    ("paid_from__day", 1),
                    models.Q(("last_month", None), ("last_month__day", 1), _connector="OR"),
                ),
                name="award_months",
            ),
        ),
        migrations.AddIndex(
            model_name="determination",
            index=models.Index(fields=["place_key", "decided_on", "id"], name="determination_place"),
        ),
        migrations.AddIndex(
            model_name="determination",
            index=models.Index(fields=["child"], name="determination_child"),
        ),
        migrations.AddConstraint(
            model_name="determination",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("departs", False),
                    models.Q(
                        models.Q(("reasons", ""), _negated=True),
                        ("meeting_on__isnull", False),
                        ("minutes__isnull", False),
                        ("participants__len__gte", 2),
                    ),
                    _connector="OR",
                ),
                name="departure_has_minutes",
            ),
        ),
        migrations.AddConstraint(
            model_name="determination",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("decided_by", None),
                    ("verified_by", None),
                    models.Q(("decided_by", models.F("verified_by")), _negated=True),
                    _connector="OR",
                ),
                name="determination_two_people",
            ),
        ),
        migrations.AddConstraint(
            model_name="determination",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("outcome__in", ["refuse", "return_missing"]), _negated=True),
                    models.Q(("reasons", ""), _negated=True),
                    _connector="OR",
                ),
                name="refusal_has_reasons",
            ),
        ),
        migrations.AddConstraint(
            model_name="determination",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("outcome__in", ["recognise", "recognise_zero"]), _negated=True),
                    models.Q(
                        ("amount_fen__isnull", False), ("category__isnull", False), ("first_month__isnull", False)
                    ),
                    _connector="OR",
                ),
                name="recognition_is_complete",
            ),
        ),
        migrations.AddIndex(
            model_name="awardevent",
            index=models.Index(fields=["happened_on", "award"], name="award_event_day"),
        ),
        migrations.AddConstraint(
            model_name="awardbasis",
            constraint=models.UniqueConstraint(fields=("award", "from_month"), name="basis_once_a_month"),
        ),
        migrations.AddConstraint(
            model_name="awardbasis",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("amount_fen__gte", 0),
                    ("dibao_fen__gte", 0),
                    ("from_month__day", 1),
                    ("tekun_fen__gte", 0),
                    ("disability_living_fen__gte", 0),
                ),
                name="basis_sane",
            ),
        ),
        migrations.AddIndex(
            model_name="hearing",
            index=models.Index(fields=["place_key", "state", "id"], name="hearing_place"),
        ),
        migrations.AddConstraint(
            model_name="hearing",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state__in", ["proposed", "heard"])),
                fields=("award", "kind"),
                name="hearing_one_open",
            ),
        ),
        migrations.AddConstraint(
            model_name="hearing",
            constraint=models.CheckConstraint(
                condition=models.Q(("answer_until__gt", models.F("told_on"))), name="hearing_time_to_answer"
            ),
        ),
        migrations.AddConstraint(
            model_name="hearing",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "carried_out"), _negated=True), ("answer__isnull", False), _connector="OR"
                ),
                name="hearing_before_carrying_out",
            ),
        ),
        migrations.AddConstraint(
            model_name="hearing",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("carried_by", None),
                    ("proposed_by", None),
                    models.Q(("carried_by", models.F("proposed_by")), _negated=True),
                    _connector="OR",
                ),
                name="hearing_two_people",
            ),
        ),
        migrations.AddConstraint(
            model_name="hearing",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("kind", "end"), _negated=True), ("end_reason__isnull", False), _connector="OR"
                ),
                name="hearing_end_says_why",
            ),
        ),
        migrations.AddConstraint(
            model_name="hearing",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("kind__in", ["reduce", "recover"]), _negated=True),
                    ("amount_fen__gte", 0),
                    _connector="OR",
                ),
                name="hearing_names_sum",
            ),
        ),
        migrations.AddConstraint(
            model_name="listimport",
            constraint=models.UniqueConstraint(fields=("place", "kind", "sha256"), name="list_file_once"),
        ),
        migrations.AddIndex(
            model_name="listmatch",
            index=models.Index(fields=["place_key", "state", "id"], name="match_place"),
        ),
        migrations.AddConstraint(
            model_name="listmatch",
            constraint=models.UniqueConstraint(fields=("list", "row_no", "award", "who"), name="match_once"),
        ),
        migrations.AddConstraint(
            model_name="listmatch",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "dismissed"), _negated=True),
                    models.Q(("note", ""), _negated=True),
                    _connector="OR",
                ),
                name="match_dismissed_says_why",
            ),
        ),
        migrations.AddIndex(
            model_name="objection",
            index=models.Index(fields=["place_key", "id"], name="objection_place"),
        ),
        migrations.AddConstraint(
            model_name="objection",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state__in", ["upheld", "rejected"]), _negated=True),
                    models.Q(("decided_on__isnull", False), models.Q(("result", ""), _negated=True)),
                    _connector="OR",
                ),
                name="objection_decided_has_result",
            ),
        ),
        migrations.AddConstraint(
            model_name="pause",
            constraint=models.UniqueConstraint(
                condition=models.Q(("last_month", None), ("undone", False)), fields=("award",), name="pause_one_running"
            ),
        ),
        migrations.AddConstraint(
            model_name="proof",
            constraint=models.UniqueConstraint(fields=("application", "kind", "about"), name="proof_once"),
        ),
        migrations.AddConstraint(
            model_name="proof",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "given"), _negated=True), ("file__isnull", False), _connector="OR"
                ),
                name="proof_given_has_file",
            ),
        ),
        migrations.AddConstraint(
            model_name="proof",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "waived"), _negated=True),
                    models.Q(("reason", ""), _negated=True),
                    _connector="OR",
                ),
                name="proof_waived_has_reason",
            ),
        ),
        migrations.AddConstraint(
            model_name="proof",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "incomplete"), _negated=True),
                    models.Q(("reason", ""), _negated=True),
                    _connector="OR",
                ),
                name="proof_incomplete_says_why",
            ),
        ),
        migrations.AddConstraint(
            model_name="proof",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "held_elsewhere"), _negated=True),
                    models.Q(("office", ""), ("record_ref", ""), _connector="OR", _negated=True),
                    _connector="OR",
                ),
                name="proof_record_named",
            ),
        ),
        migrations.AddIndex(
            model_name="review",
            index=models.Index(fields=["place_key", "state", "due_on"], name="review_place"),
        ),
        migrations.AddConstraint(
            model_name="review",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state", "due")), fields=("award",), name="review_one_due"
            ),
        ),
        migrations.AddConstraint(
            model_name="review",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "done"), _negated=True),
                    models.Q(("done_on__isnull", False), ("finding__isnull", False)),
                    _connector="OR",
                ),
                name="review_done_says",
            ),
        ),
        migrations.AddConstraint(
            model_name="rollimport",
            constraint=models.UniqueConstraint(fields=("place", "sha256"), name="roll_file_once"),
        ),
        migrations.AddConstraint(
            model_name="rollrow",
            constraint=models.UniqueConstraint(fields=("roll", "row_no"), name="roll_row_once"),
        ),
        migrations.AddConstraint(
            model_name="rollrow",
            constraint=models.CheckConstraint(
                condition=models.Q(("award__isnull", False), ("state", "refused"), _connector="OR"),
                name="roll_row_award_or_refused",
            ),
        ),
    ]
