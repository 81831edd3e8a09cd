"""Break-glass: seen for a day after a stated reason, never by guessing, and reviewed by somebody else."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from hutong.core import clock_time
from hutong.core.action import call_system
from hutong.core.errors import Conflict, Invalid, NotFound, Refused
from hutong.core.jurisdiction import law
from hutong.core.models import Clock, Entry, Grant, JournalLine, Task, User
from hutong.core.viewer import Viewer, acting, load_viewer, system_viewer
from hutong.org.terms import Role
from hutong.org.tests.build import MONDAY, place, viewer_of
from hutong.people import actions
from hutong.people.access import BREAK_GLASS
from hutong.people.models import Child, EmergencyAccess
from hutong.people.terms import AccessReview

pytestmark = pytest.mark.django_db
WHY = "孩子在我镇受伤送医，需联系监护人"


def child_of_another_township() -> Child:
    """田小禾 of 上笈村, which belongs to 云笈镇."""
    home = place("上笈村").pk
    given = {"name": "田小禾", "actual_id": home, "registered_id": home, "birth_date": "2015-06-15"}
    return actions.register_child(viewer_of(Role.COUNTY_OFFICER), given)


def again(viewer: Viewer, now: datetime = MONDAY) -> Viewer:
    """The viewer of the next request."""
    loaded = load_viewer(viewer.user_id or 0, viewer.post_id, now)
    assert loaded is not None
    return loaded


def sees(viewer: Viewer, child: Child) -> tuple[bool, bool]:
    """By the explicit filter, and by row-level security alone."""
    with acting(viewer):
        rows = Child.objects.filter(pk=child.pk)
        return rows.visible_to(viewer).exists(), rows.exists()


def opened(child: Child, role: Role = Role.TOWNSHIP_SUPERVISOR, *, where: str = "松涧乡") -> tuple[Viewer, Any]:
    helper = viewer_of(role, place(where))
    return helper, actions.break_glass(helper, {"child_no": child.child_no, "reason": WHY})


def test_the_child_is_seen_from_the_next_request_on_and_for_a_day() -> None:
    child = child_of_another_township()
    helper = viewer_of(Role.TOWNSHIP_SUPERVISOR, place("松涧乡"))
    assert sees(helper, child) == (False, False)
    access = actions.break_glass(helper, {"child_no": child.child_no, "reason": WHY})
    assert access.ends_at == MONDAY + timedelta(hours=24)
    assert sees(again(helper), child) == (True, True)
    assert sees(again(helper, MONDAY + timedelta(hours=23, minutes=59)), child) == (True, True)
    assert sees(again(helper, MONDAY + timedelta(hours=24)), child) == (False, False)
    colleague = viewer_of(Role.TOWNSHIP_SUPERVISOR, place("松涧乡"))
    assert sees(again(colleague), child) == (False, False)


def test_it_leaves_an_entry_a_line_in_the_journal_and_two_tasks_with_a_clock() -> None:
    child = child_of_another_township()
    helper, access = opened(child)
    entry = Entry.objects.get(action="people.break_glass")
    assert (entry.user_id, entry.on_id, entry.place_key) == (helper.user_id, access.pk, child.actual_key)
    line = JournalLine.objects.get(kind="emergency", user_id=helper.user_id)
    assert (line.on_id, line.purpose) == (child.pk, WHY)
    tasks = Task.objects.filter(kind="people.review_access", on_id=access.pk)
    assert {t.role for t in tasks} == {Role.COUNTY_OFFICER, Role.AUDITOR}
    assert {t.place_key for t in tasks} == {child.actual_key}
    clock = Clock.objects.get(on_label=EmergencyAccess.label(), on_id=access.pk)
    assert (clock.limit, clock.evidence) == ("ACC-2", "M")
    assert all(t.due_on == clock.due_on > MONDAY.date() for t in tasks)


def test_a_wrong_number_and_a_hidden_child_look_the_same() -> None:
    child = child_of_another_township()
    helper = viewer_of(Role.TOWNSHIP_SUPERVISOR, place("松涧乡"))
    hides_from(helper, child)
    texts = []
    for number in ("0000000000", child.child_no):
        with pytest.raises(NotFound) as missing:
            actions.break_glass(again(helper), {"child_no": number, "reason": WHY})
        texts.append(str(missing.value))
    assert texts[0] == texts[1]
    assert JournalLine.objects.filter(user_id=helper.user_id, kind="not_found", what="people.break_glass").count() == 2
    assert not EmergencyAccess.objects.exists()


def hides_from(viewer: Viewer, child: Child) -> None:
    """A grant that takes the child out of the viewer's sight."""
    with connection.cursor() as cursor:
        cursor.execute("select set_config('hutong.entry', '1', true), set_config('hutong.package', 'core', true)")
        day = MONDAY.date()
        Grant.objects.create(
            subject_id=child.pk, place_key=0, post_id=viewer.post_id, hides=True, why="x", valid_from=day
        )
        cursor.execute("select set_config('hutong.entry', '', true), set_config('hutong.package', '', true)")


def test_a_reason_is_needed_and_a_child_of_ones_own_area_is_simply_opened() -> None:
    child = child_of_another_township()
    with pytest.raises(Invalid):
        actions.break_glass(
            viewer_of(Role.TOWNSHIP_SUPERVISOR, place("松涧乡")), {"child_no": child.child_no, "reason": " "}
        )
    with pytest.raises(Invalid):
        opened(child, where="云笈镇")
    with pytest.raises(Refused):
        actions.break_glass(viewer_of(Role.VILLAGE_DIRECTOR), {"child_no": child.child_no, "reason": WHY})


@pytest.mark.parametrize("role", [Role.COUNTY_OFFICER, Role.AUDITOR])
def test_the_county_or_its_auditor_reviews_and_an_unjustified_access_ends_at_once(role: Role) -> None:
    child = child_of_another_township()
    helper, access = opened(child)
    finding = {"outcome": AccessReview.UNJUSTIFIED, "finding": "核实后并无送医记录"}
    reviewed = actions.review_break_glass(viewer_of(role), access.pk, finding)
    assert reviewed.state == AccessReview.UNJUSTIFIED
    assert sees(again(helper), child) == (False, False)
    assert not Task.objects.filter(kind="people.review_access", state="open").exists()
    assert not Clock.objects.filter(on_label=EmergencyAccess.label(), stopped_on=None).exists()
    with pytest.raises(Conflict):
        actions.review_break_glass(viewer_of(role), access.pk, finding)


def test_a_justified_access_runs_on_and_waiting_is_no_finding() -> None:
    child = child_of_another_township()
    helper, access = opened(child)
    county = viewer_of(Role.COUNTY_OFFICER)
    with pytest.raises(Invalid):
        actions.review_break_glass(county, access.pk, {"outcome": AccessReview.WAITING, "finding": "x"})
    actions.review_break_glass(county, access.pk, {"outcome": AccessReview.JUSTIFIED, "finding": "医院证明"})
    assert sees(again(helper), child) == (True, True)


def test_nobody_reviews_their_own_access_and_nobody_elsewhere_finds_it() -> None:
    child = child_of_another_township()
    helper, access = opened(child)
    county = viewer_of(Role.COUNTY_OFFICER)
    own = load_viewer(county.user_id or 0, county.post_id, MONDAY)
    assert own is not None
    with pytest.raises(Refused):
        actions.review_break_glass(
            replace(own, user_id=helper.user_id), access.pk, {"outcome": AccessReview.JUSTIFIED, "finding": "x"}
        )
    assert JournalLine.objects.filter(kind="refused", what="people.review_break_glass").exists()
    far = viewer_of(Role.COUNTY_OFFICER)
    with pytest.raises(NotFound):
        actions.review_break_glass(replace(far, spans=()), access.pk, {"outcome": "justified", "finding": "x"})


def test_the_form_stands_at_the_list_and_leads_to_the_child(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock_time, "now", lambda: MONDAY)
    child = child_of_another_township()
    helper = viewer_of(Role.TOWNSHIP_SUPERVISOR, place("松涧乡"))
    browser = browser_of(helper)
    assert "/people/action/break_glass/" in browser.get("/people/child/").content.decode()
    home = browser.get("/").content.decode().partition("<main")[2]  # below the bar, which is that of every page
    assert "/people/action/break_glass/" not in home
    assert browser.get(f"/people/child/{child.pk}/").status_code == 404
    sent = {"child_no": child.child_no, "reason": WHY, "_key": "once"}
    url = browser.post("/people/action/break_glass/", sent)["Location"]
    assert browser.post("/people/action/break_glass/", sent)["Location"] == url, "sent twice, opened once"
    assert EmergencyAccess.objects.count() == 1
    assert "田小禾" in browser.get(url).content.decode()
    auditor = browser_of(viewer_of(Role.AUDITOR))
    access = EmergencyAccess.objects.get()
    assert f"/people/emergency/{access.pk}/" in auditor.get("/").content.decode()
    page = auditor.get(f"/people/emergency/{access.pk}/").content.decode()
    assert WHY in page
    assert f"/people/action/review_break_glass/{access.pk}/" in page


# What may be done for a child that is open for an emergency


def test_an_emergency_opens_the_child_for_looking_and_for_no_verb_that_does_not_protect() -> None:
    child = child_of_another_township()
    helper, _access = opened(child)
    helper = again(helper)
    assert (helper.granted, helper.emergency) == (frozenset({child.pk}), frozenset({child.pk}))
    moved = {"name": "田小苗", "why": "改名"}
    with pytest.raises(Refused, match=r"管辖地|in charge"):
        actions.correct_child(helper, child.pk, moved)
    assert JournalLine.objects.filter(kind="refused", what="people.correct_child", user_id=helper.user_id).exists()
    with acting(helper):
        assert not actions.correct_child.offered_to(helper, child)


def test_a_referral_beside_the_emergency_opens_the_usual_verbs() -> None:
    child = child_of_another_township()
    helper, _access = opened(child)
    with connection.cursor() as cursor:
        cursor.execute("select set_config('hutong.entry', '1', true), set_config('hutong.package', 'core', true)")
        Grant.objects.create(
            subject_id=child.pk, place_key=0, post_id=helper.post_id, why="referral", valid_from=MONDAY.date()
        )
        cursor.execute("select set_config('hutong.entry', '', true), set_config('hutong.package', '', true)")
    helper = again(helper)
    assert helper.emergency == frozenset()
    with acting(helper):
        assert actions.correct_child.offered_to(helper, child)


# Numbers are known, not tried

TRIES = 5
"""What the law data says for the whole country."""


def tried(helper: Viewer, times: int, *, start: datetime = MONDAY) -> None:
    for n in range(times):
        with pytest.raises(NotFound):
            actions.break_glass(again(helper, start + timedelta(minutes=n)), {"child_no": f"{n:010}", "reason": WHY})


def test_a_post_that_tries_numbers_is_shut_for_an_hour_also_for_the_right_one() -> None:
    child = child_of_another_township()
    helper = viewer_of(Role.TOWNSHIP_SUPERVISOR, place("松涧乡"))
    colleague = viewer_of(Role.TOWNSHIP_SUPERVISOR, place("松涧乡"))
    right = {"child_no": child.child_no, "reason": WHY}
    tried(helper, TRIES)
    for minutes in (TRIES, 59):
        with pytest.raises(Refused, match="10:00"):
            actions.break_glass(again(helper, MONDAY + timedelta(minutes=minutes)), right)
    refused = JournalLine.objects.filter(kind="refused", what=BREAK_GLASS, user_id=helper.user_id)
    assert refused.count() == 2
    assert actions.break_glass(colleague, right).child_id == child.pk, "the other post is not shut"
    late = again(helper, MONDAY + timedelta(minutes=60))
    assert actions.break_glass(late, right).child_id == child.pk


def test_one_wrong_number_less_shuts_nothing() -> None:
    child = child_of_another_township()
    helper = viewer_of(Role.TOWNSHIP_SUPERVISOR, place("松涧乡"))
    tried(helper, TRIES - 1)
    call_system(actions.watch_number_tries, {})
    assert not task_about(helper)
    assert actions.break_glass(again(helper), {"child_no": child.child_no, "reason": WHY}).child_id == child.pk


def test_the_place_of_the_post_says_how_many_tries_there_are(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[Any] = []

    def parameter(name: str, codes: list[str], day: date) -> SimpleNamespace:
        asked.append((name, codes[0], day))
        return SimpleNamespace(value=2)

    monkeypatch.setattr("hutong.people.access.law", lambda: SimpleNamespace(parameter=parameter, limit=law().limit))
    helper = viewer_of(Role.TOWNSHIP_SUPERVISOR, place("松涧乡"))
    tried(helper, 2)
    with pytest.raises(Refused, match="10:00"):
        actions.break_glass(again(helper, MONDAY + timedelta(minutes=2)), {"child_no": "1", "reason": WHY})
    assert set(asked) == {("emergency_access.tries", "CN-999901", MONDAY.date())}


def task_about(helper: Viewer) -> bool:
    with acting(system_viewer("test", now=MONDAY)):
        return Task.objects.filter(kind="people.review_tries", on_id=helper.post_id, state="open").exists()


def test_the_auditor_of_the_place_is_asked_once_and_closes_it_by_a_finding(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock_time, "now", lambda: MONDAY + timedelta(minutes=10))
    helper = viewer_of(Role.TOWNSHIP_SUPERVISOR, place("松涧乡"))
    tried(helper, TRIES)
    for _run in range(2):
        call_system(actions.watch_number_tries, {})
    with acting(system_viewer("test", now=MONDAY)):
        task = Task.objects.get(kind="people.review_tries", on_id=helper.post_id)
    assert (task.role, task.urgent) == (Role.AUDITOR, True)
    auditor = viewer_of(Role.AUDITOR)
    browser = browser_of(auditor)
    url = f"/people/action/review_number_tries/{helper.post_id}/"
    assert url in browser.get("/").content.decode()
    page = browser.get(url).content.decode()
    assert User.objects.get(pk=helper.user_id).name in page
    far = viewer_of(Role.AUDITOR, place("松涧乡"))
    with pytest.raises(Refused):
        actions.review_number_tries(replace(far, spans=(), area=()), helper.post_id, {"finding": "x"})
    assert browser.post(url, {"finding": "新手误读编号", "_key": "k"})["Location"] == "/"
    assert not task_about(helper)
    call_system(actions.watch_number_tries, {})
    assert not task_about(helper), "looked into already"
    entry = Entry.objects.get(action="people.review_number_tries")
    assert entry.notes == {"finding": "新手误读编号"}


def browser_of(viewer: Viewer) -> Client:
    browser = Client()
    browser.force_login(User.objects.get(pk=viewer.user_id))
    return browser
