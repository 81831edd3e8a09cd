"""Places in rows of spreadsheets: by code, with its scheme where one code means two."""

from __future__ import annotations

import pytest
from django.db import connection

from hutong.core.places import child_key
from hutong.org.models import Division
from hutong.people.queries.placing import Placing
from hutong.people.tests import build

pytestmark = pytest.mark.django_db
VILLAGE = "999901101201"


def found(text: str) -> tuple[int | None, str]:
    placing = Placing(build.officer())
    placing.learn([text])
    return placing.find(text)


def test_a_row_takes_the_code_the_api_gives() -> None:
    village = build.places()[VILLAGE]
    assert found(VILLAGE) == found(f"own:{VILLAGE}") == (village.pk, "")


def test_a_code_of_two_schemes_has_to_say_which() -> None:
    village = build.places()[VILLAGE]
    with connection.cursor() as cursor:
        cursor.execute("select set_config('hutong.entry', '0', true), set_config('hutong.package', 'org', true)")
        other = Division.objects.create(
            parent=village.parent, level=village.level, kind=village.kind, scheme="nbs", code=VILLAGE, name="另一村",
            short="另一村", key=child_key(village.parent.key, 500),
        )  # fmt: skip
        cursor.execute("select set_config('hutong.entry', '', true), set_config('hutong.package', '', true)")
    place, why = found(VILLAGE)
    assert place is None
    assert "mca:" in why
    assert found(f"nbs:{VILLAGE}") == (other.pk, "")
