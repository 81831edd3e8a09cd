"""The auditor's pages: who did what, who looked, who departed from the advice, and the seal; nothing of persons."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from hutong.channels.sheet import SHEETS, register
from hutong.channels.trail import ENTRIES, JOURNAL, departures, entries_of, lines_of
from hutong.core import clock_time
from hutong.core.audit.journal import journal
from hutong.core.errors import Refused
from hutong.core.models import Block, Entry, JournalLine, User
from hutong.core.terms import JournalKind
from hutong.core.viewer import Viewer
from hutong.org.actions import open_division
from hutong.org.terms import Kind, Role
from hutong.org.tests.build import MONDAY, place, viewer_of

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def business_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock_time, "now", lambda: MONDAY)


def browser_of(viewer: Viewer) -> Client:
    browser = Client()
    browser.force_login(User.objects.get(pk=viewer.user_id))
    return browser


def text_of(response: Any) -> str:
    assert response.status_code == 200
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


def entry(viewer: Viewer, action: str = "benefits.confirm", days: int = 0, **changes: Any) -> Entry:
    """An entry as the envelope writes it."""
    given = {"place_key": place("上笈村").key, "notes": {}, "reason": "张三家情况特殊", **changes}
    with connection.cursor() as cursor:
        cursor.execute("select nextval('core_entry_id_seq')")
        number = cursor.fetchone()[0]
    return Entry.objects.create(
        id=number, action=action, package=action.partition(".")[0], actor=f"user:{viewer.user_id}", role=viewer.role,
        user_id=viewer.user_id, post_id=viewer.post_id, viewer_name=viewer.name, on_label="people.child", on_id=77,
        happened_at=MONDAY - timedelta(days=days), **given,
    )  # fmt: skip


def test_entries_lie_inside_the_reach_by_place_or_by_post() -> None:
    auditor, township = viewer_of(Role.AUDITOR), viewer_of(Role.TOWNSHIP_SUPERVISOR, place("云笈镇"))
    province = viewer_of(Role.PROVINCE_OFFICER)
    here = entry(township)
    without_place = entry(township, place_key=None)
    far = entry(province, place_key=place("上笈村").parent.parent.parent.key)
    placeless_far = entry(province, place_key=None)
    found = set(entries_of(auditor).values_list("pk", flat=True))
    assert {here.pk, without_place.pk} <= found
    assert not {far.pk, placeless_far.pk} & found


def test_the_page_tells_acts_and_filters_them_but_shows_no_contents() -> None:
    auditor, county = viewer_of(Role.AUDITOR), viewer_of(Role.COUNTY_OFFICER)
    entry(county, "org.rename_division")
    entry(county, "org.appoint", days=40, notes={"departed": True, "reasons": "田小禾情况特殊"})
    browser = browser_of(auditor)
    page = text_of(browser.get("/core/entries/"))
    assert county.name in page
    assert Role.COUNTY_OFFICER.zh in page.replace(county.name, "")
    assert "偏离系统建议" in page
    for secret in ("张三", "田小禾"):
        assert secret not in page
    rows = browser.get("/core/entries/?departed=true", headers={"HX-Request": "true", "HX-Target": "list"})
    assert rows.content.decode().count('<tr role="row">') == 2, "the head and the one departure"
    for query, hits in (
        (f"viewer_name={county.name}&happened_at_from=2026-11-23", 1),
        (f"viewer_name={county.name}&happened_at_to=2026-11-22", 1),
        (f"viewer_name={county.name}&action=org.appoint", 1),
        ("viewer_name=无此人", 0),
    ):
        part = browser.get(f"/core/entries/?{query}", headers={"HX-Request": "true", "HX-Target": "list"})
        assert max(0, part.content.decode().count('<tr role="row">') - 1) == hits, query
    assert browser.get("/core/entries/?action=nothing").status_code == 422
    assert browser.get("/core/entries/?happened_at_from=soon").status_code == 422


def test_departures_are_counted_by_act_for_twelve_months() -> None:
    auditor, county = viewer_of(Role.AUDITOR), viewer_of(Role.COUNTY_OFFICER)
    for days in (1, 30, 400):
        entry(county, "org.appoint", days=days, notes={"departed": True})
    entry(county, "org.appoint", notes={"departed": False})
    assert departures(auditor).count() == 3
    page = browser_of(auditor).get("/core/entries/").content.decode()
    assert re.search(r'偏离系统建议</span> <span class="number-value">2<', page)
    assert "action=org.appoint" in page


def test_the_journal_shows_looking_and_refusals_of_posts_inside_the_reach() -> None:
    auditor, township = viewer_of(Role.AUDITOR), viewer_of(Role.TOWNSHIP_SUPERVISOR, place("云笈镇"))
    journal(township, JournalKind.OPENED, what="sealed health", subject_id=3, purpose="张三住院")
    journal(township, JournalKind.LOGIN_FAILED, what="my-password-by-mistake")
    journal(viewer_of(Role.PROVINCE_OFFICER), JournalKind.EXPORTED, what="org.post", count=9)
    with pytest.raises(Refused):
        open_division(
            township, {"parent": place("松涧乡").pk, "name": "新村", "kind": Kind.VILLAGE, "effective": MONDAY.date()}
        )
    kinds = set(lines_of(auditor).values_list("kind", flat=True))
    assert {"opened", "login_failed", "refused"} <= kinds
    assert "exported" not in kinds
    page = text_of(browser_of(auditor).get("/core/journal/"))
    assert township.name in page
    assert "被拒绝" in page
    for secret in ("张三", "my-password"):
        assert secret not in page
    assert JournalLine.objects.filter(kind="listed", what="core.journal", user_id=auditor.user_id).exists()


def test_a_long_record_is_paged_by_key() -> None:
    auditor, county = viewer_of(Role.AUDITOR), viewer_of(Role.COUNTY_OFFICER)
    made = [entry(county, "org.appoint").pk for _n in range(30)]
    browser = browser_of(auditor)
    first = browser.get("/core/entries/?action=org.appoint&viewer_name=" + county.name).content.decode()
    following = re.search(r'href="(\?[^"]*after=[^"]*)"', first)
    assert following
    second = browser.get("/core/entries/" + following[1].replace("&amp;", "&")).content.decode()
    assert second.count('<tr role="row">') == len(made) - 25 + 1


def test_the_state_of_the_seal_is_told() -> None:
    auditor = viewer_of(Role.AUDITOR)
    browser = browser_of(auditor)
    assert "尚无" in text_of(browser.get("/core/entries/"))
    # Sealing itself waits for other transactions of the server; what it leaves is a row like this.
    figures = {"from_txid": 0, "to_txid": 1, "entries": 4321, "changes": 8765, "journal": 12}
    block = Block.objects.create(**figures, root=b"r" * 32, head=b"\x9a" * 32, sealed_at=MONDAY)
    page = text_of(browser.get("/core/entries/"))
    for told in (block.head.hex()[:16], "4321", "8765", "2026-11-23 09:00"):
        assert told in page
    assert "尚无" not in page


@pytest.mark.parametrize("role", [r for r in Role if r != Role.AUDITOR])
def test_the_pages_are_the_auditors_alone(role: Role) -> None:
    browser = browser_of(viewer_of(role))
    assert browser.get("/core/entries/").status_code == 403
    assert browser.get("/core/journal/").status_code == 403


def test_they_are_no_sheets_so_neither_api_nor_record_pages_know_them() -> None:
    for sheet in (ENTRIES, JOURNAL):
        assert sheet.name not in SHEETS
        with pytest.raises(RuntimeError):
            register(sheet)
