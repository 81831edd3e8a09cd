from django.apps import AppConfig


class MoneyConfig(AppConfig):
    """Payment orders, accounts, batches, bank files, reconciliation, recovery."""

    name = "hutong.money"
    label = "money"
    default_auto_field = "django.db.models.BigAutoField"
