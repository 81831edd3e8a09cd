"""One search over everything: who answers it, and what it finds for one viewer.

Every sheet with a `search` answers by itself, inside the reach and with the fields its list would show; what is no
sheet (adults, articles of the law, the ways of the menu) registers a finder in its `screens.py`. A finder returns only
what the viewer may open.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.db.models import Model
from django.utils.http import urlencode
from pypinyin import Style, lazy_pinyin

from hutong.channels.areas import in_day
from hutong.channels.reading import columns_of, lines_of, ordering, rows_of
from hutong.channels.sheet import SHEETS, Sheet, Words, record_url
from hutong.channels.words import words
from hutong.core.audit.journal import journal
from hutong.core.terms import JournalKind, Label
from hutong.core.viewer import Viewer

SHOWN = 5
"""Hits of a kind; the list behind it has the rest."""
LONGEST = 100
"""Characters of a question."""


@dataclass(frozen=True, slots=True)
class Found:
    """One hit: what it is called, the page it leads to, a second line."""

    text: str
    url: str
    hint: str = ""


@dataclass(frozen=True, slots=True)
class Kind:
    """Hits of one kind, and the list with all of them where there are more."""

    title: str
    hits: Sequence[Found]
    more: str = ""


Find = Callable[[Viewer, str, int], Sequence[Found]]


@dataclass(frozen=True)
class Finder:
    """Answers for one kind: at most so many hits, the best first."""

    name: str
    title: Words
    area: str
    find: Find
    roles: Sequence[str] = ()
    """Empty: every post."""
    of: type[Model] | None = None
    """The persons or matters it finds: the search is then in the journal, as a list of them is."""
    rank: int = 50
    url: str = ""
    """The list that takes the same question as `?q=`."""


FINDERS: dict[str, Finder] = {}


def register_finder(
    name: str,
    title: Words,
    find: Find,
    *,
    area: str,
    roles: Sequence[str] = (),
    of: type[Model] | None = None,
    rank: int = 50,
) -> None:
    """Declare in screens.py who answers the search beside the sheets."""
    if name in FINDERS:
        raise RuntimeError(f"finder {name} declared twice")
    FINDERS[name] = Finder(name, title, area, find, tuple(roles), of, rank)


def search(viewer: Viewer, text: str) -> list[Kind]:
    """What the viewer may open of all that was meant, by kind in the order of the post's day.

    What was typed is in no line of the journal: a list of persons leaves its name and number, as an empty search does.
    """
    asked = text.strip()[:LONGEST]
    if not asked or "\x00" in asked:
        return []
    kinds, persons = [], False
    for finder in _asked(viewer):
        hits = list(finder.find(viewer, asked, SHOWN + 1))
        if not hits:
            continue
        shown = hits[:SHOWN]
        if finder.of is not None:
            journal(viewer, JournalKind.LISTED, what=finder.name, subject=finder.of, count=len(shown))
            persons = True
        more = f"{finder.url}?{urlencode({'q': asked})}" if finder.url and len(hits) > SHOWN else ""
        kinds.append(Kind(Label(*finder.title).text(viewer.locale), shown, more))
    if not persons:
        journal(viewer, JournalKind.LISTED, what="search", count=0)
    return kinds


def _asked(viewer: Viewer) -> list[Finder]:
    every = [_of_sheet(sheet) for sheet in SHEETS.values() if sheet.search is not None and sheet.open_to(viewer)]
    every += [finder for finder in FINDERS.values() if not finder.roles or viewer.role in finder.roles]
    day = in_day(viewer.role, {finder.area for finder in every})
    return sorted(every, key=lambda finder: (day.index(finder.area), finder.rank, finder.name))


def _of_sheet(sheet: Sheet[Any]) -> Finder:
    def find(viewer: Viewer, text: str, most: int) -> list[Found]:
        assert sheet.search is not None  # noqa: S101
        rows = sheet.search(rows_of(sheet, viewer), text, viewer).prefetch_related(*sheet.prefetch)
        records = list(rows.order_by(*ordering(sheet, viewer))[:most])
        columns = [c for c in columns_of(sheet, viewer) if not c.minor and not c.link][:2]
        hints = [
            " · ".join(words(cell, viewer.locale) for cell in cells if cell not in (None, ""))
            for cells in lines_of(viewer, records, columns)
        ]
        return [
            Found(sheet.called(viewer, record), record_url(record), hint)
            for record, hint in zip(records, hints, strict=True)
        ]

    rank = 50 if sheet.rank is None else sheet.rank
    return Finder(sheet.name, sheet.plural, sheet.area, find, of=sheet.model, rank=rank, url=sheet.url)


@lru_cache(maxsize=4096)
def _sounds(title: str) -> tuple[str, str]:
    return "".join(lazy_pinyin(title)), "".join(lazy_pinyin(title, style=Style.FIRST_LETTER))


def named(text: str, title: Label) -> bool:
    """Was a text of the screens meant: part of it in either language, or its pinyin or initials from the front?"""
    typed = text.casefold()
    if typed in title.zh.casefold() or typed in title.en.casefold():
        return True
    plain = typed.replace(" ", "")
    return plain.isascii() and plain.isalpha() and any(sound.startswith(plain) for sound in _sounds(title.zh))
