"""Pages of `benefits`: applications and their decision, awards and what happens to them, lists, rolls, exports."""

from hutong.benefits.screens import (
    applications,
    awards,
    decide,
    doors,
    handover,
    imports,
    matters,
    paper,
    spot_checks,
)

__all__ = ["applications", "awards", "decide", "doors", "handover", "imports", "matters", "paper", "spot_checks"]
