"""Every declared page opens for every post, or says that it is not for that post; none breaks.

Half of the posts read in each language, which ones is drawn anew for each run; with --all every post reads in both.
"""

from __future__ import annotations

import random
import re
from typing import Any

import pytest
from django.test import Client

from hutong.channels.sheet import PAGES, SHEETS, Sheet, action_url
from hutong.core.action import ACTIONS
from hutong.core.models import User
from hutong.org.terms import Role
from hutong.org.tests.build import default_place, officer
from hutong.people.actions import register_child
from hutong.people.models import Child

pytestmark = [pytest.mark.django_db, pytest.mark.crawl]
LOCALES = ("zh-hans", "en")
INLINE = re.compile(r"<[^>]+\sstyle=|<style|\son\w+=|<script(?![^>]*\ssrc=)|<!--")
UNTRANSLATED = re.compile(r">[^<]*\b(?:is missing|Choose|Search|Cancel|Worklist)\b[^<]*<")


def browser_at(role: Role, locale: str) -> Client:
    """A browser in which somebody with this role has signed in."""
    viewer = officer(role, locale=locale)
    browser = Client()
    browser.force_login(User.objects.get(pk=viewer.user_id))
    return browser


def opened(browser: Client, url: str, allowed: set[int]) -> Any:
    response = browser.get(url)
    assert response.status_code in allowed, f"{url}: {response.status_code}"
    if response.status_code == 200 and response["Content-Type"].startswith("text/html"):
        html = response.content.decode()
        assert not INLINE.search(html), f"{url} carries something inline"
        assert html.count("<h1") == 1, f"{url} has {html.count('<h1')} headings of the first level"
    return response


def expected(sheet: Sheet, role: Role) -> set[int]:
    return {200} if not sheet.roles or role in sheet.roles else {403}


@pytest.fixture
def locales(role: Role, request: pytest.FixtureRequest) -> tuple[str, ...]:
    """In which languages this post reads."""
    if request.config.option.all:
        return LOCALES
    dealt = random.Random(request.config.option.seed).sample(list(Role), len(Role))
    return (LOCALES[dealt.index(role) % 2],)


@pytest.mark.parametrize("role", list(Role))
def test_lists_forms_and_the_worklist_open(role: Role, locales: tuple[str, ...]) -> None:
    for locale in locales:
        open_all(role, locale)


def open_all(role: Role, locale: str) -> None:
    """Every address that needs no record."""
    browser = browser_at(role, locale)
    home = opened(browser, "/", {200}).content.decode()
    if locale == "zh-hans":
        assert not UNTRANSLATED.search(home)
    for sheet in SHEETS.values():
        opened(browser, sheet.url, expected(sheet, role))
        opened(browser, f"{sheet.url}?format=csv&q=x", expected(sheet, role))
    for page in PAGES.values():
        if "<" not in page.path:
            opened(browser, f"/{page.path}", {200, 302} if not page.roles or role in page.roles else {403})
    for spec in ACTIONS.values():
        if spec.on is None and set(spec.roles) != {"system"} and not spec.inner:
            opened(browser, action_url(spec.name), {200} if role in spec.roles else {403})


def child_at_home() -> Child:
    """A child registered in the village of the demo's village director."""
    given = {"name": "柳如烟", "actual_id": default_place(Role.VILLAGE_DIRECTOR).pk, "birth_date": "2015-06-15"}
    return register_child(officer(Role.COUNTY_OFFICER), given)


@pytest.mark.parametrize("role", [Role.VILLAGE_DIRECTOR, Role.TOWNSHIP_SUPERVISOR, Role.COUNTY_OFFICER, Role.AUDITOR])
def test_a_childs_page_and_its_forms_open(role: Role) -> None:
    child = child_at_home()
    browser = browser_at(role, "zh-hans")
    page = opened(browser, f"/people/child/{child.pk}/", {200}).content.decode()
    assert "柳如烟" in page
    assert page.count('class="card') >= 3
    for spec in ACTIONS.values():
        if spec.on is Child:
            opened(browser, action_url(spec.name, child.pk), {200, 409} if role in spec.roles else {403})


def test_a_child_elsewhere_is_not_found() -> None:
    child = child_at_home()
    browser = browser_at(Role.ADMINISTRATOR, "zh-hans")
    opened(browser, f"/people/child/{child.pk}/", {404})
