"""Children found during the history: which families, when, and how each story goes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from enum import StrEnum
from random import Random

from hutong.people.terms import Evidence, ParentStatus, Side
from hutong.project.demo.figures import figures
from hutong.project.demo.parent_situations import Trouble
from hutong.project.demo.plan import SHOWN, Kid

SETTLING_DAYS = 35
"""Findings begin once the registers are filled."""
WHOLLY_FEN = 172000
"""Fen a month a child gets elsewhere that is more than the standard: it is recognised, and nothing is left to pay."""


class Fate(StrEnum):
    """How an application goes."""

    RECOGNISED = "recognised"
    REFUSED = "refused"
    RETURNED = "returned"
    DEPARTED = "departed"
    WITHDRAWN = "withdrawn"
    NOT_COMPLETED = "not_completed"
    WHOLLY_SUPPORTED = "wholly_supported"
    LEFT_WITH_TOWNSHIP = "left_with_township"
    LEFT_WITH_COUNTY = "left_with_county"
    UNTOLD = "untold"


UNFINISHED = (Fate.LEFT_WITH_TOWNSHIP, Fate.LEFT_WITH_COUNTY, Fate.UNTOLD, Fate.NOT_COMPLETED)
"""Stories that stop half-way and are late today."""


@dataclass(frozen=True)
class Story:
    """A family found on a day. Dates after today have not happened yet: that is the work waiting."""

    number: int
    kids: tuple[Kid, ...]
    fate: Fate
    fresh: bool
    found_on: date
    verified_on: date
    decided_on: date
    told_on: date
    troubles: tuple[Trouble, ...] = field(default=())

    @property
    def eldest(self) -> Kid:
        """The child the facts of the parents are recorded with."""
        return self.kids[0]


def working_day(day: date) -> date:
    """The day, or the Monday after a weekend."""
    return day + timedelta(days=(7 - day.weekday()) % 7 if day.weekday() > 4 else 0)


def stories(kids: list[Kid], begin: date, today: date) -> list[Story]:
    """The newcomers' stories, by the day they were found."""
    dice = Random(f"{figures().seed} stories")  # noqa: S311 (no secret)
    families = list(_families(kids, dice, youth(begin)))
    days = (today - begin).days - SETTLING_DAYS
    fates = _fates(len(families), dice)
    row = _shown_first(families, fates)
    wholly = next(n for n, family in enumerate(row) if fates[n] == Fate.RECOGNISED and family[0].situation == "fu")
    fates[wholly] = Fate.WHOLLY_SUPPORTED
    told = []
    for n, (family, fate) in enumerate(zip(row, fates, strict=True)):
        found = working_day(begin + timedelta(days=SETTLING_DAYS + n * days // len(families)))
        if fate in UNFINISHED:
            found = working_day(today - timedelta(days=(66 if fate == Fate.NOT_COMPLETED else 48) + 2 * (n % 5)))
        if fate == Fate.WHOLLY_SUPPORTED:
            _support(family)
        told.append(_story(n, family, fate, min(found, today), today, dice))
    return sorted(told, key=lambda s: (s.found_on, s.number))


def _support(family: list[Kid]) -> None:
    """The children are kept by the state's support for people without any (特困供养), above the standard."""
    for kid in family:
        kid.dibao_fen, kid.tekun_fen, kid.living_fen = 0, WHOLLY_FEN, 0


def _shown_first(families: list[list[Kid]], fates: list[Fate]) -> list[list[Kid]]:
    """The families of the posts whose logins visitors take get the stories that are not finished."""
    rest = sorted(families, key=lambda f: (f[0].village in SHOWN, f[0].village[:9] == SHOWN[0][:9]))
    wanted = [n for n, fate in enumerate(fates) if fate == Fate.NOT_COMPLETED]
    wanted += [len(fates) - 1, len(fates) - 3, len(fates) - 6]
    wanted += [n for n, fate in enumerate(fates) if fate in UNFINISHED]
    row: dict[int, list[Kid]] = {}
    for n in wanted:
        if n not in row:
            row[n] = rest.pop()
    return [row.get(n) or rest.pop(0) for n in range(len(fates))]


def youth(begin: date) -> date:
    """Who was born after this day stays under age through the whole history."""
    return date(begin.year - 17, begin.month, 1)


def _families(kids: list[Kid], dice: Random, born_after: date) -> Iterator[list[Kid]]:
    """Families that are not on the old roll: all with a sealed reason, and others in random order up to the number."""
    families: dict[int, list[Kid]] = {}
    for kid in kids:
        if kid.situation in ("fu", "orphan_scattered", "infected"):
            families.setdefault(kid.family, []).append(kid)
    order = [family for family in families.values() if all(k.birth >= born_after for k in family)]
    dice.shuffle(order)
    order.sort(key=lambda family: family[0].situation != "infected")
    left = figures().history.new_recipients
    for family in order:
        if left > 0:
            left -= len(family)
            yield family


def _fates(count: int, dice: Random) -> list[Fate]:
    special = [
        *[Fate.REFUSED] * 7, *[Fate.RETURNED] * 6, *[Fate.DEPARTED] * 2, Fate.WITHDRAWN,
        *[Fate.LEFT_WITH_TOWNSHIP] * 2, *[Fate.LEFT_WITH_COUNTY] * 2, Fate.UNTOLD, Fate.NOT_COMPLETED,
    ]  # fmt: skip
    row = [*special, *[Fate.RECOGNISED] * (count - len(special) - 2)]
    dice.shuffle(row)
    return [Fate.RECOGNISED, Fate.RECOGNISED, *row]


def _story(number: int, family: list[Kid], fate: Fate, found: date, today: date, dice: Random) -> Story:
    far = today + timedelta(days=365)
    verified = working_day(found + timedelta(days=dice.randint(4, 14)))
    decided = working_day(verified + timedelta(days=dice.randint(4, 16)))
    told = working_day(decided + timedelta(days=dice.randint(1, 5)))
    if fate == Fate.LEFT_WITH_TOWNSHIP:
        verified = far
    if fate == Fate.LEFT_WITH_COUNTY:
        decided = far
    if fate == Fate.UNTOLD:
        told = far
    if verified == far:
        decided = far
    if decided == far:
        told = far
    story = Story(number, tuple(family), fate, dice.random() < 0.5, found, verified, decided, told)
    return replace(story, troubles=tuple(_troubles(story)))


def _troubles(story: Story) -> list[Trouble]:
    """What the parents' facts are in this story; where it ends badly, one of them does not carry."""
    looked = story.found_on - timedelta(days=30)
    if not story.eldest.troubles:
        return [Trouble(side, ParentStatus.ABLE, looked, Evidence.OTHER) for side in Side]
    first, second = story.eldest.troubles
    if story.fate == Fate.REFUSED:
        return [first, Trouble(second.side, ParentStatus.ABLE, looked, Evidence.OTHER)]
    if story.fate in (Fate.RETURNED, Fate.NOT_COMPLETED):
        return [first, replace(second, evidence=Evidence.NONE)]
    if story.fate == Fate.DEPARTED:
        since = story.found_on - timedelta(days=75)
        reported = (("reported_on", since), ("accepted_on", since + timedelta(days=2)))
        return [first, Trouble(second.side, ParentStatus.LOST_CONTACT, since, Evidence.POLICE_RECEIPT, reported)]
    return [first, second]
