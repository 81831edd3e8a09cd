"""One meaning of an age, of a length of time and of a month, on every day around the edge, leap days among them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from itertools import pairwise, product
from typing import Any

import pytest

from hutong.law import Jurisdiction
from hutong.law.engine.closures import build
from hutong.law.engine.errors import UnknownPlace
from hutong.law.engine.expr import Add, Compare, Expr, Ref, Shift, children, names
from hutong.law.engine.kinds import BOOL, DATE, add_months, days_in_month
from hutong.law.engine.model import Variant

from .engines import PARENT_STATUSES, family
from .strata import sample

BIRTHS = [
    date(2008, 2, 29),
    date(2007, 2, 28),
    date(2008, 3, 1),
    date(2007, 12, 31),
    date(2008, 1, 1),
    date(2007, 8, 31),
]
STARTS = [
    date(2028, 2, 29),
    date(2025, 8, 31),
    date(2025, 9, 30),
    date(2025, 12, 31),
    date(2026, 1, 1),
    date(2025, 4, 5),
]
AROUND = [timedelta(days=step) for step in range(-2, 3)]


def parts_of(expr: Expr) -> Iterator[Expr]:
    yield expr
    for child in children(expr):
        yield from parts_of(child)


def formulas(cn: Jurisdiction) -> Iterator[tuple[str, Variant]]:
    for rule in cn.law.rules.values():
        for variant in rule.variants:
            yield rule.name, variant


def ages(cn: Jurisdiction) -> Iterator[tuple[str, Compare]]:
    """Every comparison of the day with a birth and so many years or months."""
    for name, variant in formulas(cn):
        for part in parts_of(variant.expr):
            if isinstance(part, Compare) and Ref("on", DATE) in (part.left, part.right):
                other = part.right if part.left == Ref("on", DATE) else part.left
                shifted = isinstance(other, Shift) and isinstance(other.day, Ref) and other.day.name.endswith(".birth")
                if shifted or other == Ref("child.turns_18", DATE):
                    yield name, part


def test_an_age_is_reached_on_the_birthday_in_every_rule(cn: Jurisdiction) -> None:
    """Never on the day before or after it: 'under N' is before that day, 'N or more' from that day on."""
    found = list(ages(cn))
    assert len(found) > 15
    for name, part in found:
        before = part.op if part.left == Ref("on", DATE) else {"<": ">", ">=": "<=", ">": "<", "<=": ">="}[part.op]
        assert before in ("<", ">="), name


@pytest.mark.parametrize("birth", BIRTHS)
def test_rules_of_eighteen_agree_on_every_day_around_it(cn: Jurisdiction, birth: date) -> None:
    birthday = add_months(birth, 216)
    for day in (birthday + step for step in AROUND):
        minor = day < birthday
        facts = {"child.birth": birth}
        assert cn.value("child.under_18", facts, day, "CN") is minor
        assert cn.value("difficult.minor", facts, day, "CN") is minor
        assert cn.value("age_met", {**facts, "continues_after_18": False}, day, "CN") is minor
        confirmed = {**facts, "case.confirmed": birthday - timedelta(days=40), "continues_after_18": False}
        assert cn.value("age_met", confirmed, day, "CN") is (day.replace(day=1) <= birthday.replace(day=1)), day


def lengths(cn: Jurisdiction) -> Iterator[tuple[str, str, Expr, str, str]]:
    """(limit, rule, a date or its comparison with the day, the date it counts from, the figure that is also the length
    of the limit)."""
    limits: dict[str, list[str]] = {}
    for limit in cn.law.limits.values():
        limits.setdefault(limit.figure, []).append(limit.id)
    for name, variant in formulas(cn):
        for part in parts_of(variant.expr):
            used = list(names(part))
            figures = [other for other in used if other in limits]
            since = [other for other in used if other != "on" and other not in figures]
            if (
                part.kind in (BOOL, DATE)
                and len(figures) == len(since) == 1
                and isinstance(part, Compare | Shift | Add)
            ):
                yield from ((limit, name, part, since[0], figures[0]) for limit in limits[figures[0]])


def last_day(cn: Jurisdiction, part: Expr, since: str, figure: str, start: date, due: date) -> date:
    """The last day of the length as a formula takes it: the day it gives, or the one after or on which it turns."""
    asked = build(part, {"on": 0, since: 1, figure: 2})
    length = cn.context("CN", start).values[figure]
    if part.kind == DATE:
        return date.fromordinal(asked([start, start, length]).toordinal())
    told = {day: asked([day, start, length]) for day in (due + timedelta(days=step) for step in range(-12, 3))}
    (turn,) = [day for day, next_ in pairwise(told) if told[day] != told[next_]]
    return turn if told[turn] or part_is_over(part) else turn + timedelta(days=1)


FREE_DAY = {"GRD-10.to", "GRD-3"}
"""Limits that go on to the next working day where the formula, which knows no holidays, has already turned."""


def test_a_rule_and_the_limit_of_the_same_length_turn_on_the_same_day(cn: Jurisdiction) -> None:
    """'N or more' turns on the day the limit names, 'within N' and 'over N' on the next; a formula that gives the day
    gives that day. They differ where a last day is free, and only there."""
    found = list(lengths(cn))
    assert {"FU-COND-LOST", "FND-3", "GRD-10.from", "VIS-GROUP"} <= {limit for limit, *_ in found}
    moved = set()
    for (limit, name, part, since, figure), start in product(found, STARTS):
        due = cn.limit(limit, start, "CN").due
        last = last_day(cn, part, since, figure, start, due)
        if last != due:
            assert not cn.calendar.is_working_day(last), (limit, name, start)
            moved.add(limit)
    assert moved == FREE_DAY


def part_is_over(part: Expr) -> bool:
    """'on > last day': true from the day after it."""
    return isinstance(part, Compare) and (part.op, part.left) in ((">", Ref("on", DATE)),)


@pytest.mark.parametrize("start", STARTS)
def test_lost_contact_and_its_limit_agree_on_every_day(cn: Jurisdiction, start: date) -> None:
    for place, route in (("CN", "lost_accepted"), ("CN-33", "lost_reported"), ("CN-4407", "lost_accepted")):
        due = cn.limit("FU-COND-LOST", start, place).due
        facts = {"father.contact": "reported", "father.duty_unperformed": True, f"father.{route}": start}
        for day in (due + step for step in AROUND):
            assert cn.value("father.lost_long", facts, day, place) is (day >= due), (place, day)


def days_of(month: date) -> list[date]:
    return [month + timedelta(days=step) for step in range(days_in_month(month.year, month.month))]


def test_what_is_due_for_a_month_is_one_sum_whichever_day_asks(cn: Jurisdiction) -> None:
    """Months in which a child turns 18, a figure begins, contact has been lost for six months, or nothing happens."""
    lost = next(facts for facts in PARENT_STATUSES if facts.get("contact") == "reported")
    base = family({"dead": True, "death_proof": "police_cancellation"}, {"revoked": True, "checked": True})
    turning = base | {"child.birth": date(2007, 5, 10), "case.confirmed": date(2020, 1, 20), "child.school": "none"}
    schooled = turning | {"child.school": "senior_high", "child.school_full_time": True, "child.school_proof": True}
    vanished = family(
        {"dead": True, "death_proof": "police_cancellation"}, {**lost, "lost_accepted": date(2024, 11, 15)}
    )
    cases: list[tuple[dict[str, Any], date, str, int | None]] = [
        (turning, date(2025, 5, 1), "CN-999901", None),
        (turning | {"child.birth": date(2007, 5, 1)}, date(2025, 5, 1), "CN-999901", None),
        (turning, date(2025, 6, 1), "CN-999901", 0),
        (schooled, date(2025, 5, 1), "CN-4403", None),
        (vanished | {"case.confirmed": date(2025, 4, 20)}, date(2025, 5, 1), "CN-999901", None),
        (base, date(2023, 2, 1), "CN-350121", 0),
    ]
    for facts, month, place, sum_ in cases:
        due = {cn.decide(facts, day, place).values["due"] for day in days_of(month)}
        assert len(due) == 1, (month, place, due)
        assert sum_ is None or due == {sum_}
    paid = cn.decide(turning, date(2025, 5, 31), "CN-999901").values
    assert paid["due"] == cn.decide(turning, date(2025, 5, 1), "CN-999901").values["amount"] > 0


@pytest.mark.random
def test_random_cases_are_due_the_same_on_every_day_of_the_month(cn: Jurisdiction) -> None:
    moving = 0
    for case in sample(cn, "allowance", 10_000).cases[::25]:
        first = case.on.replace(day=1)
        facts = {name: value for name, value in case.facts.items() if not isinstance(value, date) or value <= first}
        asked = [cn.decide(facts, day, case.place, case.known).values for day in days_of(first)[::6]]
        assert len({values["due"] for values in asked}) == 1, case
        moving += len({values["amount"] for values in asked}) > 1
    assert moving > 5, "what is asked for a day does change within a month"


def test_a_chain_of_places_lies_in_one_province(cn: Jurisdiction) -> None:
    with pytest.raises(UnknownPlace, match="CN-35 and CN-36"):
        cn.decide({}, date(2025, 5, 1), ["CN-350121", "CN-36", "CN"])
    assert cn.decide({}, date(2025, 5, 1), ["CN-350121", "CN-3501", "CN-35", "CN"]).outcome is None
