"""`hutong law check`: what is doubtful in the law files although they load.

refused     the files do not load (overlaps, two exceptions that both apply, a value without basis, a circle ...)
gap         a place and a time without a value
unreachable a cell of a table that no case can reach
repealed    something stands on an instrument that is no longer in force
idle        an exception that departs from nothing
unverified  an M letter (default, to be confirmed) from which money is computed
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from .engine.dated import entry_at
from .engine.errors import LawError
from .engine.expr import names
from .engine.load import overlap
from .engine.load_rules import load
from .engine.model import Law, Term
from .engine.places import chain
from .engine.reachable import unreachable
from .register import uses

GONE = ("repealed", "superseded")
MONEY = ("money", "exact")
ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Finding:
    """One doubt. `blocks`: an error; otherwise something a person has to confirm."""

    kind: str
    where: str
    what: str
    remedy: str
    blocks: bool = True

    def __str__(self) -> str:
        return f"{self.where}: {self.kind}: {self.what}. {self.remedy}"


def check(folder: Path, on: date) -> tuple[Law | None, list[Finding]]:
    """Load a folder and judge it on a day; a folder that does not load gives one finding."""
    try:
        law = load(folder)
    except LawError as error:
        return None, [Finding("refused", str(error.mark), error.what, error.remedy)]
    return law, findings(law, on)


def findings(law: Law, on: date) -> list[Finding]:
    """Every doubt about a loaded law, errors first."""
    found = [*gaps(law), *cells(law), *idle(law), *repealed(law, on), *unverified(law, on)]
    return sorted(found, key=lambda finding: not finding.blocks)


def gaps(law: Law) -> Iterator[Finding]:
    """Days after the first value on which neither the place nor one around it has a value."""
    for parameter in law.parameters.values():
        if not parameter.entries:
            yield Finding("gap", str(parameter.mark), f"'{parameter.name}' has no value anywhere", "Add 'values:'.")
        for entry in parameter.entries:
            day = entry.end + ONE_DAY if entry.end else None
            if day and entry_at(parameter, chain(entry.place), day, None) is None:
                what = f"'{parameter.name}' has no value in {entry.place} on {day}"
                yield Finding("gap", str(entry.mark), what, "Add the value that follows, or drop 'to:'.")
    for deadline in law.deadlines.values():
        for term in deadline.terms:
            day = term.end + ONE_DAY if term.end else None
            if day and not _measured(deadline.terms, term.place, day):
                what = f"limit '{deadline.id}' has no length in {term.place} on {day}"
                yield Finding("gap", str(term.mark), what, "Add the length that follows, or drop 'to:'.")


def _measured(terms: tuple[Term, ...], place: str, day: date) -> bool:
    return any(term.place in chain(place) and overlap(term.start, term.end, day, day) for term in terms)


def cells(law: Law) -> Iterator[Finding]:
    """Rows of tables that never apply."""
    for rule in law.rules.values():
        for variant in rule.variants:
            for at in unreachable(variant.expr):
                what = f"row {at + 1} of the table of '{rule.name}' can never apply"
                yield Finding("unreachable", str(variant.mark), what, "Remove it, or move it above the row hiding it.")


def idle(law: Law) -> Iterator[Finding]:
    """Exceptions that name a place whose formula never stands beside them."""
    for rule in law.rules.values():
        for variant in rule.variants:
            for place in variant.over:
                others = [other for other in rule.variants if other.place == place and other is not variant]
                if not any(overlap(variant.start, variant.end, other.start, other.end) for other in others):
                    what = f"exception of '{rule.name}' in {variant.place} departs from {place}, which then has none"
                    yield Finding("idle", str(variant.mark), what, "Correct 'over:' or the dates.")


def repealed(law: Law, on: date) -> Iterator[Finding]:
    """What stands on the day although its instrument does not."""
    for use in uses(law):
        act = law.instruments[use.basis.act]
        if act.status in GONE and use.stands(on):
            what = f"{use.kind} '{use.name}' in {use.place} still rests on '{act.id}', which is {act.status}"
            yield Finding("repealed", str(use.mark), what, "End it with 'to:' or name the instrument in force.", False)


def unverified(law: Law, on: date) -> Iterator[Finding]:
    """Formulas and figures of letter M below a rule that computes money."""
    below = _below_money(law)
    for use in uses(law):
        act = law.instruments[use.basis.act]
        if use.name in below and use.stands(on) and use.basis.default and act.status != "invented":
            what = f"{use.kind} '{use.name}' in {use.place} is letter M and decides money"
            yield Finding("unverified", str(use.mark), what, "Read the text and correct the letter.", False)


def _below_money(law: Law) -> set[str]:
    waiting = [rule.name for rule in law.rules.values() if rule.kind.name in MONEY]
    found: set[str] = set()
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            if name in law.rules:
                waiting += [used for variant in law.rules[name].variants for used in names(variant.expr)]
    return found
