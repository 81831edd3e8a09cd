"""Opening and keeping a child's file."""

from __future__ import annotations

from datetime import date

import pytest

from hutong.core.errors import Conflict, Invalid, NotFound, Refused
from hutong.core.models import EventLine, JournalLine, Task
from hutong.core.viewer import acting
from hutong.people import actions
from hutong.people.actions.registering import child_no
from hutong.people.models import Child, Residence
from hutong.people.queries.children import known_children, search_children
from hutong.people.queries.identity import identity_of, identity_shown
from hutong.people.terms import LegalStatus, Sex
from hutong.people.tests import build

pytestmark = pytest.mark.django_db


def test_a_child_without_registration_number_or_name_is_registered_where_it_lives() -> None:
    child = build.child_without_papers()
    assert (child.name, child.identity, child.registered_id) == ("", None, None)
    assert child.status == LegalStatus.NO_REGISTRATION
    assert child in known_children(build.director())
    assert child not in known_children(build.director("999901101202"))


def test_registering_leaves_residences_a_number_and_an_event() -> None:
    child = build.child(registered="999902101201")
    kinds = set(Residence.objects.filter(child=child, valid_to=None).values_list("kind", flat=True))
    assert kinds == {"actual", "registered"}
    assert child.child_no == child_no(child.pk)
    assert len(child.child_no) == 10
    assert EventLine.objects.filter(name="people.child_registered", payload={"child_id": child.pk}).exists()


def test_child_numbers_notice_every_slip_of_one_digit() -> None:
    number = child_no(123)
    for at in range(9):
        for digit in "0123456789":
            wrong = int(number[:at] + digit + number[at + 1 : 9])
            assert wrong == 123 or child_no(wrong)[-1] != number[-1]


def test_both_places_reach_the_file_and_no_other() -> None:
    child = build.child(registered="999902101201")
    for viewer in (build.officer("999901"), build.officer("999902"), build.supervisor("999902101")):
        assert child in known_children(viewer)
    for viewer in (build.officer("980101"), build.supervisor("999901102")):
        assert child not in known_children(viewer)


def test_the_database_hides_the_file_even_where_a_query_forgets_the_filter() -> None:
    child = build.child()
    with acting(build.officer("980101")):
        assert not Child.objects.exists()
    with acting(build.director()):
        assert list(Child.objects.all()) == [child]


def test_a_place_outside_ones_area_is_refused() -> None:
    known = build.places()
    with pytest.raises(Refused):
        actions.register_child(build.director(), {"name": "田小禾", "actual_id": known["980101101201"].pk})
    assert not Child.objects.exists()


@pytest.mark.parametrize(
    ("fields", "where"),
    [
        ({"birth_date": date(2027, 1, 1)}, "出生日期"),
        ({"birth_date": date(1815, 6, 15)}, "出生日期"),
        ({"birth_date": "2015-02-30"}, "出生日期"),
        ({"name": "田小禾😀"}, "姓名"),
        ({"sex": "girl"}, "性别"),
        ({"actual_id": 987654321}, "实际居住地"),
        ({"actual_id": None}, "实际居住地"),
        ({"shoe": 41}, "shoe"),
    ],
)
def test_bad_input_is_named_by_field_and_nothing_is_written(fields: dict[str, object], where: str) -> None:
    home = build.places()["999901101201"].pk
    with pytest.raises(Invalid) as refused:
        actions.register_child(build.officer(), {"name": "田小禾", "actual_id": home} | fields)
    assert [e.where for e in refused.value.errors] == [where]
    assert not Child.objects.exists()


def test_the_identity_number_is_sealed_and_fills_in_what_it_says() -> None:
    number = build.identity(date(2015, 6, 15), 2)
    child = build.child(sex="unknown", birth_date=None, identity_number=f" {number[:6]} {number[6:]}")
    child.refresh_from_db()
    assert (child.birth_date, child.sex) == (date(2015, 6, 15), Sex.FEMALE)
    assert number.encode() not in bytes(child.identity)
    assert identity_of(child) == number


def test_number_date_and_sex_may_not_contradict_each_other() -> None:
    number = build.identity(date(2015, 6, 15), 2)
    with pytest.raises(Invalid) as refused:
        build.child(sex="male", birth_date=date(2015, 7, 28), identity_number=number)
    assert len(refused.value.errors) == 2
    assert "2015-06-15" in str(refused.value)


def test_a_wrong_number_is_refused_in_words() -> None:
    number = build.identity(date(2015, 6, 15), 2)
    wrong = number[:-1] + ("1" if number[-1] != "1" else "2")
    with pytest.raises(Invalid):
        build.child(identity_number=wrong)


def test_who_is_not_cleared_sees_a_mask() -> None:
    number = build.identity(date(2015, 6, 15), 2)
    child = build.child(identity_number=number)
    county, village = build.officer(), build.director()
    assert identity_shown(village, child) == "•••"
    assert identity_shown(county, child) == f"999901{'•' * 10}{number[-2:]}"


@pytest.mark.parametrize("typed", ["田小禾", "田", "小禾", "tianxiaohe", "Tian Xiaohe", "txh", "恬晓荷"])
def test_search_finds_the_child_and_only_inside_ones_area(typed: str) -> None:
    child = build.child()
    build.child(name="王一诺", birth_date=date(2013, 1, 1))
    for viewer, found in ((build.officer(), [child]), (build.officer("980101"), [])):
        assert list(search_children(known_children(viewer), typed, viewer)) == found


def test_search_by_numbers() -> None:
    number = build.identity(date(2015, 6, 15), 2)
    child = build.child(identity_number=number, national_no="1502000017")
    viewer = build.officer()
    for typed in (child.child_no, number, number.lower(), "1502000017"):
        assert list(search_children(known_children(viewer), typed, viewer)) == [child]


def test_correcting_changes_only_what_is_given() -> None:
    child = build.child()
    changed = actions.correct_child(build.supervisor(), child, {"name": "田小荷", "ethnicity": "土家族"})
    changed.refresh_from_db()
    assert (changed.name, changed.ethnicity, changed.birth_date) == ("田小荷", "土家族", date(2015, 6, 15))
    viewer = build.officer()
    assert list(search_children(known_children(viewer), "小荷", viewer)) == [changed]


def test_a_birth_date_that_comes_from_the_number_is_corrected_with_the_number() -> None:
    child = build.child(identity_number=build.identity(date(2015, 6, 15), 2))
    with pytest.raises(Invalid):
        actions.correct_child(build.officer(), child, {"birth_date": date(2015, 6, 16)})
    number = build.identity(date(2015, 6, 16), 4)
    corrected = actions.correct_identity(build.officer(), child, {"identity_number": number, "why": "户口本更正"})
    assert (corrected.birth_date, identity_of(corrected)) == (date(2015, 6, 16), number)
    removed = actions.correct_identity(build.officer(), child, {"why": "系他人号码"})
    assert (removed.identity, removed.identity_key, removed.identity_near) == (None, None, [])


def test_a_move_takes_the_file_along_and_the_new_township_is_told() -> None:
    child = build.child()
    village = build.places()["980101101201"]
    actions.set_residence(
        build.director(), child, {"division_id": village.pk, "moved_on": date(2026, 10, 1), "why": "随祖母迁居"}
    )
    assert child not in known_children(build.supervisor("999901102"))
    assert child in known_children(build.officer("980101"))
    assert child in known_children(build.officer("999901")), "still registered there"
    assert Task.objects.filter(kind="people.arrived", child_id=child.pk, place_key=village.key).count() == 1
    dates = list(Residence.objects.filter(child=child, kind="actual").order_by("id").values_list("valid_to", flat=True))
    assert dates == [date(2026, 10, 1), None]


def test_the_new_township_takes_the_child_over_once() -> None:
    child = build.child()
    village = build.places()["980101101201"]
    actions.set_residence(build.director(), child, {"division_id": village.pk, "moved_on": date(2026, 10, 1)})
    with pytest.raises(Refused):
        actions.take_over(build.officer("999901"), child, {})
    actions.take_over(build.supervisor("980101101"), child, {})
    assert Task.objects.get(kind="people.arrived").state == "done"
    with pytest.raises(Conflict):
        actions.take_over(build.supervisor("980101101"), child, {})


def test_a_move_before_the_last_one_is_refused() -> None:
    child = build.child()
    village = build.places()["999901102201"].pk
    actions.set_residence(build.officer(), child, {"division_id": village, "moved_on": date(2026, 5, 1)})
    with pytest.raises(Invalid):
        actions.set_residence(build.officer(), child, {"division_id": village, "moved_on": date(2026, 4, 1)})


def test_registration_of_a_household_gives_the_ordinary_status() -> None:
    child = build.child_without_papers()
    village = build.places()["999901101201"].pk
    fields = {"kind": "registered", "division_id": village, "moved_on": date(2026, 11, 2)}
    assert actions.set_residence(build.supervisor(), child, fields).status == LegalStatus.ORDINARY


def test_death_is_recorded_told_and_can_be_withdrawn() -> None:
    child = build.child()
    with pytest.raises(Invalid):
        actions.record_death(build.officer(), child, {"died_on": date(2014, 1, 1), "evidence": "death_certificate"})
    died = actions.record_death(build.officer(), child, {"died_on": date(2026, 11, 3), "evidence": "death_certificate"})
    assert died.died_on == date(2026, 11, 3)
    assert EventLine.objects.filter(name="people.child_died").count() == 1
    assert actions.withdraw_death(build.officer(), child, {"why": "同名同姓"}).died_on is None
    with pytest.raises(Invalid):
        actions.withdraw_death(build.officer(), child, {"why": "再次"})


def test_a_child_of_another_county_is_absent() -> None:
    child = build.child()
    stranger = build.officer("980101")
    with pytest.raises(NotFound):
        actions.correct_child(stranger, child, {"name": "他人"})
    assert JournalLine.objects.filter(kind="not_found", user_id=stranger.user_id, on_id=child.pk).exists()


def test_the_same_key_registers_once() -> None:
    viewer, home = build.officer(), build.places()["999901101201"].pk
    given = {"name": "田小禾", "actual_id": home}
    first = actions.register_child(viewer, given, key="form-1")
    assert actions.register_child(viewer, given, key="form-1") == first
    assert Child.objects.count() == 1
