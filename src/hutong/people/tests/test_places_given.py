"""A place is given by the number of its division or by its code; what the API gives out it takes back."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection

from hutong.channels.api.app import sent
from hutong.channels.api.shapes import asked_shape, record_shape
from hutong.channels.reading import narrowed
from hutong.channels.sheet import SHEETS
from hutong.core import places
from hutong.core.errors import Invalid, NotFound
from hutong.core.places import child_key
from hutong.core.record import PlaceKeyField
from hutong.core.viewer import acting
from hutong.org.models import Division
from hutong.people import actions
from hutong.people.models import Child
from hutong.people.queries.placing import Placing
from hutong.people.tests import build

pytestmark = pytest.mark.django_db
VILLAGE = "999901101201"


def registered(place: Any) -> Child:
    return actions.register_child(build.officer(), {"name": "", "actual_id": place, "in_spite_of": "另一名儿童"})


def two_of_one_code() -> tuple[Division, Division]:
    """A village, and another one whose code in another scheme is the same."""
    village = build.places()[VILLAGE]
    with connection.cursor() as cursor:
        cursor.execute("select set_config('hutong.entry', '0', true), set_config('hutong.package', 'org', true)")
        other = Division.objects.create(
            parent=village.parent, level=village.level, kind=village.kind, scheme="nbs", code=VILLAGE, name="另一村",
            short="另一村", key=child_key(village.parent.key, 500),
        )  # fmt: skip
        cursor.execute("select set_config('hutong.entry', '', true), set_config('hutong.package', '', true)")
    return village, other


def test_number_code_with_scheme_and_bare_code_mean_the_same_place() -> None:
    village = build.places()[VILLAGE]
    for given in (village.pk, f"own:{VILLAGE}", VILLAGE, f" {VILLAGE} "):
        assert registered(given).actual_id == village.pk, given


def test_padded_codes_of_larger_places_are_understood() -> None:
    county = build.places()["999901"]
    assert places.find("999901000000") == county.pk


@pytest.mark.parametrize("given", ["123456789012", "mca:999901101201", "柳溪镇", "own:"])
def test_what_is_no_place_is_an_error_at_its_field(given: str) -> None:
    build.places()
    with pytest.raises(Invalid) as found:
        registered(given)
    assert [e.field for e in found.value.errors] == ["actual_id"]


def test_a_bare_code_of_two_schemes_has_to_say_which() -> None:
    village, other = two_of_one_code()
    with pytest.raises(NotFound):
        places.find(VILLAGE)
    assert places.find(f"nbs:{VILLAGE}") == other.pk
    assert places.find(f"own:{VILLAGE}") == village.pk


def test_the_api_takes_back_what_it_gave_and_packed_keys_stay_inside() -> None:
    officer, child = build.officer(), build.child()
    with acting(officer):
        told = sent(SHEETS["people.child"], officer, [child])[0]
    assert told["actual_id"] == f"own:{VILLAGE}"
    assert child.actual_key not in told.values()
    moved = {"division_id": told["actual_id"].replace("201", "202"), "moved_on": "2026-11-01"}
    assert actions.set_residence(officer, child.pk, moved).actual_id == build.places()["999901101202"].pk


def test_a_list_is_narrowed_by_the_code_it_gives() -> None:
    officer, child = build.officer(), build.child()
    build.child(lives="999901102201", name="王一诺")
    sheet = SHEETS["people.child"]
    assert "actual_id" in asked_shape(sheet).model_fields
    with acting(officer):
        assert [c.pk for c in narrowed(sheet, officer, {"actual_key": f"own:{VILLAGE}"})] == [child.pk]
        with pytest.raises(Invalid):
            list(narrowed(sheet, officer, {"actual_key": "own:1"}))


def test_no_resource_names_a_packed_key() -> None:
    keys = [
        (name, field.name)
        for name, sheet in SHEETS.items()
        for field in sheet.model._meta.concrete_fields
        if isinstance(field, PlaceKeyField) and field.name in record_shape(sheet).model_fields
    ]
    assert keys == []


def in_a_row(text: str) -> tuple[int | None, str]:
    placing = Placing(build.officer())
    placing.learn([text])
    return placing.find(text)


def test_a_row_of_a_spreadsheet_takes_the_code_the_api_gives() -> None:
    village = build.places()[VILLAGE]
    assert in_a_row(VILLAGE) == in_a_row(f"own:{VILLAGE}") == (village.pk, "")


def test_a_row_with_a_code_of_two_schemes_has_to_say_which() -> None:
    _village, other = two_of_one_code()
    place, why = in_a_row(VILLAGE)
    assert place is None
    assert "mca:" in why
    assert in_a_row(f"nbs:{VILLAGE}") == (other.pk, "")
