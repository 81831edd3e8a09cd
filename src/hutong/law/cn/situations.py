"""Parents as people describe them: a list of dated statuses, each with its papers; made flat for the law."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from ..engine.errors import ExprError, FactProblem, FactsError, nearest
from ..engine.kinds import DATE, read_value

PARENTS = ("father", "mother")
CUSTODY = {
    "prison": "prison",
    "drug_isolation": "drug_isolation",
    "other_restriction": "other",
    "compulsory_treatment": "compulsory_treatment",
}
STATUSES = (
    "able",
    "dead",
    "missing_declared",
    "unfindable",
    "disability",
    "illness",
    *CUSTODY,
    "lost_contact",
    "revoked",
    "deported",
)
DETAILS = {
    "dead": ("witnesses",),
    "disability": ("kind", "grade"),
    **dict.fromkeys(CUSTODY, ("term_months", "served_months", "remaining_months")),
    "lost_contact": ("reported", "accepted", "steps"),
}
DEATH_PAPERS = (
    "police_cancellation",
    "medical_certificate",
    "cremation_certificate",
    "court_judgment",
    "village_certificate",
)
PAPERS = {
    "dead": DEATH_PAPERS,
    "missing_declared": ("court_judgment",),
    "unfindable": ("police_certificate",),
    "disability": ("disability_card",),
    "illness": ("hospital_record", "insurance_record"),
    **dict.fromkeys(CUSTODY, ("court_paper", "police_paper", "justice_paper")),
    "lost_contact": ("police_receipt",),
    "revoked": ("court_judgment",),
    "deported": ("court_judgment", "police_paper"),
}
COMMON = ("status", "from", "to", "evidence")


def flatten(facts: Mapping[str, Any], on: date) -> dict[str, Any]:
    """Replace `father: {statuses: [...], complete: true}` by flat facts in force on the day; other facts stay."""
    result = dict(facts)
    problems: list[FactProblem] = []
    for parent in PARENTS:
        stated = facts.get(parent)
        if isinstance(stated, Mapping) and "statuses" in stated:
            rest = {key: value for key, value in stated.items() if key not in ("statuses", "complete")}
            found = _statuses(parent, stated, on, problems)
            twice = [key for key in rest if key in found]
            problems += [FactProblem(f"{parent}.{key}", "is stated twice", "Keep one of the two.") for key in twice]
            result[parent] = {**found, **rest}
    if problems:
        raise FactsError(problems)
    return result


def _statuses(parent: str, stated: Mapping[str, Any], on: date, problems: list[FactProblem]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    statuses = stated["statuses"]
    if not isinstance(statuses, Sequence) or isinstance(statuses, str):
        problems.append(FactProblem(f"{parent}.statuses", "not a list", "Write one entry for each status."))
        return found
    for at, status in enumerate(statuses):
        where = f"{parent}.statuses[{at}]"
        if not isinstance(status, Mapping) or status.get("status") not in STATUSES:
            name = status.get("status") if isinstance(status, Mapping) else status
            problems.append(FactProblem(where, f"'{name}' is no status", nearest(str(name), STATUSES)))
            continue
        problem = _misfit(where, status, on)
        if problem is not None:
            problems.append(problem)
        elif _in_force(status, on):
            found.update(_facts(status))
    complete = stated.get("complete", False)
    if not isinstance(complete, bool):
        problems.append(FactProblem(f"{parent}.complete", f"{complete!r} is not a truth value", "Write true or false."))
    elif complete:
        found["checked"] = True
    if found.pop("able", False):
        if set(found) - {"checked"}:
            problems.append(FactProblem(f"{parent}.statuses", "able together with a condition", "Keep one of the two."))
        found["checked"] = True
    return found


def _misfit(where: str, status: Mapping[str, Any], on: date) -> FactProblem | None:
    """Keys and papers that do not belong to the status, and dates that cannot be."""
    name = status["status"]
    allowed = (*COMMON, *DETAILS.get(name, ()))
    for key in status:
        if key not in allowed:
            return FactProblem(f"{where}.{key}", f"does not belong to '{name}'", nearest(key, allowed))
    papers = status.get("evidence", ())
    if not isinstance(papers, Sequence) or isinstance(papers, str):
        return FactProblem(f"{where}.evidence", "not a list", "Write one entry for each paper.")
    for paper in papers:
        kind = paper.get("kind") if isinstance(paper, Mapping) else None
        if kind not in PAPERS.get(name, ()):
            return FactProblem(
                f"{where}.evidence", f"'{kind}' does not show '{name}'", nearest(str(kind), PAPERS.get(name, ()))
            )
    try:
        start, end = _day(status.get("from")), _day(status.get("to"))
    except ExprError as error:
        return FactProblem(where, error.what, error.remedy)
    if start and end and end < start:
        return FactProblem(where, "ends before it begins", "Correct 'from' or 'to'.")
    if name == "dead" and start and start > on:
        return FactProblem(where, "the death lies in the future", "Correct 'from'.")
    return None


def _day(raw: Any) -> date | None:
    if isinstance(raw, datetime):
        raise ExprError("a time of day stands where a date belongs", "Write year-month-day.")
    if raw is None or isinstance(raw, date):
        return raw
    value = read_value(DATE, str(raw))
    return value if isinstance(value, date) else None


def _in_force(status: Mapping[str, Any], on: date) -> bool:
    """A status holds from its first day until the day before 'to'."""
    start, end = _day(status.get("from")), _day(status.get("to"))
    return (start is None or start <= on) and (end is None or on < end)


def _facts(status: Mapping[str, Any]) -> dict[str, Any]:
    """The flat facts of one status."""
    name = status["status"]
    papers = [paper["kind"] for paper in status.get("evidence", ())]
    shown = True if papers else None
    if name in CUSTODY:
        return {
            "custody": CUSTODY[name],
            "custody_paper": shown,
            "custody_months": status.get("term_months"),
            "custody_served_months": status.get("served_months"),
            "custody_remaining_months": status.get("remaining_months"),
        }
    match name:
        case "dead":
            return {"dead": True, "death_proof": _best(papers), "death_witnesses": status.get("witnesses")}
        case "disability":
            kind, grade = status.get("kind"), status.get("grade")
            return {"disability": kind, "disability_grade": grade, "disability_card": shown}
        case "illness":
            return {"ill": True, "illness_proof": shown}
        case "lost_contact":
            reported, accepted = status.get("reported"), status.get("accepted")
            return {
                "contact": "reported" if reported or accepted else "unreported",
                "lost_reported": reported,
                "lost_accepted": accepted,
                "lost_receipt": shown,
                "lost_steps": status.get("steps"),
            }
    return {name: True}


def _best(papers: Sequence[str]) -> str | None:
    """The strongest of several papers on a death."""
    return min(papers, key=DEATH_PAPERS.index) if papers else None
