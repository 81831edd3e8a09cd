"""Pages of `benefits`: applications and their decision, awards and what happens to them, lists, rolls, exports."""

from hutong.benefits.screens import (
    applications,
    awards,
    corrections,
    decide,
    departed,
    forms,
    handover,
    imports,
    paper,
    proceedings,
    spot_checks,
)

__all__ = [
    "applications",
    "awards",
    "corrections",
    "decide",
    "departed",
    "forms",
    "handover",
    "imports",
    "paper",
    "proceedings",
    "spot_checks",
]
