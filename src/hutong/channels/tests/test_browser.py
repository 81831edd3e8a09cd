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
    "search": "/search/",
}
CONTROLS = ".btn, .form-control, .form-select, .areas a, .every-area a, summary, .doing a, .chip-link"
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
    page.click(".top-end details.drop summary")
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


def test_the_areas_open_by_keyboard_and_close_behind_whoever_leaves(visit: Any, violations: Find) -> None:
    page = visit(PAGES["list"])
    area = page.locator(".areas summary[aria-current=true]")
    expect(area).to_have_text("待办")
    area.focus()
    page.keyboard.press("Enter")
    expect(page.locator(".areas a[aria-current=page]")).to_have_text("事项清单")
    shot(page, "area-1366")
    assert violations(page) == []
    page.keyboard.press("Escape")
    assert page.evaluate("document.activeElement.tagName") == "SUMMARY"
    expect(page.locator(".areas a[aria-current=page]")).to_be_hidden()
    page.keyboard.press("Enter")
    page.focus("#find")
    expect(page.locator(".areas details[open]")).to_have_count(0)


def test_on_a_phone_one_tap_shows_every_area_and_what_is_in_the_current_one(visit: Any, violations: Find) -> None:
    for width in WIDTHS[1:]:
        page = visit(PAGES["list"], width)
        page.click(".every-area > summary")
        for words in ("待办", "工作台", "事项清单", "登记事项"):
            expect(page.locator(".every-area").get_by_text(words, exact=True).last).to_be_visible()
        shot(page, f"areas-{width}")
        assert violations(page) == []
        assert overflow(page) <= 0


def test_the_search_of_every_page_is_used_by_keyboard_alone(visit: Any, site: str, violations: Find) -> None:
    page = visit(PAGES["record"])
    page.keyboard.press("/")
    assert page.evaluate("document.activeElement.id") == "find"
    page.keyboard.type("柳")
    page.wait_for_selector("#find-hits [role=option]")
    assert page.locator(".find [role=status]").inner_text() == "找到 6 项，用方向键选择"
    assert violations(page) == []
    shot(page, "find-1366")
    page.keyboard.press("ArrowDown")
    marked = page.get_attribute("#find", "aria-activedescendant")
    assert page.get_attribute(f"#{marked}", "aria-selected") == "true"
    page.keyboard.press("Escape")
    expect(page.locator("#find-hits")).to_be_hidden()
    assert page.input_value("#find") == "柳", "what was typed stays"
    page.keyboard.press("ArrowDown")
    page.wait_for_selector("#find-hits [role=option]")
    page.keyboard.press("ArrowDown")
    words = page.inner_text("#find-hits [role=option][aria-selected=true]").split("\n")[0]
    page.keyboard.press("Enter")
    page.wait_for_url(f"{site}/core/task/*/")
    assert words in page.inner_text("h1")
    page.keyboard.press("Control+k")
    page.keyboard.type("没有这样的")
    expect(page.locator(".find [role=status]")).to_have_text("没有找到")
    page.keyboard.press("Enter")
    page.wait_for_url(f"{site}/search/")
    assert "没有符合的" in page.inner_text("main")


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
