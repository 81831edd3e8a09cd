"""A decision taken apart: every condition true, false or unknown, and what would have to change.

The changes are found by deciding again: each fact the matter turns on is set to every other word of its list, or to the
points around each number the law compares it with; a change is told when the outcome is another one.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from .decision import Decision, article_json, by_office, missing_json, plain
from .engine.expr import Compare, Const, Every, Expr, Not, Pick, Ref, Shift, Some, children, names
from .engine.kinds import BOOL, DATE, NEVER, Kind, Value, add_months
from .engine.model import Fact
from .engine.program import Outcome
from .engine.words import Writer
from .language import Label
from .speech import DAY, Speech

JOINED: dict[type, str] = {Every: "all", Some: "any", Not: "not"}
OTHERWISE = Label("其他情形", "otherwise")
TRUTH = {True: "true", False: "false", None: "unknown"}


@dataclass(frozen=True, slots=True)
class Change:
    """One fact with the value that would lead to another outcome (None: it could not be decided); `then`: what would
    have to be shown besides."""

    fact: str
    title: Label
    now: Value
    value: Value
    kind: Kind
    outcome: Value
    then: tuple[str, ...] = ()


class Explanation:
    """Conditions and changes of one decision."""

    def __init__(self, decision: Decision) -> None:
        self.decision = decision
        self.source = decision.source
        self.program = decision.source.program
        self.law = decision.source.law
        self.run = self.again(decision.facts)
        self.formulas = self.run.plan.exprs
        self.speech = Speech(self.law)
        self.writer = Writer(self.law.currency)

    def again(self, facts: dict[str, Value]) -> Outcome:
        return self.program.run(facts, self.decision.on, self.decision.context)

    # conditions -------------------------------------------------------------------------------------------------------
    def conditions(self) -> list[dict[str, Any]]:
        """Every rule the outcome rests on, the outcome first, with the value of each of its parts.

        `depth` 0: an output; 1: a rule that an output was answered with; and so on.
        """
        known = tuple(name for name in self.program.outputs if self.run.value(name) is not None)
        return [self.rule(name) | {"depth": depth} for name, depth in self.below((*self.program.needs, *known)).items()]

    def below(self, tops: tuple[str, ...]) -> dict[str, int]:
        """Rules used, each before those it uses, and how deep below; rows behind the one that applied do not count."""
        found = dict.fromkeys(tops, 0)
        waiting = deque(found)
        while waiting:
            name = waiting.popleft()
            for used in self.read(self.formulas[name]):
                if used in self.formulas and used not in found:
                    found[used] = found[name] + 1
                    waiting.append(used)
        return {name: found[name] for name in reversed(self.law.order) if name in found}

    def read(self, expr: Expr) -> Iterator[str]:
        """Names a formula was answered with."""
        if isinstance(expr, Pick):
            for condition, result in expr.rows:
                yield from self.read(condition)
                holds = self.value(condition)
                if holds is not False:
                    yield from self.read(result) if holds else ()
                    return
            yield from self.read(expr.otherwise)
            return
        if isinstance(expr, Ref):
            yield expr.name
        for child in children(expr):
            yield from self.read(child)

    def rule(self, name: str) -> dict[str, Any]:
        rule = self.law.rules[name]
        variant = self.decision.context.variants[name]
        value = self.run.value(name)
        article = self.source.article(variant.basis, variant.place, rule.ids)
        return {
            "rule": name,
            **rule.title.both(),
            "is": TRUTH[value] if rule.kind == BOOL else self.writer.constant(value, rule.kind),
            "said": self.speech.value(value, rule.kind),
            "place": variant.place,
            "from": variant.start.isoformat(),
            "to": plain(variant.end),
            "stated": name in self.decision.facts,
            "parts": list(self.parts(variant.expr)),
            "basis": article_json(article),
        }

    def parts(self, expr: Expr) -> Iterator[dict[str, Any]]:
        """The conditions of a formula, down to single comparisons; of a table only the rows that were read."""
        if isinstance(expr, Pick):
            for condition, result in expr.rows:
                yield self.part(condition, result)
                if self.value(condition) is not False:
                    return
            yield from self.last(expr.otherwise)
        elif expr.kind == BOOL:
            yield self.part(expr)
        elif not isinstance(expr, Const):
            yield {**self.formula(expr), "names": self.called(expr)}

    def last(self, expr: Expr) -> Iterator[dict[str, Any]]:
        """What applies where no row does: another table, or a single value."""
        if isinstance(expr, Pick):
            yield from self.parts(expr)
            return
        yield {"text": "otherwise", "said": OTHERWISE, "is": "true", **self.gives(expr), "names": self.called(expr)}

    def formula(self, expr: Expr) -> dict[str, Any]:
        """A formula as the law file writes it, and in words."""
        return {"text": self.writer.written(expr), "said": self.speech.formula(expr)}

    def called(self, expr: Expr) -> dict[str, Any]:
        """Every name of a formula with its value."""
        return {name: self.named(name) for name in dict.fromkeys(names(expr))}

    def gives(self, result: Expr) -> dict[str, Any]:
        """What a row of a table gives."""
        return {"gives": self.writer.written(result), "gives_said": self.speech.formula(result)}

    def part(self, expr: Expr, result: Expr | None = None) -> dict[str, Any]:
        found: dict[str, Any] = {**self.formula(expr), "is": TRUTH[self.value(expr)]}
        if result is not None:
            found |= self.gives(result)
        if isinstance(expr, Every | Some | Not):
            found["joined"] = JOINED[type(expr)]
            found["parts"] = [self.part(child) for child in children(expr)]
        else:
            found["names"] = self.called(expr)
        if result is not None and found["is"] == "true":
            found["names"] = {**found.get("names", {}), **self.called(result)}
        return found

    def named(self, name: str) -> dict[str, Any]:
        """A name in words with its value; a figure also with its dates and basis."""
        if name == "on":
            day = self.decision.on
            return {**DAY.both(), "value": day.isoformat(), "said": self.speech.value(day, DATE)}
        item = self.law.named(name)
        value = self.run.value(name)
        found: dict[str, Any] = {**item.title.both(), "value": self.writer.constant(value, item.kind)}
        found["said"] = self.speech.value(value, item.kind)
        entry = self.decision.context.entries.get(name)
        if entry is not None:
            dates = {"place": entry.place, "from": entry.start.isoformat(), "to": plain(entry.end)}
            basis = article_json(self.source.article(entry.basis, entry.place))
            found |= {**dates, "known": entry.known.isoformat(), "basis": basis}
        return found

    def value(self, expr: Expr) -> Any:
        return self.run.plan.evaluate(expr, self.program.slots, self.run.values)

    # changes ----------------------------------------------------------------------------------------------------------
    def changes(self) -> list[Change]:
        """Nearest single facts with which the outcome would be another; nothing is presumed that nobody stated.

        Facts that count as 'no' unless stated (health data, fraud, findings) are only varied where they were stated.
        """
        used = {name for rule in self.below(self.program.needs[:1]) for name in names(self.formulas[rule])}
        found: list[Change] = []
        for fact in self.program.facts:
            if fact.name in used and not (fact.absent and fact.name not in self.decision.facts):
                found += self.nearest(fact)
        return sorted(found, key=lambda change: len(change.then))

    def nearest(self, fact: Fact) -> list[Change]:
        """For each other outcome the closest value of this fact; of a list every word that leads there."""
        best: dict[tuple[Value, Value], Change] = {}
        now = self.run.value(fact.name)
        for value in sorted(self.worth_trying(fact), key=lambda value: distance(value, now)):
            change = self.tried(fact, value, now)
            if change is not None:
                best.setdefault((change.outcome, value if fact.kind.is_enum else None), change)
        return list(best.values())

    def tried(self, fact: Fact, value: Value, now: Value) -> Change | None:
        run = self.again({**self.decision.facts, fact.name: value})
        outcome = run.value(self.program.outputs[0])
        if outcome is not None:
            if outcome == self.decision.outcome:
                return None
            return Change(fact.name, fact.title, now, value, fact.kind, outcome)
        if self.decision.outcome is None:
            return None
        leads = tuple(name for name in run.missing()[0] if name != fact.name)
        return Change(fact.name, fact.title, now, value, fact.kind, None, leads) if leads else None

    def worth_trying(self, fact: Fact) -> set[Value]:
        """Other values of a fact at which some formula may answer differently."""
        now = self.run.value(fact.name)
        found: set[Value] = set()
        if fact.kind == BOOL:
            found = {True, False}
        elif fact.kind.is_enum:
            found = set(fact.kind.members)
        for expr in self.formulas.values():
            found |= set(self.edges(expr, fact))
        return {value for value in found if value != now and possible(fact, value, self.decision.on)}

    def edges(self, expr: Expr, fact: Fact) -> Iterator[Value]:
        """Points around every value this fact, alone or moved by months, is compared with or counted from."""
        if isinstance(expr, Compare):
            for one, other in ((expr.left, expr.right), (expr.right, expr.left)):
                if fact.name in names(one):
                    yield from self.around(one, other, fact)
        elif isinstance(expr, Shift) and expr.day == Ref(fact.name, DATE) and isinstance(expr.months, Const):
            months = expr.months.value
            if isinstance(months, int):
                yield from beside(add_months(self.decision.on, -months * expr.sign))
        for child in children(expr):
            yield from self.edges(child, fact)

    def around(self, one: Expr, other: Expr, fact: Fact) -> Iterator[Value]:
        against = self.value(other)
        if not isinstance(one, Ref) or against is None or against == NEVER:
            return
        if isinstance(against, date):
            yield from beside(against)
        elif isinstance(against, int):
            yield from (against - 1, against, against + 1)

    # words ------------------------------------------------------------------------------------------------------------
    def to_json(self) -> dict[str, Any]:
        """The decision with its conditions, what would have to change, and whom to ask."""
        asks = by_office(self.decision.ask)
        return {
            **self.decision.to_json(),
            "conditions": plain(self.conditions()),
            "would_change": [self.change_json(change) for change in self.changes()],
            "ask": {office: [missing_json(item) for item in items] for office, items in asks.items()},
        }

    def change_json(self, change: Change) -> dict[str, Any]:
        now, value = (self.writer.constant(item, change.kind) for item in (change.now, change.value))
        return {
            "fact": change.fact,
            **change.title.both(),
            "said": self.speech.value(change.value, change.kind).both(),
            "now": now,
            "if": value,
            "outcome": plain(change.outcome),
            "then_show": [missing_json(self.source.missing(name, True)) for name in change.then],
        }


def beside(day: date) -> Iterator[date]:
    """A day and its neighbours."""
    return (date.fromordinal(day.toordinal() + step) for step in (-1, 0, 1))


def distance(value: Value, now: Value) -> int:
    """How far a value is from the present one, in its own unit; words and truth values are all equally far."""
    if isinstance(value, date) and isinstance(now, date):
        return abs(value.toordinal() - now.toordinal())
    if isinstance(value, int) and isinstance(now, int):
        return abs(value - now)
    return 0


def possible(fact: Fact, value: Value, on: date) -> bool:
    """Whether a case can have this value on the day."""
    if isinstance(value, date):
        return value <= on
    low, high = fact.least, fact.most
    return not isinstance(value, int) or (
        (not isinstance(low, int) or value >= low) and (not isinstance(high, int) or value <= high)
    )


def explain(decision: Decision) -> Explanation:
    """Take a decision apart."""
    return Explanation(decision)
