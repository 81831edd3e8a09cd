"""Facts about parents: two people, dates, and what the law is told."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from hutong.core.errors import Conflict, Invalid, NotFound, Refused
from hutong.core.jurisdiction import law
from hutong.core.models import EventLine, StoredFile, Task, User
from hutong.org.terms import Role
from hutong.people import actions
from hutong.people.models import AidFact, ParentFact
from hutong.people.queries.facts import FACTS, facts_of, facts_relation
from hutong.people.terms import FactState
from hutong.people.tests import build

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 23)


def test_a_fact_counts_only_once_a_second_person_confirmed_it() -> None:
    child = build.child()
    director = build.director()
    given = {"side": "father", "status": "dead", "since": date(2021, 3, 2), "evidence": "household_cancellation"}
    fact = actions.record_parent_fact(director, child, given)
    assert fact.state == FactState.REPORTED
    assert "father.dead" not in facts_of(child, TODAY)
    assert facts_of(child, TODAY, reported=True)["father.dead"] is True
    task = Task.objects.get(kind="people.confirm_fact", on_id=fact.pk)
    assert task.role == Role.TOWNSHIP_SUPERVISOR
    actions.confirm_parent_fact(build.supervisor(), fact, {"note": "派出所数据比对"})
    assert facts_of(child, TODAY)["father.dead"] is True
    assert facts_of(child, TODAY)["father.death_proof"] == "police_cancellation"
    task.refresh_from_db()
    assert task.state == "done"
    assert EventLine.objects.filter(name="people.parent_fact_changed").count() == 1


def test_nobody_confirms_their_own_finding_not_even_in_the_database() -> None:
    child, supervisor = build.child(), build.supervisor()
    given = {"side": "mother", "status": "deported", "since": date(2022, 1, 1)}
    fact = actions.record_parent_fact(supervisor, child, given)
    assert Task.objects.get(on_id=fact.pk).role == Role.COUNTY_OFFICER
    with pytest.raises(Refused):
        actions.confirm_parent_fact(supervisor, fact, {})
    with connection.cursor() as cursor:
        cursor.execute("select set_config('hutong.entry', '0', true), set_config('hutong.package', 'people', true)")
        with pytest.raises(IntegrityError):
            cursor.execute("update people_parentfact set confirmed_by = recorded_by where id = %s", [fact.pk])


def test_the_database_knows_the_account_of_whoever_confirmed() -> None:
    fact = build.parent_fact(build.child(), "father", "serious_illness", date(2024, 1, 1))
    nobody = 1 + max(User.objects.values_list("pk", flat=True))
    with connection.cursor() as cursor:
        cursor.execute("select set_config('hutong.entry', '0', true), set_config('hutong.package', 'people', true)")
        cursor.execute("set constraints all immediate")
        with pytest.raises(IntegrityError, match="confirmed_by"), transaction.atomic():
            cursor.execute("update people_parentfact set confirmed_by = %s where id = %s", [nobody, fact.pk])
    fact.refresh_from_db()
    assert fact.recorded_by is not None
    assert fact.confirmed_by is not None
    assert fact.recorded_by != fact.confirmed_by


def test_a_fact_is_decided_once_and_a_rejection_says_why() -> None:
    child = build.child()
    fact = build.parent_fact(child, "father", "serious_illness", date(2024, 1, 1), confirmed=False)
    with pytest.raises(Invalid):
        actions.reject_parent_fact(build.officer(), fact, {})
    actions.reject_parent_fact(build.officer(), fact, {"note": "医院无此诊断"})
    with pytest.raises(Conflict):
        actions.confirm_parent_fact(build.officer(), fact, {})
    assert "father.ill" not in facts_of(child, TODAY, reported=True)


def test_a_fact_of_a_child_elsewhere_is_absent() -> None:
    fact = build.parent_fact(build.child(), "father", "dead", date(2024, 1, 1), confirmed=False)
    with pytest.raises(NotFound):
        actions.confirm_parent_fact(build.officer("980101"), fact, {})


@pytest.mark.parametrize(
    ("given", "where"),
    [
        ({"since": date(2027, 1, 1)}, "自何时起"),
        ({"status": "severe_disability", "disability_grade": 5}, "残疾等级"),
        ({"status": "severe_disability", "disability_grade": 2}, "残疾类别"),
        ({"status": "lost_contact", "reported_on": date(2024, 5, 2), "accepted_on": date(2024, 5, 1)}, "警方受理日期"),
        ({"status": "prison", "term_months": -1}, "刑期或措施期限（月）"),
        ({"status": "somewhere"}, "情形"),
    ],
)
def test_impossible_facts_are_named(given: dict[str, Any], where: str) -> None:
    child = build.child()
    with pytest.raises(Invalid) as refused:
        actions.record_parent_fact(
            build.officer(), child, {"side": "father", "status": "dead", "since": date(2024, 1, 1)} | given
        )
    assert refused.value.errors[0].where == where
    assert not ParentFact.objects.exists()


def test_conditions_stand_side_by_side_and_being_able_ends_them() -> None:
    child = build.child()
    build.parent_fact(child, "father", "prison", date(2024, 4, 1), term_from=date(2024, 4, 1), term_months=72)
    build.parent_fact(child, "father", "serious_illness", date(2025, 1, 1), evidence="medical")
    before = facts_of(child, TODAY)
    assert (before["father.custody"], before["father.ill"]) == ("prison", True)
    build.parent_fact(child, "father", "able", date(2026, 10, 1))
    after = facts_of(child, TODAY)
    assert after["father.checked"] is True
    assert "father.custody" not in after
    assert "father.ill" not in after
    assert facts_of(child, date(2026, 9, 30))["father.custody"] == "prison", "the past stays as it was"


def test_the_same_condition_again_replaces_the_earlier_entry() -> None:
    child = build.child()
    first = build.parent_fact(child, "mother", "lost_contact", date(2024, 2, 1))
    second = build.parent_fact(
        child, "mother", "lost_contact", date(2025, 3, 1), reported_on=date(2025, 3, 1), evidence="police_receipt"
    )
    first.refresh_from_db()
    assert (first.until, second.replaces_id) == (date(2025, 3, 1), first.pk)
    assert facts_of(child, TODAY)["mother.contact"] == "reported"
    assert facts_of(child, date(2024, 6, 1))["mother.contact"] == "unreported"


def test_an_ended_situation_no_longer_counts_from_its_last_day_on() -> None:
    child = build.child()
    fact = build.parent_fact(child, "father", "drug_isolation", date(2025, 6, 1), term_months=24)
    with pytest.raises(Invalid):
        actions.end_parent_fact(build.officer(), fact, {"until": date(2025, 5, 1), "why": "期满"})
    actions.end_parent_fact(build.officer(), fact, {"until": date(2026, 10, 15), "why": "提前解除"})
    assert facts_of(child, date(2026, 10, 14))["father.custody"] == "drug_isolation"
    assert "father.custody" not in facts_of(child, date(2026, 10, 15))


def test_terms_are_reckoned_to_the_day_asked() -> None:
    child = build.fu_child_father_jailed_mother_disabled()
    facts = facts_of(child, date(2025, 4, 1))
    assert (facts["father.custody_months"], facts["father.custody_served_months"]) == (72, 12)
    assert (facts["father.custody_remaining_months"], facts["father.custody_paper"]) == (60, True)
    assert (facts["mother.disability"], facts["mother.disability_grade"]) == ("mental", 2)
    assert facts["mother.disability_card"] is True


def test_what_nobody_recorded_is_not_stated() -> None:
    facts = facts_of(build.child_without_papers(birth_date=None), TODAY)
    assert facts == {"child.placement": "scattered"}


def test_what_the_law_is_told_of_an_orphan() -> None:
    facts = facts_of(build.orphan_in_village(), TODAY)
    assert facts == {
        "child.birth": date(2015, 6, 15),
        "child.placement": "scattered",
        "child.dibao_fen": 0,
        "child.tekun_fen": 0,
        "child.disability_living_fen": 0,
        "father.dead": True,
        "father.death_proof": "police_cancellation",
        "mother.dead": True,
        "mother.death_proof": "medical_certificate",
    }


def test_a_foundling_in_an_institution() -> None:
    facts = facts_of(build.foundling(birth_date=date(2026, 9, 1)), TODAY)
    assert facts["child.foundling"] is True
    assert facts["child.foundling_proof"] == "police_report"
    assert facts["child.placement"] == "institution"


def test_a_child_found_healthy_has_no_card_and_one_with_a_card_has_it_while_it_is_valid() -> None:
    assert facts_of(build.child(health="healthy"), TODAY)["child.disabled"] is False
    child = build.child(name="王一诺", birth_date=date(2012, 2, 2))
    card = {"kind": "hearing", "grade": 2, "valid_from": date(2020, 1, 1), "valid_to": date(2026, 11, 30)}
    actions.record_disability(build.officer(), child, card)
    child.refresh_from_db()
    assert child.health == "disabled"
    assert facts_of(child, TODAY)["child.disabled"] is True
    assert "child.disabled" not in facts_of(child, date(2026, 12, 1))


def test_school_and_its_proof() -> None:
    child = build.child()
    actions.record_school(build.officer(), child, {"level": "primary", "valid_from": date(2021, 9, 1)})
    given = {"level": "junior_high", "valid_from": date(2026, 9, 1), "evidence": "school_certificate", "public": True}
    actions.record_school(build.officer(), child, given)
    assert facts_of(child, date(2026, 8, 31))["child.school"] == "primary"
    now = facts_of(child, TODAY)
    assert (now["child.school"], now["child.school_proof"], now["child.school_public"]) == ("junior_high", True, True)
    with pytest.raises(Invalid):
        actions.record_school(build.officer(), child, {"level": "primary", "valid_from": date(2020, 9, 1)})


def test_aid_runs_by_months_and_nothing_is_not_the_same_as_unknown() -> None:
    child = build.child()
    assert "child.dibao_fen" not in facts_of(child, TODAY)
    build.aid(child, dibao=38_050, month=date(2026, 1, 17))
    assert facts_of(child, date(2026, 1, 1))["child.dibao_fen"] == 38_050
    assert facts_of(child, date(2026, 1, 1))["child.tekun_fen"] == 0
    actions.record_aid(build.officer(), child, {"first_month": date(2026, 7, 1), "dibao_fen": 41_000})
    assert facts_of(child, date(2026, 6, 30))["child.dibao_fen"] == 38_050
    assert facts_of(child, date(2026, 7, 1))["child.dibao_fen"] == 41_000
    actions.record_aid(build.officer(), child, {"first_month": date(2026, 7, 1), "dibao_fen": 0})
    assert AidFact.objects.filter(child=child, kind="dibao").count() == 2, "a corrected month is replaced"
    assert facts_of(child, TODAY)["child.dibao_fen"] == 0


@pytest.mark.parametrize("given", [{}, {"dibao_fen": -1}, {"tekun_fen": 10**9}])
def test_impossible_amounts_are_refused(given: dict[str, int]) -> None:
    with pytest.raises(Invalid):
        actions.record_aid(build.officer(), build.child(), {"first_month": date(2026, 7, 1)} | given)
    assert not AidFact.objects.exists()


def test_a_fact_can_be_recorded_for_all_brothers_and_sisters() -> None:
    first, second = build.child(), build.child(name="王一诺", birth_date=date(2018, 8, 8))
    number = build.identity(date(1988, 3, 3), 11)
    for child in (first, second):
        given = {"bond": "father", "name": "田大山", "identity_number": number}
        actions.link_person(build.officer(), child, given)
    given = {"side": "father", "status": "dead", "since": date(2024, 1, 1), "siblings": True}
    actions.record_parent_fact(build.officer(), first, given)
    assert set(ParentFact.objects.values_list("child_id", flat=True)) == {first.pk, second.pk}


def test_a_paper_is_kept_with_the_child(pdf: bytes) -> None:
    child = build.child()
    given = {"side": "father", "status": "dead", "since": date(2024, 1, 1), "paper": {"name": "证明.pdf", "data": pdf}}
    fact = actions.record_parent_fact(build.officer(), child, given)
    stored = StoredFile.objects.get(pk=fact.paper_id)
    assert (stored.child_id, stored.media_type) == (child.pk, "application/pdf")
    given["paper"] = {"name": "证明.pdf", "data": b"MZ program"}
    with pytest.raises(Invalid):
        actions.record_parent_fact(build.officer(), child, given)
    assert ParentFact.objects.count() == 1


def test_one_relation_tells_of_all_children_what_each_is_told_alone() -> None:
    children = [
        build.orphan_in_village(),
        build.fu_child_father_dead_mother_lost(name="王一诺", birth_date=date(2012, 1, 1)),
        build.fu_child_father_jailed_mother_disabled(name="李禾苗", birth_date=date(2017, 5, 5)),
        build.child_without_papers(),
    ]
    with connection.cursor() as cursor:
        cursor.execute(facts_relation(TODAY))
        names = [c.name for c in cursor.description]
        rows = {row[0]: row[1:] for row in cursor.fetchall()}
    assert names == ["child_id", *(f.replace(".", "_") for f in FACTS)]
    for child in children:
        stated = {name: value for name, value in zip(FACTS, rows[child.pk], strict=True) if value is not None}
        assert stated == facts_of(child, TODAY)


@pytest.mark.parametrize(
    ("situation", "category"),
    [
        (build.orphan_in_village, "ORPHAN"),
        (build.fu_child_father_dead_mother_lost, "FU"),
        (build.fu_child_father_jailed_mother_disabled, "FU"),
        (build.child_of_able_parents, "NONE"),
        (build.foundling, "ORPHAN"),
    ],
)
def test_the_law_reads_these_facts(situation: Any, category: str) -> None:
    child = situation()
    facts = facts_of(child, TODAY)
    assert law().decide(facts, TODAY, ["CN-999901", "CN-9999", "CN-99", "CN"]).values["category"] == category


def test_every_fact_told_is_one_the_law_knows() -> None:
    assert set(FACTS) <= set(law().facts_schema()["facts"])
