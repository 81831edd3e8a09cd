"""Merge, split, transfer: caseload and rights move with the places, history keeps the old names."""

from __future__ import annotations

from contextlib import suppress
from datetime import date, timedelta

import pytest
from django.db import connection

from hutong.core import places
from hutong.core.action import call_system
from hutong.core.context import Running, _open
from hutong.core.errors import Invalid, Refused
from hutong.core.models import Entry, EventLine, Task
from hutong.core.places import depth_of, span_of
from hutong.core.tasks import leave_task
from hutong.core.viewer import Viewer, acting, load_viewer, system_viewer
from hutong.org.actions import merge_divisions, open_division, split_division, transfer_division
from hutong.org.actions.tree import everywhere
from hutong.org.models import Agency, Division, DivisionCode, PostArea, Succession
from hutong.org.queries.search import suggest
from hutong.org.terms import Kind, Level, Role, Scheme
from hutong.org.tests.build import MONDAY, by_code, demo_county, officer, place, viewer_of
from hutong.org.workflow import CHECK_PLACES

pytestmark = pytest.mark.django_db
TODAY = MONDAY.date()


def case_at(where: Division) -> Task:
    """A record of another package lying at a place; tasks are the placed records every test database has."""
    viewer = system_viewer("tests", now=MONDAY)
    with acting(viewer), connection.cursor() as cursor:
        cursor.execute("select set_config('hutong.entry', '1', true), set_config('hutong.package', 'core', true)")
        token = _open.set(Running("core.test", "core", viewer, MONDAY, 1, None))
        try:
            task = leave_task(CHECK_PLACES.name, subject=where, place_key=where.key, role=Role.COUNTY_OFFICER)
        finally:
            _open.reset(token)
            cursor.execute("select set_config('hutong.entry', '', true), set_config('hutong.package', '', true)")
    return task


def lies_at(task: Task) -> int:
    with acting(system_viewer("tests", now=MONDAY)):
        return Task.objects.get(pk=task.pk).place_key


def seen_by(viewer: Viewer, task: Task) -> bool:
    with acting(viewer):
        return Task.objects.visible_to(viewer).filter(pk=task.pk).exists()


def again(viewer: Viewer, *, after: timedelta = timedelta(0)) -> Viewer:
    """The same person at the same post, loaded anew as the next request would."""
    assert viewer.user_id is not None
    loaded = load_viewer(viewer.user_id, viewer.post_id, MONDAY + after)
    assert loaded is not None
    return loaded


def second_county() -> Division:
    city = demo_county().parent
    assert city is not None
    given = {"parent": city.pk, "name": "听澜县", "kind": Kind.COUNTY, "code": "999902", "effective": "2020-01-01"}
    return call_system(open_division, given)


# ---- merge


def test_a_merged_village_hands_over_cases_and_rights_and_is_remembered() -> None:
    keeps, goes = place("上笈村"), place("下笈村")
    director, city = viewer_of(Role.VILLAGE_DIRECTOR, goes), viewer_of(Role.CITY_OFFICER)
    case = case_at(goes)
    assert seen_by(director, case)
    merge_divisions(city, keeps, {"places": [goes.pk], "effective": TODAY, "basis": "澄政函1号"})
    goes.refresh_from_db()
    assert lies_at(case) == keeps.key
    assert goes.valid_to == TODAY
    assert seen_by(again(director), case), "whoever answered for it answers for the successor"
    assert Succession.objects.get(predecessor=goes).successor == keeps
    assert [h.division.pk for h in suggest("下笈村")] == [goes.pk], "the old name still finds it"
    with acting(city):
        assert places.name(goes.pk) == "瑶屿省澄梧市护桐县云笈镇下笈村"
    assert EventLine.objects.get(name="org.divisions_merged").payload["merged"] == [goes.pk]


def test_a_merged_township_brings_its_villages_under_the_other() -> None:
    keeps, goes = place("松涧乡"), place("竹沥乡")
    village, supervisor = place("箬叶村"), viewer_of(Role.TOWNSHIP_SUPERVISOR, place("竹沥乡"))
    case = case_at(village)
    merge_divisions(viewer_of(Role.CITY_OFFICER), keeps, {"places": [goes.pk], "name": "松竹乡", "effective": TODAY})
    village.refresh_from_db()
    keeps.refresh_from_db()
    assert village.parent_id == keeps.pk
    assert village.key in span_of(keeps.key)
    assert lies_at(case) == village.key
    assert seen_by(again(supervisor), case)
    assert keeps.name == "松竹乡"
    assert keeps.former_names.get().name == "松涧乡"
    with acting(again(supervisor)):
        assert places.name(village.pk, on=TODAY - timedelta(1)).endswith("松涧乡箬叶村")
        assert places.name(village.pk, on=TODAY).endswith("松竹乡箬叶村")
    assert supervisor.post_id
    assert Agency.objects.get(division=goes).areas.get(valid_to=None).division_id == keeps.pk


def test_merging_is_one_entry_that_covers_every_table() -> None:
    keeps, goes = place("上笈村"), place("下笈村")
    case = case_at(goes)
    merge_divisions(viewer_of(Role.CITY_OFFICER), keeps, {"places": [goes.pk], "effective": TODAY})
    entry = Entry.objects.get(action="org.merge_divisions")
    with connection.cursor() as cursor:
        cursor.execute("select entry_id, new from hutong_history('core_task', %s) order by 1 desc", [case.pk])
        assert cursor.fetchone()[0] == entry.pk


def test_a_merge_is_refused_across_the_border_of_the_area_and_before_its_day() -> None:
    keeps, goes = place("上笈村"), place("下笈村")
    township = viewer_of(Role.CITY_OFFICER)
    with pytest.raises(Refused):
        merge_divisions(viewer_of(Role.COUNTY_OFFICER), keeps, {"places": [goes.pk], "effective": TODAY})
    far = Division.objects.get(key=0)
    with pytest.raises(Refused):
        merge_divisions(township, far, {"places": [goes.pk], "effective": TODAY})
    with pytest.raises(Invalid):
        merge_divisions(township, keeps, {"places": [goes.pk], "effective": TODAY + timedelta(1)})
    for wrong in ([keeps.pk], [place("云笈镇").pk], [10**9]):
        with pytest.raises(Invalid):
            merge_divisions(township, keeps, {"places": wrong, "effective": TODAY})
    goes.refresh_from_db()
    assert goes.valid_to is None


# ---- split


def test_a_split_township_divides_its_villages_and_asks_for_a_check_of_the_rest() -> None:
    old = place("鹤岚镇")
    villages = list(Division.objects.filter(parent=old, valid_to=None))
    supervisor, own, in_village = viewer_of(Role.TOWNSHIP_SUPERVISOR, old), case_at(old), case_at(villages[-1])
    parts = [
        {"name": "鹤影镇", "kind": Kind.TOWN, "code": "999901107", "places": [v.short for v in villages[:5]]},
        {"name": "岚头镇", "kind": Kind.TOWN, "code": "999901108", "places": [v.code for v in villages[5:]]},
    ]
    rest = split_division(viewer_of(Role.CITY_OFFICER), old, {"parts": parts, "rest": "岚头镇", "effective": TODAY})
    old.refresh_from_db()
    new = list(Division.objects.filter(came_from__predecessor=old).order_by("key"))
    assert [d.name for d in new] == ["鹤影镇", "岚头镇"]
    assert rest == new[1]
    assert old.valid_to == TODAY
    assert [Division.objects.filter(parent=d).count() for d in new] == [5, len(villages) - 5]
    assert lies_at(own) == rest.key
    villages[-1].refresh_from_db()
    assert lies_at(in_village) == villages[-1].key
    assert villages[-1].key in span_of(rest.key)
    assert seen_by(again(supervisor), own)
    assert seen_by(again(supervisor), in_village)
    with acting(system_viewer("tests", now=MONDAY)):
        assert Task.objects.filter(kind=CHECK_PLACES.name, on_id=rest.pk, place_key=rest.key).exists()


@pytest.mark.parametrize(("field", "value", "code"), [
    ("kind", Kind.COUNTY, "invalid"), ("code", "999901101", "duplicate"), ("name", "岚\ue000镇", "invalid"),
])  # fmt: skip
def test_what_is_wrong_with_one_part_of_a_split_is_said_at_that_part(field: str, value: str, code: str) -> None:
    old = place("鹤岚镇")
    ids = [v.short for v in Division.objects.filter(parent=old, valid_to=None)]
    if field == "code":
        value = place("云笈镇").code
    one = {"name": "鹤影镇", "kind": Kind.TOWN, "code": "999901107", "places": ids[:5]}
    two = {"name": "岚头镇", "kind": Kind.TOWN, "code": "999901108", "places": ids[5:], field: value}
    with pytest.raises(Invalid) as refused:
        split_division(viewer_of(Role.CITY_OFFICER), old, {"parts": [one, two], "effective": TODAY})
    assert [(error.field, error.code) for error in refused.value.errors] == [(f"parts.1.{field}", code)]


@pytest.mark.parametrize("wrong", ["missing", "twice", "code in use", "wrong kind"])
def test_a_split_that_forgets_or_doubles_a_village_is_refused(wrong: str) -> None:
    old = place("鹤岚镇")
    ids = [v.short for v in Division.objects.filter(parent=old, valid_to=None)]
    one = {"name": "鹤影镇", "kind": Kind.TOWN, "code": "999901107", "places": ids[:5]}
    two = {"name": "岚头镇", "kind": Kind.TOWN, "code": "999901108", "places": ids[5:]}
    if wrong == "missing":
        two["places"] = ids[6:]
    elif wrong == "twice":
        two["places"] = ids[4:]
    elif wrong == "code in use":
        two["code"] = place("云笈镇").code
    else:
        two["kind"] = Kind.COUNTY
    with pytest.raises(Invalid):
        split_division(viewer_of(Role.CITY_OFFICER), old, {"parts": [one, two], "effective": TODAY})
    old.refresh_from_db()
    assert old.valid_to is None
    assert not Division.objects.filter(name="鹤影镇").exists()


# ---- transfer


def test_a_transferred_township_changes_county_with_cases_reach_and_office() -> None:
    other, town, village = second_county(), place("青崖驿镇"), place("滴翠村")
    old_key, old_parent = town.key, town.parent
    here, there = viewer_of(Role.COUNTY_OFFICER), officer(Role.COUNTY_OFFICER, other)
    supervisor, case = viewer_of(Role.TOWNSHIP_SUPERVISOR, town), case_at(village)
    assert (seen_by(here, case), seen_by(there, case), seen_by(supervisor, case)) == (True, False, True)
    transfer_division(viewer_of(Role.CITY_OFFICER), town, {"parent": other.pk, "code": "999902101", "effective": TODAY})
    town.refresh_from_db()
    village.refresh_from_db()
    assert town.parent == other
    assert town.key in span_of(other.key)
    assert village.key in span_of(town.key)
    assert lies_at(case) == village.key
    assert (seen_by(here, case), seen_by(there, case)) == (False, True)
    assert seen_by(again(supervisor), case), "the post answers for the place, wherever it lies"
    with acting(there):
        assert places.codes(village.pk) == ["CN-999902", "CN-9999", "CN-99", "CN"]
    assert by_code(Scheme.OWN, "999901105") == town
    assert DivisionCode.objects.get(division=town).valid_to == TODAY
    assert Agency.objects.get(division=town).parent == Agency.objects.get(division=other)
    assert old_parent is not None
    assert not Division.objects.filter(key=old_key).exists()


def test_keys_are_never_given_out_twice() -> None:
    other, town = second_county(), place("青崖驿镇")
    old, villages = town.key, set(Division.objects.filter(parent=town).values_list("key", flat=True))
    city = viewer_of(Role.CITY_OFFICER)
    transfer_division(city, town, {"parent": other.pk, "effective": TODAY})
    transfer_division(city, town, {"parent": demo_county().pk, "effective": TODAY})
    town.refresh_from_db()
    assert town.key != old
    assert not villages & set(Division.objects.values_list("key", flat=True))


def test_a_county_that_changes_its_depth_repacks_its_places() -> None:
    county = demo_county()
    province = Division.objects.get(scheme=Scheme.OWN, level=Level.PROVINCE)
    case, village = case_at(place("滴翠村")), place("滴翠村")
    depth = depth_of(village.key)
    given = {"parent": province.pk, "effective": TODAY}
    transfer_division(viewer_of(Role.PROVINCE_OFFICER), county, given)
    village.refresh_from_db()
    county.refresh_from_db()
    assert depth_of(county.key) == 2
    assert depth_of(village.key) == depth - 1
    assert village.key in span_of(county.key)
    assert lies_at(case) == village.key
    with acting(system_viewer("tests", now=MONDAY)):
        assert places.codes(village.pk)[-3:] == ["CN-999901", "CN-99", "CN"]


def test_a_transfer_needs_both_counties_in_the_area() -> None:
    other, town = second_county(), place("青崖驿镇")
    with pytest.raises(Refused):
        transfer_division(viewer_of(Role.COUNTY_OFFICER), town, {"parent": other.pk, "effective": TODAY})
    for parent in (place("云笈社区"), town):
        with pytest.raises(Invalid):
            transfer_division(viewer_of(Role.CITY_OFFICER), town, {"parent": parent.pk, "effective": TODAY})


@pytest.mark.parametrize("fails", [False, True])
def test_the_right_to_write_other_packages_ends_with_the_rewriting(fails: bool) -> None:
    def package() -> str:
        with connection.cursor() as cursor:
            cursor.execute("select current_setting('hutong.package')")
            return str(cursor.fetchone()[0])

    with acting(system_viewer("tests", now=MONDAY)) as viewer:
        token = _open.set(Running("org.test", "org", viewer, MONDAY, 1, None))
        try:
            with suppress(ValueError), everywhere():
                assert package() == "*"
                if fails:
                    raise ValueError
            assert package() == "org"
        finally:
            _open.reset(token)


def test_dated_areas_begin_and_end_on_the_effective_day() -> None:
    keeps, goes = place("上笈村"), place("下笈村")
    director = viewer_of(Role.VILLAGE_DIRECTOR, goes)
    day = date(2026, 11, 1)
    merge_divisions(viewer_of(Role.CITY_OFFICER), keeps, {"places": [goes.pk], "effective": day})
    areas = PostArea.objects.filter(post_id=director.post_id).order_by("id")
    assert [(a.division_id, a.valid_from, a.valid_to) for a in areas] == [
        (goes.pk, date(2020, 1, 1), day),
        (keeps.pk, day, None),
    ]
