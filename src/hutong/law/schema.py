"""The documented facts schema that `./hutong law facts` prints."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .engine.model import Fact, Law

UNITS = {"money": "fen", "months": "months", "days": "days", "date": "year-month-day"}


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
    found: dict[str, Any] = {"type": fact.kind.name, "zh": fact.title.zh, "en": fact.title.en}
    if fact.kind.name in UNITS:
        found["unit"] = UNITS[fact.kind.name]
    if fact.kind.is_enum:
        words = law.words
        found["values"] = {
            word: {"zh": words[fact.kind.name, word].zh, "en": words[fact.kind.name, word].en}
            for word in fact.kind.members
        }
    if fact.least is not None:
        found["range"] = [fact.least, fact.most]
    if fact.doc:
        found["note"] = {"zh": fact.doc.zh, "en": fact.doc.en}
    found["ask"] = {"id": fact.ask, "zh": office.zh, "en": office.en}
    if fact.absent:
        found["absent"] = {"means": fact.absent, "because": {"zh": fact.because.zh, "en": fact.because.en}}
    if fact.implied_when is not None:
        found["implied"] = {
            "zh": "未填写时由其他已填事实推出",
            "en": "follows from other stated facts where it is not stated",
        }
    return found
