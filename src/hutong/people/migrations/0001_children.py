import django.contrib.postgres.fields
import django.contrib.postgres.indexes
import django.db.models.deletion
from django.db import migrations, models

import hutong.core.record


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("core", "0001_initial"),
        ("org", "0001_divisions_agencies_posts"),
    ]

    operations = [
        migrations.CreateModel(
            name="Child",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("version", models.IntegerField(default=1, editable=False)),
                ("created_at", models.DateTimeField(editable=False, null=True)),
                ("updated_at", models.DateTimeField(editable=False, null=True)),
                ("child_no", models.CharField(max_length=10, unique=True)),
                ("name", models.CharField(blank=True, db_collation="C", max_length=100)),
                ("name_key", models.BigIntegerField(editable=False, null=True)),
                ("pinyin_key", models.BigIntegerField(editable=False, null=True)),
                ("fuzzy_key", models.BigIntegerField(editable=False, null=True)),
                ("given_key", models.BigIntegerField(editable=False, null=True)),
                ("sound_key", models.BigIntegerField(editable=False, null=True)),
                ("initials_key", models.BigIntegerField(editable=False, null=True)),
                ("sex", hutong.core.record.TermField(default="unknown", max_length=40)),
                ("birth_date", models.DateField(null=True)),
                ("birth_precision", hutong.core.record.TermField(default="day", max_length=40)),
                ("ethnicity", models.CharField(blank=True, max_length=20)),
                ("identity", models.BinaryField(null=True)),
                ("identity_key", models.BinaryField(max_length=16, null=True)),
                (
                    "identity_near",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.BigIntegerField(), default=list, editable=False, size=None
                    ),
                ),
                ("national_no", models.CharField(blank=True, max_length=40)),
                ("status", hutong.core.record.TermField(default="ordinary", max_length=40)),
                ("status_evidence", hutong.core.record.TermField(default="none", max_length=40)),
                ("placement", hutong.core.record.TermField(default="scattered", max_length=40)),
                ("family_aid", hutong.core.record.TermField(max_length=40, null=True)),
                ("health", hutong.core.record.TermField(default="unknown", max_length=40)),
                ("registered_key", hutong.core.record.PlaceKeyField(null=True)),
                ("actual_key", hutong.core.record.PlaceKeyField()),
                ("address", models.CharField(blank=True, max_length=200)),
                ("died_on", models.DateField(null=True)),
                (
                    "actual",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="org.division"),
                ),
                (
                    "merged_into",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="people.child"
                    ),
                ),
                (
                    "registered",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="org.division"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="AidFact",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("version", models.IntegerField(default=1, editable=False)),
                ("created_at", models.DateTimeField(editable=False, null=True)),
                ("updated_at", models.DateTimeField(editable=False, null=True)),
                ("kind", hutong.core.record.TermField(max_length=40)),
                ("amount_fen", models.BigIntegerField()),
                ("first_month", models.DateField()),
                ("last_month", models.DateField(null=True)),
                ("source", models.CharField(blank=True, max_length=200)),
                ("evidence", hutong.core.record.TermField(default="none", max_length=40)),
                ("recorded_by", models.BigIntegerField(editable=False, null=True)),
                (
                    "child",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="aid", to="people.child"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="DisabilityFact",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("version", models.IntegerField(default=1, editable=False)),
                ("created_at", models.DateTimeField(editable=False, null=True)),
                ("updated_at", models.DateTimeField(editable=False, null=True)),
                ("kind", hutong.core.record.TermField(max_length=40)),
                ("grade", models.SmallIntegerField()),
                ("valid_from", models.DateField()),
                ("valid_to", models.DateField(null=True)),
                ("evidence", hutong.core.record.TermField(default="none", max_length=40)),
                ("recorded_by", models.BigIntegerField(editable=False, null=True)),
                (
                    "child",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="disabilities", to="people.child"
                    ),
                ),
                (
                    "paper",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="core.storedfile"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Household",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("version", models.IntegerField(default=1, editable=False)),
                ("created_at", models.DateTimeField(editable=False, null=True)),
                ("updated_at", models.DateTimeField(editable=False, null=True)),
                ("place_key", hutong.core.record.PlaceKeyField()),
                ("register_no", models.CharField(blank=True, max_length=40)),
                ("address", models.CharField(blank=True, max_length=200)),
                (
                    "division",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="org.division"),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Merge",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("version", models.IntegerField(default=1, editable=False)),
                ("created_at", models.DateTimeField(editable=False, null=True)),
                ("updated_at", models.DateTimeField(editable=False, null=True)),
                ("moved", models.JSONField()),
                ("left", models.JSONField()),
                ("before", models.JSONField()),
                ("merged_on", models.DateField()),
                ("undone_on", models.DateField(null=True)),
                (
                    "kept",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="people.child"),
                ),
                (
                    "merged",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="people.child"),
                ),
            ],
        ),
        migrations.CreateModel(
            name="ParentFact",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("version", models.IntegerField(default=1, editable=False)),
                ("created_at", models.DateTimeField(editable=False, null=True)),
                ("updated_at", models.DateTimeField(editable=False, null=True)),
                ("side", hutong.core.record.TermField(max_length=40)),
                ("status", hutong.core.record.TermField(max_length=40)),
                ("since", models.DateField()),
                ("until", models.DateField(null=True)),
                ("term_months", models.IntegerField(null=True)),
                ("term_from", models.DateField(null=True)),
                ("reported_on", models.DateField(null=True)),
                ("accepted_on", models.DateField(null=True)),
                ("lost_steps", models.SmallIntegerField(null=True)),
                ("witnesses", models.SmallIntegerField(null=True)),
                ("disability_kind", hutong.core.record.TermField(max_length=40, null=True)),
                ("disability_grade", models.SmallIntegerField(null=True)),
                ("note", models.TextField(blank=True)),
                ("evidence", hutong.core.record.TermField(default="none", max_length=40)),
                ("state", hutong.core.record.TermField(default="reported", max_length=40)),
                ("recorded_by", models.BigIntegerField(editable=False, null=True)),
                ("confirmed_by", models.BigIntegerField(editable=False, null=True)),
                ("confirmed_on", models.DateField(null=True)),
                (
                    "child",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="parent_facts", to="people.child"
                    ),
                ),
                (
                    "paper",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="core.storedfile"
                    ),
                ),
                (
                    "replaces",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="people.parentfact"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Person",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("version", models.IntegerField(default=1, editable=False)),
                ("created_at", models.DateTimeField(editable=False, null=True)),
                ("updated_at", models.DateTimeField(editable=False, null=True)),
                ("name", models.CharField(max_length=100)),
                ("name_key", models.BigIntegerField(editable=False, null=True)),
                ("sex", hutong.core.record.TermField(default="unknown", max_length=40)),
                ("birth_date", models.DateField(null=True)),
                ("identity", models.BinaryField(null=True)),
                ("identity_key", models.BinaryField(max_length=16, null=True)),
                ("phone", models.CharField(blank=True, max_length=40)),
                ("address", models.CharField(blank=True, max_length=200)),
            ],
            options={
                "indexes": [
                    models.Index(fields=["name_key"], name="person_name_key"),
                    models.Index(
                        condition=models.Q(("identity_key__isnull", False)),
                        fields=["identity_key"],
                        name="person_identity",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Member",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("version", models.IntegerField(default=1, editable=False)),
                ("created_at", models.DateTimeField(editable=False, null=True)),
                ("updated_at", models.DateTimeField(editable=False, null=True)),
                ("head", models.BooleanField(default=False)),
                ("valid_from", models.DateField(null=True)),
                ("valid_to", models.DateField(null=True)),
                (
                    "child",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="memberships",
                        to="people.child",
                    ),
                ),
                (
                    "household",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="members", to="people.household"
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="memberships",
                        to="people.person",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Relation",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("version", models.IntegerField(default=1, editable=False)),
                ("created_at", models.DateTimeField(editable=False, null=True)),
                ("updated_at", models.DateTimeField(editable=False, null=True)),
                ("bond", hutong.core.record.TermField(max_length=40)),
                ("kinship", hutong.core.record.TermField(default="none", max_length=40)),
                ("basis", hutong.core.record.TermField(default="fact", max_length=40)),
                ("valid_from", models.DateField(null=True)),
                ("valid_to", models.DateField(null=True)),
                ("evidence", hutong.core.record.TermField(default="none", max_length=40)),
                ("recorded_by", models.BigIntegerField(editable=False, null=True)),
                (
                    "child",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="relations", to="people.child"
                    ),
                ),
                (
                    "paper",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="core.storedfile"
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="relations", to="people.person"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Residence",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("version", models.IntegerField(default=1, editable=False)),
                ("created_at", models.DateTimeField(editable=False, null=True)),
                ("updated_at", models.DateTimeField(editable=False, null=True)),
                ("kind", hutong.core.record.TermField(max_length=40)),
                ("address", models.CharField(blank=True, max_length=200)),
                ("valid_from", models.DateField(null=True)),
                ("valid_to", models.DateField(null=True)),
                ("why", models.CharField(blank=True, max_length=200)),
                (
                    "child",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="residences", to="people.child"
                    ),
                ),
                (
                    "division",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="org.division"),
                ),
            ],
        ),
        migrations.CreateModel(
            name="SchoolFact",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("version", models.IntegerField(default=1, editable=False)),
                ("created_at", models.DateTimeField(editable=False, null=True)),
                ("updated_at", models.DateTimeField(editable=False, null=True)),
                ("level", hutong.core.record.TermField(max_length=40)),
                ("school", models.CharField(blank=True, max_length=200)),
                ("full_time", models.BooleanField(default=True)),
                ("boarding", models.BooleanField(default=False)),
                ("public", models.BooleanField(null=True)),
                ("normal_length", models.BooleanField(null=True)),
                ("valid_from", models.DateField()),
                ("valid_to", models.DateField(null=True)),
                ("evidence", hutong.core.record.TermField(default="none", max_length=40)),
                ("recorded_by", models.BigIntegerField(editable=False, null=True)),
                (
                    "child",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="schooling", to="people.child"
                    ),
                ),
                (
                    "paper",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="core.storedfile"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="SealedHealth",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("version", models.IntegerField(default=1, editable=False)),
                ("created_at", models.DateTimeField(editable=False, null=True)),
                ("updated_at", models.DateTimeField(editable=False, null=True)),
                ("hiv", models.BooleanField()),
                ("since", models.DateField()),
                ("evidence", hutong.core.record.TermField(default="none", max_length=40)),
                (
                    "child",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="sealed_health", to="people.child"
                    ),
                ),
                (
                    "paper",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="core.storedfile"
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.AddIndex(
            model_name="child",
            index=models.Index(fields=["actual_key", "id"], name="child_actual"),
        ),
        migrations.AddIndex(
            model_name="child",
            index=models.Index(fields=["registered_key", "id"], name="child_registered"),
        ),
        migrations.AddIndex(
            model_name="child",
            index=models.Index(fields=["name", "actual_key"], name="child_name"),
        ),
        migrations.AddIndex(
            model_name="child",
            index=models.Index(fields=["name_key", "actual_key"], name="child_name_key"),
        ),
        migrations.AddIndex(
            model_name="child",
            index=models.Index(fields=["pinyin_key", "actual_key"], name="child_pinyin_key"),
        ),
        migrations.AddIndex(
            model_name="child",
            index=models.Index(fields=["fuzzy_key", "actual_key"], name="child_fuzzy_key"),
        ),
        migrations.AddIndex(
            model_name="child",
            index=models.Index(fields=["given_key", "actual_key"], name="child_given_key"),
        ),
        migrations.AddIndex(
            model_name="child",
            index=models.Index(fields=["initials_key", "actual_key"], name="child_initials_key"),
        ),
        migrations.AddIndex(
            model_name="child",
            index=models.Index(fields=["birth_date", "sound_key", "initials_key", "name_key"], name="child_birth"),
        ),
        migrations.AddIndex(
            model_name="child",
            index=models.Index(
                condition=models.Q(("identity_key__isnull", False)), fields=["identity_key"], name="child_identity"
            ),
        ),
        migrations.AddIndex(
            model_name="child",
            index=models.Index(
                condition=models.Q(("national_no", ""), _negated=True), fields=["national_no"], name="child_national_no"
            ),
        ),
        migrations.AddIndex(
            model_name="child",
            index=django.contrib.postgres.indexes.GinIndex(
                fastupdate=False, fields=["identity_near"], name="child_identity_near"
            ),
        ),
        migrations.AddConstraint(
            model_name="child",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("merged_into", None), models.Q(("merged_into", models.F("id")), _negated=True), _connector="OR"
                ),
                name="child_not_itself",
            ),
        ),
        migrations.AddIndex(
            model_name="aidfact",
            index=models.Index(fields=["child", "kind", "first_month"], name="aid_child"),
        ),
        migrations.AddConstraint(
            model_name="aidfact",
            constraint=models.CheckConstraint(condition=models.Q(("amount_fen__gte", 0)), name="aid_not_negative"),
        ),
        migrations.AddConstraint(
            model_name="aidfact",
            constraint=models.CheckConstraint(
                condition=models.Q(("last_month", None), ("last_month__gte", models.F("first_month")), _connector="OR"),
                name="aid_in_order",
            ),
        ),
        migrations.AddConstraint(
            model_name="aidfact",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("first_month__day", 1), models.Q(("last_month", None), ("last_month__day", 1), _connector="OR")
                ),
                name="aid_months",
            ),
        ),
        migrations.AddIndex(
            model_name="disabilityfact",
            index=models.Index(fields=["child", "valid_from"], name="disability_child"),
        ),
        migrations.AddConstraint(
            model_name="disabilityfact",
            constraint=models.CheckConstraint(condition=models.Q(("grade__range", (1, 4))), name="disability_grade"),
        ),
        migrations.AddIndex(
            model_name="household",
            index=models.Index(fields=["place_key", "id"], name="household_place"),
        ),
        migrations.AddIndex(
            model_name="merge",
            index=models.Index(fields=["kept"], name="merge_kept"),
        ),
        migrations.AddIndex(
            model_name="merge",
            index=models.Index(fields=["merged"], name="merge_merged"),
        ),
        migrations.AddIndex(
            model_name="parentfact",
            index=models.Index(fields=["child", "side", "since"], name="parent_fact_child"),
        ),
        migrations.AddConstraint(
            model_name="parentfact",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("confirmed_by", None),
                    ("recorded_by", None),
                    models.Q(("confirmed_by", models.F("recorded_by")), _negated=True),
                    _connector="OR",
                ),
                name="parent_fact_two_people",
            ),
        ),
        migrations.AddConstraint(
            model_name="parentfact",
            constraint=models.CheckConstraint(
                condition=models.Q(("until", None), ("until__gte", models.F("since")), _connector="OR"),
                name="parent_fact_in_order",
            ),
        ),
        migrations.AddConstraint(
            model_name="parentfact",
            constraint=models.CheckConstraint(
                condition=models.Q(("disability_grade", None), ("disability_grade__range", (1, 4)), _connector="OR"),
                name="parent_fact_grade",
            ),
        ),
        migrations.AddConstraint(
            model_name="parentfact",
            constraint=models.CheckConstraint(
                condition=models.Q(("lost_steps", None), ("lost_steps__range", (0, 5)), _connector="OR"),
                name="parent_fact_steps",
            ),
        ),
        migrations.AddIndex(
            model_name="member",
            index=models.Index(fields=["child"], name="member_child"),
        ),
        migrations.AddIndex(
            model_name="member",
            index=models.Index(fields=["person"], name="member_person"),
        ),
        migrations.AddConstraint(
            model_name="member",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("child", None), ("person__isnull", False)),
                    models.Q(("child__isnull", False), ("person", None)),
                    _connector="OR",
                ),
                name="member_child_or_person",
            ),
        ),
        migrations.AddConstraint(
            model_name="member",
            constraint=models.UniqueConstraint(
                condition=models.Q(("child__isnull", False), ("valid_to", None)),
                fields=("household", "child"),
                name="member_child_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="member",
            constraint=models.UniqueConstraint(
                condition=models.Q(("person__isnull", False), ("valid_to", None)),
                fields=("household", "person"),
                name="member_person_once",
            ),
        ),
        migrations.AddIndex(
            model_name="relation",
            index=models.Index(fields=["person"], name="relation_person"),
        ),
        migrations.AddConstraint(
            model_name="relation",
            constraint=models.UniqueConstraint(
                condition=models.Q(("bond__in", ["father", "mother"]), ("valid_to", None)),
                fields=("child", "bond"),
                name="relation_one_father_one_mother",
            ),
        ),
        migrations.AddConstraint(
            model_name="relation",
            constraint=models.UniqueConstraint(
                condition=models.Q(("valid_to", None)), fields=("child", "person", "bond"), name="relation_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="relation",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("valid_to", None), ("valid_from", None), ("valid_to__gte", models.F("valid_from")), _connector="OR"
                ),
                name="relation_in_order",
            ),
        ),
        migrations.AddConstraint(
            model_name="residence",
            constraint=models.UniqueConstraint(
                condition=models.Q(("valid_to", None)), fields=("child", "kind"), name="residence_one_now"
            ),
        ),
        migrations.AddIndex(
            model_name="schoolfact",
            index=models.Index(fields=["child", "valid_from"], name="school_child"),
        ),
        migrations.AddConstraint(
            model_name="schoolfact",
            constraint=models.CheckConstraint(
                condition=models.Q(("valid_to", None), ("valid_to__gte", models.F("valid_from")), _connector="OR"),
                name="school_in_order",
            ),
        ),
    ]
