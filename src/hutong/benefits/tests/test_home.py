"""A children's home is asked for its own children: papers, the yearly look, proof of school. The township is not."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from hutong.benefits import actions
from hutong.benefits.models import Award, Determination, Review
from hutong.benefits.tests import build
from hutong.core.action import call_system
from hutong.core.errors import Invalid, Refused
from hutong.core.events import REACTIONS
from hutong.core.models import Clock, Task
from hutong.core.places import span_of
from hutong.core.terms import TaskState
from hutong.core.viewer import Viewer, acting, system_viewer
from hutong.org.actions import open_division
from hutong.org.models import Division
from hutong.org.terms import Role
from hutong.people.tests import build as people

pytestmark = pytest.mark.django_db


@pytest.fixture
def home() -> Division:
    town = people.places()[build.TOWN]
    new = {"parent": town.pk, "name": "护桐县儿童福利院", "kind": "institution", "effective": "2026-01-01"}
    return call_system(open_division, new | {"basis": "测试"})


@pytest.fixture
def keeper(home: Division) -> Viewer:
    viewer = build.staff(Role.INSTITUTION_STAFF, build.TOWN)
    return replace(viewer, place_id=home.pk, spans=(span_of(home.key),))


def at_home(home: Division, **given: object) -> dict[str, object]:
    return {"actual_id": home.pk, "registered_id": home.pk} | given


def asked(kind: str) -> list[tuple[str, date | None]]:
    with acting(system_viewer("test", now=build.NOW)):
        rows = Task.objects.filter(kind=kind, state=TaskState.OPEN)
        return list(rows.values_list("role", "due_on"))


def award_at(home: Division, **given: object) -> Award:
    return build.award_of(build.orphan(**at_home(home, **given)), now=build.at(2025, 12, 15))


def test_papers_of_its_application_are_asked_of_the_home_alone(home: Division, keeper: Viewer) -> None:
    child = build.child_nobody_looked_into(**at_home(home))
    application = build.draft_application(child, keeper, applicant_kind="institution", applicant_name="福利院")
    assert [role for role, _due in asked("benefits.complete")] == [Role.INSTITUTION_STAFF]
    actions.file_application(keeper, application)
    assert asked("benefits.complete") == []
    actions.return_for_missing(build.officer(), application, {"reasons": "请补充父母情况证明"})
    assert asked("benefits.complete") == [(Role.INSTITUTION_STAFF, date(2026, 12, 7))], "ten working days"
    actions.file_application(keeper, application)
    assert asked("benefits.complete") == []


def test_its_application_goes_to_the_county_at_once_and_another_person_decides(home: Division, keeper: Viewer) -> None:
    """ORP-APP-1: the home collects the papers and applies to its own civil affairs department."""
    child = build.orphan(**at_home(home, placement="institution"))
    given = {"applicant_kind": "institution", "applicant_name": "福利院"}
    application = actions.file_application(keeper, build.draft_application(child, keeper, **given))
    assert application.state == "verified"
    assert asked("benefits.verify") == asked("benefits.ask_office") == []
    assert [role for role, _due in asked("benefits.decide")] == [Role.COUNTY_OFFICER]
    actions.return_for_missing(build.officer(), application, {"reasons": "请补充入院材料"})
    handing_in = build.officer()
    assert actions.file_application(handing_in, application).state == "verified", "once more, no township between"
    with pytest.raises(Refused):
        actions.confirm(handing_in, application, {})
    award = build.recognised(application)
    decision = Determination.objects.get(award=award)
    assert (decision.verified_by_id, decision.departs) == (None, False)


def test_the_home_looks_again_each_year_and_hands_in_a_paper(home: Division, keeper: Viewer) -> None:
    award = award_at(home)
    with acting(system_viewer("daily", now=build.NOW)) as job:
        actions.open_reviews(job, {})
    assert asked("benefits.review") == [(Role.INSTITUTION_STAFF, date(2026, 12, 15))]
    review = Review.objects.get(award=award)
    given = {"finding": "unchanged", "child_seen_on": "2026-11-20", "found": "在院生活，健康上学"}
    with pytest.raises(Invalid, match=r"材料|Paper"):
        actions.do_review(keeper, review, given)
    actions.do_review(keeper, review, given | {"file": build.photo("养育报告.png")})
    assert asked("benefits.review") == []
    with acting(keeper):
        assert not Clock.objects.filter(on_label="benefits.review", stopped_on=None).exists()


def test_school_that_was_recorded_settles_the_question_for_it(home: Division) -> None:
    award = award_at(home, birth_date=date(2009, 2, 20))
    with acting(system_viewer("daily", now=build.NOW)) as job:
        actions.ask_school_proof(job, {})
        assert asked("benefits.school_proof") == [(Role.INSTITUTION_STAFF, date(2009 + 18, 2, 20))]
        told = {"child_id": award.child_id, "fields": ["school"]}
        REACTIONS["benefits.look_again_child"].run(job, told, "key")
    assert asked("benefits.school_proof") == []
    assert [role for role, _due in asked("benefits.redetermine")] == [Role.COUNTY_OFFICER]
