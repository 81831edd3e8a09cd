"""A programme as one SELECT over a relation of facts and a relation of contexts (law/README.md documents both)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from sqlglot import exp

from .dated import Context
from .expr import Among, Compare, Every, Expr, Ref, Some, names
from .kinds import DATE, INT, MONEY, Kind, Value
from .model import Fact, Parameter, Rule, Variant
from .program import BITS, Program, absent_value
from .sqlexpr import DIALECTS, Named, Options, Sql, Translator, code_word, literal, paren, sql_type, word_code
from .sqlmissing import MissingMask
from .sqlrails import Rails


@dataclass(frozen=True, slots=True)
class Column:
    """A column of an input or output relation: the law's name and the SQL type."""

    name: str
    type: str
    source: str


@dataclass(frozen=True, slots=True)
class Choice:
    """The formulas a rule may have here. Unless it is always the same one, a column of the context selects; where and
    before any is in force that column is NULL, and so is the rule."""

    column: str
    variants: tuple[Variant, ...]
    always: bool


class Compiled:
    """SQL of a programme. With `contexts` the law of just those places and days is written in, and nothing else.

    `words`: enum columns of facts and results hold words; without it the place of the word in its list, from 0.
    """

    def __init__(
        self, program: Program, dialect: str, contexts: Iterable[Context] | None = None, words: bool = True
    ) -> None:
        if dialect not in DIALECTS:
            raise ValueError(f"no SQL for '{dialect}'. Use one of: {', '.join(DIALECTS)}.")
        self.program = program
        self.dialect = dialect
        self.worded = words
        self.known_contexts = None if contexts is None else tuple(contexts)
        self.choices = {rule.name: self.choice(rule.name) for rule in program.rules}
        self.constants = self.find_constants()
        self.materialised = self.find_materialised()
        self.levels: dict[str, int] = {}
        self.translator = Rails(dialect, self) if dialect == "duckdb" else Translator(dialect, self)

    # relations ------------------------------------------------------------------------------------------------------
    @property
    def inputs(self) -> tuple[Column, ...]:
        """Columns the relation of facts must have, besides its keys, `place` and `month`."""
        facts = (Column(fact.column, self.type_of(fact.kind), fact.name) for fact in self.program.facts)
        rules = (Column(rule.column, self.type_of(rule.kind), rule.name) for rule in self.program.inputs)
        return (*facts, *rules)

    def type_of(self, kind: Kind) -> str:
        if self.worded or not kind.is_enum:
            return sql_type(kind)
        return "TINYINT" if self.dialect == "duckdb" else "SMALLINT"

    @property
    def context_columns(self) -> tuple[Column, ...]:
        """Columns of the relation of contexts after `place` and `month`: parameters, then selected formulas."""
        figures = [p for p in self.program.parameters if p.name not in self.constants]
        found = [Column(p.column, sql_type(p.kind), p.name) for p in figures]
        return (*found, *(Column(c.column, "INT", name) for name, c in self.choices.items() if not c.always))

    @property
    def outputs(self) -> tuple[Column, ...]:
        """Columns of the result after the keys."""
        rules = self.program.law.rules
        found = [Column(rules[name].column, self.type_of(rules[name].kind), name) for name in self.program.outputs]
        masks = [(f"reasons_{at}", "reasons") for at in range(len(self.words(len(self.program.reasons))))]
        masks += [(f"missing_{at}", "missing") for at in range(len(self.words(len(self.program.asks))))]
        return (*found, *(Column(name, "BIGINT", source) for name, source in masks))

    def context_values(self, context: Context) -> tuple[Value, ...]:
        """One row of the relation of contexts, without place and month."""
        row: list[Value] = []
        for column in self.context_columns:
            if column.source in self.choices:
                variant = context.variants.get(column.source)
                row.append(None if variant is None else self.choices[column.source].variants.index(variant))
            else:
                row.append(context.values.get(column.source))
        return tuple(row)

    def context_sql(self, rows: Iterable[tuple[Value, ...]], place_kind: Kind) -> str:
        """Rows (place, month, *context_values) as a VALUES relation; the place is text or a whole number."""
        kinds = [place_kind, DATE, *(self.kind_of(column) for column in self.context_columns)]
        lines = [
            f"({', '.join(literal(value, kind).sql(self.dialect) for value, kind in zip(row, kinds, strict=False))})"
            for row in rows
        ]
        heads = ", ".join(("place", "month", *(column.name for column in self.context_columns)))
        return f"(SELECT * FROM (VALUES {', '.join(lines)}) AS v({heads}))"

    def kind_of(self, column: Column) -> Kind:
        parameter = self.program.law.parameters.get(column.source)
        return INT if parameter is None else parameter.kind

    # structure ------------------------------------------------------------------------------------------------------
    def choice(self, name: str) -> Choice:
        rule = self.program.law.rules[name]
        variants, always = rule.variants, len(rule.variants) == 1 and rule.variants[0].start <= self.program.begins
        if self.known_contexts is not None:
            used = [c.variants.get(name) for c in self.known_contexts]
            variants = tuple(variant for variant in variants if any(variant is one for one in used))
            always = len({one and one.expr for one in used}) == 1  # another basis is no other formula
            variants = variants[:1] if always else variants
        return Choice(f"use_{rule.column}", variants, always)

    def find_constants(self) -> dict[str, Value]:
        """Parameters that are the same in every context."""
        if self.known_contexts is None:
            return {}
        found: dict[str, Value] = {}
        for parameter in self.program.parameters:
            values = {context.values.get(parameter.name) for context in self.known_contexts}
            if len(values) == 1:
                found[parameter.name] = values.pop()
        return found

    def exprs(self, name: str) -> list[Expr]:
        return [variant.expr for variant in self.choices[name].variants]

    def uses(self) -> Counter[str]:
        """How often each name is written in the formulas, reasons and outputs."""
        found: Counter[str] = Counter((*self.program.outputs, *self.program.needs))
        for name in self.choices:
            found.update(used for expr in self.exprs(name) for used in names(expr))
        for reason in self.program.reasons:
            found.update(names(reason.when))
        return found

    def find_materialised(self) -> set[str]:
        """Rules that become columns: outputs, and whatever is used more than once. The others are written in place."""
        uses = self.uses()
        shallow = {name for name in self.choices if all(not list(names(expr)) for expr in self.exprs(name))}
        wanted = {*self.program.outputs, *self.program.needs}
        return {name for name in self.choices if name in wanted or (uses[name] > 1 and name not in shallow)}

    def level(self, name: str) -> int:
        """The layer in which a rule can be computed: one above the rules it uses."""
        if name not in self.levels:
            below = [self.level(used) for expr in self.exprs(name) for used in names(expr) if used in self.choices]
            inside = max(below, default=0)
            self.levels[name] = inside + 1 if name in self.materialised else inside
        return self.levels[name]

    def column(self, name: str) -> Sql | None:
        """The column or constant of a name; None for a formula that is written in place."""
        law = self.program.law
        if name == "on":
            return exp.column("month")
        if name in self.constants:
            return literal(self.constants[name], law.parameters[name].kind)
        if name in self.choices and name not in self.materialised:
            return None
        if name in law.facts:
            return exp.column(law.facts[name].column)
        if name in law.parameters:
            return exp.column(law.parameters[name].column)
        return exp.column(law.rules[name].column)

    def ref(self, name: str) -> Ref:
        """The name with its kind."""
        law = self.program.law
        item = law.facts.get(name) or law.parameters.get(name) or law.rules[name]
        return Ref(name, item.kind)

    def stated(self, name: str) -> bool | None:
        """Whether a name that is no formula here always has a value; None for a formula."""
        if name in self.choices:
            return None
        fact = self.program.law.facts.get(name)
        return name == "on" or self.constants.get(name) is not None or (fact is not None and bool(fact.absent))

    def options(self, name: str) -> Options:
        """Each formula of a rule with the condition that selects it."""
        if name not in self.choices:
            return []
        choice = self.choices[name]
        if choice.always and choice.variants:
            return [(None, choice.variants[0].expr)]
        column = exp.column(choice.column)
        return [
            (exp.EQ(this=column.copy(), expression=exp.Literal.number(at)), variant.expr)
            for at, variant in enumerate(choice.variants)
        ]

    # text -----------------------------------------------------------------------------------------------------------
    def select(
        self,
        facts: str,
        context: str | None,
        keys: Sequence[str] = ("child_id",),
        missing: bool = True,
        reasons: bool = True,
    ) -> str:
        """The SELECT: keys, then the outputs. `facts` and `context` are relation names or bracketed subqueries.

        Without `reasons` or `missing` those masks are 0, and cost nothing.
        """
        words = self.words(len(self.program.asks)) if missing else []
        masks = [self.mask(at, word) for at, word in enumerate(words)]
        layers = [self.base(keys), *self.implied(), *self.rules_by_level()]
        for mask in masks:
            layers += self.mask_layers(mask)
        layers.append(self.results(keys, masks, reasons))
        join = f" JOIN {context} AS c ON c.place = f.place AND c.month = f.month" if self.context_columns else ""
        text = nested(layers, f"{facts} AS f{join}", self.dialect)
        # DuckDB 2.0 pushes an aggregate over this SELECT down through every layer, which takes it minutes of planning
        return f"WITH decided AS MATERIALIZED ({text}) SELECT * FROM decided" if self.dialect == "duckdb" else text

    def base(self, keys: Sequence[str]) -> list[Named]:
        """Keys, facts with the meaning of silence, figures."""
        given = self.translator.given
        columns: list[Named] = [(exp.column(key, table="f"), key) for key in dict.fromkeys((*keys, "place", "month"))]
        for rule in self.program.inputs:
            columns += given(self.coded(rule, "f"), rule.column, rule.kind)
        for fact in self.program.facts:
            columns += given(self.coded(fact, "f"), fact.column, fact.kind, self.silence(fact))
        for column in self.context_columns:
            parameter = self.program.law.parameters.get(column.source)
            if parameter is None:
                columns.append((exp.column(column.name, table="c"), column.name))
            else:
                columns += given(self.coded(parameter, "c", words=True), column.name, parameter.kind)
        return columns

    def implied(self) -> list[list[Named]]:
        """A layer that names each condition used more than once, and one that fills in the facts that follow."""
        uses = Counter(sign for fact in self.program.facts for sign in signs_of(fact))
        named = {sign: f"implied_{at}" for at, sign in enumerate(sign for sign, count in uses.items() if count > 1)}
        filled: list[Named] = []
        for fact in self.program.facts:
            if signs := signs_of(fact):
                held = [exp.column(named[s]) if s in named else paren(self.translator.holds(s)) for s in signs]
                any_of = paren(exp.or_(*held, copy=False))
                filled += self.translator.filled(fact.column, fact.kind, any_of, fact.implied)
        return [[(self.translator.holds(sign), name) for sign, name in named.items()], filled]

    def coded(self, item: Fact | Rule | Parameter, table: str, words: bool | None = None) -> Sql:
        """A column of an input relation; words become numbers."""
        column = exp.column(item.column, table=table)
        worded = self.worded if words is None else words
        return word_code(column, item.kind) if item.kind.is_enum and worded else column

    def silence(self, fact: Fact) -> Sql | None:
        """What not stating a fact means."""
        if fact.absent == "on":
            return exp.column("month", table="f")
        return literal(absent_value(fact, date.min), fact.kind) if fact.absent else None

    def rules_by_level(self) -> Iterator[list[Named]]:
        """Rules in the layers above those they use."""
        rules = self.program.law.rules
        for level in range(1, max(map(self.level, self.materialised), default=0) + 1):
            added = sorted(name for name in self.materialised if self.level(name) == level)
            yield [
                column
                for name in added
                for column in self.translator.computed(name, rules[name].column, rules[name].kind)
            ]

    def mask(self, at: int, word: range) -> MissingMask:
        bits = {self.program.asks[bit]: 1 << (bit - word.start) for bit in word}
        return MissingMask(self.translator, bits, f"m{at}_")

    def mask_layers(self, mask: MissingMask) -> Iterator[list[Named]]:
        """Columns for the masks of rules used more than once, each in a layer above the masks it needs."""
        waiting = [name for name in self.program.law.order if name in self.materialised and mask.relevant(name)]
        while waiting:
            ready = [name for name in waiting if not self.below(name) & set(waiting)]
            yield [(mask.of_rule(name), mask.column(name)) for name in ready]
            mask.columns.update(ready)
            waiting = [name for name in waiting if name not in ready]

    def below(self, name: str) -> set[str]:
        """Rules whose columns a rule needs, looking through those written in place."""
        found: set[str] = set()
        for used in (used for expr in self.exprs(name) for used in names(expr) if used in self.choices):
            found |= {used} if used in self.materialised else self.below(used)
        return found

    def results(self, keys: Sequence[str], masks: Sequence[MissingMask], reasons: bool) -> list[Named]:
        """The last layer: keys, outputs, masks."""
        columns: list[Named] = [(exp.column(key), key) for key in keys]
        columns += [(self.shown(name), self.program.law.rules[name].column) for name in self.program.outputs]
        for at, word in enumerate(self.words(len(self.program.reasons))):
            columns.append((self.reasons(word) if reasons else literal(0, MONEY), f"reasons_{at}"))
        for at in range(len(self.words(len(self.program.asks)))):
            lacking = masks[at].word(self.program.needs) if masks else literal(0, MONEY)
            columns.append((lacking, f"missing_{at}"))
        return columns

    @staticmethod
    def words(count: int) -> list[range]:
        """Ranges of bits, each fitting a signed 64-bit integer."""
        return [range(start, min(start + BITS, count)) for start in range(0, count, BITS)]

    def shown(self, name: str) -> Sql:
        """An output column."""
        ref = self.ref(name)
        value = self.translator.sql(ref)
        return code_word(value, ref.kind) if self.worded and ref.kind.is_enum else value

    def reasons(self, word: range) -> Sql:
        """The mask; reasons that begin with the same comparison share its test."""
        groups: dict[Expr | None, dict[int, Expr | None]] = {}
        for at in word:
            guard, rest = split(self.program.reasons[at].when)
            groups.setdefault(guard, {})[1 << (at - word.start)] = rest
        return self.translator.mask(groups)


def nested(layers: Sequence[Sequence[Named]], source: str, dialect: str) -> str:
    """Layers of columns as selects of selects; each keeps only what a layer above it reads."""
    kept: list[list[Named]] = []
    wanted = [name for _, name in layers[-1]]
    for layer in reversed(layers):
        own = {name: sql for sql, name in layer}
        if own.keys() & set(wanted):
            columns = [(own.get(name, exp.column(name)), name) for name in wanted]
            kept.append(columns)
            wanted = list(dict.fromkeys(column.name for sql, _ in columns for column in sql.find_all(exp.Column)))
    # PostgreSQL would merge the layers and compute every shared rule again for each use
    fence = " OFFSET 0" if dialect == "postgres" else ""
    text = source
    for columns in reversed(kept):
        listed = ", ".join(f"{sql.sql(dialect)} AS {name}" for sql, name in columns)
        text = f"SELECT {listed} FROM {text if text is source else f'({text}{fence}) AS l'}"
    return text


def signs_of(fact: Fact) -> tuple[Expr, ...]:
    """The conditions, any of which settles a fact that is not stated."""
    when = fact.implied_when
    if when is None:
        return ()
    return when.items if isinstance(when, Some) and any(isinstance(item, Some) for item in when.items) else (when,)


def split(when: Expr) -> tuple[Expr | None, Expr | None]:
    """The leading comparison of a conjunction and what follows it."""
    if isinstance(when, Every) and isinstance(when.items[0], Compare | Among):
        rest = when.items[1:]
        return when.items[0], rest[0] if len(rest) == 1 else Every(rest)
    return (when, None) if isinstance(when, Compare | Among) else (None, when)
