"""Monthly standards of places: who has none is asked to enter it, who has had one for a year to look at it again."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from django.utils.translation import gettext as _

from hutong.benefits import access, workflow
from hutong.core.action import action
from hutong.core.inputs import Nothing
from hutong.core.jurisdiction import law
from hutong.core.models import Task
from hutong.core.tasks import done_tasks, leave_task
from hutong.core.terms import TaskState
from hutong.core.viewer import Viewer
from hutong.law.engine.dated import Context
from hutong.law.engine.model import Entry
from hutong.org.models import Division, Post
from hutong.org.queries.places import law_codes
from hutong.org.terms import Level, Role

STANDARDS = ("standard.scattered", "standard.institution", "standard.fu")
DECIDES = {
    Level.PROVINCE: Role.PROVINCE_OFFICER,
    Level.CITY: Role.CITY_OFFICER,
    Level.COUNTY: Role.COUNTY_OFFICER,
}
"""Who sets the standard of a place (a natural growth mechanism must exist, 国办发〔2010〕54号)."""
AHEAD = timedelta(days=30)


@dataclass(frozen=True)
class Asked:
    """A place whose standard is to be looked at: the day from which the year counts, or what it has not entered."""

    place: Division
    role: Role
    since: date | None
    lacking: tuple[str, ...] = ()

    @property
    def kind(self) -> str:
        """What is asked: to enter what lacks, or to look at what stands."""
        return (workflow.ENTER_STANDARD if self.lacking else workflow.STANDARD).name


@action("benefits.look_at_standards", roles=access.JOBS, title=("查看各地标准", "Look at the standards of places"))
def look_at_standards(viewer: Viewer, given: Nothing) -> int:
    """Each day: a place without a standard is asked to have it entered, one whose own has stood for a year to confirm
    or raise it; how many places.

    The task is done once the law data holds what was asked. Places without a post that could do it are left out.
    """
    asked = to_ask(viewer.today)
    wanted = {(found.place.pk, found.kind, _note(viewer, found)) for found in asked}
    kinds = (workflow.STANDARD.name, workflow.ENTER_STANDARD.name)
    open_ones = Task.objects.filter(kind__in=kinds, state=TaskState.OPEN).order_by("id")
    for place_id, kind, note in open_ones.values_list("on_id", "kind", "note"):
        if (place_id, kind, note) not in wanted:
            done_tasks(Division(pk=place_id), kind)
    for found in asked:
        leave_task(
            found.kind,
            subject=found.place,
            place_key=found.place.key,
            role=found.role,
            from_=found.since,
            note=_note(viewer, found),
        )
    return len(asked)


def _note(viewer: Viewer, asked: Asked) -> str:
    """What is to be entered, by name; nothing where a standard is only to be looked at again."""
    titles = [law().law.parameters[name].title.text(viewer.locale) for name in asked.lacking]
    return _("To be entered: {names}").format(names=", ".join(titles)) if titles else ""


def to_ask(today: date) -> list[Asked]:
    """Every place with a post that could answer: what it lacks, or since when its standard stands where that is due."""
    places = {law_codes(place)[0]: (place, role) for place, role in _answering()}
    found = [_look(place, role, today, places) for place, role in places.values()]
    return [asked for asked in found if asked is not None]


def _answering() -> Iterator[tuple[Division, Role]]:
    for level, role in DECIDES.items():
        posts = Post.objects.filter(role=role, closed_on=None)
        held = posts.values("agency__areas__division")
        for place in Division.objects.filter(level=level, valid_to=None, pk__in=held).order_by("key"):
            yield place, role


def _look(place: Division, role: Role, today: date, others: Mapping[str, object]) -> Asked | None:
    """What it has not entered comes first; then when what it has entered is to be looked at again."""
    codes = law_codes(place)
    context = law().context(codes, today, today)
    lacking = tuple(name for name in STANDARDS if _lacks(context, name, codes[0]))
    if lacking:
        return Asked(place, role, None, lacking)
    mine = [entry for name in STANDARDS for entry in _standing(context, name) if _is_asked(entry, codes[0], others)]
    if not mine:
        return None
    since = max(entry.start for entry in mine)
    due = law().limit(workflow.STANDARD_LIMIT, since, codes).due
    return Asked(place, role, since) if due - AHEAD <= today else None


def _lacks(context: Context, name: str, code: str) -> bool:
    """Neither a figure that holds there nor a floor the place has set itself; a share lacks nothing, its amount may."""
    floor = context.floors.get(name)
    return name not in context.entries and (floor is None or floor.place != code)


def _standing(context: Context, name: str) -> list[Entry]:
    """The amount in force there, its own or of a wider place, be it a floor; no share, which ages with its amount."""
    entry = context.entries.get(name) or context.floors.get(name)
    return [entry] if entry is not None and not entry.share_of else []


def _is_asked(entry: Entry, code: str, others: Mapping[str, object]) -> bool:
    """Whose figure is it to look at? That of the place itself, or of a wider one where nobody there could be asked."""
    return entry.place == code or ("-" in entry.place and entry.place not in others)
