import django.db.models.deletion
from django.db import migrations, models

import hutong.core.record


class Migration(migrations.Migration):
    """How the bank of a place takes its file."""

    dependencies = [
        ("money", "0008_chain_of_signatures"),
        ("org", "0001_divisions_agencies_posts"),
    ]

    operations = [
        migrations.CreateModel(
            name="BankFormat",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("version", models.IntegerField(default=1, editable=False)),
                ("created_at", models.DateTimeField(editable=False, null=True)),
                ("updated_at", models.DateTimeField(editable=False, null=True)),
                ("form", hutong.core.record.TermField(max_length=40)),
                ("totals", hutong.core.record.TermField(max_length=40)),
                ("separator", hutong.core.record.TermField(max_length=40)),
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
                "constraints": [models.UniqueConstraint(fields=("place", "valid_from"), name="bank_format_once")],
            },
        ),
    ]
