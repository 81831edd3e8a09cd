"""The demo: an invented county beside the real national tree, with six months of history.

Nothing here is imported by the product itself; `./hutong up` and `./hutong demo` call `seed`.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager


def seed(progress: Callable[[str], AbstractContextManager[None]]) -> None:
    """Seed the demo county into this installation's database; goes on where a killed attempt stopped.

    `progress(title)` is entered for each step. Needs a demo database (HUTONG_DEMO), migrated, with or without the
    national tree; the background worker must not run yet.
    """
    from hutong.project.demo.history import play

    play(progress)


def seeded() -> bool:
    """Has the whole history been played in this database?"""
    from hutong.core.models import Setting
    from hutong.project.demo.history import FINISHED, MARKER

    return Setting.objects.filter(name=MARKER, value__done=FINISHED).exists()


def begun() -> bool:
    """Has a seeding been started in this database, finished or not?"""
    from hutong.core.models import Setting
    from hutong.project.demo.history import MARKER

    return Setting.objects.filter(name=MARKER).exists()


def logins() -> list[tuple[str, str, str]]:
    """Sign-in name, password and post of the demo logins, for the list that `up` prints."""
    from hutong.project.demo.staff import LOGINS, PASSWORD

    return [(login.username, PASSWORD, login.post) for login in LOGINS]
