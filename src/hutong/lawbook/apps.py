from django.apps import AppConfig


class LawbookConfig(AppConfig):
    """Pages of the law; a package without tables."""

    name = "hutong.lawbook"
    label = "lawbook"
