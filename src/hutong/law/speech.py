"""Formulas and values in the words of a reader: names by their titles, words of lists by their labels."""

from __future__ import annotations

from datetime import date

from .engine.conventions import WITH_UNIT
from .engine.expr import (
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
from .engine.kinds import DAYS, EXACT, MONEY, MONTHS, NEVER, RATE, RATE_ONE, Kind, Value
from .engine.model import AND, Law
from .engine.words import decimal
from .language import Label, joined

DAY = Label("决定之日", "the day of the decision")
UNKNOWN, NO_END = Label("未知", "unknown"), Label("无终止", "no end")
YES, NO = Label("是", "yes"), Label("否", "no")
IS = Label("{0}：{1}", "{0}: {1}")
SIGNS = {"=": "=", "!=": "≠", "<": "<", "<=": "≤", ">": ">", ">=": "≥"}
ROUNDED = {
    "up": Label("{0}向上取整到{1}", "{0} rounded up to {1}"),
    "down": Label("{0}向下取整到{1}", "{0} rounded down to {1}"),
    "half_up": Label("{0}四舍五入到{1}", "{0} rounded to {1}"),
}
EXTREME = {
    "max": Label("{0}与{1}中的较大者", "the larger of {0} and {1}"),
    "min": Label("{0}与{1}中的较小者", "the smaller of {0} and {1}"),
}
AND_ALSO, OR_ELSE = Label("，且", ", and "), Label("，或", ", or ")
NOT = Label("不成立：{0}", "not: {0}")
SHOWN_BY = Label("{0}（须有：{1}）", "{0} (to be shown by: {1})")
AMONG = Label("{0}为下列之一：{1}", "{0} is one of: {1}")
ROW, OTHERWISE = Label("若{0}，则{1}；", "if {0} then {1}; "), Label("否则{0}", "otherwise {0}")
MONTH_OF = Label("{0}所在月份", "month of {0}")
BRACKETS = Label("（{0}）", "({0})")
OPERATION = Label("{0} {1} {2}", "{0} {1} {2}")
UNITS = {
    RATE: (RATE_ONE // 100, Label("{0}%", "{0}%")),
    MONTHS: (1, Label("{0}个月", "{0} months")),
    DAYS: (1, Label("{0}日", "{0} days")),
}


def plain(text: str) -> Label:
    """What is the same in every language."""
    return Label(text, text)


class Speech:
    """Says formulas and values of a law."""

    def __init__(self, law: Law) -> None:
        self.law = law

    def title(self, name: str) -> Label:
        """What a fact, figure or rule is called."""
        return DAY if name == "on" else self.law.named(name).title

    def value(self, value: Value, kind: Kind) -> Label:
        """A value with its unit."""
        if value is None:
            return UNKNOWN
        if isinstance(value, bool):
            return YES if value else NO
        if isinstance(value, date):
            return NO_END if value == NEVER else plain(value.isoformat())
        if kind.is_enum:
            return self.law.words[kind.name, str(value)]
        if kind in (MONEY, EXACT):
            money = self.law.currency
            divisor = money.factor * (RATE_ONE if kind == EXACT else 1)
            return WITH_UNIT.filled(decimal(int(value), divisor), money.unit)
        if kind in UNITS:
            divisor, unit = UNITS[kind]
            return unit.filled(decimal(int(value), divisor))
        return plain(str(value))

    def is_so(self, name: str, value: Value) -> Label:
        """A name with its value."""
        return IS.filled(self.title(name), self.value(value, self.law.named(name).kind))

    def formula(self, expr: Expr) -> Label:
        """A formula as a sentence part."""
        match expr:
            case Const(value=value, kind=kind):
                return self.value(value, kind)
            case Ref(name=name):
                return self.title(name)
            case Not(item=item):
                return NOT.filled(self.inner(item))
            case Every(items=items):
                return joined(AND_ALSO, map(self.inner, items))
            case Some(items=items):
                return joined(OR_ELSE, map(self.inner, items))
            case Backed(claim=claim, proof=proof):
                return SHOWN_BY.filled(self.inner(claim), self.inner(proof))
            case Compare(op=op, left=left, right=right):
                return OPERATION.filled(self.inner(left), SIGNS[op], self.inner(right))
            case Among(item=item, words=words):
                return AMONG.filled(self.inner(item), joined(AND, (self.value(word, item.kind) for word in words)))
            case Pick(rows=rows, otherwise=otherwise):
                told = [ROW.filled(self.formula(when), self.formula(then)) for when, then in rows]
                return joined(plain(""), [*told, OTHERWISE.filled(self.formula(otherwise))])
            case _:
                return self.amount(expr)

    def amount(self, expr: Expr) -> Label:
        """Formulas of numbers, money and dates."""
        match expr:
            case Add(left=left, right=right, sign=sign) | Shift(day=left, months=right, sign=sign):
                return OPERATION.filled(self.inner(left), "+" if sign > 0 else "−", self.inner(right))
            case Scale(item=item, factor=factor):
                return OPERATION.filled(self.inner(item), "×", self.inner(factor))
            case MonthOf(day=day):
                return MONTH_OF.filled(self.inner(day))
            case Extreme(op=op, left=left, right=right):
                return EXTREME[op].filled(self.inner(left), self.inner(right))
            case Round(mode=mode, item=item, unit=unit):
                return ROUNDED[mode].filled(self.inner(item), self.value(unit, MONEY))
            case Widen(item=item):
                return self.formula(item)
        raise AssertionError(expr)

    def inner(self, expr: Expr) -> Label:
        """An operand, in brackets where it is an operation itself."""
        if isinstance(expr, Widen):
            return self.inner(expr.item)
        said = self.formula(expr)
        return said if isinstance(expr, Const | Ref | Compare | Among) else BRACKETS.filled(said)
