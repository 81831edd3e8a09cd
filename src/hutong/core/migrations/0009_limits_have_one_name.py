"""What the law calls a limit is called that on its clock too; the column is copied in an entry of its own."""

from django.db import migrations, models

from hutong.core.audit.guard import open_migration


def copy_names(apps, schema_editor):
    with schema_editor.connection.cursor() as cursor:
        cursor.execute("select exists (select from core_clock)")
        if cursor.fetchone()[0]:
            open_migration(cursor, "limits_have_one_name")
            cursor.execute('update core_clock set "limit" = deadline')


class Migration(migrations.Migration):
    dependencies = [("core", "0008_limits_that_pause_and_move")]
    operations = [
        migrations.AddField("clock", "limit", models.CharField(max_length=60, default=""), preserve_default=False),
        migrations.RunPython(copy_names, migrations.RunPython.noop),
        migrations.RemoveField("clock", "deadline"),
    ]
