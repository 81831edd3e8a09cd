"""A village director finds a child; nobody is turned away for want of papers."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from hutong.benefits.models import Application
from hutong.benefits.tests import build
from hutong.care import actions
from hutong.care.models import Finding, Photo
from hutong.core.errors import Conflict, Invalid, NotFound, Refused
from hutong.core.models import Task
from hutong.org.terms import Role
from hutong.people.models import Child
from hutong.people.tests import build as people

pytestmark = pytest.mark.django_db


def seen(**given: Any) -> dict[str, Any]:
    village = people.places()[build.VILLAGE]
    fields = {
        "place_id": village.pk,
        "seen_on": "2026-11-22",
        "seen": "独自在家，家中无成年人",
        "needs": ["living", "guardian"],
    }
    return fields | given


def test_a_described_child_is_recorded_and_the_township_is_asked() -> None:
    finding = actions.record_finding(build.director(), seen(description="约六岁男孩，未登记", photos=[build.photo()]))
    assert (finding.child_id, finding.state, finding.needs) == (None, "new", ["living", "guardian"])
    task = Task.objects.get(kind="care.take_up", on_id=finding.pk)
    assert (task.role, task.state) == (Role.TOWNSHIP_SUPERVISOR, "open")
    assert Photo.objects.filter(finding=finding).count() == 1


def test_a_child_without_papers_is_registered_on_the_way_and_applied_for() -> None:
    finding = actions.record_finding(build.director(), seen(unnamed=True, apply_now=True))
    child = Child.objects.get(pk=finding.child_id)
    assert (child.name, child.registered_id, child.status) == ("", None, "no_registration")
    assert child.actual_id == people.places()[build.VILLAGE].pk
    application = Application.objects.get(pk=finding.application_id)
    assert (application.child_id, application.finding_id) == (child.pk, finding.pk)
    assert (application.applicant_kind, application.statement) == ("finding", finding.seen)
    assert application.place_key == child.actual_key


def test_a_possible_duplicate_is_shown_and_nothing_is_written() -> None:
    child = people.child(name="田小穗", birth_date=date(2016, 2, 3))
    new_child = {"name": "田小穗", "birth_date": "2016-02-03", "sex": "female", "actual_id": child.actual_id}
    with pytest.raises(Invalid) as refused:
        actions.record_finding(build.director(), seen(new_child=new_child))
    assert [(e.field, e.about) for e in refused.value.errors] == [("new_child.in_spite_of", child)]
    assert not Finding.objects.exists()
    new_child["in_spite_of"] = "堂妹，另一名儿童"
    assert actions.record_finding(build.director(), seen(new_child=new_child)).child_id != child.pk


def test_what_is_wrong_with_the_child_stands_at_the_childs_fields() -> None:
    new_child = {"name": "田小穗", "birth_date": "2027-02-03"}
    with pytest.raises(Invalid) as refused:
        actions.record_finding(build.director(), seen(new_child=new_child))
    assert [(e.field, e.code) for e in refused.value.errors] == [("new_child.birth_date", "future")]
    new_child = {"identity_number": "4311021199001011234"}
    with pytest.raises(Invalid) as refused:
        actions.record_finding(build.director(), seen(new_child=new_child))
    assert {e.field for e in refused.value.errors} == {"new_child.identity_number"}
    assert not Finding.objects.exists()


def test_nobody_in_particular_is_no_finding() -> None:
    with pytest.raises(Invalid):
        actions.record_finding(build.director(), seen())
    with pytest.raises(Invalid):
        actions.record_finding(build.director(), seen(description="约六岁男孩", apply_now=True))
    with pytest.raises(Invalid):
        actions.record_finding(build.director(), seen(description="约六岁男孩", seen_on="2026-11-24"))


def test_a_director_records_in_the_own_villages_alone() -> None:
    far = people.places()[build.FAR_VILLAGE]
    with pytest.raises(Refused):
        actions.record_finding(build.director(), seen(description="约六岁男孩", place_id=far.pk))
    child = people.child(lives=build.FAR_VILLAGE, name=build.a_name())
    with pytest.raises(NotFound):
        actions.record_finding(build.director(), seen(child_id=child.pk))


def test_the_township_takes_it_up_ties_it_to_a_file_and_closes_it() -> None:
    finding = actions.record_finding(build.director(), seen(description="约六岁男孩"))
    with pytest.raises(Refused):
        actions.take_up(build.director(), finding, {})
    with pytest.raises(Invalid):
        actions.take_up(build.supervisor(), finding, {"apply_now": True})
    child = build.child_nobody_looked_into()
    taken = actions.take_up(build.supervisor(), finding, {"child_id": child.pk, "apply_now": True, "note": "已入户"})
    assert taken.application_id is not None
    assert not Task.objects.filter(kind="care.take_up", state="open").exists()
    other = build.child_nobody_looked_into()
    with pytest.raises(Conflict):
        actions.take_up(build.supervisor(), finding, {"child_id": other.pk})
    closed = actions.close_finding(build.supervisor(), finding, {"closing": "已纳入保障"})
    assert closed.state == "closed"


def test_outside_reach_there_is_no_such_finding() -> None:
    finding = actions.record_finding(build.director(), seen(description="约六岁男孩"))
    with pytest.raises(NotFound):
        actions.take_up(build.supervisor(build.FAR_TOWN), finding, {})


def test_a_child_opened_for_an_emergency_may_be_reported_but_not_applied_for() -> None:
    child = people.child(lives=build.VILLAGE, name=build.a_name())
    opened = frozenset({child.pk})
    helper = replace(build.supervisor(build.FAR_TOWN), granted=opened, emergency=opened)
    found = {"child_id": child.pk, "place_id": people.places()[build.FAR_VILLAGE].pk}
    assert actions.record_finding(helper, seen(**found)).child_id == child.pk
    with pytest.raises(Refused):
        actions.record_finding(helper, seen(**found, apply_now=True))
    assert not Application.objects.exists()
