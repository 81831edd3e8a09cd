from django.apps import AppConfig


class PeopleConfig(AppConfig):
    """Children and the adults around them."""

    name = "hutong.people"
    label = "people"
    default_auto_field = "django.db.models.BigAutoField"
