"""What a panel or a cell may contain: plain values, never markup. The doors decide how each looks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Literal, TypeAlias

Tone = Literal["plain", "good", "warn", "bad", "info"]


@dataclass(frozen=True, slots=True)
class Fen:
    """An amount of money in minor units of the currency; shown in units with all decimals."""

    amount: int


@dataclass(frozen=True, slots=True)
class Month:
    """A month, given by any day in it; shown without the day."""

    day: date


@dataclass(frozen=True, slots=True)
class Due:
    """A due date; shown as a traffic light in words and colour, counted from the viewer's day.

    `at`: the moment, where it ends at one; `paused_on`: it stands still since that day and asks for nothing.
    """

    day: date | None
    done: bool = False
    at: datetime | None = None
    paused_on: date | None = None


@dataclass(frozen=True, slots=True)
class Badge:
    """A state in words with a tone; the words alone must be enough."""

    text: Any
    tone: Tone = "plain"


@dataclass(frozen=True, slots=True)
class Link:
    """A text that leads somewhere."""

    text: Any
    url: str


@dataclass(frozen=True, slots=True)
class Place:
    """A place by its id or its key; shown by its name."""

    id: int | None = None
    key: int | None = None
    name: str = ""
    """Filled where the names of a whole list are asked for at once."""


@dataclass(frozen=True, slots=True)
class Lines:
    """Several values in one cell, one below the other."""

    values: Sequence[Any]


@dataclass(frozen=True, slots=True)
class Fact:
    """One line of a definition list; `hint` is a smaller second line (a source, an article)."""

    label: Any
    value: Any
    hint: Any = ""


@dataclass(frozen=True, slots=True)
class Facts:
    """A definition list."""

    facts: Sequence[Fact]


@dataclass(frozen=True, slots=True)
class Rows:
    """A small table; `empty` says what to do when there is nothing, `total` is an emphasised last row."""

    heads: Sequence[Any]
    rows: Sequence[Sequence[Any]]
    empty: Any = ""
    total: Sequence[Any] | None = None
    numeric: frozenset[int] = frozenset()
    """Numbers of the columns that are aligned to the right."""


@dataclass(frozen=True, slots=True)
class Note:
    """A paragraph that stands out: an advice, a warning."""

    text: Any
    tone: Tone = "info"
    title: Any = ""


@dataclass(frozen=True, slots=True)
class Step:
    """One line of a timeline or a task list."""

    title: Any
    when: Any = ""
    text: Any = ""
    tone: Tone = "plain"
    url: str = ""


@dataclass(frozen=True, slots=True)
class Steps:
    """A timeline, newest first as given."""

    steps: Sequence[Step]
    empty: Any = ""


@dataclass(frozen=True, slots=True)
class Counts:
    """Large numbers that link to the records behind them: (label, number, address, remark, tone)."""

    items: Sequence[tuple[Any, Any, str, Any, Tone]]


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of a page with a template of its own package."""

    template: str
    context: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Headed:
    """Contents under a heading of their own, beside a form."""

    title: Any
    bodies: Sequence[Body]


@dataclass(frozen=True, slots=True)
class Folded:
    """Contents that are shown when asked for, and always on paper."""

    title: Any
    bodies: Sequence[Body]


Body: TypeAlias = Facts | Rows | Note | Steps | Counts | Part | Headed | Folded
