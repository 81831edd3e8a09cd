"""Time limits and holidays: the part of loading that is about days."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime

from ..language import Label
from .errors import LawError
from .kinds import BOOL
from .load import Loader, overlap
from .model import LIMIT_KINDS, NOTHING, Extension, HolidayYear, Limit, Run, Term
from .source import Node

CALENDARS = ("working", "natural", "months", "years", "hours")
ENDS = ("next_working_day", "exact")
DAY = r"\d{4}-\d\d-\d\d(?: \d\d:\d\d)?"
RUN = re.compile(
    rf"(?:(?P<place>[A-Z][-A-Z\d]*) )?(?P<start>{DAY})(?P<pauses>(?:, paused {DAY}\.\.{DAY})*)(?P<more>, extended)?"
    rf" -> (?P<due>{DAY})"
)
PAUSE = re.compile(rf"({DAY})\.\.({DAY})")
RUNS = "2025-03-03 -> 2025-03-10", "2025-03-03, paused 2025-03-04..2025-03-06, extended -> 2025-03-31"
HOW = Label(f"例如 {RUNS[0]}，或 {RUNS[1]}。", f"Write for example {RUNS[0]}, or {RUNS[1]}.")
LIMIT_FIELDS = "terms figure kind pause extension breach ends ids example"


class LimitLoader(Loader):
    """Reads limits and holidays."""

    def limits(self, node: Node) -> None:
        for item in node.items():
            parts = item.fields("limit zh en counts_from", LIMIT_FIELDS)
            name = self.new(self.law.limits, parts["limit"])
            breach, tell = self.breach(parts)
            limit = Limit(
                name,
                self.one_of(parts["kind"], LIMIT_KINDS) if "kind" in parts else "duty",
                Label(parts["zh"].text(), parts["en"].text()),
                self.title(parts["counts_from"]),
                self.title(parts["pause"]) if "pause" in parts else NOTHING,
                self.extension(parts),
                breach,
                tell,
                self.one_of(parts["ends"], ENDS) if "ends" in parts else ENDS[0],
                parts["figure"].text() if "figure" in parts else "",
                self.terms(item, parts),
                self.runs(parts),
                item.mark,
                parts["ids"].texts() if "ids" in parts else (name.partition(".")[0],),
            )
            self.refuse_without_example(item, limit)
            self.law.limits[name] = limit

    def breach(self, parts: Mapping[str, Node]) -> tuple[Label, tuple[str, ...]]:
        """What lateness does, and the offices that are told."""
        if "breach" not in parts:
            return NOTHING, ()
        says = parts["breach"].fields("zh en", "tell")
        tell = self.offices_of(says["tell"]) if "tell" in says else ()
        return Label(says["zh"].text(), says["en"].text()), tell

    def extension(self, parts: Mapping[str, Node]) -> Extension:
        if "extension" not in parts:
            return Extension(NOTHING, (), None, "")
        says = parts["extension"].fields("zh en by", "length calendar")
        if ("length" in says) != ("calendar" in says):
            raise parts["extension"].refuse(
                ("长度须有单位", "a length needs its unit"),
                ("“length:”和“calendar:”须同时写或都不写。", "Write both 'length:' and 'calendar:', or none."),
            )
        title = Label(says["zh"].text(), says["en"].text())
        by = self.offices_of(says["by"])
        if "length" not in says:
            return Extension(title, by, None, "")
        return Extension(title, by, says["length"].whole(), self.one_of(says["calendar"], CALENDARS))

    def terms(self, node: Node, parts: Mapping[str, Node]) -> tuple[Term, ...]:
        """Lengths of its own, or those of a figure: a length that a formula also uses is written once."""
        if ("terms" in parts) == ("figure" in parts):
            raise node.refuse(
                ("期限长度须有且只有一个来源", "one source of the length is needed"),
                ("请写“terms:”或“figure:”之一。", "Write either 'terms:' or 'figure:'."),
            )
        if "terms" in parts:
            found = tuple(self.term(term) for term in parts["terms"].items())
            refuse_overlap(found, parts["limit"].text())
            return found
        figure = self.law.parameters[self.known(self.law.parameters, parts["figure"], "parameter")]
        calendar = {"days": "natural", "months": "months"}.get(figure.kind.name)
        if calendar is None:
            raise parts["figure"].refuse(
                (f"“{figure.name}”不是时间长度", f"'{figure.name}' is no length"),
                ("请用以日或月计的标准。", "Name a figure in days or months."),
            )
        entries = [(entry, entry.value) for entry in figure.entries if isinstance(entry.value, int)]
        return tuple(
            Term(entry.place, entry.start, entry.end, length, calendar, entry.basis, (), entry.mark)
            for entry, length in entries
        )

    def term(self, node: Node) -> Term:
        parts = node.fields("place from length calendar", "to act article evidence note example")
        place, start, end = self.span(node, parts)
        calendar = self.one_of(parts["calendar"], CALENDARS)
        basis = self.basis(node, parts)
        return Term(place, start, end, parts["length"].whole(), calendar, basis, self.runs(parts, place), node.mark)

    def runs(self, parts: Mapping[str, Node], place: str = "") -> tuple[Run, ...]:
        """Worked examples, written as HOW shows; those of a figure may begin with a place."""
        if "example" not in parts:
            return ()
        found = parts["example"]
        runs = found.items() if found.is_list else [found]
        return tuple(self.run(item, place or self.law.country) for item in runs)

    def run(self, node: Node, place: str) -> Run:
        match = RUN.fullmatch(node.text())
        if match is None:
            raise node.refuse((f"“{node.text()}”不是期限示例", f"'{node.text()}' is no example of a limit"), HOW)
        try:
            pauses = [(_day(first), _day(last)) for first, last in PAUSE.findall(match["pauses"])]
            start, due = _day(match["start"]), _day(match["due"])
        except ValueError as error:
            what = (f"“{node.text()}”中有不存在的日期", f"'{node.text()}' holds a day that does not exist")
            raise node.refuse(what, HOW) from error
        return Run(start, due, tuple(pauses), match["more"] is not None, match["place"] or place, node.mark)

    def refuse_without_example(self, node: Node, limit: Limit) -> None:
        """Every length is shown by an example of its own; lengths of a figure by an example of the limit."""
        bare = [term.mark for term in limit.terms if not term.examples] if not limit.figure else []
        if limit.figure and not limit.examples:
            bare = [node.mark]
        for mark in bare:
            raise LawError(
                mark,
                (f"期限“{limit.id}”有一个长度没有示例", f"a length of limit '{limit.id}' has no example"),
                ("请补上“example: 起算日 -> 届满日”。", "Add 'example: start -> due' to it."),
            )

    def holidays(self, node: Node) -> None:
        for item in node.items():
            parts = item.fields("year off work", "notice act article evidence note")
            year = parts["year"].whole()
            off = frozenset(day for part in parts["off"].items() for day in _days(part, year))
            work = frozenset(day for part in parts["work"].items() for day in _days(part, year))
            if off & work:
                raise item.refuse(
                    ("同一日既休息又上班", "a day is both free and worked"),
                    ("请更正“off”或“work”。", "Correct 'off' or 'work'."),
                )
            noticed = self.value(parts["notice"], BOOL) is not False if "notice" in parts else True
            self.law.holidays[year] = HolidayYear(year, off, work, self.basis(item, parts), noticed)


def refuse_overlap(terms: Iterable[Term], limit: str) -> None:
    """Two lengths of one place on one day are refused."""
    seen: dict[str, list[Term]] = {}
    for term in terms:
        for other in seen.setdefault(term.place, []):
            if overlap(term.start, term.end, other.start, other.end):
                raise LawError(
                    term.mark,
                    (
                        f"期限“{limit}”在{term.place}同时有两个长度",
                        f"limit '{limit}' has two values for {term.place} at once",
                    ),
                    ("请用“to:”结束前一个。", "End the earlier one with 'to:'."),
                )
        seen[term.place].append(term)


def _day(text: str) -> date:
    """A day, or a moment for limits of hours."""
    return datetime.fromisoformat(text) if " " in text else date.fromisoformat(text)


def _days(node: Node, year: int) -> Iterator[date]:
    """'10-01..10-07' or '10-01' within a year."""
    first, _, last = node.text().partition("..")
    try:
        start, end = (date.fromisoformat(f"{year}-{part}") for part in (first, last or first))
    except ValueError as error:
        what = (f"“{node.text()}”不是{year}年的日期", f"'{node.text()}' is no day of {year}")
        remedy = ("请写“月-日”或“月-日..月-日”。", "Write month-day or month-day..month-day.")
        raise node.refuse(what, remedy) from error
    while start <= end:
        yield start
        start = date.fromordinal(start.toordinal() + 1)
