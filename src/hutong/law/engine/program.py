"""A programme ready to run for one case: values of every rule, the reasons that hold, and what is missing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from .closures import Run, build
from .dated import Context
from .expr import Backed, Every, Expr, Pick, Ref, Some, children, names
from .kinds import Value
from .model import Contradiction, Fact, Law, Parameter, Reason, Rule

BITS = 62  # of a signed 64-bit integer; kept below the sign and one spare


@dataclass(slots=True)
class Plan:
    """A programme for one context: constants filled in, functions in order."""

    constants: list[Any]
    steps: list[tuple[int, Run]]
    reasons: list[tuple[int, Run]]
    exprs: dict[str, Expr]
    built: dict[int, tuple[Expr, Run]]

    def evaluate(self, expr: Expr, slots: Mapping[str, int], values: Sequence[Any]) -> Any:
        """A part of a formula on the values of a run; its function is built once."""
        if isinstance(expr, Ref):
            return values[slots[expr.name]]
        kept = self.built.get(id(expr))
        if kept is None:
            kept = self.built[id(expr)] = (expr, build(expr, slots))
        return kept[1](values)


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

    def missing(self) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """Facts and parameters whose absence leaves the needed rules unknown, in the order of declaration.

        The first list holds what would complete a condition already put forward (a paper, a term, a date); the second
        what would settle the matter in another way.
        """
        finder = _Missing(self)
        for name in self.program.needs:
            finder.of_name(name)
        leads = tuple(name for name in self.program.asks if name in finder.leads)
        return leads, tuple(name for name in self.program.asks if name in finder.found - finder.leads)


class Program:
    """The part of the law that a set of outputs needs. `given` names rules that come as inputs, not computed."""

    def __init__(
        self,
        law: Law,
        outputs: Sequence[str],
        reasons: Sequence[Reason] = (),
        given: Iterable[str] = (),
        needs: Sequence[str] | None = None,
    ) -> None:
        self.law = law
        self.begins = min((v.start for rule in law.rules.values() for v in rule.variants), default=date.min)
        self.outputs = tuple(outputs)
        self.needs = self.outputs if needs is None else tuple(needs)
        self.reasons = tuple(reasons)
        self.given = frozenset(given)
        needed = self.reach()
        self.rules: tuple[Rule, ...] = tuple(law.rules[name] for name in law.order if name in needed - self.given)
        self.inputs: tuple[Rule, ...] = tuple(law.rules[name] for name in law.order if name in needed & self.given)
        self.facts: tuple[Fact, ...] = tuple(fact for fact in law.facts.values() if fact.name in needed)
        self.parameters: tuple[Parameter, ...] = tuple(p for p in law.parameters.values() if p.name in needed)
        asked: list[Rule | Fact | Parameter] = [*self.inputs, *self.facts, *self.parameters]
        self.asks = tuple(item.name for item in asked)
        everything = ("on", *self.asks, *(rule.name for rule in self.rules))
        self.slots = {name: at for at, name in enumerate(everything)}
        self.fills = [(self.slots[fact.name], fact) for fact in self.facts if fact.absent]
        self.implied = [
            (self.slots[fact.name], build(fact.implied_when, self.slots), fact.implied)
            for fact in self.facts
            if fact.implied_when is not None
        ]
        known = {"on", *(fact.name for fact in self.facts)}
        self.contradictions = [
            (one, build(one.when, self.slots), tuple(self.slots[name] for name in one.asks))
            for one in law.contradictions.values()
            if known.issuperset({*names(one.when), *one.asks})
        ]
        self.plans: dict[int, tuple[Context, Plan]] = {}
        self.compiled: dict[tuple[str, int], Run] = {}

    def reach(self) -> set[str]:
        """Every name needed, through all variants, so that one layout serves every place and date."""
        needed: set[str] = set()
        waiting = [*self.outputs, *self.needs, *(name for reason in self.reasons for name in names(reason.when))]
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
            if name in self.law.parameters:
                waiting += self.shared(self.law.parameters[name])
        return needed

    def shared(self, parameter: Parameter) -> list[str]:
        """The figures it is a share of somewhere."""
        return [entry.share_of for entry in parameter.entries if entry.share_of]

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
        return Plan(constants, steps, reasons, exprs, {})

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
        self.imply(values)

    def imply(self, values: list[Any]) -> None:
        """What follows from other stated facts."""
        stated = [(slot, value) for slot, when, value in self.implied if values[slot] is None and when(values)]
        for slot, value in stated:
            values[slot] = value

    def contradicted(self, facts: Mapping[str, Value], on: date) -> tuple[Contradiction, ...]:
        """Stated facts that cannot all be true. What follows from a fact never contradicts it, nor does a day that is
        only reckoned."""
        if not self.contradictions:
            return ()
        values: list[Any] = [None] * len(self.slots)
        values[0] = on
        for name, value in facts.items():
            if name in self.slots:
                values[self.slots[name]] = value
        for slot, fact in self.fills:
            if values[slot] is None:
                values[slot] = fact.presumed
        stated = values.copy()
        self.imply(values)
        return tuple(one for one, holds, asks in self.contradictions if holds(_as_stated(values, stated, asks)))


def _as_stated(values: list[Any], stated: Sequence[Any], slots: Sequence[int]) -> list[Any]:
    """The values with those of some slots as they were stated."""
    found = values.copy()
    for slot in slots:
        found[slot] = stated[slot]
    return found


def absent_value(fact: Fact, on: date) -> Value:
    """The meaning of not stating a fact."""
    return on if fact.absent == "on" else fact.presumed


class _Missing:
    """Walks from an unknown result down to the unknown facts and parameters that leave it unknown.

    A walk is a lead below a claim that lacks its paper, and below a conjunction of which another part already holds.
    """

    def __init__(self, outcome: Outcome) -> None:
        self.plan = outcome.plan
        self.values = outcome.values
        self.slots = outcome.program.slots
        self.found: set[str] = set()
        self.leads: set[str] = set()
        self.seen: set[tuple[str, bool]] = set()

    def of_name(self, name: str, lead: bool = False) -> None:
        if self.values[self.slots[name]] is not None or (name, lead) in self.seen:
            return
        self.seen.add((name, lead))
        expr = self.plan.exprs.get(name)
        if expr is None:
            self.note(name, lead)
        else:
            self.of(expr, lead)

    def note(self, name: str, lead: bool) -> None:
        self.found.add(name)
        if lead:
            self.leads.add(name)

    def of(self, expr: Expr, lead: bool) -> None:
        """What leaves this unknown expression unknown."""
        match expr:
            case Ref(name=name):
                self.of_name(name, lead)
            case Backed():
                self.of_backed(expr, lead)
            case Pick():
                self.of_pick(expr, lead)
            case _:
                parts = [(child, self.value(child)) for child in children(expr)]
                if isinstance(expr, Every):
                    lead = lead or any(value for _, value in parts)
                elif isinstance(expr, Some):
                    lead = False
                for child, value in parts:
                    if value is None:
                        self.of(child, lead)

    def of_backed(self, expr: Backed, lead: bool) -> None:
        if self.value(expr.claim) is None:
            return self.of(expr.claim, lead)
        for name in papers(expr.proof, self.plan.exprs):
            self.note(name, True)
        return None

    def of_pick(self, expr: Pick, lead: bool) -> None:
        for condition, result in expr.rows:
            holds = self.value(condition)
            if holds is None:
                return self.of(condition, lead)
            if holds:
                return self.of(result, lead)
        return self.of(expr.otherwise, lead)

    def value(self, expr: Expr) -> Any:
        return self.plan.evaluate(expr, self.slots, self.values)


def papers(proof: Expr, exprs: Mapping[str, Expr]) -> Iterator[str]:
    """The facts a proof consists of."""
    for name in names(proof):
        if name in exprs:
            yield from papers(exprs[name], exprs)
        else:
            yield name
