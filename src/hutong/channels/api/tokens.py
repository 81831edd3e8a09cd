"""Keys of machine clients: only their hash is kept; a client acts at one post, with that post's reach and clearance."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from django.db.models import Q, QuerySet
from django.http import HttpRequest
from ninja.security import HttpBearer

from hutong.core import clock_time
from hutong.core.journal import journal
from hutong.core.models import Token, User
from hutong.core.terms import JournalKind
from hutong.core.viewer import ZONE, Viewer, load_viewer

PREFIX = "hutong_"
"""Makes a key recognisable to scanners that look for leaked secrets."""


@dataclass(frozen=True)
class Machine:
    """A machine client that showed a valid key."""

    token_id: int
    viewer: Viewer

    def __str__(self) -> str:
        return f"token:{self.token_id}"


def digest_of(key: str) -> bytes:
    """What is kept of a key. Keys are long and random, so a plain hash cannot be guessed back."""
    return hashlib.sha256(key.encode()).digest()


def issue(user: User, post_id: int, name: str, *, valid_from: date, valid_to: date | None = None) -> str:
    """Make a key for a machine client; it is shown this once. Called by the administrator's command line."""
    key = PREFIX + secrets.token_urlsafe(32)
    token = Token.objects.create(
        user=user, post_id=post_id, name=name, digest=digest_of(key), valid_from=valid_from, valid_to=valid_to
    )
    _told(token, "issued")
    return key


def every() -> QuerySet[Token]:
    """All keys with their clients, the newest first."""
    return Token.objects.select_related("user").order_by("-id")


def revoke(token_id: int) -> bool:
    """End a key from this moment on; False where there is none that still works."""
    today = clock_time.now().astimezone(ZONE).date()
    running = Token.objects.filter(Q(valid_to=None) | Q(valid_to__gte=today), pk=token_id).first()
    if running is None:
        return False
    running.valid_to = today - timedelta(days=1)
    running.save(update_fields=["valid_to"])
    _told(running, "revoked")
    return True


def _told(token: Token, what: str) -> None:
    """A line in the journal of the post the key works at."""
    viewer = load_viewer(token.user_id, token.post_id, clock_time.now())
    journal(viewer, JournalKind.TOKEN, what=what, subject=token, purpose=token.name, at=clock_time.now())


def machine_of(key: str) -> Machine | None:
    """The client of a key that is valid today, at a post it still holds."""
    now = clock_time.now()
    token = Token.objects.filter(digest=digest_of(key)).first()
    if token is None:
        return None
    viewer = load_viewer(token.user_id, token.post_id, now)
    if viewer is None or viewer.post_id != token.post_id:
        return None
    if viewer.today < token.valid_from or (token.valid_to is not None and viewer.today > token.valid_to):
        return None
    return Machine(token.pk, replace(viewer, machine=True))


class Bearer(HttpBearer):
    """`Authorization: Bearer hutong_…`"""

    def authenticate(self, request: HttpRequest, token: str) -> Any:
        """The machine client, or None for 401."""
        return machine_of(token)
