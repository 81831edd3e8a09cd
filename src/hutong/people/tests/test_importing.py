"""Children from a spreadsheet: all or nothing for mistakes, held back for possible duplicates."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.db import connection

from hutong.channels.tables import write_xlsx
from hutong.core.errors import Invalid, Refused
from hutong.core.models import Entry, EventLine
from hutong.people import actions
from hutong.people.actions.importing import HEADINGS
from hutong.people.models import Child, Person, Relation, Residence
from hutong.people.queries.identity import identity_of
from hutong.people.tests import build

pytestmark = pytest.mark.django_db
HEADS = [h.title.zh for h in HEADINGS]


def sheet(*rows: dict[str, Any], heads: list[str] | None = None) -> dict[str, Any]:
    heads = heads or HEADS
    data = write_xlsx(heads, [[row.get(head, "") for head in heads] for row in rows])
    return {"file": {"name": "儿童.xlsx", "data": data}}


def row(**changes: Any) -> dict[str, Any]:
    fields = {
        "姓名": "田小禾",
        "性别": "女",
        "出生日期": date(2015, 6, 15),
        "实际居住地": "柳溪镇上柳村",
        "户籍地": "999901101201",
    }
    return fields | changes


def test_rows_become_children_with_everything_a_single_registration_writes() -> None:
    number = build.identity(date(2012, 2, 2), 1)
    result = actions.import_children(
        build.officer(),
        sheet(
            row(),
            row(姓名="王一诺", 性别="", 出生日期="", 公民身份号码=number, 健康状况="健康"),
            row(姓名="", 出生日期="2024/1/1", 户籍地="", 性别=""),
        ),
    )
    assert (result.registered, result.held, result.refused, result.rows) == (3, 0, 0, [])
    named, boy, unnamed = Child.objects.order_by("id")
    assert (named.name, named.sex, named.address) == ("田小禾", "female", "")
    assert (identity_of(boy), boy.birth_date, boy.sex, boy.health) == (number, date(2012, 2, 2), "male", "healthy")
    assert (unnamed.name, unnamed.status) == ("", "no_registration")
    assert named.child_no != boy.child_no
    assert Residence.objects.count() == 5
    assert EventLine.objects.get(name="people.children_imported").payload == {
        "child_ids": [named.pk, boy.pk, unnamed.pk]
    }
    with connection.cursor() as cursor:
        cursor.execute("select count(*) from hutong_history('people_child', %s)", [unnamed.pk])
        assert cursor.fetchone() == (1,), "each imported child has its history"


def test_the_carer_of_the_row_is_bound_and_shared_by_brothers_and_sisters() -> None:
    carer = {"照料人姓名": "田桂英", "照料人与儿童的关系": "奶奶", "照料人电话": "10000000001"}
    actions.import_children(
        build.officer(),
        sheet(row(**carer), row(**carer, 姓名="田小麦", 出生日期=date(2017, 3, 3)), row(姓名="王一诺")),
    )
    first, second = Relation.objects.order_by("id")
    assert first.person_id == second.person_id
    assert (first.bond, first.kinship, first.person.name) == ("carer", "paternal_grandparent", "田桂英")
    assert Person.objects.count() == 1
    with pytest.raises(Invalid) as refused:
        actions.import_children(build.officer(), sheet(row(**carer | {"照料人与儿童的关系": "邻家"}, 姓名="赵六")))
    assert "照料人与儿童的关系" in str(refused.value)
    assert Child.objects.count() == 3


def test_mistakes_are_named_by_row_and_column_and_the_other_rows_are_registered() -> None:
    result = actions.import_children(
        build.officer(),
        sheet(
            row(),
            row(姓名="田小禾😀"),
            row(出生日期=date(2027, 5, 1)),
            row(实际居住地="不知何村"),
            row(实际居住地="980101101201", 户籍地=""),
            row(性别="丙"),
            row(公民身份号码="999901201506150020"),
            row(实际居住地=""),
        ),
    )
    assert Child.objects.get().name == "田小禾"
    assert (result.registered, result.refused) == (1, 7)
    found = [(one["row"], one["column"]) for one in result.rows]
    expected = ((3, "姓名"), (4, "出生日期"), (5, "实际居住地"), (6, "实际居住地"), (7, "性别"), (9, "实际居住地"))
    for number, column in (*expected, (8, "")):
        assert any(number == at and column in where for at, where in found), (number, found)
    with pytest.raises(Invalid, match="不知何村"):
        actions.import_children(build.officer(), sheet(row(实际居住地="不知何村")))


def test_possible_duplicates_are_held_back_unless_the_row_says_why() -> None:
    known = build.child()
    result = actions.import_children(
        build.officer(),
        sheet(
            row(姓名="田晓禾"),
            row(姓名="王一诺", 出生日期=date(2012, 2, 2)),
            row(姓名="王一诺", 出生日期=date(2012, 2, 2), 实际居住地="栗坪村"),
            row(仍要登记的理由="双胞胎之一，已入户"),
        ),
    )
    assert (result.registered, result.held) == (2, 2)
    assert [h["row"] for h in result.rows] == [2, 4]
    assert known.child_no in result.rows[0]["what"]
    assert "3" in result.rows[1]["what"]
    notes = Entry.objects.get(action="people.import_children").notes
    assert (notes["registered"], notes["held"]) == (2, 2)


def test_a_name_of_a_place_must_be_clear() -> None:
    officer = build.officer()
    assert actions.import_children(officer, sheet(row(实际居住地="上柳村"))).registered == 1
    assert actions.import_children(officer, sheet(row(姓名="王一诺", 实际居住地="护桐县栗坪镇栗坪村"))).registered == 1
    assert Child.objects.get(name="王一诺").actual.code == "999901102201"


def test_a_village_director_imports_nothing_and_an_empty_file_says_so() -> None:
    with pytest.raises(Refused):
        actions.import_children(build.director(), sheet(row()))
    with pytest.raises(Invalid):
        actions.import_children(build.officer(), sheet())
    with pytest.raises(Invalid):
        actions.import_children(build.officer(), sheet(row(), heads=["姓名", "性别"]))
    with pytest.raises(Invalid):
        actions.import_children(build.officer(), {"file": {"name": "a.xlsx", "data": b"MZ\x00\x00"}})


def test_cells_that_look_like_formulas_are_texts_or_refused() -> None:
    with pytest.raises(Invalid):
        actions.import_children(build.officer(), sheet(row(姓名="=1+1")))
    actions.import_children(build.officer(), sheet(row(详细地址="=HYPERLINK(1)")))
    assert Child.objects.get().address == "=HYPERLINK(1)"
