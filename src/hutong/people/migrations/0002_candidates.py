"""The national duplicate search, written as a function of the owner: it alone sees beyond a viewer's reach."""

from pathlib import Path

from django.db import migrations

SQL = (Path(__file__).parent / "candidates.sql").read_text(encoding="utf-8")
UNDO = "drop function people_candidates(jsonb), people_birth_level(date, date, boolean), people_place_level(bigint, bigint)"


class Migration(migrations.Migration):
    dependencies = [("people", "0001_children")]

    operations = [migrations.RunSQL(SQL, UNDO)]
