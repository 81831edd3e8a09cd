"""Text of a formula -> syntax tree (untyped). Grammar, loosest first:

if C then A else B          a or b          a and b          not a
a backed by b               true only if b (a paper) shows it; unknown, never false, while b is missing
a = b  != < <= > >=         a in (x, y)
a + b  a - b                a * 80%  a * 6; a date plus or minus months or days; the days between two dates
month of D                  first day of the month
900 yuan  30 days  6 months  18 years  80%  2021-01-01  true  false  never (money: the unit of the currency)
max(a, b)  min(a, b)  round_up(x, 1 yuan)  round_down(x, u)  round_half_up(x, u)
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TypeAlias

from .errors import ExprError

Syntax: TypeAlias = "Word | Literal | Apply | Member"


@dataclass(frozen=True, slots=True)
class Word:
    """A name: a fact, parameter, rule or member of an enum."""

    name: str


@dataclass(frozen=True, slots=True)
class Literal:
    """A constant: unit is '', '%', 'date', 'bool', or the word behind the number (900 yuan)."""

    text: str
    unit: str


@dataclass(frozen=True, slots=True)
class Apply:
    """An operator or function with its operands."""

    op: str
    args: tuple[Syntax, ...]


@dataclass(frozen=True, slots=True)
class Member:
    """Membership in a list of enum words."""

    subject: Syntax
    words: tuple[str, ...]


TOKEN = re.compile(
    r"\s*(?:(?P<date>\d{4}-\d{2}-\d{2})|(?P<number>\d+(?:\.\d+)?)|(?P<word>[A-Za-z_][\w.]*)|(?P<op><=|>=|!=|[=<>+\-*(),%]))"
)
KEYWORDS = {"if", "then", "else", "or", "and", "not", "backed", "by", "in", "month", "of"}
COMPARE = {"=", "!=", "<", "<=", ">", ">="}
FUNCTIONS = {"max", "min", "round_up", "round_down", "round_half_up"}


def parse(text: str) -> Syntax:
    """The syntax tree of a formula; raises ExprError naming the word where reading stopped."""
    parser = _Parser(_tokens(text))
    tree = parser.expression()
    parser.expect_end()
    return tree


def _tokens(text: str) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    at = 0
    rest = text.rstrip()
    while at < len(rest):
        match = TOKEN.match(rest, at)
        if match is None or match.lastgroup is None:
            stuck = rest[at : at + 12]
            raise ExprError(
                (f"无法读取“{stuck}”", f"cannot read '{stuck}'"),
                ("只用名称、数字、日期和所列运算符。", "Use names, numbers, dates and the listed operators."),
            )
        found.append((match.lastgroup, match.group(match.lastgroup)))
        at = match.end()
    return found


class _Parser:
    def __init__(self, tokens: list[tuple[str, str]]) -> None:
        self.tokens = tokens
        self.at = 0

    def peek(self) -> str:
        return self.tokens[self.at][1] if self.at < len(self.tokens) else ""

    def take(self) -> tuple[str, str]:
        if self.at >= len(self.tokens):
            raise ExprError(("公式不完整", "the formula ends too early"), ("请补全。", "Complete it."))
        self.at += 1
        return self.tokens[self.at - 1]

    def accept(self, word: str) -> bool:
        if self.peek() != word:
            return False
        self.at += 1
        return True

    def expect(self, word: str) -> None:
        if not self.accept(word):
            found = self.peek()
            raise ExprError(
                (f"此处应为“{word}”，却是“{found or '结尾'}”", f"expected '{word}' but found '{found or 'the end'}'"),
                (f"请在此写“{word}”。", f"Write '{word}' there."),
            )

    def expect_end(self) -> None:
        if self.at < len(self.tokens):
            raise ExprError(
                (f"在“{self.peek()}”处无法继续读取", f"cannot read on at '{self.peek()}'"),
                ("请用运算符连接各部分。", "Join the parts with an operator."),
            )

    def expression(self) -> Syntax:
        if self.accept("if"):
            condition = self.expression()
            self.expect("then")
            then = self.expression()
            self.expect("else")
            return Apply("if", (condition, then, self.expression()))
        return self.chain("or")

    def chain(self, word: str) -> Syntax:
        parts = [self.part(word)]
        while self.accept(word):
            parts.append(self.part(word))
        return parts[0] if len(parts) == 1 else Apply(word, tuple(parts))

    def part(self, word: str) -> Syntax:
        return self.chain("and") if word == "or" else self.negation()

    def negation(self) -> Syntax:
        if self.accept("not"):
            return Apply("not", (self.negation(),))
        claim = self.comparison()
        if self.accept("backed"):
            self.expect("by")
            return Apply("backed by", (claim, self.comparison()))
        return claim

    def comparison(self) -> Syntax:
        left = self.sum()
        if self.peek() in COMPARE:
            return Apply(self.take()[1], (left, self.sum()))
        if self.accept("in"):
            self.expect("(")
            words = [self.word()]
            while self.accept(","):
                words.append(self.word())
            self.expect(")")
            return Member(left, tuple(words))
        return left

    def word(self) -> str:
        kind, text = self.take()
        if kind != "word" or text in KEYWORDS:
            raise ExprError(
                (f"此处应为名称，却是“{text}”", f"expected a name but found '{text}'"),
                ("请写列举值之一。", "Name a member of the list."),
            )
        return text

    def sum(self) -> Syntax:
        left = self.product()
        while self.peek() in ("+", "-"):
            op = self.take()[1]
            left = Apply(op, (left, self.product()))
        return left

    def product(self) -> Syntax:
        left = self.atom()
        while self.accept("*"):
            left = Apply("*", (left, self.atom()))
        return left

    def atom(self) -> Syntax:
        if self.accept("("):
            inner = self.expression()
            self.expect(")")
            return inner
        if self.accept("month"):
            self.expect("of")
            return Apply("month of", (self.atom(),))
        kind, text = self.take()
        if kind == "date" or text == "never":
            return Literal(text, "date")
        if kind == "number":
            return self.quantity(text)
        if text in ("true", "false"):
            return Literal(text, "bool")
        if text in FUNCTIONS:
            return self.call(text)
        if kind != "word" or text in KEYWORDS:
            raise ExprError(
                (f"值不能以“{text}”开头", f"cannot start a value with '{text}'"),
                ("请写名称、数字或括号。", "Write a name, a number or a bracket."),
            )
        return Word(text)

    def quantity(self, text: str) -> Syntax:
        if self.accept("%"):
            return Literal(text, "%")
        following = self.tokens[self.at] if self.at < len(self.tokens) else ("", "")
        named = following[0] == "word" and following[1] not in KEYWORDS - {"month"}
        return Literal(text, self.take()[1] if named else "")

    def call(self, name: str) -> Syntax:
        self.expect("(")
        args = [self.expression()]
        while self.accept(","):
            args.append(self.expression())
        self.expect(")")
        return Apply(name, tuple(args))
