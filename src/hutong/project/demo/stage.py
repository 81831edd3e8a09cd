"""The stage of the demo's history: who acts, at what moment, and the background work that follows."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from random import Random
from typing import Any, NamedTuple, TypeVar

from django.db import connection

from hutong.benefits.actions import ask_school_proof, draw_spot_checks, open_reviews
from hutong.core import clock_time
from hutong.core.action import ActionSpec, call_system
from hutong.core.errors import HutongError
from hutong.core.events import REACT
from hutong.core.jobs import run_reaction
from hutong.core.many import Item, bulk
from hutong.core.places import NATION
from hutong.core.sweep import note_failed_reaction, sweep_clocks
from hutong.core.viewer import ZONE, Viewer, acting, system_viewer
from hutong.org.actions import follow_up_below, look_at_posts
from hutong.org.models import Division, PostArea, PostHolding
from hutong.org.queries.posts import viewer_of_post
from hutong.org.terms import Role, Scheme
from hutong.people.models import Child
from hutong.project.demo.figures import figures

T = TypeVar("T")
COUNTY = "999901"


class Deed(NamedTuple):
    """One of many like acts: who does it, what, on which record, with which input."""

    login: str
    spec: ActionSpec[Any]
    target: Any
    given: dict[str, Any]


@dataclass
class Stage:
    """Acts at posts. `moment` is the business time; it only moves forward."""

    moment: datetime
    county: Division
    places: dict[str, Division]
    holdings: dict[str, PostHolding]
    answering: dict[tuple[Role, str], str]
    """Login by role and code of the village or township it answers for."""
    viewers: dict[str, Viewer] = field(default_factory=dict)

    @property
    def today(self) -> date:
        """The business day."""
        return self.moment.astimezone(ZONE).date()

    def go_to(self, moment: datetime) -> None:
        """Move on."""
        self.moment = max(moment, self.moment)

    def viewer(self, login: str) -> Viewer:
        """The post a login holds, now."""
        if login not in self.viewers:
            holding = self.holdings[login]
            self.viewers[login] = viewer_of_post(holding.user, holding.post, self.moment)
        return replace(self.viewers[login], now=self.moment)

    def do(self, login: str, spec: ActionSpec[T], *args: Any, reason: str = "") -> T:
        """One action at a post; each takes a moment, so that the history has an order."""
        self.moment += timedelta(seconds=41)
        return spec(self.viewer(login), *args, reason=reason)

    def do_all(self, deeds: Iterable[Deed]) -> None:
        """Acts that do not build on each other, those of one post and kind at once."""
        alike = defaultdict[tuple[str, str], list[Deed]](list)
        for deed in deeds:
            alike[deed.spec.name, deed.login].append(deed)
        for same in alike.values():
            login, spec, target, given = same[0]
            if len(same) == 1:
                self.do(login, spec, target, given)
                continue
            self.moment += timedelta(seconds=41)
            for answer in bulk(spec, self.viewer(login), [Item(deed.given, deed.target) for deed in same]):
                answer.got()

    def director(self, village: str) -> str:
        """Login of the child director of a village."""
        return self.answering[Role.VILLAGE_DIRECTOR, village]

    def supervisor(self, village: str) -> str:
        """Login of the supervisor of the township a village lies in."""
        return self.answering[Role.TOWNSHIP_SUPERVISOR, village[:9]]

    def child_ids(self, numbers: Iterable[str]) -> dict[str, int]:
        """Children by their number in the national system."""
        return dict(Child.objects.filter(national_no__in=list(numbers)).values_list("national_no", "id"))

    def system(self, name: str) -> Viewer:
        """The named job, now."""
        return system_viewer(name, now=self.moment, spans=(NATION,))

    def background(self) -> None:
        """Run what actions have put into the queue, and what that puts there, as the worker would."""
        clock_time.set_demo_time(self.moment)
        while jobs := _waiting():
            for job_id, reaction, event_id in jobs:
                try:
                    run_reaction(reaction, event_id)
                except HutongError as error:
                    found = {"reaction": reaction, "event_id": event_id, "error": str(error)}
                    call_system(note_failed_reaction, found)
                with connection.cursor() as cursor:
                    cursor.execute("delete from procrastinate_jobs where id = %s", [job_id])

    def nothing_follows(self) -> None:
        """Take what waits in the queue away: while no award exists, no reaction has anything to look at."""
        with connection.cursor() as cursor:
            cursor.execute("delete from procrastinate_jobs where task_name = %s and status = 'todo'", [REACT])

    def dice(self, what: str) -> Random:
        """Chance that falls the same way in every run."""
        return Random(f"{figures().seed} {what}")  # noqa: S311 (no secret)

    def morning(self) -> None:
        """What runs at night: limits and who follows them up, reviews and school proofs that come due."""
        clock_time.set_demo_time(self.moment)
        viewer = self.system("sweep")
        with acting(viewer):
            sweep_clocks(viewer, {})
        call_system(follow_up_below, {})
        call_system(look_at_posts, {})
        call_system(open_reviews, {})
        call_system(ask_school_proof, {})
        call_system(draw_spot_checks, {})


def _waiting() -> list[tuple[int, str, int]]:
    """Reactions in the queue, in the order of their events. The demo's database has no worker yet."""
    with connection.cursor() as cursor:
        cursor.execute(
            """select id, args ->> 'reaction', (args ->> 'event_id')::bigint from procrastinate_jobs
                where task_name = %s and status = 'todo' order by id""",
            [REACT],
        )
        return list(cursor.fetchall())


def at(day: date, hour: float = 9.0) -> datetime:
    """A moment of a day in China's time zone."""
    return datetime.combine(day, time(), ZONE) + timedelta(hours=hour)


def open_stage(moment: datetime) -> Stage:
    """The stage with everybody who holds a post."""
    own = Division.objects.filter(scheme=Scheme.OWN, valid_to=None)
    places = {d.code: d for d in own}
    held = PostHolding.objects.filter(valid_to=None).select_related("user", "post__agency__division")
    holdings = {h.user.username: h for h in held}
    login_of = {h.post_id: name for name, h in holdings.items()}
    answering = {
        (Role.TOWNSHIP_SUPERVISOR, h.post.agency.division.code): name
        for name, h in holdings.items()
        if h.post.role == Role.TOWNSHIP_SUPERVISOR
    }
    beats = PostArea.objects.filter(post__role=Role.VILLAGE_DIRECTOR, valid_to=None).select_related("division")
    answering |= {(Role.VILLAGE_DIRECTOR, area.division.code): login_of[area.post_id] for area in beats}
    county = next(d for d in places.values() if d.code == COUNTY)
    return Stage(moment, county, places, holdings, answering)
