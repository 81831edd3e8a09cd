from django.apps import AppConfig


class CareConfig(AppConfig):
    """The front line: what village directors find."""

    name = "hutong.care"
    label = "care"
    default_auto_field = "django.db.models.BigAutoField"
