"""The law in force in this installation."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from django.conf import settings

from hutong import law as law_package


@lru_cache(maxsize=1)
def law() -> Any:
    """The jurisdiction named by the setting HUTONG_JURISDICTION, loaded and checked once."""
    return law_package.jurisdiction(settings.HUTONG_JURISDICTION)
