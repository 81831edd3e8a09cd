"""A programme ready to run for one case: values of every rule, the reasons that hold, and what is missing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any, Iterable, Iterator, Mapping, Sequence

from .closures import Run, build
from .dated import Context
from .expr import Backed, Expr, Pick, Ref, children, names
from .kinds import NEVER, Value, read_value
from .model import Fact, Law, Parameter, Reason, Rule

BITS = 62  # of a signed 64-bit integer; kept below the sign and one spare


@dataclass(slots=True)
class Plan:
    """A programme for one context: constants filled in, functions in order."""

    constants: list[Any]
    steps: list[tuple[int, Run]]
    reasons: list[tuple[int, Run]]
    exprs: dict[str, Expr]


@dataclass(slots=True)
class Outcome:
    """The values of a run. `value(name)` is None when unknown."""

    program: Program
    plan: Plan
    values: list[Any]

    def value(self, name: str) -> Any:
        return self.values[self.program.slots[name]]

    def reasons(self) -> tuple[int, ...]:
        """Indices of the programme's reasons that hold."""
        return tuple(at for at, run in self.plan.reasons if run(self.values))

    def missing(self, wanted: Iterable[str]) -> tuple[str, ...]:
        """Facts and parameters whose absence leaves the wanted rules unknown, in the order of declaration."""
        finder = _Missing(self)
        for name in wanted:
            finder.of_name(name)
        return tuple(name for name in self.program.asks if name in finder.found)


class Program:
    """The part of the law that a set of outputs needs. `given` names rules that come as inputs instead of being computed."""

    def __init__(
        self, law: Law, outputs: Sequence[str], reasons: Sequence[Reason] = (), given: Iterable[str] = ()
    ) -> None:
        self.law = law
        self.outputs = tuple(outputs)
        self.reasons = tuple(reasons)
        self.given = frozenset(given)
        needed = self.reach()
        self.rules: tuple[Rule, ...] = tuple(law.rules[name] for name in law.order if name in needed - self.given)
        self.inputs: tuple[Rule, ...] = tuple(law.rules[name] for name in law.order if name in needed & self.given)
        self.facts: tuple[Fact, ...] = tuple(fact for fact in law.facts.values() if fact.name in needed)
        self.parameters: tuple[Parameter, ...] = tuple(p for p in law.parameters.values() if p.name in needed)
        self.asks = tuple(item.name for item in (*self.inputs, *self.facts, *self.parameters))
        everything = ("on", *self.asks, *(rule.name for rule in self.rules))
        self.slots = {name: at for at, name in enumerate(everything)}
        self.fills = [(self.slots[fact.name], fact) for fact in self.facts if fact.absent]
        self.implied = [
            (self.slots[fact.name], build(fact.implied_when, self.slots), fact.implied)
            for fact in self.facts
            if fact.implied_when is not None
        ]
        self.plans: dict[int, tuple[Context, Plan]] = {}
        self.compiled: dict[tuple[str, int], Run] = {}

    def reach(self) -> set[str]:
        """Every name needed, through all variants, so that one layout serves every place and date."""
        needed: set[str] = set()
        waiting = [*self.outputs, *(name for reason in self.reasons for name in names(reason.when))]
        while waiting:
            name = waiting.pop()
            if name in needed or name == "on":
                continue
            needed.add(name)
            if name in self.law.rules and name not in self.given:
                waiting += [used for variant in self.law.rules[name].variants for used in names(variant.expr)]
            fact = self.law.facts.get(name)
            if fact is not None and fact.implied_when is not None:
                waiting += list(names(fact.implied_when))
        return needed

    def plan(self, context: Context) -> Plan:
        """Functions for a context, built once."""
        kept = self.plans.get(id(context))
        if kept is None:
            kept = self.plans[id(context)] = (context, self.make_plan(context))
        return kept[1]

    def make_plan(self, context: Context) -> Plan:
        constants: list[Any] = [None] * len(self.slots)
        for parameter in self.parameters:
            constants[self.slots[parameter.name]] = context.values.get(parameter.name)
        steps: list[tuple[int, Run]] = []
        exprs: dict[str, Expr] = {}
        for rule in self.rules:
            variant = context.variants.get(rule.name)
            if variant is None:
                continue
            key = (rule.name, id(variant))
            if key not in self.compiled:
                self.compiled[key] = build(variant.expr, self.slots)
            steps.append((self.slots[rule.name], self.compiled[key]))
            exprs[rule.name] = variant.expr
        reasons = [(at, build(reason.when, self.slots)) for at, reason in enumerate(self.reasons)]
        return Plan(constants, steps, reasons, exprs)

    def run(self, facts: Mapping[str, Value], on: date, context: Context) -> Outcome:
        """Evaluate for one case. `facts` may also hold values of rules (findings), which then are not computed."""
        plan = self.plan(context)
        values = plan.constants.copy()
        values[0] = on
        slots = self.slots
        fixed: set[int] = set()
        for name, value in facts.items():
            slot = slots.get(name)
            if slot is not None:
                values[slot] = value
                if name in self.law.rules:
                    fixed.add(slot)
        self.settle(values, on)
        for slot, run in plan.steps:
            if not fixed or slot not in fixed:
                values[slot] = run(values)
        return Outcome(self, plan, values)

    def settle(self, values: list[Any], on: date) -> None:
        """What silence means, where the law says so; then what follows from other stated facts."""
        for slot, fact in self.fills:
            if values[slot] is None:
                values[slot] = absent_value(fact, on)
        stated = [(slot, value) for slot, when, value in self.implied if values[slot] is None and when(values)]
        for slot, value in stated:
            values[slot] = value


def absent_value(fact: Fact, on: date) -> Value:
    """The meaning of not stating a fact."""
    return on if fact.absent == "on" else read_value(fact.kind, fact.absent)


def shown(value: Value) -> Value:
    """A value for JSON: dates as text, NEVER as None."""
    if isinstance(value, date):
        return None if value == NEVER else value.isoformat()
    return value


class _Missing:
    """Walks from an unknown result down to the unknown facts and parameters that leave it unknown."""

    def __init__(self, outcome: Outcome) -> None:
        self.outcome = outcome
        self.values = outcome.values
        self.slots = outcome.program.slots
        self.found: set[str] = set()
        self.seen: set[str] = set()

    def of_name(self, name: str) -> None:
        if self.values[self.slots[name]] is not None or name in self.seen:
            return
        self.seen.add(name)
        expr = self.outcome.plan.exprs.get(name)
        if expr is None:
            self.found.add(name)
        else:
            self.of(expr)

    def of(self, expr: Expr) -> None:
        """What leaves this unknown expression unknown."""
        if isinstance(expr, Ref):
            self.of_name(expr.name)
        elif isinstance(expr, Backed):
            self.of_backed(expr)
        elif isinstance(expr, Pick):
            self.of_pick(expr)
        else:
            for child in children(expr):
                if self.unknown(child):
                    self.of(child)

    def of_backed(self, expr: Backed) -> None:
        if self.unknown(expr.claim):
            self.of(expr.claim)
        else:
            self.found.update(papers(expr.proof, self.outcome.plan.exprs))

    def of_pick(self, expr: Pick) -> None:
        for condition, result in expr.rows:
            holds = build(condition, self.slots)(self.values)
            if holds is None:
                return self.of(condition)
            if holds:
                return self.of(result)
        return self.of(expr.otherwise)

    def unknown(self, expr: Expr) -> bool:
        return build(expr, self.slots)(self.values) is None


def papers(proof: Expr, exprs: Mapping[str, Expr]) -> Iterator[str]:
    """The facts a proof consists of."""
    for name in names(proof):
        if name in exprs:
            yield from papers(exprs[name], exprs)
        else:
            yield name

