"""Type-ahead: who answers a search for places (and other long lists) while somebody types."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from hutong.core.viewer import Viewer


@dataclass(frozen=True, slots=True)
class Hit:
    """One suggestion: the value a form sends, the words shown, a second line."""

    value: str
    text: str
    hint: str = ""


Search = Callable[[Viewer, str], Sequence[Hit]]
Called = Callable[[Viewer, str], str]


@dataclass(frozen=True, slots=True)
class Lookup:
    """A long list one chooses from by typing: what is found, and what a chosen value is called."""

    search: Search
    called: Called


LOOKUPS: dict[str, Lookup] = {}


def register_lookup(name: str, search: Search, called: Called) -> None:
    """Declare a type-ahead in screens.py. `org` registers `place`; an input field asks for it by its kind:
    `json_schema_extra={"kind": "place"}`. The search returns at most a dozen hits; a value nobody may see is called
    nothing."""
    if name in LOOKUPS:
        raise RuntimeError(f"lookup {name} declared twice")
    LOOKUPS[name] = Lookup(search, called)


@dataclass(frozen=True, slots=True)
class PostCard:
    """One post of a user: what it is called, and at which office."""

    id: int
    title: str
    agency: str


Posts = Callable[[int, Viewer], Sequence[PostCard]]
_posts: list[Posts] = []


def register_posts(posts: Posts) -> None:
    """Declared once by the package that owns posts: (user id, viewer) -> the posts the user may work at now."""
    _posts[:] = [posts]


def posts_of(viewer: Viewer) -> Sequence[PostCard]:
    """Posts of the signed-in user, for the switch in the header."""
    return _posts[0](viewer.user_id, viewer) if _posts and viewer.user_id is not None else ()


@dataclass(frozen=True, slots=True)
class Staff:
    """What an auditor's pages ask of the package that owns posts."""

    posts_in: Callable[[Viewer], Any]
    """Ids of the posts at offices inside a viewer's reach, as a queryset."""
    role: Callable[[str], Any]
    """A role in words."""


_staff: list[Staff] = []


def register_staff(staff: Staff) -> None:
    """Declared once by the package that owns posts."""
    _staff[:] = [staff]


def staff() -> Staff:
    """Who answers for posts; RuntimeError where no package does."""
    if not _staff:
        raise RuntimeError("no package registered its staff (org does so in its screens)")
    return _staff[0]
