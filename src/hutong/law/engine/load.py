"""Law files -> Law. Refuses, with file, line and remedy, whatever could not be trusted later."""

from __future__ import annotations

import calendar
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import TypeVar

from sqlglot.dialects.redshift import Redshift

from ..language import Label
from .check import Checker
from .conventions import Currency
from .errors import EMPTY, nearest
from .expr import Some
from .kinds import BASIC, DATE, MONEY, Kind, Value, read_value
from .load_conventions import conventions
from .model import EVIDENCE, INSTRUMENT_KINDS, STATUS, Basis, Contradiction, Fact, Instrument, Law, Week
from .places import chain
from .source import KEEP_ONE, Node, read_folder

T = TypeVar("T")
COUNTRY = ("conventions", "persons", "places", "offices", "holders", "instruments", "compared", "week")
ORDER = (*COUNTRY, "enums", "facts", "contradictions", "parameters", "values", "rules", "reasons")
THINGS = {  # what a name may stand for
    "place": "地区",
    "type": "类型",
    "instrument": "文件",
    "group of persons": "人员组",
    "office": "机关",
    "rule": "规则",
    "parameter": "标准",
}
RESERVED = Redshift.Generator.RESERVED_KEYWORDS | {"fetch", "lateral", "returning", "variadic", "window", "qualify"}
"""Words that are no names of columns: the longest list of a dialect, and later ones of PostgreSQL and DuckDB."""
SECTIONS = (*ORDER, "programmes", "limits", "corrections", "subjects", "coverage", "holidays", "statistics")


class Loader:
    """Reads the sections in their order of dependence into one Law."""

    def __init__(self) -> None:
        self.law = Law()
        self.scope: dict[str, Kind] = {"on": DATE}
        """Every name a formula may use."""

    # shared readers -------------------------------------------------------------------------------------------------
    def new(self, store: Mapping[str, object], node: Node) -> str:
        """A name not used before in this store."""
        name = node.text()
        if name in store:
            raise node.refuse(twice(name), KEEP_ONE)
        return name

    def refuse_word_of_sql(self, node: Node, name: str) -> None:
        """Facts, figures and rules become columns: a word that SQL keeps for itself would break every roll."""
        if name in RESERVED:
            raise node.refuse(
                (f"“{name}”是SQL保留字", f"'{name}' is a word of SQL"),
                (f"请换一个名称，例如“case.{name}”。", f"Choose another name, for example 'case.{name}'."),
            )

    def known(self, store: Mapping[str, T], node: Node, what: str) -> str:
        """A name that must exist already."""
        name = node.text()
        if name not in store:
            raise node.refuse((f"未知的{THINGS[what]}“{name}”", f"unknown {what} '{name}'"), nearest(name, store))
        return name

    def one_of(self, node: Node, allowed: Iterable[str]) -> str:
        """A word of a fixed list."""
        word = node.text()
        if word not in allowed:
            raise node.refuse(
                (f"此处不能用“{word}”", f"'{word}' is not allowed here"),
                (f"可用：{'、'.join(allowed)}。", f"Use one of: {', '.join(allowed)}."),
            )
        return word

    def value(self, node: Node, kind: Kind) -> Value:
        """A value of a kind, money in units of the country's currency; null is None."""
        return node.value(kind, self.law.currency)

    def title(self, node: Node) -> Label:
        parts = node.fields("zh en")
        return Label(parts["zh"].text(), parts["en"].text())

    def text(self, parts: Mapping[str, Node], key: str) -> Label:
        """An optional remark in both languages."""
        return self.title(parts[key]) if key in parts else EMPTY

    def basis(self, node: Node, parts: Mapping[str, Node]) -> Basis:
        """act, article, evidence, note of a value or formula: a value without basis is refused."""
        if "act" not in parts:
            raise node.refuse(
                ("没有写明依据", "no basis is given"),
                ("请补上“act:”和文件编号。", "Add 'act:' with the id of an instrument."),
            )
        if "evidence" not in parts:
            raise node.refuse(
                ("没有写明证据等级", "no evidence letter is given"),
                (
                    f"请补上“evidence:”，取{'、'.join(EVIDENCE)}之一。",
                    f"Add 'evidence:' with one of {', '.join(EVIDENCE)}.",
                ),
            )
        act = self.known(self.law.instruments, parts["act"], "instrument")
        article = parts["article"].text() if "article" in parts else ""
        return Basis(act, article, self.one_of(parts["evidence"], EVIDENCE), self.text(parts, "note"))

    def span(self, node: Node, parts: Mapping[str, Node]) -> tuple[str, date, date | None]:
        """place, from, to."""
        place = self.known(self.law.places, parts["place"], "place")
        start = parts["from"].date()
        end = parts["to"].date() if "to" in parts and not parts["to"].empty else None
        if end is not None and end < start:
            raise node.refuse(
                ("结束日期早于开始日期", "the end lies before the beginning"),
                ("请对调或更正“from”和“to”。", "Exchange or correct 'from' and 'to'."),
            )
        return place, start, end

    def offices_of(self, node: Node) -> tuple[str, ...]:
        """One office or several, each declared."""
        for office in node.texts():
            if office not in self.law.offices:
                raise node.refuse(
                    (f"未知的机关“{office}”", f"unknown office '{office}'"), nearest(office, self.law.offices)
                )
        return node.texts()

    def kind(self, node: Node) -> Kind:
        known = {**BASIC, **self.law.enums}
        return known[self.known(known, node, "type")]

    def each(self, parts: Mapping[str, Node]) -> Iterator[tuple[Callable[[str], str], Label]]:
        """Once, or once per member for 'each: parent': a renamer of 'parent.' names, and the member's label."""
        if "each" not in parts:
            yield (lambda text: text), Label("", "")
            return
        group = self.known(self.law.persons, parts["each"], "group of persons")
        for member, label in self.law.persons[group].items():
            yield _renamer(group, member), label

    def label(self, title: Label, person: Label) -> Label:
        return title.filled(person=person) if "{person}" in title.zh + title.en else title

    # sections -------------------------------------------------------------------------------------------------------
    def conventions(self, node: Node) -> None:
        self.law.conventions = conventions(node)

    def persons(self, node: Node) -> None:
        for group, members in node.pairs():
            self.law.persons[group] = {name: self.title(label) for name, label in members.pairs()}

    def places(self, node: Node) -> None:
        """Countries with law files have one place around all others; several files may add places."""
        for code, label in node.pairs():
            self.law.places[code] = self.title(label)
            if len(chain(code)) == 1:
                if self.law.country not in ("", code):
                    raise label.refuse(
                        (f"两个国家：{self.law.country}、{code}", f"two countries: {self.law.country} and {code}"),
                        ("每个国家一个法规目录。", "Keep one law folder a country."),
                    )
                self.law.country = code

    def week(self, node: Node) -> None:
        """The days of rest, which hold for every year that is counted."""
        parts = node.fields("place from rest act evidence", "article note")
        names = {name.lower(): at for at, name in enumerate(calendar.day_name)}
        rest = frozenset(names[self.one_of(day, names)] for day in parts["rest"].items())
        place, start, _ = self.span(node, parts)
        self.law.week = Week(place, start, rest, self.basis(node, parts), node.mark)

    def holders(self, node: Node) -> None:
        parts = node.fields("figure finding")
        self.law.holders = {what: self.known(self.law.offices, office, "office") for what, office in parts.items()}

    def offices(self, node: Node) -> None:
        for name, label in node.pairs():
            self.law.offices[name] = self.title(label)

    def instruments(self, node: Node) -> None:
        for item in node.items():
            parts = item.fields("id zh en kind status evidence", "number date applies note")
            name = self.new(self.law.instruments, parts["id"])
            day = parts["date"].date() if "date" in parts else None
            applies = parts["applies"].date() if "applies" in parts else day
            if applies != day and "note" not in parts:
                raise parts["applies"].refuse(
                    ("适用日期与文件日期不同", "it applies from another day than its own"),
                    ("请在“note:”中说明原因。", "Say why in 'note:'."),
                )
            number = parts["number"].text() if "number" in parts else ""
            kind, status = self.one_of(parts["kind"], INSTRUMENT_KINDS), self.one_of(parts["status"], STATUS)
            title = Label(parts["zh"].text(), parts["en"].text())
            letter = self.one_of(parts["evidence"], EVIDENCE)
            note = self.text(parts, "note")
            self.law.instruments[name] = Instrument(
                name, title, number, kind, day, applies, status, letter, note, item.mark
            )

    def compared(self, node: Node) -> None:
        """When what rests on instruments was last held against a text, and which text that was."""
        for item in node.items():
            parts = item.fields("acts on zh en")
            day, text = parts["on"].date(), Label(parts["zh"].text(), parts["en"].text())
            for name in parts["acts"].texts():
                if name not in self.law.instruments:
                    unknown = (f"未知的文件“{name}”", f"unknown instrument '{name}'")
                    raise parts["acts"].refuse(unknown, nearest(name, self.law.instruments))
                act = self.law.instruments[name]
                self.law.instruments[name] = replace(act, compared=day, compared_by=text)

    def enums(self, node: Node) -> None:
        for name, members in node.pairs():
            words = [(word, self.title(label)) for word, label in members.pairs()]
            self.law.enums[name] = Kind(name, tuple(word for word, _ in words))
            self.law.words.update({(name, word): label for word, label in words})

    def facts(self, node: Node) -> None:
        waiting: list[tuple[Fact, Node, Callable[[str], str]]] = []
        for item in node.items():
            parts = item.fields("fact type zh en ask", "each doc least most absent because implied")
            for rename, person in self.each(parts):
                fact = self.fact(parts, rename, person)
                self.law.facts[fact.name] = fact
                self.scope[fact.name] = fact.kind
                if "implied" in parts:
                    waiting.append((fact, parts["implied"], rename))
        for fact, implied, rename in waiting:
            self.law.facts[fact.name] = self.with_implied(fact, implied, rename)

    def fact(self, parts: Mapping[str, Node], rename: Callable[[str], str], person: Label) -> Fact:
        name = rename(parts["fact"].text())
        if name in self.law.facts:
            raise parts["fact"].refuse(twice(name), KEEP_ONE)
        self.refuse_word_of_sql(parts["fact"], name)
        kind = self.kind(parts["type"])
        absent = parts["absent"].text() if "absent" in parts else ""
        if absent and "because" not in parts:
            raise parts["absent"].refuse(
                ("对未填写赋予了含义，却未说明理由", "silence is given a meaning without a reason"),
                ("请补上“because:”。", "Add 'because:'."),
            )
        presumed = self.value(parts["absent"], kind) if absent not in ("", "on") else None
        return Fact(
            name,
            kind,
            self.label(Label(parts["zh"].text(), parts["en"].text()), person),
            self.known(self.law.offices, parts["ask"], "office"),
            self.text(parts, "doc"),
            self.value(parts["least"], kind) if "least" in parts else None,
            self.value(parts["most"], kind) if "most" in parts else None,
            absent,
            presumed,
            self.text(parts, "because"),
        )

    def contradictions(self, node: Node) -> None:
        for item in node.items():
            parts = item.fields("contradiction zh en when asks", "each")
            for rename, person in self.each(parts):
                found = self.contradiction(parts, rename, person)
                if found.name in self.law.contradictions:
                    raise parts["contradiction"].refuse(twice(found.name), KEEP_ONE)
                self.law.contradictions[found.name] = found

    def contradiction(self, parts: Mapping[str, Node], rename: Callable[[str], str], person: Label) -> Contradiction:
        checker = Checker(self.scope, self.law.currency, rename)
        when = parts["when"].read(lambda text: checker.formula(text, BASIC["bool"]))
        asks = tuple(rename(fact) for fact in parts["asks"].texts())
        for fact in asks:
            if fact not in self.law.facts:
                what = (f"没有事实“{fact}”", f"no fact '{fact}'")
                raise parts["asks"].refuse(what, nearest(fact, self.law.facts))
        says = self.label(Label(parts["zh"].text(), parts["en"].text()), person)
        return Contradiction(rename(parts["contradiction"].text()), when, says, asks)

    def with_implied(self, fact: Fact, node: Node, rename: Callable[[str], str]) -> Fact:
        """A fact whose value follows from other stated facts, for example 'in prison' implies 'not dead'."""
        parts = node.fields("value when")
        scope = {name: item.kind for name, item in self.law.facts.items()}
        checker = Checker(scope, self.law.currency, rename)
        signs = parts["when"].items() if parts["when"].is_list else [parts["when"]]
        found = tuple(sign.read(lambda text: checker.formula(text, BASIC["bool"])) for sign in signs)
        when = found[0] if len(found) == 1 else Some(found)
        return replace(fact, implied=self.value(parts["value"], fact.kind), implied_when=when)


def twice(name: str) -> Label:
    """The complaint about a second declaration."""
    return Label(f"“{name}”声明了两次", f"'{name}' is declared twice")


def _renamer(group: str, member: str) -> Callable[[str], str]:
    return lambda text: f"{member}.{text[len(group) + 1 :]}" if text.startswith(f"{group}.") else text


def overlap(start: date, end: date | None, other_start: date, other_end: date | None) -> bool:
    """Whether two closed periods (None = open) share a day."""
    return (end is None or other_start <= end) and (other_end is None or start <= other_end)


def given_value(kind: Kind, node: Node, currency: Currency) -> Value:
    """A value inside an example; money carries its unit ('900 yuan'), null means unknown."""
    if node.empty:
        return None
    text = node.text()
    if kind == MONEY:
        if not text.endswith(f" {currency.word}"):
            raise node.refuse(
                (f"“{text}”没有单位", f"'{text}' has no unit"),
                Label("例如 900 {0}。", "Write for example 900 {0}.").filled(currency.word),
            )
        text = text.removesuffix(f" {currency.word}")
    return node.read(lambda _: read_value(kind, text, currency))


def sections_of(folder: Path) -> list[tuple[str, Node]]:
    """All sections below a folder in the order of dependence; an unknown section is refused."""
    found = read_folder(folder)
    for name, node in found:
        if name not in SECTIONS:
            raise node.refuse((f"未知的部分“{name}”", f"unknown section '{name}'"), nearest(name, SECTIONS))
    return sorted(found, key=lambda pair: SECTIONS.index(pair[0]))
