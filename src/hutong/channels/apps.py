from django.apps import AppConfig


class ChannelsConfig(AppConfig):
    """Pages, API and print; a package without tables."""

    name = "hutong.channels"
    label = "channels"
