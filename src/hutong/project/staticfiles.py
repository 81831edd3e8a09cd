"""Addresses of built assets: the name a template writes becomes the hashed name the build made."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path

from django.contrib.staticfiles.storage import StaticFilesStorage

BUILT = Path(__file__).resolve().parent.parent / "channels" / "static" / "built"


@cache
def names() -> dict[str, str]:
    """Plain to hashed file names, ``office.css`` -> ``office-1a2b3c4d.css``; empty before the first build."""
    manifest = BUILT / "manifest.json"
    if not manifest.exists():
        return {}
    found: dict[str, str] = json.loads(manifest.read_text("utf-8"))
    return found


class BuiltStorage(StaticFilesStorage):
    """``{% static 'built/office.css' %}`` gives the address that may be cached for ever."""

    def url(self, name: str | None) -> str:
        """The address of a static file."""
        folder, _, plain = (name or "").rpartition("/")
        if folder == "built":
            return super().url(f"built/{names().get(plain, plain)}")
        return super().url(name)
