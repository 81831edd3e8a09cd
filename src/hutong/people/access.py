"""Who may do what in `people`: roles by action, and the separation of the two people behind a fact."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from django.utils.translation import gettext as _

from hutong.core import places
from hutong.core.audit.journal import missed
from hutong.core.errors import NotFound
from hutong.core.jurisdiction import law
from hutong.core.viewer import SYSTEM, ZONE, Viewer
from hutong.org.access import not_mine
from hutong.org.models import Post
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
TRIES = "emergency_access.tries"
"""Figure of the law data: wrong child numbers of a post inside the hours of limit ACC-3 that shut it out."""
BREAK_GLASS = "people.break_glass"
COUNTY = (Role.COUNTY_OFFICER,)
JOBS = (SYSTEM,)


def not_the_recorder(viewer: Viewer, fact: Any, given: Any) -> str | None:
    """Nobody confirms what they recorded themselves."""
    if fact.recorded_by_id is not None and fact.recorded_by_id == viewer.user_id:
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


def not_guessing(viewer: Viewer, given: Any) -> str | None:
    """Numbers are known, not tried: after some wrong ones the post waits until the earliest of them is long ago."""
    if viewer.post_id is None or viewer.place_id is None:
        return None
    until = shut_until(viewer.post_id, places.codes(viewer.place_id), viewer.now)
    if until is None:
        return None
    return _("Too many wrong numbers. Your post can try again at %(time)s; the auditor is told.") % {
        "time": f"{until.astimezone(ZONE):%H:%M}"
    }


def shut_until(post_id: int, codes: Sequence[str], now: datetime) -> datetime | None:
    """When a post that tried too many numbers may try again (limit ACC-3 of its place); None where it may now."""
    day = now.astimezone(ZONE).date()
    wait = timedelta(hours=law().limit("ACC-3", day, codes).length)
    allowed = law().parameter(TRIES, codes, day)
    if allowed is None:
        return None
    lines = missed(BREAK_GLASS, now - wait).filter(post_id=post_id).order_by("-happened_at")
    last = list(lines.values_list("happened_at", flat=True)[: int(allowed.value)])
    return last[-1] + wait if len(last) == int(allowed.value) else None


def in_my_area(viewer: Viewer, post: Post, given: Any) -> str | None:
    """Refusal text unless the office of the post lies in the viewer's area."""
    return not_mine(viewer, post.agency.division)


def not_my_own_access(viewer: Viewer, access: EmergencyAccess, given: Any) -> str | None:
    """Nobody reviews what they did themselves."""
    if access.user_id == viewer.user_id:
        return _("You took this access yourself; somebody else has to review it.")
    return None
