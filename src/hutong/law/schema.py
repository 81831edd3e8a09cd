"""The documented facts schema that `./hutong law facts` prints."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .engine.model import Fact, Law

UNITS = {"months": "months", "days": "days", "date": "year-month-day"}


def facts_schema(law: Law, other_forms: Mapping[str, Any]) -> dict[str, Any]:
    """Facts by name, then the other forms in which the jurisdiction lets them be written."""
    return {
        "facts": {fact.name: fact_schema(law, fact) for fact in law.facts.values()},
        **other_forms,
        "rules": {
            "zh": "未填写即未知，不等于“否”；“absent”另有说明的除外。未知的名称一律拒绝。",
            "en": "Unstated is unknown, never no, except where 'absent' says otherwise. Unknown names are refused.",
        },
    }


def fact_schema(law: Law, fact: Fact) -> dict[str, Any]:
    """One fact."""
    office = law.offices[fact.ask]
    found: dict[str, Any] = {"type": fact.kind.name, **fact.title.both()}
    units = {"money": law.currency.minor.en, **UNITS}
    if fact.kind.name in units:
        found["unit"] = units[fact.kind.name]
    if fact.kind.is_enum:
        words = law.words
        found["values"] = {word: words[fact.kind.name, word].both() for word in fact.kind.members}
    if fact.least is not None:
        found["range"] = [fact.least, fact.most]
    if fact.doc:
        found["note"] = fact.doc.both()
    found["ask"] = {"id": fact.ask, **office.both()}
    if fact.absent:
        found["absent"] = {"means": fact.absent, "because": fact.because.both()}
    if fact.implied_when is not None:
        found["implied"] = {
            "zh": "未填写时由其他已填事实推出",
            "en": "follows from other stated facts where it is not stated",
        }
    return found
