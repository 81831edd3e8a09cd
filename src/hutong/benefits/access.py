"""Who may do what in `benefits`: roles by action, the place responsible, maker never checker."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from hutong.core.viewer import SYSTEM, Viewer
from hutong.org.terms import Role

APPLY = (Role.VILLAGE_DIRECTOR, Role.TOWNSHIP_SUPERVISOR, Role.COUNTY_OFFICER, Role.INSTITUTION_STAFF)
"""Posts that take down an application and its papers, and hand it in."""
TOWNSHIP = (Role.TOWNSHIP_SUPERVISOR,)
REVIEWERS = (Role.TOWNSHIP_SUPERVISOR, Role.INSTITUTION_STAFF)
"""Look again each year: the township, for children of a home the home itself."""
COUNTY = (Role.COUNTY_OFFICER,)
OFFICES = (Role.TOWNSHIP_SUPERVISOR, Role.COUNTY_OFFICER)
JOBS = (SYSTEM,)
RUN = (Role.COUNTY_OFFICER, Role.CITY_OFFICER, Role.PROVINCE_OFFICER, Role.MINISTRY_OFFICER)
"""Prepare a monthly run, each for places of their own level (`money` checks the level)."""
EXPORT = (Role.COUNTY_OFFICER, Role.CITY_OFFICER, Role.PROVINCE_OFFICER)


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
    """The county decides in its own area, by another person than the one who verified; where no township stands
    between, than the one who handed in."""
    maker = application.verified_by_id or application.filed_by_id
    return responsible(viewer, application, given) or not_the_maker(viewer, maker)


def may_carry_out(viewer: Viewer, hearing: Any, given: Any) -> str | None:
    """Carried out by another person than the one who proposed it."""
    return not_the_maker(viewer, hearing.proposed_by_id)
