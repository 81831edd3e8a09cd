"""Elements of an article: the single conditions of a formula, and the example that shows each of them at work.

A condition that is needed together with others is shown by an example in which it alone is missing: had it held, the
answer would be another known one. A condition that is enough by itself is shown by an example in which it holds and
without which the answer would not be the same. A paper that backs a claim is shown by one in which only it is missing
and nothing can be decided. What would have been is computed by the formula itself with that condition turned over: a
word of a list is exchanged for another one, everything else is set to the other truth value. Of a list in a condition
each word is an element: it has to be met by an example in which it decides.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields, is_dataclass, replace
from typing import Any

from .engine.closures import build
from .engine.dated import Resolver
from .engine.expr import Among, Backed, Compare, Const, Every, Expr, Not, Pick, Ref, Some, children
from .engine.kinds import BOOL
from .engine.model import Example, Law, Rule, Variant
from .engine.places import chain
from .engine.program import Outcome, Program


@dataclass(frozen=True, slots=True)
class Element:
    """One condition. `holds`: its truth value that counts for the rule. `needed`: beside others, not enough by itself;
    `proof`: the paper of a claim."""

    condition: Expr
    holds: bool
    needed: bool
    proof: bool = False


@dataclass(frozen=True, slots=True)
class Shown:
    """An element of a formula with the example that shows it, or None."""

    rule: Rule
    variant: Variant
    element: Element
    example: Example | None


def elements(expr: Expr) -> tuple[Element, ...]:
    """The elements of a formula in their order, each once."""
    return tuple(dict.fromkeys(_elements(expr, Element(expr, True, False))))


def _elements(expr: Expr, at: Element) -> Iterator[Element]:
    """`at`: how the expression stands in the formula."""
    match expr:
        case Const():
            return
        case Pick(rows=rows, otherwise=otherwise):
            for part in (*(part for row in rows for part in row), otherwise):
                yield from _elements(part, Element(part, True, False))
        case Not(item=item):
            yield from _elements(item, replace(at, holds=not at.holds))
        case Every(items=items) | Some(items=items):
            for item in items:
                yield from _elements(item, replace(at, needed=isinstance(expr, Every) is at.holds))
        case Backed(claim=claim, proof=proof):
            yield from _elements(claim, replace(at, needed=True))
            yield from _elements(proof, replace(at, needed=True, proof=True))
        case Among(item=item, words=words):
            if at.needed:
                yield replace(at, condition=expr)
            for word in words:
                yield Element(Among(item, (word,)), at.holds, needed=not at.holds)
        case _ if expr.kind == BOOL:
            yield replace(at, condition=expr)
        case _:
            for child in children(expr):
                yield from _elements(child, Element(child, True, False))


class Elements:
    """Which example shows which element of a law."""

    def __init__(self, law: Law) -> None:
        self.law = law
        self.resolver = Resolver(law)

    def all(self) -> Iterator[Shown]:
        """Every element of every formula."""
        for rule in self.law.rules.values():
            yield from self.of(rule)

    def of(self, rule: Rule) -> Iterator[Shown]:
        """The elements of a rule, formula by formula."""
        program = Program(self.law, [rule.name])
        for variant in rule.variants:
            found = elements(variant.expr)
            runs = list(self.runs(program, rule, variant)) if found else []
            for element in found:
                shows = (example for example, run in runs if shown(element, variant.expr, run))
                yield Shown(rule, variant, element, next(shows, None))

    def runs(self, program: Program, rule: Rule, variant: Variant) -> Iterator[tuple[Example, Outcome]]:
        """The examples that this formula answers, with the values of every name."""
        for example in variant.examples:
            places = tuple(place for place in chain(example.place))
            context = self.resolver.at(places, example.on)
            if context.variants.get(rule.name) is variant:
                yield example, program.run(example.given, example.on, context)


def shown(element: Element, expr: Expr, run: Outcome) -> bool:
    """Does this run of the formula show the element?"""
    truth, gives = value(element.condition, run), value(expr, run)
    if element.proof:
        with_it = value(exchanged(expr, element.condition, Const(element.holds, BOOL)), run)
        return truth is not element.holds and gives is None and with_it is not None
    if truth is not (element.holds is not element.needed):
        return False
    if not element.needed:
        return gives is not None and any(other != gives for other in otherwise(element.condition, expr, run))
    others = () if gives is None else otherwise(element.condition, expr, run)
    return any(other is not None and other != gives for other in others)


def otherwise(condition: Expr, expr: Expr, run: Outcome) -> Iterator[Any]:
    """What the formula would give, were this condition of the other truth value and all else the same."""
    truth = value(condition, run)
    word = word_of(condition)
    if word is None:
        yield value(exchanged(expr, condition, Const(not truth, BOOL)), run)
        return
    for member in word.kind.members:
        other = Const(member, word.kind)
        if value(exchanged(condition, word, other), run) is not truth:
            yield value(exchanged(expr, word, other), run)


def word_of(condition: Expr) -> Ref | None:
    """The name whose word a condition compares with those of its list."""
    match condition:
        case Among(item=Ref() as item):
            return item
        case Compare(left=Ref() as left, right=Const()) if left.kind.is_enum:
            return left
        case _:
            return None


def value(expr: Expr, run: Outcome) -> Any:
    """An expression on the values of a run."""
    return build(expr, run.program.slots)(run.values)


def exchanged(expr: Any, old: Expr, new: Expr) -> Any:
    """The expression with every occurrence of a part exchanged."""
    if expr == old:
        return new
    if isinstance(expr, tuple):
        return tuple(exchanged(item, old, new) for item in expr)
    if not is_dataclass(expr) or isinstance(expr, type):
        return expr
    parts = {field.name: getattr(expr, field.name) for field in fields(expr)}
    return replace(expr, **{name: exchanged(part, old, new) for name, part in parts.items()})
