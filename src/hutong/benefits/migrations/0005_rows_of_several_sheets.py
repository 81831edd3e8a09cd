from django.db import migrations, models


def sheet() -> models.CharField:
    return models.CharField(max_length=100, blank=True, default="")


class Migration(migrations.Migration):
    """A row of a list or roll is known by its sheet and number, and a possible duplicate is held back."""

    dependencies = [("benefits", "0004_foreign_keys_down")]

    operations = [
        migrations.AddField("listmatch", "sheet", sheet()),
        migrations.AddField("rollrow", "sheet", sheet()),
        migrations.RemoveConstraint("listmatch", "match_once"),
        migrations.AddConstraint(
            "listmatch",
            models.UniqueConstraint(fields=["list", "sheet", "row_no", "award", "who"], name="match_once"),
        ),
        migrations.RemoveConstraint("rollrow", "roll_row_once"),
        migrations.AddConstraint(
            "rollrow", models.UniqueConstraint(fields=["roll", "sheet", "row_no"], name="roll_row_once")
        ),
        migrations.RemoveConstraint("rollrow", "roll_row_award_or_refused"),
        migrations.AddConstraint(
            "rollrow",
            models.CheckConstraint(
                condition=models.Q(("award__isnull", False), ("state__in", ["refused", "held"]), _connector="OR"),
                name="roll_row_award_or_reason",
            ),
        ),
    ]
