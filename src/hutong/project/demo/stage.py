"""The stage of the demo's history: who acts, at what moment, and the background work that follows."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from random import Random
from typing import Any, TypeVar

from django.db import connection

from hutong.core import clock_time
from hutong.core.action import ActionSpec, call_system
from hutong.core.errors import HutongError
from hutong.core.events import REACT
from hutong.core.jobs import run_reaction
from hutong.core.places import NATION
from hutong.core.sweep import note_failed_reaction, sweep_clocks
from hutong.core.viewer import ZONE, Viewer, acting, system_viewer
from hutong.org.models import Division, PostHolding
from hutong.org.queries.posts import viewer_of_post
from hutong.org.terms import Level, Role, Scheme
from hutong.people.models import Child
from hutong.project.demo.figures import figures

T = TypeVar("T")


@dataclass
class Stage:
    """Acts at posts. `moment` is the business time; it only moves forward."""

    moment: datetime
    county: Division
    viewers: dict[str, Viewer] = field(default_factory=dict)
    places: dict[str, Division] = field(default_factory=dict)

    @property
    def today(self) -> date:
        """The business day."""
        return self.moment.astimezone(ZONE).date()

    def go_to(self, moment: datetime) -> None:
        """Move on; jobs and clocks of the database follow."""
        self.moment = max(moment, self.moment)
        clock_time.set_demo_time(self.moment)

    def viewer(self, login: str) -> Viewer:
        """The post a login holds, now."""
        return replace(self.viewers[login], now=self.moment)

    def do(self, login: str, spec: ActionSpec[T], *args: Any, reason: str = "") -> T:
        """One action at a post; each takes a moment, so that the history has an order."""
        self.moment += timedelta(seconds=41)
        return spec(self.viewer(login), *args, reason=reason)

    def director(self, village: str) -> str:
        """Login of the child director of a village."""
        return self._login(Role.VILLAGE_DIRECTOR, village)

    def supervisor(self, village: str) -> str:
        """Login of the supervisor of the township a village lies in."""
        return self._login(Role.TOWNSHIP_SUPERVISOR, village)

    def _login(self, role: Role, village: str) -> str:
        key = self.places[village].key
        found = next((n for n, v in self.viewers.items() if v.role == role and v.reaches(key)), None)
        if found is None:
            raise LookupError(f"no {role} answers for {village}")
        return found

    def child_ids(self, numbers: Iterable[str]) -> dict[str, int]:
        """Children by their number in the national system."""
        with acting(self.system("demo")):
            rows = Child.objects.filter(national_no__in=list(numbers)).values_list("national_no", "id")
            return dict(rows)

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

    def night(self) -> None:
        """The daily look at the clocks."""
        viewer = self.system("sweep")
        with acting(viewer):
            sweep_clocks(viewer, {})


def _waiting() -> list[tuple[int, str, int]]:
    """Reactions in the queue, in the order of their events. The demo's database has no worker yet."""
    with connection.cursor() as cursor:
        cursor.execute(
            """select id, args ->> 'reaction', (args ->> 'event_id')::bigint from procrastinate_jobs
                where task_name = %s and status = 'todo' order by id""",
            [REACT],
        )
        return cursor.fetchall()


def at(day: date, hour: float = 9.0) -> datetime:
    """A moment of a day in China's time zone."""
    return datetime.combine(day, time(), ZONE) + timedelta(hours=hour)


def open_stage(moment: datetime) -> Stage:
    """The stage with everybody who holds a post on that day."""
    own = Division.objects.filter(scheme=Scheme.OWN, valid_to=None)
    places = {d.code: d for d in own}
    stage = Stage(moment, next(d for d in own if d.level == Level.COUNTY and d.code == "999901"), places=places)
    with acting(stage.system("demo")):
        for holding in PostHolding.objects.filter(valid_to=None).select_related("user", "post__agency"):
            stage.viewers[holding.user.username] = viewer_of_post(holding.user, holding.post, moment)
    return stage
