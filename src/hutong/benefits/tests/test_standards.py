"""A standard that has stood for a year is asked about, until the law data holds a newer one."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from hutong.benefits.actions import look_at_standards
from hutong.benefits.actions import standards as standards_module
from hutong.core.models import Task
from hutong.core.tasks import tasks_of
from hutong.core.viewer import Viewer, acting, system_viewer
from hutong.org.terms import Role
from hutong.org.tests.build import MONDAY, viewer_of

pytestmark = pytest.mark.django_db


def night(day: date) -> int:
    job = system_viewer("night", now=MONDAY.replace(year=day.year, month=day.month, day=day.day))
    with acting(job):
        return look_at_standards(job)


def asked(viewer: Viewer, day: date) -> list[date]:
    there = replace(viewer, now=MONDAY.replace(year=day.year))
    with acting(there):
        return list(tasks_of(there).filter(kind="benefits.standard").values_list("due_on", flat=True))


def test_who_sets_it_is_asked_a_month_before_its_year_is_over(monkeypatch: pytest.MonkeyPatch) -> None:
    province = viewer_of(Role.PROVINCE_OFFICER)
    assert night(date(2026, 11, 23)) == 0, "raised with effect from July 2026"
    assert night(date(2027, 6, 15)) == 1, "no other place has anybody to ask"
    assert asked(province, date(2027, 6, 15)) == [date(2027, 7, 1)]
    monkeypatch.setattr(standards_module, "to_ask", lambda today: [])
    assert night(date(2027, 8, 1)) == 0
    assert asked(province, date(2027, 8, 1)) == [], "the law data holds a newer one"


def test_what_was_not_known_yet_counts_for_nothing() -> None:
    province = viewer_of(Role.PROVINCE_OFFICER)
    assert night(date(2026, 9, 1)) == 1, "the standard of January 2025 was the newest one known"
    assert asked(province, date(2026, 9, 1)) == [date(2026, 1, 4)], "a period that ends on a holiday moves on"


def test_a_place_without_a_standard_is_asked_to_enter_it(monkeypatch: pytest.MonkeyPatch) -> None:
    viewer_of(Role.COUNTY_OFFICER)
    codes = standards_module.law_codes
    monkeypatch.setattr(standards_module, "law_codes", lambda place: ["CN-540102", "CN-54", "CN"])
    assert night(MONDAY.date()) == 1, "the national minimum is no standard"
    assert night(date(2026, 11, 24)) == 1
    task = Task.objects.get(kind="benefits.enter_standard", state="open")
    assert task.role == Role.COUNTY_OFFICER
    assert task.due_on == date(2026, 12, 23), "asked once, with the day of the first time"
    for title in ("社会散居孤儿基本生活费标准", "机构养育孤儿基本生活费标准", "事实无人抚养儿童基本生活补贴标准"):
        assert title in task.note
    monkeypatch.setattr(standards_module, "law_codes", codes)
    assert night(date(2026, 11, 25)) == 0
    assert not Task.objects.filter(kind="benefits.enter_standard", state="open").exists(), "done once it is entered"


def test_a_county_is_not_asked_for_what_its_province_has_set_for_it() -> None:
    viewer_of(Role.COUNTY_OFFICER)
    assert night(MONDAY.date()) == 0
    assert night(date(2027, 6, 15)) == 1, "with nobody at the province the county is asked to look at it again"
    viewer_of(Role.PROVINCE_OFFICER)
    night(date(2027, 6, 16))
    [task] = Task.objects.filter(kind="benefits.standard", state="open")
    assert task.role == Role.PROVINCE_OFFICER, "now there is somebody whose standard it is"
