"""``./hutong token``: keys of machine clients, issued, listed and revoked by whoever runs the installation."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from hutong.project.manage import at_work
from hutong.project.options import options
from hutong.project.progress import Stop, say

LONGEST_DAYS = 3660


def token(words: Sequence[str]) -> None:
    """``./hutong token issue|list|revoke``"""
    known = {"issue": issue, "list": listed, "revoke": revoke}
    if not words or words[0] not in known:
        raise Stop("Write ./hutong token issue, ./hutong token list or ./hutong token revoke.")
    known[words[0]](words[1:])


def issue(words: Sequence[str]) -> None:
    """Make a key for an account at one of its posts; the key itself is printed this once and kept nowhere."""
    given = options("token issue", words, user="", post=0, name="", days=365)
    if not (given.user and given.post and given.name.strip()):
        raise Stop("Write ./hutong token issue --user NAME --post NUMBER --name TEXT [--days 365]")
    if not 1 <= given.days <= LONGEST_DAYS:
        raise Stop(f"--days is a number from 1 to {LONGEST_DAYS}.")
    with at_work():
        from hutong.channels.api import tokens
        from hutong.core import clock_time
        from hutong.core.models import User
        from hutong.core.viewer import load_viewer

        user = User.objects.filter(username__iexact=given.user, is_active=True).first()
        if user is None:
            raise Stop(f"There is no account '{given.user}' that can be used.")
        viewer = load_viewer(user.pk, given.post, clock_time.now())
        if viewer is None or viewer.post_id != given.post:
            raise Stop(f"{user.username} does not hold post {given.post} today: see the address of its page.")
        until = viewer.today + timedelta(days=given.days - 1)
        key = tokens.issue(user, given.post, given.name.strip()[:100], valid_from=viewer.today, valid_to=until)
        say(f"{key}\n\nShown this once. It works at post {given.post} until {until} and can be revoked before.")


def listed(words: Sequence[str]) -> None:
    """Every key with its client, post and days; never the key."""
    options("token list", words)
    with at_work():
        from hutong.channels.api.tokens import every

        lines = [
            f"{t.pk:>6}  {t.user.username:<20}  post {t.post_id:<8}  {t.valid_from} – {t.valid_to or '…'}  {t.name}"
            for t in every()
        ]
        say("\n".join(lines) or "No key was issued yet.")


def revoke(words: Sequence[str]) -> None:
    """End a key at once; what was done with it stays in the record."""
    if len(words) != 1 or not words[0].isdigit():
        raise Stop("Write ./hutong token revoke NUMBER; ./hutong token list shows the numbers.")
    with at_work():
        from hutong.channels.api import tokens

        if not tokens.revoke(int(words[0])):
            raise Stop(f"There is no key {words[0]} that still works.")
        say(f"Key {words[0]} no longer works.")
