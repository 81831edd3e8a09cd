"""Spot checks: drawn once a month for each county, looked at by the auditor, answered by the county."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from hutong.benefits.actions import answer_spot_check, check_decision, draw_spot_checks, refuse
from hutong.benefits.models import SpotCheck
from hutong.benefits.tests import build
from hutong.core.action import call_system
from hutong.core.errors import Conflict, Invalid, Refused
from hutong.core.tasks import tasks_of
from hutong.core.tests.build import Browser
from hutong.core.viewer import Viewer, acting, system_viewer
from hutong.org.terms import Role

pytestmark = pytest.mark.django_db
LATER = build.NOW + timedelta(days=20)


def draw(now: datetime) -> int:
    viewer = system_viewer("benefits.draw_spot_checks", now=now)
    with acting(viewer):
        return draw_spot_checks(viewer)


@pytest.fixture
def auditor() -> Viewer:
    return replace(build.staff(Role.AUDITOR, build.COUNTY), now=LATER)


@pytest.fixture
def drawn(auditor: Viewer) -> SpotCheck:
    """One decision of November, drawn in December."""
    for _ in range(3):
        build.award_of_fu_child()
    assert draw(LATER) == 1, "five of a hundred, at least one"
    with acting(auditor):
        return SpotCheck.objects.get()


def test_nothing_is_drawn_from_a_month_that_runs_nor_twice_from_one_that_is_over(drawn: SpotCheck) -> None:
    assert draw(build.NOW) == 0
    assert draw(LATER + timedelta(days=1)) == 0
    assert (drawn.state, drawn.drawn_for, drawn.month.month) == ("waiting", "chance", build.NOW.month)


def test_the_auditor_is_asked_and_closes_it_by_looking(auditor: Viewer, drawn: SpotCheck, browse: Browser) -> None:
    with acting(auditor):
        task = tasks_of(auditor).get(kind="benefits.spot_check")
    assert task.due_on > LATER.date()
    assert "确认人" in browse.text(auditor, f"/benefits/spot_check/{drawn.pk}/")
    with pytest.raises(Invalid):
        check_decision(auditor, drawn, {"state": "answered", "finding": "程序完整"})
    check_decision(auditor, drawn, {"state": "in_order", "finding": "两人经办，期限内办结，已送达"})
    with acting(auditor):
        assert not tasks_of(auditor).exists()
    with pytest.raises(Conflict):
        check_decision(auditor, drawn, {"state": "faulty", "finding": "再查"})


def test_faults_are_answered_by_the_county(auditor: Viewer, drawn: SpotCheck) -> None:
    county = build.officer(now=LATER)
    with pytest.raises(Refused):
        check_decision(county, drawn, {"state": "in_order", "finding": "自查无误"})
    check_decision(auditor, drawn, {"state": "faulty", "finding": "决定作出十日后才送达"})
    with acting(county):
        assert tasks_of(county).filter(kind="benefits.answer_check", on_id=drawn.pk).exists()
    answer_spot_check(county, drawn, {"answer": "已与乡镇核对，今后三日内送达"})
    with acting(county):
        drawn.refresh_from_db()
        assert drawn.state == "answered"
        assert not tasks_of(county).filter(kind="benefits.answer_check").exists()


def test_every_departure_is_drawn(auditor: Viewer) -> None:
    build.signed(refuse(build.officer(), build.verified_application(), build.departure()))
    refuse(build.officer(), build.verified_application(), build.departure())
    build.award_of_fu_child()
    assert draw(LATER) == 2, "what still waits for its second person is no decision to check"
    with acting(auditor):
        assert set(SpotCheck.objects.values_list("drawn_for", flat=True)) == {"departed", "chance"}


def test_a_month_without_decisions_draws_nothing() -> None:
    build.officer()
    assert call_system(draw_spot_checks) == 0
