"""Monthly standards of places: one that has stood for a year, or lies below that of a wider place, is asked about."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from hutong.benefits import access, workflow
from hutong.core.action import action
from hutong.core.inputs import Nothing
from hutong.core.jurisdiction import law
from hutong.core.models import Task
from hutong.core.tasks import done_tasks, leave_task
from hutong.core.terms import TaskState
from hutong.core.viewer import Viewer
from hutong.law.engine.model import Entry
from hutong.org.models import Division, Post
from hutong.org.queries.places import LAW_LEVELS, law_codes
from hutong.org.terms import Level, Role

STANDARDS = ("standard.scattered", "standard.institution")
DECIDES = {
    Level.PROVINCE: Role.PROVINCE_OFFICER,
    Level.CITY: Role.CITY_OFFICER,
    Level.COUNTY: Role.COUNTY_OFFICER,
}
"""Who sets the standard of a place (a natural growth mechanism must exist, 国办发〔2010〕54号)."""
AHEAD = timedelta(days=30)


@dataclass(frozen=True)
class Stale:
    """A place whose standard is to be looked at, and the day from which the year counts."""

    place: Division
    role: Role
    since: date


@action("benefits.look_at_standards", roles=access.JOBS, title=("查看各地标准", "Look at the standards of places"))
def look_at_standards(viewer: Viewer, given: Nothing) -> int:
    """Each day: who sets a standard that has stood for a year is asked to confirm or raise it; how many places.

    The task is done once the law data holds a newer standard. Places without a post that could do it are left out.
    """
    stale = {found.place.pk: found for found in _stale(viewer.today)}
    open_ones = Task.objects.filter(kind=workflow.STANDARD.name, state=TaskState.OPEN)
    for place_id in open_ones.order_by("id").values_list("on_id", flat=True):
        if place_id not in stale:
            done_tasks(Division(pk=place_id), workflow.STANDARD.name)
    for found in stale.values():
        leave_task(
            workflow.STANDARD.name,
            subject=found.place,
            place_key=found.place.key,
            role=found.role,
            from_=found.since,
        )
    return len(stale)


def _stale(today: date) -> list[Stale]:
    latest = _latest(today)
    codes = [code.partition("-")[2] for code in latest]
    places = Division.objects.filter(code__in=codes, level__in=LAW_LEVELS, valid_to=None).order_by("key")
    found = []
    for place in places:
        role = DECIDES[Level(place.level)]
        since = latest[law_codes(place)[0]]
        due = law().limit(workflow.STANDARD_LIMIT, since, law_codes(place)).due
        asked = Post.objects.filter(role=role, agency__areas__division=place, closed_on=None)
        if due - AHEAD <= today and asked.exists():
            found.append(Stale(place, role, since))
    return found


def _latest(today: date) -> dict[str, date]:
    """Law code of each place with a standard of its own (not the nation) -> since when its newest one applies."""
    found: dict[str, date] = {}
    for name in STANDARDS:
        for entry in law().law.parameter(name).entries:
            if "-" in entry.place and _in_force(entry, today):
                found[entry.place] = max(found.get(entry.place, entry.start), entry.start)
    return found


def _in_force(entry: Entry, today: date) -> bool:
    return entry.known <= today and entry.start <= today and (entry.end is None or entry.end >= today)
