"""Working days and due dates."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from .dated import in_force
from .errors import UnknownName, nearest
from .kinds import add_months
from .model import Deadline, HolidayYear, Law, Term, Title

ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class WorkCalendar:
    """Weekends, public holidays and make-up working days. A year without an entry has weekends only."""

    years: Mapping[int, HolidayYear]

    def published(self, year: int) -> bool:
        """Whether the holidays of the year have been entered."""
        return year in self.years

    def is_working_day(self, day: date) -> bool:
        """A weekday that is no holiday, or a weekend day that is worked."""
        entry = self.years.get(day.year)
        if entry is not None:
            if day in entry.work:
                return True
            if day in entry.off:
                return False
        return day.weekday() < 5

    def add_working_days(self, day: date, count: int) -> date:
        """The count-th working day after the day; the day itself is not counted (Civil Code art. 201)."""
        step = ONE_DAY if count >= 0 else -ONE_DAY
        for _ in range(abs(count)):
            day += step
            while not self.is_working_day(day):
                day += step
        return day

    def working_days_between(self, start: date, end: date) -> int:
        """Working days after `start` up to and including `end`; negative when `end` lies before."""
        if end < start:
            return -self.working_days_between(end, start)
        return sum(self.is_working_day(start + ONE_DAY * (n + 1)) for n in range((end - start).days))

    def next_working_day(self, day: date) -> date:
        """The day itself, or the first working day after it (Civil Code art. 203)."""
        while not self.is_working_day(day):
            day += ONE_DAY
        return day

    def unpublished(self, start: date, end: date) -> tuple[int, ...]:
        """Years between two dates whose holidays are not entered: a date counted there may still move."""
        return tuple(year for year in range(start.year, end.year + 1) if year not in self.years)


@dataclass(frozen=True, slots=True)
class Limit:
    """A due date with everything a notice or a supervisor must know about it. `length` counts `calendar` units."""

    id: str
    title: Title
    start: date
    due: date
    length: int
    calendar: str
    act: str
    article: str
    evidence: str
    note: str
    counts_from: Title
    pause: Title
    breach: Title
    unpublished: tuple[int, ...]

    @property
    def default(self) -> bool:
        """Unverified or ours: to be shown as 'default, to be confirmed'."""
        return self.evidence == "M"


def limit(law: Law, calendar: WorkCalendar, name: str, start: date, places: Sequence[str]) -> Limit:
    """The due date of a deadline that starts on a day at a place. Raises UnknownName."""
    deadline = law.deadlines.get(name)
    if deadline is None:
        raise UnknownName(f"no deadline '{name}'. {nearest(name, law.deadlines)}")
    term = term_at(deadline, places, start)
    due = due_date(deadline, term, start, calendar)
    basis = term.basis
    return Limit(
        name,
        deadline.title,
        start,
        due,
        term.length,
        term.calendar,
        basis.act,
        basis.article,
        basis.evidence,
        basis.note,
        deadline.counts_from,
        deadline.pause,
        deadline.breach,
        calendar.unpublished(start, due) if term.calendar != "hours" else (),
    )


def term_at(deadline: Deadline, places: Sequence[str], day: date) -> Term:
    """The most local length in force; before the first one, the first one."""
    for place in places:
        found = in_force(deadline.terms, place, day)
        if found:
            return found[0]
    wide = [term for term in deadline.terms if term.place in places]
    if not wide:
        raise UnknownName(f"deadline '{deadline.id}' has no length for {places[0]}. Add one for the country.")
    return min(wide, key=lambda term: term.start)


def due_date(deadline: Deadline, term: Term, start: date, calendar: WorkCalendar) -> date:
    """Counted from the day after `start`; a period that ends on a free day ends on the next working day."""
    match term.calendar:
        case "working":
            return calendar.add_working_days(start, term.length)
        case "natural":
            end = start + ONE_DAY * term.length
        case "months":
            end = add_months(start, term.length)
        case "years":
            end = add_months(start, term.length * 12)
        case _:
            return start + timedelta(days=-(-term.length // 24))
    return calendar.next_working_day(end) if deadline.ends == "next_working_day" else end
