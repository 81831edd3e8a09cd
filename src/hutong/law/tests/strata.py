"""Random cases of a programme in which every outcome has its share.

Plain chance hardly ever meets a long conjunction. So the conditions of a formula are solved backwards for each value an
output can have; from those seeds the rest is bred by changing a few facts, the place, the day or what was known then,
always from a seed of the value that is rarest so far. What a case gives is never assumed: the interpreter tells.
"""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from typing import Any, TypeAlias

from hutong.law import Jurisdiction
from hutong.law.engine.dated import Context
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
    Shift,
    Some,
    Widen,
    children,
    names,
)
from hutong.law.engine.facts import impossible
from hutong.law.engine.kinds import DATE, NEVER, Value, add_days, add_months
from hutong.law.engine.model import Fact
from hutong.law.engine.program import Outcome, Program

from .engines import Case, interpreted

Target: TypeAlias = tuple[str, Value]  # an output and a value of it
SEEDS = 40  # solved for each target; the others descend from them
TRIES, ENOUGH = 4000, 200  # attempts; after the second number a few seeds are enough
FLIP = {"=": "=", "!=": "!=", "<": ">", "<=": ">=", ">": "<", ">=": "<="}
OPPOSITE = {"=": "!=", "!=": "=", "<": ">=", "<=": ">", ">": "<=", ">=": "<"}


class Strata:
    """Cases of one programme. `known` days before today are asked now and then."""

    def __init__(self, law: Jurisdiction, programme: str, seed: int = 3) -> None:
        self.law = law
        self.program: Program = law.compile_sql(programme, "duckdb").program
        self.facts = {fact.name: fact for fact in self.program.facts}
        self.names = list(self.facts)
        self.rng = random.Random(f"{programme} {seed}")
        placed = {item.place for item in self.dated()} | {"CN"}
        self.places = sorted(placed)
        starts = sorted({item.start for item in self.dated()})
        edges = {day + timedelta(days=step) for day in starts for step in (-1, 0, 1, 200)}
        self.begins = max(law.resolver.begins, law.begins(programme))
        self.days = sorted({self.begins} | {day for day in edges if self.begins <= day})
        self.points = self.find_points()

    def dated(self) -> list[Any]:
        """Formulas and figures this programme rests on."""
        formulas = [variant for rule in self.program.rules for variant in rule.variants]
        return formulas + [entry for parameter in self.program.parameters for entry in parameter.entries]

    def find_points(self) -> dict[str, set[int]]:
        """Numbers each fact is compared with, in any variant."""
        found: dict[str, set[int]] = {}
        waiting = [variant.expr for rule in self.program.rules for variant in rule.variants]
        while waiting:
            expr = waiting.pop()
            waiting += children(expr)
            if isinstance(expr, Compare) and isinstance(expr.left, Ref) and isinstance(expr.right, Const):
                value = expr.right.value
                if isinstance(value, int) and not isinstance(value, bool):
                    found.setdefault(expr.left.name, set()).add(value)
        return found

    # outcomes ---------------------------------------------------------------------------------------------------------
    def targets(self) -> list[Target]:
        """Every value the formulas can write for outputs that are words or truth values; otherwise known or not."""
        found: list[Target] = []
        for name in self.program.outputs:
            rule = self.law.law.rules[name]
            if rule.kind.is_enum or rule.kind.name == "bool":
                found += [(name, value) for value in sorted(self.written(name), key=str)]
            else:
                found.append((name, "known"))
            if self.may_lack({name}):
                found.append((name, None))
        return found

    def may_lack(self, below: set[str]) -> bool:
        """Does anything below have no meaning when it is not stated? Otherwise the output is always known."""
        seen: set[str] = set()
        waiting = sorted(below)
        while waiting:
            name = waiting.pop()
            if name in self.facts and not self.facts[name].absent:
                return True
            rule = self.law.law.rules.get(name)
            if rule is not None and name not in seen:
                waiting += [used for variant in rule.variants for used in names(variant.expr)]
            seen.add(name)
        return False

    def written(self, name: str) -> set[Value]:
        """Values a rule can have, as far as its formulas tell."""
        rule = self.law.law.rules[name]
        everything: set[Value] = {*(rule.kind.members or (True, False))}
        found: set[Value] = set()
        waiting: list[Expr] = [v.expr for v in rule.variants if v.end is None or v.end >= self.begins]
        while waiting:
            expr = waiting.pop()
            match expr:
                case Pick(rows=rows, otherwise=otherwise):
                    waiting += [*(result for _, result in rows), otherwise]
                case Const(value=value):
                    found.add(value)
                case Ref(name=used) if used in self.law.law.rules:
                    found |= self.written(used)
                case _:
                    found |= everything
        return found

    def given(self, run: Outcome) -> list[Target]:
        """What a case gives, as targets."""
        found: list[Target] = []
        for name in self.program.outputs:
            kind, value = self.law.law.rules[name].kind, run.value(name)
            plain = kind.is_enum or kind.name == "bool" or value is None
            found.append((name, value if plain else "known"))
        return found

    # cases ------------------------------------------------------------------------------------------------------------
    def run(self, case: Case) -> Outcome:
        return self.program.run(case.facts, case.on, self.law.context(case.place, case.on, case.known))

    def cases(self, count: int) -> tuple[list[Case], Counter[Target]]:
        """So many cases, and how often each target occurs among them."""
        targets = self.targets()
        seeds = {target: self.seeds(target) for target in targets}
        able = [target for target in targets if seeds[target]]
        shares: Counter[Target] = Counter(dict.fromkeys(targets, 0))
        found: list[Case] = []
        while len(found) < count:
            rarest = min(able, key=lambda target: shares[target])
            case = self.rng.choice(seeds[rarest])
            for _ in range(4):
                bred = self.bred(case)
                if rarest in self.given(self.run(bred)):
                    case = bred
                    break
            found.append(case)
            shares.update(self.given(self.run(case)))
        return found, shares

    def seeds(self, target: Target) -> list[Case]:
        """Cases that give the target, solved; empty when none was found."""
        found: list[Case] = []
        for attempt in range(TRIES):
            if len(found) == SEEDS or (attempt >= ENOUGH and len(found) > 4):
                break
            case = self.solved(target)
            if target in self.given(self.run(case)):
                found.append(case)
        return found

    def solved(self, target: Target) -> Case:
        """One attempt: noise, then the facts that the formula of the target wants."""
        case = self.setting()
        context = self.law.context(case.place, case.on)
        density = self.rng.choice((0.0, 0.0, 0.3, 0.95))
        facts = {name: self.chance(fact, case.on) for name, fact in self.facts.items() if self.rng.random() < density}
        solver = Solver(self, context, case.on, facts)
        name, value = target
        solver.want(Ref(name, self.law.law.rules[name].kind), value)
        return Case({key: value for key, value in solver.facts.items() if value is not None}, case.on, case.place)

    def setting(self) -> Case:
        """A day around a change of the law, or any day since; a place with law of its own, or inside one."""
        on = self.rng.choice(self.days)
        if self.rng.random() < 0.5:
            on = min(on + timedelta(days=self.rng.randrange(800)), date(2027, 12, 31))
        return Case({}, on, self.rng.choice(self.places))

    def bred(self, case: Case) -> Case:
        """A neighbour: one to three facts changed or taken away; sometimes the place, the day, what was known."""
        facts = dict(case.facts)
        rng = self.rng
        for name in rng.choices(self.names, k=rng.choice((1, 1, 2, 3))) if self.names else ():
            if name in facts and rng.random() < 0.3:
                del facts[name]
            else:
                facts[name] = self.near(self.facts[name], facts.get(name), case.on)
        on, place, known = case.on, case.place, None
        if rng.random() < 0.15:
            place = rng.choice(self.places)
        if rng.random() < 0.15:
            on = max(on, rng.choice(self.days))
        if rng.random() < 0.1:
            known = on - timedelta(days=rng.randrange(900))
        return Case({name: value for name, value in facts.items() if value is not None}, on, place, known)

    # values -----------------------------------------------------------------------------------------------------------
    def near(self, fact: Fact, now: Value, on: date) -> Value:
        """A value beside the present one, or any."""
        if self.rng.random() < 0.5 and now is not None and not isinstance(now, bool | str):
            step = self.rng.choice((-1, 1))
            moved: Value = add_days(now, step) if isinstance(now, date) else now + step
            if fits(fact, moved, on):
                return moved
        return self.chance(fact, on)

    def chance(self, fact: Fact, on: date) -> Value:
        """Any possible value of a fact."""
        rng = self.rng
        if fact.kind.is_enum:
            return rng.choice(fact.kind.members)
        if fact.kind.name == "bool":
            return rng.random() < 0.5
        if fact.kind == DATE:
            years = rng.choice((1, 3, 20, 20)) if "birth" in fact.name else rng.choice((0.1, 1, 3))
            return on - timedelta(days=rng.randrange(int(years * 365)))
        low = fact.least if isinstance(fact.least, int) else 0
        high = fact.most if isinstance(fact.most, int) else 10**7 if fact.kind.name == "money" else low + 99
        picks = [point + step for point in self.points.get(fact.name, ()) for step in (-1, 0, 1)]
        picks += [low, rng.randint(low, high), rng.randint(low, min(high, low + 14))]
        return max(low, min(high, rng.choice(picks)))


class Solver:
    """Sets facts so that formulas take wanted values. What is set first stays; whether it worked is for the caller."""

    def __init__(self, strata: Strata, context: Context, on: date, facts: dict[str, Value]) -> None:
        self.strata = strata
        self.rng = strata.rng
        self.context = context
        self.on = on
        self.facts = facts
        self.pinned: set[str] = set()
        self.run: Outcome | None = None  # with the facts set so far

    def want(self, expr: Expr, value: Any) -> None:
        """Make an expression true, false, unknown (None) or a certain value."""
        match expr:
            case Ref(name=name):
                self.want_name(name, value)
            case Not(item=item):
                self.want(item, None if value is None else not value)
            case Every(items=items):
                self.joined(items, False, value)
            case Some(items=items):
                self.joined(items, True, value)
            case Backed(claim=claim, proof=proof):
                self.want(claim, value is not False)
                if value is not False:
                    self.want(proof, value or self.rng.choice((None, False)))
            case Among(item=item, words=words):
                others = [word for word in item.kind.members if word not in words]
                self.want(item, None if value is None else self.rng.choice(words if value else others or words))
            case Pick():
                self.table(expr, value)
            case Compare():
                self.compare(expr, value)
            case Const():
                return
            case _ if value is None:
                self.want(self.rng.choice(children(expr)), None)
            case _ if value == "known":
                for child in children(expr):
                    self.want(child, "known")
            case _:
                self.reach(expr, value)

    def want_name(self, name: str, value: Any) -> None:
        if name in self.strata.facts:
            self.state(self.strata.facts[name], value)
        elif name in self.context.variants:
            self.want(self.context.variants[name].expr, value)

    def state(self, fact: Fact, value: Any) -> None:
        if fact.name in self.pinned:
            return
        if value == "known":
            value = self.facts.get(fact.name)
            value = self.strata.chance(fact, self.on) if value is None else value
        if value is None or fits(fact, value, self.on):
            self.facts[fact.name] = value
            self.pinned.add(fact.name)
            self.run = None

    def joined(self, items: tuple[Expr, ...], ruling: bool, value: Any) -> None:
        """`and` (ruled by a single false part) or `or` (by a single true one)."""
        if value is ruling:
            self.want(self.rng.choice(items), ruling)
            return
        unknown = self.rng.randrange(len(items)) if value is None else -1
        if unknown >= 0:
            self.want(items[unknown], None)
        for at, item in enumerate(items):
            if at != unknown:
                self.want(item, not ruling)

    def table(self, table: Pick, value: Any) -> None:
        rows = [*table.rows, (Const(True, table.rows[0][0].kind), table.otherwise)]
        able = [at for at, (_, result) in enumerate(rows) if may_be(result, value)]
        if (value is None and self.rng.random() < 0.6) or not able:
            stop = self.rng.randrange(len(rows) - 1)
            self.want(rows[stop][0], None)
        else:
            stop = self.rng.choice(able)
            self.want(rows[stop][0], True)
            self.want(rows[stop][1], value)
        for condition, _ in rows[:stop]:
            self.want(condition, False)

    def compare(self, expr: Compare, value: Any) -> None:
        left, right = expr.left, expr.right
        if value is None:
            self.want(self.rng.choice([side for side in (left, right) if not isinstance(side, Const)]), None)
            return
        if value == "known":
            value = self.rng.random() < 0.5
        op = expr.op if value else OPPOSITE[expr.op]
        if self.rng.random() < 0.5 or isinstance(left, Const) or not self.movable(left):
            left, right, op = right, left, FLIP[op]
        if not self.movable(left):
            left, right, op = right, left, FLIP[op]
        self.want(right, "known")
        goal = self.value(right)
        if goal is not None:
            self.reach(left, self.beside(op, goal, left))

    def beside(self, op: str, goal: Any, left: Expr) -> Any:
        """A value that compares so with the goal, mostly the nearest."""
        if left.kind.is_enum or isinstance(goal, bool):
            others = [word for word in (left.kind.members or (True, False)) if word != goal]
            return goal if op == "=" else self.rng.choice(others)
        far = self.rng.choice((0, 0, 0, 1, 30, 400, 4000))
        step = {"=": 0, "<=": -far, ">=": far, "<": -1 - far, ">": 1 + far}.get(op)
        step = self.rng.choice((-1, 1)) if step is None else step
        return add_days(goal, step) if isinstance(goal, date) else goal + step

    def movable(self, expr: Expr) -> bool:
        """Does it rest on a fact that is still free?"""
        return any(
            (name in self.strata.facts and name not in self.pinned)
            or (name in self.context.variants and self.movable(self.context.variants[name].expr))
            for name in names(expr)
        )

    def reach(self, expr: Expr, goal: Any) -> None:
        """Give an amount, length or date a certain value by working backwards to one fact."""
        match expr:
            case Ref(name=name) if name in self.strata.facts:
                self.state(self.strata.facts[name], goal)
            case Ref(name=name) if name in self.context.variants:
                self.reach(self.context.variants[name].expr, goal)
            case Shift(day=day, months=months, sign=sign):
                self.want(months, "known")
                by = self.value(months)
                if by is not None and goal != NEVER:
                    self.reach(day, add_months(goal, -sign * by))
            case Add(left=left, right=right, sign=sign):
                self.balance(left, right, sign, goal)
            case MonthOf(day=item) | Widen(item=item):
                self.reach(item, goal // 10_000 if isinstance(expr, Widen) else goal)
            case Extreme(left=left, right=right):
                self.want(right, "known")
                self.reach(left, goal)
            case Pick():
                self.table(expr, goal)
            case Const():
                return
            case _:
                self.want(expr, goal if isinstance(goal, bool) or expr.kind.is_enum else "known")

    def balance(self, left: Expr, right: Expr, sign: int, goal: Any) -> None:
        if not self.movable(left):
            self.want(left, "known")
            start = self.value(left)
            if start is not None:
                self.reach(right, moved(start, -goal) if right.kind == DATE else minus(goal, start) * sign)
            return
        self.want(right, "known")
        other = self.value(right)
        if other is not None:
            self.reach(left, moved(other, goal) if right.kind == DATE else moved(goal, -sign * other))

    def value(self, expr: Expr) -> Any:
        """What an expression is with the facts set so far."""
        if isinstance(expr, Const):
            return expr.value
        if isinstance(expr, Ref) and expr.name in self.facts:
            return self.facts[expr.name]
        if isinstance(expr, Ref) and expr.name in self.context.entries:
            return self.context.values[expr.name]
        if self.run is None:
            self.run = self.strata.program.run(self.facts, self.on, self.context)
        return self.run.plan.evaluate(expr, self.strata.program.slots, self.run.values)


def minus(goal: Any, start: Any) -> int:
    return (goal - start).days if isinstance(goal, date) else int(goal - start)


def moved(start: Any, by: int) -> Any:
    return add_days(start, by) if isinstance(start, date) else start + by


def fits(fact: Fact, value: Value, on: date) -> bool:
    """Whether `read_facts` would take it."""
    return impossible(fact, value, on) is None


def may_be(result: Expr, value: Any) -> bool:
    """Whether a cell can give the value."""
    return not isinstance(result, Const) or value == "known" or result.value == value


@dataclass(frozen=True)
class Sample:
    """Cases of a programme, how often each target occurs among them, and what the interpreter says of each."""

    cases: list[Case]
    shares: Counter[Target]
    answers: list[dict[str, Any]]


@cache
def sample(law: Jurisdiction, programme: str, count: int) -> Sample:
    """Made once for all engines."""
    cases, shares = Strata(law, programme).cases(count)
    compiled = law.compile_sql(programme, "duckdb")
    return Sample(cases, shares, [interpreted(law, compiled, case) for case in cases])
