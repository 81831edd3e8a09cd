"""Parents, guardians, carers and households."""

from __future__ import annotations

from datetime import date

import pytest

from hutong.core.errors import Invalid, NotFound, Refused
from hutong.core.models import EventLine, JournalLine
from hutong.org.terms import Role
from hutong.people import actions
from hutong.people.models import Person, Relation, SealedHealth
from hutong.people.queries.facts import facts_of
from hutong.people.queries.sealed import open_sealed_health
from hutong.people.tests import build

pytestmark = pytest.mark.django_db


def test_parent_guardian_and_carer_are_separate_roles_of_perhaps_one_person() -> None:
    child = build.child()
    number = build.identity(date(1960, 1, 1), 2)
    for bond in ("guardian", "carer"):
        build.carer(child, bond=bond, identity_number=number)
    assert Person.objects.count() == 1
    assert set(child.relations.values_list("bond", flat=True)) == {"guardian", "carer"}
    assert EventLine.objects.filter(name="people.guardian_changed").count() == 2


def test_an_adult_is_known_again_by_number_and_name_together() -> None:
    first, second = build.child(), build.child(name="王一诺", birth_date=date(2012, 1, 1))
    number = build.identity(date(1960, 1, 1), 2)
    build.carer(first, identity_number=number, phone="13900000000")
    build.carer(second, identity_number=number, phone="13911111111")
    assert Person.objects.get().phone == "13911111111"
    build.carer(second, name="王满仓", bond="carer", identity_number=number)
    assert Person.objects.count() == 2, "another name under the same number is not silently the same person"


def test_one_current_father_and_an_earlier_one_in_the_history() -> None:
    child = build.child()
    relation = actions.link_person(build.officer(), child, {"bond": "father", "name": "田大山"})
    assert relation.kinship == "parent"
    with pytest.raises(Invalid):
        actions.link_person(build.officer(), child, {"bond": "father", "name": "田大川"})
    actions.unlink_person(build.officer(), relation, {"valid_to": date(2026, 11, 1), "why": "亲子鉴定排除"})
    actions.link_person(build.officer(), child, {"bond": "father", "name": "田大川"})
    assert child.relations.filter(bond="father").count() == 2


def test_a_bond_ends_after_it_began_and_only_inside_ones_area() -> None:
    child = build.child()
    relation = build.carer(child, valid_from=date(2024, 1, 1))
    with pytest.raises(Invalid):
        actions.unlink_person(build.officer(), relation, {"valid_to": date(2023, 1, 1), "why": "笔误"})
    with pytest.raises(NotFound):
        actions.unlink_person(build.officer("980101"), relation, {"valid_to": date(2026, 1, 1), "why": "笔误"})
    assert Relation.objects.get().valid_to is None


@pytest.mark.parametrize("name", ["", "未取名", "田大山😀"])
def test_an_adult_has_a_name(name: str) -> None:
    with pytest.raises(Invalid):
        actions.link_person(build.officer(), build.child(), {"bond": "mother", "name": name})


def test_adoption_is_told_to_the_law() -> None:
    child = build.child()
    build.carer(child, name="王满仓", basis="adoption", valid_from=date(2026, 3, 1))
    assert facts_of(child, date(2026, 3, 1))["child.adopted"] is True
    assert "child.adopted" not in facts_of(child, date(2026, 2, 28))


def test_households_are_dated_and_hold_a_member_once() -> None:
    child = build.child()
    village = build.places()["999901101201"].pk
    household = actions.open_household(build.director(), {"division_id": village, "address": "上柳村三组"})
    member = actions.join_household(build.director(), household, {"child_no": child.child_no})
    with pytest.raises(Invalid):
        actions.join_household(build.director(), household, {"child_no": child.child_no})
    with pytest.raises(Invalid):
        actions.join_household(build.director(), household, {})
    person = build.carer(child).person
    actions.join_household(build.director(), household, {"person_id": person.pk, "head": True})
    actions.leave_household(build.director(), member, {"valid_to": date(2026, 11, 1)})
    assert household.members.filter(valid_to=None).count() == 1
    actions.join_household(build.director(), household, {"child_no": child.child_no})


def test_a_household_elsewhere_is_refused_or_absent() -> None:
    known = build.places()
    with pytest.raises(Refused):
        actions.open_household(build.director(), {"division_id": known["980101101201"].pk})
    household = actions.open_household(build.director(), {"division_id": known["999901101201"].pk})
    stranger = build.director("999901101202")
    with pytest.raises(NotFound):
        actions.join_household(stranger, household, {"child_no": "1"})


def test_sealed_health_is_apart_and_every_look_leaves_a_mark() -> None:
    child, county = build.child(), build.officer()
    actions.record_sealed_health(county, child, {"hiv": True, "since": date(2026, 5, 1)})
    assert SealedHealth.objects.get().hiv is True
    assert facts_of(child, date(2026, 6, 1))["child.hiv"] is True
    assert "child.hiv" not in facts_of(child, date(2026, 4, 1))
    with pytest.raises(Invalid):
        open_sealed_health(county, child, "")
    assert open_sealed_health(county, child, "办理补贴").hiv is True
    for role in (Role.VILLAGE_DIRECTOR, Role.TOWNSHIP_SUPERVISOR, Role.COUNTY_FINANCE, Role.AUDITOR):
        with pytest.raises(Refused):
            open_sealed_health(build.worker(role), child, "办理补贴")
        with pytest.raises(Refused):
            actions.record_sealed_health(build.worker(role), child, {"hiv": False, "since": date(2026, 5, 1)})
    kinds = set(JournalLine.objects.filter(on_id=child.pk, what="sealed health").values_list("kind", flat=True))
    assert kinds == {"opened", "refused"}
    told = str(list(EventLine.objects.values_list("payload", flat=True)))
    assert "hiv" not in told
