"""Posts and what follows from holding one."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from django.test import Client

from hutong.core.action import call_system
from hutong.core.errors import Invalid, Refused
from hutong.core.models import Entry, Grant, User
from hutong.core.terms import DataClass
from hutong.core.viewer import acting, load_viewer, system_viewer
from hutong.org.access import CLEARANCE
from hutong.org.actions import (
    appoint,
    close_post,
    create_account,
    create_agency,
    create_post,
    relieve,
    set_post_areas,
)
from hutong.org.models import AgencyArea, Division, PostHolding
from hutong.org.terms import AgencyKind, Kind, Level, Role, Scheme
from hutong.org.tests.build import MONDAY, demo_county, office_of, place, post, viewer_of

pytestmark = pytest.mark.django_db
TODAY = MONDAY.date()
SINCE = "2020-01-01"


def account(name: str) -> User:
    given = {"username": name, "name": name, "password": "a-long-first-password"}
    return call_system(create_account, given)


def test_every_role_has_a_clearance_and_finance_learns_no_cause() -> None:
    assert set(CLEARANCE) == set(Role)
    finance = viewer_of(Role.COUNTY_FINANCE)
    assert finance.clears("money", DataClass.SENSITIVE)
    assert finance.clears("people", DataClass.PERSONAL)
    assert not finance.clears("people", DataClass.SENSITIVE)
    assert not finance.clears("benefits", DataClass.PERSONAL)
    assert not any(c.general >= DataClass.SEALED or DataClass.SEALED in c.packages.values() for c in CLEARANCE.values())


def test_an_administrator_looks_after_places_and_reaches_nobody() -> None:
    admin = viewer_of(Role.ADMINISTRATOR)
    assert admin.spans == ()
    assert not admin.reaches(place("云笈社区").key)
    office = office_of(place("云笈镇"))
    made = create_post(admin, office, {"role": "township_supervisor", "title": "儿童督导员", "since": SINCE})
    assert made.agency == office


def test_who_holds_no_post_is_no_viewer() -> None:
    user = account("nobody")
    assert load_viewer(user.pk, None, MONDAY) is None
    vacant = post(Role.TOWNSHIP_SUPERVISOR)
    call_system(appoint, vacant, {"user": user.pk, "since": TODAY})
    assert load_viewer(user.pk, None, MONDAY - timedelta(days=1)) is None, "not before the appointment"
    assert load_viewer(user.pk, None, MONDAY) is not None
    call_system(relieve, vacant, {"until": TODAY})
    assert load_viewer(user.pk, None, MONDAY) is None, "nor from the day of leaving on"


def test_a_user_with_two_posts_works_at_the_chosen_one() -> None:
    user = account("two.posts")
    one, two = post(Role.VILLAGE_DIRECTOR, place("上笈村")), post(Role.VILLAGE_DIRECTOR, place("石碓村"))
    for vacant in (one, two):
        call_system(appoint, vacant, {"user": user.pk, "since": SINCE})
    first, chosen = load_viewer(user.pk, None, MONDAY), load_viewer(user.pk, two.pk, MONDAY)
    assert first
    assert chosen
    assert (first.post_id, chosen.post_id) == (one.pk, two.pk)
    assert chosen.reaches(place("石碓村").key)
    assert not chosen.reaches(place("上笈村").key)
    others = post(Role.COUNTY_OFFICER)
    foreign = load_viewer(user.pk, others.pk, MONDAY)
    assert foreign is not None
    assert foreign.post_id == one.pk, "a post they do not hold is not taken from the session"


def test_a_new_holder_relieves_the_one_before() -> None:
    vacant, before, after = post(Role.TOWNSHIP_SUPERVISOR), account("before"), account("after")
    call_system(appoint, vacant, {"user": before.pk, "since": SINCE})
    call_system(appoint, vacant, {"user": after.pk, "since": TODAY})
    holdings = PostHolding.objects.filter(post=vacant).order_by("id")
    assert [(h.user_id, h.valid_to) for h in holdings] == [(before.pk, TODAY), (after.pk, None)]
    with pytest.raises(Invalid):
        call_system(appoint, vacant, {"user": after.pk, "since": TODAY})


@pytest.mark.parametrize(
    ("held", "new"),
    [
        (Role.COUNTY_OFFICER, Role.COUNTY_FINANCE),
        (Role.COUNTY_FINANCE, Role.COUNTY_OFFICER),
        (Role.TOWNSHIP_SUPERVISOR, Role.COUNTY_OFFICER),
        (Role.AUDITOR, Role.CITY_OFFICER),
        (Role.COUNTY_OFFICER, Role.ADMINISTRATOR),
    ],
)
def test_duties_that_check_each_other_never_meet_in_one_person(held: Role, new: Role) -> None:
    user = account("both")
    call_system(appoint, post(held), {"user": user.pk, "since": SINCE})
    with pytest.raises(Invalid):
        call_system(appoint, post(new), {"user": user.pk, "since": SINCE})


def test_nobody_appoints_themselves_or_staffs_what_is_above_them() -> None:
    county = viewer_of(Role.COUNTY_OFFICER)
    with pytest.raises(Refused):
        appoint(county, post(Role.TOWNSHIP_SUPERVISOR), {"user": county.user_id, "since": TODAY})
    with pytest.raises(Refused):
        appoint(county, post(Role.COUNTY_FINANCE), {"user": account("friend").pk, "since": TODAY})
    appoint(county, post(Role.TOWNSHIP_SUPERVISOR), {"user": account("colleague").pk, "since": TODAY})


def test_posts_stay_inside_the_area_of_their_office() -> None:
    county = viewer_of(Role.COUNTY_OFFICER)
    office = office_of(place("云笈镇"))
    given = {"role": "village_director", "title": "儿童主任", "since": SINCE}
    with pytest.raises(Invalid):
        create_post(county, office, {**given, "places": [place("松涧村").pk]})
    with pytest.raises(Invalid):
        create_post(county, office, given)
    made = create_post(county, office, {**given, "places": [place("上笈村").pk]})
    with pytest.raises(Invalid):
        set_post_areas(county, made, {"places": [place("云笈镇").pk], "since": TODAY})
    set_post_areas(county, made, {"places": [place("下笈村").pk], "since": TODAY})
    assert [a.division.short for a in made.areas.filter(valid_to=None)] == ["下笈村"]


def test_a_role_exists_only_at_offices_of_its_level() -> None:
    admin = viewer_of(Role.ADMINISTRATOR)
    for role, where in ((Role.COUNTY_OFFICER, place("云笈镇")), (Role.TOWNSHIP_SUPERVISOR, demo_county())):
        with pytest.raises(Invalid):
            create_post(admin, office_of(where), {"role": role, "title": "x", "since": SINCE})


def test_outside_ones_area_nothing_is_founded_or_staffed() -> None:
    nation = Division.objects.get(key=0) if demo_county() else None
    county = viewer_of(Role.COUNTY_OFFICER)
    assert nation is not None
    given = {"kind": "institution", "name": "别处福利院", "division": nation.pk, "since": SINCE}
    with pytest.raises(Refused):
        create_agency(county, given)
    with pytest.raises(Refused):
        create_post(county, office_of(nation), {"role": "institution_staff", "title": "x", "since": SINCE})


def test_an_institution_answers_for_the_places_it_is_given() -> None:
    county = demo_county()
    home = call_system(
        create_agency,
        {"kind": AgencyKind.INSTITUTION, "name": "护桐县儿童福利院", "division": county.pk,
         "places": [place("云笈社区").pk], "since": SINCE},
    )  # fmt: skip
    assert [a.division.short for a in AgencyArea.objects.filter(agency=home)] == ["云笈社区"]


def test_a_closed_post_has_no_holder_and_takes_none() -> None:
    vacant, user = post(Role.TOWNSHIP_SUPERVISOR), account("last")
    call_system(appoint, vacant, {"user": user.pk, "since": SINCE})
    call_system(close_post, vacant, {"closed_on": TODAY})
    assert load_viewer(user.pk, None, MONDAY) is None
    with pytest.raises(Invalid):
        call_system(appoint, vacant, {"user": account("late").pk, "since": TODAY})


def test_the_first_password_reaches_neither_entry_nor_change() -> None:
    user = account("secret.keeper")
    assert user.check_password("a-long-first-password")
    entry = Entry.objects.get(action="org.create_account", on_id=user.pk)
    assert "a-long-first-password" not in json.dumps([entry.notes, entry.result, entry.reason])
    with pytest.raises(Invalid):
        account("secret.keeper")


def test_a_first_password_from_an_administrator_must_be_changed_and_be_a_good_one() -> None:
    admin = viewer_of(Role.ADMINISTRATOR)
    given = {"username": "new.one", "name": "林晓", "password": "vier-Segel-im-Wind"}
    assert create_account(admin, given).must_change
    assert not account("set.up").must_change
    for weak in ("1234567890123", "password123", "new.another"):
        with pytest.raises(Invalid) as refused:
            create_account(admin, {"username": "new.another", "name": "林晓", "password": weak})
        assert weak not in str(refused.value)


def test_the_form_of_an_account_never_shows_the_password_again() -> None:
    viewer = viewer_of(Role.ADMINISTRATOR)
    browser = Client()
    browser.force_login(User.objects.get(pk=viewer.user_id))
    sent = {"username": "x", "name": "林晓", "password": "typed-by-mistake-1", "locale": "zh-hans"}
    answer = browser.post("/org/action/create_account/", sent)
    assert answer.status_code == 422
    page = answer.content.decode()
    assert 'type="password"' in page
    assert "typed-by-mistake-1" not in page


def test_grants_open_a_person_to_a_local_post_or_hide_it() -> None:
    director = viewer_of(Role.VILLAGE_DIRECTOR, place("上笈村"))
    with acting(system_viewer("tests", now=MONDAY)) as viewer:
        from django.db import connection

        with connection.cursor() as cursor:
            cursor.execute("select set_config('hutong.entry', '1', true), set_config('hutong.package', 'core', true)")
        common = {"why": "x", "valid_from": TODAY}
        Grant.objects.create(subject_id=11, place_key=place("上笈村").key, **common)
        Grant.objects.create(subject_id=12, place_key=place("下笈村").key, **common)
        Grant.objects.create(subject_id=13, place_key=0, post_id=director.post_id, hides=True, **common)
        Grant.objects.create(subject_id=14, place_key=place("上笈村").key, why="x", valid_from=TODAY + timedelta(1))
        hours = {"post_id": director.post_id, "place_key": 0, **common}
        Grant.objects.create(subject_id=15, ends_at=MONDAY + timedelta(hours=24), **hours)
        Grant.objects.create(subject_id=16, ends_at=MONDAY, **hours)
        assert viewer.spans
    loaded = load_viewer(director.user_id or 0, director.post_id, MONDAY)
    assert loaded
    assert (loaded.granted, loaded.hidden) == ({11, 15}, {13})
    later = load_viewer(director.user_id or 0, director.post_id, MONDAY + timedelta(hours=24))
    assert later
    assert 15 not in later.granted


def test_the_tree_is_the_same_for_everybody_but_not_everybody_changes_it() -> None:
    from hutong.org.actions import open_division

    town = place("云笈镇")
    given = {"parent": town.pk, "name": "新笈社区", "kind": Kind.COMMUNITY, "effective": TODAY}
    for role in (Role.VILLAGE_DIRECTOR, Role.AUDITOR, Role.COUNTY_FINANCE, Role.MINISTRY_OFFICER):
        with pytest.raises(Refused):
            open_division(viewer_of(role), given)
    with pytest.raises(Refused):
        open_division(viewer_of(Role.TOWNSHIP_SUPERVISOR, place("松涧乡")), given)
    made = open_division(viewer_of(Role.TOWNSHIP_SUPERVISOR, town), given)
    assert (made.level, made.scheme, made.code) == (Level.VILLAGE, Scheme.OWN, "999901101901")
