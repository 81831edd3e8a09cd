"""What may be done against a paper, by the law of the day on which it was made, and what comes too late."""

from __future__ import annotations

from datetime import date

import pytest

from hutong.benefits import actions
from hutong.benefits.models import Determination
from hutong.benefits.queries.notices import notice_of
from hutong.benefits.terms import Outcome
from hutong.benefits.tests import build
from hutong.org.models import Division

pytestmark = pytest.mark.django_db
COUNTY_HALL = "人民政府申请行政复议"


def county() -> str:
    """Where the cases of these tests are decided."""
    return str(Division.objects.get(code=build.COUNTY).name)


def remedies(decision: Determination, on: date | None = None) -> str:
    """The remedies printed on a paper, as if it had been made on a day."""
    decision.decided_on = on or decision.decided_on
    return "".join(notice_of(build.officer(), decision).remedies)


def returned() -> Determination:
    application = build.filed_application(build.child_nobody_looked_into())
    actions.return_for_missing(build.supervisor(), application, {"reasons": "请补充父母情况证明"})
    return application.determinations.get(outcome=Outcome.RETURN_MISSING)


def test_no_answer_in_time_goes_to_review_first_and_then_to_court() -> None:
    said = remedies(returned())
    assert "乡镇（街道）自收到申请之日起15个工作日内提出查验结论" in said
    assert "15个工作日内作出决定" in said
    assert f"60日内，先向{county()}{COUNTY_HALL}" in said
    assert f"15日内，可以向{county()}人民法院" in said
    assert "行政复议或者提起行政诉讼" not in said


def test_before_the_review_law_of_2023_no_answer_went_to_either_after_two_months() -> None:
    decision = returned()
    assert "2个月内不作出决定的，您可以依法申请行政复议或者提起行政诉讼" in remedies(decision, date(2023, 12, 31))
    assert "先向" in remedies(decision, date(2024, 1, 1))


def test_an_express_refusal_goes_to_review_or_to_court_and_after_a_review_within_fifteen_days() -> None:
    said = remedies(build.refusal())
    assert f"60日内，向{county()}{COUNTY_HALL}；或者自收到本决定之日起6个月内，向{county()}人民法院" in said
    assert "已申请行政复议的，自收到复议决定书之日（复议机关逾期不作决定的，自复议期限届满之日）起15日内" in said
    assert "上一级民政部门" not in said


def test_before_2024_the_department_above_could_review_too() -> None:
    assert "人民政府或者上一级民政部门申请行政复议" in remedies(build.refusal(), date(2023, 12, 31))


def test_a_suit_after_a_review_has_fifteen_days_of_its_own() -> None:
    decision = build.refusal()
    delivered = build.delivered()
    actions.record_delivery(build.supervisor(), decision, delivered)
    lodged = {"lodged_by": "田桂英", "grounds": "不服"}
    review = actions.object_(
        build.supervisor(now=build.at(2027, 1, 4)),
        decision,
        lodged | {"kind": "administrative_review", "lodged_on": "2027-01-04"},
    )
    settled = {"state": "rejected", "decided_in": "复议决定书", "decided_on": "2027-06-01", "result": "维持"}
    actions.decide_objection(build.officer(now=build.at(2027, 6, 2)), review, settled)
    court = lodged | {"kind": "court"}
    late = build.supervisor(now=build.at(2027, 7, 1))
    assert not actions.object_(late, decision, court | {"lodged_on": "2027-06-16"}).late, "six months are over by then"
    assert actions.object_(late, decision, court | {"lodged_on": "2027-06-17"}).late


def test_a_decision_that_was_never_delivered_is_reviewed_for_five_years() -> None:
    decision = build.refusal()
    lodged = {"kind": "administrative_review", "lodged_by": "田桂英", "grounds": "不服"}
    years_on = build.supervisor(now=build.at(2031, 12, 1))
    assert not actions.object_(years_on, decision, lodged | {"lodged_on": "2031-11-24"}).late
    assert actions.object_(years_on, decision, lodged | {"lodged_on": "2031-11-25"}).late
