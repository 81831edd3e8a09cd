"""The pages of children as each post sees them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from hutong.core import clock_time
from hutong.core import viewer as viewer_module
from hutong.core.models import JournalLine, StoredFile, Task, User
from hutong.core.viewer import Viewer
from hutong.org.queries.posts import viewer_at
from hutong.org.terms import Role
from hutong.people import actions
from hutong.people.models import Child
from hutong.people.tests import build

pytestmark = pytest.mark.django_db
Enter = Callable[[Viewer], Client]


@pytest.fixture
def enter(monkeypatch: pytest.MonkeyPatch) -> Iterator[Enter]:
    """Signs a viewer in, in a browser of its own."""
    posts: dict[int, Viewer] = {}
    monkeypatch.setattr(clock_time, "now", lambda: build.NOW)
    viewer_module.register_loader(lambda user_id, post_id, moment: posts.get(user_id))

    def enter(viewer: Viewer) -> Client:
        user = User.objects.get(pk=viewer.user_id)
        posts[user.pk] = viewer
        browser = Client()
        browser.force_login(user)
        return browser

    yield enter
    viewer_module.register_loader(viewer_at)


def text_of(response: Any) -> str:
    body = re.sub(r"(?s)<(script|style).*?</\1>", "", response.content.decode())
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", body))


def hidden(response: Any) -> dict[str, str]:
    pairs = re.findall(r'<input type="hidden" name="(_\w+)" value="([^"]*)"', response.content.decode())
    return dict(pairs)


def test_the_list_finds_by_pinyin_and_leads_to_the_page(enter: Enter) -> None:
    child = build.child()
    build.child(name="王一诺", birth_date=date(2012, 2, 2))
    browser = enter(build.officer())
    assert "王一诺" in text_of(browser.get("/people/child/"))
    found = browser.get("/people/child/?q=txh")
    assert f"/people/child/{child.pk}/" in found.content.decode()
    assert "王一诺" not in text_of(found)


@pytest.mark.parametrize("locale", ["zh-hans", "en"])
@pytest.mark.parametrize(
    "role", [Role.VILLAGE_DIRECTOR, Role.TOWNSHIP_SUPERVISOR, Role.COUNTY_OFFICER, Role.CITY_OFFICER, Role.AUDITOR]
)
def test_every_post_opens_the_child_page_and_each_form_it_is_offered(enter: Enter, role: Role, locale: str) -> None:
    number = build.identity(date(2015, 6, 15), 2)
    child = build.fu_child_father_jailed_mother_disabled(identity_number=number)
    actions.record_sealed_health(build.officer(), child, {"hiv": True, "since": date(2026, 5, 1)})
    browser = enter(build.worker(role, locale=locale))
    response = browser.get(f"/people/child/{child.pk}/")
    page = text_of(response)
    assert response.status_code == 200
    assert "田小禾" in page
    assert number not in response.content.decode()
    assert not re.search("艾滋|HIV", page)
    for url in sorted(set(re.findall(r'href="(/people/action/[^"]+)"', response.content.decode()))):
        assert browser.get(url).status_code == 200, url


def test_each_reader_sees_only_what_is_theirs(enter: Enter) -> None:
    child = build.fu_child_father_jailed_mother_disabled(address="三组12号")
    village = text_of(enter(build.director()).get(f"/people/child/{child.pk}/"))
    county = text_of(enter(build.officer()).get(f"/people/child/{child.pk}/"))
    money = text_of(enter(build.worker(Role.COUNTY_FINANCE)).get(f"/people/child/{child.pk}/"))
    assert "服刑在押" in county
    for page in (village, money):
        assert "田小禾" in page
        assert "服刑在押" not in page
    for path in ("/people/child/", f"/people/child/{child.pk}/"):
        assert enter(build.worker(Role.ADMINISTRATOR)).get(path).status_code in (403, 404)


def test_a_child_elsewhere_is_not_found_and_that_is_kept(enter: Enter) -> None:
    child = build.child()
    stranger = build.officer("980101")
    browser = enter(stranger)
    for url in (
        f"/people/child/{child.pk}/",
        f"/people/action/correct_child/{child.pk}/",
        f"/people/sealed/{child.pk}/",
    ):
        assert browser.get(url).status_code == 404
    assert JournalLine.objects.filter(user_id=stranger.user_id, kind="not_found", on_id=child.pk).count() == 3


def test_registering_warns_of_a_duplicate_and_goes_on_with_a_reason(enter: Enter) -> None:
    known = build.child()
    home = build.places()["999901101202"]
    browser = enter(build.supervisor())
    form = browser.get("/people/action/register_child/")
    sent = {"name": "田晓荷", "sex": "female", "birth_date": "2015-06-15", "birth_precision": "day"}
    sent |= {"actual_id": home.pk, "status": "ordinary", "status_evidence": "none", "placement": "scattered"}
    sent |= {"health": "unknown"}
    warned = browser.post("/people/action/register_child/", {**hidden(form), **sent})
    assert warned.status_code == 422
    page = text_of(warned)
    assert known.child_no in page
    assert "姓名同音" in page
    assert f'href="/people/child/{known.pk}/" target="_blank"' in warned.content.decode(), "the file can be opened"
    assert Child.objects.count() == 1
    done = browser.post(
        "/people/action/register_child/", {**hidden(warned), **sent, "in_spite_of": "邻村另一名儿童，已入户核实"}
    )
    assert done.status_code == 302
    second = Child.objects.exclude(pk=known.pk).get()
    assert done["Location"] == f"/people/child/{second.pk}/"
    page = text_of(browser.get(done["Location"]))
    assert "疑似重复" in page
    assert "登记儿童" in page, "the history tells how the file began"


def test_a_fact_is_confirmed_on_a_page_with_its_proof_beside_it(enter: Enter, pdf: bytes) -> None:
    child = build.child()
    given = {"side": "father", "status": "dead", "since": date(2024, 1, 1), "evidence": "cremation",
             "paper": {"name": "火化证明.pdf", "data": pdf}}  # fmt: skip
    fact = actions.record_parent_fact(build.director(), child, given)
    task = Task.objects.get(kind="people.confirm_fact")
    browser = enter(build.supervisor())
    page = browser.get(f"/people/parent_fact/{fact.pk}/")
    assert "火化证明" in text_of(page)
    assert f"/people/action/confirm_parent_fact/{fact.pk}/" in page.content.decode()
    form = browser.get(f"/people/action/confirm_parent_fact/{fact.pk}/")
    assert f"/file/{fact.paper_id}/" in form.content.decode()
    done = browser.post(f"/people/action/confirm_parent_fact/{fact.pk}/", {**hidden(form), "note": "已核对"})
    assert done["Location"] == f"/people/child/{child.pk}/"
    task.refresh_from_db()
    assert task.state == "done"
    assert browser.get(f"/people/action/confirm_parent_fact/{fact.pk}/").status_code in (200, 409)


def test_sealed_health_is_opened_with_a_purpose_only(enter: Enter) -> None:
    child, officer = build.child(), build.officer()
    actions.record_sealed_health(officer, child, {"hiv": True, "since": date(2026, 5, 1)})
    browser = enter(officer)
    url = f"/people/sealed/{child.pk}/"
    assert "2026" not in text_of(browser.get(url)).split("用途")[1]
    assert browser.post(url, {"purpose": ""}).status_code == 422
    opened = browser.post(url, {"purpose": "办理基本生活补贴"})
    assert "感染艾滋病病毒" in text_of(opened)
    assert opened["Cache-Control"] == "no-store"
    assert JournalLine.objects.filter(user_id=officer.user_id, purpose="办理基本生活补贴").count() == 1
    assert enter(build.supervisor()).get(url).status_code == 403


def test_a_merge_and_its_undoing_through_the_pages(enter: Enter) -> None:
    kept, other = build.child(), build.child(lives="999901102201", in_spite_of="待核对")
    browser = enter(build.officer())
    page = browser.get(f"/people/child/{other.pk}/").content.decode()
    link = f"/people/action/merge_children/{kept.pk}/?merged_no={other.child_no}"
    assert link in page
    compared = text_of(browser.get(link))
    assert "本档案" in compared
    assert kept.child_no in compared
    assert compared.count(other.child_no) >= 1, "the other file stands beside the question"
    sent = {**hidden(browser.get(link)), "merged_no": other.child_no, "why": "入户核实为同一儿童"}
    checked = browser.post(f"/people/action/merge_children/{kept.pk}/", sent)
    assert checked.status_code == 200
    browser.post(f"/people/action/merge_children/{kept.pk}/", {**sent, "_step": "do"})
    other.refresh_from_db()
    assert other.merged_into_id == kept.pk
    assert "已并入另一档案" in text_of(browser.get(f"/people/child/{other.pk}/"))
    merge = re.search(r"/people/merge/\d+/", browser.get(f"/people/child/{kept.pk}/").content.decode())
    assert merge is not None
    assert "撤销合并" in text_of(browser.get(merge[0]))


def test_a_household_from_its_page(enter: Enter) -> None:
    child = build.child()
    build.carer(child)
    browser = enter(build.director())
    village = build.places()["999901101201"]
    form = browser.get("/people/action/open_household/")
    made = browser.post(
        "/people/action/open_household/", {**hidden(form), "division_id": village.pk, "address": "三组"}
    )
    page = made["Location"]
    number = page.rstrip("/").rpartition("/")[2]
    join = f"/people/action/join_household/{number}/"
    assert join in browser.get(page).content.decode()
    joined = browser.post(join, {**hidden(browser.get(join)), "child_no": child.child_no})
    assert joined["Location"] == page
    assert "田桂英" in text_of(browser.get(join)), "the child's guardian can join now"
    assert "田小禾" in text_of(browser.get(page))


def test_the_sealed_paper_is_in_no_list_and_opens_with_a_purpose_only(enter: Enter, pdf: bytes) -> None:
    child, officer = build.child(), build.officer()
    given = {"hiv": True, "since": date(2026, 5, 1), "paper": {"name": "检测报告.pdf", "data": pdf}}
    actions.record_sealed_health(officer, child, given)
    browser = enter(officer)
    assert "检测报告" not in text_of(browser.get(f"/people/child/{child.pk}/"))
    stored = StoredFile.objects.get()
    assert browser.get(f"/file/{stored.pk}/").status_code == 403
    url = f"/people/sealed/{child.pk}/"
    opened = browser.post(url, {"purpose": "办理补贴", "paper": "1"})
    assert opened.content.startswith(b"%PDF")
    assert JournalLine.objects.filter(user_id=officer.user_id, what="file", purpose="办理补贴").count() == 1


def test_a_list_asks_for_the_names_of_all_its_places_at_once(enter: Enter) -> None:
    for day, home in enumerate(("999901101201", "999901101202", "999901102201"), start=1):
        build.child(lives=home, name="王一诺", birth_date=date(2012, 2, day), in_spite_of="同名不同人")
    browser = enter(build.officer())
    with CaptureQueriesContext(connection) as asked:
        page = text_of(browser.get("/people/child/"))
    assert page.count("王一诺") == 3
    named = [q["sql"] for q in asked if 'FROM "org_division"' in q["sql"] and '"key" IN' in q["sql"]]
    assert len(named) <= 2, named  # the list, and the post's own place


def test_a_child_is_chosen_by_typing_inside_the_reach_alone(enter: Enter) -> None:
    child = build.child()
    build.child(registered="999902101201", lives="999902101201", name="田小禾", in_spite_of="另一县的同名儿童")
    url = "/lookup/child/?q=txh"
    (hit,) = enter(build.officer()).get(url).json()["hits"]
    assert (hit["value"], hit["text"]) == (str(child.pk), "田小禾")
    assert child.child_no in hit["hint"]
    assert JournalLine.objects.filter(kind="listed", what="people.child", count=1).exists()
    form = enter(build.officer()).get(f"/benefits/action/apply/?child_id={child.pk}").content.decode()
    assert 'value="田小禾"' in form, "the form says for whom it is"
    assert enter(build.worker(Role.ADMINISTRATOR)).get(url).json()["hits"] == []
