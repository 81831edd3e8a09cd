"""Which limits run on an application: those of its own place, or of the procedure across provinces (跨省通办)."""

from __future__ import annotations

from typing import Any


def township_limit(application: Any) -> str:
    """Days of the township."""
    return "ORP-APP-5.township" if application.elsewhere else "FU-APP-2"


def county_limit(application: Any) -> str:
    """Days of the county."""
    return "ORP-APP-5.county" if application.elsewhere else "FU-APP-3"
