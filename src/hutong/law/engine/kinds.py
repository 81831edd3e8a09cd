"""The types of the law language and their values in Python.

bool    True, False, or None when unknown
int     whole number
money   whole minor units of the country's currency
exact   whole ten-thousandths of a minor unit: money times a rate, before local rounding
rate    whole ten-thousandths (80 % = 8000)
date    datetime.date; NEVER stands for "no end"
months  a length in months
days    a length in days
enum    one word of a declared list
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TypeAlias

from ..language import Label
from .conventions import Currency
from .errors import ExprError, nearest

Value: TypeAlias = bool | int | str | date | None
RATE_ONE = 10_000
DECIMAL = re.compile(r"-?[0-9]{1,18}(\.[0-9]{1,18})?")
NEVER = date(9999, 12, 31)
WHOLE_DAYS, WHOLE_MONTHS = Label("日", "days"), Label("月", "months")
BASIS_POINTS, NUMBERS = Label("万分之一", "basis points"), Label("数", "numbers")
TINY = Label("万分之一最小货币单位", "ten-thousandths of the minor unit of the currency")
TRUE_OR_FALSE = Label("请写 true（是）或 false（否）。", "Write true or false.")
DAY_FORM = Label("按“年-月-日”填写，如2021-01-01。", "Write year-month-day, for example 2021-01-01.")
NO_MOMENT = Label("此处应为日期，不应带时刻", "a time of day stands where a date belongs")


@dataclass(frozen=True, slots=True)
class Kind:
    """A type; `members` is filled for enums only."""

    name: str
    members: tuple[str, ...] = ()

    @property
    def is_enum(self) -> bool:
        return bool(self.members)


BOOL = Kind("bool")
INT = Kind("int")
MONEY = Kind("money")
EXACT = Kind("exact")
RATE = Kind("rate")
DATE = Kind("date")
MONTHS = Kind("months")
DAYS = Kind("days")
BASIC = {kind.name: kind for kind in (BOOL, INT, MONEY, RATE, DATE, MONTHS, DAYS)}
ADDABLE = (INT, MONEY, EXACT, MONTHS, DAYS)
ORDERED = (INT, MONEY, EXACT, RATE, DATE, MONTHS, DAYS)


def scaled(text: str, factor: int, unit: Label) -> int:
    """A decimal text times a factor as an exact whole number of small units; refuses anything that would be rounded."""
    if not DECIMAL.fullmatch(text):
        raise ExprError(
            (f"“{text}”不是数字", f"'{text}' is not a number"),
            ("只写半角数字，最多一个小数点。", "Write digits with at most one decimal point."),
        )
    number = Decimal(text) * factor
    if number != number.to_integral_value():
        raise ExprError(
            (f"“{text}”小于最小单位", f"'{text}' has parts smaller than the smallest unit"),
            Label("请写到整{0}。", "Write whole {0}.").filled(unit),
        )
    return int(number)


def read_money(text: str, currency: Currency) -> int:
    """An amount in units of the currency as whole minor units."""
    return scaled(text, currency.factor, currency.minor)


def read_value(kind: Kind, text: str, currency: Currency) -> Value:
    """A value as written in a law file; money in units of the currency."""
    return read_money(text, currency) if kind == MONEY else read_plain(kind, text)


def read_plain(kind: Kind, text: str) -> Value:
    """A value that is no money: exact amounts in minor units, rates as '80%' or a decimal."""
    if kind == BOOL:
        if text not in ("true", "false"):
            raise ExprError((f"“{text}”不是是非值", f"'{text}' is not a truth value"), TRUE_OR_FALSE)
        return text == "true"
    if kind == EXACT:
        return scaled(text, RATE_ONE, TINY)
    if kind == RATE:
        return scaled(text[:-1], 100, BASIS_POINTS) if text.endswith("%") else scaled(text, RATE_ONE, BASIS_POINTS)
    if kind == DATE:
        return read_date(text)
    if kind.is_enum:
        if text not in kind.members:
            raise ExprError(
                (f"“{text}”不在{kind.name}所列之中", f"'{text}' is not one of {kind.name}"), nearest(text, kind.members)
            )
        return text
    return scaled(text, 1, NUMBERS)


def read_date(text: str) -> date:
    """An ISO date or 'never'."""
    if text == "never":
        return NEVER
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise ExprError((f"“{text}”不是日期", f"'{text}' is not a date"), DAY_FORM) from error


def add_months(day: date, months: int) -> date:
    """The corresponding day, or the last day of the month where there is none (Civil Code art. 202)."""
    if day == NEVER:
        return NEVER
    index = day.year * 12 + day.month - 1 + months
    year, month = index // 12, index % 12 + 1
    return date(year, month, min(day.day, days_in_month(year, month)))


def add_days(day: date, days: int) -> date:
    """The day so many days later; NEVER stays."""
    return day if day == NEVER else date.fromordinal(day.toordinal() + days)


def days_in_month(year: int, month: int) -> int:
    """Days of a month of the Gregorian calendar."""
    if month == 2:
        return 29 if year % 4 == 0 and (year % 100 != 0 or year % 400 == 0) else 28
    return 30 if month in (4, 6, 9, 11) else 31


def divide(amount: int, unit: int, mode: str) -> int:
    """Whole units in a non-negative amount, rounded 'up', 'down' or 'half_up'."""
    extra = {"up": unit - 1, "down": 0, "half_up": unit // 2}[mode]
    return (amount + extra) // unit
