"""Working days and due dates.

A limit counts from the day after its event (Civil Code art. 201); hours count from the moment itself. Months and years
end on the corresponding day, or on the last day of a month that has none (art. 202). A last day that is free moves to
the next working day (art. 203), unless the limit is exact. Days of a pause are not counted: the day on which it begins
still counts, the day on which it ends does not.
"""

from __future__ import annotations

from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from ..language import Label
from .dated import in_force
from .errors import LimitRefused, UnknownName, nearest
from .kinds import add_months
from .model import NOTHING, HolidayYear, Law, Limit, Pause, Term

ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class WorkCalendar:
    """Days of rest, public holidays and make-up working days. A year without an entry has days of rest only, one
    without its notice also the days that are certain."""

    years: Mapping[int, HolidayYear]
    rest_days: Container[int]

    def published(self, year: int) -> bool:
        """Whether the holidays of the year have been announced and entered."""
        return year in self.years and self.years[year].noticed

    def is_working_day(self, day: date) -> bool:
        """A weekday that is no holiday, or a day of rest that is worked."""
        entry = self.years.get(day.year)
        if entry is not None:
            if day in entry.work:
                return True
            if day in entry.off:
                return False
        return day.weekday() not in self.rest_days

    def add_working_days(self, day: date, count: int, pauses: Sequence[Pause] = ()) -> date:
        """The count-th working day after the day; neither the day itself nor days of a pause are counted."""
        step = ONE_DAY if count >= 0 else -ONE_DAY
        for _ in range(abs(count)):
            day += step
            while not self.is_working_day(day) or _paused(day, pauses):
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
        """Years between two dates whose holidays are not announced: a date counted there may still move."""
        return tuple(year for year in range(start.year, end.year + 1) if not self.published(year))


@dataclass(frozen=True, slots=True)
class DueDate:
    """A due date with everything a notice or a supervisor must know about it. `length` counts `calendar` units.

    `moment`: when a limit of hours ends, where the moment it began was given; its `due` is then the day of that.
    """

    id: str
    kind: str
    title: Label
    start: date
    due: date
    moment: datetime | None
    length: int
    calendar: str
    act: str
    article: str
    evidence: str
    note: Label
    counts_from: Label
    pause: Label
    extension: Label
    breach: Label
    tell: tuple[str, ...]
    unpublished: tuple[int, ...]

    @property
    def default(self) -> bool:
        """Unverified or ours: to be shown as 'default, to be confirmed'."""
        return self.evidence == "M"


def limit(
    law: Law,
    calendar: WorkCalendar,
    name: str,
    start: date,
    places: Sequence[str],
    pauses: Sequence[Pause] = (),
    extended: bool = False,
) -> DueDate:
    """The due date of a limit that starts on a day (or, for hours, at a moment) at a place.

    `pauses`: (first, last) of each time in which it stood still; a pause that still runs is given up to today. Raises
    UnknownName; LimitRefused where the law knows no pause, or no extension of a fixed length.
    """
    limit = law.limits.get(name)
    if limit is None:
        raise UnknownName((f"没有期限“{name}”", f"no limit '{name}'"), nearest(name, law.limits))
    term = term_at(limit, places, start)
    end = due_date(limit, term, start, calendar, pauses, extended)
    due = end.date() if isinstance(end, datetime) else end
    basis = term.basis
    return DueDate(
        name,
        limit.kind,
        limit.title,
        start,
        due,
        end if isinstance(end, datetime) else None,
        term.length,
        term.calendar,
        basis.act,
        basis.article,
        basis.evidence,
        basis.note,
        limit.counts_from,
        limit.pause,
        limit.extension.title,
        limit.breach,
        limit.tell,
        calendar.unpublished(start, due) if _needs_holidays(limit, term) else (),
    )


def term_at(limit: Limit, places: Sequence[str], day: date) -> Term:
    """The most local length in force, the latest where several are; before the first one, the first one."""
    on = day.date() if isinstance(day, datetime) else day
    for place in places:
        found = in_force(limit.terms, place, on)
        if found:
            return max(found, key=lambda term: term.start)
    wide = [term for term in limit.terms if term.place in places]
    if not wide:
        raise UnknownName(
            (f"期限“{limit.id}”在{places[0]}没有长度", f"limit '{limit.id}' has no length for {places[0]}"),
            ("请补上全国性长度。", "Add one for the country."),
        )
    return min(wide, key=lambda term: term.start)


def due_date(
    limit: Limit,
    term: Term,
    start: date,
    calendar: WorkCalendar,
    pauses: Sequence[Pause] = (),
    extended: bool = False,
) -> date:
    """The last day of the limit; a moment for hours that began at one."""
    if pauses and limit.pause == NOTHING:
        raise LimitRefused(
            (f"期限“{limit.id}”不得中止", f"'{limit.id}' cannot be paused"),
            ("其依据没有规定中止，请不计中止另行计算。", "Its law names no pause: count without one."),
        )
    apart = _apart(pauses)
    end = _counted(start, term.length, term.calendar, calendar, apart)
    if extended:
        more = limit.extension
        if more.length is None:
            raise LimitRefused(
                (f"期限“{limit.id}”没有固定的延长期", f"'{limit.id}' has no extension of a fixed length"),
                ("届满日由准许延长者确定。", "Whoever extends it sets the day."),
            )
        end = _counted(end, more.length, more.calendar, calendar, apart)
    if limit.ends == "exact" or term.calendar in ("working", "hours"):
        return end
    return calendar.next_working_day(end)


def _counted(start: date, length: int, unit: str, calendar: WorkCalendar, pauses: Sequence[Pause]) -> date:
    """The length from the start on, without the days (for hours: the time) of the pauses."""
    match unit:
        case "working":
            return calendar.add_working_days(start, length, pauses)
        case "natural":
            end = start + ONE_DAY * length
        case "months":
            end = add_months(start, length)
        case "years":
            end = add_months(start, length * 12)
        case _:
            whole = timedelta(hours=length)
            end = start + (whole if isinstance(start, datetime) else ONE_DAY * -(-whole // ONE_DAY))
    for first, last in pauses:
        if first < end:
            end += max(last - max(first, start), timedelta())
    return end


def _apart(pauses: Sequence[Pause]) -> list[Pause]:
    """The pauses in order, those that overlap as one; one that ends before it begins is refused."""
    found: list[Pause] = []
    for first, last in sorted(pauses):
        if last < first:
            raise LimitRefused(
                (f"中止自{first}至{last}，结束早于开始", f"a pause from {first} to {last} ends before it begins"),
                ("请更正起止日期。", "Correct its days."),
            )
        if found and first <= found[-1][1]:
            found[-1] = (found[-1][0], max(last, found[-1][1]))
        else:
            found.append((first, last))
    return found


def _paused(day: date, pauses: Sequence[Pause]) -> bool:
    return any(first < day <= last for first, last in pauses)


def _needs_holidays(limit: Limit, term: Term) -> bool:
    return term.calendar == "working" or (term.calendar != "hours" and limit.ends != "exact")
