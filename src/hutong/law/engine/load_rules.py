"""The second half of loading: figures, rules, reasons, programmes; then the checks over the whole."""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

from ..language import Label
from .check import Checker
from .errors import LawError, Mark, nearest
from .expr import Expr, Pick, names
from .kinds import BOOL, EXACT, MONEY, RATE, Kind, Value, read_plain
from .load import given_value, overlap, sections_of, twice
from .load_conventions import ADD_CONVENTIONS, NO_CURRENCY
from .load_coverage import CoverageLoader
from .model import Entry, Example, Law, Parameter, Programme, Reason, Rule, Variant
from .places import chain
from .source import KEEP_ONE, Node

BASIS = "act article evidence note"
SHARE = re.compile(r"([0-9.]+%) of ([a-z_.]+)")
WHOLE = 10_000
"""100 percent as rates are kept; a share above it is told with its ground."""
NO_REST = Label("没有写明每周休息日", "no days of rest are named")
NO_HOLDERS = Label("没有写明缺少事实时向谁查询", "nobody holds what is missing")
HALF_UNLESS = Label("“unless:”与“then:”须同时写明", "'unless' and 'then' stand together")
ADD_THEN = Label("请写明逐项改变后的结果。", "Say what each change alone gives.")
ADD_EXAMPLE = Label("请在“examples:”中至少写一个。", "Add 'examples:' with at least one.")


@dataclass(slots=True)
class _Draft:
    """A rule whose header is read and whose formulas wait until every name is known."""

    node: Node
    parts: Mapping[str, Node]
    rename: Callable[[str], str]
    rule: Rule


class LawLoader(CoverageLoader):
    """Adds what needs formulas."""

    def __init__(self) -> None:
        super().__init__()
        self.drafts: list[_Draft] = []

    def load(self, folder: Path) -> Law:
        """The whole law of a folder, checked."""
        sections = sections_of(folder)
        refuse_without_conventions(folder, sections)
        for name, node in sections:
            if self.drafts and name != "rules":
                self.finish_rules()
            getattr(self, name)(node)
        if self.drafts:
            self.finish_rules()
        self.refuse_without_country()
        return self.law

    def refuse_without_country(self) -> None:
        """What is counted in working days needs the days of rest; a figure or finding that is missing, whom to ask."""
        law = self.law
        if law.limits and law.week is None:
            raise LawError(next(iter(law.limits.values())).mark, NO_REST, ("请补上“week:”。", "Add 'week:'."))
        if law.programmes and not law.holders:
            raise LawError(
                next(iter(law.programmes.values())).mark, NO_HOLDERS, ("请补上“holders:”。", "Add 'holders:'.")
            )

    def parameters(self, node: Node) -> None:
        for item in node.items():
            parts = item.fields("parameter type zh en", "precedence values ids unit own")
            name = self.new(self.law.parameters, parts["parameter"])
            self.refuse_word_of_sql(parts["parameter"], name)
            precedence = self.one_of(parts["precedence"], ("local", "highest")) if "precedence" in parts else "local"
            title = Label(parts["zh"].text(), parts["en"].text())
            ids = parts["ids"].texts() if "ids" in parts else ()
            unit = self.known(self.law.parameters, parts["unit"], "parameter") if "unit" in parts else ""
            kind = self.scope[name] = self.kind(parts["type"])
            own = self.marked(parts, "own")
            self.law.parameters[name] = Parameter(name, kind, title, precedence, (), item.mark, ids, unit, own)
            if "values" in parts:
                self.add_values((name,), parts["values"])

    def values(self, node: Node) -> None:
        for item in node.items():
            parts = item.fields("of rows")
            for name in parts["of"].texts():
                if name not in self.law.parameters:
                    raise parts["of"].refuse(
                        (f"未知的标准“{name}”", f"unknown parameter '{name}'"),
                        ("请先在“parameters:”中声明。", "Declare it under 'parameters:'."),
                    )
            self.add_values(parts["of"].texts(), parts["rows"])

    def add_values(self, of: tuple[str, ...], rows: Node) -> None:
        for row in rows.items():
            for name, entry in self.entries(of, row):
                parameter = self.law.parameters[name]
                self.refuse_second(parameter, entry)
                self.law.parameters[name] = replace(parameter, entries=(*parameter.entries, entry))

    def entries(self, of: tuple[str, ...], row: Node) -> list[tuple[str, Entry]]:
        """One row holds the value of one parameter, or a list with one value per parameter."""
        parts = row.fields("place value", f"from seen to known floor copy {BASIS}")
        place, start, end = self.begun(row, parts)
        known = parts["known"].date() if "known" in parts else start
        basis = replace(self.basis(row, parts), copy=self.marked(parts, "copy"))
        cells = parts["value"].items() if len(of) > 1 else [parts["value"]]
        if len(cells) != len(of):
            raise parts["value"].refuse(
                (f"{len(of)}项标准却有{len(cells)}个数值", f"{len(cells)} values for {len(of)} parameters"),
                ("请为每项标准写一个数值。", "Give one value for each."),
            )
        floor, seen = self.marked(parts, "floor"), "seen" in parts
        values = [(name, *self.figure(name, cell)) for name, cell in zip(of, cells, strict=True)]
        if not basis.note and any(of_ and isinstance(rate, int) and rate > WHOLE for _name, rate, of_ in values):
            raise parts["value"].refuse(
                ("份额超过100%而没有写明依据", "a share above 100 percent without its ground"),
                (
                    "请在note中写明文件怎么规定，或核对份额。",
                    "Say in its note what the document lays down, or check the share.",
                ),
            )
        return [
            (name, Entry(place, start, end, known, value, basis, row.mark, seen, floor, share_of))
            for name, value, share_of in values
            if value is not None
        ]

    def begun(self, row: Node, parts: Mapping[str, Node]) -> tuple[str, date, date | None]:
        """place, from, to; or `seen`, a day on which a figure was found in force whose beginning nobody knows."""
        if ("from" in parts) == ("seen" in parts):
            raise row.refuse(
                ("“from”和“seen”须有且只有一个", "one of 'from' and 'seen' is needed, and one only"),
                (
                    "起始日有载明的写“from:”，只知某日已在执行的写“seen:”。",
                    "Write 'from:' where the text names the first day, 'seen:' where it only was in force on a day.",
                ),
            )
        return self.span(row, {**parts, "from": parts["from"] if "from" in parts else parts["seen"]})

    def marked(self, parts: Mapping[str, Node], key: str) -> bool:
        """A mark that is either there or not."""
        return key in parts and self.value(parts[key], BOOL) is True

    def figure(self, name: str, cell: Node) -> tuple[Value, str]:
        """A value, or a share of a figure declared before this one: (rate, its name)."""
        parameter = self.law.parameters[name]
        share = None if cell.empty or cell.is_list else SHARE.fullmatch(cell.text())
        if share is None:
            return self.value(cell, parameter.kind), ""
        earlier = list(self.law.parameters)[: list(self.law.parameters).index(name)]
        if share[2] not in earlier or self.law.parameters[share[2]].kind != parameter.kind or parameter.kind != MONEY:
            raise cell.refuse(
                (f"“{name}”不能是“{share[2]}”的份额", f"'{name}' cannot be a share of '{share[2]}'"),
                ("份额取自先声明的金额。", "A share is taken of an amount that is declared before it."),
            )
        if parameter.precedence == "highest":
            raise cell.refuse(
                (f"“{name}”就高，不能写份额", f"'{name}' takes the highest and cannot be a share"),
                ("请写金额。", "Write an amount."),
            )
        return cell.read(lambda _: read_plain(RATE, share[1])), share[2]

    def refuse_second(self, parameter: Parameter, entry: Entry) -> None:
        """Values of one place follow each other; the same days may be valued again only with a later 'known' date."""
        for other in parameter.entries:
            if other.place != entry.place or (other.known != entry.known and other.start == entry.start):
                continue
            first, second = sorted((other, entry), key=lambda item: item.start)
            if first.start == second.start or (first.end is not None and first.end >= second.start):
                what = (
                    f"标准“{parameter.name}”在{entry.place}自{second.start}起有两个数值",
                    f"parameter '{parameter.name}' has two values for {entry.place} from {second.start}",
                )
                remedy = (
                    "请只保留一个，或让前一个在后一个开始前结束。",
                    "Keep one, or end the earlier one before the later begins.",
                )
                raise LawError(entry.mark, what, remedy)

    def rules(self, node: Node) -> None:
        for item in node.items():
            parts = item.fields("rule type zh en variants", "each exceptions ids decides monthly")
            for rename, person in self.each(parts):
                name = rename(parts["rule"].text())
                if name in self.scope:
                    raise parts["rule"].refuse(twice(name), KEEP_ONE)
                self.refuse_word_of_sql(parts["rule"], name)
                title = self.label(Label(parts["zh"].text(), parts["en"].text()), person)
                kind = EXACT if parts["type"].text() == "exact" else self.kind(parts["type"])
                ids = parts["ids"].texts() if "ids" in parts else ()
                decides = self.offices_of(parts["decides"]) if "decides" in parts else ()
                monthly = "monthly" in parts and self.value(parts["monthly"], BOOL) is True
                rule = Rule(name, kind, title, (), item.mark, ids, decides, monthly)
                self.law.rules[name] = rule
                self.scope[name] = kind
                self.drafts.append(_Draft(item, parts, rename, rule))

    def finish_rules(self) -> None:
        """Formulas are typed when every rule is declared, so that the order of files does not matter."""
        for draft in self.drafts:
            variants = [self.variant(draft, node, False) for node in draft.parts["variants"].items()]
            if "exceptions" in draft.parts:
                variants += [self.variant(draft, node, True) for node in draft.parts["exceptions"].items()]
            rule = replace(draft.rule, variants=tuple(variants))
            refuse_double(rule)
            refuse_gap(rule)
            self.law.rules[rule.name] = rule
        self.drafts = []
        self.law.order = order(self.law)

    def variant(self, draft: _Draft, node: Node, exception: bool) -> Variant:
        required = "from examples" + (" place over" if exception else "")
        if not exception and "examples" not in dict(node.pairs()):
            raise node.refuse(bare(draft), ADD_EXAMPLE)
        parts = node.fields(required, f"to place is table otherwise {BASIS}")
        if not exception and "place" not in parts:
            raise node.refuse(
                ("缺少“place”", "'place' is missing"), ("请补上“place:”和地区代码。", "Add 'place:' with a place code.")
            )
        place, start, end = self.span(node, parts)
        checker = Checker(self.scope, self.law.currency, draft.rename)
        expr, text = self.formula(node, parts, checker, draft.rule.kind)
        told = (self.told(draft, item, place, start) for item in parts["examples"].items())
        examples = tuple(itertools.chain.from_iterable(told))
        if not examples:
            raise parts["examples"].refuse(bare(draft), ADD_EXAMPLE)
        over = parts["over"].texts() if exception else ()
        return Variant(place, start, end, expr, text, self.basis(node, parts), examples, over, node.mark)

    def formula(self, node: Node, parts: Mapping[str, Node], checker: Checker, kind: Kind) -> tuple[Expr, str]:
        """'is:' one formula, or 'table:' rows of when/then with 'otherwise:'."""
        if "is" in parts:
            return parts["is"].read(lambda text: checker.formula(text, kind)), checker.rename(parts["is"].text())
        if "table" not in parts or "otherwise" not in parts:
            raise node.refuse(
                ("没有公式", "no formula"),
                ("请写“is:”，或“table:”并附“otherwise:”。", "Write 'is:' or 'table:' with 'otherwise:'."),
            )
        rows: list[tuple[Expr, Expr]] = []
        lines: list[str] = []
        for row in parts["table"].items():
            cells = row.fields("when then")
            condition = cells["when"].read(lambda text: checker.formula(text, BOOL))
            rows.append((condition, cells["then"].read(lambda text: checker.formula(text, kind))))
            lines.append(f"{cells['when'].text()} -> {cells['then'].text()}")
        otherwise = parts["otherwise"].read(lambda text: checker.formula(text, kind))
        lines.append(f"otherwise -> {parts['otherwise'].text()}")
        return Pick(tuple(rows), otherwise, kind), "\n".join(lines)

    def told(self, draft: _Draft, node: Node, place: str, start: date) -> Iterator[Example]:
        """An example; with `unless`, one more for each fact changed alone, which gives `then`."""
        parts = node.fields("given gives", "on place unless then")
        if ("unless" in parts) != ("then" in parts):
            raise node.refuse(HALF_UNLESS, ADD_THEN)
        given = self.stated(draft, parts["given"])
        on = parts["on"].date() if "on" in parts else start
        where = self.known(self.law.places, parts["place"], "place") if "place" in parts else place
        example = Example(given, given_value(draft.rule.kind, parts["gives"], self.law.currency), on, where, node.mark)
        yield example
        if "unless" in parts:
            then = given_value(draft.rule.kind, parts["then"], self.law.currency)
            for name, value in self.stated(draft, parts["unless"]).items():
                yield replace(example, given={**given, name: value}, gives=then)

    def stated(self, draft: _Draft, node: Node) -> dict[str, Value]:
        """Facts and findings of an example."""
        found = {}
        for key, value in node.pairs():
            name = draft.rename(key)
            if name not in self.scope:
                raise value.refuse(
                    (f"示例中有未知的名称“{name}”", f"unknown name '{name}' in an example"), nearest(name, self.scope)
                )
            found[name] = given_value(self.scope[name], value, self.law.currency)
        return found

    def reasons(self, node: Node) -> None:
        for item in node.items():
            parts = item.fields("reason when zh en rests_on", "each")
            for rename, person in self.each(parts):
                self.reason(parts, rename, person, item)

    def reason(self, parts: Mapping[str, Node], rename: Callable[[str], str], person: Label, item: Node) -> None:
        code = rename(parts["reason"].text())
        if code in self.law.reasons:
            raise parts["reason"].refuse(twice(code), KEEP_ONE)
        when = parts["when"].read(lambda text: Checker(self.scope, self.law.currency, rename).formula(text, BOOL))
        says = self.label(Label(parts["zh"].text(), parts["en"].text()), person)
        rests = tuple(rename(name) for name in parts["rests_on"].texts())
        for name in rests:
            if name not in self.law.rules and name not in self.law.parameters:
                raise parts["rests_on"].refuse(
                    (f"未知的规则“{name}”", f"unknown rule '{name}'"),
                    nearest(name, [*self.law.rules, *self.law.parameters]),
                )
        self.law.reasons[code] = Reason(code, when, parts["when"].text(), says, rests, item.mark)

    def programmes(self, node: Node) -> None:
        for item in node.items():
            parts = item.fields("programme zh en outputs needs reasons", "help appeals")
            name = self.new(self.law.programmes, parts["programme"])
            title = Label(parts["zh"].text(), parts["en"].text())
            outputs = tuple(self.known(self.law.rules, output, "rule") for output in parts["outputs"].items())
            needs = tuple(self.known(self.law.rules, need, "rule") for need in parts["needs"].items())
            reasons = self.chosen(parts["reasons"])
            appeals = parts["appeals"].texts() if "appeals" in parts else ()
            help_ = self.chosen(parts["help"]) if "help" in parts else ()
            self.law.programmes[name] = Programme(name, title, outputs, needs, reasons, help_, appeals, item.mark)

    def chosen(self, node: Node) -> tuple[str, ...]:
        """Reason codes; 'x.*' takes all that begin with 'x.', in the order of their declaration."""
        found: list[str] = []
        for pattern in node.texts():
            stem = pattern.removesuffix("*")
            codes = [
                code
                for code in self.law.reasons
                if code == pattern or (pattern.endswith("*") and code.startswith(stem))
            ]
            if not codes:
                raise node.refuse(
                    (f"没有理由“{pattern}”", f"no reason '{pattern}'"), nearest(pattern, self.law.reasons)
                )
            found += [code for code in codes if code not in found]
        return tuple(found)

    def statistics(self, node: Node) -> None:
        """Published averages: kept and shown, never used as a standard."""
        for item in node.items():
            parts = item.fields("place from value zh en", BASIS)
            place, start, _ = self.span(item, parts)
            value = self.value(parts["value"], MONEY)
            entry = Entry(place, start, None, start, value, self.basis(item, parts), item.mark)
            self.law.statistics.append((entry, Label(parts["zh"].text(), parts["en"].text())))


def refuse_without_conventions(folder: Path, sections: Sequence[tuple[str, Node]]) -> None:
    """Without a currency no amount can be read; `conventions` is the section read first."""
    if not sections or sections[0][0] != "conventions":
        raise LawError(sections[0][1].mark if sections else Mark(folder.name, 1), NO_CURRENCY, ADD_CONVENTIONS)


def bare(draft: _Draft) -> Label:
    """The complaint about a formula without an example."""
    return Label(f"规则“{draft.rule.name}”的公式没有示例", f"formula of '{draft.rule.name}' has no example")


def refuse_double(rule: Rule) -> None:
    """Two formulas that both apply on a day are refused, unless the more local one says whom it departs from."""
    for at, variant in enumerate(rule.variants):
        for other in rule.variants[:at]:
            if not overlap(variant.start, variant.end, other.start, other.end):
                continue
            if variant.place == other.place:
                day = max(variant.start, other.start)
                same = (
                    f"规则“{rule.name}”在{variant.place}于{day}有两个公式",
                    f"two formulas of '{rule.name}' apply in {variant.place} on {day}",
                )
                raise LawError(variant.mark, same, ("请用“to:”结束其中一个。", "End one of them with 'to:'."))
            inner, outer = (variant, other) if other.place in chain(variant.place) else (other, variant)
            if outer.place in chain(inner.place) and outer.place not in inner.over:
                what = (
                    f"规则“{rule.name}”有两个公式同时适用于{inner.place}（{outer.place}也有一个）",
                    f"two formulas of '{rule.name}' both apply in {inner.place} ({outer.place} also has one)",
                )
                remedy = (
                    f"请以“over: {outer.place}”写明例外，或结束其中一个。",
                    f"Make it an exception with 'over: {outer.place}', or end one of them.",
                )
                raise LawError(inner.mark, what, remedy)


def refuse_gap(rule: Rule) -> None:
    """Somewhere around every place there is always a formula: the country-wide ones follow each other without a gap."""
    wide = sorted((v for v in rule.variants if len(chain(v.place)) == 1), key=lambda v: v.start)
    if not wide:
        raise LawError(
            rule.mark,
            (f"规则“{rule.name}”没有全国性公式", f"'{rule.name}' has no country-wide formula"),
            ("请补上一个，哪怕只是“is: false”。", "Add one, if only 'is: false'."),
        )
    for before, after in itertools.pairwise(wide):
        if before.end is None or before.end.toordinal() + 1 != after.start.toordinal():
            what = (
                f"规则“{rule.name}”在{after.start}前一日没有全国性公式",
                f"'{rule.name}' has no country-wide formula just before {after.start}",
            )
            remedy = ("请让前一公式在前一日结束。", "Let the earlier formula end the day before.")
            raise LawError(after.mark, what, remedy)
    if wide[-1].end is not None:
        end = wide[-1].end
        what = (f"规则“{rule.name}”在{end}之后没有公式", f"'{rule.name}' has no formula after {end}")
        raise LawError(wide[-1].mark, what, ("请补上其后的公式。", "Add what follows."))


def order(law: Law) -> tuple[str, ...]:
    """Rules so that each follows the rules it uses, the same in every run; a circle is refused with its path."""
    uses = {
        rule.name: [name for variant in rule.variants for name in names(variant.expr) if name in law.rules]
        for rule in law.rules.values()
    }
    try:
        return tuple(TopologicalSorter(uses).static_order())
    except CycleError as error:
        circle = error.args[1]
        mark = law.rules[circle[0]].mark
        path = " -> ".join(circle)
        what = (f"循环定义：{path}", f"circular definition: {path}")
        raise LawError(mark, what, ("请断开循环。", "Break the circle.")) from error


def load(folder: Path) -> Law:
    """Load and check the law files below a folder."""
    return LawLoader().load(folder)
