"""``./hutong token``: keys of client programs, issued, listed and revoked by whoever runs the installation.

The same actions as on the pages of a post: audited, and only for the post of a client program.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from hutong.project.manage import at_work
from hutong.project.options import options
from hutong.project.progress import Stop, say


def token(words: Sequence[str]) -> None:
    """``./hutong token issue|list|revoke``"""
    known = {"issue": issue, "list": listed, "revoke": revoke}
    if not words or words[0] not in known:
        raise Stop("Write ./hutong token issue, ./hutong token list or ./hutong token revoke.")
    known[words[0]](words[1:])


def _done(spec: Any, target: int, given: dict[str, Any]) -> Any:
    """Run an action on a record by its number; what it refuses is said in its own words."""
    from django.utils import translation

    from hutong.core.action import call_system
    from hutong.core.errors import HutongError

    with translation.override("en"):
        try:
            return call_system(spec, target, given)
        except HutongError as error:
            raise Stop(str(error)) from error


def issue(words: Sequence[str]) -> None:
    """Make a key for the client program at a post; the key itself is printed this once and kept nowhere."""
    given = options("token issue", words, post=0, name="", days=365)
    if not (given.post and given.name.strip()):
        raise Stop("Write ./hutong token issue --post NUMBER --name TEXT [--days 365]")
    with at_work():
        from hutong.core import clock_time
        from hutong.core.viewer import ZONE
        from hutong.org.actions import issue_token

        until = clock_time.now().astimezone(ZONE).date() + timedelta(days=given.days - 1)
        issued = _done(issue_token, given.post, {"name": given.name, "valid_to": until})
        say(f"{issued.secret}\n\nShown this once. It works at post {given.post} until {until}; it can be revoked.")


def listed(words: Sequence[str]) -> None:
    """Every key with its client, post, days and last use; never the key."""
    options("token list", words)
    with at_work():
        from hutong.channels.api.tokens import last_used
        from hutong.core.models import Token

        tokens = list(Token.objects.select_related("user").order_by("-id"))
        used = last_used([t.pk for t in tokens])
        lines = [
            f"{t.pk:>6}  {t.user.username:<20}  post {t.post_id:<8}  {t.valid_from} – {t.valid_to or '…'}"
            f"  {f'last used {used[t.pk]:%Y-%m-%d}' if t.pk in used else 'never used':<20}  {t.name}"
            for t in tokens
        ]
        say("\n".join(lines) or "No key was issued yet.")


def revoke(words: Sequence[str]) -> None:
    """End a key at once; what was done with it stays in the record."""
    if len(words) != 1 or not words[0].isdigit():
        raise Stop("Write ./hutong token revoke NUMBER; ./hutong token list shows the numbers.")
    with at_work():
        from hutong.org.actions import revoke_token

        _done(revoke_token, int(words[0]), {})
        say(f"Key {words[0]} no longer works.")
