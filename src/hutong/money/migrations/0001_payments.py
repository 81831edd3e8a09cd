from pathlib import Path

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import hutong.core.record

FROZEN = (Path(__file__).parent / "frozen.sql").read_text("utf-8")


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("core", "0001_initial"),
        ("org", "0001_divisions_agencies_posts"),
        ("people", "0002_candidates"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="ParameterSet",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("version", models.IntegerField(default=1, editable=False)),
                ("created_at", models.DateTimeField(editable=False, null=True)),
                ("updated_at", models.DateTimeField(editable=False, null=True)),
                ("digest", models.BinaryField(max_length=32, unique=True)),
                ("content", models.JSONField()),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="Batch",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("version", models.IntegerField(default=1, editable=False)),
                ("created_at", models.DateTimeField(editable=False, null=True)),
                ("updated_at", models.DateTimeField(editable=False, null=True)),
                ("place_key", hutong.core.record.PlaceKeyField()),
                ("month", models.DateField()),
                (
                    "purpose",
                    hutong.core.record.TermField(default="run", max_length=40),
                ),
                (
                    "state",
                    hutong.core.record.TermField(default="prepared", max_length=40),
                ),
                ("signed_on", models.DateField(null=True)),
                ("sent_on", models.DateField(null=True)),
                ("settled_on", models.DateField(null=True)),
                ("count", models.IntegerField(default=0)),
                ("total_fen", models.BigIntegerField(default=0)),
                ("booked_fen", models.BigIntegerField(default=0)),
                ("told", models.JSONField(default=dict)),
                (
                    "maker",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "place",
                    models.ForeignKey(
                        db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="org.division"
                    ),
                ),
                (
                    "signer",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Payee",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("version", models.IntegerField(default=1, editable=False)),
                ("created_at", models.DateTimeField(editable=False, null=True)),
                ("updated_at", models.DateTimeField(editable=False, null=True)),
                ("kind", hutong.core.record.TermField(max_length=40)),
                ("name", models.CharField(max_length=120)),
                ("place_key", hutong.core.record.PlaceKeyField()),
                (
                    "child",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="people.child",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="people.person",
                    ),
                ),
                (
                    "place",
                    models.ForeignKey(
                        db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="org.division"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Order",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("version", models.IntegerField(default=1, editable=False)),
                ("created_at", models.DateTimeField(editable=False, null=True)),
                ("updated_at", models.DateTimeField(editable=False, null=True)),
                ("item", hutong.core.record.TermField(default="basic_living", max_length=40)),
                ("on_label", models.CharField(max_length=80)),
                ("on_id", models.BigIntegerField()),
                ("first_month", models.DateField()),
                ("last_month", models.DateField(null=True)),
                ("suspended_from", models.DateField(null=True)),
                ("state", hutong.core.record.TermField(default="active", max_length=40)),
                ("place_key", hutong.core.record.PlaceKeyField()),
                (
                    "child",
                    models.ForeignKey(
                        db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="people.child"
                    ),
                ),
                (
                    "place",
                    models.ForeignKey(
                        db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="org.division"
                    ),
                ),
                (
                    "payee",
                    models.ForeignKey(
                        db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="money.payee"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="AccountVersion",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("version", models.IntegerField(default=1, editable=False)),
                ("created_at", models.DateTimeField(editable=False, null=True)),
                ("updated_at", models.DateTimeField(editable=False, null=True)),
                ("number", models.BinaryField()),
                ("number_key", models.BinaryField(max_length=16)),
                ("last4", models.CharField(max_length=4)),
                ("bank", models.CharField(max_length=120)),
                ("holder", models.CharField(max_length=120)),
                (
                    "source",
                    hutong.core.record.TermField(default="paper", max_length=40),
                ),
                (
                    "state",
                    hutong.core.record.TermField(default="proposed", max_length=40),
                ),
                ("valid_from", models.DateField()),
                ("declined_why", models.CharField(blank=True, max_length=200)),
                ("place_key", hutong.core.record.PlaceKeyField()),
                (
                    "approved_by",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "proof",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="core.storedfile",
                    ),
                ),
                (
                    "proposed_by",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "payee",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="accounts",
                        to="money.payee",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="PayeeChange",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("version", models.IntegerField(default=1, editable=False)),
                ("created_at", models.DateTimeField(editable=False, null=True)),
                ("updated_at", models.DateTimeField(editable=False, null=True)),
                ("why", hutong.core.record.TermField(max_length=40)),
                ("note", models.TextField(blank=True)),
                (
                    "state",
                    hutong.core.record.TermField(default="proposed", max_length=40),
                ),
                ("place_key", hutong.core.record.PlaceKeyField()),
                (
                    "approved_by",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "new_payee",
                    models.ForeignKey(
                        db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="money.payee"
                    ),
                ),
                (
                    "old_payee",
                    models.ForeignKey(
                        db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="money.payee"
                    ),
                ),
                (
                    "order",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="payee_changes",
                        to="money.order",
                    ),
                ),
                (
                    "proof",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="core.storedfile",
                    ),
                ),
                (
                    "proposed_by",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Reconciliation",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("version", models.IntegerField(default=1, editable=False)),
                ("created_at", models.DateTimeField(editable=False, null=True)),
                ("updated_at", models.DateTimeField(editable=False, null=True)),
                ("sha256", models.BinaryField(max_length=32)),
                ("name", models.CharField(max_length=200)),
                ("rows", models.IntegerField()),
                ("paid", models.IntegerField()),
                ("refused", models.IntegerField()),
                ("repeated", models.IntegerField()),
                ("errors", models.JSONField(default=list)),
                ("place_key", hutong.core.record.PlaceKeyField()),
                (
                    "batch",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="answers",
                        to="money.batch",
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
        ),
        migrations.CreateModel(
            name="Recovery",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("version", models.IntegerField(default=1, editable=False)),
                ("created_at", models.DateTimeField(editable=False, null=True)),
                ("updated_at", models.DateTimeField(editable=False, null=True)),
                ("amount_fen", models.BigIntegerField()),
                ("returned_fen", models.BigIntegerField(default=0)),
                ("why", hutong.core.record.TermField(max_length=40)),
                ("reasons", models.TextField()),
                (
                    "state",
                    hutong.core.record.TermField(default="noticed", max_length=40),
                ),
                ("noticed_on", models.DateField()),
                ("answer_due", models.DateField()),
                ("answered_on", models.DateField(null=True)),
                ("answer", models.TextField(blank=True)),
                ("plan", models.TextField(blank=True)),
                ("instalment_fen", models.BigIntegerField(null=True)),
                ("closed_why", models.TextField(blank=True)),
                ("place_key", hutong.core.record.PlaceKeyField()),
                (
                    "child",
                    models.ForeignKey(
                        db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="people.child"
                    ),
                ),
                (
                    "order",
                    models.ForeignKey(
                        db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="money.order"
                    ),
                ),
            ],
            options={
                "verbose_name_plural": "recoveries",
            },
        ),
        migrations.CreateModel(
            name="Line",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("version", models.IntegerField(default=1, editable=False)),
                ("created_at", models.DateTimeField(editable=False, null=True)),
                ("updated_at", models.DateTimeField(editable=False, null=True)),
                ("item", hutong.core.record.TermField(max_length=40)),
                ("month", models.DateField()),
                ("kind", hutong.core.record.TermField(max_length=40)),
                (
                    "state",
                    hutong.core.record.TermField(default="prepared", max_length=40),
                ),
                ("amount_fen", models.BigIntegerField()),
                ("rule_version", models.CharField(max_length=80)),
                ("reason_code", models.CharField(blank=True, max_length=80)),
                ("refusal", models.CharField(blank=True, max_length=200)),
                ("settled_on", models.DateField(null=True)),
                ("place_key", hutong.core.record.PlaceKeyField()),
                (
                    "account",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="money.accountversion",
                    ),
                ),
                (
                    "batch",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="lines",
                        to="money.batch",
                    ),
                ),
                (
                    "child",
                    models.ForeignKey(
                        db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="people.child"
                    ),
                ),
                (
                    "corrects",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="money.line",
                    ),
                ),
                (
                    "order",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="lines",
                        to="money.order",
                    ),
                ),
                (
                    "parameter_set",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="money.parameterset",
                    ),
                ),
                (
                    "recovery",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="money.recovery",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="RecoveryPart",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("version", models.IntegerField(default=1, editable=False)),
                ("created_at", models.DateTimeField(editable=False, null=True)),
                ("updated_at", models.DateTimeField(editable=False, null=True)),
                ("amount_fen", models.BigIntegerField()),
                ("returned_fen", models.BigIntegerField(default=0)),
                (
                    "line",
                    models.ForeignKey(
                        db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="money.line"
                    ),
                ),
                (
                    "recovery",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="parts", to="money.recovery"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Rhythm",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("version", models.IntegerField(default=1, editable=False)),
                ("created_at", models.DateTimeField(editable=False, null=True)),
                ("updated_at", models.DateTimeField(editable=False, null=True)),
                ("every_months", models.SmallIntegerField()),
                ("valid_from", models.DateField()),
                ("basis", models.CharField(max_length=200)),
                (
                    "place",
                    models.ForeignKey(
                        db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="org.division"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="SigningBand",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("version", models.IntegerField(default=1, editable=False)),
                ("created_at", models.DateTimeField(editable=False, null=True)),
                ("updated_at", models.DateTimeField(editable=False, null=True)),
                ("limit_fen", models.BigIntegerField(null=True)),
                ("role", models.CharField(max_length=40)),
                ("valid_from", models.DateField()),
                ("basis", models.CharField(max_length=200)),
                (
                    "place",
                    models.ForeignKey(
                        db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="org.division"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Statement",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("version", models.IntegerField(default=1, editable=False)),
                ("created_at", models.DateTimeField(editable=False, null=True)),
                ("updated_at", models.DateTimeField(editable=False, null=True)),
                ("place_key", hutong.core.record.PlaceKeyField()),
                ("month", models.DateField()),
                ("revision", models.IntegerField(default=1)),
                ("content", models.JSONField()),
                (
                    "by",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "place",
                    models.ForeignKey(
                        db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="org.division"
                    ),
                ),
            ],
        ),
        migrations.AddIndex(
            model_name="batch",
            index=models.Index(fields=["place_key", "-month", "-id"], name="batch_place"),
        ),
        migrations.AddConstraint(
            model_name="batch",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("signer__isnull", True), models.Q(("signer", models.F("maker")), _negated=True), _connector="OR"
                ),
                name="batch_two_people",
            ),
        ),
        migrations.AddConstraint(
            model_name="batch",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("state__in", ["prepared", "discarded"]), ("signer__isnull", False), _connector="OR"
                ),
                name="batch_signed",
            ),
        ),
        migrations.AddConstraint(
            model_name="batch",
            constraint=models.CheckConstraint(
                condition=models.Q(("month__isnull", True), ("month__day", 1), _connector="OR"), name="batch_month"
            ),
        ),
        migrations.AddIndex(
            model_name="payee",
            index=models.Index(fields=["child"], name="payee_child"),
        ),
        migrations.AddIndex(
            model_name="payee",
            index=models.Index(condition=models.Q(("person__isnull", False)), fields=["person"], name="payee_person"),
        ),
        migrations.AddIndex(
            model_name="payee",
            index=models.Index(fields=["place_key", "id"], name="payee_place"),
        ),
        migrations.AddConstraint(
            model_name="payee",
            constraint=models.CheckConstraint(
                condition=models.Q(("kind__in", ["institution", "village"]), ("child__isnull", False), _connector="OR"),
                name="payee_has_child",
            ),
        ),
        migrations.AddIndex(
            model_name="order",
            index=models.Index(fields=["child"], name="order_child"),
        ),
        migrations.AddIndex(
            model_name="order",
            index=models.Index(fields=["payee"], name="order_payee"),
        ),
        migrations.AddIndex(
            model_name="order",
            index=models.Index(fields=["place_key", "id"], name="order_place"),
        ),
        migrations.AddIndex(
            model_name="order",
            index=models.Index(fields=["on_label", "on_id"], name="order_award"),
        ),
        migrations.AddConstraint(
            model_name="order",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("first_month__isnull", True), ("first_month__day", 1), _connector="OR"),
                    models.Q(("last_month__isnull", True), ("last_month__day", 1), _connector="OR"),
                    models.Q(("suspended_from__isnull", True), ("suspended_from__day", 1), _connector="OR"),
                ),
                name="order_months",
            ),
        ),
        migrations.AddConstraint(
            model_name="order",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "suspended"), _negated=True), ("suspended_from__isnull", False), _connector="OR"
                ),
                name="order_suspended_from",
            ),
        ),
        migrations.AddConstraint(
            model_name="order",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "ended"), _negated=True), ("last_month__isnull", False), _connector="OR"
                ),
                name="order_ended_when",
            ),
        ),
        migrations.AddConstraint(
            model_name="order",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state", "ended"), _negated=True),
                fields=("on_label", "on_id", "item"),
                name="order_one_per_award",
            ),
        ),
        migrations.AddIndex(
            model_name="accountversion",
            index=models.Index(fields=["payee", "-valid_from", "-id"], name="account_current"),
        ),
        migrations.AddIndex(
            model_name="accountversion",
            index=models.Index(fields=["number_key"], name="account_number"),
        ),
        migrations.AddIndex(
            model_name="accountversion",
            index=models.Index(fields=["place_key", "id"], name="account_place"),
        ),
        migrations.AddConstraint(
            model_name="accountversion",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("approved_by__isnull", True),
                    models.Q(("approved_by", models.F("proposed_by")), _negated=True),
                    _connector="OR",
                ),
                name="account_two_people",
            ),
        ),
        migrations.AddConstraint(
            model_name="accountversion",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "approved"), _negated=True), ("approved_by__isnull", False), _connector="OR"
                ),
                name="account_approved_by_somebody",
            ),
        ),
        migrations.AddConstraint(
            model_name="accountversion",
            constraint=models.CheckConstraint(
                condition=models.Q(("source", "roll"), ("proof__isnull", False), _connector="OR"),
                name="account_has_proof",
            ),
        ),
        migrations.AddConstraint(
            model_name="accountversion",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state", "proposed")), fields=("payee",), name="account_one_proposal_at_a_time"
            ),
        ),
        migrations.AddIndex(
            model_name="payeechange",
            index=models.Index(fields=["order", "id"], name="payee_change_order"),
        ),
        migrations.AddConstraint(
            model_name="payeechange",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("approved_by__isnull", True),
                    models.Q(("approved_by", models.F("proposed_by")), _negated=True),
                    _connector="OR",
                ),
                name="payee_change_two_people",
            ),
        ),
        migrations.AddConstraint(
            model_name="payeechange",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "approved"), _negated=True), ("approved_by__isnull", False), _connector="OR"
                ),
                name="payee_change_approved_by_somebody",
            ),
        ),
        migrations.AddConstraint(
            model_name="payeechange",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state", "proposed")), fields=("order",), name="payee_change_one_at_a_time"
            ),
        ),
        migrations.AddConstraint(
            model_name="reconciliation",
            constraint=models.UniqueConstraint(fields=("batch", "sha256"), name="answer_once"),
        ),
        migrations.AddIndex(
            model_name="recovery",
            index=models.Index(fields=["place_key", "-id"], name="recovery_place"),
        ),
        migrations.AddIndex(
            model_name="recovery",
            index=models.Index(fields=["order"], name="recovery_order"),
        ),
        migrations.AddConstraint(
            model_name="recovery",
            constraint=models.CheckConstraint(condition=models.Q(("amount_fen__gt", 0)), name="recovery_amount"),
        ),
        migrations.AddConstraint(
            model_name="recovery",
            constraint=models.CheckConstraint(
                condition=models.Q(("returned_fen__gte", 0), ("returned_fen__lte", models.F("amount_fen"))),
                name="recovery_returned",
            ),
        ),
        migrations.AddConstraint(
            model_name="recovery",
            constraint=models.CheckConstraint(
                condition=models.Q(("answer_due__gt", models.F("noticed_on"))), name="recovery_time_to_answer"
            ),
        ),
        migrations.AddIndex(
            model_name="line",
            index=models.Index(fields=["batch", "id"], name="line_batch"),
        ),
        migrations.AddIndex(
            model_name="line",
            index=models.Index(fields=["order", "month"], name="line_order"),
        ),
        migrations.AddIndex(
            model_name="line",
            index=models.Index(fields=["month", "place_key"], name="line_month_place"),
        ),
        migrations.AddIndex(
            model_name="line",
            index=models.Index(
                condition=models.Q(("corrects__isnull", False)), fields=["corrects"], name="line_corrects"
            ),
        ),
        migrations.AddIndex(
            model_name="line",
            index=models.Index(
                condition=models.Q(("state", "refused")), fields=["place_key", "id"], name="line_refused"
            ),
        ),
        migrations.AddConstraint(
            model_name="line",
            constraint=models.UniqueConstraint(
                condition=models.Q(("kind", "regular"), models.Q(("state", "void"), _negated=True)),
                fields=("child", "item", "month"),
                name="line_one_regular_per_month",
            ),
        ),
        migrations.AddConstraint(
            model_name="line",
            constraint=models.UniqueConstraint(
                condition=models.Q(("kind__in", ["reversal", "reissue"]), models.Q(("state", "void"), _negated=True)),
                fields=("corrects", "kind"),
                name="line_corrected_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="line",
            constraint=models.UniqueConstraint(
                condition=models.Q(("kind", "arrears"), models.Q(("state", "void"), _negated=True)),
                fields=("batch", "corrects"),
                name="line_arrears_once_a_batch",
            ),
        ),
        migrations.AddConstraint(
            model_name="line",
            constraint=models.CheckConstraint(
                condition=models.Q(("month__isnull", True), ("month__day", 1), _connector="OR"), name="line_month"
            ),
        ),
        migrations.AddConstraint(
            model_name="line",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("amount_fen__gt", 0), ("kind__in", ["regular", "arrears", "reissue"])),
                    models.Q(("amount_fen__lt", 0), ("kind__in", ["reversal", "recovery"])),
                    _connector="OR",
                ),
                name="line_sign_of_amount",
            ),
        ),
        migrations.AddConstraint(
            model_name="line",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("kind", "regular"), ("corrects", None)),
                    models.Q(models.Q(("kind", "regular"), _negated=True), ("corrects__isnull", False)),
                    _connector="OR",
                ),
                name="line_names_what_it_corrects",
            ),
        ),
        migrations.AddConstraint(
            model_name="line",
            constraint=models.CheckConstraint(
                condition=models.Q(("kind__in", ["reversal", "recovery"]), ("account__isnull", False), _connector="OR"),
                name="line_has_account",
            ),
        ),
        migrations.AddConstraint(
            model_name="line",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("kind", "recovery"), ("recovery__isnull", False)),
                    models.Q(models.Q(("kind", "recovery"), _negated=True), ("recovery", None)),
                    _connector="OR",
                ),
                name="line_of_recovery",
            ),
        ),
        migrations.AddIndex(
            model_name="recoverypart",
            index=models.Index(fields=["line"], name="recovery_part_line"),
        ),
        migrations.AddConstraint(
            model_name="recoverypart",
            constraint=models.UniqueConstraint(fields=("recovery", "line"), name="recovery_part_once"),
        ),
        migrations.AddConstraint(
            model_name="recoverypart",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("amount_fen__gt", 0), ("returned_fen__gte", 0), ("returned_fen__lte", models.F("amount_fen"))
                ),
                name="recovery_part_amount",
            ),
        ),
        migrations.AddConstraint(
            model_name="rhythm",
            constraint=models.UniqueConstraint(fields=("place", "valid_from"), name="rhythm_once"),
        ),
        migrations.AddConstraint(
            model_name="rhythm",
            constraint=models.CheckConstraint(
                condition=models.Q(("every_months__in", [1, 2, 3, 6, 12])), name="rhythm_divides_a_year"
            ),
        ),
        migrations.AddConstraint(
            model_name="signingband",
            constraint=models.UniqueConstraint(
                fields=("place", "valid_from", "limit_fen"), name="band_limit_once", nulls_distinct=False
            ),
        ),
        migrations.AddConstraint(
            model_name="signingband",
            constraint=models.CheckConstraint(
                condition=models.Q(("limit_fen", None), ("limit_fen__gt", 0), _connector="OR"),
                name="band_limit_positive",
            ),
        ),
        migrations.AddIndex(
            model_name="statement",
            index=models.Index(fields=["place_key", "-month"], name="statement_place"),
        ),
        migrations.AddConstraint(
            model_name="statement",
            constraint=models.UniqueConstraint(fields=("place", "month", "revision"), name="statement_revision"),
        ),
        migrations.AddConstraint(
            model_name="statement",
            constraint=models.CheckConstraint(
                condition=models.Q(("month__isnull", True), ("month__day", 1), _connector="OR"), name="statement_month"
            ),
        ),
        migrations.RunSQL(FROZEN, migrations.RunSQL.noop),
    ]
