"""Lists, records, forms and the worklist, asked for as a browser would."""

from __future__ import annotations

import re
from datetime import datetime
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from hutong.channels.tests.desk import ELSEWHERE, HERE, viewer_at
from hutong.core.models import Entry, JournalLine, StoredFile, Task, User
from hutong.core.terms import DataClass
from hutong.core.viewer import acting

pytestmark = pytest.mark.django_db


@pytest.fixture
def client(filled: SimpleNamespace) -> Client:
    """A browser in which the clerk has signed in."""
    browser = Client()
    browser.force_login(filled.user)
    return browser


def text_of(response: Any) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


def first_task(filled: SimpleNamespace) -> Task:
    with acting(filled.viewer):
        return Task.objects.order_by("id")[0]


def hidden(response: Any, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]*)"', response.content.decode())
    assert found, name
    return found[1]


def test_strangers_are_sent_to_sign_in_and_come_back() -> None:
    response = Client().get("/core/task/?state=open")
    assert response.status_code == 302
    assert response["Location"] == "/login/?next=%2Fcore%2Ftask%2F%3Fstate%3Dopen"


def test_an_account_without_a_post_is_told(client: Client, filled: SimpleNamespace) -> None:
    filled.posts.clear()
    response = client.get("/")
    assert response.status_code == 403
    assert "岗位" in text_of(response)


def test_the_worklist_counts_by_urgency_and_puts_the_urgent_on_top(client: Client) -> None:
    response = client.get("/")
    page = text_of(response)
    assert response.status_code == 200
    assert "已超期 10" in page
    assert page.index("紧急") < page.index("超期 11 天")
    only = client.get("/?due=overdue").content.decode()
    assert only.count('class="line"') == 10


def test_another_roles_tasks_are_not_on_the_worklist(client: Client, filled: SimpleNamespace, now: datetime) -> None:
    filled.posts[filled.user.pk] = viewer_at("auditor", now, user_id=filled.user.pk)
    assert 'class="line"' not in client.get("/").content.decode()


def test_a_list_pages_by_key_forwards_and_backwards_without_loss(client: Client) -> None:
    seen: list[str] = []
    url, pages = "/core/task/", []
    while url:
        pages.append(url)
        html = client.get(url).content.decode()
        seen += re.findall(r'href="/core/task/(\d+)/', html)
        found = re.search(r'href="(\?[^"]*after=[^"]*)"', html)
        url = "/core/task/" + found[1].replace("&amp;", "&") if found else ""
    assert len(seen) == len(set(seen)) == 60
    assert len(pages) == 3
    last = client.get(pages[-1]).content.decode()
    before = re.search(r'href="(\?[^"]*before=[^"]*)"', last)
    assert before
    middle = re.findall(r'href="/core/task/(\d+)/', client.get("/core/task/" + before[1]).content.decode())
    assert middle == seen[25:50]


@pytest.mark.parametrize(("query", "number"), [
    ("state=open", "60"), ("state=done", "0"), ("urgent=true", "1"), (f"place_key={HERE}", "60"),
    (f"place_key={ELSEWHERE}", "0"), ("due_on_from=2026-12-01", "34"), ("q=柳", "10"),
])  # fmt: skip
def test_filters_and_search_narrow_the_list(client: Client, query: str, number: str) -> None:
    assert f"共 {number} 条" in text_of(client.get(f"/core/task/?{query}"))


@pytest.mark.parametrize("query", ["state=gone", "place_key=12", "due_on_from=soon", "urgent=maybe", "note=%00"])
def test_a_filter_value_that_cannot_be_is_refused_in_words(client: Client, query: str) -> None:
    assert client.get(f"/core/task/?{query}").status_code in (404, 422)


def test_a_nonsense_cursor_gives_the_first_page(client: Client) -> None:
    for mark in ("zzz", "W10", "bnVsbA", "WyJ4IiwieCJd"):
        assert client.get(f"/core/task/?after={mark}").status_code == 200


def test_fields_above_the_clearance_leave_no_trace(client: Client, filled: SimpleNamespace, now: datetime) -> None:
    task = first_task(filled)
    filled.posts[filled.user.pk] = viewer_at("clerk", now, clearance=DataClass.OPEN, user_id=filled.user.pk)
    listed = client.get("/core/task/").content.decode()
    assert task.note not in listed
    assert 'name="note"' not in listed, "no filter by a field one may not read"
    assert client.get("/core/task/?note=x").content.decode().count("<tr") == 26
    record = client.get(f"/core/task/{task.pk}/").content.decode()
    assert '<span class="mask"' in record


def test_outside_the_reach_is_not_found_and_in_the_journal(
    client: Client, filled: SimpleNamespace, now: datetime
) -> None:
    task = first_task(filled)
    filled.posts[filled.user.pk] = viewer_at("clerk", now, ELSEWHERE, user_id=filled.user.pk)
    assert "共 0 条" in text_of(client.get("/core/task/"))
    for url in (f"/core/task/{task.pk}/", f"/core/action/desk_decide/{task.pk}/", "/core/task/999999999/"):
        assert client.get(url).status_code == 404
    lines = JournalLine.objects.filter(user_id=filled.user.pk, kind="not_found", on_id=task.pk)
    assert lines.count() == 2


def test_opening_a_record_is_journalled(client: Client, filled: SimpleNamespace) -> None:
    task = first_task(filled)
    response = client.get(f"/core/task/{task.pk}/")
    assert response.status_code == 200
    assert JournalLine.objects.filter(kind="opened", on_id=task.pk, user_id=filled.user.pk).exists()
    page = text_of(response)
    assert "仅审计" not in page
    for words in ("1,234.56", "示范省青禾市", "作出决定", "发生过的事"):
        assert words in page


def test_the_list_one_came_from_stands_beside_the_record(client: Client, filled: SimpleNamespace) -> None:
    task = first_task(filled)
    html = client.get(f"/core/task/{task.pk}/?list=state%3Dopen").content.decode()
    assert html.count('aria-current="page"') >= 2
    assert "?state=open" in html
    assert client.get(f"/core/task/{task.pk}/?list=state%3Dgone").status_code == 200


def test_a_form_names_each_missing_answer_and_saves_nothing(client: Client) -> None:
    url = "/core/action/desk_new/"
    response = client.post(url, {"_key": "k1", "number": "x", "amount": "1.234", "due": "2026-13-01"})
    page = text_of(response)
    assert response.status_code == 422
    for words in ("说明： 没有填写", "意见： 没有填写", "数量： 不是整数", "金额： 金额格式不对", "期限： 不是日期"):
        assert words in page, words
    assert 'aria-invalid="true"' in response.content.decode()
    assert not Entry.objects.filter(action="core.desk_new").exists()


def test_a_form_sent_twice_acts_once(client: Client, filled: SimpleNamespace) -> None:
    url = "/core/action/desk_new/"
    key = hidden(client.get(url), "_key")
    given = {
        "_key": key,
        "note": "走访",
        "outcome": "agree",
        "number": "2",
        "items-0-what": "书费",
        "items-0-amount": "12.50",
    }
    responses = [client.post(url, given) for _n in range(2)]
    assert [r.status_code for r in responses] == [302, 302]
    assert len({r["Location"] for r in responses}) == 1
    assert Entry.objects.filter(action="core.desk_new").count() == 1
    assert "已完成：登记事项" in text_of(client.get(responses[0]["Location"]))


def test_a_half_filled_group_is_named_and_kept(client: Client) -> None:
    given = {"note": "走访", "outcome": "agree", "items-1-what": "书费", "items-1-amount": "abc"}
    html = client.post("/core/action/desk_new/", given).content.decode()
    assert 'value="书费"' in html
    assert 'id="f-items-0-amount-error"' in html


def test_answers_are_checked_before_an_important_step(client: Client, filled: SimpleNamespace) -> None:
    task = first_task(filled)
    url = f"/core/action/desk_decide/{task.pk}/"
    form = client.get(url)
    assert "两项条件均有证明" in text_of(form)
    given = {"_key": hidden(form, "_key"), "_version": hidden(form, "_version"), "outcome": "agree"}
    check = client.post(url, given)
    assert check.status_code == 200
    assert "请核对" in text_of(check)
    assert client.post(url, {**given, "_step": "change"}).status_code == 200
    assert not Entry.objects.filter(action="core.desk_decide").exists()
    assert client.post(url, {**given, "_step": "do"})["Location"] == f"/core/task/{task.pk}/"
    story = text_of(client.get(f"/core/task/{task.pk}/"))
    assert "作出决定 林晓" in story
    assert f"说明： {task.note}" in story


def test_of_two_officers_the_second_is_told(client: Client, filled: SimpleNamespace) -> None:
    task = first_task(filled)
    url = f"/core/action/desk_decide/{task.pk}/"
    forms = [client.get(url) for _n in range(2)]
    answers = [
        client.post(
            url, {"_key": hidden(f, "_key"), "_version": hidden(f, "_version"), "outcome": "agree", "_step": "do"}
        )
        for f in forms
    ]
    assert [a.status_code for a in answers] == [302, 409]
    assert "没有保存任何内容" in text_of(answers[1])


def test_a_wrong_post_is_refused(client: Client, filled: SimpleNamespace, now: datetime) -> None:
    task = first_task(filled)
    filled.posts[filled.user.pk] = viewer_at("auditor", now, user_id=filled.user.pk)
    for url in ("/core/action/desk_new/", f"/core/action/desk_decide/{task.pk}/"):
        assert client.get(url).status_code == 403
        assert client.post(url, {"outcome": "agree"}).status_code == 403
    assert "仅审计" in text_of(client.get(f"/core/task/{task.pk}/"))


def test_a_form_without_its_token_is_refused(filled: SimpleNamespace) -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(filled.user)
    response = strict.post("/core/action/desk_new/", {"note": "x", "outcome": "agree"})
    assert response.status_code == 403
    assert "重新加载" in text_of(response)


def test_a_renamed_program_is_refused_at_its_field(client: Client) -> None:
    paper = SimpleUploadedFile("证明.pdf", b"MZ\x90\x00" * 40)
    response = client.post("/core/action/desk_new/", {"note": "x", "outcome": "agree", "paper": paper})
    assert response.status_code == 422
    assert not StoredFile.objects.exists()


def test_the_list_can_be_taken_away_and_that_is_journalled(client: Client, filled: SimpleNamespace) -> None:
    response = client.get("/core/task/?format=csv&state=open")
    lines = response.content.decode("utf-8-sig").splitlines()
    assert len(lines) == 61
    assert lines[0] == "编号,说明,期限,地点,状态"
    assert JournalLine.objects.filter(kind="exported", user_id=filled.user.pk, count=60).exists()
    assert client.get("/core/task/?format=xlsx").content.startswith(b"PK")


def test_type_ahead_answers_signed_in_people_alone(client: Client) -> None:
    assert client.get("/lookup/place/?q=青禾").json()["hits"][0]["text"] == "示范省青禾市"
    assert client.get("/lookup/nothing/?q=x").status_code == 404
    assert Client().get("/lookup/place/?q=青禾").status_code == 302


def test_language_and_text_size_are_chosen_and_kept(client: Client, filled: SimpleNamespace, now: datetime) -> None:
    answer = client.post("/choose/language/", {"language": "en", "next": "//evil.example/"})
    assert answer["Location"] == "/"
    assert User.objects.get(pk=filled.user.pk).locale == "en"
    filled.posts[filled.user.pk] = viewer_at("clerk", now, user_id=filled.user.pk, locale="en")
    client.post("/choose/size/", {"size": "larger"})
    html = client.get("/").content.decode()
    assert 'lang="en" class="size-larger"' in html
    assert "Overdue" in html


def test_sign_in_tells_nothing_about_accounts_and_is_journalled(filled: SimpleNamespace) -> None:
    browser = Client()
    wrong = [browser.post("/login/", {"username": u, "password": "x"}) for u in ("clerk", "nobody")]
    assert [w.status_code for w in wrong] == [422, 422]
    assert JournalLine.objects.filter(kind="login_failed", what="nobody").exists()
    right = browser.post("/login/", {"username": "clerk", "password": "a-long-password", "next": "/core/task/"})
    assert right["Location"] == "/core/task/"
    assert JournalLine.objects.filter(kind="login", what=f"user:{filled.user.pk}").exists()


@pytest.mark.parametrize("url", ["/", "/core/task/", "/core/action/desk_new/"])
def test_pages_carry_a_strict_policy_and_nothing_inline(client: Client, url: str) -> None:
    response = client.get(url)
    assert "unsafe" not in response["Content-Security-Policy"]
    html = response.content.decode()
    assert not re.search(r"<[^>]+\sstyle=|<style|\son\w+=|<script(?![^>]*src=)", html)


def test_a_list_costs_the_same_number_of_queries_however_long(
    client: Client, django_assert_max_num_queries: Any
) -> None:
    client.get("/core/task/")
    with django_assert_max_num_queries(16):
        client.get("/core/task/")
