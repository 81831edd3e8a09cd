"""In whose name something is seen or done."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from types import MappingProxyType

from django.db import connections
from django.utils.timezone import get_default_timezone
from psycopg.pq import TransactionStatus

from hutong.core.errors import NoViewer
from hutong.core.places import NATION, Span
from hutong.core.terms import DataClass

ZONE = get_default_timezone()
"""The clock of the country whose law is in force (`settings.TIME_ZONE`)."""
SYSTEM = "system"
"""Role of jobs: each runs under a named system viewer with its own reach."""


@dataclass(frozen=True)
class Viewer:
    """A person at a post (or a machine client, or a named job) at a moment of business time."""

    user_id: int | None
    post_id: int | None
    role: str
    name: str
    now: datetime
    place_id: int | None = None
    spans: tuple[Span, ...] = ()
    area: tuple[Span, ...] = ()
    """Places the post looks after. An administrator's has no reach over records there, only offices, posts and tasks
    that are about no child."""
    clearance: DataClass = DataClass.OPEN
    clearances: Mapping[str, DataClass] = field(default_factory=lambda: MappingProxyType({}))
    locale: str = "zh-hans"
    machine: bool = False
    granted: frozenset[int] = frozenset()
    """Persons (children) seen by a dated grant although outside the spans."""
    emergency: frozenset[int] = frozenset()
    """Those of them that are open for an emergency alone: seen, and acted for by protective acts only."""
    hidden: frozenset[int] = frozenset()
    """Persons never shown to this viewer: a suspect in a case, or kin of one, loses sight of it."""

    @property
    def today(self) -> date:
        """The business day of the country."""
        return self.now.astimezone(ZONE).date()

    def clears(self, package: str, data_class: DataClass) -> bool:
        """May this viewer read fields of that class in that package?"""
        return self.clearances.get(package, self.clearance) >= data_class

    def reaches(self, place_key: int | None) -> bool:
        """Does the place lie inside the viewer's reach?"""
        return place_key is not None and any(place_key in span for span in self.spans)

    def without_emergency(self) -> Viewer:
        """The viewer as if no child had been opened for an emergency."""
        return replace(self, granted=self.granted - self.emergency, emergency=frozenset()) if self.emergency else self

    @property
    def hull(self) -> Span:
        """Smallest single range around all spans: what row-level security checks as the second wall."""
        if not self.spans:
            return Span(1, 0)
        return Span(min(s.lo for s in self.spans), max(s.hi for s in self.spans))


_current: ContextVar[Viewer | None] = ContextVar("hutong_viewer", default=None)


def current_viewer() -> Viewer:
    """The viewer in whose name this runs; raises NoViewer, so nothing is read in nobody's name."""
    viewer = _current.get()
    if viewer is None:
        raise NoViewer("no viewer in context")
    return viewer


def viewer_or_none() -> Viewer | None:
    """The viewer, if any: for the few places that must work before sign-in."""
    return _current.get()


_SET = """select set_config('hutong.lo', %s, false), set_config('hutong.hi', %s, false),
                 set_config('hutong.granted', %s, false), set_config('hutong.hidden', %s, false),
                 set_config('hutong.viewer', %s, false), set_config('hutong.role', %s, false)"""


def _ids(ids: frozenset[int]) -> str:
    return "{" + ",".join(map(str, sorted(ids))) + "}"


def tell_database(viewer: Viewer | None, using: str = "default") -> None:
    """Give the row-level policies of this session the viewer's reach, or close it when there is none."""
    hull = viewer.hull if viewer else Span(1, 0)
    granted, hidden = (_ids(viewer.granted), _ids(viewer.hidden)) if viewer else ("{}", "{}")
    who = f"{viewer.user_id or ''}:{viewer.post_id or ''}:{viewer.name}" if viewer else ""
    with connections[using].cursor() as cursor:
        role = viewer.role if viewer else ""
        cursor.execute(_SET, [str(hull.lo), str(hull.hi), granted, hidden, who, role])


@contextmanager
def acting(viewer: Viewer) -> Iterator[Viewer]:
    """Run the block in the viewer's name, in Python and in the database; the outer viewer comes back after it."""
    outer = _current.get()
    token = _current.set(viewer)
    try:
        tell_database(viewer)
        yield viewer
    finally:
        _current.reset(token)
        held = connections["default"].connection
        # In a failed transaction nothing can be said; its rollback brings the outer viewer's settings back by itself.
        if held is not None and not held.closed and held.info.transaction_status != TransactionStatus.INERROR:
            tell_database(outer)


def system_viewer(name: str, *, now: datetime, spans: tuple[Span, ...] = (NATION,)) -> Viewer:
    """A named job with its own reach; never a way round row-level security."""
    return Viewer(None, None, SYSTEM, name, now, spans=spans, clearance=DataClass.SEALED)


_loader: list[Callable[[int, int | None, datetime], Viewer | None]] = []


def register_loader(load: Callable[[int, int | None, datetime], Viewer | None]) -> None:
    """Called once at start-up by the package that owns posts: (user id, post id, now) -> viewer."""
    _loader[:] = [load]


def load_viewer(user_id: int, post_id: int | None, now: datetime) -> Viewer | None:
    """Viewer of a signed-in user at one of their posts (the first without a choice); None without any post."""
    if not _loader:
        raise RuntimeError("no package registered a viewer loader (org does so in apps.ready)")
    return _loader[0](user_id, post_id, now)
