"""The law in force in this installation."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from django.conf import settings
from django.utils.translation import get_language

from hutong import law as law_package
from hutong.law.engine.conventions import Currency


@lru_cache(maxsize=1)
def law() -> Any:
    """The jurisdiction named by the setting HUTONG_JURISDICTION, loaded and checked once."""
    return law_package.jurisdiction(settings.HUTONG_JURISDICTION)


def currency() -> Currency:
    """What amounts are counted in: columns and inputs hold whole minor units of it."""
    found: Currency = law().law.currency
    return found


def language() -> str:
    """The language in which this request is answered."""
    return get_language() or settings.LANGUAGE_CODE


def money_example() -> str:
    """How an amount is typed, for those who typed it otherwise."""
    return currency().amount(123450 * currency().factor // 100).replace(",", "")
