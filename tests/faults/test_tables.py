"""Tables as people send them, with every fault that other systems took in: through each door the same right answer."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from hutong.benefits.models import ListMatch, RollRow
from hutong.benefits.tests import build
from hutong.core.tests.build import Browser
from hutong.core.viewer import acting
from hutong.money.actions import taking_over
from hutong.money.actions.taking_over import OnRoll
from hutong.money.models import AccountVersion, Payee
from hutong.money.queries.accounts import account_number
from hutong.people import actions as people_actions
from hutong.people.models import Child
from hutong.people.queries.identity import identity_of
from hutong.people.tests import build as people
from hutong.people.tests.conftest import looking
from hutong.project import importing

from .doors import DOORS, Came, Door
from .workbooks import CHILD, LIST, ROLL, child, comma, listed, on_roll, sheets, workbook

__all__ = ["looking"]
pytestmark = pytest.mark.django_db


@pytest.fixture(params=DOORS)
def door(
    request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: Any, settings: Any
) -> Door:
    """Each way in, one after the other."""

    @contextmanager
    def here() -> Iterator[None]:
        yield

    monkeypatch.setattr(importing, "at_work", here)
    people.places()
    return Door(request.param, monkeypatch, tmp_path, capsys)


def born(door: Door) -> dict[str, tuple[date | None, str]]:
    """Name -> birth date and how exactly it is known."""
    with acting(door.viewer):
        return {c.name: (c.birth_date, str(c.birth_precision)) for c in Child.objects.all()}


def lines(door: Door, came: Came) -> dict[int, RollRow]:
    with acting(door.viewer):
        rows = RollRow.objects.filter(roll=came.record).select_related("award__child", "award__order__payee")
        return {line.row_no: line for line in rows}


def test_a_month_or_a_year_stays_one_and_never_becomes_january(door: Door) -> None:
    written = ["2015-11", "201512", 201511, 2015.11, "2015-06", "2015年11月", "2015", "2015111", 2015.1]
    rows = [child(f"甲小{n}", text) for n, text in zip("一二三四五六七八九", written, strict=True)]
    came = door.take("children", workbook(CHILD, *rows))
    november = (date(2015, 11, 1), "month")
    assert born(door) == {
        "甲小一": november, "甲小二": (date(2015, 12, 1), "month"), "甲小三": november, "甲小四": november,
        "甲小五": (date(2015, 6, 1), "month"), "甲小六": november, "甲小七": (date(2015, 1, 1), "year"),
    }  # fmt: skip
    assert "多种日期" in came.of(9)
    assert "多种日期" in came.of(10), "2015.1 may be January, or October whose zero the number lost"
    assert came.counts == {"Registered": 7, "Held back": 0, "Refused": 2}


def test_a_cell_that_shows_only_the_month_says_only_the_month(door: Door) -> None:
    def shown(sheet: Any) -> None:
        sheet["C2"].number_format, sheet["C3"].number_format = 'yyyy"年"m"月"', "yyyy"

    door.take(
        "children", workbook(CHILD, child("甲一", date(2015, 11, 1)), child("乙二", date(2016, 1, 1)), change=shown)
    )
    assert born(door) == {"甲一": (date(2015, 11, 1), "month"), "乙二": (date(2016, 1, 1), "year")}


def test_a_merged_cell_holds_for_each_row_it_covers(door: Door) -> None:
    def merged(sheet: Any) -> None:
        for column in "CGHI":
            sheet.merge_cells(f"{column}2:{column}3")

    first = on_roll("乙小一", people.identity(date(2014, 3, 5), 1), "6217000000000000019", payee="乙桂兰")
    second = on_roll("乙小二", people.identity(date(2016, 4, 6), 2), "")
    second[2] = second[6] = second[8] = None
    came = door.take("roll", workbook(ROLL, first, second, change=merged))
    found = lines(door, came)
    assert [found[n].award is not None for n in (2, 3)] == [True, True], came
    with acting(door.viewer):
        assert set(Payee.objects.values_list("name", "kind")) == {("乙桂兰", "guardian")}
        assert [account_number(v) for v in AccountVersion.objects.all()] == ["6217000000000000019"] * 2
        assert {v.bank for v in AccountVersion.objects.all()} == {"护桐农商行"}


def test_an_amount_merged_over_two_children_is_refused_by_name(door: Door) -> None:
    rows = [on_roll("乙小一", people.identity(date(2014, 3, 5), 1), ""), on_roll("乙小二", "", "")]
    came = door.take("roll", workbook(ROLL, *rows, on_roll("丙", people.identity(date(2013, 1, 1), 3), ""),
                                      change=lambda sheet: sheet.merge_cells("F2:F3")))  # fmt: skip
    assert "F2:F3" in came.of(2)
    assert "F2:F3" in came.of(3)
    assert came.counts["taken over, differs from the law"] == 1


def test_every_visible_sheet_is_read(door: Door) -> None:
    data = sheets(
        柳溪镇=[CHILD, child("丙小一")],
        栗坪镇=[CHILD, child("丙小二", date(2016, 2, 2), "男", "栗坪镇栗坪村"), child("丙", "x")],
    )
    came = door.take("children", data)
    assert set(born(door)) == {"丙小一", "丙小二"}
    assert [(one["sheet"], one["row"]) for one in came.told] == [("栗坪镇", 3)]


def test_a_sheet_without_the_headings_is_named_before_anything_is_written(door: Door) -> None:
    data = sheets(柳溪镇=[CHILD, child("丙小一")], 栗坪镇=[["名字", "村庄"], ["丙小二", "栗坪村"]])
    came = door.take("children", data)
    assert "栗坪镇" in came.text
    assert born(door) == {}
    door.take("children", data, leave_out=True)
    assert set(born(door)) == {"丙小一"}


def test_a_hidden_row_is_pointed_out_and_asked_about(door: Door) -> None:
    def hidden(sheet: Any) -> None:
        sheet.row_dimensions[3].hidden = True

    data = workbook(CHILD, child("丁小一"), child("丁小二", date(2015, 1, 2)), change=hidden)
    came = door.take("children", data)
    assert "隐藏" in came.text
    assert "第3行" in came.text
    assert born(door) == {}
    door.take("children", data, hidden_rows="leave")
    assert set(born(door)) == {"丁小一"}
    assert door.take("children", data, hidden_rows="take").counts["Registered"] == 1
    assert set(born(door)) == {"丁小一", "丁小二"}


def test_a_workbook_that_counts_from_1904_means_the_same_days(door: Door) -> None:
    plain = (date(2015, 6, 15) - date(1904, 1, 1)).days
    door.take("children", workbook(CHILD, child("戊小一"), child("己小二", plain, "男"), mac=True))
    assert {day for day, _how in born(door).values()} == {date(2015, 6, 15)}


def test_a_number_of_which_fifteen_digits_are_left_is_refused(door: Door) -> None:
    number = people.identity(date(2014, 5, 6), 1)
    came = door.take("roll", workbook(ROLL, on_roll("己小二", number, "6228480402564890000")))
    assert "15位" in came.text
    assert came.record is None


def test_headings_with_remarks_and_other_words_are_recognised(door: Door) -> None:
    heads = ("姓名（必填）", "性别", "出生年月", "身份证件号码", "实际居住地")
    number = people.identity(date(2015, 11, 8), 2)
    door.take("children", workbook(heads, ["庚小一", "女", "2015-11", number, "上柳村"]))
    with acting(door.viewer):
        one = Child.objects.get()
        assert (one.name, identity_of(one), one.birth_date) == ("庚小一", number, date(2015, 11, 8))


def test_a_heading_nobody_knows_is_named_before_anything_is_written_and_can_be_mapped(door: Door) -> None:
    heads = ("儿童称呼", "性别", "出生日期", "身份证（新）", "实际居住地", "爱好")
    number = people.identity(date(2015, 6, 15), 2)
    data = workbook(heads, ["庚小一", "女", date(2015, 6, 15), number, "上柳村", "画画"])
    came = door.take("children", data, leave_out=True)
    assert "身份证（新）" in came.text, "what looks like an identity never passes with the others"
    assert born(door) == {}
    said = [{"heading": "儿童称呼", "means": "name"}, {"heading": "身份证（新）", "means": "identity_number"}]
    came = door.take("children", data, columns=[dict(one) for one in said])
    assert "爱好" in came.text
    assert born(door) == {}
    door.take("children", data, columns=[dict(one) for one in said], leave_out=True)
    with acting(door.viewer):
        one = Child.objects.get()
        assert (one.name, identity_of(one)) == ("庚小一", number)
    another = people.identity(date(2012, 2, 2), 2)
    door.take(
        "children", workbook(heads, ["辛大同", "女", date(2012, 2, 2), another, "栗坪村", "画画"]), leave_out=True
    )
    assert "辛大同" in born(door), "what was said of the headings is remembered"


def test_what_one_office_said_of_a_heading_another_one_is_asked(door: Door) -> None:
    heads = ("称呼", "性别", "出生日期", "实际居住地")
    said = [{"heading": "称呼", "means": "name"}]
    door.take("children", workbook(heads, child("庚一")), columns=[dict(one) for one in said])
    door.viewer = people.supervisor()
    assert "称呼" in door.take("children", workbook(heads, child("庚二", date(2012, 2, 2)))).text


def test_a_column_that_does_not_exist_is_refused(door: Door) -> None:
    data = workbook(CHILD, child("庚一"))
    came = door.take("children", data, columns=[{"heading": "爱好", "means": "hobby"}])
    assert "hobby" in came.text or "爱好" in came.text
    assert born(door) == {}


def test_errors_of_the_spreadsheet_are_named_by_cell(door: Door) -> None:
    heads = ("姓名", "性别", "出生日期", "公民身份号码", "实际居住地")
    came = door.take("children", workbook(heads, ["辛小一", "女", "#VALUE!", "#N/A", "上柳村"],
                                          ["辛小二", "女", date(2015, 1, 1), "", "上柳村"]))  # fmt: skip
    assert "#VALUE!（C2）" in came.of(2)
    assert "#N/A（D2）" in came.of(2)
    assert set(born(door)) == {"辛小二"}


def test_a_formula_without_a_result_is_named(door: Door) -> None:
    came = door.take("children", workbook(CHILD, child('=IF(1,"甲","乙")'), child("乙")))
    assert "A2" in came.of(2)
    assert set(born(door)) == {"乙"}


def test_names_are_cleaned_alike_for_child_payee_and_holder(door: Door) -> None:
    numbers = people.identity(date(2014, 7, 5), 1), people.identity(date(2014, 7, 6), 1)
    rows = [
        on_roll("壬\u3000禾", numbers[0], "6217000000000000027", payee="壬\u3000芳"),
        on_roll("买买提.吐尔逊", numbers[1], "6217000000000000035", payee="吐尔逊.艾山"),
    ]
    door.take("roll", workbook(ROLL, *rows))
    with acting(door.viewer):
        assert set(Child.objects.values_list("name", flat=True)) == {"壬禾", "买买提·吐尔逊"}
        assert set(Payee.objects.values_list("name", flat=True)) == {"壬芳", "吐尔逊·艾山"}
        assert set(AccountVersion.objects.values_list("holder", flat=True)) == {"壬芳", "吐尔逊·艾山"}


def test_the_same_child_twice_on_a_roll_is_held(door: Door) -> None:
    rows = [
        listed("辛小谷", "", "6299990100009000048", "2015-02-03", payee="辛桂英"),
        listed("辛小谷", "", "6299990100009000055", "2015-02-03", payee="辛大山"),
    ]
    came = door.take("roll", comma(LIST, *rows), "名册.csv")
    found = lines(door, came)
    assert (found[3].state, found[3].award) == ("held", None)
    assert "第2行" in came.of(3)
    assert found[2].award is not None


def test_a_child_that_died_is_refused_with_the_day(door: Door) -> None:
    number = people.identity(date(2015, 6, 15), 2)
    dead = people.child(name="已故儿童甲", identity_number=number)
    people_actions.record_death(people.officer(), dead, {"died_on": date(2026, 5, 1), "evidence": "death_certificate"})
    came = door.take(
        "roll", comma(LIST, listed("已故儿童甲", number, "6299990100009000063"), listed("乙", "", "")), "名册.csv"
    )
    assert "2026-05-01" in came.of(2)
    assert Child.objects.filter(name="已故儿童甲").count() == 1


def test_a_child_without_a_number_is_found_by_name_and_the_birth_date_in_the_number(door: Door) -> None:
    award = build.award_of(build.fu_child(name="在册无号儿童乙"))
    number = people.identity(date(2015, 6, 15), 4)
    data = comma(("姓名", "公民身份号码", "死亡日期"), ("在册无号儿童乙", number, "2026-11-01"))
    came = door.take("list", data, "名单.csv", kind="death")
    with acting(door.viewer):
        match = ListMatch.objects.get(list=came.record)
        assert (match.award_id, match.matched_on) == (award.pk, "name_birth")


def test_a_child_on_file_with_another_number_is_not_found_by_its_name(door: Door) -> None:
    build.award_of(build.fu_child(name="田小禾", identity_number=people.identity(date(2015, 6, 15), 6)))
    data = comma(("姓名", "公民身份号码", "死亡日期"), ("田小禾", people.identity(date(2015, 6, 15), 4), "2026-11-01"))
    assert door.take("list", data, "名单.csv", kind="death").counts == {"Rows": 1, "Matches": 0, "Not compared": 0}


def test_exponents_are_said_as_lost_digits_and_not_as_slipped_columns(door: Door) -> None:
    rows = [listed(f"申{n}", "9.99901E+17", "6.22848E+18") for n in "一二三"]
    came = door.take("roll", comma(LIST, *rows, encoding="gb18030"), "名册.csv")
    assert "末尾几位已丢失" in came.text
    assert "9.99901E+17" in came.text
    assert "错了列" not in came.text


def test_bad_values_are_refused_row_by_row(door: Door) -> None:
    numbers = [people.identity(date(2014, 3, day), 1) for day in range(2, 7)]
    rows = [
        listed("试好", numbers[0], "6299990100009000101"),
        listed("试负", numbers[1], "6299990100009000102", amount="-1640"),
        listed("试未来", numbers[2], "6299990100009000103", first="2204-03"),
        listed("试元年", numbers[3], "6299990100009000104", first="0001-01"),
        listed("试旧", numbers[4], "6299990100009000105", first="1024-03"),
    ]
    came = door.take("roll", comma(LIST, *rows), "名册.csv")
    found = lines(door, came)
    assert found[2].award is not None
    assert {n: found[n].state for n in (3, 4, 5, 6)} == dict.fromkeys((3, 4, 5, 6), "refused")
    assert "月发放额" in came.of(3)
    assert all("起始月" in came.of(n) for n in (4, 5, 6))


def test_full_width_digits_are_folded_and_the_account_is_checked(door: Door) -> None:
    number = people.identity(date(2014, 4, 1), 2)
    came = door.take("roll", comma(LIST, listed("己全", number, "６２１７００１２３４５６７８９０")), "名册.csv")
    with acting(door.viewer):
        assert account_number(AccountVersion.objects.get()) == "6217001234567890"
    assert "account" in [one["what"] for one in lines(door, came)[2].differences], "its check digit does not fit"


def test_an_account_of_too_few_digits_is_refused_like_a_typed_one(door: Door) -> None:
    rows = [listed("己全", people.identity(date(2014, 4, 1), 2), "12-3"), listed("乙", "", "")]
    came = door.take("roll", comma(LIST, *rows), "名册.csv")
    assert "8 至 32 位" in came.of(2)


def test_a_list_with_another_heading_for_the_number_is_compared(door: Door) -> None:
    number = people.identity(date(2015, 6, 15), 2)
    build.award_of(build.fu_child(name="试某某", identity_number=number))
    came = door.take(
        "list", workbook(("姓名", "身份证件号", "死亡日期"), ("试某某", number, "2026-11-01")), kind="death"
    )
    assert came.counts["Matches"] == 1


def test_a_list_without_numbers_and_birth_dates_was_compared_on_nothing(door: Door) -> None:
    came = door.take("list", workbook(("姓名", "死亡日期"), ("试某某", "2026-11-01")), kind="death")
    assert "未比对" in came.text
    assert came.record is None
    heads = ("姓名", "身份证号", "出生日期", "死亡日期")
    came = door.take("list", workbook(heads, ("试某某", "", "2015-06", "2026-11-01")), kind="death")
    assert "未比对" in came.of(2), "a month is no birth date"


def test_the_same_child_twice_is_held_and_the_same_file_again_says_so(door: Door) -> None:
    data = workbook(CHILD, child("试小五", date(2015, 3, 3)), child("试小五", date(2015, 3, 3)))
    came = door.take("children", data)
    assert came.counts == {"Registered": 1, "Held back": 1, "Refused": 0}
    assert "第2行" in came.of(3)
    again = door.take("children", data)
    assert again.counts == {"Registered": 0, "Held back": 2, "Refused": 0}
    page = Browser(Client()).text(door.viewer, f"/people/childimport/{again.record.pk}/")
    assert "同一份文件已于2026-11-23导入过" in page
    assert door.kind != "command" or "同一份文件" in again.text
    address = f"/core/told/people.childimport/{again.record.pk}/"
    answer = Browser(Client()).get(door.viewer, address)
    assert answer.content.startswith(b"PK")


def test_what_is_only_tried_is_told_and_not_written(door: Door) -> None:
    rows = [child("试一"), child("试二", "x")]
    came = door.take("children", workbook(CHILD, *rows), dry_run=True)
    assert "可登记1人" in came.text.replace(" ", "")
    assert "出生日期" in came.text
    assert born(door) == {}
    came = door.take("roll", workbook(ROLL, on_roll("丙", "", "")), dry_run=True)
    assert "可转入1" in came.text.replace(" ", "")
    assert born(door) == {}


def test_a_row_that_the_database_refuses_leaves_the_other_ninety_nine(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: Any
) -> None:
    people.places()
    door = Door("action", monkeypatch, tmp_path, capsys)
    numbers = [people.identity(date(2010 + n // 28, 3, 1 + n % 28), 2 + n) for n in range(100)]
    rows = [on_roll(f"田{chr(0x6000 + n)}", number, f"629999{n:08d}12345") for n, number in enumerate(numbers)]

    def one_gets_lost(wanted: Sequence[OnRoll]) -> list[Payee]:
        """A payee without a child: the table has a check for that."""
        return found(
            [row.model_copy(update={"child_id": None, "name": "丙"}) if "00000050" in row.account else row
             for row in wanted]
        )  # fmt: skip

    found = taking_over._payees
    monkeypatch.setattr(taking_over, "_payees", one_gets_lost)
    came = door.take("roll", workbook(ROLL, *rows))
    states = [line.state for line in lines(door, came).values()]
    assert states.count("refused") == 1
    assert len(states) == 100
    assert came.told[0]["row"] == 52
    assert came.told[0]["what"], "in words"
    with acting(door.viewer):
        assert Child.objects.count() == 99
        assert Payee.objects.count() == 99
