"""The pages of imports in a real browser: what a table leaves open is asked on the page, and answered there."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction

from hutong.benefits import actions
from hutong.benefits.tests import build
from hutong.channels.sheet import record_url
from hutong.core.viewer import Viewer, acting, system_viewer
from hutong.people.models import Child, ChildImport

from .faults.workbooks import ROLL, on_roll, workbook
from .test_browser_pages import TOO_WIDE, WIDTHS, listening, seen_by

pytestmark = pytest.mark.browser
HEADS = ("儿童称呼", "性别", "出生日期", "身份证（新）", "实际居住地", "爱好")


@pytest.fixture
def officer(fresh_db: str) -> Viewer:
    """A county officer."""
    with transaction.atomic(), acting(system_viewer("tests", now=build.NOW)):
        build.people.places()
        return build.officer()


@pytest.fixture
def page(browser: Any, live_site: str, officer: Viewer) -> Iterator[Any]:
    """A page of the officer's browser."""
    with closing(browser.new_context(base_url=live_site, locale="zh-CN")) as context:
        yield listening(context.new_page())


def looked_at(page: Any, violations: Callable[[Any], list[str]], name: str) -> list[str]:
    """What is wrong with the open page at every width; a picture of it where somebody asked for them."""
    found = []
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        folder = os.environ.get("HUTONG_PICTURES")
        if folder:
            page.screenshot(path=f"{folder}/{name}-{width}.png", full_page=True)
        found += [f"{name} at {width}: {what}" for what in violations(page)]
        if page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"):
            found += [f"{name} at {width} is too wide: {what}" for what in page.evaluate(TOO_WIDE)]
    return found


def hand_in(page: Any, path: Path) -> None:
    """Choose the file and send the form."""
    page.set_input_files("[name=file]", str(path))
    with page.expect_navigation():
        page.locator("main form .buttons button").click()


@pytest.mark.parametrize("locale", ["zh-hans", "en"])
def test_what_a_table_leaves_open_is_asked_and_answered_on_the_page(
    page: Any, officer: Viewer, violations: Callable[[Any], list[str]], tmp_path: Path, locale: str
) -> None:
    table = tmp_path / "儿童.xlsx"
    rows = [["庚小一", "女", date(2015, 6, 15), "", "上柳村", "画画"], ["辛二", "女", "x", "1", "无此村", ""]]
    table.write_bytes(workbook(HEADS, *rows))
    found = []
    with seen_by(replace(officer, locale=locale)):
        page.goto("/people/action/import_children/")
        assert page.locator("[name='columns-0-heading']").count() == 0, "nothing is asked before there is a table"
        found += looked_at(page, violations, f"import-{locale}")
        hand_in(page, table)
        assert page.input_value("[name='columns-0-heading']") == "身份证（新）"
        assert page.input_value("[name='columns-0-means']") == "identity_number"
        found += looked_at(page, violations, f"asked-{locale}")
        named = page.locator("[name='columns-1-heading']")
        named.fill("儿童称呼")
        page.select_option("[name='columns-1-means']", "name")
        page.check("[name=leave_out]")
        page.check("[name=dry_run]")
        hand_in(page, table)
        found += looked_at(page, violations, f"tried-{locale}")
        page.uncheck("[name=dry_run]")
        hand_in(page, table)
        found += looked_at(page, violations, f"imported-{locale}")
    with acting(system_viewer("tests", now=build.NOW)):
        assert Child.objects.get().name == "庚小一"
        assert ChildImport.objects.get().refused == 1
    assert found + [one for one in page.complaints if "422" not in one] == []


@pytest.mark.parametrize("locale", ["zh-hans", "en"])
def test_a_roll_and_a_list_say_what_became_of_their_rows(
    page: Any, officer: Viewer, violations: Callable[[Any], list[str]], tmp_path: Path, locale: str
) -> None:
    number = build.people.identity(date(2014, 5, 6), 1)
    twice = [on_roll("田小麦", number, "6217000000000000027"), on_roll("田小麦", number, "")]
    taken = workbook(ROLL, *twice, on_roll("丙", "1", "", amount=-1))
    heads = ("姓名", "身份证号", "死亡日期")
    deaths = workbook(heads, ("田小麦", number, "2026-11-01"), ("某人", "", "2026-11-01"))
    county = build.people.places()[build.COUNTY].pk
    with transaction.atomic(), acting(officer):
        roll = actions.import_roll(officer, {"place_id": county, "file": {"name": "名册.xlsx", "data": taken}})
        listed = actions.import_list(
            officer, {"kind": "death", "place_id": county, "file": {"name": "名单.xlsx", "data": deaths}}
        )
    found = []
    with seen_by(replace(officer, locale=locale)):
        for name, address in (
            ("roll", record_url(roll)), ("list", record_url(listed)), ("rolls", "/benefits/action/import_roll/"),
            ("lists", "/benefits/action/import_list/"), ("imports", "/people/childimport/"),
        ):  # fmt: skip
            assert page.goto(address).status == 200
            found += looked_at(page, violations, f"{name}-{locale}")
    assert found + page.complaints == []
