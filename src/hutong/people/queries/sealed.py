"""Opening sealed health data: one child at a time, with a purpose that is kept."""

from __future__ import annotations

from django.utils.translation import gettext as _

from hutong.core.audit.journal import journal
from hutong.core.errors import FieldError, Invalid, Refused
from hutong.core.terms import JournalKind
from hutong.core.viewer import Viewer
from hutong.people.access import COUNTY
from hutong.people.models import Child, SealedHealth


def open_sealed_health(viewer: Viewer, child: Child, purpose: str) -> SealedHealth | None:
    """The sealed record, or None. The opening is journalled whether there is one or not, so that looking leaves a mark.

    Raises Refused for posts that never open it (journalled too) and Invalid without a purpose.
    """
    if viewer.role not in COUNTY:
        journal(viewer, JournalKind.REFUSED, what="sealed health", subject=child, purpose=purpose)
        raise Refused(_("Your post may not open sealed health data."))
    if len(purpose.strip()) < 2:
        raise Invalid(
            [FieldError("", "missing", _("is missing"), _("Say what the information is needed for."), _("Purpose"))]
        )
    journal(viewer, JournalKind.OPENED, what="sealed health", subject=child, purpose=purpose)
    return SealedHealth.objects.filter(child=child).first()
