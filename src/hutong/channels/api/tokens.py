"""Keys of client programs: only their hash is kept; a program acts at one post, with that post's reach and clearance.

They are issued and revoked by actions of the package that owns the posts; here they open the API.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.http import HttpRequest
from ninja.security import HttpBearer

from hutong.core import clock_time
from hutong.core.audit.journal import journal
from hutong.core.crypto import token_digest
from hutong.core.models import JournalLine, Token
from hutong.core.terms import JournalKind
from hutong.core.viewer import ZONE, Viewer, load_viewer

USED = "used"


@dataclass(frozen=True)
class Machine:
    """A client program that showed a valid key."""

    token_id: int
    viewer: Viewer

    def __str__(self) -> str:
        return f"token:{self.token_id}"


def machine_of(key: str) -> Machine | None:
    """The program of a key that is valid today, at a post it still holds; the first use of each day is journalled."""
    token = Token.objects.filter(digest=token_digest(key), user__machine=True).first()
    if token is None:
        return None
    viewer = load_viewer(token.user_id, token.post_id, clock_time.now())
    if viewer is None or viewer.post_id != token.post_id:
        return None
    if viewer.today < token.valid_from or (token.valid_to is not None and viewer.today > token.valid_to):
        return None
    last = last_used([token.pk]).get(token.pk)
    if last is None or last.astimezone(ZONE).date() != viewer.today:
        journal(viewer, JournalKind.TOKEN, what=USED, subject=token)
    return Machine(token.pk, viewer)


def last_used(token_ids: list[int]) -> dict[int, datetime]:
    """The last day on which each key was used (the moment of its first use that day), by key; from the journal."""
    found = {}
    for pk in token_ids:  # one step each into an index
        line = JournalLine.objects.filter(on_label=Token.label(), on_id=pk, kind=JournalKind.TOKEN, what=USED)
        moment = line.order_by("-id").values_list("happened_at", flat=True).first()
        if moment is not None:
            found[pk] = moment
    return found


class Bearer(HttpBearer):
    """`Authorization: Bearer hutong_…`"""

    def authenticate(self, request: HttpRequest, token: str) -> Any:
        """The client program, or None for 401."""
        return machine_of(token)
