from django.apps import AppConfig
from django.conf import settings

from hutong.law.jurisdiction import conventions
from hutong.law.language import speak


class CoreConfig(AppConfig):
    """The spine; it is loaded before every domain."""

    name = "hutong.core"
    label = "core"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Texts are said in the reader's language, else in the languages of the country, the first one first."""
        speak(conventions(settings.HUTONG_JURISDICTION).languages, settings.LOCALE_PATHS)
