"""Warnings of duplicates: who is found, how they are told, and that nobody is ever blocked."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from hutong.core.errors import Conflict, Invalid
from hutong.core.models import Entry, Task
from hutong.people import actions
from hutong.people.models import Child
from hutong.people.queries.candidates import Asked, Candidate, asked_of, duplicates
from hutong.people.terms import Likeness
from hutong.people.tests import build

pytestmark = pytest.mark.django_db
BORN = date(2015, 6, 15)


def asked(name: str = "田小禾", birth: date | None = BORN, lives: str = "999901101202", **more: Any) -> Asked:
    return Asked(name=name, birth_date=birth, sex="female", place_keys=(build.places()[lives].key,), **more)


def levels(found: Candidate) -> dict[str, str]:
    return {r.compares: r.level for r in found.match.reasons}


@pytest.mark.parametrize(
    ("stored", "typed", "birth", "expected"),
    [
        ("田小禾", "田小禾", BORN, {"name": "same", "birth": "same"}),
        ("張偉龍", "张伟龙", BORN, {"name": "same"}),
        ("田小禾", "小禾田", BORN, {"name": "swapped"}),
        ("田晓荷", "田小禾", BORN, {"name": "homophone"}),
        ("臧灵", "张宁", BORN, {"name": "fuzzy"}),
        ("李小禾", "田小禾", BORN, {"name": "given"}),
        ("李晓荷", "田小禾", BORN, {"name": "given_sound"}),
        ("吐尔逊·买买提", "买买提•吐尔逊", BORN, {"name": "swapped"}),
        ("田小\ue863", "田小䶮", BORN, {"name": "same", "birth": "same"}),
        ("田小䶮", "田小\ue863", BORN, {"name": "same", "birth": "same"}),
        ("田小禾", "田小禾", date(2015, 6, 16), {"birth": "digit"}),
        ("田小禾", "田小禾", date(2015, 7, 28), {"birth": "lunar"}),
        ("田小禾", "田小禾", None, {"name": "same"}),
    ],
)
def test_the_child_is_found_however_it_is_written(
    stored: str, typed: str, birth: date | None, expected: dict[str, str]
) -> None:
    child = build.child(name=stored)
    found = duplicates(build.supervisor(), asked(typed, birth))
    assert [c.child for c in found] == [child]
    assert levels(found[0]).items() >= expected.items()


def test_day_and_month_exchanged() -> None:
    child = build.child(birth_date=date(2015, 6, 11))
    found = duplicates(build.supervisor(), asked(birth=date(2015, 11, 6)))
    assert [c.child for c in found] == [child]
    assert levels(found[0])["birth"] == "swapped"


@pytest.mark.parametrize("slip", [lambda n: n[:8] + n[9] + n[8] + n[10:], lambda n: n[:16] + "9" + n[17:],
                                  lambda n: "1" + n[1:], lambda n: n[:5] + n[6] + n[5] + n[7:]])  # fmt: skip
def test_a_slip_in_the_identity_number_is_recognised(slip: Any) -> None:
    number = build.identity(BORN, 2)
    child = build.child(identity_number=number)
    wrong = slip(number)
    assert wrong != number
    found = duplicates(build.supervisor(), asked("田小禾", BORN, identity=wrong))
    assert [c.child for c in found] == [child]
    assert levels(found[0])["identity"] == "near"


def test_a_wrong_number_on_the_form_says_whose_it_nearly_is() -> None:
    number = build.identity(BORN, 2)
    build.child(identity_number=number)
    with pytest.raises(Invalid) as refused:
        build.child(identity_number=number[:16] + ("9" if number[16] != "9" else "8") + number[17:])
    assert len(refused.value.errors) >= 2
    assert "田小禾" in refused.value.errors[-1].message


def test_the_same_number_is_found_under_any_name() -> None:
    number = build.identity(BORN, 2)
    child = build.child(identity_number=number)
    found = duplicates(build.officer(), asked("王一诺", date(2013, 1, 1), lives="980101101201", identity=number))
    assert [c.child for c in found] == [child]
    seen = duplicates(build.officer(), asked("王一诺", BORN, identity=number))
    assert [(c.child, c.match.likeness) for c in seen] == [(child, Likeness.LIKELY)]


def test_twins_are_a_warning_with_different_numbers_never_a_certainty() -> None:
    build.child(identity_number=build.identity(BORN, 2))
    twin = duplicates(build.officer(), asked("田小苗", BORN, lives="999901101201", identity=build.identity(BORN, 4)))
    assert all(c.match.likeness != Likeness.LIKELY for c in twin)
    assert all(levels(c)["identity"] == "different" for c in twin)


def test_an_unnamed_child_is_compared_by_birth_and_place() -> None:
    child = build.child_without_papers(birth_date=date(2024, 1, 1), birth_precision="day")
    found = duplicates(build.supervisor(), asked("田小禾", date(2024, 1, 1), lives="999901101201"))
    assert [c.child for c in found] == [child]
    other = duplicates(build.supervisor(), asked("", date(2024, 1, 1), lives="999901101201"))
    assert [c.child for c in other] == [child]


def test_children_that_have_little_in_common_are_not_shown() -> None:
    build.child(name="王一诺", birth_date=date(2013, 1, 1))
    build.child(name="田小禾", birth_date=date(2009, 2, 28), lives="980101101201")
    assert duplicates(build.officer(), asked()) == []


def test_outside_ones_area_only_score_and_office_are_told() -> None:
    child = build.child(lives="980101101201")
    found = duplicates(build.officer("999901"), asked())
    assert [c.child for c in found] == [None]
    assert found[0].office("zh-hans") == "霁川省霁川市临霁县"
    assert found[0].match.score > 50
    assert child.name not in repr(found)
    assert str(child.pk) not in repr(found[0].child)


def test_registering_a_possible_duplicate_asks_for_a_reason_and_then_goes_on() -> None:
    build.child()
    with pytest.raises(Invalid) as warned:
        build.child(lives="999901101202")
    assert "田小禾" in warned.value.errors[0].message
    assert "出生日期相同" in warned.value.errors[0].message
    assert Child.objects.count() == 1
    second = build.child(lives="999901101202", in_spite_of="同村两名同名儿童，已入户核对")
    assert Child.objects.count() == 2
    assert Task.objects.filter(kind="people.resolve_duplicate", child_id=second.pk).count() == 1
    notes = Entry.objects.get(action="people.register_child", on_id=second.pk).notes
    assert notes["in_spite_of"] == "同村两名同名儿童，已入户核对"


def test_a_child_is_not_its_own_duplicate_and_a_merged_file_is_none() -> None:
    child = build.child()
    assert duplicates(build.officer(), asked_of(child)) == []
    other = build.child(lives="999901101202", in_spite_of="待核对")
    actions.merge_children(build.officer(), child, {"merged_no": other.child_no, "why": "同一儿童"})
    assert duplicates(build.officer(), asked_of(child)) == []


def test_the_national_number_decides() -> None:
    child = build.child(national_no="1502000017")
    found = duplicates(build.officer(), asked("田禾", BORN, national_no="1502000017"))
    assert [(c.child, c.match.likeness) for c in found] == [(child, Likeness.LIKELY)]


def test_a_compared_file_of_another_child_is_kept_apart_with_the_reason() -> None:
    build.child()
    second = build.child(lives="999901101202", in_spite_of="待核对")
    actions.keep_apart(build.officer(), second, {"why": "两家均已入户，父母不同"})
    assert Task.objects.get(kind="people.resolve_duplicate").state == "done"
    with pytest.raises(Conflict):
        actions.keep_apart(build.officer(), second, {"why": "再次"})
