"""A loaded law: instruments, places, facts, dated parameters, rules, reasons, programmes, limits."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TypeAlias

from ..language import Label, joined
from .conventions import Conventions, Currency
from .errors import EMPTY, Mark, UnknownName, nearest
from .expr import Expr
from .kinds import Kind, Value

EVIDENCE = {
    "T": ("已读原文或引文", "text or quoted passage read"),
    "L": ("地方官方文本转述或适用", "official local text restates or applies it"),
    "S": ("新闻、判例摘要、专业网页", "press, court digest, professional page"),
    "M": ("未核实：默认值，待确认", "unverified: default, to be confirmed"),
}

INSTRUMENT_KINDS = {
    "law": Label("法律", "Acts"),
    "regulation": Label("法规规章", "Regulations"),
    "normative": Label("规范性文件", "Normative documents"),
    "local": Label("地方文件", "Local documents"),
    "guide": Label("办事指南", "Guides"),
    "press": Label("新闻资料", "Press"),
    "court": Label("裁判资料", "Court"),
    "standard": Label("国家标准", "Standards"),
    "default": Label("本系统默认", "Defaults of this system"),
    "demo": Label("演示", "Demonstration"),
}
STATUS = {
    "in_force": Label("现行有效", "in force"),
    "repealed": Label("已废止", "repealed"),
    "superseded": Label("已被替代", "superseded"),
    "unknown": Label("效力未核实", "status unknown"),
    "invented": Label("演示虚构", "invented"),
}
LIMIT_KINDS = {
    "duty": ("应当完成的期限", "an office must have acted by then"),
    "right": ("可以行使权利的期限", "somebody may act until then; later the right is lost"),
    "least": ("最短期间", "nothing may follow, or be destroyed, before then"),
    "most": ("最长期间", "a state lasts at most until then"),
}
LIMIT_UNITS = {
    "working": Label("{0}个工作日", "{0} working days"),
    "natural": Label("{0}日", "{0} days"),
    "months": Label("{0}个月", "{0} months"),
    "years": Label("{0}年", "{0} years"),
    "hours": Label("{0}小时", "{0} hours"),
}
SUBJECT_KINDS = {
    "group": Label("对象", "group"),
    "school": Label("学段", "level of school"),
    "age": Label("年龄", "age"),
    "aid": Label("保障", "aid"),
    "duty": Label("职责和程序", "duty or procedure"),
}
Pause: TypeAlias = "tuple[date, date] | tuple[datetime, datetime]"


NOTHING = Label("无", "none")
AND = Label("、", ", ")


@dataclass(frozen=True, slots=True)
class Instrument:
    """A legal act or, where the act was not read, the text that restates it. Listed once.

    `day`: when it was issued; `applies`: the first day it speaks of, which may lie before. `compared`: the day on which
    what rests on it was last held against the text that `compared_by` names.
    """

    id: str
    title: Label
    number: str
    kind: str
    day: date | None
    applies: date | None
    status: str
    evidence: str
    note: Label
    mark: Mark
    compared: date | None = None
    compared_by: Label = EMPTY


DEFAULT = Label("默认，待确认", "default, to be confirmed")
COPY = Label("并非录自官方网页，待确认", "not read on an official page, to be confirmed")


@dataclass(frozen=True, slots=True)
class Basis:
    """What a value or formula rests on. `copy`: it was read in a copy or in the press, on no official page."""

    act: str
    article: str
    evidence: str
    note: Label
    copy: bool = False

    @property
    def default(self) -> bool:
        """Unverified: shown as 'default, to be confirmed'."""
        return self.evidence == "M"

    @property
    def doubt(self) -> Label:
        """Why a person has to confirm it; empty where nobody has to."""
        return DEFAULT if self.default else COPY if self.copy else EMPTY


@dataclass(frozen=True, slots=True)
class Fact:
    """An input of the law. `absent` is what not stating it means, where that is anything but unknown;
    `presumed` that value, unless it is the day itself ('on')."""

    name: str
    kind: Kind
    title: Label
    ask: str
    doc: Label
    least: Value = None
    most: Value = None
    absent: str = ""
    presumed: Value = None
    because: Label = EMPTY
    implied: Value = None
    implied_when: Expr | None = None

    @property
    def column(self) -> str:
        return self.name.replace(".", "_")


@dataclass(frozen=True, slots=True)
class Contradiction:
    """Stated facts that cannot all be true: where `when` holds nothing is decided and the facts of `asks` are asked."""

    name: str
    when: Expr
    says: Label
    asks: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Entry:
    """One value of a parameter at a place from a date; `known` is the day it could be known.

    `seen`: nobody knows when it began, it was found in force on `start`. `floor`: the least that places inside may set,
    the figure of none of them. `share_of`: the value is a rate, taken of that other figure of the place asked about.
    """

    place: str
    start: date
    end: date | None
    known: date
    value: Value
    basis: Basis
    mark: Mark
    seen: bool = False
    floor: bool = False
    share_of: str = ""


@dataclass(frozen=True, slots=True)
class Parameter:
    """A dated, placed figure. 'local': the nearest place rules; 'highest': no place may go below a wider one.

    `unit`: the figure that says to which unit a share is rounded at a place; without it to the minor unit. `own`: every
    place sets its own, so that one without is asked for it.
    """

    name: str
    kind: Kind
    title: Label
    precedence: str
    entries: tuple[Entry, ...]
    mark: Mark
    ids: tuple[str, ...] = ()
    unit: str = ""
    own: bool = False

    @property
    def column(self) -> str:
        return self.name.replace(".", "_")


@dataclass(frozen=True, slots=True)
class Example:
    """What a formula gives for stated facts; overrides may also name other rules."""

    given: dict[str, Value]
    gives: Value
    on: date
    place: str
    mark: Mark


@dataclass(frozen=True, slots=True)
class Variant:
    """A formula in force at a place for a time. `over` names the places whose formula it departs from."""

    place: str
    start: date
    end: date | None
    expr: Expr
    text: str
    basis: Basis
    examples: tuple[Example, ...]
    over: tuple[str, ...]
    mark: Mark

    def covers(self, day: date) -> bool:
        return self.start <= day and (self.end is None or day <= self.end)


@dataclass(frozen=True, slots=True)
class Rule:
    """A named formula with dated variants and local exceptions. `decides`: the offices to which it only proposes.
    `monthly`: it is asked for a month, and answered as of its first day, as a payment run asks."""

    name: str
    kind: Kind
    title: Label
    variants: tuple[Variant, ...]
    mark: Mark
    ids: tuple[str, ...]
    decides: tuple[str, ...] = ()
    monthly: bool = False

    @property
    def column(self) -> str:
        return self.name.replace(".", "_")


@dataclass(frozen=True, slots=True)
class Reason:
    """A sentence that is given when its condition is true; articles come from the rules it rests on."""

    code: str
    when: Expr
    text: str
    says: Label
    rests_on: tuple[str, ...]
    mark: Mark


@dataclass(frozen=True, slots=True)
class Programme:
    """A set of outputs asked together, with the reasons it may give. `needs` are the outputs that must be known."""

    name: str
    title: Label
    outputs: tuple[str, ...]
    needs: tuple[str, ...]
    reasons: tuple[str, ...]
    help: tuple[str, ...]
    appeals: tuple[str, ...]
    mark: Mark


@dataclass(frozen=True, slots=True)
class Run:
    """A worked example of a time limit: from `start`, with pauses, perhaps extended, to `due`."""

    start: date | datetime
    due: date | datetime
    pauses: tuple[Pause, ...]
    extended: bool
    place: str
    mark: Mark


@dataclass(frozen=True, slots=True)
class Term:
    """The length of a limit at a place: in working days, natural days, months, years or hours."""

    place: str
    start: date
    end: date | None
    length: int
    calendar: str
    basis: Basis
    examples: tuple[Run, ...]
    mark: Mark


@dataclass(frozen=True, slots=True)
class Extension:
    """By how much the law lets a limit be lengthened; no length: whoever decides sets it. `title` says when, `by` the
    offices that decide."""

    title: Label
    by: tuple[str, ...]
    length: int | None
    calendar: str


@dataclass(frozen=True, slots=True)
class Limit:
    """A legal time limit.

    `kind`: what it is (LIMIT_KINDS). `counts_from`: the event whose day is not counted. `pause`: what makes it stand
    still ('none': nothing). `breach`: what lateness does, `tell`: the offices that are told. `ends`: whether a last day
    that is free moves to the next working day. `figure`: where its lengths are written, if not here.
    """

    id: str
    kind: str
    title: Label
    counts_from: Label
    pause: Label
    extension: Extension
    breach: Label
    tell: tuple[str, ...]
    ends: str
    figure: str
    terms: tuple[Term, ...]
    examples: tuple[Run, ...]
    mark: Mark
    ids: tuple[str, ...] = ()

    def runs(self) -> tuple[Run, ...]:
        """Every worked example, its own and those of its lengths."""
        return (*self.examples, *(run for term in self.terms for run in term.examples))


@dataclass(frozen=True, slots=True)
class Correction:
    """Rules and limits that were read otherwise until a day on which it was found. `start`, `end`: the days of the acts
    that the other reading touched; people look at them, nothing is changed by itself."""

    id: str
    title: Label
    found: date
    start: date
    end: date | None
    rules: tuple[str, ...]
    limits: tuple[str, ...]
    before: Label
    now: Label
    basis: Basis
    mark: Mark

    def covers(self, day: date) -> bool:
        """Whether an act of a day was done under the other reading."""
        return self.start <= day <= min(self.found, self.end or self.found)


@dataclass(frozen=True, slots=True)
class Subject:
    """Something that instruments regulate: a group of children, a level of school, an age, a kind of aid, a duty."""

    name: str
    kind: str
    title: Label


@dataclass(frozen=True, slots=True)
class Covered:
    """What an article regulates, and the rules, limits and figures where it stands, or `because`: why it does not."""

    subjects: tuple[Subject, ...]
    article: str
    stands: tuple[str, ...]
    because: Label


@dataclass(frozen=True, slots=True)
class Coverage:
    """All that an instrument regulates. `unread`: how far its text is known, where that is not the whole."""

    act: str
    rows: tuple[Covered, ...]
    unread: Label
    mark: Mark


@dataclass(frozen=True, slots=True)
class HolidayYear:
    """The days off and make-up working days of one year. Without the yearly notice only its certain days are known."""

    year: int
    off: frozenset[date]
    work: frozenset[date]
    basis: Basis
    noticed: bool = True


@dataclass(frozen=True, slots=True)
class Week:
    """The weekdays that are not worked, Monday is 0."""

    place: str
    start: date
    rest: frozenset[int]
    basis: Basis
    mark: Mark


@dataclass(slots=True)
class Law:
    """Everything of one jurisdiction. Built by the loader, read-only afterwards.

    `country`: the place around all others. `holders`: the office to ask for a figure that is not entered, and for a
    finding that is taken as decided.
    """

    conventions: Conventions = field(init=False)
    instruments: dict[str, Instrument] = field(default_factory=dict)
    places: dict[str, Label] = field(default_factory=dict)
    offices: dict[str, Label] = field(default_factory=dict)
    enums: dict[str, Kind] = field(default_factory=dict)
    words: dict[tuple[str, str], Label] = field(default_factory=dict)
    persons: dict[str, dict[str, Label]] = field(default_factory=dict)
    facts: dict[str, Fact] = field(default_factory=dict)
    contradictions: dict[str, Contradiction] = field(default_factory=dict)
    parameters: dict[str, Parameter] = field(default_factory=dict)
    rules: dict[str, Rule] = field(default_factory=dict)
    reasons: dict[str, Reason] = field(default_factory=dict)
    programmes: dict[str, Programme] = field(default_factory=dict)
    limits: dict[str, Limit] = field(default_factory=dict)
    corrections: dict[str, Correction] = field(default_factory=dict)
    subjects: dict[str, Subject] = field(default_factory=dict)
    coverage: dict[str, Coverage] = field(default_factory=dict)
    holidays: dict[int, HolidayYear] = field(default_factory=dict)
    statistics: list[tuple[Entry, Label]] = field(default_factory=list)
    country: str = ""
    week: Week | None = None
    holders: dict[str, str] = field(default_factory=dict)
    order: tuple[str, ...] = ()

    def parameter(self, name: str) -> Parameter:
        """A parameter by name, or UnknownName with a suggestion."""
        if name not in self.parameters:
            raise UnknownName((f"没有标准“{name}”", f"no parameter '{name}'"), nearest(name, self.parameters))
        return self.parameters[name]

    @property
    def currency(self) -> Currency:
        """What amounts are counted in."""
        return self.conventions.currency

    def named(self, name: str) -> Fact | Parameter | Rule:
        """What a name of a formula stands for."""
        return self.facts.get(name) or self.parameters.get(name) or self.rules[name]

    def offices_named(self, offices: Iterable[str]) -> Label:
        """Several offices in words, each once, listed as each language lists; false when there are none."""
        return joined(AND, (self.offices[office] for office in dict.fromkeys(offices)))

    def programme(self, name: str) -> Programme:
        """A programme by name, or UnknownName with a suggestion."""
        if name not in self.programmes:
            raise UnknownName((f"没有事项“{name}”", f"no programme '{name}'"), nearest(name, self.programmes))
        return self.programmes[name]
