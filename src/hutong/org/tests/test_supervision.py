"""Lateness climbs place by place, and posts nobody works at are asked for."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client

from hutong.channels.web.home import address_of
from hutong.core import action as action_module
from hutong.core import places
from hutong.core.action import action, call_system
from hutong.core.errors import NotFound
from hutong.core.inputs import Given, Nothing
from hutong.core.models import Clock, Task, User
from hutong.core.sweep import sweep_clocks, told_of
from hutong.core.tasks import leave_task, tasks_of
from hutong.core.terms import TaskState
from hutong.core.viewer import SYSTEM, Viewer, acting, system_viewer
from hutong.org.actions import appoint, close_post, follow_up_below, look_at_posts, relieve
from hutong.org.models import Division
from hutong.org.queries.places import nearest_role
from hutong.org.terms import Role
from hutong.org.tests.build import MONDAY, demo_county, officer, place, post, program, viewer_of

pytestmark = pytest.mark.django_db


def night(days: int) -> Viewer:
    """The nightly look so many days after the Monday of the tests."""
    job = system_viewer("night", now=MONDAY + timedelta(days=days))
    with acting(job):
        sweep_clocks(job)
        follow_up_below(job)
        look_at_posts(job)
    return job


def told(kind: str) -> dict[str, str]:
    """Role -> name of the place of the open tasks of a kind."""
    with acting(system_viewer("test", now=MONDAY)):
        rows = Task.objects.filter(kind=kind, state=TaskState.OPEN)
        return {task.role: _name(task.place_key) for task in rows}


def _name(key: int) -> str:
    return Division.objects.get(key=key).short


def kinds_of(viewer: Viewer) -> set[str]:
    with acting(viewer):
        return set(tasks_of(viewer).values_list("kind", flat=True))


def test_a_single_piece_climbs_one_step_and_above_it_offices_hear_of_places() -> None:
    vacant = post(Role.VILLAGE_DIRECTOR, place("上笈村"))
    night(0)
    assert told("core.breach") == {Role.CITY_OFFICER: "云笈镇"}
    assert told("org.late_below") == {}
    night(14)
    assert told("org.late_below") == {Role.PROVINCE_OFFICER: "澄梧市"}
    night(28)
    assert told("org.late_below") == {Role.PROVINCE_OFFICER: "澄梧市", Role.MINISTRY_OFFICER: "瑶屿省"}
    night(60)
    assert len(told("org.late_below")) == 2, "above the ministry there is nobody"
    call_system(appoint, vacant, {"user": a_person().pk, "since": "2026-11-23"})
    assert told("core.breach") == {}
    night(61)
    assert told("org.late_below") == {}


def a_person() -> User:
    user = User(username="somebody", name="某人", last_login=MONDAY)
    user.set_unusable_password()
    user.save()
    return user


def account_of(viewer: Viewer) -> User:
    return User.objects.get(pk=viewer.user_id or 0)


def signs_in(viewer: Viewer) -> None:
    User.objects.filter(pk=viewer.user_id or 0).update(last_login=MONDAY)


def test_a_level_that_is_missing_is_passed_over() -> None:
    county = demo_county()
    assert told_of(Role.COUNTY_OFFICER, county.key, ()) == Role.CITY_OFFICER
    assert county.parent is not None
    assert county.parent.parent is not None
    assert told_of(Role.COUNTY_OFFICER, county.parent.parent.key, ["city"]) == Role.PROVINCE_OFFICER
    assert told_of(Role.MINISTRY_OFFICER, county.key, ["ministry"]) is None
    assert told_of("system", county.key, ["county"]) is None


@pytest.mark.parametrize(
    ("late", "offices", "told"),
    [
        (Role.VILLAGE_DIRECTOR, ["county"], Role.COUNTY_OFFICER),
        (Role.VILLAGE_DIRECTOR, ["police", "city", "county"], Role.COUNTY_OFFICER),
        (Role.TOWNSHIP_SUPERVISOR, ["applicant"], Role.COUNTY_OFFICER),
        (Role.COUNTY_OFFICER, ["township"], Role.CITY_OFFICER),
        (Role.COUNTY_FINANCE, ["province"], Role.PROVINCE_OFFICER),
    ],
)
def test_the_law_says_who_is_told_and_nobody_below_or_beside(late: Role, offices: list[str], told: Role) -> None:
    assert told_of(late, demo_county().key, offices) == told


def test_records_are_looked_after_by_the_nearest_office() -> None:
    assert nearest_role(place("上笈村").key) == Role.TOWNSHIP_SUPERVISOR
    assert nearest_role(demo_county().key) == Role.COUNTY_OFFICER


def test_a_vacant_post_is_asked_for_until_it_is_filled_or_closed() -> None:
    county, admin = viewer_of(Role.COUNTY_OFFICER), viewer_of(Role.ADMINISTRATOR)
    director = post(Role.VILLAGE_DIRECTOR, place("上笈村"))
    finance = post(Role.COUNTY_FINANCE)
    assert kinds_of(county) == {"org.vacant_post"}, "the county staffs the posts below it"
    assert kinds_of(admin) == {"org.vacant_post"}, "all others are the administrator's"
    appoint(county, director, {"user": a_person().pk, "since": "2026-11-23"})
    assert kinds_of(county) == set()
    relieve(county, director, {"until": "2026-11-23"})
    assert kinds_of(county) == {"org.vacant_post"}
    close_post(county, director, {"closed_on": "2026-11-23"})
    close_post(admin, finance, {"closed_on": "2026-11-23"})
    assert kinds_of(county) == kinds_of(admin) == set()
    with acting(admin):
        assert not Clock.objects.filter(stopped_on=None).exists()


def test_a_program_fills_its_post_and_need_not_sign_in() -> None:
    program(Role.COUNTY_OFFICER)
    night(0)
    assert told("org.vacant_post") == told("org.unused_post") == {}


def test_a_holder_who_never_signed_in_is_asked_about_until_they_do() -> None:
    new = officer(Role.COUNTY_FINANCE)
    admin = viewer_of(Role.ADMINISTRATOR)
    signs_in(admin)
    night(0)
    assert kinds_of(admin) == {"org.unused_post"}
    with acting(admin):
        assert tasks_of(admin).get().on_id == new.post_id
    signs_in(new)
    night(1)
    assert kinds_of(admin) == set()


def test_the_law_names_a_place_the_same_by_key_and_by_id() -> None:
    county = demo_county()
    for division in (county, place("上笈村"), place("云笈镇"), county.parent, Division.objects.get(key=0)):
        assert division is not None
        assert places.codes_of_key(division.key) == places.codes(division.pk)
    with pytest.raises(NotFound):
        places.codes_of_key(county.key + 1)


class Ask(Given):
    """About which child."""

    child_id: int | None = None


def test_an_administrator_sees_tasks_of_their_area_and_never_one_about_a_child(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(action_module, "ACTIONS", {})
    county = demo_county()
    admin = viewer_of(Role.ADMINISTRATOR)

    @action("core.ask_administrator", input=Ask, roles=(SYSTEM,))
    def ask(viewer: Viewer, given: Ask) -> None:
        for key in (county.key, 0):
            leave_task(
                "org.check_places",
                subject=county,
                place_key=key,
                role=Role.ADMINISTRATOR,
                child_id=given.child_id,
                note=f"{key} {given.child_id}",
            )

    call_system(ask, {"child_id": 1})
    assert kinds_of(admin) == set()
    call_system(ask)
    with acting(admin):
        assert [task.place_key for task in tasks_of(admin)] == [county.key]


def test_the_list_of_late_work_opens_for_those_who_follow_it_up(client: Client) -> None:
    post(Role.VILLAGE_DIRECTOR, place("上笈村"))
    night(0)
    city = viewer_of(Role.CITY_OFFICER)
    client.force_login(account_of(city))
    assert "默认期限，待确认" in client.get("/").content.decode()
    page = client.get("/core/clock/").content.decode()
    assert "配备并启用岗位" in page
    with acting(city):
        breach = tasks_of(city).get(kind="core.breach")
    one = client.get(f"/core/clock/{breach.on_id}/").content.decode()
    assert "默认期限，待确认" in one
    night(14)
    with acting(province := viewer_of(Role.PROVINCE_OFFICER)):
        place_task = tasks_of(province).get(kind="org.late_below")
    client.force_login(account_of(province))
    assert "配备并启用岗位" in client.get(address_of(place_task)).content.decode()
    client.force_login(account_of(viewer_of(Role.COUNTY_FINANCE)))
    assert client.get("/core/clock/").status_code == 403


def test_a_vacant_post_shows_what_waits_there_and_a_held_one_does_not(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    village = place("上笈村")
    vacant = post(Role.VILLAGE_DIRECTOR, village)
    address = f"/org/post/{vacant.pk}/"
    county = viewer_of(Role.COUNTY_OFFICER)
    client.force_login(account_of(county))
    assert "没有待办事项" in client.get(address).content.decode()
    client.force_login(account_of(viewer_of(Role.ADMINISTRATOR)))
    assert "空缺岗位的待办" not in client.get(address).content.decode(), (
        "who sees no records is not told there are none"
    )
    client.force_login(account_of(county))
    monkeypatch.setattr(action_module, "ACTIONS", dict(action_module.ACTIONS))

    @action("core.ask_village", roles=(SYSTEM,))
    def ask(viewer: Viewer, given: Nothing) -> None:
        for key in (village.key, demo_county().key):
            leave_task("org.check_places", subject=village, place_key=key, role=Role.VILLAGE_DIRECTOR, note=str(key))

    call_system(ask)
    page = client.get(address).content.decode()
    assert page.count("核对拆分后各户所在村居") == 1, "only what lies where the post answers for"
    assert f"/org/division/{village.pk}/" in page
    appoint(county, vacant, {"user": a_person().pk, "since": "2026-11-23"})
    assert "核对拆分后各户所在村居" not in client.get(address).content.decode()
