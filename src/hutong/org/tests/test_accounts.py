"""Forgotten passwords, client programs with their keys, and people who left."""

from __future__ import annotations

import json
from datetime import datetime, timedelta

import pytest
from django.db import connection
from django.test import Client, RequestFactory

from hutong.channels.api.tokens import last_used, machine_of
from hutong.core import clock_time
from hutong.core.action import call_system
from hutong.core.errors import Conflict, Invalid, Refused
from hutong.core.models import Entry, JournalLine, Token, User
from hutong.core.viewer import Viewer
from hutong.org.actions import (
    appoint,
    close_post,
    create_machine_account,
    issue_token,
    relieve,
    reset_password,
    revoke_token,
)
from hutong.org.models import Post
from hutong.org.terms import Role
from hutong.org.tests.build import MONDAY, office_of, officer, place, program, viewer_of

pytestmark = pytest.mark.django_db
TODAY = MONDAY.date()


@pytest.fixture(autouse=True)
def monday(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock_time, "now", lambda: MONDAY)


def account(viewer: Viewer) -> User:
    return User.objects.get(pk=viewer.user_id)


def browser_of(viewer: Viewer) -> Client:
    browser = Client()
    browser.force_login(account(viewer))
    return browser


def written() -> str:
    """Everything an action, a trigger or the journal has kept so far, as text."""
    with connection.cursor() as cursor:
        cursor.execute("select coalesce(string_agg(to_jsonb(e)::text, ''), '') from core_entry e")
        entries = str(cursor.fetchone()[0])
        cursor.execute("select coalesce(string_agg(to_jsonb(j)::text, ''), '') from core_journalline j")
        return entries + str(cursor.fetchone()[0])


# A forgotten password


def test_a_reset_shows_a_password_once_and_ends_every_session_of_that_account_alone() -> None:
    director, other, admin = (
        viewer_of(role) for role in (Role.VILLAGE_DIRECTOR, Role.COUNTY_OFFICER, Role.ADMINISTRATOR)
    )
    phone, desk, elsewhere = browser_of(director), browser_of(director), browser_of(other)
    assert [b.get("/").status_code for b in (phone, desk, elsewhere)] == [200, 200, 200]
    page = browser_of(admin).post(f"/org/action/reset_password/{director.post_id}/", {"_key": "once"})
    assert page.status_code == 200
    assert page["Cache-Control"] == "no-store"
    assert [b.get("/").status_code for b in (phone, desk, elsewhere)] == [302, 302, 200]
    user = account(director)
    secret = next(word for word in page.content.decode().replace("<", ">").split(">") if user.check_password(word))
    assert user.must_change
    fresh = Client()
    assert fresh.login(username=user.username, password=secret, request=RequestFactory().post("/login/"))
    assert fresh.get("/")["Location"] == "/account/password/"


def test_the_password_of_a_reset_is_in_no_entry_no_journal_and_no_second_answer() -> None:
    director, admin = viewer_of(Role.VILLAGE_DIRECTOR), viewer_of(Role.ADMINISTRATOR)
    shown = reset_password(admin, director.post_id, {}, key="k")
    assert shown.secret not in repr(shown)
    assert shown.secret not in written()
    entry = Entry.objects.get(action="org.reset_password")
    assert (entry.user_id, entry.on_id, entry.notes["user"]) == (admin.user_id, director.post_id, director.user_id)
    assert JournalLine.objects.filter(kind="password", user_id=admin.user_id, on_id=director.post_id).exists()
    assert reset_password(admin, director.post_id, {}, key="k") == Post.objects.get(pk=director.post_id)
    assert account(director).check_password(shown.secret), "the same key again changes nothing"


def test_a_reset_is_for_the_administrator_of_every_post_of_the_person_and_never_their_own() -> None:
    director, admin = viewer_of(Role.VILLAGE_DIRECTOR), viewer_of(Role.ADMINISTRATOR)
    with pytest.raises(Refused, match=r"菜单|menu"):
        reset_password(admin, admin.post_id, {})
    with pytest.raises(Refused):
        reset_password(viewer_of(Role.COUNTY_OFFICER), director.post_id, {})
    province = viewer_of(Role.PROVINCE_OFFICER)
    with pytest.raises(Refused):
        reset_password(admin, province.post_id, {})
    two = viewer_of(Role.CITY_OFFICER)
    call_system(appoint, officer(Role.VILLAGE_DIRECTOR).post_id, {"user": two.user_id, "since": TODAY})
    held = Post.objects.filter(role=Role.VILLAGE_DIRECTOR, holdings__user=two.user_id).get()
    with pytest.raises(Refused):
        reset_password(admin, held, {})
    seat, _key = program(Role.COUNTY_OFFICER)
    with pytest.raises(Refused):
        reset_password(admin, seat, {})
    call_system(relieve, director.post_id, {"until": TODAY})
    with pytest.raises(Refused):
        reset_password(admin, director.post_id, {})


# Client programs


def test_a_program_acts_with_the_rights_of_its_post_and_its_use_is_noted_once_a_day(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    seat, key = program(Role.COUNTY_OFFICER)
    token = Token.objects.get(post_id=seat.pk)
    assert last_used([token.pk]) == {}
    machine = machine_of(key)
    assert machine is not None
    assert (machine.viewer.role, machine.viewer.post_id, machine.viewer.machine) == (Role.COUNTY_OFFICER, seat.pk, True)
    assert machine.viewer.spans == viewer_of(Role.COUNTY_OFFICER).spans
    machine_of(key)
    assert last_used([token.pk]) == {token.pk: MONDAY}
    assert JournalLine.objects.filter(on_label="core.token", on_id=token.pk).count() == 1
    monkeypatch.setattr(clock_time, "now", lambda: MONDAY + timedelta(days=1))
    machine_of(key)
    assert JournalLine.objects.filter(on_label="core.token", on_id=token.pk).count() == 2


def test_keys_leave_a_history_that_does_not_hold_them() -> None:
    admin = viewer_of(Role.ADMINISTRATOR)
    seat, first = program(Role.AUDITOR)
    issued = issue_token(admin, seat, {"name": "月报", "valid_to": TODAY})
    revoke_token(admin, issued.record)
    assert machine_of(issued.secret) is None
    assert machine_of(first) is not None
    with connection.cursor() as cursor:
        cursor.execute("select string_agg(new::text, '') from hutong_history('core_token', %s)", [issued.record.pk])
        history = str(cursor.fetchone()[0])
    assert json.dumps("月报", ensure_ascii=False) in history
    assert "valid_to" in history
    for key in (first, issued.secret):
        assert key not in history + written()
    with pytest.raises(Conflict):
        revoke_token(admin, issued.record)


@pytest.mark.parametrize("last", ["2026-11-22", "2029-12-31"], ids=["over already", "longer than three years"])
def test_a_key_has_an_end_within_three_years(last: str) -> None:
    seat, _key = program(Role.AUDITOR)
    with pytest.raises(Invalid):
        issue_token(viewer_of(Role.ADMINISTRATOR), seat, {"name": "x", "valid_to": last})


def test_keys_are_for_programs_and_programs_for_nothing_else() -> None:
    admin = viewer_of(Role.ADMINISTRATOR)
    clerk = viewer_of(Role.COUNTY_OFFICER)
    with pytest.raises(Refused):
        issue_token(admin, clerk.post_id, {"name": "x", "valid_to": TODAY})
    office = office_of(place("护桐县"))
    new = {"username": "prog", "name": "接口", "role": Role.ADMINISTRATOR, "since": TODAY}
    with pytest.raises(Refused):
        create_machine_account(admin, office, new)
    seat, _key = program(Role.COUNTY_FINANCE)
    user = User.objects.get(pk=seat.holdings.get().user_id)
    vacant = call_system(relieve, clerk.post_id, {"until": TODAY})
    with pytest.raises(Invalid):
        appoint(admin, vacant, {"user": user.pk, "since": TODAY})
    with pytest.raises(Invalid):
        appoint(admin, seat, {"user": clerk.user_id, "since": TODAY})


def test_a_program_never_comes_through_the_office_door() -> None:
    seat, _key = program(Role.COUNTY_OFFICER)
    user = User.objects.get(pk=seat.holdings.get().user_id)
    user.set_password("a-long-password")
    user.save(update_fields=["password"])
    sent = {"username": user.username, "password": "a-long-password"}
    assert Client().post("/login/", sent).status_code == 422
    browser = Client()
    browser.force_login(user)
    assert browser.get("/").status_code == 403


def test_an_administrator_elsewhere_touches_neither_programs_nor_keys() -> None:
    seat, _key = program(Role.CITY_OFFICER)
    admin = viewer_of(Role.ADMINISTRATOR)
    token = Token.objects.get(post_id=seat.pk)
    with pytest.raises(Refused):
        revoke_token(admin, token)
    with pytest.raises(Refused):
        issue_token(admin, seat, {"name": "x", "valid_to": TODAY})


def test_the_pages_of_office_and_post_list_programs_issue_keys_and_revoke_them() -> None:
    admin = browser_of(viewer_of(Role.ADMINISTRATOR))
    office = office_of(place("护桐县"))
    assert f"/org/action/create_machine_account/{office.pk}/" in admin.get(f"/org/agency/{office.pk}/").content.decode()
    given = {"username": "hospital", "name": "县医院", "role": Role.COUNTY_OFFICER, "since": "2026-11-01", "_key": "a"}
    url = admin.post(f"/org/action/create_machine_account/{office.pk}/", given)["Location"]
    seat = Post.objects.get(title="县医院")
    assert url == f"/org/post/{seat.pk}/"
    asked = {"name": "出生登记", "valid_to": "2027-11-22", "_key": "b"}
    page = admin.post(f"/org/action/issue_token/{seat.pk}/", asked).content.decode()
    key = next(word for word in page.replace("<", ">").split(">") if word.startswith("hutong_"))
    assert machine_of(key) is not None
    again = admin.post(f"/org/action/issue_token/{seat.pk}/", asked)
    assert again["Location"] == url, "sent twice: issued once, shown once"
    token = Token.objects.get(post_id=seat.pk)
    listed = admin.get(url).content.decode()
    assert f"/org/action/revoke_token/{token.pk}/" in listed
    assert key not in listed
    assert "2026-11-23" in admin.get(f"/org/agency/{office.pk}/").content.decode(), "the day of the last use"
    assert admin.post(f"/org/action/revoke_token/{token.pk}/", {"_key": "c"})["Location"] == url
    assert machine_of(key) is None


# People who left


@pytest.mark.parametrize("way", ["relieved", "replaced", "post closed"])
def test_whoever_leaves_the_last_post_is_signed_out_everywhere_at_once(way: str) -> None:
    leaver, colleague = viewer_of(Role.COUNTY_OFFICER), viewer_of(Role.COUNTY_OFFICER)
    phone, other = browser_of(leaver), browser_of(colleague)
    assert phone.get("/").status_code == 200
    if way == "relieved":
        call_system(relieve, leaver.post_id, {"until": TODAY})
    elif way == "replaced":
        heir = User.objects.create(username="heir", name="heir")
        call_system(appoint, leaver.post_id, {"user": heir.pk, "since": TODAY})
    else:
        call_system(close_post, leaver.post_id, {"closed_on": TODAY})
    assert phone.get("/")["Location"].startswith("/login/")
    assert other.get("/").status_code == 200
    call_system(appoint, officer_post(), {"user": leaver.user_id, "since": TODAY})
    assert phone.get("/")["Location"].startswith("/login/"), "a new post does not wake an old session"


def officer_post() -> int:
    """A vacant post at the county."""
    other = viewer_of(Role.COUNTY_OFFICER)
    call_system(relieve, other.post_id, {"until": TODAY})
    assert other.post_id is not None
    return other.post_id


def test_one_of_two_posts_left_keeps_the_session_at_the_other() -> None:
    both = viewer_of(Role.TOWNSHIP_SUPERVISOR)
    second = viewer_of(Role.VILLAGE_DIRECTOR)
    call_system(appoint, second.post_id, {"user": both.user_id, "since": TODAY})
    browser = browser_of(both)
    call_system(relieve, both.post_id, {"until": TODAY})
    page = browser.get("/")
    assert page.status_code == 200
    assert Role.VILLAGE_DIRECTOR.zh in page.content.decode()


def test_a_departure_announced_for_later_works_till_its_day(monkeypatch: pytest.MonkeyPatch) -> None:
    leaver = viewer_of(Role.COUNTY_OFFICER)
    browser = browser_of(leaver)
    call_system(relieve, leaver.post_id, {"until": TODAY + timedelta(days=3)})
    at(monkeypatch, MONDAY + timedelta(days=2))
    assert browser.get("/").status_code == 200
    at(monkeypatch, MONDAY + timedelta(days=3))
    assert browser.get("/").status_code == 403
    assert browser.get("/")["Location"].startswith("/login/"), "told once, and signed out"


def test_the_keys_of_a_program_end_with_its_post() -> None:
    seat, key = program(Role.COUNTY_OFFICER)
    assert machine_of(key) is not None
    with pytest.raises(Refused):
        call_system(relieve, seat, {"until": TODAY})
    call_system(close_post, seat, {"closed_on": TODAY})
    assert machine_of(key) is None


def at(monkeypatch: pytest.MonkeyPatch, moment: datetime) -> None:
    monkeypatch.setattr(clock_time, "now", lambda: moment)
