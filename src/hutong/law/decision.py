"""The answer of the law on one case, complete enough to be stored, printed on a notice and explained."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from .engine.dated import Context, is_aged
from .engine.errors import EMPTY
from .engine.expr import names
from .engine.kinds import NEVER, RATE, Value
from .engine.model import Basis, Contradiction, Entry, Law, Programme, Reason, Variant
from .engine.program import BITS, Outcome, Program
from .language import Label
from .speech import Speech

AGED_SAYS = Label("自{0}执行至今，已{1}个月，待确认", "in force since {0}, for {1} months: to be confirmed")
ENTER_SAYS = Label("录入本地的{0}", "enter for this place: {0}")
SEEN_SAYS = Label("起始日未载明，{0}已在执行", "its first day is not stated; in force on {0}")
DOUBTED = Label("{0}（{1}，请核实）", "{0} ({1}: to be checked)")


@dataclass(frozen=True, slots=True)
class Article:
    """Where something is written. `doubt`: why it has to be confirmed; empty where nobody has to."""

    act: str
    title: Label
    number: str
    article: str
    place: str
    evidence: str
    note: Label
    doubt: Label
    rule_ids: tuple[str, ...] = ()

    @property
    def default(self) -> bool:
        return bool(self.doubt)


@dataclass(frozen=True, slots=True)
class Given:
    """A reason or a hint at other help, in words, with its articles."""

    code: str
    says: Label
    articles: tuple[Article, ...]


@dataclass(frozen=True, slots=True)
class Missing:
    """A fact (or a figure of the place) that has to be known, and the office that holds it.

    `leads`: it would complete something already put forward; the others would settle the matter in another way.
    """

    fact: str
    title: Label
    office: str
    asked: Label
    leads: bool


@dataclass(frozen=True, slots=True)
class Figure:
    """A parameter that was used, with its dates. Money in minor units, rates in ten-thousandths.

    `share`: of what figure it is which part, in words. `doubts`: what a person has to confirm about its age or its
    beginning.
    """

    name: str
    title: Label
    value: Value
    place: str
    start: date
    known: date
    article: Article
    share: Label
    doubts: tuple[Label, ...]


@dataclass(frozen=True, slots=True)
class Decision:
    """What a programme answers.

    `values`: every output by its name, typed: bool, int (also months and days), money in minor units of the currency,
    exact amounts in ten-thousandths of one, rates in ten-thousandths, date (NEVER: no end), or the word of a list;
    None: unknown, and `missing` says what has to be known and whom to ask. `reason_mask`: the reasons as bits, as SQL
    gives them. `contradictions`: stated facts that cannot all be true; then nothing is decided and they are asked.
    """

    programme: str
    place: tuple[str, ...]
    on: date
    known: date | None
    version: str
    values: dict[str, Value]
    reasons: tuple[Given, ...]
    reason_mask: tuple[int, ...]
    help: tuple[Given, ...]
    missing: tuple[Missing, ...]
    appeals: tuple[str, ...]
    facts: dict[str, Value]
    source: Explainer = field(repr=False, compare=False)
    context: Context = field(repr=False, compare=False)
    month: Outcome | None = field(default=None, repr=False, compare=False)
    contradictions: tuple[Given, ...] = ()

    @property
    def outcome(self) -> Value:
        """The first output; None: it cannot be decided yet."""
        return next(iter(self.values.values()))

    @property
    def ask(self) -> tuple[Missing, ...]:
        """What to ask first: the leads, or all that is missing when nothing was put forward."""
        return tuple(item for item in self.missing if item.leads) or self.missing

    @property
    def default(self) -> bool:
        """Whether a figure or formula that decided is unverified."""
        return any(article.default for reason in self.reasons for article in reason.articles)

    @property
    def figures(self) -> tuple[Figure, ...]:
        """Every figure that was at hand, with its dates and basis."""
        return self.source.figures(self.context.entries, self.context, self.on)

    @property
    def floors(self) -> tuple[Figure, ...]:
        """Where the place has not entered a figure: the least that a wider place allows, which nobody is advised."""
        return self.source.figures(self.context.floors, self.context, self.on)

    @property
    def trace(self) -> dict[str, Any]:
        """Every formula with its value (true, false, unknown), its text and basis, and every figure: JSON-able."""
        return self.source.trace(self)

    def to_json(self) -> dict[str, Any]:
        """The decision for printing and storing, without the trace."""
        return self.source.to_json(self)


class Explainer:
    """Turns the values of a run into words with articles. One per jurisdiction and programme."""

    def __init__(self, law: Law, programme: Programme, program: Program, version: str) -> None:
        self.law = law
        self.programme = programme
        self.program = program
        self.version = version
        self.articles: dict[int, Article] = {}
        self.sayings: dict[tuple[int, str], Given] = {}

    def decide(
        self,
        outcome: Outcome,
        month: Outcome | None,
        facts: dict[str, Value],
        places: tuple[str, ...],
        on: date,
        known: date | None,
        ctx: Context,
    ) -> Decision:
        """Assemble the decision. `month`: the case as of the first day of the month, for outputs asked for a month."""
        values = {name: self.asked(name, outcome, month).value(name) for name in self.program.outputs}
        held = outcome.reasons()
        own = len(self.programme.reasons)
        mask = [0] * (-(-own // BITS) or 1)
        for at in held:
            if at < own:
                mask[at // BITS] |= 1 << at % BITS
        leads, others = self.lacking(outcome, month)
        return Decision(
            programme=self.programme.name,
            place=places,
            on=on,
            known=known,
            version=self.version,
            values=values,
            reasons=self.said(held, range(own), ctx) or self.outright(values, ctx),
            reason_mask=tuple(mask),
            help=self.said(held, range(own, len(self.program.reasons)), ctx),
            missing=tuple(self.all_missing(leads, others, ctx)),
            appeals=self.programme.appeals,
            facts=facts,
            source=self,
            context=ctx,
            month=month,
        )

    def contradicted(
        self,
        found: Sequence[Contradiction],
        facts: dict[str, Value],
        places: tuple[str, ...],
        on: date,
        known: date | None,
        ctx: Context,
    ) -> Decision:
        """Facts that cannot all be true decide nothing: each is asked again, with what it contradicts."""
        asked = {name: one.says for one in found for name in one.asks}
        return Decision(
            programme=self.programme.name,
            place=places,
            on=on,
            known=known,
            version=self.version,
            values=dict.fromkeys(self.program.outputs),
            reasons=(),
            reason_mask=(0,) * (-(-len(self.programme.reasons) // BITS) or 1),
            help=(),
            missing=tuple(self.doubted(name, says) for name, says in asked.items()),
            appeals=self.programme.appeals,
            facts={name: value for name, value in facts.items() if name not in asked},
            source=self,
            context=ctx,
            contradictions=tuple(Given(one.name, one.says, ()) for one in found),
        )

    def doubted(self, name: str, says: Label) -> Missing:
        """A stated fact that is asked again, and why."""
        lacking = self.missing(name, True)
        return replace(lacking, title=DOUBTED.filled(lacking.title, says))

    def asked(self, name: str, outcome: Outcome, month: Outcome | None) -> Outcome:
        """The run that answers an output: of the day, or of the month where it is asked for one."""
        return month if month is not None and self.law.rules[name].monthly else outcome

    def lacking(self, outcome: Outcome, month: Outcome | None) -> tuple[Sequence[str], Sequence[str]]:
        """What is missing for the day, and for the month where only that is unknown: leads, then the rest."""
        leads, others = outcome.missing()
        if month is None or leads or others:
            return leads, others
        return month.missing()

    def said(self, held: Sequence[int], among: range, ctx: Context) -> tuple[Given, ...]:
        """Those of the programme's sentences that hold, in words."""
        return tuple([self.given(self.program.reasons[at], ctx) for at in held if at in among])

    def article(self, basis: Basis, place: str, rule_ids: tuple[str, ...] = ()) -> Article:
        kept = self.articles.get(id(basis))
        if kept is None:
            act = self.law.instruments[basis.act]
            kept = self.articles[id(basis)] = Article(
                act.id, act.title, act.number, basis.article, place, basis.evidence, basis.note, basis.doubt, rule_ids
            )
        return kept

    def given(self, reason: Reason, ctx: Context) -> Given:
        """A reason with figures filled in ('{custody.min_months}'); remembered per context."""
        key = (id(ctx), reason.code)
        kept = self.sayings.get(key)
        if kept is None:
            says = reason.says.filled(**ctx.values) if "{" in reason.says.zh + reason.says.en else reason.says
            kept = self.sayings[key] = Given(reason.code, says, self.articles_of(reason.rests_on, ctx))
        return kept

    def outright(self, values: Mapping[str, Value], ctx: Context) -> tuple[Given, ...]:
        """Where no reason is written: the outcome itself, with the articles of its formula and of what that reads."""
        name, value = next(iter(values.items()))
        if value is None:
            return ()
        read = (name, *dict.fromkeys(names(ctx.variants[name].expr)))
        return (Given(name, Speech(self.law).is_so(name, value), self.articles_of(read, ctx)),)

    def articles_of(self, rests_on: Sequence[str], ctx: Context) -> tuple[Article, ...]:
        """The articles of rules and figures, each once; with a share those of the figure it is taken of."""
        found: dict[tuple[str, str], Article] = {}
        waiting = list(rests_on)
        for name in waiting:
            source: Variant | Entry | None = ctx.variants.get(name) or ctx.entries.get(name)
            if isinstance(source, Entry) and source.share_of:
                waiting.append(source.share_of)
            if source is not None:
                ids = self.law.rules[name].ids if name in self.law.rules else ()
                article = self.article(source.basis, source.place, ids)
                found.setdefault((article.act, article.article), article)
        return tuple(found.values())

    def deciders(self) -> list[dict[str, str]]:
        """Who decides each output: here it is only proposed."""
        rules = [self.law.rules[name] for name in self.program.outputs]
        return [
            {"rule": rule.name, "office": office, **self.law.offices[office].both()}
            for rule in rules
            for office in rule.decides
        ]

    def all_missing(self, leads: Sequence[str], others: Sequence[str], ctx: Context) -> Iterator[Missing]:
        """Each once; instead of a share the figure it is taken of."""
        told: set[str] = set()
        for name, lead in [*((name, True) for name in leads), *((name, False) for name in others)]:
            while name in ctx.entries and ctx.entries[name].share_of:
                name = ctx.entries[name].share_of
            if name not in told:
                yield self.missing(name, lead)
            told.add(name)

    def missing(self, name: str, leads: bool) -> Missing:
        fact = self.law.facts.get(name)
        figure = self.law.parameters.get(name)
        office = fact.ask if fact else self.law.holders["figure" if figure else "finding"]
        title = self.law.named(name).title
        title = ENTER_SAYS.filled(title) if figure and figure.own else title
        return Missing(name, title, office, self.law.offices[office], leads)

    def figures(self, among: Mapping[str, Entry], ctx: Context, on: date) -> tuple[Figure, ...]:
        return tuple(
            Figure(
                parameter.name,
                parameter.title,
                ctx.values.get(parameter.name, entry.value),
                entry.place,
                entry.start,
                entry.known,
                self.article(entry.basis, entry.place),
                self.share(entry),
                tuple(doubts(entry, on)),
            )
            for parameter in self.program.parameters
            if (entry := among.get(parameter.name)) is not None
        )

    def share(self, entry: Entry) -> Label:
        """'80 % of the standard in the community', for a figure that is written so."""
        if not entry.share_of:
            return EMPTY
        rate = Speech(self.law).value(entry.value, RATE)
        return Label("{0}的{1}", "{1} of the {0}").filled(self.law.named(entry.share_of).title, rate)

    def trace(self, decision: Decision) -> dict[str, Any]:
        run = self.program.run(decision.facts, decision.on, decision.context)
        rules: list[dict[str, Any]] = []
        for rule in self.program.rules:
            variant = decision.context.variants.get(rule.name)
            if variant is None:  # not in force yet
                continue
            rules.append(
                {
                    "rule": rule.name,
                    "zh": rule.title.zh,
                    "en": rule.title.en,
                    "value": plain(self.asked(rule.name, run, decision.month).value(rule.name)),
                    "formula": variant.text,
                    "place": variant.place,
                    "from": variant.start.isoformat(),
                    "basis": article_json(self.article(variant.basis, variant.place, rule.ids)),
                }
            )
        facts = {fact.name: plain(run.value(fact.name)) for fact in self.program.facts}
        return {
            "version": self.version,
            "rules": rules,
            "facts": facts,
            "figures": [figure_json(f) for f in decision.figures],
        }

    def to_json(self, decision: Decision) -> dict[str, Any]:
        return {
            "programme": decision.programme,
            "place": decision.place[0],
            "on": decision.on.isoformat(),
            "known": plain(decision.known),
            "version": decision.version,
            "outcome": plain(decision.outcome),
            "values": {name: plain(value) for name, value in decision.values.items()},
            "reasons": [given_json(item) for item in decision.reasons],
            "missing": [missing_json(item) for item in decision.ask],
            "contradictions": [given_json(item) for item in decision.contradictions],
            "would_also_settle": [missing_json(item) for item in decision.missing if item not in decision.ask],
            "other_help": [given_json(item) for item in decision.help],
            "figures": [figure_json(item) for item in decision.figures],
            "floors": [figure_json(item) for item in decision.floors],
            "decided_by": self.deciders(),
            "appeals": list(decision.appeals),
            "default_to_be_confirmed": decision.default,
        }


def doubts(entry: Entry, on: date) -> Iterator[Label]:
    """What a person has to confirm about a figure on a day."""
    if entry.seen:
        yield SEEN_SAYS.filled(entry.start)
    if is_aged(entry, on) and not entry.share_of:  # a share ages with the figure it is taken of
        months = (on.year - entry.start.year) * 12 + on.month - entry.start.month - (on.day < entry.start.day)
        yield AGED_SAYS.filled(entry.start, months)


def plain(value: Any) -> Any:
    """A value for JSON: dates as text ('never': no end), labels in both languages, in whatever holds them."""
    if value is None or isinstance(value, bool | int | str):
        return value
    if isinstance(value, date):
        return "never" if value == NEVER else value.isoformat()
    if isinstance(value, Label):
        return value.both()
    if isinstance(value, Mapping):
        return {name: plain(inner) for name, inner in value.items()}
    return [plain(inner) for inner in value] if isinstance(value, list | tuple) else value


def article_json(article: Article) -> dict[str, Any]:
    found: dict[str, Any] = {
        "act": article.act,
        "zh": article.title.zh,
        "en": article.title.en,
        "number": article.number,
        "article": article.article,
        "place": article.place,
        "evidence": article.evidence,
        "rules": list(article.rule_ids),
    }
    if article.note:
        found["note"] = article.note.both()
    if article.doubt:
        found["default"] = article.doubt.both()
    return found


def given_json(given: Given) -> dict[str, Any]:
    articles = [article_json(article) for article in given.articles]
    return {"code": given.code, **given.says.both(), "articles": articles}


def missing_json(missing: Missing) -> dict[str, Any]:
    office = {"id": missing.office, **missing.asked.both()}
    return {"fact": missing.fact, **missing.title.both(), "ask": office}


def figure_json(figure: Figure) -> dict[str, Any]:
    return {
        "name": figure.name,
        "zh": figure.title.zh,
        "en": figure.title.en,
        "value": plain(figure.value),
        "place": figure.place,
        "from": figure.start.isoformat(),
        "known": figure.known.isoformat(),
        "basis": article_json(figure.article),
        **({"share": figure.share.both()} if figure.share else {}),
        **({"doubts": [doubt.both() for doubt in figure.doubts]} if figure.doubts else {}),
    }


def by_office(missing: Sequence[Missing]) -> Mapping[str, tuple[Missing, ...]]:
    """What is missing, grouped by the office that holds it."""
    found: dict[str, tuple[Missing, ...]] = {}
    for item in missing:
        found[item.office] = (*found.get(item.office, ()), item)
    return found
