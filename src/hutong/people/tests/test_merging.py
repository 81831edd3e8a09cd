"""Two files of one child: merged and parted again, with nothing lost on either way."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import connection

from hutong.core.errors import Conflict, Invalid, NotFound
from hutong.core.models import StoredFile, Task
from hutong.people import actions
from hutong.people.actions.merging import references
from hutong.people.models import Child, Merge, Relation
from hutong.people.queries.children import known_children
from hutong.people.queries.facts import facts_of
from hutong.people.queries.identity import identity_of
from hutong.people.tests import build

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 23)


def rows_of(child: Child) -> dict[str, list[int]]:
    """Every row of every package that names the child."""
    found = {}
    with connection.cursor() as cursor:
        for reference in references():
            cursor.execute(f"select id from {reference.table} where {reference.column} = %s order by id", [child.pk])
            ids = [row[0] for row in cursor.fetchall()]
            if ids:
                found[f"{reference.table}.{reference.column}"] = ids
    return found


def two_files(pdf: bytes) -> tuple[Child, Child]:
    kept = build.child(birth_date=None)
    other = build.orphan_in_village(
        lives="999901102201", identity_number=build.identity(date(2015, 6, 15), 2), in_spite_of="待核对"
    )
    given = {"side": "father", "status": "dead", "since": date(2021, 3, 2), "paper": {"name": "证.pdf", "data": pdf}}
    actions.record_parent_fact(build.director("999901102201"), other, given)
    return kept, other


def test_every_table_that_names_a_child_is_known() -> None:
    names = {f"{r.table}.{r.column}" for r in references()}
    assert {
        "people_parentfact.child_id",
        "people_relation.child_id",
        "people_aidfact.child_id",
        "people_sealedhealth.child_id",
        "people_member.child_id",
        "core_task.child_id",
        "core_clock.child_id",
        "core_storedfile.child_id",
        "core_grant.subject_id",
    } <= names
    assert not any(name.startswith("people_merge.") for name in names)


def test_a_merge_moves_everything_and_unmerging_gives_everything_back(pdf: bytes) -> None:
    kept, other = two_files(pdf)
    before = rows_of(kept), rows_of(other)
    number = identity_of(other)
    merge = actions.merge_children(build.officer(), kept, {"merged_no": other.child_no, "why": "入户核实为同一儿童"})
    kept.refresh_from_db()
    assert identity_of(kept) == number
    assert kept.birth_date == date(2015, 6, 15)
    assert facts_of(kept, TODAY)["mother.dead"] is True
    assert StoredFile.objects.get().child_id == kept.pk
    assert list(known_children(build.officer())) == [kept]
    moved = sum(len(ids) for ids in merge.moved.values())
    left = sum(len(ids) for ids in merge.left.values())
    assert moved + left == sum(len(ids) for ids in before[1].values()), "each row was moved or is listed as left"
    assert set(merge.left) == {"people_residence.child_id"}, "a child has one place of living at a time"

    actions.unmerge_children(build.officer(), merge, {"why": "经核实为两名儿童"})
    kept.refresh_from_db()
    other.refresh_from_db()
    assert (rows_of(kept), rows_of(other)) == before
    assert (kept.identity, kept.birth_date, other.merged_into_id) == (None, None, None)
    assert identity_of(other) == number


def test_rows_written_after_the_merge_stay_with_the_kept_file(pdf: bytes) -> None:
    kept, other = two_files(pdf)
    merge = actions.merge_children(build.officer(), kept, {"merged_no": other.child_no, "why": "同一儿童"})
    kept.refresh_from_db()
    later = build.carer(kept, name="田满仓", bond="carer")
    actions.correct_child(build.officer(), kept, {"birth_date": None, "ethnicity": "苗族"})
    actions.unmerge_children(build.officer(), merge, {"why": "两名儿童"})
    assert Relation.objects.get(pk=later.pk).child_id == kept.pk
    kept.refresh_from_db()
    assert kept.ethnicity == "苗族"


def test_two_fathers_cannot_both_be_current_so_the_other_stays_and_is_listed() -> None:
    kept, other = build.child(), build.child(lives="999901102201", in_spite_of="待核对")
    for child, name in ((kept, "田大山"), (other, "田大川")):
        actions.link_person(build.officer(), child, {"bond": "father", "name": name})
    merge = actions.merge_children(build.officer(), kept, {"merged_no": other.child_no, "why": "同一儿童"})
    assert list(kept.relations.values_list("person__name", flat=True)) == ["田大山"]
    assert list(other.relations.values_list("person__name", flat=True)) == ["田大川"]
    assert "people_relation.child_id" in merge.left


def test_rows_of_other_counties_and_packages_follow_too() -> None:
    kept, other = build.child(), build.child(lives="999901102201", in_spite_of="待核对")
    village = build.places()["980101101201"].pk
    actions.set_residence(
        build.officer(), other, {"division_id": village, "moved_on": date(2026, 10, 1), "why": "随亲属迁居"}
    )
    task = Task.objects.get(kind="people.arrived")
    actions.merge_children(build.officer(), kept, {"merged_no": other.child_no, "why": "同一儿童"})
    task.refresh_from_db()
    assert task.child_id == kept.pk


def test_a_merge_needs_both_files_in_reach_and_a_reason() -> None:
    kept = build.child()
    elsewhere = build.child(lives="980101101201", in_spite_of="待核对")
    with pytest.raises(Invalid):
        actions.merge_children(build.officer(), kept, {"merged_no": elsewhere.child_no, "why": "同名"})
    with pytest.raises(Invalid):
        actions.merge_children(build.officer(), kept, {"merged_no": kept.child_no, "why": "同名"})
    with pytest.raises(Invalid):
        actions.merge_children(build.officer(), kept, {"merged_no": elsewhere.child_no})
    with pytest.raises(NotFound):
        actions.merge_children(build.officer(), elsewhere, {"merged_no": kept.child_no, "why": "同名"})


def test_what_was_merged_or_parted_once_is_not_again() -> None:
    kept, other = build.child(), build.child(lives="999901102201", in_spite_of="待核对")
    given = {"merged_no": other.child_no, "why": "同一儿童"}
    merge = actions.merge_children(build.officer(), kept, given)
    with pytest.raises(Conflict):
        actions.merge_children(build.officer(), kept, given)
    with pytest.raises(NotFound):
        actions.unmerge_children(build.officer("980101"), merge, {"why": "两名儿童"})
    actions.unmerge_children(build.officer(), merge, {"why": "两名儿童"})
    with pytest.raises(Conflict):
        actions.unmerge_children(build.officer(), merge, {"why": "两名儿童"})
    assert Merge.objects.count() == 1
