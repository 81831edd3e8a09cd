"""A typed formula written out again, so that each part of it can be shown beside its value."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from .conventions import Currency
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


@dataclass(frozen=True, slots=True)
class Writer:
    """Writes formulas and values in the language of the law files, amounts in the unit of the currency."""

    currency: Currency

    def written(self, expr: Expr) -> str:
        """A formula; brackets around every nested operation."""
        inner = self.inner
        match expr:
            case Const(value=value, kind=kind):
                return self.constant(value, kind)
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
                return self.amount(expr)

    def amount(self, expr: Expr) -> str:
        """Formulas of numbers, money and dates."""
        inner = self.inner
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
                return f"{op}({self.written(left)}, {self.written(right)})"
            case Round(mode=mode, item=item, unit=unit):
                return f"round_{mode}({self.written(item)}, {self.constant(unit, MONEY)})"
            case Widen(item=item):
                return self.written(item)
        raise AssertionError(expr)

    def inner(self, expr: Expr) -> str:
        """An operand, in brackets unless it is a single word or call."""
        text = self.written(expr)
        plain = isinstance(expr, Const | Ref | Extreme | Round) or (isinstance(expr, Widen) and " " not in text)
        return text if plain or isinstance(expr, Compare | Among) else f"({text})"

    def constant(self, value: Value, kind: Kind) -> str:
        """A value."""
        if value is None:
            return "unknown"
        if isinstance(value, bool):
            return str(value).lower()
        if isinstance(value, int):
            match kind:
                case k if k == MONEY:
                    return f"{decimal(value, self.currency.factor)} {self.currency.word}"
                case k if k == EXACT:
                    return f"{decimal(value, RATE_ONE)} {self.currency.minor.en}"
                case k if k == RATE:
                    return f"{decimal(value, RATE_ONE // 100)}%"
                case k if k in (MONTHS, DAYS):
                    return f"{value} {kind.name}"
        return "never" if value == NEVER else str(value)


def decimal(value: int, divisor: int) -> str:
    """A whole number of small units in the large one, exact and without trailing zeros: (46840, 100) -> 468.4."""
    return f"{Decimal(value) / divisor:f}"
