"""Parents as people describe them: a list of dated statuses, each with its papers; made flat for the law."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from ..engine.errors import ExprError, FactProblem, FactsError, nearest
from ..engine.facts import STATED_TWICE
from ..engine.kinds import DATE, DAY_FORM, NO_MOMENT, TRUE_OR_FALSE, read_plain
from ..engine.source import KEEP_ONE
from ..language import Label

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
    "lost_contact": ("reported", "accepted", "steps", "unperformed"),
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
NO_LIST = Label("应为列表", "not a list")


def other_forms() -> dict[str, Any]:
    """How a parent's situation may be written instead of flat facts."""
    statuses = {
        status: {"keys": [*COMMON, *DETAILS.get(status, ())], "evidence": list(PAPERS.get(status, ()))}
        for status in STATUSES
    }
    form = "father: {statuses: [{status: ..., from: ..., to: ..., evidence: [{kind: ..., date: ...}]}], complete: true}"
    complete = {
        "zh": "true：逐项核查完毕，没有其他情形",
        "en": "true: every condition was checked, nothing else holds",
    }
    return {"parent_statuses": {"form": form, "complete": complete, "statuses": statuses}}


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
            problems += [FactProblem(f"{parent}.{key}", STATED_TWICE, KEEP_ONE) for key in twice]
            result[parent] = {**found, **rest}
    if problems:
        raise FactsError(problems)
    return result


def _statuses(parent: str, stated: Mapping[str, Any], on: date, problems: list[FactProblem]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    statuses = stated["statuses"]
    if not isinstance(statuses, Sequence) or isinstance(statuses, str):
        each = ("请为每种情形各写一项。", "Write one entry for each status.")
        problems.append(FactProblem(f"{parent}.statuses", NO_LIST, each))
        return found
    for at, status in enumerate(statuses):
        where = f"{parent}.statuses[{at}]"
        if not isinstance(status, Mapping) or status.get("status") not in STATUSES:
            name = status.get("status") if isinstance(status, Mapping) else status
            no_status = (f"“{name}”不是所列情形", f"'{name}' is no status")
            problems.append(FactProblem(where, no_status, nearest(str(name), STATUSES)))
            continue
        problem = _misfit(where, status, on)
        if problem is not None:
            problems.append(problem)
        elif _in_force(status, on):
            found.update(_facts(status))
    complete = stated.get("complete", False)
    if not isinstance(complete, bool):
        no_truth = (f"“{complete}”不是是非值", f"{complete!r} is not a truth value")
        problems.append(FactProblem(f"{parent}.complete", no_truth, TRUE_OR_FALSE))
    elif complete:
        found["checked"] = True
    if found.pop("able", False):
        if set(found) - {"checked"}:
            both = ("既写有监护能力，又写有其他情形", "able together with a condition")
            problems.append(FactProblem(f"{parent}.statuses", both, KEEP_ONE))
        found["checked"] = True
    return found


def _misfit(where: str, status: Mapping[str, Any], on: date) -> FactProblem | None:
    """Keys and papers that do not belong to the status, and dates that cannot be."""
    name = status["status"]
    allowed = (*COMMON, *DETAILS.get(name, ()))
    for key in status:
        if key not in allowed:
            astray = (f"不属于“{name}”情形", f"does not belong to '{name}'")
            return FactProblem(f"{where}.{key}", astray, nearest(key, allowed))
    papers = status.get("evidence", ())
    if not isinstance(papers, Sequence) or isinstance(papers, str):
        return FactProblem(f"{where}.evidence", NO_LIST, ("请为每份材料各写一项。", "Write one entry for each paper."))
    for paper in papers:
        kind = paper.get("kind") if isinstance(paper, Mapping) else None
        if kind not in PAPERS.get(name, ()):
            idle = (f"“{kind}”不能证明“{name}”", f"'{kind}' does not show '{name}'")
            return FactProblem(f"{where}.evidence", idle, nearest(str(kind), PAPERS.get(name, ())))
    try:
        start, end = _day(status.get("from")), _day(status.get("to"))
    except ExprError as error:
        return FactProblem(where, error.what, error.remedy)
    if start and end and end < start:
        ends = ("结束早于开始", "ends before it begins")
        return FactProblem(where, ends, ("请更正“from”或“to”。", "Correct 'from' or 'to'."))
    if name == "dead" and start and start > on:
        future = ("死亡日期晚于所问之日", "the death lies in the future")
        return FactProblem(where, future, ("请更正“from”。", "Correct 'from'."))
    return None


def _day(raw: Any) -> date | None:
    if isinstance(raw, datetime):
        raise ExprError(NO_MOMENT, DAY_FORM)
    if raw is None or isinstance(raw, date):
        return raw
    value = read_plain(DATE, str(raw))
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
            return {
                "contact": _route(status, papers),
                "duty_unperformed": status.get("unperformed"),
                "lost_since": status.get("from"),
                "lost_reported": status.get("reported"),
                "lost_accepted": status.get("accepted"),
                "lost_receipt": shown,
                "lost_steps": status.get("steps"),
            }
    return {name: True}


def _route(status: Mapping[str, Any], papers: Sequence[str]) -> str:
    """How a lost parent is sought: by the police, or in five steps where the police cannot take the report."""
    if status.get("steps") is not None and not papers:
        return "unsearchable"
    return "reported" if status.get("reported") or status.get("accepted") else "unreported"


def _best(papers: Sequence[str]) -> str | None:
    """The strongest of several papers on a death."""
    return min(papers, key=DEATH_PAPERS.index) if papers else None
