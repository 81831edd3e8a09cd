"""The answer of the law on one case, complete enough to be stored, printed on a notice and explained."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from .engine.dated import Context
from .engine.errors import Text
from .engine.expr import names
from .engine.kinds import NEVER, Value
from .engine.model import Basis, Entry, Law, Programme, Reason, Variant
from .engine.program import Outcome, Program
from .speech import both

CANNOT_DECIDE = "cannot_decide"
DEFAULT = Text("默认，待确认", "default, to be confirmed")


@dataclass(frozen=True, slots=True)
class Article:
    """Where something is written. `default` = unverified: to be shown as 'default, to be confirmed'."""

    act: str
    zh: str
    en: str
    number: str
    article: str
    place: str
    evidence: str
    note: Text
    rule_ids: tuple[str, ...] = ()

    @property
    def default(self) -> bool:
        return self.evidence == "M"


@dataclass(frozen=True, slots=True)
class Given:
    """A reason or a hint at other help, in words, with its articles."""

    code: str
    zh: str
    en: str
    articles: tuple[Article, ...]


@dataclass(frozen=True, slots=True)
class Missing:
    """A fact (or a figure of the place) that has to be known, and the office that holds it.

    `leads`: it would complete something already put forward; the others would settle the matter in another way.
    """

    fact: str
    zh: str
    en: str
    office: str
    office_zh: str
    office_en: str
    leads: bool


@dataclass(frozen=True, slots=True)
class Figure:
    """A parameter that was used, with its dates. Money in fen, rates in ten-thousandths."""

    name: str
    zh: str
    en: str
    value: Value
    place: str
    start: date
    known: date
    article: Article


@dataclass(frozen=True, slots=True)
class Decision:
    """Recognition (`category`) and money (`amount_fen`) apart. None = unknown; `missing` says what and whom to ask.

    outcome: recognise | recognise_pay_0 | refuse | cannot_decide; for other programmes their first output as text, for
    example 'True', 'foster' or '2025-03-01'. Amounts in fen a month; `exact` in ten-thousandths of
    a fen before local rounding; months are first days; `last_month` None with a known category means no end in sight.
    """

    programme: str
    place: tuple[str, ...]
    on: date
    known: date | None
    version: str
    outcome: str
    category: str | None
    paid_as: str | None
    standard_fen: int | None
    amount_fen: int | None
    exact: int | None
    first_month: date | None
    last_month: date | None
    last_by_age: date | None
    due_fen: int | None
    reasons: tuple[Given, ...]
    reason_mask: tuple[int, ...]
    help: tuple[Given, ...]
    missing: tuple[Missing, ...]
    figures: tuple[Figure, ...]
    appeals: tuple[str, ...]
    values: dict[str, Value]
    facts: dict[str, Value]
    source: Explainer = field(repr=False, compare=False)
    context: Context = field(repr=False, compare=False)

    @property
    def ask(self) -> tuple[Missing, ...]:
        """What to ask first: the leads, or all that is missing when nothing was put forward."""
        return tuple(item for item in self.missing if item.leads) or self.missing

    @property
    def default(self) -> bool:
        """Whether a figure or formula that decided is unverified."""
        return any(article.default for reason in self.reasons for article in reason.articles)

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
        facts: dict[str, Value],
        places: tuple[str, ...],
        on: date,
        known: date | None,
        ctx: Context,
    ) -> Decision:
        """Assemble the decision."""
        values = {name: outcome.value(name) for name in self.program.outputs}
        held = outcome.reasons()
        own = len(self.programme.reasons)
        says = [self.given(self.program.reasons[at], ctx) for at in held]
        leads, others = outcome.missing()
        mask = [0] * (-(-own // 62) or 1)
        for at in held:
            if at < own:
                mask[at // 62] |= 1 << at % 62
        last = values.get("last_month")
        first = values[self.programme.outputs[0]]
        return Decision(
            self.programme.name,
            places,
            on,
            known,
            self.version,
            CANNOT_DECIDE if first is None else str(first),
            values.get("category"),
            values.get("paid_as"),
            values.get("standard"),
            values.get("amount", values.get("grant_paid")),
            values.get("exact_amount"),
            values.get("first_month"),
            None if last == NEVER else last,
            None if values.get("last_by_age") == NEVER else values.get("last_by_age"),
            values.get("due"),
            tuple(said for said, at in zip(says, held, strict=False) if at < own) or self.outright(first, ctx),
            tuple(mask),
            tuple(said for said, at in zip(says, held, strict=False) if at >= own),
            tuple([self.missing(name, True) for name in leads] + [self.missing(name, False) for name in others]),
            self.figures(ctx),
            self.programme.appeals,
            values,
            facts,
            self,
            ctx,
        )

    def article(self, basis: Basis, place: str, rule_ids: tuple[str, ...] = ()) -> Article:
        kept = self.articles.get(id(basis))
        if kept is None:
            act = self.law.instruments[basis.act]
            title = act.title
            kept = Article(
                act.id, title.zh, title.en, act.number, basis.article, place, basis.evidence, basis.note, rule_ids
            )
            self.articles[id(basis)] = kept
        return kept

    def given(self, reason: Reason, ctx: Context) -> Given:
        """A reason with figures filled in; remembered per context."""
        key = (id(ctx), reason.code)
        kept = self.sayings.get(key)
        if kept is None:
            kept = self.sayings[key] = Given(
                reason.code,
                fill(reason.says.zh, ctx),
                fill(reason.says.en, ctx),
                self.articles_of(reason.rests_on, ctx),
            )
        return kept

    def outright(self, value: Value, ctx: Context) -> tuple[Given, ...]:
        """Where no reason is written: the outcome itself, with the articles of its formula and of what that reads."""
        rule = self.law.rules[self.programme.outputs[0]]
        if value is None:
            return ()
        said = both(
            lambda speech: speech.title(rule.name) + speech.pick("：", ": ") + speech.value(value, rule.kind), self.law
        )
        read = (rule.name, *dict.fromkeys(names(ctx.variants[rule.name].expr)))
        return (Given(rule.name, said["zh"], said["en"], self.articles_of(read, ctx)),)

    def articles_of(self, rests_on: Sequence[str], ctx: Context) -> tuple[Article, ...]:
        found: dict[tuple[str, str], Article] = {}
        for name in rests_on:
            source: Variant | Entry | None = ctx.variants.get(name) or ctx.entries.get(name)
            if source is not None:
                ids = self.law.rules[name].ids if name in self.law.rules else ()
                article = self.article(source.basis, source.place, ids)
                found.setdefault((article.act, article.article), article)
        return tuple(found.values())

    def deciders(self) -> list[dict[str, str]]:
        """Who decides each output: here it is only proposed."""
        rules = [self.law.rules[name] for name in self.program.outputs]
        return [
            {"rule": rule.name, "office": office, "zh": self.law.offices[office].zh, "en": self.law.offices[office].en}
            for rule in rules
            for office in rule.decides
        ]

    def missing(self, name: str, leads: bool) -> Missing:
        item = self.law.facts.get(name) or self.law.parameters.get(name) or self.law.rules[name]
        office = (
            self.law.facts[name].ask
            if name in self.law.facts
            else self.law.holders["figure" if name in self.law.parameters else "finding"]
        )
        asked = self.law.offices[office]
        return Missing(name, item.title.zh, item.title.en, office, asked.zh, asked.en, leads)

    def figures(self, ctx: Context) -> tuple[Figure, ...]:
        found: list[Figure] = []
        for parameter in self.program.parameters:
            entry = ctx.entries.get(parameter.name)
            if entry is not None:
                article = self.article(entry.basis, entry.place)
                title = parameter.title
                found.append(
                    Figure(
                        parameter.name, title.zh, title.en, entry.value, entry.place, entry.start, entry.known, article
                    )
                )
        return tuple(found)

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
                    "value": plain(run.value(rule.name)),
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
            "outcome": decision.outcome,
            **{
                name: plain(value)
                for name, value in decision.values.items()
                if name not in ("outcome", "amount", "standard")
            },
            "standard_fen": decision.standard_fen,
            "amount_fen": decision.amount_fen,
            "reasons": [given_json(item) for item in decision.reasons],
            "missing": [missing_json(item) for item in decision.ask],
            "would_also_settle": [missing_json(item) for item in decision.missing if item not in decision.ask],
            "other_help": [given_json(item) for item in decision.help],
            "figures": [figure_json(item) for item in decision.figures],
            "decided_by": self.deciders(),
            "appeals": list(decision.appeals),
            "default_to_be_confirmed": decision.default,
        }


def fill(text: str, ctx: Context) -> str:
    """Figures named in braces, e.g. {custody.min_months}."""
    if "{" not in text:
        return text
    for name, value in ctx.values.items():
        text = text.replace("{" + name + "}", str(value))
    return text


def plain(value: Value) -> Value:
    """A value for JSON: dates as text; 'no end' as null."""
    if isinstance(value, date):
        return None if value == NEVER else value.isoformat()
    return value


def article_json(article: Article) -> dict[str, Any]:
    found: dict[str, Any] = {
        "act": article.act,
        "zh": article.zh,
        "en": article.en,
        "number": article.number,
        "article": article.article,
        "place": article.place,
        "evidence": article.evidence,
        "rules": list(article.rule_ids),
    }
    if article.note:
        found["note"] = {"zh": article.note.zh, "en": article.note.en}
    if article.default:
        found["default"] = {"zh": DEFAULT.zh, "en": DEFAULT.en}
    return found


def given_json(given: Given) -> dict[str, Any]:
    articles = [article_json(article) for article in given.articles]
    return {"code": given.code, "zh": given.zh, "en": given.en, "articles": articles}


def missing_json(missing: Missing) -> dict[str, Any]:
    office = {"id": missing.office, "zh": missing.office_zh, "en": missing.office_en}
    return {"fact": missing.fact, "zh": missing.zh, "en": missing.en, "ask": office}


def figure_json(figure: Figure) -> dict[str, Any]:
    return {
        "name": figure.name,
        "zh": figure.zh,
        "en": figure.en,
        "value": plain(figure.value),
        "place": figure.place,
        "from": figure.start.isoformat(),
        "known": figure.known.isoformat(),
        "basis": article_json(figure.article),
    }


def by_office(missing: Sequence[Missing]) -> Mapping[str, tuple[Missing, ...]]:
    """What is missing, grouped by the office that holds it."""
    found: dict[str, tuple[Missing, ...]] = {}
    for item in missing:
        found[item.office] = (*found.get(item.office, ()), item)
    return found
