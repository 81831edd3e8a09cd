"""Books of payments: totals that add up, category and numbers for those cleared alone, a month over all its batches."""

from __future__ import annotations

from io import BytesIO

import pytest
from openpyxl import load_workbook

from hutong.core.models import JournalLine
from hutong.core.tests.build import Browser
from hutong.core.viewer import acting
from hutong.money import actions
from hutong.money.models import Batch, Line
from hutong.money.queries import books, relation
from hutong.money.queries.books import Book, BookRow, columns_for, totals
from hutong.money.queries.preview import Looked, preview
from hutong.money.queries.relation import Source
from hutong.money.terms import BookBy, Item, Step
from hutong.money.tests.build import NOVEMBER, OCTOBER, STANDARD, Scene
from hutong.org.terms import Role

pytestmark = pytest.mark.django_db


def book(scene: Scene, batch: Batch, by: BookBy, **where: int) -> list[BookRow]:
    with acting(scene.officer):
        return totals(scene.officer, Book((batch.pk,), **where), by)[0]


def test_the_book_of_a_batch_adds_up_by_township_month_and_standard(scene: Scene) -> None:
    one, two = scene.townships
    orders = [scene.order(place=one), scene.order(place=one), scene.order(place=two)]
    batch = scene.run(orders, amounts=[STANDARD, 90_000, STANDARD])
    rows = book(scene, batch, BookBy.TOWNSHIP)
    assert [(r.key, r.month, r.standard_fen, r.people, r.lines, r.fen) for r in rows] == [
        (one.key, NOVEMBER, STANDARD, 1, 1, STANDARD),
        (one.key, NOVEMBER, 90_000, 1, 1, 90_000),
        (two.key, NOVEMBER, STANDARD, 1, 1, STANDARD),
    ]
    assert sum(row.fen for row in rows) == batch.total_fen
    below = book(scene, batch, BookBy.VILLAGE, under=two.key)
    assert [(row.key, row.fen) for row in below] == [(two.key, STANDARD)]
    payees = book(scene, batch, BookBy.PAYEE)
    assert sorted((row.key, row.fen) for row in payees) == sorted(
        zip([order.payee_id for order in orders], [STANDARD, 90_000, STANDARD], strict=True)
    )


def test_what_the_bank_returned_stands_beside_the_sum(scene: Scene) -> None:
    orders = [scene.order(), scene.order()]
    batch = scene.sent(orders)
    with acting(scene.finance):
        line = Line.objects.filter(batch=batch).order_by("id")[0]
    scene.answer(batch, refused=[line])
    (row,) = book(scene, batch, BookBy.TOWNSHIP)
    assert (row.lines, row.fen, row.returned_fen) == (2, 2 * STANDARD, STANDARD)


def test_a_page_of_a_book_begins_where_the_one_before_ended(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(books, "PAGE", 2)
    batch = scene.run([scene.order() for _ in range(5)])
    seen: list[int] = []
    after: int | None = 0
    with acting(scene.officer):
        while after is not None:
            rows, after = totals(scene.officer, Book((batch.pk,)), BookBy.PAYEE, after=after)
            seen += [row.key for row in rows]
    assert len(seen) == len(set(seen)) == 5, "each once, none left out"


def test_the_category_stands_in_the_book_of_those_alone_who_are_cleared(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = relation.SOURCES[Item.BASIC_LIVING.value]
    for viewer, cleared in ((scene.officer, True), (scene.finance, False), (scene.viewer(Role.CITY_OFFICER), False)):
        with acting(viewer):
            assert (books.category_words(viewer) is not None) is cleared
    monkeypatch.setitem(relation.SOURCES, Item.BASIC_LIVING.value, Source(source.item, source.relation, source.prepare))
    with acting(scene.officer):
        assert books.category_words(scene.officer) is None


def test_the_spreadsheet_says_what_the_clearance_allows_and_is_put_on_record(scene: Scene, browse: Browser) -> None:
    order = scene.order(account=False)
    number = next(scene.numbers)
    scene.account(order.payee_id, number)
    batch = scene.run([order])
    address = f"/money/batch/{batch.pk}/books/"
    with acting(scene.officer):
        officer = [column.en for column in columns_for(scene.officer)]
        finance = [column.en for column in columns_for(scene.finance)]
        city = [column.en for column in columns_for(scene.viewer(Role.CITY_OFFICER))]
    assert {"Identity number", "Account number"} <= set(officer)
    assert "Identity number" not in finance
    assert "Account number" in finance
    assert not {"Identity number", "Account number"} & set(city)
    sent = browse.post(scene.finance, address, _key="x")
    head, row = load_workbook(BytesIO(sent.content)).active.iter_rows(values_only=True)
    assert number in row
    assert len(head) == len(row) == len(finance)
    assert JournalLine.objects.filter(kind="exported", what="book of payments", on_id=batch.pk, count=1).exists()


def test_the_pages_of_the_books_lead_down_to_payees_and_payments(scene: Scene, browse: Browser) -> None:
    order = scene.order()
    batch = scene.run([order])
    address = f"/money/batch/{batch.pk}/books/"
    page = browse.text(scene.officer, address)
    assert f"by=village&amp;under={scene.townships[0].key}" in page
    assert f"/money/line/?batch={batch.pk}&amp;place_key={scene.townships[0].pk}" in page
    assert f"/money/payee/{order.payee_id}/" in browse.text(scene.finance, f"{address}?by=payee")
    assert address in browse.text(scene.officer, f"/money/batch/{batch.pk}/")


def test_a_month_is_summed_over_all_its_batches(scene: Scene, browse: Browser) -> None:
    early, late, gone = scene.order(), scene.order(), scene.order()
    before = scene.sent([early, gone], OCTOBER)
    scene.answer(before)
    first, second = scene.run([early]), scene.run([late])
    with acting(scene.officer):
        line = Line.objects.get(batch=before, order=gone)
        actions.reverse_line(scene.officer, line, {"why": "银行已将款项退回"})
        discarded = scene.run([gone])
        actions.discard_batch(scene.officer, discarded)
        batches = books.batches_of(scene.officer, scene.county.key, NOVEMBER)
        seen = preview(scene.officer, Looked(scene.county.key, NOVEMBER, batches=tuple(b.pk for b in batches)))
    assert {first.pk, second.pk} < {b.pk for b in batches}
    assert discarded.pk not in {b.pk for b in batches}
    assert seen.steps == {
        Step.BEFORE: (2, 2 * STANDARD), Step.NEW: (1, STANDARD), Step.GONE: (1, -STANDARD),
        Step.THIS: (2, 2 * STANDARD), Step.BACK: (1, -STANDARD),
    }  # fmt: skip
    page = browse.text(scene.officer, f"/money/month/?place_id={scene.county.pk}&month=2026-11&show=step.gone")
    assert "1,274.00" in page
    assert f"/money/batch/{second.pk}/" in page
    assert browse.get(scene.officer, "/money/month/?month=2026-13").status_code == 404
    assert browse.get(scene.officer, f"/money/month/?month=2026-11&under={1 << 58}").status_code == 404
    assert browse.get(scene.officer, "/money/month/?place_id=999999").status_code == 404
