"""Syntax tree -> typed expression; refuses unknown names and wrong types."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from ..language import Label
from .conventions import Currency
from .errors import ExprError, nearest
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
from .kinds import (
    ADDABLE,
    BASIS_POINTS,
    BOOL,
    DATE,
    DAYS,
    EXACT,
    INT,
    MONEY,
    MONTHS,
    NUMBERS,
    ORDERED,
    RATE,
    RATE_ONE,
    WHOLE_DAYS,
    WHOLE_MONTHS,
    Kind,
    read_money,
    read_plain,
    scaled,
)
from .parse import COMPARE, Apply, Literal, Member, Syntax, Word, parse

ROUND_TO = Label("例如 round_up(x, 1 {0})。", "Write for example round_up(x, 1 {0}).")


class Checker:
    """Types one formula. `scope` maps every visible name to its kind; `rename` expands 'parent.' names; amounts are
    written in the unit of the `currency`."""

    def __init__(
        self,
        scope: Mapping[str, Kind],
        currency: Currency,
        rename: Callable[[str], str] = lambda name: name,
    ) -> None:
        self.scope = scope
        self.rename = rename
        self.currency = currency

    def formula(self, text: str, kind: Kind) -> Expr:
        """The typed formula; money is widened where an exact amount is wanted."""
        return self.fit(self.typed(parse(text), kind), kind)

    def fit(self, expr: Expr, kind: Kind) -> Expr:
        """The expression as the wanted kind, or an ExprError."""
        if expr.kind == kind:
            return expr
        if kind == EXACT and expr.kind == MONEY:
            return Widen(expr)
        raise ExprError(
            (
                f"此处应为{kind.name}，却是{expr.kind.name}",
                f"a value of type {expr.kind.name} stands where {kind.name} belongs",
            ),
            ("请更正公式。", "Correct the formula."),
        )

    def typed(self, tree: Syntax, hint: Kind | None = None) -> Expr:
        """Any syntax; `hint` is the kind expected, needed to read enum words."""
        match tree:
            case Literal():
                return self.literal(tree)
            case Word(name=name):
                return self.word(name, hint)
            case Member(subject=subject, words=words):
                return self.member(subject, words)
            case Apply(op=op, args=args):
                return self.apply(op, args, hint)

    def literal(self, tree: Literal) -> Expr:
        match tree.unit:
            case "":
                return Const(scaled(tree.text, 1, NUMBERS), INT)
            case "%":
                return Const(scaled(tree.text, RATE_ONE // 100, BASIS_POINTS), RATE)
            case "date":
                return Const(read_plain(DATE, tree.text), DATE)
            case "bool":
                return Const(tree.text == "true", BOOL)
            case "day" | "days":
                return Const(scaled(tree.text, 1, WHOLE_DAYS), DAYS)
            case "month" | "months":
                return Const(scaled(tree.text, 1, WHOLE_MONTHS), MONTHS)
            case "year" | "years":
                return Const(scaled(tree.text, 12, WHOLE_MONTHS), MONTHS)
        if tree.unit == self.currency.word:
            return Const(read_money(tree.text, self.currency), MONEY)
        known = (self.currency.word, "days", "months", "years")
        raise ExprError(
            (f"未知的单位“{tree.unit}”", f"unknown unit '{tree.unit}'"),
            (f"可用：{'、'.join(known)}。", f"Use one of: {', '.join(known)}."),
        )

    def word(self, name: str, hint: Kind | None) -> Expr:
        full = self.rename(name)
        if hint is not None and name in hint.members:
            return Const(name, hint)
        if full in self.scope:
            return Ref(full, self.scope[full])
        known = (*self.scope, *(hint.members if hint else ()))
        raise ExprError((f"未知的名称“{full}”", f"unknown name '{full}'"), nearest(full, known))

    def member(self, subject: Syntax, words: tuple[str, ...]) -> Expr:
        item = self.typed(subject)
        for word in words:
            read_plain(self.enum(item), word)
        return Among(item, words)

    def enum(self, expr: Expr) -> Kind:
        if not expr.kind.is_enum:
            raise ExprError(
                (f"in 只用于列举值，不能用于{expr.kind.name}", f"'in' needs a list value, not {expr.kind.name}"),
                ("请改用 = 比较。", "Compare with = instead."),
            )
        return expr.kind

    def apply(self, op: str, args: tuple[Syntax, ...], hint: Kind | None) -> Expr:
        if op in COMPARE:
            return self.compare(op, args)
        if op in ("and", "or"):
            items = tuple(self.fit(self.typed(arg), BOOL) for arg in args)
            return Every(items) if op == "and" else Some(items)
        if op == "not":
            return Not(self.fit(self.typed(args[0]), BOOL))
        if op == "backed by":
            return Backed(self.fit(self.typed(args[0]), BOOL), self.fit(self.typed(args[1]), BOOL))
        if op in ("+", "-"):
            return self.add(args, 1 if op == "+" else -1)
        if op == "*":
            return self.scale(args)
        if op == "month of":
            return MonthOf(self.fit(self.typed(args[0]), DATE))
        if op == "if":
            return self.pick(args, hint)
        if op in ("max", "min"):
            return self.extreme(op, args)
        return self.rounded(op.removeprefix("round_"), args)

    def compare(self, op: str, args: tuple[Syntax, ...]) -> Expr:
        left = self.typed(args[0])
        right = self.typed(args[1], left.kind)
        if left.kind != right.kind:
            left, right = self.same(left, right)
        if op not in ("=", "!=") and left.kind not in ORDERED:
            raise ExprError(
                (f"{left.kind.name}没有大小之分", f"{left.kind.name} has no order"),
                ("请用 = 或 != 比较。", "Compare with = or !=."),
            )
        return Compare(op, left, right)

    def same(self, left: Expr, right: Expr) -> tuple[Expr, Expr]:
        """Both sides in one kind: money beside an exact amount is widened."""
        if EXACT in (left.kind, right.kind):
            return self.fit(left, EXACT), self.fit(right, EXACT)
        return left, self.fit(right, left.kind)

    def add(self, args: tuple[Syntax, ...], sign: int) -> Expr:
        left, right = self.typed(args[0]), self.typed(args[1])
        if left.kind == DATE:
            return self.moved(left, right, sign)
        left, right = self.same(left, right)
        if left.kind not in ADDABLE:
            raise ExprError(
                (f"{left.kind.name}不能相加", f"{left.kind.name} cannot be added"),
                ("只能相加数字、金额或月数。", "Add numbers, money or months."),
            )
        return Add(left, right, sign, left.kind)

    def moved(self, day: Expr, by: Expr, sign: int) -> Expr:
        """A date moved by months or days, or the days from one date to another."""
        if by.kind == DATE and sign < 0:
            return Add(day, by, sign, DAYS)
        return Add(day, by, sign, DATE) if by.kind == DAYS else Shift(day, self.fit(by, MONTHS), sign)

    def scale(self, args: tuple[Syntax, ...]) -> Expr:
        item, factor = self.typed(args[0]), self.typed(args[1])
        if item.kind == RATE:
            item, factor = factor, item
        if item.kind not in (MONEY, INT) or factor.kind not in (RATE, INT) or (item.kind, factor.kind) == (INT, RATE):
            raise ExprError(
                (
                    f"{item.kind.name}乘以{factor.kind.name}没有意义",
                    f"{item.kind.name} times {factor.kind.name} has no meaning",
                ),
                ("请用金额乘以比例或整数。", "Multiply money by a rate."),
            )
        return Scale(item, factor, EXACT if factor.kind == RATE else item.kind)

    def pick(self, args: tuple[Syntax, ...], hint: Kind | None) -> Expr:
        condition = self.fit(self.typed(args[0]), BOOL)
        then, other = self.same(self.typed(args[1], hint), self.typed(args[2], hint))
        return Pick(((condition, then),), other, then.kind)

    def extreme(self, op: str, args: tuple[Syntax, ...]) -> Expr:
        result = self.typed(args[0])
        for arg in args[1:]:
            left, right = self.same(result, self.typed(arg))
            if left.kind not in ORDERED:
                raise ExprError(
                    (f"{left.kind.name}没有大小之分", f"{left.kind.name} has no order"),
                    (f"{op} 只用于金额、数字或日期。", f"Take the {op} of amounts or dates."),
                )
            result = Extreme(op, left, right, left.kind)
        return result

    def rounded(self, mode: str, args: tuple[Syntax, ...]) -> Expr:
        if len(args) != 2:
            raise ExprError(
                ("舍入须写明金额和单位", "rounding needs an amount and a unit"),
                ROUND_TO.filled(self.currency.word),
            )
        unit = self.fit(self.typed(args[1]), MONEY)
        if not isinstance(unit, Const) or not isinstance(unit.value, int):
            raise ExprError(
                ("舍入单位必须是常数", "the unit of rounding must be a constant"),
                ROUND_TO.filled(self.currency.word),
            )
        return Round(mode, self.fit(self.typed(args[0]), EXACT), unit.value)
