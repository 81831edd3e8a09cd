"""Figures of one run, each beside its goal and, where there is one, its floor."""

from __future__ import annotations

import os
import platform
import re
import statistics
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from django.db import connections
from django.utils import timezone

from hutong.project.progress import say

HEAD = """<!-- written by `./hutong bench`; run it again instead of editing -->

# Performance

Each part says when and on what it was measured. Figures drift between machines; compare the ratios.
"""
TABLE = "| what | measured | goal | met | against the floor | note |\n|---|---|---|---|---|---|"
PART = re.compile(r"<!-- part (\w+) -->\n(.*?)<!-- end of \1 -->\n", re.DOTALL)


@dataclass(frozen=True)
class Figure:
    """One measured thing."""

    section: str
    what: str
    value: float
    unit: str
    goal: float | None
    floor: float | None
    note: str

    @property
    def kept(self) -> str:
        """Whether the goal is met; goals are upper bounds."""
        if self.goal is None:
            return ""
        return "yes" if self.value <= self.goal else "**no**"

    def row(self) -> str:
        """Line of the table."""
        ratio = f"{self.value / self.floor:.2f}x of {_number(self.floor)}" if self.floor else ""
        goal = f"≤ {_number(self.goal)}" if self.goal is not None else ""
        cells = [self.what, f"{_number(self.value)} {self.unit}", goal, self.kept, ratio, self.note]
        return "| " + " | ".join(cells) + " |"


def _number(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"


@dataclass
class Report:
    """Collects the figures of a part."""

    figures: list[Figure] = field(default_factory=list)
    remarks: list[tuple[str, str]] = field(default_factory=list)

    def remark(self, section: str, text: str) -> None:
        """Say in words what could not be measured."""
        self.remarks.append((section, text))
        say(f"  {text}")

    def add(
        self, section: str, what: str, value: float, unit: str, *, goal: float | None = None,
        floor: float | None = None, note: str = "",
    ) -> None:  # fmt: skip
        """Keep a figure and say it at once."""
        figure = Figure(section, what, value, unit, goal, floor, note)
        self.figures.append(figure)
        beside = f" (goal {_number(goal)}: {figure.kept})" if goal else ""
        say(f"  {what}: {_number(value)} {unit}{beside}" + (f", floor {_number(floor)}" if floor else ""))

    def lines(self) -> str:
        """The sections as Markdown, with the day and the machine."""
        machine = f"{os.cpu_count()} cores, {_memory()} GiB, {platform.system()}, Python {platform.python_version()}"
        lines = []
        named = [*(f.section for f in self.figures), *(section for section, _ in self.remarks)]
        for section in dict.fromkeys(named):
            lines += [f"## {section}\n", f"{timezone.localdate().isoformat()}: {machine}, PostgreSQL {_server()}.\n"]
            lines += [f"{text}\n" for at, text in self.remarks if at == section]
            if rows := [f.row() for f in self.figures if f.section == section]:
                lines += [TABLE, *rows, ""]
        return "\n".join(lines)


def put(page: Path, part: str, text: str, *, order: Sequence[str]) -> None:
    """Write one part of the page; the others stay as they are, parts that no longer exist go."""
    parts = dict(PART.findall(page.read_text("utf-8"))) if page.exists() else {}
    parts[part] = text
    kept = [
        f"<!-- part {name} -->\n{parts[name].rstrip()}\n<!-- end of {name} -->\n" for name in order if name in parts
    ]
    page.write_text("\n".join([HEAD, *kept]), "utf-8")


def _server() -> str:
    with connections["owner"].cursor() as cursor:
        cursor.execute("show server_version")
        return str(cursor.fetchone()[0]).split()[0]


def _memory() -> int:
    return round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30)


@contextmanager
def stopwatch() -> Iterator[Callable[[], float]]:
    """`with stopwatch() as seconds: …; seconds()`."""
    start = time.perf_counter()
    taken: list[float] = []
    yield lambda: taken[0] if taken else time.perf_counter() - start
    taken.append(time.perf_counter() - start)


def percentile(samples: list[float], percent: int = 95) -> float:
    """A percentile of the samples."""
    return statistics.quantiles(samples, n=100, method="inclusive")[percent - 1]
