"""Formulas and values in the words of a reader: names by their titles, words of lists by their labels."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from .engine.errors import Text
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
from .engine.kinds import BOOL, DAYS, EXACT, MONEY, MONTHS, NEVER, RATE, RATE_ONE, Kind, Value
from .engine.model import Law
from .engine.words import decimal

DAY = Text("决定之日", "the day of the decision")
SIGNS = {"=": "=", "!=": "≠", "<": "<", "<=": "≤", ">": ">", ">=": "≥"}
ROUNDED = {
    "up": Text("{0}向上取整到{1}", "{0} rounded up to {1}"),
    "down": Text("{0}向下取整到{1}", "{0} rounded down to {1}"),
    "half_up": Text("{0}四舍五入到{1}", "{0} rounded to {1}"),
}


class Speech:
    """Says formulas and values of a law in one language ('zh' or 'en')."""

    def __init__(self, law: Law, lang: str) -> None:
        self.law = law
        self.zh = lang.startswith("zh")
        self.lang = "zh" if self.zh else "en"

    def pick(self, zh: str, en: str) -> str:
        return zh if self.zh else en

    def title(self, name: str) -> str:
        """What a fact, figure or rule is called."""
        if name == "on":
            return DAY.of(self.pick("zh", "en"))
        item = self.law.facts.get(name) or self.law.parameters.get(name) or self.law.rules[name]
        return item.title.of(self.pick("zh", "en"))

    def value(self, value: Value, kind: Kind) -> str:
        """A value with its unit."""
        if value is None:
            return self.pick("未知", "unknown")
        if isinstance(value, bool):
            return self.pick("是", "yes") if value else self.pick("否", "no")
        if isinstance(value, date):
            return self.pick("无终止", "no end") if value == NEVER else value.isoformat()
        if kind.is_enum:
            return self.law.words[kind.name, str(value)].of(self.pick("zh", "en"))
        units: dict[Kind, tuple[int, Text]] = {
            MONEY: (100, Text("{0}元", "{0} yuan")),
            EXACT: (100 * RATE_ONE, Text("{0}元", "{0} yuan")),
            RATE: (RATE_ONE // 100, Text("{0}%", "{0}%")),
            MONTHS: (1, Text("{0}个月", "{0} months")),
            DAYS: (1, Text("{0}日", "{0} days")),
        }
        divisor, unit = units.get(kind, (1, Text("{0}", "{0}")))
        return unit.of(self.pick("zh", "en")).format(decimal(int(value), divisor))

    def outcome(self, text: str, kind: Kind) -> str:
        """An outcome as a decision states it, in words."""
        if kind.is_enum:
            return self.value(text, kind)
        return self.value(text == "True", kind) if kind == BOOL else text

    def formula(self, expr: Expr) -> str:
        """A formula as a sentence part."""
        match expr:
            case Const(value=value, kind=kind):
                return self.value(value, kind)
            case Ref(name=name):
                return self.title(name)
            case Not(item=item):
                return self.pick("不成立：", "not: ") + self.inner(item)
            case Every(items=items):
                return self.pick("，且", ", and ").join(self.inner(item) for item in items)
            case Some(items=items):
                return self.pick("，或", ", or ").join(self.inner(item) for item in items)
            case Backed(claim=claim, proof=proof):
                return self.pick("{0}（须有：{1}）", "{0} (to be shown by: {1})").format(
                    self.inner(claim), self.inner(proof)
                )
            case Compare(op=op, left=left, right=right):
                return f"{self.inner(left)} {SIGNS[op]} {self.inner(right)}"
            case Among(item=item, words=words):
                among = self.pick("、", ", ").join(self.value(word, item.kind) for word in words)
                return self.pick("{0}为下列之一：{1}", "{0} is one of: {1}").format(self.inner(item), among)
            case Pick(rows=rows, otherwise=otherwise):
                text = self.pick("若{0}，则{1}；", "if {0} then {1}; ")
                told = "".join(text.format(self.formula(when), self.formula(then)) for when, then in rows)
                return told + self.pick("否则", "otherwise ") + self.formula(otherwise)
            case _:
                return self.amount(expr)

    def amount(self, expr: Expr) -> str:
        """Formulas of numbers, money and dates."""
        match expr:
            case Add(left=left, right=right, sign=sign):
                return f"{self.inner(left)} {'+' if sign > 0 else '−'} {self.inner(right)}"
            case Shift(day=day, months=months, sign=sign):
                return f"{self.inner(day)} {'+' if sign > 0 else '−'} {self.inner(months)}"
            case Scale(item=item, factor=factor):
                return f"{self.inner(item)} × {self.inner(factor)}"
            case MonthOf(day=day):
                return self.pick("{0}所在月份", "month of {0}").format(self.inner(day))
            case Extreme(op=op, left=left, right=right):
                most = op == "max"
                text = self.pick("{0}与{1}中的较大者" if most else "{0}与{1}中的较小者", "the {2} of {0} and {1}")
                return text.format(self.inner(left), self.inner(right), "larger" if most else "smaller")
            case Round(mode=mode, item=item, unit=unit):
                text = ROUNDED[mode].of(self.pick("zh", "en"))
                return text.format(self.inner(item), self.value(unit, MONEY))
            case Widen(item=item):
                return self.formula(item)
        raise AssertionError(expr)

    def inner(self, expr: Expr) -> str:
        """An operand, in brackets where it is an operation itself."""
        text = self.formula(expr)
        if isinstance(expr, Const | Ref | Compare | Among) or (isinstance(expr, Widen) and " " not in text):
            return text
        return self.pick(f"（{text}）", f"({text})")


def both(say: Callable[[Speech], str], law: Law) -> dict[str, str]:
    """The same in both languages."""
    return {lang: say(Speech(law, lang)) for lang in ("zh", "en")}
