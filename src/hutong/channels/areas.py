"""Areas: what a post does, as the bar of every page groups it. A list or a page names its area, nothing else.

An area shows when a post has at least one way in it. Where a post would have more than seven, those of one `join` stand
together under its words.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from hutong.core.terms import Label

MOST = 7
"""Areas in the bar of any post."""


@dataclass(frozen=True, slots=True)
class Area:
    """One thing posts do."""

    name: str
    title: Label
    join: str = ""
    """What it becomes a part of where the bar would grow too long."""


AREAS = {
    area.name: area
    for area in (
        Area("work", Label("待办", "Work")),
        Area("children", Label("儿童", "Children")),
        Area("allowance", Label("补贴", "Allowances")),
        Area("care", Label("关爱", "Care"), join="care"),
        Area("protection", Label("保护", "Protection"), join="care"),
        Area("homes", Label("养育机构", "Homes")),
        Area("money", Label("资金", "Money")),
        Area("figures", Label("数据", "Figures"), join="general"),
        Area("law", Label("政策依据", "Law"), join="general"),
        Area("administration", Label("管理", "Administration"), join="general"),
    )
}
"""In the order of a day at most posts."""
JOINED = {"care": Label("关爱保护", "Care and protection"), "general": Label("综合", "General")}
_DAYS: dict[str, tuple[str, ...]] = {}


def day_of(role: str, *areas: str) -> None:
    """The areas a post's day begins with, where it is another day than most; the work to do comes before them."""
    unknown = [name for name in areas if name not in AREAS]
    if unknown:
        raise RuntimeError(f"no area is called {unknown[0]}")
    _DAYS[role] = areas


def in_day(role: str, areas: Iterable[str]) -> list[str]:
    """These areas in the order of the post's day."""
    first = ("work", *_DAYS.get(role, ()))
    every = [*first, *(name for name in AREAS if name not in first)]
    return sorted(areas, key=every.index)


def bar(role: str, areas: Iterable[str]) -> list[tuple[Label, list[str]]]:
    """What stands in a post's bar: a title with the areas under it, seven at most."""
    names = in_day(role, areas)
    if len(names) <= MOST:
        return [(AREAS[name].title, [name]) for name in names]
    found: dict[str, list[str]] = {}
    for name in names:
        found.setdefault(AREAS[name].join or f"={name}", []).append(name)
    return [
        (JOINED[join] if len(together) > 1 else AREAS[together[0]].title, together) for join, together in found.items()
    ]
