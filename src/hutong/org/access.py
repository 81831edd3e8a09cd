"""Who may see and do: clearance by role, and for which places a viewer may change the tree or the posts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from hutong.core.places import Span, span_of
from hutong.core.terms import DataClass
from hutong.core.viewer import SYSTEM, Viewer
from hutong.org.models import Division, Post
from hutong.org.terms import Level, Role

OPEN, PERSONAL, SENSITIVE, SEALED = DataClass


@dataclass(frozen=True)
class Clearance:
    """What a role may read at most: in general, and where a package differs."""

    general: DataClass
    packages: Mapping[str, DataClass] = field(default_factory=dict)
    sees_people: bool = True


CLEARANCE: dict[Role, Clearance] = {
    Role.VILLAGE_DIRECTOR: Clearance(PERSONAL),
    Role.TOWNSHIP_SUPERVISOR: Clearance(SENSITIVE, {"money": PERSONAL}),
    Role.COUNTY_OFFICER: Clearance(SENSITIVE),
    # Pays to an account and must never learn why: names and accounts, no causes.
    Role.COUNTY_FINANCE: Clearance(OPEN, {"people": PERSONAL, "money": SENSITIVE, "core": PERSONAL}),
    Role.CITY_OFFICER: Clearance(PERSONAL),
    Role.PROVINCE_OFFICER: Clearance(PERSONAL),
    Role.MINISTRY_OFFICER: Clearance(OPEN),
    Role.INSTITUTION_STAFF: Clearance(SENSITIVE, {"money": PERSONAL}),
    Role.AUDITOR: Clearance(PERSONAL, {"money": SENSITIVE}),
    # Runs places, agencies and posts; has no reach over records about people at all.
    Role.ADMINISTRATOR: Clearance(OPEN, {}, sees_people=False),
}

MAINTAINERS = (Role.TOWNSHIP_SUPERVISOR, Role.COUNTY_OFFICER, Role.ADMINISTRATOR, SYSTEM)
"""May keep villages up to date inside their area."""
BORDERS = (Role.CITY_OFFICER, Role.PROVINCE_OFFICER, Role.MINISTRY_OFFICER, Role.ADMINISTRATOR, SYSTEM)
"""May merge, divide and transfer places; both sides must lie inside their area."""
STAFFING = (Role.COUNTY_OFFICER, Role.CITY_OFFICER, Role.PROVINCE_OFFICER, Role.ADMINISTRATOR, SYSTEM)
"""May create posts and appoint holders inside their area."""


def valid_on(day: date) -> Q:
    """Dated rows in force on a day."""
    return (Q(valid_from=None) | Q(valid_from__lte=day)) & (Q(valid_to=None) | Q(valid_to__gt=day))


def places_of(post: Post, day: date) -> QuerySet[Division]:
    """Places a post answers for on a day: its own, or its agency's where it has none of its own."""
    own = post.areas.filter(valid_on(day))
    areas = own if own.exists() else post.agency.areas.filter(valid_on(day))
    ids = list(areas.values_list("division", flat=True))
    return Division.objects.filter(pk__in=ids, valid_to=None).order_by("key")


def spans_of(places: QuerySet[Division]) -> tuple[Span, ...]:
    """Ranges of the places, neighbours and nested ones joined, so that filters stay short."""
    joined: list[Span] = []
    for key in places.values_list("key", flat=True):
        span = span_of(key)
        if joined and span.lo <= joined[-1].hi:
            joined[-1] = Span(joined[-1].lo, max(joined[-1].hi, span.hi))
        else:
            joined.append(span)
    return tuple(joined)


def area_of(viewer: Viewer) -> tuple[Span, ...]:
    """What this viewer looks after: the places of the post; a job looks after its reach."""
    return viewer.area or viewer.spans


def administers(viewer: Viewer, division: Division) -> bool:
    """Does the place lie inside what this viewer looks after?"""
    return any(division.key in span for span in area_of(viewer))


def inside(column: str, spans: tuple[Span, ...]) -> Q:
    """Rows whose place key lies in one of the ranges."""
    met = Q(pk__in=[])
    for span in spans:
        met |= Q(**{f"{column}__gte": span.lo, f"{column}__lt": span.hi})
    return met


def not_mine(viewer: Viewer, *divisions: Division) -> str | None:
    """Refusal text when one of the places lies outside the viewer's area."""
    outside = [d.short for d in divisions if not administers(viewer, d)]
    return _("Outside your area: %(places)s.") % {"places": ", ".join(outside)} if outside else None


def may_maintain(viewer: Viewer, division: Division) -> str | None:
    """Refusal text unless the viewer may change this place: townships keep villages, counties what is below them."""
    if outside := not_mine(viewer, division):
        return outside
    if viewer.role == Role.TOWNSHIP_SUPERVISOR and division.level != Level.VILLAGE:
        return _("A township looks after its villages only.")
    if viewer.role == Role.COUNTY_OFFICER and division.level not in (Level.TOWNSHIP, Level.VILLAGE):
        return _("A county looks after its townships and villages only.")
    return None
