"""Typed expressions: what every engine (interpreter, PostgreSQL, DuckDB) reads."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TypeAlias

from .kinds import BOOL, DATE, EXACT, MONEY, Kind, Value

Expr: TypeAlias = (
    "Const | Ref | Not | Every | Some | Backed | Compare | Among | Add | Scale | Widen | Shift | MonthOf"
    " | Extreme | Round | Pick"
)


@dataclass(frozen=True, slots=True)
class Const:
    """A constant."""

    value: Value
    kind: Kind


@dataclass(frozen=True, slots=True)
class Ref:
    """A fact, parameter or rule by its full name."""

    name: str
    kind: Kind


@dataclass(frozen=True, slots=True)
class Not:
    """Kleene negation."""

    item: Expr
    kind: Kind = BOOL


@dataclass(frozen=True, slots=True)
class Every:
    """Kleene conjunction."""

    items: tuple[Expr, ...]
    kind: Kind = BOOL


@dataclass(frozen=True, slots=True)
class Some:
    """Kleene disjunction."""

    items: tuple[Expr, ...]
    kind: Kind = BOOL


@dataclass(frozen=True, slots=True)
class Backed:
    """The claim, true only when the proof holds; unknown while a true claim lacks its proof."""

    claim: Expr
    proof: Expr
    kind: Kind = BOOL


@dataclass(frozen=True, slots=True)
class Compare:
    """A comparison: op is one of = != < <= > >=."""

    op: str
    left: Expr
    right: Expr
    kind: Kind = BOOL


@dataclass(frozen=True, slots=True)
class Among:
    """Membership of an enum value in a list of words."""

    item: Expr
    words: tuple[str, ...]
    kind: Kind = BOOL


@dataclass(frozen=True, slots=True)
class Add:
    """Sum (sign 1) or difference (sign -1) of two values of one kind; a date and days; the days between two dates."""

    left: Expr
    right: Expr
    sign: int
    kind: Kind


@dataclass(frozen=True, slots=True)
class Scale:
    """Money times a rate (exact); money or a whole number times a whole number (its own kind)."""

    item: Expr
    factor: Expr
    kind: Kind


@dataclass(frozen=True, slots=True)
class Widen:
    """Money as an exact amount: fen -> ten-thousandths of a fen."""

    item: Expr
    kind: Kind = EXACT


@dataclass(frozen=True, slots=True)
class Shift:
    """A date moved by months, clipped to the end of the month."""

    day: Expr
    months: Expr
    sign: int
    kind: Kind = DATE


@dataclass(frozen=True, slots=True)
class MonthOf:
    """The first day of the month of a date."""

    day: Expr
    kind: Kind = DATE


@dataclass(frozen=True, slots=True)
class Extreme:
    """The larger (op 'max') or smaller ('min') of two values; unknown if either is."""

    op: str
    left: Expr
    right: Expr
    kind: Kind


@dataclass(frozen=True, slots=True)
class Round:
    """An exact amount as whole units of money; unit in fen, mode 'up', 'down', 'half_up'."""

    mode: str
    item: Expr
    unit: int
    kind: Kind = MONEY


@dataclass(frozen=True, slots=True)
class Pick:
    """A decision table: the first row whose condition is true; unknown as soon as a condition is unknown."""

    rows: tuple[tuple[Expr, Expr], ...]
    otherwise: Expr
    kind: Kind


def children(expr: Expr) -> tuple[Expr, ...]:
    """Direct operands."""
    match expr:
        case Const() | Ref():
            return ()
        case Not(item=item) | Among(item=item) | Widen(item=item) | Round(item=item):
            return (item,)
        case Every(items=items) | Some(items=items):
            return items
        case Backed(claim=left, proof=right) | Compare(left=left, right=right) | Add(left=left, right=right):
            return (left, right)
        case Extreme(left=left, right=right) | Scale(item=left, factor=right) | Shift(day=left, months=right):
            return (left, right)
        case MonthOf(day=day):
            return (day,)
        case Pick(rows=rows, otherwise=otherwise):
            return (*(part for row in rows for part in row), otherwise)


def names(expr: Expr) -> Iterator[str]:
    """Every name the expression uses, in order of appearance."""
    if isinstance(expr, Ref):
        yield expr.name
    for child in children(expr):
        yield from names(child)
