"""Facts of one case: read, checked, refused by name."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime
from typing import Any

from ..language import Label
from .errors import EMPTY, ExprError, FactProblem, FactsError, nearest
from .kinds import BOOL, DATE, DAY_FORM, NO_MOMENT, Kind, Value, read_plain
from .model import Fact, Law
from .source import KEEP_ONE

STATED_TWICE = Label("填写了两次", "is stated twice")
CORRECT = Label("请更正。", "Correct the value.")


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
            problems.append(FactProblem(name, ("没有这项事实", "no such fact"), nearest(name, known)))
            continue
        if name in read:
            problems.append(FactProblem(name, STATED_TWICE, KEEP_ONE, titled(law, name)))
            continue
        try:
            value = typed(known[name], raw)
        except ExprError as error:
            problems.append(FactProblem(name, error.what, error.remedy, titled(law, name)))
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


def titled(law: Law, name: str) -> Label:
    """What a fact is called, where it is one."""
    return law.facts[name].title if name in law.facts else EMPTY


def typed(kind: Kind, raw: Any) -> Value:
    """One stated value as its kind. Money is whole fen; texts are read, never guessed."""
    if raw is None:
        return None
    if kind == BOOL:
        if isinstance(raw, bool):
            return raw
        return read_plain(kind, str(raw))
    if kind == DATE:
        if isinstance(raw, datetime):
            raise ExprError(NO_MOMENT, DAY_FORM)
        return raw if isinstance(raw, date) else read_plain(kind, str(raw))
    if isinstance(raw, bool | float) or (kind.is_enum and not isinstance(raw, str)):
        members = Label(f"{'、'.join(kind.members)}之一", f"one of {', '.join(kind.members)}")
        wanted = members if kind.is_enum else Label("整数", "a whole number")
        raise ExprError((f"此处应为{wanted.zh}，却是“{raw}”", f"{raw!r} stands where {wanted.en} belongs"), CORRECT)
    if kind.is_enum:
        return read_plain(kind, str(raw))
    if isinstance(raw, int):
        return raw
    return read_plain(Kind("int"), str(raw))


def impossible(fact: Fact, value: Value, on: date) -> FactProblem | None:
    """Values no case can have: outside the declared range, or a date after the day of the decision."""
    if value is None:
        return None
    if isinstance(value, date):
        if value > on:
            late = (f"{value}晚于所问之日（{on}）", f"{value} lies after the day asked about ({on})")
            return FactProblem(fact.name, late, ("请更正其中一个日期。", "Correct one of the dates."), fact.title)
        if value.year < 1900:
            early = (f"{value}早于1900年", f"{value} lies before 1900")
            return FactProblem(fact.name, early, ("请更正日期。", "Correct the date."), fact.title)
        return None
    if isinstance(value, int) and not isinstance(value, bool):
        least, most = fact.least, fact.most
        if (isinstance(least, int) and value < least) or (isinstance(most, int) and value > most):
            outside = (f"{value}不在{least}至{most}之间", f"{value} is outside {least} to {most}")
            return FactProblem(fact.name, outside, CORRECT, fact.title)
    return None
