"""The law read in the office: what applies where and when, the register, a case explained; nothing of it is written."""

from __future__ import annotations

import re
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pytest
from django.test import Client

from hutong.channels.tests.desk import HERE
from hutong.core.jurisdiction import law
from hutong.core.models import Entry, JournalLine

pytestmark = pytest.mark.django_db
MOST = 120_000  # characters of a page
ORPHAN = {
    "programme": "allowance",
    "on": "2026-10-01",
    "child.birth": "2015-05-01",
    "child.placement": "scattered",
    "father.dead": "true",
    "father.death_proof": "court_judgment",
    "mother.dead": "true",
    "mother.death_proof": "court_judgment",
    "child.dibao_fen": "0",
    "child.tekun_fen": "0",
    "child.disability_living_fen": "0",
}


@pytest.fixture
def client(filled: SimpleNamespace) -> Client:
    """A browser in which the clerk has signed in."""
    browser = Client()
    browser.force_login(filled.user)
    return browser


def text_of(response: Any, status: int = 200) -> str:
    assert response.status_code == status, response.status_code
    assert len(response.content) < MOST, len(response.content)
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


def test_every_family_opens_and_stays_small(client: Client) -> None:
    for family in (*law().law.programmes, "figures", "limits"):
        assert "先后及其他层级" in text_of(client.get("/law/", {"family": family, "on": "2026-10-01"})), family


def test_a_limit_says_what_stops_it_and_what_lateness_does(client: Client) -> None:
    page = text_of(client.get("/law/", {"family": "limits", "on": "2026-10-01"}))
    assert "自收到材料和查验结论之日（应当完成的期限） 不计入：个案会商期间 逾期：提醒，告知市级民政部门" in page


def test_an_instrument_shows_all_that_it_regulates(client: Client) -> None:
    """Whom and what it speaks of, where that stands, why it does not, and how much of the text is known."""
    whole = text_of(client.get("/law/acts/mf-2019-62/"))
    assert "所规定的事项" in whole
    assert "终止 第二部分（四） 未载入 只要求及时终止" in whole
    assert "本文件未读全文" not in whole
    page = client.get("/law/acts/sc-cd-54/")
    assert "本文件未读全文：据转述" in text_of(page)
    assert "/law/rules/orphan_schooling/" in page.content.decode()


def test_the_register_opens_kind_by_kind(client: Client) -> None:
    for kind in {act.kind for act in law().law.instruments.values()}:
        text_of(client.get("/law/acts/", {"kind": kind}))
    page = text_of(client.get("/law/acts/mf-2019-62/"))
    assert "民发〔2019〕62号" in page
    assert "事实无人抚养" in page
    assert client.get("/law/acts/none-such/").status_code == 404


def test_a_rule_opens_with_its_examples_from_wherever_it_is_named(client: Client, filled: SimpleNamespace) -> None:
    for address in ("/law/acts/mf-2019-62/", "/law/?family=allowance"):
        assert '/law/rules/father.custody_long/"' in client.get(address).content.decode(), address
    page = text_of(client.get("/law/rules/father.custody_long/"))
    assert page.index("全国 2010-01-01–") < page.index("浙江省 2020-01-01–"), "the country comes first"
    for words in ("已知事实", "民发〔2019〕62号", "父亲刑期或措施期限（月）：5个月 否"):
        assert words in page, words
    for name in law().law.rules:
        assert "依据" in text_of(client.get(f"/law/rules/{name}/")), name
    assert client.get("/law/rules/none.such/").status_code == 404
    filled.posts[filled.user.pk] = replace(filled.viewer, locale="en")
    assert "What is stated" in text_of(client.get("/law/rules/father.custody_long/"))


def test_notes_are_read_in_the_language_of_the_reader(client: Client, filled: SimpleNamespace) -> None:
    assert "具体日期不详，2009年" in text_of(client.get("/law/acts/mf-2009-26/"))
    assert "注：当年无此日的，为当月最后一日" in text_of(client.get("/law/", {"family": "allowance"}))
    filled.posts[filled.user.pk] = replace(filled.viewer, locale="en")
    assert "day not known, 2009" in text_of(client.get("/law/acts/mf-2009-26/"))


def test_a_day_and_what_was_known_then(client: Client) -> None:
    """The national minimum of 2010 is told as such and the standard asked for; before 2010 nothing is entered."""
    now = text_of(client.get("/law/", {"family": "allowance", "on": "2026-10-01", "place": str(HERE)}))
    assert "上级所定最低标准：600元（不是本地标准）" in now
    assert "本地标准未录入，请录入" in now
    before = text_of(client.get("/law/", {"family": "allowance", "on": "2009-12-31"}))
    assert "系统所载规定自" in before
    then = text_of(client.get("/law/", {"family": "education_grant", "on": "2026-10-01", "known": "2018-01-01"}))
    assert "标准按截至2018-01-01已知的数值" in then
    assert re.search(r"2019-07-10后知悉：10000元", then)


def test_an_unknown_place_gives_the_country_and_says_so(client: Client) -> None:
    for place in ("999999999", "9" * 18):
        assert "未选地点" in text_of(client.get("/law/", {"family": "visits", "place": place}))
    for place in (str(HERE), "x", "-1", "9" * 30):  # what is no number leaves one's own place
        assert "未选地点" not in text_of(client.get("/law/", {"family": "visits", "place": place, "on": "never"}))


def test_defaults_say_so(client: Client) -> None:
    assert "默认，待确认" in text_of(client.get("/law/", {"family": "visits"}))


def test_explained_with_conditions_articles_and_changes(client: Client) -> None:
    answer = client.post("/law/explain/", ORPHAN)
    assert 'href="/law/rules/category/"' in answer.content.decode()
    page = text_of(answer)
    for words in (
        "由谁决定",
        "结论",
        "确认",
        "逐项条件",
        "[成立]",
        "[不成立]",
        "（不是本地标准）",
        "600元",
        "什么情况下结论会不同",
    ):
        assert words in page, words


def test_what_is_missing_names_the_office(client: Client) -> None:
    given = {name: value for name, value in ORPHAN.items() if name != "mother.death_proof"}
    page = text_of(client.post("/law/explain/", given))
    assert "事实不全" in page
    assert "公安" in page


def test_an_impossible_fact_is_refused_at_its_question(client: Client) -> None:
    refused = client.post("/law/explain/", ORPHAN | {"child.birth": "2030-01-01", "child.dibao_fen": "viel"})
    page = text_of(refused, 422)
    assert page.index("儿童出生日期： 2030-01-01晚于所问之日（2026-10-01）。") < page.index("应为金额（元）")
    assert "应为金额（元）" in page
    assert "逐项条件" not in page
    early = client.post("/law/explain/", ORPHAN | {"on": "2001-01-01", "child.birth": "2000-01-01"})
    assert "未录入2001-01-01的规定。请改问2010-01-01及以后的日期。" in text_of(early, 422)


def test_explaining_leaves_no_trace(client: Client) -> None:
    before = (Entry.objects.count(), JournalLine.objects.count())
    response = client.post("/law/explain/", ORPHAN)
    assert "2015-05-01" in response.content.decode()
    assert (Entry.objects.count(), JournalLine.objects.count()) == before
    assert client.get("/law/explain/", {"child.birth": "2015-05-01"}).content.decode().count('value="2015-05-01"') == 0


def test_every_programme_can_be_asked_and_says_what_it_lacks(client: Client) -> None:
    for programme in law().law.programmes:
        text_of(client.get("/law/explain/", {"programme": programme}))
        page = text_of(client.post("/law/explain/", {"programme": programme, "on": "2026-10-01"}))
        assert "逐项条件" in page, programme


def test_english(client: Client, filled: SimpleNamespace) -> None:
    filled.posts[filled.user.pk] = replace(filled.viewer, locale="en")
    page = text_of(client.post("/law/explain/", ORPHAN))
    for words in ("Outcome", "Every condition", "[true]", "600 yuan", "What would have to change"):
        assert words in page, words
