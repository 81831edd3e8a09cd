"""Who may do what in `care`."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from hutong.core import places
from hutong.core.viewer import Viewer
from hutong.org.terms import Role

FINDERS = (Role.VILLAGE_DIRECTOR, Role.TOWNSHIP_SUPERVISOR, Role.COUNTY_OFFICER)
"""Posts that record what they saw."""
TAKERS = (Role.TOWNSHIP_SUPERVISOR, Role.COUNTY_OFFICER)
"""Posts that take a finding up or close it."""


def place_inside(viewer: Viewer, given: Any) -> str | None:
    """A finding is recorded inside one's own area."""
    return None if viewer.reaches(places.key(given.place_id)) else _("This place is not in your area.")
