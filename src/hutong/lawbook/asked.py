"""What a page about the law is asked: a place, a day, and the day whose knowledge counts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from hutong.channels.content import Badge
from hutong.channels.sheet import page_url
from hutong.channels.web.frame import Way
from hutong.core import places
from hutong.core.errors import NotFound
from hutong.core.jurisdiction import law
from hutong.core.terms import Label
from hutong.core.viewer import Viewer
from hutong.law.decision import article_json
from hutong.law.engine.model import Basis, Law
from hutong.law.telling import citation, words

NOTE = Label("注：{0}", "Note: {0}")
ARTICLE = Label("依据", "Basis")


@dataclass(frozen=True)
class Asked:
    """Place, day, and what was known then (None: all that is known today)."""

    place_id: int | None
    codes: tuple[str, ...]
    place: str
    on: date
    known: date | None

    def url(self, page: str, **more: Any) -> str:
        """The same question on another page, or with something changed."""
        return page_url(page, **{"place": self.place_id, "on": self.on, "known": self.known, **more})


def asked(viewer: Viewer, given: Mapping[str, Any]) -> Asked:
    """Read from an address or a form; what cannot be read falls back to the viewer's own place and day."""
    place_id = _number(given.get("place")) or viewer.place_id
    codes, name = _place(place_id, viewer.locale)
    if not name:
        place_id = None
    return Asked(place_id, codes, name, day(given.get("on")) or viewer.today, day(given.get("known")))


def _place(place_id: int | None, lang: str) -> tuple[tuple[str, ...], str]:
    """Codes of the law from the most local one, and the name; the country where the place is not known."""
    if place_id is not None:
        try:
            return tuple(places.codes(place_id)) or (law().law.country,), places.name(place_id, lang)
        except (NotFound, RuntimeError, OverflowError):
            pass
    return (law().law.country,), ""


def _number(text: Any) -> int | None:
    return int(text) if isinstance(text, str) and text.isascii() and text.isdigit() and len(text) < 19 else None


def day(text: Any) -> date | None:
    """An ISO date of this or the last century; anything else is nothing."""
    try:
        read = date.fromisoformat(str(text))
    except ValueError:
        return None
    return read if 1900 <= read.year < 2100 else None


def book() -> Law:
    """The loaded law."""
    loaded: Law = law().law
    return loaded


def place_label(code: str) -> Label:
    """A place of the law by its code."""
    return book().places.get(code, Label(code, code))


def cite(basis: Basis) -> list[Any]:
    """The article, and a mark where nobody has read the text."""
    return cited(article_json(law().explainer(law().main).article(basis, law().law.country)))


def cited(article: Mapping[str, Any]) -> list[Any]:
    """An article in JSON as it is cited, with a mark where nobody has read the text."""
    lines: list[Any] = [citation(article)]
    if "default" in article:
        lines.append(Badge(words(article["default"]), "warn"))
    if "note" in article:
        lines.append(NOTE.filled(words(article["note"])))
    return lines


def ways(here: str) -> list[Way]:
    """The pages over the law, for the row of links above each of them."""
    pages = (
        ("law.book", "适用规定", "What applies"),
        ("law.acts", "文件登记", "Instruments"),
        ("law.explain", "逐条说明", "Explain a case"),
    )
    return [Way(Label(zh, en), page_url(name), name == here) for name, zh, en in pages]
