from django.db import migrations, models


class Migration(migrations.Migration):
    """Which bank an answer came from: its words are remembered by bank."""

    dependencies = [
        ("money", "0004_shared_account_limit"),
    ]

    operations = [
        migrations.AddField(
            model_name="reconciliation",
            name="bank",
            field=models.CharField(blank=True, max_length=60),
        ),
    ]
