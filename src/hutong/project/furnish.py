"""What an installation holds from its first day: the national tree and, for trying it out, the invented county.

Django must be loaded and the tables made. Everything here does nothing the second time.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

from hutong.project.manage import at_work, migrate_now
from hutong.project.options import options
from hutong.project.progress import Stop, say, step


def furnish() -> None:
    """Load what is missing; a load that was killed leaves nothing, a seeding that was killed goes on.

    The 620,000 villages of the nation come in beside the demo, whose county is an invented one of its own.
    """
    from django.conf import settings

    _load_tree()
    with _villages_beside():
        if settings.HUTONG_DEMO:
            _seed_demo()


def _load_tree() -> None:
    from hutong.core.action import call_system
    from hutong.org.actions import load_divisions
    from hutong.org.models import Division

    if not Division.objects.exists():
        with step("national division tree"):
            call_system(load_divisions, {})


@contextmanager
def _villages_beside() -> Iterator[None]:
    """The villages, where they are missing, load on a connection of their own while the block runs."""
    from hutong.org.models import Division
    from hutong.org.terms import Level, Scheme

    if Division.objects.filter(level=Level.VILLAGE, scheme=Scheme.NBS).exists():
        yield
        return
    with ThreadPoolExecutor(1) as pool:
        loading = pool.submit(_load_villages)
        yield
        with step("villages of the nation"):
            loading.result()


def _load_villages() -> None:
    from django.db import connections

    from hutong.core.action import call_system
    from hutong.org.actions import load_villages

    try:
        call_system(load_villages, {})
    finally:
        connections.close_all()


def _seed_demo() -> None:
    from hutong.core.models import User
    from hutong.project import demo

    if demo.seeded():
        return
    if User.objects.exists() and not demo.begun():
        raise Stop(
            "This database has accounts of its own: invented people will not be put beside them.\n"
            "Set HUTONG_DEMO=0 to serve it, or name an empty database for the demo."
        )
    demo.seed(step)


def show_logins() -> None:
    """The demo's sign-in names, one for each post."""
    from django.conf import settings

    from hutong.project import demo

    if not settings.HUTONG_DEMO:
        return
    rows = demo.logins()
    width = max(len(name) for name, _password, _post in rows) + 2
    say(f"\n  Demo logins, all with the password {rows[0][1]}:")
    for name, _password, post in rows:
        say(f"    {name:<{width}}{post}")


def demo(words: Sequence[str]) -> None:
    """``./hutong demo``: the invented county with its history, without serving it."""
    options("demo", words)
    with at_work():
        from django.conf import settings

        if not settings.HUTONG_DEMO:
            raise Stop("Invented people go into a demo database only. Set HUTONG_DEMO=1 if this is one.")
        migrate_now()
        furnish()
        show_logins()
