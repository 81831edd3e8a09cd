"""The documented facts schema that `./hutong law facts` prints."""

from __future__ import annotations

from typing import Any

from .engine.model import Fact, Law

UNITS = {"money": "fen", "months": "months", "days": "days", "date": "year-month-day"}


def facts_schema(law: Law) -> dict[str, Any]:
    """Facts by name, then the other form in which a parent's situation may be written."""
    from .cn.situations import COMMON, DETAILS, PAPERS, STATUSES

    statuses = {
        status: {"keys": [*COMMON, *DETAILS.get(status, ())], "evidence": list(PAPERS.get(status, ()))}
        for status in STATUSES
    }
    return {
        "facts": {fact.name: fact_schema(law, fact) for fact in law.facts.values()},
        "parent_statuses": {
            "form": "father: {statuses: [{status: ..., from: ..., to: ..., evidence: [{kind: ..., date: ...}]}], "
            "complete: true}",
            "complete": "true: every condition was checked, nothing else holds",
            "statuses": statuses,
        },
        "rules": "Unstated is unknown, never no, except where 'absent' says otherwise. Unknown names are refused.",
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
    if fact.doc.en:
        found["note"] = {"zh": fact.doc.zh, "en": fact.doc.en}
    found["ask"] = {"id": fact.ask, "zh": office.zh, "en": office.en}
    if fact.absent:
        found["absent"] = {"means": fact.absent, "because": fact.because}
    if fact.implied_when is not None:
        found["implied"] = "follows from other stated facts where it is not stated"
    return found
