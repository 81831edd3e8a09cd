"""Who may do what with money: roles by action, levels that pay, and maker never checker."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from hutong.core import places
from hutong.core.errors import Refused
from hutong.core.viewer import SYSTEM, Viewer
from hutong.money.models import AccountVersion, Batch, PayeeChange
from hutong.org.terms import Role

OFFICERS = (Role.COUNTY_OFFICER, Role.CITY_OFFICER, Role.PROVINCE_OFFICER, Role.MINISTRY_OFFICER)
"""Prepare runs, each for places of their own level."""
FINANCE = (Role.COUNTY_FINANCE, Role.CITY_OFFICER, Role.PROVINCE_OFFICER, Role.MINISTRY_OFFICER)
"""Send and reconcile: in a county its finance office, above it a second officer."""
SIGNERS = (*OFFICERS, Role.COUNTY_FINANCE)
"""Sign, or give back, what somebody else prepared, where the place says so; `queries.rules` tells who signs what."""
ACCOUNT_KEEPERS = (Role.TOWNSHIP_SUPERVISOR, Role.COUNTY_OFFICER, Role.INSTITUTION_STAFF)
"""Collect account papers."""
ACCOUNT_CHECKERS = (Role.COUNTY_OFFICER,)
"""Check what others collected."""
COUNTY = (Role.COUNTY_OFFICER,)
AWARDS = (Role.COUNTY_OFFICER, SYSTEM)
"""Open, suspend and end orders, following an award."""
READERS = (*ACCOUNT_KEEPERS, Role.COUNTY_FINANCE, Role.CITY_OFFICER, Role.PROVINCE_OFFICER, Role.AUDITOR)
"""See payment pages inside their reach."""
SUM_READERS = tuple(dict.fromkeys((*READERS[1:], *OFFICERS, *FINANCE)))
"""See how a batch adds up: whoever prepares, signs, reads or audits one, at every level."""

_LEVELS = (Role.MINISTRY_OFFICER, Role.PROVINCE_OFFICER, Role.CITY_OFFICER)


def paying_role(place_key: int) -> Role:
    """Who sends and reconciles the batches of a place: its county's finance office, above counties the level's own."""
    depth = places.depth_of(place_key)
    return _LEVELS[depth] if depth < len(_LEVELS) else Role.COUNTY_FINANCE


def preparing_role(place_key: int) -> Role:
    """Who prepares the batches of a place."""
    depth = places.depth_of(place_key)
    return _LEVELS[depth] if depth < len(_LEVELS) else Role.COUNTY_OFFICER


def may_pay(viewer: Viewer, batch: Batch, given: Any) -> str | None:
    """Sending and reconciling belong to the level that pays."""
    if viewer.role == paying_role(batch.place_key):
        return None
    return _("This batch is paid by another office.")


def own_batch(viewer: Viewer, batch: Batch, given: Any) -> str | None:
    """A batch is discarded by the level that prepared it, or by its maker, before it is signed."""
    if viewer.role == preparing_role(batch.place_key) or viewer.user_id == batch.maker_id:
        return None
    return _("This batch was prepared by another office.")


def not_the_proposer(viewer: Viewer, record: AccountVersion | PayeeChange, given: Any) -> str | None:
    """Nobody approves what they proposed."""
    if record.proposed_by_id == viewer.user_id:
        return _("You proposed this yourself; somebody else has to check it.")
    return None


def person(viewer: Viewer) -> int:
    """The user who acts; jobs cannot do what needs two different people. Raises Refused."""
    if viewer.user_id is None:
        raise Refused(_("This needs a person, who is not the one who checks it."))
    return viewer.user_id


def inside(viewer: Viewer, place_id: int) -> str | None:
    """Refusal text unless the place lies inside the viewer's reach."""
    return None if viewer.reaches(places.key(place_id)) else _("This place is not in your area.")
