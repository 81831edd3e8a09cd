"""`./hutong bench [what …]`: runs the measurements and writes docs/performance.md."""

from __future__ import annotations

import pkgutil
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path

import hutong.project.bench as package
from hutong.project import scratch
from hutong.project.bench.report import Report
from hutong.project.progress import Stop, say

DATABASE = "hutong_bench"
FIRST = "money"
"""Peak memory belongs to a whole process, so the part that reports it comes before the others."""
NOT_MEASUREMENTS = {"report", "command"}


def names() -> list[str]:
    """What can be measured."""
    found = {m.name for m in pkgutil.iter_modules(package.__path__)} - NOT_MEASUREMENTS
    return sorted(found, key=lambda name: (name != FIRST, name))


def run(words: Sequence[str], page: Path) -> int:
    """Measure what is named (everything without names) in a database of its own; the page grows part by part."""
    unknown = [word for word in words if word not in names()]
    if unknown:
        raise Stop(f"There is no measurement called {', '.join(unknown)}. Choose from: {', '.join(names())}")
    report = Report()
    before = scratch.current()
    try:
        for name in words or names():
            say(f"{name}:")
            scratch.create(DATABASE)
            import_module(f"hutong.project.bench.{name}").run(report)
            if not words:  # after each part, so that a run that is cut short still leaves what it measured
                report.write(page)
    finally:
        scratch.use(before)
        scratch.drop(DATABASE)
    return 0
