"""What was decided, printed or counted before the law was read as now: found by asking again, changed by nobody."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Q

from hutong.benefits.models import Determination
from hutong.benefits.queries.advice import OTHERWISE_NAMED, PROGRAMME
from hutong.benefits.terms import OPEN_APPLICATION, RECOGNISED, AwardState, DecisionState, Outcome
from hutong.core import places
from hutong.core.clocks import rule_of
from hutong.core.jurisdiction import law
from hutong.core.models import Clock
from hutong.core.viewer import Viewer
from hutong.law.decision import Decision, plain
from hutong.law.engine.errors import FactsError, LimitRefused
from hutong.law.engine.model import Correction

CONFIRMED = "case.confirmed"
AT_ONCE = 300
"""Decisions asked again on one page, and letters or limits listed with a correction: a reach may be a province."""
COMPARED = ("outcome", "category", "amount", "first_month", "last_month")
"""Outputs that a decision stands for."""
LETTERS = {
    "FND-9.inaction": (Outcome.RETURN_MISSING,),
    "FND-9.suit_after_review": (Outcome.REFUSE, *RECOGNISED),
}
"""Limits that letters print -> the decisions whose letters do."""


@dataclass(frozen=True)
class Reread:
    """A decision asked again today with its own facts, day and knowledge: what it says now, and which rules changed."""

    decision: Determination
    now: Decision
    rules: frozenset[str]


def stated(decision: Determination) -> dict[str, Any]:
    """The facts of the decision, and the day of confirmation it was reckoned with."""
    confirmed = decision.trace["trace"]["facts"].get(CONFIRMED)
    return {**decision.facts, **({CONFIRMED: confirmed} if confirmed else {})}


def told_again(decision: Determination) -> Decision:
    """The law's present answer to a decision's facts, for the day and with the knowledge it was taken on."""
    on = date.fromisoformat(decision.trace["on"])
    found: Decision = law().decide(stated(decision), on, decision.trace["place"], known=on, programme=PROGRAMME)
    return found


def standing(viewer: Viewer, before: int = 0) -> list[Determination]:
    """Decisions in reach that still have effect, taken under other law files: the newest below a number."""
    paid, refused = Q(award__isnull=False) & ~Q(award__state=AwardState.ENDED), Q(outcome=Outcome.REFUSE)
    rows = Determination.objects.visible_to(viewer).filter(paid | refused, state=DecisionState.IN_FORCE)
    rows = rows.exclude(law_version=law().version)
    older = rows.filter(pk__lt=before) if before else rows
    return list(older.select_related("child").order_by("-id")[:AT_ONCE])


@dataclass(frozen=True)
class Page:
    """Decisions asked again at once, newest first, and the number below which the next page begins (0: none)."""

    found: list[Reread]
    older: int


def reread(viewer: Viewer, before: int = 0) -> Page:
    """Decisions on which the law now says something else, or asks, among as many as are asked again at once."""
    asked = standing(viewer, before)
    older = asked[-1].pk if len(asked) == AT_ONCE else 0
    return Page([again for one in asked if (again := _asked_again(one)) is not None], older)


def _asked_again(decision: Determination) -> Reread | None:
    """What differs now; None where nothing does, or its grounds are sealed or of a law that no longer asks so."""
    if "trace" not in decision.trace or decision.trace.get("sealed"):
        return None
    try:
        now = told_again(decision)
    except FactsError:  # a fact the law no longer knows: nothing to compare with
        return None
    kept = {name: decision.trace.get(OTHERWISE_NAMED.get(name, name)) for name in COMPARED}
    if all(_plain(now.values[name], name) == kept[name] for name in COMPARED):
        return None
    before = {rule["rule"]: rule["value"] for rule in decision.trace["trace"]["rules"]}
    after = {rule["rule"]: rule["value"] for rule in now.trace["rules"]}
    changed = {name for name in {*before, *after} if before.get(name) != after.get(name)}
    return Reread(decision, now, frozenset(changed))


def _plain(value: Any, name: str) -> Any:
    """An output as it is kept with a decision."""
    said = plain(value)
    return ("cannot_decide" if name == "outcome" else None) if said in (None, "never") else said


def letters(viewer: Viewer, correction: Correction) -> list[Determination]:
    """Papers already made that print what was corrected, while something may still be done against them."""
    kinds = {outcome for limit in correction.limits for outcome in LETTERS.get(limit, ())}
    unanswered = Q(outcome=Outcome.RETURN_MISSING, application__state__in=OPEN_APPLICATION)
    in_time = ~Q(outcome=Outcome.RETURN_MISSING) & (Q(delivery=None) | Q(delivery__suit_until__gte=viewer.today))
    rows = Determination.objects.visible_to(viewer).filter(unanswered | in_time, outcome__in=kinds)
    rows = rows.filter(state=DecisionState.IN_FORCE)
    last = min(correction.found, correction.end or correction.found)
    rows = rows.filter(decided_on__gte=correction.start, decided_on__lte=last).exclude(law_version=law().version)
    return list(rows.select_related("child").order_by("-decided_on", "-id")[:AT_ONCE])


def limits(viewer: Viewer, correction: Correction) -> list[tuple[Clock, date]]:
    """Running limits that were begun under the other reading and would end on another day now, with that day."""
    rows = Clock.objects.visible_to(viewer).filter(stopped_on=None, limit__in=correction.limits)
    found = []
    for clock in rows.filter(from_on__gte=correction.start, from_on__lte=correction.found).order_by("due_on", "id")[
        :AT_ONCE
    ]:
        now = _due_now(clock)
        if now != clock.due_on or clock.pauses:
            found.append((clock, now))
    return found


def _due_now(clock: Clock) -> date:
    """The last day by the present law, its pauses counted where the law names any."""
    pauses = [(date.fromisoformat(first), date.fromisoformat(last)) for first, last, _why in clock.pauses if last]
    codes = places.codes_of_key(clock.place_key)
    if rule_of(clock) is None:
        return clock.due_on
    try:
        due: date = law().limit(clock.limit, clock.from_on, codes, pauses).due
    except LimitRefused:
        due = law().limit(clock.limit, clock.from_on, codes).due
    return due
