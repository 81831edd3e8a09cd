"""Commands that run once against the database of this installation and return."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from hutong.project.home import clone
from hutong.project.installation import installation
from hutong.project.options import options
from hutong.project.progress import Stop, say, showing, step


def django() -> None:
    """Load Django with every package; call it after the environment is complete."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hutong.project.settings")
    import django as library

    library.setup()


@contextmanager
def at_work() -> Iterator[None]:
    """The database runs and Django is loaded inside."""
    with installation().running():
        django()
        yield


@contextmanager
def _refusing() -> Iterator[None]:
    """What the walls of the database have to say ends the command in words."""
    from django.core.exceptions import ImproperlyConfigured

    try:
        yield
    except ImproperlyConfigured as refused:
        raise Stop(str(refused)) from refused


def migrate_now() -> None:
    """Bring the tables up to date, and their triggers, policies and rights to what the models declare, as the owner."""
    from django.core.management import call_command

    from hutong.core.audit.guard import fortify

    with step("tables"), _refusing():
        call_command("migrate", database="owner", verbosity=0)
        fortify()


def require_walls() -> None:
    """Nothing serves or works on a database whose walls are not what the models declare."""
    from django.db import connections

    from hutong.core.audit.guard import require

    with _refusing():
        require()
    connections.close_all()  # no process made from this one may share them


def migrate(words: Sequence[str]) -> None:
    """``./hutong migrate``"""
    options("migrate", words)
    with at_work():
        migrate_now()


def flow(words: Sequence[str]) -> None:
    """``./hutong flow <package>``: the graph of every workflow the package declares."""
    django()
    from django.apps import apps

    from hutong.core.flow import FLOWS

    known = sorted({model._meta.app_label for model in FLOWS})
    if len(words) != 1 or words[0] not in {config.label for config in apps.get_app_configs()}:
        raise Stop(f"Name a package: ./hutong flow <package>. With workflows: {', '.join(known) or 'none yet'}")
    graphs = [flow.mermaid() for model, flow in FLOWS.items() if model._meta.app_label == words[0]]
    say("\n\n".join(graphs) or f"{words[0]} declares no workflow.")


def law(words: Sequence[str]) -> int:
    """``./hutong law …`` is the law's own command line."""
    from hutong.law import cli

    return int(cli.main(list(words)) or 0)


def verify(words: Sequence[str]) -> int:
    """``./hutong verify-audit``: 0 when everything agrees, 1 with one line for each finding.

    First the walls against the models, then the history against its seals, then the rows of today against the
    history, one table at a time.
    """
    options("verify-audit", words)
    with at_work():
        from hutong.core.audit import guard, replay, seal

        with step("walls of the database"):
            findings = [*map(str, guard.breaches())]
        with step("seals of the history"):
            findings += [f"block {finding.block}: {finding.text}" for finding in seal.verify()]
        with step(f"rows of {len(replay.guarded_tables())} tables against their history"):
            findings += map(str, replay.replay(showing("table")))
        say("\n".join(findings))
        if not findings:
            say("Every wall stands, every entry agrees with its seal, and every row with its history.")
    return 1 if findings else 0


def bench(words: Sequence[str]) -> int:
    """``./hutong bench``: the measurements use a database of their own on this installation's server."""
    here = clone()
    if here is None:
        raise Stop("Measurements run in a clone of the source: they write docs/performance.md.")
    with at_work():
        from hutong.project.bench import command

        return command.run(words, here / "docs" / "performance.md")


def shell(words: Sequence[str]) -> None:
    """``./hutong shell``: Django's shell under the serving login."""
    options("shell", words)
    with at_work():
        from django.core.management import call_command

        call_command("shell")
