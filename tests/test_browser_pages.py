"""The main pages in a real browser at three widths: nothing hidden at the side, nothing refused by the policy of the
page, nothing out of reach of those who hear or feel a page instead of seeing it."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, cast
from unittest import mock

import pytest
from django.db import transaction
from django.test import Client

from hutong.benefits import actions as benefits
from hutong.benefits.models import Award
from hutong.benefits.tests import build
from hutong.channels.sheet import record_url
from hutong.core import clock_time
from hutong.core.models import User
from hutong.core.viewer import Viewer, acting, system_viewer
from hutong.money.models import Batch
from hutong.project.tests.crawl import Walk, foreign, kept_words, unseen
from hutong.project.tests.situation import county_at_work

pytestmark = pytest.mark.browser
WIDTHS = (1366, 390, 320)
"""An office screen, a phone, and the narrowest one (also an office screen at 400 percent)."""
TOO_WIDE = """() => [...document.querySelectorAll("body *")]
  .filter(e => e.getBoundingClientRect().right > document.documentElement.clientWidth + 1)
  .slice(0, 5).map(e => e.outerHTML.slice(0, 120))"""


@dataclass
class County:
    """A child that is paid, one whose application waits for the county, and an officer."""

    officer: Viewer
    child: int
    application: int

    def address(self, page: str) -> str:
        """Where a page of this county is."""
        return page.format(child=self.child, application=self.application)


@pytest.fixture
def county(fresh_db: str) -> County:
    """A small county at work."""
    with transaction.atomic(), acting(system_viewer("tests", now=build.NOW)):
        paid = build.award_of_orphan()
        waiting = build.verified_application()
    return County(build.officer(), paid.child_id, waiting.pk)


@pytest.fixture
def page(browser: Any, live_site: str, county: County) -> Iterator[Any]:
    """A page of the officer's browser, with all it complained about in `page.complaints`."""
    with closing(browser.new_context(base_url=live_site, locale="zh-CN")) as context:
        yield listening(context.new_page())


def listening(page: Any) -> Any:
    """The page, keeping what the browser complains about."""
    page.complaints = []
    page.on("console", lambda m: page.complaints.append(m.text) if m.type in ("error", "warning") else None)
    page.on("pageerror", lambda error: page.complaints.append(str(error)))
    return page


PAGES = (
    ("/", "确认申请"),
    ("/people/child/{child}/", "基本信息"),
    ("/benefits/application/{application}/", "规则建议"),
    ("/benefits/decide/{application}/", "1,640.00元"),
    ("/money/run/?month=2026-12", "1,640.00"),
)


def seen_by(viewer: Viewer) -> Any:
    """The product takes every request as this viewer's; signing in has tests of its own."""
    return mock.patch("hutong.core.middleware.ViewerMiddleware._viewer", return_value=viewer)


@pytest.mark.parametrize("locale", ["zh-hans", "en"])
def test_the_main_pages_at_three_widths(
    page: Any, county: County, violations: Callable[[Any], list[str]], locale: str
) -> None:
    found = []
    with seen_by(replace(county.officer, locale=locale)):
        for address, says in PAGES:
            response = page.goto(county.address(address))
            assert response.status == 200, address
            if locale == "zh-hans":
                assert says in page.inner_text("main"), address
            for width in WIDTHS:
                page.set_viewport_size({"width": width, "height": 900})
                found += [f"{address} at {width}: {what}" for what in violations(page)]
                if page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"):
                    found += [f"{address} at {width} is too wide: {what}" for what in page.evaluate(TOO_WIDE)]
    assert found + page.complaints == []


def test_a_list_in_a_form_grows_by_keyboard_as_long_as_it_must(page: Any, county: County) -> None:
    with seen_by(county.officer):
        page.goto("/money/action/set_signing_bands/")
        button = page.get_by_role("button", name="再加一项")
        groups = page.locator("fieldset.group-field")
        before = groups.count()
        page.fill("[name='bands-1-limit_fen']", "500")
        for _again in range(2):
            button.focus()
            page.keyboard.press("Enter")
        assert groups.count() == before + 2
        new = groups.last
        assert new.locator("legend").first.inner_text().startswith(f"签发限额 {before + 2}")
        names = [c.get_attribute("name") for c in new.locator("[name]").all()]
        assert names
        assert all(name.startswith(f"bands-{before + 1}-") for name in names)
        assert new.locator("[name$='limit_fen']").input_value() == ""
        assert page.evaluate("document.activeElement.name") == names[0]
        ids = page.evaluate("[...document.querySelectorAll('[id]')].map(e => e.id)")
        assert len(ids) == len(set(ids))
    assert page.complaints == []


# Without a mouse

FOCUSED = """() => {
  const at = document.activeElement, style = getComputedStyle(at);
  return {
    words: at.labels?.[0]?.innerText || at.innerText || at.outerHTML.slice(0, 200),
    ringed: at === document.body || (style.outlineStyle !== "none" && parseFloat(style.outlineWidth) > 0),
  };
}"""


def go_to(page: Any, words: str) -> None:
    """Press Tab until what says the words has the focus; wherever it stands, it is marked."""
    for _press in range(150):
        page.keyboard.press("Tab")
        at = page.evaluate(FOCUSED)
        assert at["ringed"], f"{at['words']} has the focus and does not show it"
        if words in at["words"]:
            return
    raise AssertionError(f"no press of Tab leads to {words}")


def follow(page: Any, words: str) -> None:
    """Go there and press Enter; another page follows."""
    go_to(page, words)
    with page.expect_navigation():
        page.keyboard.press("Enter")


def test_an_application_is_filed_and_decided_without_a_mouse(page: Any, county: County) -> None:
    with transaction.atomic(), acting(system_viewer("tests", now=build.NOW)):
        supervisor = build.supervisor()
        child = build.fu_child(name="欧阳子衿", birth_date=date(2013, 5, 6))  # like nobody else: no file to compare
        draft = build.draft_application(child, supervisor)
        benefits.add_proof(supervisor, draft, {"kind": "identity", "about": "applicant", "file": build.photo()})
    with seen_by(supervisor):
        page.goto("/benefits/application/?state=draft")
        follow(page, draft.child.name)
        follow(page, "提交申请")
        follow(page, "提交申请")
        assert "SQ2026" in page.inner_text("main")
    with transaction.atomic(), acting(system_viewer("tests", now=build.NOW)):
        benefits.verify(build.supervisor(), draft.pk, {"opinion": "meets", "found": "入户查看，情况属实"})
    with seen_by(county.officer):
        page.goto("/")
        follow(page, draft.child.name)
        go_to(page, "同意，予以确认")
        page.keyboard.press("ArrowDown")
        assert page.locator("[name=answer]:checked").get_attribute("value") == "return"
        page.keyboard.press("ArrowUp")
        follow(page, "作出决定")
        assert "已作出决定" in page.inner_text("main")
        follow(page, "工作台")
        assert draft.child.name not in page.inner_text("main"), "what is done waits no longer"
    assert page.complaints == []


ON_PAPER = """() => [...document.querySelectorAll("button, .btn, nav, form.filters")]
  .filter((e) => e.checkVisibility()).map((e) => e.outerHTML.slice(0, 120))"""


def test_on_paper_a_decision_and_a_batch_carry_who_printed_them_and_nothing_to_press(page: Any, county: County) -> None:
    with transaction.atomic(), acting(system_viewer("tests", now=build.NOW)):
        award = Award.objects.get(child=county.child)
        batch = build.run(award, "2026-11", build.NOW)
    page.emulate_media(media="print")
    page.set_viewport_size({"width": 680, "height": 1000})
    with seen_by(county.officer):
        for address in (
            f"/benefits/award/{award.pk}/",
            f"/benefits/decide/{county.application}/",
            record_url(Batch, batch.pk),
        ):
            page.goto(address)
            assert page.evaluate(ON_PAPER) == [], address
            assert page.evaluate(TOO_WIDE) == [], address
            assert county.officer.name in page.inner_text("footer"), address


# Every page of every post


@contextmanager
def signed_in(browser: Any, site: str, viewer: Viewer, language: str) -> Iterator[Any]:
    """A browser in which somebody works in a language, with all it complains about in `page.complaints`."""
    desk = Client(HTTP_HOST="127.0.0.1")
    desk.force_login(User.objects.get(pk=cast(int, viewer.user_id)))
    desk.post("/choose/language/", {"language": language, "next": "/"})
    context = browser.new_context(base_url=site)
    context.add_cookies([{"name": "sessionid", "value": desk.cookies["sessionid"].value, "url": site}])
    with closing(context):
        yield listening(context.new_page())


@pytest.mark.crawl
def test_every_page_in_both_languages_at_every_width(
    browser: Any,
    live_site: str,
    violations: Callable[[Any], list[str]],
    monkeypatch: pytest.MonkeyPatch,
    request: pytest.FixtureRequest,
) -> None:
    """Each page is opened once in each language, by the first post that reaches it, in an order drawn for each run;
    with --all by every post that reaches it."""
    monkeypatch.setattr(clock_time, "now", lambda: build.NOW)
    situation = county_at_work()
    walk = Walk(live_site, violations)
    posts = [*situation.posts.values(), situation.neighbour]
    dice = random.Random(request.config.option.seed)
    for language in ("zh-hans", "en"):
        walked: set[str] = set()
        for viewer in dice.sample(posts, len(posts)):
            with signed_in(browser, live_site, viewer, language) as page:
                walk.through(page, replace(viewer, locale=language), set() if request.config.option.all else walked)
        for viewer in () if request.config.option.all else posts:
            if missing := set(unseen(walked)):
                with signed_in(browser, live_site, viewer, language) as page:
                    walk.look_for(page, replace(viewer, locale=language), missing, walked)
    with acting(system_viewer("tests", now=build.NOW)):
        assert foreign(walk.said, kept_words()) == []
    assert walk.found == []
    assert unseen(walk.kinds) == []
