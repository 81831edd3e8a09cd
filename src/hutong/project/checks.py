"""``./hutong test``: every check of the project, in the order in which a failure is cheapest to hear."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

from hutong.project import assets
from hutong.project.home import clone
from hutong.project.installation import installation
from hutong.project.progress import Stop, say, step

PROGRAMS = Path(sys.executable).parent
TOOLS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("import contracts", ("lint-imports",)),
    ("lint", ("ruff", "check", ".")),
    ("format", ("ruff", "format", "--check", ".")),
    ("types (Python)", ("mypy",)),
    ("migrations complete", ("django-admin", "makemigrations", "--check", "--dry-run")),
)


SPREAD = ("-n", "logical", "--dist", "loadfile", "--no-loadscope-reorder")
"""On all cores; a file stays whole, since its tests may share what takes long to make."""


def test(words: Sequence[str]) -> int:
    """Run all checks; with words, pytest alone with them. Ends with pytest's own closing line when all is well."""
    here = clone()
    if here is None:
        raise Stop("Tests run in a clone of the source, not from an installed package.")
    assets.build(here)
    assets.install_node_packages(here)
    home = installation("test")
    if not home.cluster:  # an external database; servers of our own are started where the tests run
        home.start()
    failed = [] if set(words) - {"--all"} else _failed_checks(here)
    sys.stdout.flush()
    spread = () if _one_file(here, words) else SPREAD
    code = subprocess.run([PROGRAMS / "pytest", *spread, *words], cwd=here, check=False).returncode
    if failed:
        say(f"\nFailed before the tests: {', '.join(failed)}. What they said stands above.")
    return code or (1 if failed else 0)


def _one_file(here: Path, words: Sequence[str]) -> bool:
    """Do the words name a single file of tests? It has run before others would be ready to help."""
    return len({file for word in words if (file := here / word.partition("::")[0]).is_file()}) == 1


def _failed_checks(here: Path) -> list[str]:
    failed = [title for title, words in TOOLS if not _passes(title, partial(_tool, here, words))]
    if not _passes("types (TypeScript)", lambda: assets.npm(here, "run", "types")):
        failed.append("types (TypeScript)")
    return failed


def _passes(title: str, check: Callable[[], object]) -> bool:
    try:
        with step(title):
            check()
    except Stop as stop:
        say(f"\n{stop}\n")
        return False
    return True


def _tool(here: Path, words: Sequence[str]) -> None:
    done = subprocess.run(
        [PROGRAMS / words[0], *words[1:]],
        cwd=here,
        env=os.environ | {"DJANGO_SETTINGS_MODULE": "hutong.project.settings"},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    if done.returncode:
        raise Stop(done.stdout.rstrip())
