"""Lists and rolls: what matches or differs becomes a task, and changes no payment."""

from __future__ import annotations

from datetime import date
from io import BytesIO
from typing import Any

import pytest
from openpyxl import Workbook, load_workbook

from hutong.benefits import actions
from hutong.benefits.models import Award, ListMatch, RollRow
from hutong.benefits.queries.exports import export_monthly_changes, export_public_counts, public_counts
from hutong.benefits.tests import build
from hutong.core.errors import Conflict, Invalid, Refused
from hutong.core.files import Upload
from hutong.core.models import JournalLine, Task
from hutong.money import actions as money
from hutong.money.models import AccountVersion, Line, Order
from hutong.org.terms import Role
from hutong.people.models import Child
from hutong.people.tests import build as people

pytestmark = pytest.mark.django_db


def sheet(*rows: tuple[Any, ...], name: str = "名单.xlsx") -> Upload:
    book = Workbook()
    for row in rows:
        book.active.append(list(row))
    out = BytesIO()
    book.save(out)
    return Upload(name=name, data=out.getvalue())


def county_id() -> int:
    return people.places()[build.COUNTY].pk


def given(kind: str, *rows: tuple[Any, ...]) -> dict[str, Any]:
    return {"kind": kind, "place_id": county_id(), "file": sheet(*rows)}


BIRTH = date(2015, 6, 15)
NUMBER = people.identity(BIRTH)
DEATHS = ("姓名", "公民身份号码", "死亡日期")


def test_a_death_list_finds_the_child_by_number_and_asks_urgently() -> None:
    award = build.award_of_fu_child(identity_number=NUMBER)
    rows = (award.child.name, NUMBER, "2026-11-01"), ("别人", people.identity(BIRTH, 4), "2026-11-02")
    listed = actions.import_list(build.officer(), given("death", DEATHS, *rows))
    match = ListMatch.objects.get(list=listed)
    assert (match.award_id, match.who, match.matched_on) == (award.pk, "child", "identity")
    assert Task.objects.get(kind="benefits.match", on_id=match.pk).urgent
    assert build.reread(build.officer(), award).state == "active"
    actions.settle_match(build.supervisor(), match, {"state": "confirmed", "note": "户口已注销"})
    assert Task.objects.filter(kind="benefits.child_died", on_id=award.pk, state="open").exists()
    batch = build.run(award, "2026-12", build.at(2026, 12, 10))
    assert (batch.state, batch.told) == ("discarded", {"died": 1}), "not paid while the end is being decided"
    with pytest.raises(Conflict):
        actions.settle_match(build.supervisor(), match, {"state": "dismissed", "note": "重复"})


def test_the_same_file_is_compared_once() -> None:
    rows = given("death", DEATHS, ("某人", "", "2026-11-01"))
    actions.import_list(build.officer(), rows)
    with pytest.raises(Conflict):
        actions.import_list(build.officer(), rows)


def test_a_custody_list_finds_the_guardian_and_asks_for_another_payee() -> None:
    child, number = people.child(name=build.a_name()), people.identity(date(1960, 1, 5), 6)
    for side in ("father", "mother"):
        people.parent_fact(child, side, "dead", date(2022, 9, 20), evidence="death_certificate")
    people.carer(child, "田桂英", identity_number=number)
    award = build.award_of(child)
    heads = ("姓名", "公民身份号码", "羁押日期")
    listed = actions.import_list(build.officer(), given("custody", heads, ("田桂英", number, "2026-11-01")))
    match = ListMatch.objects.get(list=listed)
    assert match.who == "guardian"
    actions.settle_match(build.supervisor(), match, {"state": "confirmed", "note": "看守所核实"})
    kinds = set(Task.objects.filter(child_id=award.child_id, state="open").values_list("kind", flat=True))
    assert {"money.payee_change", "benefits.redetermine"} <= kinds


def test_without_a_number_name_and_birth_date_are_compared() -> None:
    award = build.award_of_fu_child()
    heads = ("姓名", "出生日期", "月人均金额")
    listed = actions.import_list(
        build.officer(),
        given("dibao", heads, (award.child.name, "2015-06-15", 400), (award.child.name, "2014-06-15", 400)),
    )
    match = ListMatch.objects.get(list=listed)
    assert (match.matched_on, match.amount_fen, match.row_no) == ("name_birth", 40_000, 2)
    actions.settle_match(build.supervisor(), match, {"state": "dismissed", "note": "同名不同人"})
    assert not Task.objects.filter(kind="benefits.redetermine", on_id=award.pk).exists()


def test_rows_that_cannot_be_read_are_named_and_the_others_compared() -> None:
    award = build.award_of_fu_child(identity_number=NUMBER)
    bad = NUMBER[:-1] + ("0" if NUMBER[-1] != "0" else "1")
    rows = ("某人", bad, "2026-11-01"), ("某人", "", "十一月"), (award.child.name, NUMBER, "2026-11-01")
    listed = actions.import_list(build.officer(), given("death", DEATHS, *rows))
    assert sorted(e["row"] for e in listed.bad_rows) == [2, 3]
    assert ListMatch.objects.filter(list=listed).count() == 1


def test_a_list_of_another_place_is_refused() -> None:
    with pytest.raises(Refused):
        actions.import_list(build.officer(build.FAR_COUNTY), given("death", DEATHS, ("某人", "", "2026-11-01")))


ROLL = ("儿童姓名", "身份证号", "村", "类别", "起始月", "月发放额", "监护人", "账号", "开户行", "系统编号")


def roll(*rows: tuple[Any, ...], first: str = "2026-12") -> dict[str, Any]:
    return {"place_id": county_id(), "first_month_here": first, "file": sheet(ROLL, *rows, name="名册.xlsx")}


def row(name: str = "田小麦", number: str = NUMBER, **changes: Any) -> tuple[Any, ...]:
    cells = {
        "name": name, "number": number, "place": "上柳村", "category": "孤儿", "first": "2024-03", "amount": 1560,
        "payee": "田桂英", "account": next(build._cards), "bank": "澄梧农商行", "national": "G001",
    } | changes  # fmt: skip
    return tuple(cells.values())


def test_a_roll_becomes_awards_that_are_paid_as_before_and_differences_become_tasks() -> None:
    taken = actions.import_roll(build.officer(), roll(row()))
    assert (taken.rows, taken.taken_over) == (1, 1)
    line = RollRow.objects.get(roll=taken)
    award = line.award
    assert award is not None
    assert (line.state, award.first_month, award.paid_from, award.national_no) == (
        "differs", date(2024, 3, 1), date(2026, 12, 1), "G001",
    )  # fmt: skip
    assert award.next_review_on == date(2027, 3, 1), "a year after the last return of its first month"
    assert line.differences[0]["what"] == "facts"
    assert Task.objects.filter(kind="benefits.roll_differs", on_id=award.pk, state="open").exists()
    version = AccountVersion.objects.get(payee=award.order.payee)
    assert version.state == "proposed", "a second person compares the account with the roll"
    money.approve_account(build.officer(), version)
    actions.confirm_roll(build.officer(), taken)
    batch = build.run(award, "2026-12", build.at(2026, 12, 10))
    assert [ln.amount_fen for ln in Line.objects.filter(batch=batch)] == [156_000], "months before were paid elsewhere"


@pytest.mark.parametrize(
    ("payee", "kind"),
    [("护桐县儿童福利院", "institution"), ("上柳村村民委员会", "village"), ("田桂英", "guardian"), ("田小麦", "child")],
)
def test_a_roll_tells_a_body_that_receives_for_many_children_from_a_person(payee: str, kind: str) -> None:
    taken = actions.import_roll(build.officer(), roll(row(payee=payee)))
    award = RollRow.objects.get(roll=taken).award
    assert award is not None
    assert Order.objects.get(pk=award.order_id).payee.kind == kind


def test_the_children_of_a_home_have_one_payee_with_one_account() -> None:
    numbers = [people.identity(build.date_of_birth(), n) for n in (11, 12, 13, 14)]
    home = {"payee": "护桐县儿童福利院", "account": next(build._cards)}
    rows = [row(name=f"安{word}", number=n, national="", **home) for word, n in zip("东南西北", numbers, strict=True)]
    taken = actions.import_roll(build.officer(), roll(*rows))
    assert taken.taken_over == 4
    payees = {order.payee_id for order in Order.objects.all()}
    assert len(payees) == AccountVersion.objects.filter(payee__in=payees).count() == 1
    version = AccountVersion.objects.get(payee__in=payees)
    money.approve_account(build.officer(), version)
    actions.confirm_roll(build.officer(), taken)
    batch = build.run(Award.objects.all()[0], "2026-12", build.at(2026, 12, 10))
    assert batch.count == 4, "no limit of children on the account of a home"


def test_a_roll_that_agrees_with_the_law_leaves_no_task_and_follows_standards() -> None:
    child = build.orphan(identity_number=NUMBER)
    taken = actions.import_roll(build.officer(), roll(row(child.name, amount=1640)))
    line = RollRow.objects.get(roll=taken)
    assert (line.state, line.differences) == ("taken_over", [])
    assert line.award is not None
    assert line.award.child_id == child.pk
    assert line.award.bases.get().fixed_fen is None
    assert not Task.objects.filter(kind="benefits.roll_differs").exists()


def test_bad_rows_of_a_roll_are_told_by_row_and_field_and_leave_nothing_half_written() -> None:
    before = Child.objects.count()
    rows = (
        row(place="无此村"), row(category="贫困"), row(amount="一千"), row(number=NUMBER[:-1] + "Y"), row("田小谷", ""),
    )  # fmt: skip
    taken = actions.import_roll(build.officer(), roll(*rows))
    states = dict(RollRow.objects.filter(roll=taken).values_list("row_no", "state"))
    assert [states[n] for n in (2, 3, 4, 5)] == ["refused"] * 4
    assert states[6] != "refused"
    assert all(line.errors[0]["what"] for line in RollRow.objects.filter(roll=taken, state="refused"))
    assert Child.objects.count() == before + 1
    assert Award.objects.count() == 1


def test_a_child_with_an_award_is_not_taken_over_twice() -> None:
    actions.import_roll(build.officer(), roll(row()))
    again = actions.import_roll(build.officer(), roll(row(amount=1600)))
    assert RollRow.objects.get(roll=again).state == "refused"
    assert Award.objects.count() == 1


def test_a_file_without_the_headings_is_refused_whole() -> None:
    bad = {"place_id": county_id(), "file": sheet(("a", "b"), ("1", "2"))}
    with pytest.raises(Invalid):
        actions.import_roll(build.officer(), bad)


def cells(data: bytes) -> list[list[Any]]:
    return [list(r) for r in load_workbook(BytesIO(data)).active.iter_rows(values_only=True)]


def test_monthly_changes_leave_as_the_national_system_wants_them_and_the_export_is_kept() -> None:
    award = build.award_of_fu_child(identity_number=NUMBER)
    other = build.award_of_orphan()
    build.signed(actions.end_award(build.officer(), other, {"reason": "death", "happened_on": "2026-11-20"}))
    who = build.officer()
    key = people.places()[build.COUNTY].key
    rows = cells(export_monthly_changes(who, key, date(2026, 11, 1)))[1:]
    assert [(r[0], r[1]) for r in rows] == [
        ("新增", award.child.name), ("新增", other.child.name), ("减员", other.child.name),
    ]  # fmt: skip
    assert rows[0][2] == NUMBER
    assert rows[2][11] == "死亡"
    assert JournalLine.objects.filter(user_id=who.user_id, kind="exported", count=3).exists()
    below = cells(export_monthly_changes(build.staff(Role.CITY_OFFICER, "9999"), key, date(2026, 11, 1)))[1:]
    assert NUMBER not in str(below)


def test_what_is_published_names_nobody_and_holds_small_counts_back() -> None:
    for _n in range(3):
        build.award_of_orphan()
    few = build.award_of_fu_child()
    county = people.places()[build.COUNTY]
    rows = {r.name: r for r in public_counts(county)}
    assert rows["柳溪镇"].counts[:2] == (3, None)
    assert rows["柳溪镇"].total is None, "or the count held back could be worked out"
    assert rows["护桐县"].counts[:2] == (3, None)
    assert few.child.name not in str(cells(export_public_counts(county)))
