from django.apps import AppConfig


class BenefitsConfig(AppConfig):
    """Applications, decisions and awards of allowances."""

    name = "hutong.benefits"
    label = "benefits"
    default_auto_field = "django.db.models.BigAutoField"
