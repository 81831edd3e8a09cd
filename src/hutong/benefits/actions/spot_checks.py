"""Spot checks: each month some decisions of every county are drawn for its auditor, those that departed always."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from math import ceil
from secrets import SystemRandom

from django.db.models.functions import Coalesce

from hutong.benefits import access
from hutong.benefits.models import Determination, SpotCheck
from hutong.benefits.terms import NO_DECISION, CheckState, DecisionState, DrawnFor, Outcome
from hutong.core import months, places
from hutong.core.action import action
from hutong.core.inputs import Given, Nothing, Text, of, required
from hutong.core.jurisdiction import law
from hutong.core.places import parents, span_of
from hutong.core.viewer import Viewer
from hutong.org.models import Division
from hutong.org.terms import Level, Role

LOOKED_AT = [outcome for outcome in Outcome if outcome not in NO_DECISION]
SHARE = "spot_check.per_hundred"


@action("benefits.draw_spot_checks", roles=access.JOBS, title=("抽取抽查事项", "Draw spot checks"))
def draw_spot_checks(viewer: Viewer, given: Nothing) -> int:
    """Each day: what took effect last month is drawn from once for each county; how many decisions were drawn."""
    month = months.before(viewer.today)
    rows = Determination.objects.alias(since=Coalesce("seconded_on", "decided_on")).filter(
        since__gte=month,
        since__lt=viewer.today.replace(day=1),
        outcome__in=LOOKED_AT,
        spot_check=None,
        state=DecisionState.IN_FORCE,
    )
    count = 0
    for county, decisions in _by_county(rows.order_by("id")).items():
        span = span_of(county)
        if SpotCheck.objects.filter(month=month, place_key__gte=span.lo, place_key__lt=span.hi).exists():
            continue
        for decision in _drawn(viewer, county, decisions):
            draw(viewer, {"determination_id": decision.pk, "month": month})
            count += 1
    return count


def _by_county(rows: Iterable[Determination]) -> dict[int, list[Determination]]:
    """Decisions by the key of the county they were taken in, or of the city where it has no counties."""
    upper = Division.objects.filter(level__in=(Level.COUNTY, Level.CITY), valid_to=None)
    known = set(upper.values_list("key", flat=True))
    found: dict[int, list[Determination]] = defaultdict(list)
    for row in rows:
        line = (row.place_key, *parents(row.place_key))
        found[next((key for key in line if key in known), row.place_key)].append(row)
    return found


def _drawn(viewer: Viewer, county: int, decisions: list[Determination]) -> list[Determination]:
    """Every decision that departed from the advice, and by chance a share of the others, at least one."""
    departed = [d for d in decisions if d.departs]
    others = [d for d in decisions if not d.departs]
    entry = law().parameter(SHARE, places.codes_of_key(county), viewer.today)
    wanted = ceil(len(others) * int(entry.value) / 100) if entry else 0
    return departed + SystemRandom().sample(others, wanted)


class Draw(Given):
    """Which decision, for which month."""

    determination_id: int
    month: date


@action("benefits.draw", input=Draw, roles=access.JOBS, inner=True, title=("抽取决定", "Draw a decision"))
def draw(viewer: Viewer, given: Draw) -> SpotCheck:
    """Put one decision before the auditor."""
    decision = Determination.objects.get(pk=given.determination_id)
    return SpotCheck.objects.create(
        determination=decision,
        child_id=decision.child_id,
        place_key=decision.place_key,
        month=given.month,
        drawn_for=DrawnFor.DEPARTED if decision.departs else DrawnFor.CHANCE,
    )


class CheckDecision(Given):
    """What the look at papers, dates and people showed."""

    state: CheckState = of(SpotCheck, "state", words=("抽查结论", "Result"))
    finding: Text = of(SpotCheck, "finding")


@action(
    "benefits.check_decision",
    on=SpotCheck,
    input=CheckDecision,
    roles=(Role.AUDITOR,),
    title=("登记抽查结论", "Record the result of a spot check"),
)
def check_decision(viewer: Viewer, check: SpotCheck, given: CheckDecision) -> SpotCheck:
    """Close the check, or put faults before the county, which has to answer."""
    required(given, state=given.state not in (CheckState.IN_ORDER, CheckState.FAULTY))
    check.state, check.finding = given.state, given.finding
    check.checked_on, check.checked_by_id = viewer.today, viewer.user_id
    check.save()
    return check


class AnswerCheck(Given):
    """What the county did about the faults."""

    answer: Text = of(SpotCheck, "answer")


@action(
    "benefits.answer_spot_check",
    on=SpotCheck,
    input=AnswerCheck,
    roles=access.COUNTY,
    title=("答复抽查问题", "Answer a spot check"),
)
def answer_spot_check(viewer: Viewer, check: SpotCheck, given: AnswerCheck) -> SpotCheck:
    """Say what was put right. A new decision, where one is needed, is taken on the award or the application."""
    check.answer, check.answered_on, check.answered_by_id = given.answer, viewer.today, viewer.user_id
    check.save()
    return check
