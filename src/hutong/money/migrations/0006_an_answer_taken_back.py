from pathlib import Path

from django.db import migrations

BACK = (Path(__file__).parent / "answer_taken_back.sql").read_text("utf-8")


class Migration(migrations.Migration):
    """A bank's answer taken back lets its lines and its batch go back with it; no other step backwards is possible."""

    dependencies = [("money", "0005_answers_in_the_words_of_banks")]

    operations = [migrations.RunSQL(BACK, migrations.RunSQL.noop)]
