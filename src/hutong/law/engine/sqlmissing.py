"""SQL of the missing-mask: which unknown facts and parameters leave a result unknown. Mirrors program._Missing."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import reduce

from sqlglot import exp

from .expr import Backed, Expr, Pick, Ref, children, names
from .sqlexpr import Sql, Translator, cast, paren


class MissingMask:
    """Builds one 64-bit word of the mask."""

    def __init__(self, translator: Translator, bits: Mapping[str, int], prefix: str) -> None:
        self.translator = translator
        self.scope = translator.scope
        self.bits = bits
        self.prefix = prefix
        self.touched: dict[str, bool] = {}
        self.columns: set[str] = set()

    def column(self, name: str) -> str:
        """The column that holds the mask of a rule used more than once."""
        return self.prefix + name.replace(".", "_")

    def of_rule(self, name: str) -> Sql:
        """The mask of a rule; 0 where the rule is known."""
        return self.of_name(name) or _bit(0)

    def word(self, wanted: Sequence[str]) -> Sql:
        """The mask of everything that leaves one of the wanted rules unknown."""
        return _union([self.of_name(name) for name in wanted]) or _bit(0)

    def relevant(self, name: str) -> bool:
        """Whether this word has a bit anywhere below the name."""
        if name not in self.touched:
            below = [used for _, expr in self.scope.options(name) for used in names(expr)]
            self.touched[name] = name in self.bits or any(self.relevant(used) for used in below)
        return self.touched[name]

    def of_name(self, name: str) -> Sql | None:
        if not self.relevant(name):
            return None
        if name in self.columns:
            return exp.column(self.column(name))
        inner = _bit(self.bits[name]) if name in self.bits else self.chosen(name, self.of)
        return None if inner is None else self.when_unknown(self.scope.ref(name), inner)

    def when_unknown(self, expr: Expr, mask: Sql) -> Sql:
        return exp.Case(ifs=[exp.If(this=self.translator.unknown(expr), true=mask)], default=_bit(0))

    def chosen(self, name: str, part: Callable[[Expr], Sql | None]) -> Sql | None:
        """A part of each formula of the rule, selected by the context."""
        options = [(condition, part(expr)) for condition, expr in self.scope.options(name)]
        if len(options) == 1 and options[0][0] is None:
            return options[0][1]
        branches = [exp.If(this=condition, true=sql) for condition, sql in options if sql is not None and condition]
        return exp.Case(ifs=branches, default=_bit(0)) if branches else None

    def of(self, expr: Expr) -> Sql | None:
        """The mask of an expression, given that it is unknown."""
        if isinstance(expr, Ref):
            return self.of_name(expr.name)
        if isinstance(expr, Backed):
            return self.of_backed(expr)
        if isinstance(expr, Pick):
            return self.of_pick(expr)
        return _union([self.of_child(child) for child in children(expr)])

    def of_child(self, child: Expr) -> Sql | None:
        if isinstance(child, Ref):
            return self.of_name(child.name)
        inner = self.of(child)
        return None if inner is None else self.when_unknown(child, inner)

    def of_backed(self, expr: Backed) -> Sql | None:
        claim, papers = self.of_child(expr.claim), self.papers(expr.proof)
        if papers is None:
            return claim
        lacking = exp.Case(ifs=[exp.If(this=self.translator.holds(expr.claim), true=papers)], default=_bit(0))
        return _union([claim, lacking])

    def papers(self, proof: Expr) -> Sql | None:
        """The bits of the facts a proof consists of; which facts those are may depend on the context."""
        found: list[Sql | None] = []
        for name in names(proof):
            if not self.relevant(name):
                continue
            found.append(_bit(self.bits[name]) if name in self.bits else self.chosen(name, self.papers))
        return _union(found)

    def of_pick(self, expr: Pick) -> Sql | None:
        result = self.of_child(expr.otherwise)
        for condition, then in reversed(expr.rows):
            unknown, chosen = self.of_child(condition), self.of_child(then)
            if unknown is None and chosen is None and result is None:
                continue
            branches = [
                exp.If(this=self.translator.unknown(condition), true=unknown or _bit(0)),
                exp.If(this=self.translator.holds(condition), true=chosen or _bit(0)),
            ]
            result = exp.Case(ifs=branches, default=result or _bit(0))
        return result


def _bit(value: int) -> Sql:
    return cast(exp.Literal.number(value), "BIGINT")


def _union(parts: Sequence[Sql | None]) -> Sql | None:
    found = [part for part in parts if part is not None]
    if not found:
        return None
    return paren(reduce(lambda left, right: exp.BitwiseOr(this=left, expression=right), found))
