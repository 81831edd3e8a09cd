"""One jurisdiction's law behind one object: decide, compile, look up figures, count time, check identity numbers."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from importlib import import_module
from pathlib import Path
from typing import Any, Protocol, cast

from .decision import Decision, Explainer, Given
from .engine.calendar import DueDate, WorkCalendar, limit
from .engine.conventions import Conventions
from .engine.dated import Context, Resolver, entry_at
from .engine.errors import FactProblem, FactsError, UnknownName, nearest
from .engine.facts import read_facts
from .engine.kinds import Kind, Value
from .engine.load_conventions import conventions_of
from .engine.load_rules import load
from .engine.model import Entry, Law, Pause
from .engine.places import chain_of
from .engine.program import BITS, Outcome, Program
from .engine.sqlselect import Compiled
from .identity import IdCheck
from .language import read_also

Place = str | Sequence[str]
FOLDERS = {path.parent.name: path.parent for path in sorted(Path(__file__).parent.glob("*/instruments.yaml"))}
"""Every jurisdiction by its code: a folder of law files beside this one."""


class Local(Protocol):
    """What files cannot say: the `__init__.py` of a jurisdiction's folder offers these."""

    def flatten(self, facts: Mapping[str, Any], on: date) -> dict[str, Any]:
        """Facts as the people of the country write them -> names of facts.yaml; FactsError names what does not fit."""

    def other_forms(self) -> dict[str, Any]:
        """Those ways of writing, documented for `./hutong law facts`."""

    def check_identity_number(self, text: str | None, today: date) -> IdCheck:
        """Normalise and judge a number; never raises."""


@dataclass(frozen=True, slots=True)
class ContextRow:
    """The law of one place and month for the relation of contexts: (place key, month, values...)."""

    place: int | str
    month: date
    context: Context


class Jurisdiction:
    """A loaded law. Thread-safe for reading: contexts and plans are only ever added."""

    def __init__(self, folder: Path, local: Local) -> None:
        self.law: Law = load(folder)
        self.version = fingerprint(folder)
        read_also(folder / "locale")
        self.calendar = WorkCalendar(self.law.holidays, self.law.week.rest if self.law.week else ())
        self.resolver = Resolver(self.law)
        self.local = local
        self.kinds: dict[str, Kind] = {name: rule.kind for name, rule in self.law.rules.items()}
        self.explainers: dict[str, Explainer] = {}

    # one case ---------------------------------------------------------------------------------------------------------
    def decide(
        self,
        facts: Mapping[str, Any],
        on: date,
        place: Place,
        known: date | None = None,
        programme: str = "",
        findings: Mapping[str, Any] | None = None,
        floors: bool = False,
    ) -> Decision:
        """Decide one case on a day at a place, with the figures known on `known` (default: all known today); without a
        programme the first one of the files. `floors`: with the floor where the place has not entered its own figure,
        which is no advice: what would be paid if somebody chose so.

        `facts`: flat ('father.dead') or nested, or parents with `statuses` (facts_schema documents them). `findings`
        are rules taken as decided instead of computed, e.g. {'category': 'FU'}. Money in minor units. Facts that
        contradict each other decide nothing and are asked. Raises FactsError (names each bad fact), UnknownPlace,
        UnknownName.
        """
        programme = programme or self.main
        places = chain_of(place, self.law.places)
        begins = max(self.resolver.begins, self.begins(programme))
        if on < begins:
            what = (f"未录入{on}的规定", f"no law is entered for {on}")
            raise FactsError([FactProblem("on", what, (f"请改问{begins}及以后的日期。", f"Ask from {begins} on."))])
        explainer = self.explainer(programme)
        read = read_facts(self.law, self.local.flatten(facts, on), on, {})
        if findings:
            read |= self.findings(findings, on)
        context = self.resolver.at(places, on, known, floors)
        contradicted = explainer.program.contradicted(read, on)
        if contradicted:
            return explainer.contradicted(contradicted, read, places, on, known, context)
        outcome = explainer.program.run(read, on, context)
        month = self.month(explainer.program, read, on, places, known, floors)
        return explainer.decide(outcome, month, read, places, on, known, context)

    def month(
        self,
        program: Program,
        facts: dict[str, Value],
        on: date,
        places: tuple[str, ...],
        known: date | None,
        floors: bool,
    ) -> Outcome | None:
        """The same case as of the first day of the month, where an output is asked for a month: what is due for it is
        one sum whichever of its days is asked about. None where the day is that first one."""
        first = on.replace(day=1)
        if first == on or not any(self.law.rules[name].monthly for name in program.outputs):
            return None
        return program.run(facts, first, self.resolver.at(places, first, known, floors))

    @property
    def main(self) -> str:
        """The programme that stands first in the files."""
        return next(iter(self.law.programmes))

    def begins(self, programme: str) -> date:
        """The first day for which a programme can be asked: then everything it must know has a formula."""
        needed = [self.law.rules[name] for name in self.law.programme(programme).needs]
        return max(min(variant.start for variant in rule.variants) for rule in needed)

    def findings(self, findings: Mapping[str, Any], on: date) -> dict[str, Value]:
        for name in findings:
            if name not in self.kinds:
                raise UnknownName((f"没有规则“{name}”", f"no rule '{name}'"), nearest(name, self.kinds))
        return read_facts(self.law, findings, on, self.kinds)

    def explainer(self, programme: str) -> Explainer:
        if programme not in self.explainers:
            chosen = self.law.programme(programme)
            reasons = [self.law.reasons[code] for code in (*chosen.reasons, *chosen.help)]
            program = Program(self.law, chosen.outputs, reasons, needs=chosen.needs)
            self.explainers[programme] = Explainer(self.law, chosen, program, self.version)
        return self.explainers[programme]

    def value(self, rule: str, facts: Mapping[str, Any], on: date, place: Place, known: date | None = None) -> Value:
        """The value of a single rule; findings may be stated among the facts. None when unknown."""
        if rule not in self.kinds:
            raise UnknownName((f"没有规则“{rule}”", f"no rule '{rule}'"), nearest(rule, self.kinds))
        read = read_facts(self.law, self.local.flatten(facts, on), on, self.kinds)
        on = on.replace(day=1) if self.law.rules[rule].monthly else on
        context = self.context(chain_of(place, self.law.places), on, known)
        value: Value = Program(self.law, [rule]).run(read, on, context).value(rule)
        return value

    # many cases -------------------------------------------------------------------------------------------------------
    def context(self, places: Place, on: date, known: date | None = None) -> Context:
        """The figures and formulas of a place on a day, as known on a day; the same object while nothing changes."""
        return self.resolver.at(chain_of(places, self.law.places), on, known)

    def context_rows(
        self, wanted: Iterable[tuple[int | str, Sequence[str], date]], known: date | None = None
    ) -> list[ContextRow]:
        """Contexts for (place key, law place codes, month)."""
        return [ContextRow(key, month, self.context(codes, month, known)) for key, codes, month in wanted]

    def compile_sql(
        self,
        rule: str,
        dialect: str,
        given: Iterable[str] = (),
        contexts: Iterable[Context] | None = None,
        words: bool = True,
        reasons: Sequence[str] = (),
    ) -> Compiled:
        """SQL of a programme (or of a single rule with the `reasons` named) for 'postgres' or 'duckdb': see README.

        `given`: rules that come as input columns instead of being computed. `contexts`: write the law of just these in.
        `words=False`: enum columns hold the place of the word in its list.
        """
        if rule in self.law.programmes:
            chosen = self.law.programmes[rule]
            own = [self.law.reasons[code] for code in chosen.reasons]
            program = Program(self.law, chosen.outputs, own, given, chosen.needs)
        elif rule in self.law.rules:
            program = Program(self.law, [rule], [self.law.reasons[code] for code in reasons], given)
        else:
            known = [*self.law.programmes, *self.law.rules]
            raise UnknownName((f"没有事项或规则“{rule}”", f"no programme or rule '{rule}'"), nearest(rule, known))
        return Compiled(program, dialect, contexts, words)

    def expand_reasons(self, masks: Sequence[int], context: Context, programme: str = "") -> tuple[Given, ...]:
        """The words and articles of a reason mask."""
        codes = self.law.programme(programme or self.main).reasons
        return self.said([codes[at] for at in range(len(codes)) if masks[at // BITS] >> at % BITS & 1], context)

    def said(self, codes: Sequence[str], context: Context) -> tuple[Given, ...]:
        """Reasons in words with their articles, figures of the context filled in."""
        explainer = self.explainer(self.main)
        return tuple(explainer.given(self.law.reasons[code], context) for code in codes)

    def expand_missing(self, masks: Sequence[int], compiled: Compiled) -> tuple[str, ...]:
        """The facts of a missing mask."""
        asks = compiled.program.asks
        return tuple(asks[at] for at in range(len(asks)) if masks[at // BITS] >> at % BITS & 1)

    # look-ups ---------------------------------------------------------------------------------------------------------
    def parameter(self, name: str, place: Place, on: date, known: date | None = None) -> Entry | None:
        """The entry of a figure in force (value or share, place, dates, basis), or None where none is known. What a
        share comes to stands in the values of `context`."""
        return entry_at(self.law.parameter(name), chain_of(place, self.law.places), on, known)

    def limit(
        self, name: str, start: date, place: Place, pauses: Sequence[Pause] = (), extended: bool = False
    ) -> DueDate:
        """The due date of a time limit that starts on a day at a place (hours: at a moment, then `.moment` is set).

        `pauses`: (first, last) of the times in which it stood still. Raises UnknownName; LimitRefused where the law
        names no pause, or no extension of a fixed length.
        """
        return limit(self.law, self.calendar, name, start, chain_of(place, self.law.places), pauses, extended)

    def check_identity_number(self, text: str | None, today: date) -> IdCheck:
        """Judge a number by the jurisdiction's own rules; never raises."""
        return self.local.check_identity_number(text, today)

    def facts_schema(self) -> dict[str, Any]:
        """Every fact: type, unit, range, meaning, who holds it, and what silence means."""
        from .schema import facts_schema

        return facts_schema(self.law, self.local.other_forms())


def fingerprint(folder: Path) -> str:
    """Twelve hex digits that change with any law file: stored with every decision."""
    digest = hashlib.sha256()
    for path in sorted(folder.rglob("*.yaml")):
        digest.update(path.relative_to(folder).as_posix().encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()[:12]


def folder_of(code: str) -> Path:
    """The law files of a jurisdiction. Raises UnknownName."""
    if code not in FOLDERS:
        known = ", ".join(FOLDERS)
        raise UnknownName((f"没有法域“{code}”", f"no jurisdiction '{code}'"), (f"可用：{known}。", f"Known: {known}."))
    return FOLDERS[code]


def conventions(code: str) -> Conventions:
    """The currency, time zone and languages of a jurisdiction, without loading its law. Raises LawError."""
    return conventions_of(folder_of(code))


@lru_cache(maxsize=4)
def jurisdiction(code: str) -> Jurisdiction:
    """The law of a jurisdiction, loaded and checked once. Raises LawError with file, line and remedy."""
    return Jurisdiction(folder_of(code), cast(Local, import_module(f"{__package__}.{code}")))
