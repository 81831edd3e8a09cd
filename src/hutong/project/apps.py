"""The last application to load: it has every package declare what it offers."""

from __future__ import annotations

from importlib import import_module

from django.apps import AppConfig, apps
from django.utils.module_loading import module_has_submodule

ROOMS = ("workflow", "actions", "reactions", "screens")


class ProjectConfig(AppConfig):
    """Discovers the rooms that register something; nobody imports screens or reactions otherwise."""

    name = "hutong.project"
    label = "project"

    def ready(self) -> None:
        """Import each room of each package that has it, lower packages first; then look whether all names are right."""
        for config in apps.get_app_configs():
            if not config.name.startswith("hutong.") or config is self or config.module is None:
                continue
            for room in ROOMS:
                if module_has_submodule(config.module, room):
                    import_module(f"{config.name}.{room}")
        from hutong.channels.checked import checked

        checked()
