"""The pages in a real Chromium: accessible, within width and weight, usable without a mouse, printable."""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from playwright.sync_api import expect

WIDTHS = (1366, 390, 320)
PAGE_BYTES = 120 * 1024
PAGES = {
    "worklist": "/",
    "list": "/core/task/",
    "record": "/core/task/{id}/?list=state%3Dopen",
    "form": "/core/action/desk_new/",
    "decision": "/core/action/desk_decide/{id}/",
    "missing": "/core/task/999999/",
    "law": "/law/?family=allowance",
    "limits": "/law/?family=limits",
    "register": "/law/acts/?kind=normative",
    "instrument": "/law/acts/mf-2019-62/",
    "rule": "/law/rules/father.custody_long/",
    "explain": "/law/explain/",
}
CONTROLS = ".btn, .form-control, .form-select, .menu a, summary, .doing a, .chip-link"
pytestmark = pytest.mark.browser
Find = Callable[[Any], list[str]]


@pytest.fixture
def complaints() -> list[str]:
    """What the browser's console complained about: policy violations, failing scripts."""
    return []


@pytest.fixture
def visit(site: str, filled: SimpleNamespace, page: Any, complaints: list[str]) -> Any:
    """A page in which the clerk signed in; `visit(address)` opens and returns it."""
    from hutong.core.models import Task
    from hutong.core.viewer import acting

    with acting(filled.viewer):
        number = Task.objects.order_by("id")[3].pk
    page.on("console", lambda line: complaints.append(line.text) if line.type == "error" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.goto(f"{site}/login/")
    page.fill("#id_username", "clerk")
    page.fill("#id_password", "a-long-password")
    page.keyboard.press("Enter")
    page.wait_for_url(f"{site}/")

    def opened(address: str, width: int = 1366) -> Any:
        page.set_viewport_size({"width": width, "height": 844 if width < 700 else 768})
        page.goto(site + address.format(id=number))
        return page

    return opened


def overflow(page: Any) -> int:
    return int(page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth"))


def shot(page: Any, name: str) -> None:
    """Keep a picture where somebody asked for them."""
    folder = os.environ.get("HUTONG_PICTURES")
    if folder:
        page.screenshot(path=f"{folder}/{name}.png", full_page=True)


def test_every_page_is_accessible_and_fits_every_width(visit: Any, complaints: list[str], violations: Find) -> None:
    for name, address in PAGES.items():
        for width in WIDTHS:
            page = visit(address, width)
            shot(page, f"{name}-{width}")
            assert overflow(page) <= 0, f"{name} at {width} px scrolls sideways"
            assert violations(page) == [], f"{name} at {width} px"
    assert [c for c in complaints if "404" not in c] == []


def test_an_explained_case_is_accessible_and_fits(visit: Any, complaints: list[str], violations: Find) -> None:
    for width in WIDTHS:
        page = visit("/law/explain/", width)
        page.fill("[name='child.birth']", "2015-05-01")
        page.select_option("[name='child.placement']", "scattered")
        page.get_by_role("button", name="说明", exact=True).click()
        expect(page.get_by_role("heading", name="逐项条件")).to_be_visible()
        shot(page, f"explained-{width}")
        assert overflow(page) <= 0, width
        assert violations(page) == [], width
    assert complaints == []


def test_large_text_fits_a_narrow_phone(visit: Any, site: str, violations: Find) -> None:
    page = visit("/")
    page.context.add_cookies([{"name": "hutong_size", "value": "larger", "url": site}])
    for name, address in PAGES.items():
        page = visit(address, 320)
        shot(page, f"{name}-320-larger")
        assert overflow(page) <= 0, name
        assert violations(page) == [], name


def test_refused_forms_and_sign_in_are_accessible(visit: Any, violations: Find) -> None:
    page = visit(PAGES["form"])
    page.click("main button.btn-primary")
    page.wait_for_selector(".summary")
    shot(page, "refused-1366")
    assert violations(page) == []
    assert page.evaluate("document.activeElement.classList.contains('summary')"), "the summary has the focus"
    page.click(".summary a >> nth=0")
    assert page.evaluate("document.activeElement.id") == "f-note"
    page.click("details.drop summary")
    assert violations(page) == []
    shot(page, "menu-1366")
    page.click("details.drop form[action='/logout/'] button")
    page.wait_for_url("**/login/")
    shot(page, "login-1366")
    assert violations(page) == []


def test_targets_are_large_enough_for_fingers(visit: Any) -> None:
    script = """names => [...document.querySelectorAll(names)]
      .filter(e => e.offsetParent && e.getBoundingClientRect().height < 43.5).map(e => e.outerHTML.slice(0, 90))"""
    for address in PAGES.values():
        assert visit(address, 390).evaluate(script, CONTROLS) == []


def test_a_page_stays_light(visit: Any, page: Any) -> None:
    sizes: dict[str, int] = {}
    page.on("requestfinished", lambda request: sizes.update({request.url: request.sizes()["responseBodySize"]}))
    for name in ("worklist", "list", "record"):
        sizes.clear()
        page.context.clear_cookies(name="nothing")
        visit(PAGES[name])
        page.wait_for_load_state("networkidle")
        assert 0 < sum(sizes.values()) <= PAGE_BYTES, sizes


def test_work_is_done_without_a_mouse(visit: Any, filled: SimpleNamespace) -> None:
    page = visit("/")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"
    visit(PAGES["form"])
    page.focus("#f-note")
    page.keyboard.type("键盘登记")
    page.focus("#f-outcome-0")
    page.keyboard.press("Space")
    page.focus("#f-place")
    page.keyboard.type("青禾")
    page.wait_for_selector("#f-place-hits li")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    assert page.input_value("#f-place") == "示范省青禾市"
    page.focus("main form .btn-primary")
    page.keyboard.press("Enter")
    page.wait_for_selector(".said")
    assert "键盘登记" in page.inner_text("h1")


def test_a_filter_refreshes_the_list_alone(visit: Any) -> None:
    page = visit(PAGES["list"])
    page.evaluate("window.stayed = true")
    page.select_option("#filter-urgent", "true")
    expect(page.locator("#list tbody tr")).to_have_count(1)
    assert page.evaluate("window.stayed")
    assert re.search(r"urgent=true", page.url)
    page.go_back()
    expect(page.locator("#list tbody tr")).to_have_count(25)


def test_pages_print_without_their_frame(visit: Any) -> None:
    page = visit(PAGES["record"])
    page.emulate_media(media="print")
    assert not page.is_visible("header.top")
    assert not page.is_visible(".beside")
    assert page.is_visible("h1")
    shot(page, "record-print")
