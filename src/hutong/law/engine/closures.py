"""Typed expression -> Python function over a list of values (one slot per name). None is unknown, everywhere."""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any, TypeAlias

from .expr import (
    Add,
    Among,
    Backed,
    Compare,
    Const,
    Every,
    Expr,
    Extreme,
    MonthOf,
    Not,
    Pick,
    Ref,
    Round,
    Scale,
    Shift,
    Some,
    Widen,
)
from .kinds import DATE, DAYS, NEVER, RATE_ONE, add_days, add_months, divide

# values of all kinds share the slots; the checker has proved the kinds, so the functions need no further test
Run: TypeAlias = Callable[[Sequence[Any]], Any]
OPERATORS: dict[str, Callable[[Any, Any], bool]] = {
    "=": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


def build(expr: Expr, slots: Mapping[str, int]) -> Run:
    """The function of an expression."""
    match expr:
        case Const(value=value):
            return lambda v: value
        case Ref(name=name):
            return operator.itemgetter(slots[name])
        case Not(item=item):
            return _not(build(item, slots))
        case Every(items=items):
            return _every([build(item, slots) for item in items])
        case Some(items=items):
            return _some([build(item, slots) for item in items])
        case Pick(rows=rows, otherwise=otherwise):
            return _pick([(build(c, slots), build(r, slots)) for c, r in rows], build(otherwise, slots))
        case Among(item=item, words=words):
            return _one(build(item, slots), frozenset(words).__contains__)
        case Widen(item=item):
            return _one(build(item, slots), lambda fen: fen * RATE_ONE)
        case MonthOf(day=day):
            return _one(build(day, slots), month_of)
        case Round(mode=mode, item=item, unit=unit):
            return _one(build(item, slots), lambda exact: divide(exact, unit * RATE_ONE, mode) * unit)
        case Backed(claim=claim, proof=proof):
            return _backed(build(claim, slots), build(proof, slots))
        case Compare(op=op, left=left, right=right):
            return _two(build(left, slots), build(right, slots), OPERATORS[op])
        case Add(left=left, right=right, sign=sign, kind=kind) if left.kind == DATE:
            return _two(build(left, slots), build(right, slots), days_between if kind == DAYS else days_on(sign))
        case Add(left=left, right=right, sign=sign):
            return _two(build(left, slots), build(right, slots), operator.add if sign > 0 else operator.sub)
        case Scale(item=left, factor=right):
            return _two(build(left, slots), build(right, slots), operator.mul)
        case Shift(day=left, months=right, sign=sign):
            return _two(build(left, slots), build(right, slots), lambda day, months: add_months(day, sign * months))
        case Extreme(op=op, left=left, right=right):
            return _two(build(left, slots), build(right, slots), max if op == "max" else min)


def month_of(day: date) -> date:
    """First day of the month; NEVER stays."""
    return day if day == NEVER else day.replace(day=1)


def days_between(later: date, earlier: date) -> int:
    """Days from one date to another."""
    return later.toordinal() - earlier.toordinal()


def days_on(sign: int) -> Callable[[date, int], date]:
    """Moves a date by days."""
    return lambda day, days: add_days(day, sign * days)


def _not(item: Run) -> Run:
    def run(v: Sequence[Any]) -> Any:
        value = item(v)
        return None if value is None else not value

    return run


def _every(items: list[Run]) -> Run:
    def run(v: Sequence[Any]) -> Any:
        result: bool | None = True
        for item in items:
            value = item(v)
            if value is False:
                return False
            if value is None:
                result = None
        return result

    return run


def _some(items: list[Run]) -> Run:
    def run(v: Sequence[Any]) -> Any:
        result: bool | None = False
        for item in items:
            value = item(v)
            if value is True:
                return True
            if value is None:
                result = None
        return result

    return run


def _backed(claim: Run, proof: Run) -> Run:
    def run(v: Sequence[Any]) -> Any:
        claimed = claim(v)
        return claimed if not claimed else proof(v) or None

    return run


def _pick(rows: list[tuple[Run, Run]], otherwise: Run) -> Run:
    def run(v: Sequence[Any]) -> Any:
        for condition, result in rows:
            holds = condition(v)
            if holds is None:
                return None
            if holds:
                return result(v)
        return otherwise(v)

    return run


def _one(item: Run, apply: Callable[[Any], Any]) -> Run:
    def run(v: Sequence[Any]) -> Any:
        value = item(v)
        return None if value is None else apply(value)

    return run


def _two(left: Run, right: Run, apply: Callable[[Any, Any], Any]) -> Run:
    def run(v: Sequence[Any]) -> Any:
        first = left(v)
        if first is None:
            return None
        second = right(v)
        return None if second is None else apply(first, second)

    return run
