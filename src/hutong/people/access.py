"""Who may do what in `people`: roles by verb, and the separation of the two people behind a fact."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from hutong.core.errors import NotFound
from hutong.core.viewer import SYSTEM, Viewer
from hutong.org.terms import Role
from hutong.people.models import Child, EmergencyAccess

WORKERS = (Role.VILLAGE_DIRECTOR, Role.TOWNSHIP_SUPERVISOR, Role.COUNTY_OFFICER, Role.INSTITUTION_STAFF)
"""Posts that know children in person and keep their files."""
CHECKERS = (Role.TOWNSHIP_SUPERVISOR, Role.COUNTY_OFFICER)
"""Posts that confirm what others report."""
HELPERS = (Role.TOWNSHIP_SUPERVISOR, Role.COUNTY_OFFICER, Role.INSTITUTION_STAFF)
"""Posts that may open a child outside their area in an emergency."""
REVIEWERS = (Role.COUNTY_OFFICER, Role.AUDITOR)
"""Posts of the child's place that are asked whether an emergency access was justified; one of them answers."""
COUNTY = (Role.COUNTY_OFFICER,)
JOBS = (SYSTEM,)


def not_the_recorder(viewer: Viewer, fact: Any, given: Any) -> str | None:
    """Nobody confirms what they recorded themselves."""
    if fact.recorded_by is not None and fact.recorded_by == viewer.user_id:
        return _("You recorded this yourself; somebody else has to confirm it.")
    return None


def child_in_reach(viewer: Viewer, fact: Any, given: Any) -> str | None:
    """Facts hang on a child: outside one's reach they are as absent as the child itself. Raises NotFound."""
    if viewer.role != SYSTEM and not Child.objects.visible_to(viewer).filter(pk=fact.child_id).exists():
        raise NotFound()
    return None


def checked_by_another(viewer: Viewer, fact: Any, given: Any) -> str | None:
    """Reach through the child, and two different people."""
    return child_in_reach(viewer, fact, given) or not_the_recorder(viewer, fact, given)


def not_my_own_access(viewer: Viewer, access: EmergencyAccess, given: Any) -> str | None:
    """Nobody reviews what they did themselves."""
    if access.user_id == viewer.user_id:
        return _("You took this access yourself; somebody else has to review it.")
    return None
