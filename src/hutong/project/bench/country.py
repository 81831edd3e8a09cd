"""The law's rules written as a country package of OpenFisca: one Variable for each rule, plain NumPy inside.

Only text is made here; it runs in the environment of `openfisca/oracle.py` and nowhere else. Unknown stays
unknown: a condition has two Variables, `x` (it holds) and `x_may` (it is not known to fail), the second only where it
may be unknown. Values carry their own unknown as NumPy has it: NaN, NaT, and -1 for words.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date
from functools import partial
from math import nan
from typing import Any

from hutong.law.engine.expr import (
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
    Shift,
    Some,
    Widen,
    children,
    names,
)
from hutong.law.engine.kinds import BOOL, DATE, RATE_ONE, Kind, Value
from hutong.law.engine.model import Fact, Rule
from hutong.law.engine.program import absent_value
from hutong.law.engine.sqlrails import Rails
from hutong.law.engine.sqlselect import Compiled, signs_of

OPPOSITE = {"!=": "=", "<": ">=", "<=": ">", ">": "<=", ">=": "<"}
EXTRA: dict[str, Callable[[int], int]] = {"up": lambda u: u - 1, "down": lambda u: 0, "half_up": lambda u: u // 2}


class Country:
    """The programme of a compiled law over some months, as text.

    The text also names `INPUTS` (Variable: file, rail, value of silence), `PARAMETERS`, `OUTPUTS` and `REASONS`.
    What is the same in every month is written in, and rules used once stand in place, as in the SELECT of `compiled`.
    Raises TypeError for what the language has beyond the allowance.
    """

    def __init__(self, compiled: Compiled, months: Sequence[date]) -> None:
        self.compiled, self.program = compiled, compiled.program
        self.contexts = sorted(zip(months, compiled.known_contexts or (), strict=True), key=lambda each: each[0])
        self.facts = {fact.name: fact for fact in self.program.facts}
        self.rules = {rule.name: rule for rule in self.program.rules}
        self.parameters = {parameter.name: parameter for parameter in self.program.parameters}
        self.certain = Rails(compiled.dialect, compiled).certain
        self.used: dict[str, str] = {}
        self.steady: dict[Expr, str] = {}
        self.before_silence = False

    # what is known of a name ----------------------------------------------------------------------------------------
    def formula(self, name: str) -> Expr:
        """The formula of a rule, the same in every month. Raises TypeError where it is not."""
        choice = self.compiled.choices[name]
        if not choice.always:
            raise TypeError(f"not written for OpenFisca: {name} has another formula in another month")
        return choice.variants[0].expr if choice.variants else Const(None, self.rules[name].kind)

    def monthly(self, expr: Expr) -> bool:
        """Whether the expression can have another value in another month."""
        return any(self.monthly_name(name) for name in names(expr))

    def monthly_name(self, name: str) -> bool:
        """The same of a name."""
        if name in self.rules:
            return self.monthly(self.formula(name))
        return self.facts[name].absent == "on" if name in self.facts else name not in self.compiled.constants

    def look(self, expr: Expr) -> Expr:
        """A constant, or the formula of a rule written in place, instead of its name."""
        if not isinstance(expr, Ref):
            return expr
        if expr.name in self.compiled.constants:
            return Const(self.compiled.constants[expr.name], expr.kind)
        if expr.name not in self.rules or expr.name in self.compiled.materialised:
            return expr
        return self.look(self.formula(expr.name))

    def bound(self, name: str, rail: str = "") -> str:
        """The local name of a Variable or parameter; the line that fetches it is kept for the head of the formula."""
        if name == "on":
            self.used[name] = 'np.datetime64(str(period.start), "D")'
            return name
        if name in self.parameters:
            local = self.parameters[name].column
            self.used[local] = f"parameters(period).{name}"
            return local
        item = self.rules.get(name) or self.facts[name]
        stated = "_stated" if self.before_silence and name in self.facts and signs_of(self.facts[name]) else ""
        return self.fetched(f"{item.column}{stated}{rail}")

    def fetched(self, variable: str) -> str:
        """The same for a Variable by its own name."""
        self.used[variable] = f'child("{variable}", period)'
        return variable

    # conditions -----------------------------------------------------------------------------------------------------
    def holds(self, expr: Expr) -> str:
        """True where the condition is known to hold."""
        match self.look(expr):
            case Const(value=value):
                return str(value is True)
            case Ref(name=name):
                return self.bound(name)
            case Not(item=item):
                return negated(self.may(item))
            case Every(items=items):
                return joined("&", map(self.holds, items))
            case Some(items=items):
                return joined("|", map(self.holds, items))
            case Backed(claim=claim, proof=proof):
                return joined("&", map(self.holds, (claim, proof)))
            case Among(item=item, words=words):
                return self.among(item, sorted(item.kind.members.index(word) for word in words))
            case Compare() as compare:
                return self.compared(compare)
        raise TypeError(f"not written for OpenFisca: {type(expr).__name__}")

    def may(self, expr: Expr) -> str:
        """True where the condition is not known to fail."""
        expr = self.look(expr)
        if self.certain(expr):
            return self.holds(expr)
        match expr:
            case Const():
                return "True"
            case Ref(name=name):
                return self.bound(name, "_may")
            case Not(item=item):
                return negated(self.holds(item))
            case Every(items=items):
                return joined("&", map(self.may, items))
            case Some(items=items):
                return joined("|", map(self.may, items))
            case Backed(claim=claim):
                return self.may(claim)
            case Compare(op=op, left=left, right=right) if op != "=":
                return negated(self.compared(Compare(OPPOSITE[op], left, right)))
        return joined("|", [self.holds(expr), *self.gaps(expr)])

    def compared(self, expr: Compare) -> str:
        """NumPy finds NaN and NaT unequal to everything, and -1 no word: only 'unequal' has to look for them."""
        sides = (expr.left, expr.right)
        if expr.left.kind == BOOL or (expr.left.kind.is_enum and not any(map(self.certain, sides))):
            raise TypeError(f"not written for OpenFisca: {expr.left.kind.name} {expr.op} {expr.right.kind.name}")
        op = "==" if expr.op == "=" else expr.op
        known = [negated(gap) for gap in self.gaps(expr)] if op == "!=" else []
        return joined("&", [f"({self.value(expr.left)} {op} {self.value(expr.right)})", *known])

    def among(self, item: Expr, codes: Sequence[int]) -> str:
        """Membership; neighbouring words are a range."""
        value = self.value(item)
        if codes[-1] - codes[0] + 1 > len(codes) or len(codes) == 1:
            return joined("|", [f"({value} == {code})" for code in codes])
        return f"(({value} >= {codes[0]}) & ({value} <= {codes[-1]}))"

    def gaps(self, expr: Expr) -> list[str]:
        """Tests any of which leaves a value, or a comparison of values, unknown."""
        expr = self.look(expr)
        if self.certain(expr):
            return []
        if isinstance(expr, Ref | Pick):
            return [gap(self.value(expr), expr.kind)]
        if isinstance(expr, Const):
            return ["True"]
        return list(dict.fromkeys(found for child in children(expr) for found in self.gaps(child)))

    # values ---------------------------------------------------------------------------------------------------------
    def value(self, expr: Expr) -> str:
        """An array, or a number where it is the same for every child."""
        expr = self.look(expr)
        match expr:
            case Const(value=value, kind=kind):
                return literal(value, kind)
            case Ref(name=name) if expr.kind != BOOL:
                return self.bound(name)
            case Add(left=left, right=right, sign=sign) if left.kind != DATE:
                return f"({self.value(left)} {'+' if sign > 0 else '-'} {self.value(right)})"
            case Widen(item=item):
                return f"({self.value(item)} * {RATE_ONE})"
            case Round(mode=mode, item=item, unit=unit):
                whole = unit * RATE_ONE
                return f"(np.floor(({self.value(item)} + {EXTRA[mode](whole)}) / {whole}) * {unit})"
            case Extreme(op=op, left=left, right=right):
                return f"np.{op}imum({self.value(left)}, {self.value(right)})"
            case Shift() | MonthOf() if not self.monthly(expr):
                return self.fetched(self.steady.setdefault(expr, f"day_{len(self.steady)}"))
            case Shift() | MonthOf():
                return self.day(expr)
            case Pick():
                return self.select(expr)
        raise TypeError(f"not written for OpenFisca: {type(expr).__name__} of {expr.kind.name}")

    def day(self, expr: Expr) -> str:
        """A day found by the calendar, which is what costs most."""
        match expr:
            case MonthOf(day=day):
                return f"month_of({self.value(day)})"
            case Shift(day=MonthOf(day=day), months=months, sign=sign):
                return f"month_of({self.value(day)}, {sign} * {self.value(months)})"
            case Shift(day=day, months=months, sign=sign):
                return f"later({self.value(day)}, {sign} * {self.value(months)})"
        raise TypeError(f"no day: {type(expr).__name__}")

    def select(self, expr: Expr) -> str:
        """A decision table: an unknown condition stops it, whoever passed is known further down."""
        cases: dict[str, str] = {}
        while isinstance(expr, Pick):
            for condition, then in expr.rows:
                plain = isinstance(self.look(condition), Compare | Among)
                doubts = self.gaps(condition) if plain else [self.may(condition)]
                cases.setdefault(self.holds(condition), self.value(then))
                if not self.certain(condition):
                    cases |= {doubt: literal(None, then.kind) for doubt in doubts if doubt not in cases}
            expr = self.look(expr.otherwise)
        cases.pop("False", None)
        if len(cases) == 1:
            [(only, found)] = cases.items()
            return f"np.where({only}, {found}, {self.value(expr)})"
        return f"np.select([{', '.join(cases)}], [{', '.join(cases.values())}], {self.value(expr)})"

    # Variables ------------------------------------------------------------------------------------------------------
    def text(self) -> str:
        """The whole package."""
        signs = list(dict.fromkeys(sign for fact in self.facts.values() for sign in signs_of(fact)))
        given = [each for fact in self.facts.values() for each in self.given(fact)]
        heads = {
            "INPUTS": {name: source for name, _, source in given},
            "PARAMETERS": {name: self.dated(name) for name in self.parameters if name not in self.compiled.constants},
            "OUTPUTS": [self.rules[name].column for name in self.program.outputs],
            "REASONS": [f"reason_{at}" for at in range(len(self.program.reasons))],
        }
        parts = [f"{name} = {value!r}\n" for name, value in heads.items()]
        parts += [self.variable(name, kind, False) for name, kind, _ in given]
        for fact in self.facts.values():
            parts += self.filled(fact, [f"sign_{signs.index(sign)}" for sign in signs_of(fact)])
        self.before_silence = True
        parts += [self.condition(f"sign_{at}", sign) for at, sign in enumerate(signs)]
        self.before_silence = False
        for rule in self.rules.values():
            if rule.name in self.compiled.materialised:
                parts += self.rule(rule)
        parts += [self.condition(f"reason_{at}", each.when) for at, each in enumerate(self.program.reasons)]
        for expr, name in self.steady.items():
            parts.append(self.variable(name, DATE, False, partial(self.day, expr)))
        return "\n\n".join(parts)

    def given(self, fact: Fact) -> Iterator[tuple[str, Kind, tuple[str, str, Any]]]:
        """The Variables that hold a fact as it is stated: name, kind and source (see `INPUTS`)."""
        name = f"{fact.column}_stated" if fact.absent == "on" or signs_of(fact) else fact.column
        silence = absent_value(fact, date.min) if fact.absent and fact.absent != "on" else None
        if fact.kind != BOOL:
            number = fact.kind.members.index(silence) if isinstance(silence, str) else silence
            yield name, fact.kind, (fact.column, type_of(fact.kind), number)
            return
        yield name, BOOL, (fact.column, "may" if silence else "holds", None)
        if not fact.absent:
            yield f"{name}_may", BOOL, (fact.column, "may", None)

    def filled(self, fact: Fact, signs: Sequence[str]) -> Iterator[str]:
        """The Variables of a fact that silence or other facts settle where it is not stated."""
        name = fact.column

        def value() -> str:
            stated = self.fetched(f"{name}_stated")
            held = self.bound("on") if fact.absent == "on" else literal(fact.implied, fact.kind)
            silent = joined("&", [gap(stated, fact.kind), joined("|", map(self.fetched, signs)) if signs else "True"])
            return f"np.where({silent}, {held}, {stated})"

        def may() -> str:
            settled = joined("|", map(self.fetched, signs))
            doubt = joined("&", [self.fetched(f"{name}_stated_may"), negated(settled)])
            return joined("|", [self.fetched(f"{name}_stated"), doubt])

        if fact.kind == BOOL and signs and fact.implied is False:
            yield self.variable(name, BOOL, False, lambda: self.fetched(f"{name}_stated"))
            yield self.variable(f"{name}_may", BOOL, False, may)
        elif signs or fact.absent == "on":
            yield self.variable(name, fact.kind, fact.absent == "on", value)

    def rule(self, rule: Rule) -> Iterator[str]:
        """The Variables of a rule."""
        expr = self.formula(rule.name)
        monthly = self.monthly(expr)
        if rule.kind != BOOL:
            yield self.variable(rule.column, rule.kind, monthly, lambda: self.value(expr))
            return
        yield self.variable(rule.column, BOOL, monthly, lambda: self.holds(expr))
        if not self.certain(expr):
            yield self.variable(f"{rule.column}_may", BOOL, monthly, lambda: self.may(expr))

    def condition(self, name: str, expr: Expr) -> str:
        """The Variable of a condition of which only matters whether it holds."""
        return self.variable(name, BOOL, self.monthly(expr), lambda: self.holds(expr))

    def dated(self, name: str) -> dict[str, Value | float]:
        """The values of a parameter by month."""
        found = {f"{month}": context.values.get(name) for month, context in self.contexts}
        return {month: nan if value is None else value for month, value in found.items()}

    def variable(self, name: str, kind: Kind, monthly: bool, formula: Callable[[], str] | None = None) -> str:
        """The class of a Variable; its formula fetches each other Variable once."""
        lines = [f"class {name}(Variable):", f"    value_type = {type_of(kind)}", "    entity = CHILD"]
        lines.append(f"    definition_period = {'MONTH' if monthly else 'ETERNITY'}")
        if formula:
            self.used = {}
            result = formula()
            lines += ["", "    def formula(child, period, parameters):"]
            lines += [f"        {local} = {fetch}" for local, fetch in self.used.items()]
            lines.append(f"        return {result}")
        return "\n".join(lines) + "\n"


def joined(op: str, parts: Iterable[str]) -> str:
    """A conjunction or disjunction; constants fold."""
    ruling, neutral = ("False", "True") if op == "&" else ("True", "False")
    kept = [part for part in dict.fromkeys(parts) if part != neutral]
    if not kept or ruling in kept:
        return ruling if kept else neutral
    return kept[0] if len(kept) == 1 else f"({f' {op} '.join(kept)})"


def negated(condition: str) -> str:
    """The opposite; constants fold."""
    return {"True": "False", "False": "True"}.get(condition, f"~{condition}")


def type_of(kind: Kind) -> str:
    """What OpenFisca calls a kind."""
    return "int" if kind.is_enum else {"bool": "bool", "date": "date"}.get(kind.name, "float")


def gap(value: str, kind: Kind) -> str:
    """The test for an unknown value."""
    return {"int": f"({value} < 0)", "date": f"np.isnat({value})", "float": f"np.isnan({value})"}[type_of(kind)]


def literal(value: Value, kind: Kind) -> str:
    """A constant."""
    if value is None:
        return {"int": "np.int8(-1)", "date": 'np.datetime64("NaT", "D")', "float": "np.nan"}[type_of(kind)]
    if isinstance(value, date):
        return f'np.datetime64("{value}")'
    return f"np.int8({kind.members.index(value)})" if isinstance(value, str) else str(value)
