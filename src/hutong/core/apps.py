from django.apps import AppConfig


class CoreConfig(AppConfig):
    """The spine; it is loaded before every domain."""

    name = "hutong.core"
    label = "core"
    default_auto_field = "django.db.models.BigAutoField"
