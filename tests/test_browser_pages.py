"""The main pages in a real browser at three widths: nothing hidden at the side, nothing refused by the policy of the
page, nothing out of reach of those who hear or feel a page instead of seeing it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any
from unittest import mock

import pytest
from django.db import transaction

from hutong.benefits.tests import build
from hutong.core.viewer import Viewer, acting, system_viewer

pytestmark = [pytest.mark.browser, pytest.mark.database]
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
    context = browser.new_context(base_url=live_site, locale="zh-CN")
    opened = context.new_page()
    opened.complaints = []
    opened.on("console", lambda m: opened.complaints.append(m.text) if m.type in ("error", "warning") else None)
    opened.on("pageerror", lambda error: opened.complaints.append(str(error)))
    yield opened
    context.close()


PAGES = (
    ("/", "确认申请"),
    ("/people/child/{child}/", "基本信息"),
    ("/benefits/application/{application}/", "规则建议"),
    ("/benefits/decide/{application}/", "1,640.00元"),
    ("/money/run/?month=2026-12", "1,640.00元"),
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
        page.goto("/money/do/set_signing_bands/")
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
