"""Who may do what in `benefits`: roles by verb, reach through the parent record, maker never checker."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from hutong.core.viewer import SYSTEM, Viewer
from hutong.org.terms import Role

APPLY = (Role.VILLAGE_DIRECTOR, Role.TOWNSHIP_SUPERVISOR, Role.COUNTY_OFFICER, Role.INSTITUTION_STAFF)
"""Posts that take down an application and its papers."""
FILE = (Role.TOWNSHIP_SUPERVISOR, Role.COUNTY_OFFICER, Role.INSTITUTION_STAFF, Role.VILLAGE_DIRECTOR)
"""Posts that hand an application in."""
TOWNSHIP = (Role.TOWNSHIP_SUPERVISOR,)
COUNTY = (Role.COUNTY_OFFICER,)
OFFICES = (Role.TOWNSHIP_SUPERVISOR, Role.COUNTY_OFFICER)
JOBS = (SYSTEM,)
RUN = (Role.COUNTY_OFFICER, Role.CITY_OFFICER, Role.PROVINCE_OFFICER, Role.MINISTRY_OFFICER)
"""Prepare a monthly run, each for places of their own level (`money` checks the level)."""
EXPORT = (Role.COUNTY_OFFICER, Role.CITY_OFFICER, Role.PROVINCE_OFFICER)


def _outside() -> str:
    return _("This child is not in your area.")


def responsible(viewer: Viewer, application: Any, given: Any) -> str | None:
    """Township and county steps belong to the responsible place, wherever the application was handed in."""
    if viewer.role == SYSTEM or viewer.reaches(application.place_key):
        return None
    return _("The place responsible for this child is outside your area; you only received the application.")


def not_the_maker(viewer: Viewer, user_id: int | None) -> str | None:
    """Nobody checks their own work."""
    if user_id is not None and user_id == viewer.user_id:
        return _("You did the step before this one yourself; somebody else has to do this one.")
    return None


def may_decide(viewer: Viewer, application: Any, given: Any) -> str | None:
    """The county decides in its own area, by another person than the one who verified."""
    return responsible(viewer, application, given) or not_the_maker(viewer, application.verified_by)


def may_carry_out(viewer: Viewer, hearing: Any, given: Any) -> str | None:
    """Carried out by another person than the one who proposed it."""
    return not_the_maker(viewer, hearing.proposed_by)


def through_application(viewer: Viewer, proof: Any, given: Any) -> str | None:
    """A paper is reached through its application, from the responsible or the accepting place."""
    application = proof.application
    if viewer.role == SYSTEM:
        return None
    near = viewer.reaches(application.place_key) or viewer.reaches(application.accepting_key)
    hidden = application.child_id in viewer.hidden
    return None if (near or application.child_id in viewer.granted) and not hidden else _outside()
