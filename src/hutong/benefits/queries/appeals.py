"""Until when something may be done against a decision, or against the lack of one, and whom to turn to."""

from __future__ import annotations

from datetime import date

from hutong.benefits.queries.places import county_of
from hutong.core import places
from hutong.core.jurisdiction import law
from hutong.org.models import Division

REVIEW = "FND-9.review"
REVIEW_LATEST = "FND-9.review_latest"
SUIT = "FND-9.suit"
SUIT_AFTER_REVIEW = "FND-9.suit_after_review"
INACTION = "FND-9.inaction"
REVIEW_LAW = "review-law"


def review_first(on: date) -> bool:
    """Did the Review Law of 2023 hold on a day? No answer in time then goes to review before a suit (art. 23), and
    reviews of a department go to the government of its own level alone (art. 24)."""
    since = law().law.instruments[REVIEW_LAW].applies
    return since is not None and on >= since


def appeal_dates(place_key: int, delivered_on: date) -> tuple[date, date]:
    """Last days for administrative review and for a court action, from delivery (行政复议法20, 行政诉讼法46)."""
    codes = places.codes_of_key(place_key)
    return law().limit(REVIEW, delivered_on, codes).due, law().limit(SUIT, delivered_on, codes).due


def review_over(place_key: int, decided_on: date) -> date:
    """The last day for administrative review even of a decision that was never delivered (行政复议法21)."""
    return law().limit(REVIEW_LATEST, decided_on, places.codes_of_key(place_key)).due  # type: ignore[no-any-return]


def suit_after_review(place_key: int, told_on: date) -> date:
    """The last day for a court action once a review was answered (行政诉讼法45, 行政复议法34)."""
    return law().limit(SUIT_AFTER_REVIEW, told_on, places.codes_of_key(place_key)).due  # type: ignore[no-any-return]


def review_body(place: Division, on: date) -> str:
    """Who reviews an act of the county's civil affairs department of a day, as it is named on paper."""
    government = f"{county_of(place).name}人民政府"
    return government if review_first(on) else f"{government}或者上一级民政部门"


def court(place: Division) -> str:
    """The court of first instance for acts of the county's department, as it is named on paper (行政诉讼法14, 18).

    Where a higher court has given such cases to the court of another county it is that one: no table here knows it."""
    return f"{county_of(place).name}人民法院（行政案件集中管辖的，向被指定的人民法院）"
