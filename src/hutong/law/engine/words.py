"""A typed formula written out again, so that each part of it can be shown beside its value."""

from __future__ import annotations

from decimal import Decimal

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
from .kinds import DAYS, EXACT, MONEY, MONTHS, NEVER, RATE, RATE_ONE, Kind, Value


def written(expr: Expr) -> str:
    """The formula in the language of the law files; brackets around every nested operation."""
    match expr:
        case Const(value=value, kind=kind):
            return constant(value, kind)
        case Ref(name=name):
            return name
        case Not(item=item):
            return f"not {inner(item)}"
        case Every(items=items):
            return " and ".join(inner(item) for item in items)
        case Some(items=items):
            return " or ".join(inner(item) for item in items)
        case Backed(claim=claim, proof=proof):
            return f"{inner(claim)} backed by {inner(proof)}"
        case Compare(op=op, left=left, right=right):
            return f"{inner(left)} {op} {inner(right)}"
        case Among(item=item, words=words):
            return f"{inner(item)} in ({', '.join(words)})"
        case Pick(rows=rows, otherwise=otherwise):
            chain = "".join(f"if {inner(when)} then {inner(then)} else " for when, then in rows)
            return chain + inner(otherwise)
        case _:
            return amount(expr)


def amount(expr: Expr) -> str:
    """Formulas of numbers, money and dates."""
    match expr:
        case Add(left=left, right=right, sign=sign):
            return f"{inner(left)} {'+' if sign > 0 else '-'} {inner(right)}"
        case Shift(day=day, months=months, sign=sign):
            return f"{inner(day)} {'+' if sign > 0 else '-'} {inner(months)}"
        case Scale(item=item, factor=factor):
            return f"{inner(item)} * {inner(factor)}"
        case MonthOf(day=day):
            return f"month of {inner(day)}"
        case Extreme(op=op, left=left, right=right):
            return f"{op}({written(left)}, {written(right)})"
        case Round(mode=mode, item=item, unit=unit):
            return f"round_{mode}({written(item)}, {constant(unit, MONEY)})"
        case Widen(item=item):
            return written(item)
    raise AssertionError(expr)


def inner(expr: Expr) -> str:
    """An operand, in brackets unless it is a single word or call."""
    text = written(expr)
    plain = isinstance(expr, Const | Ref | Extreme | Round) or (isinstance(expr, Widen) and " " not in text)
    return text if plain or isinstance(expr, Compare | Among) else f"({text})"


def constant(value: Value, kind: Kind) -> str:
    """A value as a law file writes it."""
    if value is None:
        return "unknown"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int):
        match kind:
            case k if k == MONEY:
                return f"{decimal(value, 100)} yuan"
            case k if k == EXACT:
                return f"{decimal(value, RATE_ONE)} fen"
            case k if k == RATE:
                return f"{decimal(value, RATE_ONE // 100)}%"
            case k if k == MONTHS:
                return f"{value} months"
            case k if k == DAYS:
                return f"{value} days"
    return "never" if value == NEVER else str(value)


def decimal(value: int, divisor: int) -> str:
    """A whole number of small units in the large one, exact and without trailing zeros: (46840, 100) -> 468.4."""
    return f"{Decimal(value) / divisor:f}"
