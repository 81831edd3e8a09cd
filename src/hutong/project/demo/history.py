"""Six months of the demo county, played in order through the actions of the product.

Every part is one transaction that also writes how far the history has come, so that a killed seeding goes on where it
stopped. Which part does what depends on the day of the first attempt alone, kept with it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import partial
from itertools import groupby

from django.db import connections, transaction
from django.utils import timezone, translation

from hutong.core import clock_time
from hutong.core.models import Setting
from hutong.core.viewer import ZONE, acting
from hutong.project.demo.award_events import Turns
from hutong.project.demo.figures import figures
from hutong.project.demo.findings import steps_of_findings
from hutong.project.demo.months import steps_of_month
from hutong.project.demo.oversight import arrivals, steps_of_arrivals, steps_of_checks, steps_of_oversight
from hutong.project.demo.plan import Kid, first_month, plan
from hutong.project.demo.registration import by_township, register
from hutong.project.demo.roll import take_over
from hutong.project.demo.staff import set_up
from hutong.project.demo.stage import Stage, at, open_stage
from hutong.project.demo.stories import Story, stories
from hutong.project.demo.walking import Step, steps_of

Progress = Callable[[str], AbstractContextManager[None]]
MARKER = "demo_seeded"
ROLL_DAY = 22
"""Day of the first month on which the roll of the earlier years is taken over."""
FINISHED = "finished"
MONDAY = 0
GROWTH = (0, 2, 6)
"""Townships after whose registration the database counts its tables again."""
GROWING = (
    "people_child", "people_relation", "people_parentfact", "core_task", "core_clock", "core_entry", "benefits_award",
    "benefits_awardbasis", "money_order", "money_line",
)  # fmt: skip


@dataclass(frozen=True)
class Part:
    """A piece of the history that is done whole or not at all."""

    name: str
    words: str
    run: Callable[[], None]
    grows: bool = False
    """Is there so much more afterwards that the database should count again?"""


@dataclass
class History:
    """Everything that happens, cut into parts."""

    now: datetime
    stage: Stage | None = None

    def __post_init__(self) -> None:
        self.today = self.now.astimezone(ZONE).date()
        self.begin = first_month(self.today, figures().history.months)
        self.kids = plan(self.today)
        self.stories = stories(self.kids, self.begin, self.today)
        self.newcomers = {k.number for s in self.stories for k in s.kids}
        self.arrived = arrivals(self.kids)
        known = self.newcomers | {k.number for k in self.arrived}
        self.settled = [k for k in self.kids if k.recipient and k.number not in known]

    def parts(self) -> Iterator[Part]:
        """Everything to be done, in order."""
        yield Part("places", "places and posts", partial(set_up, self.begin))
        for n, (code, group) in enumerate(by_township(self._on_file()).items()):
            day = self.begin + timedelta(days=n)
            words = f"children of township {n + 1}"
            yield Part(f"children {code}", words, partial(self._register, group, day), grows=n in GROWTH)
        yield Part("roll", "the earlier roll", self._roll, grows=True)
        for month, steps in groupby(self._steps(), key=lambda s: first_month(s.when.astimezone(ZONE).date(), 0)):
            row = list(steps)
            yield Part(f"{month:%Y-%m}", f"{month:%Y-%m}", partial(self._play, month, row), grows=True)

    def _on_file(self) -> list[Kid]:
        fresh = {k.number for s in self.stories if s.fresh for k in s.kids}
        return [k for k in self.kids if k.number not in fresh]

    def _at(self, moment: datetime) -> Stage:
        """The stage at a moment; it is opened once, since nobody changes posts."""
        if self.stage is None:
            self.stage = open_stage(moment)
        self.stage.moment = moment
        return self.stage

    def _register(self, group: list[Kid], day: date) -> None:
        stage = self._at(at(day, 8.5))
        with acting(stage.system("demo")):
            register(stage, group, self.begin, {k.number for k in self.settled})
            stage.nothing_follows()

    def _roll(self) -> None:
        stage = self._at(at(self.begin.replace(day=ROLL_DAY), 9))
        with acting(stage.system("demo")):
            take_over(stage, self.settled)
            stage.background()

    def _steps(self) -> list[Step]:
        """All steps that have happened by now, in their order."""
        steps = [step for story in self.stories for step in steps_of(story)]
        steps += Turns(self.settled, self.begin, self.today).steps()
        steps += steps_of_findings(self.kids, self.begin, self.today)
        steps += steps_of_arrivals(self.arrived, self.today)
        steps += steps_of_oversight(self.kids, self.today)
        steps += steps_of_checks(self.begin, self.today)
        for number in range(1, figures().history.months + 1):
            steps += steps_of_month(first_month(self.begin, -number), self.now)
        happened = [s for s in steps if s.when <= self.now - timedelta(minutes=30)]
        return sorted(happened, key=lambda s: (s.when, s.order))

    def _play(self, month: date, steps: list[Step]) -> None:
        stage = self._at(at(month, 0.3))
        with acting(stage.system("demo")):
            for day, row in groupby(steps, key=lambda s: s.when.astimezone(ZONE).date()):
                if day.weekday() == MONDAY:
                    stage.go_to(at(day, 0.3))
                    stage.morning()
                for step in row:
                    stage.go_to(step.when)
                    step.run(stage)
                stage.background()
            if month == first_month(self.today, 0):
                stage.go_to(min(self.now, at(self.today, 0.4)))
                stage.morning()
                stage.background()


def play(progress: Progress, now: datetime | None = None) -> None:
    """Seed the demo county, or go on with a seeding that was killed; nothing happens once it is finished."""
    kept = Setting.objects.filter(pk=MARKER).values_list("value", flat=True).first()
    if kept and kept["done"] == FINISHED:
        return
    begun = datetime.fromisoformat(kept["now"]) if kept else now or timezone.now()
    history = History(begun)
    parts = list(history.parts())
    start = [part.name for part in parts].index(kept["done"]) + 1 if kept else 0
    with translation.override("zh-hans"):
        for part in parts[start:]:
            with progress(f"demo county: {part.words}"):
                with transaction.atomic():
                    part.run()
                    _mark(begun, part.name)
                if part.grows:
                    _count_again()
    with transaction.atomic():
        Setting.objects.filter(pk=clock_time.DEMO_SHIFT).delete()
        _mark(begun, FINISHED)


def _count_again() -> None:
    """The planner knows nothing of tables that were just filled; only the owner may have them counted."""
    with connections["owner"].cursor() as cursor:
        cursor.execute(f"analyze {', '.join(GROWING)}")


def _mark(begun: datetime, done: str) -> None:
    Setting.objects.update_or_create(name=MARKER, defaults={"value": {"now": begun.isoformat(), "done": done}})


__all__ = ["FINISHED", "MARKER", "History", "Progress", "Story", "play"]
