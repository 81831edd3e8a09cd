"""A border moves: children, applications, awards, orders and payments go on without anybody typing them again."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

import pytest

from hutong.benefits.models import Award
from hutong.benefits.tests import build
from hutong.core import places
from hutong.core.audit.declarations import placed_tables
from hutong.core.viewer import acting, system_viewer
from hutong.money.models import Batch, Line, Order
from hutong.org.actions import merge_divisions, transfer_division
from hutong.org.models import Division
from hutong.people.models import Child, Residence

pytestmark = pytest.mark.django_db
NOVEMBER, DECEMBER = datetime(2026, 11, 23, 9, tzinfo=build.ZONE), datetime(2026, 12, 10, 9, tzinfo=build.ZONE)
DAY = date(2026, 12, 1)


@pytest.fixture(autouse=True)
def looking(db: None) -> Iterator[None]:
    """Reads of the test itself are made with the eyes of the nation."""
    with acting(system_viewer("tests", now=DECEMBER)):
        yield


def place(code: str) -> Division:
    return Division.objects.get(pk=build.people.places()[code].pk)


def awarded() -> Award:
    """A child of the village, recognised in October, paid once in November."""
    award = build.award_of_fu_child(now=build.at(2026, 10, 20))
    build.pay(build.run(award, "2026-11-01", NOVEMBER), NOVEMBER)
    return award


def sees(code: str, child: Child) -> bool:
    viewer = build.officer(code, DECEMBER)
    with acting(viewer):
        return Child.objects.visible_to(viewer).filter(pk=child.pk).exists()


def run_in(code: str) -> Any:
    county = place(code)
    given = {"place_id": county.pk, "month": "2026-12-01"}
    return build.actions.run_month(build.officer(code, DECEMBER), given)


def lines_of(batch: Any) -> list[int]:
    return list(Line.objects.filter(batch=batch).values_list("child_id", flat=True))


def out_of_step() -> list[str]:
    """Records whose place key is not the key of the place they name."""
    wrong = []
    for placed in placed_tables():
        for name, key in (("place", "place_key"), ("actual", "actual_key"), ("registered", "registered_key")):
            fields = {f.name for f in placed.model._meta.concrete_fields}
            if {name, key} <= fields and not getattr(placed.model, "keeps_place", False):
                rows = placed.model._default_manager.exclude(**{name: None}).select_related(name)
                wrong += [f"{placed.table} {row.pk}" for row in rows if getattr(row, name).key != getattr(row, key)]
    return wrong


def test_a_township_that_changes_county_takes_its_children_and_their_pay_along() -> None:
    award = awarded()
    child = Child.objects.get(pk=award.child_id)
    assert (sees(build.COUNTY, child), sees(build.FAR_COUNTY, child)) == (True, False)
    transfer_division(
        system_viewer("borders", now=DECEMBER),
        place(build.TOWN),
        {"parent": place(build.FAR_COUNTY).pk, "effective": DAY},
    )
    assert (sees(build.COUNTY, child), sees(build.FAR_COUNTY, child)) == (False, True)
    assert out_of_step() == []
    assert lines_of(run_in(build.FAR_COUNTY)) == [child.pk], "the new county pays December"
    assert lines_of(run_in(build.COUNTY)) == [], "and the old one pays nobody"


def test_a_merged_village_keeps_its_name_in_the_past_of_the_child() -> None:
    award = awarded()
    gone, heir = place(build.VILLAGE), place("999901101202")
    merge_divisions(system_viewer("borders", now=DECEMBER), heir, {"places": [gone.pk], "effective": DAY})
    child = Child.objects.get(pk=award.child_id)
    assert child.actual_id == heir.pk
    assert child.actual_key == heir.key
    assert Residence.objects.filter(child=child, division=gone).exists(), "where it lived stays as it was"
    assert Order.objects.get(child=child).place_id == heir.pk
    assert out_of_step() == []
    director = build.director(heir.code, DECEMBER)
    with acting(director):
        assert Child.objects.visible_to(director).filter(pk=child.pk).exists()


def test_a_merged_county_leaves_its_signed_batches_under_their_name() -> None:
    award = awarded()
    gone, heir = place(build.COUNTY), place(build.FAR_COUNTY)
    merge_divisions(system_viewer("borders", now=DECEMBER), heir, {"places": [gone.pk], "effective": DAY})
    paid = Batch.objects.get()
    assert paid.place_id == gone.pk
    assert paid.place_key == heir.key
    assert places.name(paid.place_id).endswith(gone.short)
    assert lines_of(run_in(build.FAR_COUNTY)) == [award.child_id]
    assert out_of_step() == []
