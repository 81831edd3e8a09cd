"""What the command line says while it works: one line per step, with its time. Standard library alone."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager


class Stop(Exception):
    """The command cannot go on; the text says what happened and what to do next."""


def say(text: str = "") -> None:
    """Print a line at once, also into a pipe."""
    print(text, flush=True)


@contextmanager
def step(title: str) -> Iterator[None]:
    """Name a step when it begins and its time when it has ended; on a failure the line says so."""
    live = sys.stdout.isatty()
    if live:
        print(f"  {title} …", end="", flush=True)
    began = time.monotonic()
    try:
        yield
    except BaseException:
        _end(title, "failed", live)
        raise
    _end(title, f"{time.monotonic() - began:6.1f} s", live)


def _end(title: str, what: str, live: bool) -> None:
    width = 58
    print(f"{chr(13) if live else ''}  {title:<{width}}{what:>10}", flush=True)


def showing(what: str) -> Callable[[str], None]:
    """Tells, on a terminal alone, which part of a long step is at work; the step's own line covers it at the end."""

    def tell(name: str) -> None:
        if sys.stdout.isatty():
            print(f"{chr(13)}  {what} {name:<58}", end="", flush=True)

    return tell


def tail(text: str, lines: int = 30) -> str:
    """The last lines of a long output."""
    return "\n".join(text.rstrip().splitlines()[-lines:])
