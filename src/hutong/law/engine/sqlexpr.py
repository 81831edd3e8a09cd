"""Typed expression -> SQL through sqlglot. NULL is unknown; wherever SQL would let NULL slip, it is written out."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import TypeAlias

from sqlglot import exp

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
from .kinds import DATE, RATE_ONE, Kind, Value

Sql: TypeAlias = exp.Expr
Look: TypeAlias = Callable[[str], Sql]
DIALECTS = ("postgres", "duckdb")
SQL_TYPES = {"bool": "BOOLEAN", "int": "INT", "months": "INT", "days": "INT", "date": "DATE"}


def paren(inner: Sql) -> Sql:
    """Brackets, without sqlglot's copy of the whole tree below."""
    return exp.Paren(this=inner)


def cast(inner: Sql, type_name: str) -> Sql:
    """A cast, without a copy."""
    return exp.Cast(this=inner, to=exp.DataType.build(type_name))


def sql_type(kind: Kind) -> str:
    """The column type of a kind; enum values travel as text, money as 64-bit integers."""
    return "TEXT" if kind.is_enum else SQL_TYPES.get(kind.name, "BIGINT")


def literal(value: Value, kind: Kind) -> Sql:
    """A typed constant. Inside the SELECT an enum word is its place in the list: numbers compare faster than text."""
    if value is None:
        return cast(exp.null(), "INT" if kind.is_enum else sql_type(kind))
    if isinstance(value, bool):
        return exp.true() if value else exp.false()
    if isinstance(value, date):
        return cast(exp.Literal.string(value.isoformat()), "DATE")
    if isinstance(value, str):
        return exp.Literal.number(kind.members.index(value))
    number = exp.Literal.number(value)
    return cast(number, "BIGINT") if sql_type(kind) == "BIGINT" else number


def word_code(word: Sql, kind: Kind) -> Sql:
    """The number of an enum word."""
    branches = [exp.If(this=exp.Literal.string(member), true=literal(member, kind)) for member in kind.members]
    return exp.Case(this=word, ifs=branches)


def code_word(code: Sql, kind: Kind) -> Sql:
    """The enum word of a number."""
    branches = [exp.If(this=literal(member, kind), true=exp.Literal.string(member)) for member in kind.members]
    return exp.Case(this=code, ifs=branches)


def integer_division(dialect: str, left: Sql, right: Sql) -> Sql:
    """Truncating division of whole numbers: the one operator that the engines write differently."""
    if dialect == "postgres":
        return exp.Div(this=left, expression=right, typed=True, safe=False)
    return exp.IntDiv(this=left, expression=right)


class Translator:
    """Writes expressions; `look` gives the SQL of a name (a column, a constant or an inlined formula)."""

    def __init__(self, dialect: str, look: Look) -> None:
        self.dialect = dialect
        self.look = look

    def sql(self, expr: Expr) -> Sql:
        """The SQL of an expression."""
        match expr:
            case Const(value=value, kind=kind):
                return literal(value, kind)
            case Ref(name=name):
                return self.look(name)
            case Not(item=item):
                return exp.Not(this=paren(self.sql(item)))
            case Every(items=items):
                return exp.and_(*(self.sql(item) for item in items), copy=False)
            case Some(items=items):
                return exp.or_(*(self.sql(item) for item in items), copy=False)
            case Backed(claim=claim, proof=proof):
                unknown = literal(None, claim.kind)
                return exp.and_(self.sql(claim), exp.or_(self.sql(proof), unknown, copy=False), copy=False)
            case Among(item=item, words=words):
                return self.among(item, words)
            case Compare(op=op, left=left, right=right):
                return COMPARISONS[op](this=paren(self.sql(left)), expression=paren(self.sql(right)))
            case Pick(rows=rows, otherwise=otherwise):
                return self.pick(rows, otherwise)
            case Extreme(op=op, left=left, right=right):
                return self.extreme(op, left, right)
            case MonthOf(day=day):
                return self.month_of(day)
            case Shift(day=day, months=months, sign=sign):
                return self.shift(day, months, sign)
            case _:
                return self.arithmetic(expr)

    def among(self, item: Expr, words: tuple[str, ...]) -> Sql:
        """A run of neighbouring words is a range: DuckDB takes ten times as long for IN."""
        codes = sorted(item.kind.members.index(word) for word in words)
        if codes[-1] - codes[0] + 1 == len(codes):
            low, high = exp.Literal.number(codes[0]), exp.Literal.number(codes[-1])
            return exp.LTE(this=self.sql(item), expression=high) if codes[0] == 0 else self.between(item, low, high)
        return exp.In(this=paren(self.sql(item)), expressions=[exp.Literal.number(code) for code in codes])

    def between(self, item: Expr, low: Sql, high: Sql) -> Sql:
        return exp.Between(this=paren(self.sql(item)), low=low, high=high)

    def arithmetic(self, expr: Expr) -> Sql:
        match expr:
            case Add(left=left, right=right, sign=sign):
                operator = exp.Add if sign > 0 else exp.Sub
                sum_ = operator(this=self.sql(left), expression=paren(self.sql(right)))
                return cast(paren(sum_), sql_type(expr.kind)) if left.kind == DATE else paren(sum_)
            case Scale(item=left, factor=right):
                return exp.Mul(this=paren(self.sql(left)), expression=paren(self.sql(right)))
            case Widen(item=item):
                return exp.Mul(this=paren(self.sql(item)), expression=exp.Literal.number(RATE_ONE))
            case Round(mode=mode, item=item, unit=unit):
                whole = unit * RATE_ONE
                extra = {"up": whole - 1, "down": 0, "half_up": whole // 2}[mode]
                lifted = paren(exp.Add(this=self.sql(item), expression=exp.Literal.number(extra)))
                units = integer_division(self.dialect, lifted, exp.Literal.number(whole))
                return exp.Mul(this=paren(units), expression=exp.Literal.number(unit))
        raise TypeError(f"no SQL for {type(expr).__name__}")

    def pick(self, rows: tuple[tuple[Expr, Expr], ...], otherwise: Expr) -> Sql:
        """CASE c WHEN TRUE .. WHEN FALSE .. : an unknown condition falls through to NULL and is evaluated once."""
        result = self.sql(otherwise)
        for condition, then in reversed(rows):
            branches = [
                exp.If(this=exp.true(), true=self.sql(then)),
                exp.If(this=exp.false(), true=result),
            ]
            result = exp.Case(this=paren(self.sql(condition)), ifs=branches)
        return result

    def extreme(self, op: str, left: Expr, right: Expr) -> Sql:
        """Not GREATEST or LEAST: those ignore NULL, which would turn unknown into known."""
        compare = exp.GTE if op == "max" else exp.LTE
        condition = compare(this=paren(self.sql(left)), expression=paren(self.sql(right)))
        branches = [exp.If(this=exp.true(), true=self.sql(left)), exp.If(this=exp.false(), true=self.sql(right))]
        return exp.Case(this=paren(condition), ifs=branches)

    def month_of(self, day: Expr) -> Sql:
        """The date less its day of the month plus one: no detour through a timestamp and its time zone."""
        days = cast(exp.Extract(this=exp.var("DAY"), expression=self.sql(day)), "INT")
        back = paren(exp.Sub(this=days, expression=exp.Literal.number(1)))
        return cast(exp.Sub(this=paren(self.sql(day)), expression=back), "DATE")

    def shift(self, day: Expr, months: Expr, sign: int) -> Sql:
        month = exp.Interval(this=exp.Literal.string("1"), unit=exp.var("MONTH"))
        span = exp.Mul(this=paren(self.sql(months)), expression=month)
        operator = exp.Add if sign > 0 else exp.Sub
        return cast(operator(this=paren(self.sql(day)), expression=paren(span)), "DATE")


COMPARISONS: dict[str, type[exp.Binary]] = {
    "=": exp.EQ,
    "!=": exp.NEQ,
    "<": exp.LT,
    "<=": exp.LTE,
    ">": exp.GT,
    ">=": exp.GTE,
}
