"""The books of payments know the category of an award, for whoever is cleared to read it."""

from __future__ import annotations

from datetime import date

import pytest

from hutong.benefits.tests import build
from hutong.core.viewer import acting
from hutong.money.queries.books import Book, totals
from hutong.money.terms import BookBy

pytestmark = pytest.mark.django_db


def test_a_book_goes_by_category_for_the_officer_and_not_for_finance() -> None:
    orphan = build.award_of_orphan(build.at(2026, 11, 2))
    build.award_of_fu_child(build.at(2026, 11, 2))
    batch = build.run(orphan, "2026-12", build.at(2026, 12, 10))
    found = {}
    for viewer in (build.officer(), build.finance()):
        with acting(viewer):
            rows, _more = totals(viewer, Book((batch.pk,)), BookBy.TOWNSHIP)
            found[viewer.role] = {(row.category, row.month) for row in rows if row.standard_fen}
    december = date(2026, 12, 1)
    assert {("orphan", december), ("fu", december)} <= found[build.officer().role]
    assert {category for category, _month in found[build.finance().role]} == {None}
