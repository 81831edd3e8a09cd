"""Who may do what in `people`: roles by verb, and the separation of the two people behind a fact."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from hutong.core import places
from hutong.core.viewer import SYSTEM, Viewer
from hutong.org.terms import Role

WORKERS = (Role.VILLAGE_DIRECTOR, Role.TOWNSHIP_SUPERVISOR, Role.COUNTY_OFFICER, Role.INSTITUTION_STAFF)
"""Posts that know children in person and keep their files."""
CHECKERS = (Role.TOWNSHIP_SUPERVISOR, Role.COUNTY_OFFICER)
"""Posts that confirm what others report."""
COUNTY = (Role.COUNTY_OFFICER,)
JOBS = (SYSTEM,)


def in_reach(viewer: Viewer, *division_ids: int | None) -> bool:
    """Does at least one of the divisions lie inside the viewer's reach?"""
    return any(viewer.reaches(places.key(d)) for d in division_ids if d is not None)


def not_the_recorder(viewer: Viewer, fact: Any, given: Any) -> str | None:
    """Nobody confirms what they recorded themselves."""
    if fact.recorded_by is not None and fact.recorded_by == viewer.user_id:
        return _("You recorded this yourself; somebody else has to confirm it.")
    return None


def child_in_reach(viewer: Viewer, fact: Any, given: Any) -> str | None:
    """Facts hang on a child and are done only by those who reach the child."""
    if viewer.role == SYSTEM or _reaches(viewer, fact.child):
        return None
    return _("This child is not in your area.")


def _reaches(viewer: Viewer, child: Any) -> bool:
    if child.pk in viewer.hidden:
        return False
    return child.pk in viewer.granted or viewer.reaches(child.actual_key) or viewer.reaches(child.registered_key)


def checked_by_another(viewer: Viewer, fact: Any, given: Any) -> str | None:
    """Reach through the child, and two different people."""
    return child_in_reach(viewer, fact, given) or not_the_recorder(viewer, fact, given)
