"""Who must be paid how much for which month on which account, reckoned beside the product from the story alone.

Nothing of the product is imported here, its law least of all: a child's entry says what happened to it, and the rules a
county's bookkeeper would go by say what follows. Amounts in fen, months as their first day.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import date

OCTOBER, NOVEMBER = date(2026, 10, 1), date(2026, 11, 1)
STANDARD = 164_000
"""What the invented province pays a child outside institutions since July 2026."""
FOR_MANY = 4
"""An account of a person that receives for so many children waits until somebody has confirmed it."""
Line = tuple[str, str, int, date]
"""A row of the bank file: holder, account, fen, month it is for."""


@dataclass(eq=False)
class Kid:
    """One child, or one file of it, and what became of it."""

    name: str
    born: date
    number: str
    village: str
    holder: str
    account: str
    fen: int = STANDARD
    tags: set[str] = field(default_factory=set)
    """Faults by name: for the reader of a failure."""
    first: date = OCTOBER
    last: date | None = None
    sums: dict[date, int] = field(default_factory=dict)
    """Another sum from a month on."""
    pause: date | None = None
    """First month not paid."""
    died: date | None = None
    payee_gone: bool = False
    payee: bool = True
    approved: bool = True
    doubtful: bool = False
    """Perhaps, or surely, the second file of a child that is paid under its first."""
    waits: bool = False
    """On a roll that no second officer confirmed."""
    taken: bool = True
    """An award came of it."""
    applied: bool = False
    """By an application, not from a roll."""
    ended: bool = False
    held: set[date] = field(default_factory=set)
    child: int = 0
    award: int = 0
    order: int = 0

    def due(self, month: date) -> int:
        """What the child has a right to for a month."""
        over = self.last is not None and month > self.last
        paused = self.pause is not None and month >= self.pause
        if not self.taken or month < self.first or over or paused:
            return 0
        since = [start for start in self.sums if start <= month]
        return self.sums[max(since)] if since else self.fen


@dataclass
class Run:
    """What a run must do: rows of the bank file, and who is left out for which reasons."""

    month: date
    lines: list[tuple[Kid, Line, str]] = field(default_factory=list)
    """Child, row, and whether it is of the month, a month missed or what a paid month lacked."""
    out: dict[tuple[Kid, date], set[str]] = field(default_factory=dict)
    waiting: list[Kid] = field(default_factory=list)

    @property
    def rows(self) -> Counter[Line]:
        return Counter(line for _kid, line, _kind in self.lines)

    @property
    def fen(self) -> int:
        return sum(line[2] for _kid, line, _kind in self.lines)


@dataclass
class Ledger:
    """The book of the county: its children, accounts confirmed for many, and what was ordered until now."""

    kids: list[Kid] = field(default_factory=list)
    confirmed: dict[str, int] = field(default_factory=dict)
    ordered: dict[tuple[Kid, date], int] = field(default_factory=dict)
    regular: dict[tuple[Kid, date], int] = field(default_factory=dict)

    def crowded(self) -> set[str]:
        """Accounts that receive for more children than anybody has confirmed."""
        on: Counter[str] = Counter()
        for kid in self.kids:
            if kid.taken and kid.payee and kid.approved and not kid.ended:
                on[kid.account] += 1
        return {one for one, many in on.items() if many >= FOR_MANY and many > self.confirmed.get(one, 0)}

    def reckon(self, month: date) -> Run:
        """The run of a month. Nothing is booked yet."""
        run, crowded = Run(month), self.crowded()
        for kid in self.kids:
            if not kid.taken or not kid.payee:
                continue
            if kid.waits:
                run.waiting.append(kid)
                continue
            for at in (OCTOBER, NOVEMBER):
                owed = kid.due(at) - self.ordered.get((kid, at), 0)
                if at <= month and owed > 0:
                    self._one(run, kid, at, owed, crowded)
        return run

    def _one(self, run: Run, kid: Kid, at: date, owed: int, crowded: set[str]) -> None:
        why = {
            "died": kid.died is not None and at > kid.died.replace(day=1),
            "payee": kid.payee_gone,
            "twin": kid.doubtful,
            "held": at in kid.held,
            "account": not kid.approved,
            "shared": kid.account in crowded,
        }
        if any(why.values()):
            run.out[kid, at] = {name for name, holds in why.items() if holds}
            return
        kind = "arrears" if (kid, at) in self.ordered else "this" if at == run.month else "earlier"
        run.lines.append((kid, (kid.holder, kid.account, owed, at), kind))

    def book(self, run: Run) -> None:
        """The run is signed: what it orders has been ordered."""
        for kid, (_holder, _account, fen, at), kind in run.lines:
            self.ordered[kid, at] = self.ordered.get((kid, at), 0) + fen
            if kind != "arrears":
                self.regular[kid, at] = fen

    def sums(self, run: Run, before: date) -> dict[str, tuple[int, int]]:
        """How the run follows from the one before, in people and fen. Steps without people are left out."""
        then = {kid: fen for (kid, at), fen in self.regular.items() if at == before}
        now = {kid: line[2] for kid, line, kind in run.lines if kind == "this"}
        both = then.keys() & now.keys()
        told = {
            "before": list(then.values()),
            "new": [now[kid] for kid in now.keys() - then.keys()],
            "gone": [-then[kid] for kid in then.keys() - now.keys()],
            "raised": [now[kid] - then[kid] for kid in both if now[kid] > then[kid]],
            "lowered": [now[kid] - then[kid] for kid in both if now[kid] < then[kid]],
            "this": list(now.values()),
            "earlier": [line[2] for _kid, line, kind in run.lines if kind == "earlier"],
            "arrears": [line[2] for _kid, line, kind in run.lines if kind == "arrears"],
        }
        return {step: (len(sums), sum(sums)) for step, sums in told.items() if sums}
