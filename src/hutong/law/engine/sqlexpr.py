"""Typed expression -> SQL through sqlglot. NULL is unknown; wherever SQL would let NULL slip, it is written out."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from functools import reduce
from typing import Protocol, TypeAlias

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
from .kinds import DATE, MONTHS, RATE_ONE, Kind, Value

Sql: TypeAlias = exp.Expr
Named: TypeAlias = tuple[Sql, str]
Options: TypeAlias = Sequence[tuple[Sql | None, Expr]]
Flags: TypeAlias = "Mapping[Expr | None, Mapping[int, Expr | None]]"
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


def is_null(value: Sql) -> Sql:
    """A test for NULL."""
    return exp.Is(this=paren(value), expression=exp.null())


def whole(number: int) -> Sql:
    """A 64-bit constant."""
    return cast(exp.Literal.number(number), "BIGINT")


def united(masks: Sequence[Sql]) -> Sql:
    """Every bit of some masks."""
    return paren(reduce(lambda one, other: exp.BitwiseOr(this=one, expression=other), masks))


class Scope(Protocol):
    """What a name stands for at the place where an expression is written."""

    def column(self, name: str) -> Sql | None:
        """The column or constant that holds it; None for a formula that is written in place."""

    def options(self, name: str) -> Options:
        """The formulas of a rule, each with the condition that selects it; none for what is no rule here."""

    def stated(self, name: str) -> bool | None:
        """Whether a name that is no formula here always has a value; None for a formula."""

    def ref(self, name: str) -> Ref:
        """The name with its kind."""


class Translator:
    """Writes expressions as SQL in which NULL is unknown."""

    def __init__(self, dialect: str, scope: Scope) -> None:
        self.dialect = dialect
        self.scope = scope

    def look(self, name: str) -> Sql:
        """The SQL of a name: a column, a constant, or the formula in brackets."""
        return self.scope.column(name) or paren(self.formula(name))

    def formula(self, name: str) -> Sql:
        """The formula of a rule, or the selection among its formulas."""
        return self.chosen(name, self.sql, literal(None, self.scope.ref(name).kind))

    def chosen(self, name: str, part: Callable[[Expr], Sql], default: Sql) -> Sql:
        """A part of the formula of a rule; the default where no formula is in force."""
        options = self.scope.options(name)
        if not options:
            return default
        if options[0][0] is None:
            return part(options[0][1])
        return exp.Case(ifs=[exp.If(this=condition, true=part(expr)) for condition, expr in options], default=default)

    def holds(self, expr: Expr) -> Sql:
        """True exactly where the expression is true."""
        return self.sql(expr)

    def test(self, expr: Expr) -> Sql:
        """The same for WHEN, which takes unknown for false."""
        return self.holds(expr)

    def unknown(self, expr: Expr) -> Sql:
        """True exactly where the expression has no value."""
        return is_null(self.sql(expr))

    def mask(self, groups: Flags) -> Sql:
        """The bits whose guard and condition hold; None holds always. A guard that fails spares its conditions."""
        found = [
            self.guarded(guard, [self.flag(c, bit) for bit, c in flags.items()]) for guard, flags in groups.items()
        ]
        return united(found)

    def guarded(self, guard: Expr | None, masks: Sequence[Sql]) -> Sql:
        """Some masks where the guard holds, else 0."""
        if guard is None:
            return united(masks)
        return exp.Case(ifs=[exp.If(this=self.test(guard), true=united(masks))], default=whole(0))

    def flag(self, condition: Expr | None, bit: int) -> Sql:
        """The bit where the condition holds, else 0."""
        return self.guarded(condition, [whole(bit)])

    # columns --------------------------------------------------------------------------------------------------------
    def computed(self, name: str, column: str, kind: Kind) -> list[Named]:
        """The columns that hold a rule."""
        return [(self.formula(name), column)]

    def given(self, raw: Sql, column: str, kind: Kind, silence: Sql | None = None) -> list[Named]:
        """The columns that hold a value read from a relation; `silence` is what not stating it means."""
        return [(raw if silence is None else exp.Coalesce(this=raw, expressions=[silence]), column)]

    def filled(self, column: str, kind: Kind, signs: Sql, value: Value) -> list[Named]:
        """The columns of a fact with the value that follows, where it is not stated, from other facts."""
        test = exp.and_(is_null(exp.column(column)), signs, copy=False)
        return [(exp.Case(ifs=[exp.If(this=test, true=literal(value, kind))], default=exp.column(column)), column)]

    # expressions ----------------------------------------------------------------------------------------------------
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
                return self.month_of(self.sql(day))
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

    def month_of(self, day: Sql) -> Sql:
        """The date less its day of the month plus one: no detour through a timestamp and its time zone."""
        days = cast(exp.Extract(this=exp.var("DAY"), expression=day), "INT")
        back = paren(exp.Sub(this=days, expression=exp.Literal.number(1)))
        return cast(exp.Sub(this=paren(day.copy()), expression=back), "DATE")

    def shift(self, day: Expr, months: Expr, sign: int) -> Sql:
        """The engine's interval clips to the end of the month as the law does; a month more or less needs none."""
        if isinstance(day, MonthOf) and months == Const(1, MONTHS):
            inside = exp.Literal.number(31) if sign > 0 else exp.Literal.number(-1)
            return self.month_of(paren(exp.Add(this=self.sql(day), expression=inside)))
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
