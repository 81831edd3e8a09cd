"""Two officers at one application: one wins, the other is told."""

from __future__ import annotations

from django.db import transaction

from hutong.benefits import actions
from hutong.benefits.models import Application, Award
from hutong.benefits.tests import build
from hutong.core.errors import Conflict
from hutong.core.viewer import acting, system_viewer
from hutong.money.models import Line
from hutong.money.tests.beside import at_once


def test_two_officers_decide_one_application(fresh_db: str) -> None:
    with transaction.atomic(), acting(system_viewer("tests", now=build.NOW)):
        first, second = build.officer(), build.officer()
        application = build.verified_application()
    results = at_once(
        lambda: actions.confirm(first, application.pk, {}),
        lambda: actions.refuse(second, application.pk, build.departure()),
    )
    lost = [r for r in results if isinstance(r, Conflict)]
    assert len(lost) == 1
    assert str(lost[0])
    with acting(first):
        state = Application.objects.get(pk=application.pk).state
        assert Award.objects.filter(child_id=application.child_id).count() == (1 if state == "recognised" else 0)


def test_two_runs_of_one_month_pay_once(fresh_db: str) -> None:
    with transaction.atomic(), acting(system_viewer("tests", now=build.NOW)):
        first, second = (build.officer(now=build.at(2026, 12, 10)) for _n in range(2))
        award = build.award_of_fu_child()
    given = {"place_id": first.place_id, "month": "2026-12"}
    results = at_once(lambda: actions.run_month(first, given), lambda: actions.run_month(second, given))
    assert sorted(str(batch.state) for batch in results) == ["discarded", "prepared"]
    with acting(first):
        assert Line.objects.filter(order_id=award.order_id).count() == 1
