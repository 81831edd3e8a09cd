"""Facts of one case: read, checked, refused by name."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime
from typing import Any

from .errors import ExprError, FactProblem, FactsError, nearest
from .kinds import BOOL, DATE, Kind, Value, read_value
from .model import Fact, Law


def flat(facts: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, Any]]:
    """Nested mappings as dotted names: {father: {dead: true}} -> father.dead. An empty mapping keeps its own name."""
    for key, value in facts.items():
        name = f"{prefix}{key}"
        if isinstance(value, Mapping) and value:
            yield from flat(value, f"{name}.")
        else:
            yield name, value


def read_facts(law: Law, facts: Mapping[str, Any], on: date, findings: Mapping[str, Kind]) -> dict[str, Value]:
    """Typed facts; raises FactsError naming every fact that is unknown, of the wrong type or impossible.

    `findings` are rules whose value may be stated instead of being computed.
    """
    known = {**{name: fact.kind for name, fact in law.facts.items()}, **findings}
    read: dict[str, Value] = {}
    problems: list[FactProblem] = []
    for name, raw in flat(facts):
        if raw == {} and any(other.startswith(f"{name}.") for other in known):
            continue
        if name not in known:
            problems.append(FactProblem(name, "no such fact", nearest(name, known)))
            continue
        if name in read:
            problems.append(FactProblem(name, "is stated twice", "Keep one of the two."))
            continue
        try:
            value = typed(known[name], raw)
        except ExprError as error:
            problems.append(FactProblem(name, error.what, error.remedy))
            continue
        fact = law.facts.get(name)
        problem = impossible(fact, value, on) if fact is not None else None
        if problem is None:
            read[name] = value
        else:
            problems.append(problem)
    if problems:
        raise FactsError(problems)
    return read


def typed(kind: Kind, raw: Any) -> Value:
    """One stated value as its kind. Money is whole fen; texts are read, never guessed."""
    if raw is None:
        return None
    if kind == BOOL:
        if isinstance(raw, bool):
            return raw
        return read_value(kind, str(raw))
    if kind == DATE:
        if isinstance(raw, datetime):
            raise ExprError("a time of day stands where a date belongs", "Write year-month-day.")
        return raw if isinstance(raw, date) else read_value(kind, str(raw))
    if isinstance(raw, bool | float) or (kind.is_enum and not isinstance(raw, str)):
        wanted = f"one of {', '.join(kind.members)}" if kind.is_enum else "a whole number"
        raise ExprError(f"{raw!r} stands where {wanted} belongs", "Correct the value.")
    if kind.is_enum:
        return read_value(kind, str(raw))
    if isinstance(raw, int):
        return raw
    return read_value(Kind("int"), str(raw))


def impossible(fact: Fact, value: Value, on: date) -> FactProblem | None:
    """Values no case can have: outside the declared range, or a date after the day of the decision."""
    if value is None:
        return None
    if isinstance(value, date):
        if value > on:
            return FactProblem(fact.name, f"{value} lies after the day asked about ({on})", "Correct one of the dates.")
        if value.year < 1900:
            return FactProblem(fact.name, f"{value} lies before 1900", "Correct the date.")
        return None
    if isinstance(value, int) and not isinstance(value, bool):
        least, most = fact.least, fact.most
        if (isinstance(least, int) and value < least) or (isinstance(most, int) and value > most):
            return FactProblem(fact.name, f"{value} is outside {least} to {most}", "Correct the value.")
    return None
