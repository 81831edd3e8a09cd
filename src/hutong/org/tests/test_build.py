"""The situations other packages build on."""

import pytest

from hutong.core.places import span_of
from hutong.core.terms import DataClass
from hutong.org.models import Agency, Division
from hutong.org.terms import Level, Role
from hutong.org.tests.build import demo_county, place, viewer_of

pytestmark = pytest.mark.django_db


def test_the_demo_county_has_twelve_townships_and_about_150_villages() -> None:
    county = demo_county()
    inside = Division.objects.filter(key__gte=county.key, key__lt=span_of(county.key).hi, valid_to=None)
    assert inside.filter(level=Level.TOWNSHIP).count() == 12
    assert 140 <= inside.filter(level=Level.VILLAGE).count() <= 160
    assert Agency.objects.get(division=county).name == "护桐县民政局"


@pytest.mark.parametrize("role", list(Role))
def test_every_role_can_be_held_and_reaches_its_places(role: Role) -> None:
    viewer = viewer_of(role)
    county = demo_county()
    inside = place("云笈社区").key
    reach = {
        Role.VILLAGE_DIRECTOR: False,
        Role.TOWNSHIP_SUPERVISOR: False,
        Role.ADMINISTRATOR: False,
    }
    assert viewer.role == role.value
    assert viewer.user_id
    assert viewer.post_id
    assert viewer.reaches(inside) is reach.get(role, True)
    assert viewer.reaches(county.key) is reach.get(role, True)


def test_a_director_of_two_villages_reaches_exactly_those() -> None:
    one, two, other = place("云笈社区"), place("上笈村"), place("下笈村")
    viewer = viewer_of(Role.VILLAGE_DIRECTOR, one, two)
    assert [viewer.reaches(p.key) for p in (one, two, other)] == [True, True, False]
    assert not viewer.clears("people", DataClass.SENSITIVE)
