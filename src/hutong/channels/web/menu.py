"""The bar of a post: its areas, in each the lists and what can be begun there, and where one is."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from django.http import HttpRequest

from hutong.channels.areas import AREAS, bar
from hutong.channels.sheet import PAGES, SHEETS, action_url, sheet_of
from hutong.channels.words import button_label
from hutong.core.action import ACTIONS
from hutong.core.terms import Label
from hutong.core.viewer import Viewer

WORKLIST = Label("工作台", "Worklist")


@dataclass(frozen=True, slots=True)
class Way:
    """An entry of the menu or of the breadcrumbs; without an address it is where one is."""

    text: Any
    url: str = ""
    current: bool = False


@dataclass(frozen=True, slots=True)
class Part:
    """The ways of one area."""

    area: str
    title: Label
    lists: list[Way]
    acts: list[Way]
    """What this post begins there."""


@dataclass(frozen=True, slots=True)
class Stop:
    """One place of the bar: an area, or several that stand together."""

    title: Label
    parts: list[Part]
    current: bool

    @property
    def only(self) -> Way | None:
        """The one way it has, which needs nothing to unfold."""
        ways = [way for part in self.parts for way in (*part.lists, *part.acts)]
        return ways[0] if len(ways) == 1 else None


@dataclass(frozen=True, slots=True)
class Here:
    """Where a request is: the area, and the address of the list behind it."""

    area: str = ""
    url: str = ""


def here_of(request: HttpRequest) -> Here:
    """Found by what the address leads to; nowhere for an address that leads to nothing."""
    match = request.resolver_match
    if match is None or match.url_name is None:
        return Here()
    if match.url_name in PAGES:
        return Here(PAGES[match.url_name].area, request.path)
    named = f"{match.kwargs.get('package')}.{match.kwargs.get('name')}"
    if match.url_name in ("list", "record") and named in SHEETS:
        return Here(SHEETS[named].area, SHEETS[named].url)
    if match.url_name in ("action", "action_on") and named in ACTIONS:
        on = ACTIONS[named].on
        sheet = sheet_of(on) if on else next((s for s in SHEETS.values() if named in s.create), None)
        return Here(sheet.area if sheet else "", request.path if on is None or sheet is None else sheet.url)
    return Here("work", "/") if match.url_name == "worklist" else Here()


def bar_of(viewer: Viewer, here: Here) -> list[Stop]:
    """Where this post can go, in the order of its day."""
    parts = {part.area: part for part in _parts(viewer)}
    at = _nearest(parts, here)
    stops = []
    for title, names in bar(viewer.role, parts):
        own = [_marked(parts[name], at) for name in names]
        stops.append(Stop(title, own, here.area in names))
    return stops


def acts_of(viewer: Viewer) -> list[str]:
    """Names of the actions this post can begin, in the order of its bar."""
    areas = [name for _title, names in bar(viewer.role, AREAS) for name in names]
    return [name for area in areas for name in _begun(viewer, area)]


def _parts(viewer: Viewer) -> Iterator[Part]:
    for area in AREAS.values():
        ways = [
            (sheet.rank, Way(Label(*sheet.plural), sheet.url))
            for sheet in SHEETS.values()
            if sheet.area == area.name and sheet.rank is not None and sheet.open_to(viewer)
        ]
        ways += [
            (page.rank, Way(Label(*page.title), f"/{page.path}"))
            for page in PAGES.values()
            if page.area == area.name and page.rank is not None and (not page.roles or viewer.role in page.roles)
        ]
        lists = [way for _rank, way in sorted(ways, key=lambda ranked: (ranked[0], ranked[1].url))]
        if area.name == "work":
            lists.insert(0, Way(WORKLIST, "/"))
        acts = [Way(button_label(name), action_url(name)) for name in _begun(viewer, area.name)]
        if lists or acts:
            yield Part(area.name, area.title, lists, acts)


def _begun(viewer: Viewer, area: str) -> list[str]:
    sheets = [sheet for sheet in SHEETS.values() if sheet.area == area and sheet.open_to(viewer)]
    sheets.sort(key=lambda sheet: (sheet.rank is None, sheet.rank, sheet.url))
    names = dict.fromkeys(name for sheet in sheets for name in sheet.create)
    return [name for name in names if name in ACTIONS and ACTIONS[name].offered_to(viewer)]


def _nearest(parts: dict[str, Part], here: Here) -> str:
    """Of all ways the one that leads closest to where one is."""
    urls = [way.url for part in parts.values() for way in (*part.lists, *part.acts)]
    return max(
        (url for url in urls if here.url.startswith(url) and (url != "/" or here.url == "/")), key=len, default=""
    )


def _marked(part: Part, at: str) -> Part:
    def mark(ways: list[Way]) -> list[Way]:
        return [replace(way, current=way.url == at) for way in ways]

    return replace(part, lists=mark(part.lists), acts=mark(part.acts))
