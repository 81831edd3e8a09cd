"""`./hutong bench [what …]`: runs the measurements and writes docs/performance.md, part by part."""

from __future__ import annotations

import pkgutil
import subprocess
import sys
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path

import hutong.project.bench as package
from hutong.project import scratch
from hutong.project.bench.report import Report, put
from hutong.project.progress import Stop, say

DATABASE = "hutong_bench"
NOT_MEASUREMENTS = {"report", "command", "country", "oracle", "stage", "__main__"}


def names() -> list[str]:
    """What can be measured."""
    return sorted({m.name for m in pkgutil.iter_modules(package.__path__)} - NOT_MEASUREMENTS)


def run(words: Sequence[str], page: Path) -> int:
    """Measure what is named (everything without names). Each part writes its own section and leaves the others alone.

    Every part has a process of its own, because the largest size of a process is one of the figures.
    """
    unknown = [word for word in words if word not in names()]
    if unknown:
        raise Stop(f"There is no measurement called {', '.join(unknown)}. Choose from: {', '.join(names())}")
    failed = []
    for name in words or names():
        say(f"{name}:")
        done = subprocess.run([sys.executable, "-m", "hutong.project.bench", name, str(page)], check=False)
        failed += [name] if done.returncode else []
    if failed:
        raise Stop(f"Not measured: {', '.join(failed)}. What they measured before they broke off is written above.")
    return 0


def measure(name: str, page: Path) -> None:
    """One part, in a database of its own; a part cut short keeps the page as it was."""
    before = scratch.current()
    try:
        scratch.create(DATABASE)
        report = Report()
        import_module(f"hutong.project.bench.{name}").run(report)
        put(page, name, report.lines(), order=names())
    finally:
        scratch.use(before)
        scratch.drop(DATABASE)
