"""Villages and townships kept up to date in the product."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from hutong.core import places
from hutong.core.errors import Invalid, NotFound, Refused
from hutong.core.viewer import acting, system_viewer
from hutong.org.actions import close_division, load_demo_county, open_division, rename_division
from hutong.org.models import Agency, Division, PostArea
from hutong.org.queries.places import children, full_name
from hutong.org.queries.search import suggest
from hutong.org.terms import Kind, Role
from hutong.org.tests.build import MONDAY, demo_county, place, viewer_of
from hutong.org.tests.test_borders import case_at

pytestmark = pytest.mark.django_db
TODAY = MONDAY.date()


def test_a_new_community_is_found_at_once_by_name_pinyin_and_initials() -> None:
    town = place("云笈镇")
    given = {"parent": town.pk, "name": "长寿社区居民委员会", "kind": Kind.COMMUNITY, "effective": TODAY}
    made = open_division(viewer_of(Role.TOWNSHIP_SUPERVISOR, town), given)
    assert made.short == "长寿社区"
    assert made.valid_from == TODAY
    for text in ("长寿", "changshoushe", "cssq", made.code):
        assert [h.division for h in suggest(text, within=town)] == [made], text
    assert suggest("长寿")[0].path == "瑶屿省澄梧市护桐县云笈镇"


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"name": "上笈村民委员会"}, "twin"),
        ({"name": "A\ue123村"}, "private use"),
        ({"kind": Kind.COUNTY}, "level"),
        ({"code": "999901"}, "length"),
        ({"code": "12345678901x"}, "digits"),
        ({"effective": TODAY + timedelta(1)}, "future"),
        ({"effective": "2026-02-30"}, "date"),
        ({"name": "村" * 121}, "long"),
        ({"nonsense": 1}, "unknown field"),
    ],
)
def test_a_place_that_cannot_be_is_refused_by_field(change: dict[str, object], field: str) -> None:
    town = place("云笈镇")
    given = {"parent": town.pk, "name": "新笈村", "kind": Kind.VILLAGE, "effective": TODAY}
    before = Division.objects.count()
    with pytest.raises(Invalid) as refused:
        open_division(viewer_of(Role.COUNTY_OFFICER), {**given, **change})
    assert [bool(error.where) for error in refused.value.errors] == [True], field
    assert Division.objects.count() == before


def test_a_place_below_an_unknown_or_ended_one_is_refused() -> None:
    county = demo_county()
    ended = Division.objects.get(name="旧渡乡")
    given = {"name": "新村", "kind": Kind.VILLAGE, "effective": TODAY}
    with pytest.raises(NotFound):
        open_division(viewer_of(Role.COUNTY_OFFICER), {**given, "parent": 10**12})
    with pytest.raises(Invalid):
        open_division(viewer_of(Role.COUNTY_OFFICER), {**given, "parent": ended.pk})
    assert ended.became.get().successor.name == "白蘋渡镇"
    assert ended.parent == county


def test_a_rename_keeps_the_old_name_for_the_past() -> None:
    town, county = place("柿霜乡"), viewer_of(Role.COUNTY_OFFICER)
    village = children(town)[0]
    rename_division(county, town, {"name": "柿林镇", "effective": date(2026, 6, 1), "basis": "护政〔2026〕3号"})
    rename_division(county, town, {"name": "柿红镇", "effective": date(2026, 9, 1)})
    town.refresh_from_db()
    dated = {date(2026, 5, 31): "柿霜乡", date(2026, 6, 1): "柿林镇", date(2026, 9, 1): "柿红镇"}
    assert [name for day, name in dated.items() if not full_name(town, day).endswith(name)] == []
    assert full_name(village, date(2026, 7, 1)).endswith(f"柿林镇{village.short}")
    assert Agency.objects.get(division=town).name == "柿红镇人民政府"
    assert suggest("柿霜乡")[0].former == "柿霜乡"
    with pytest.raises(Invalid):
        rename_division(county, town, {"name": "柿红镇", "effective": TODAY})


def test_a_sibling_of_the_same_name_blocks_a_rename() -> None:
    with pytest.raises(Invalid):
        rename_division(viewer_of(Role.COUNTY_OFFICER), place("上笈村"), {"name": "下笈村", "effective": TODAY})


def test_only_an_empty_place_is_closed() -> None:
    town, village = place("云笈镇"), place("上笈村")
    supervisor, director = viewer_of(Role.TOWNSHIP_SUPERVISOR, town), viewer_of(Role.VILLAGE_DIRECTOR, village)
    case_at(village)
    with pytest.raises(Refused):
        close_division(supervisor, village, {"effective": TODAY})
    empty = place("下笈村")
    close_division(supervisor, empty, {"effective": TODAY})
    empty.refresh_from_db()
    assert empty.valid_to == TODAY
    assert empty not in children(town)
    assert PostArea.objects.filter(post_id=director.post_id, valid_to=None).exists()
    with pytest.raises(Refused):
        close_division(supervisor, empty, {"effective": TODAY})
    with pytest.raises(Refused):
        close_division(viewer_of(Role.COUNTY_OFFICER), town, {"effective": TODAY})


def test_townships_keep_villages_and_counties_keep_townships() -> None:
    town = place("云笈镇")
    with pytest.raises(Refused):
        rename_division(viewer_of(Role.TOWNSHIP_SUPERVISOR, town), town, {"name": "云集镇", "effective": TODAY})
    with pytest.raises(Refused):
        rename_division(viewer_of(Role.COUNTY_OFFICER), demo_county(), {"name": "护梧县", "effective": TODAY})


def test_the_demo_county_is_loaded_once() -> None:
    from hutong.core.action import call_system
    from hutong.core.errors import Conflict

    demo_county()
    with pytest.raises(Conflict):
        call_system(load_demo_county)


def test_the_spine_asks_org_about_places() -> None:
    village = place("上笈村")
    with acting(system_viewer("tests", now=MONDAY)):
        assert places.key(village.pk) == village.key
        assert village.key in places.span(demo_county().pk)
        assert places.name(village.pk) == "瑶屿省澄梧市护桐县云笈镇上笈村" == places.name_of_key(village.key)
        expected = ["CN-999901", "CN-9999", "CN-99", "CN"]
        assert places.codes(village.pk) == expected == places.codes_of_key(village.key)
        assert places.codes_of_key(0) == ["CN"]
        for ask in (places.key, places.name, places.codes):
            with pytest.raises(NotFound):
                ask(10**12)
        with pytest.raises(NotFound):
            places.name_of_key(999)
