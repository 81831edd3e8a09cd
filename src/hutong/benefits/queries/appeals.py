"""Until when something may be done against a decision."""

from __future__ import annotations

from datetime import date

from hutong.core import places
from hutong.core.jurisdiction import law

REVIEW = "FND-9.review"
SUIT = "FND-9.suit"
INACTION = "FND-9.inaction"


def appeal_dates(place_key: int, delivered_on: date) -> tuple[date, date]:
    """Last days for administrative review and for a court action, from delivery (行政复议法20, 行政诉讼法46)."""
    codes = places.codes_of_key(place_key)
    return law().limit(REVIEW, delivered_on, codes).due, law().limit(SUIT, delivered_on, codes).due
