"""A standard that has stood for a year is asked about, until the law data holds a newer one."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from hutong.benefits.actions import look_at_standards
from hutong.benefits.actions import standards as standards_module
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
    monkeypatch.setattr(standards_module, "_latest", lambda today: {"CN-99": date(2027, 7, 1)})
    assert night(date(2027, 8, 1)) == 0
    assert asked(province, date(2027, 8, 1)) == []


def test_what_was_not_known_yet_counts_for_nothing() -> None:
    province = viewer_of(Role.PROVINCE_OFFICER)
    assert night(date(2026, 9, 1)) == 1, "the standard of January 2025 was the newest one known"
    assert asked(province, date(2026, 9, 1)) == [date(2026, 1, 4)], "a period that ends on a holiday moves on"
