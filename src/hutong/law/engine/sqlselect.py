"""A programme as one SELECT over a relation of facts and a relation of contexts (law/README.md documents both)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from sqlglot import exp

from .dated import Context
from .expr import Expr, names
from .kinds import DATE, EXACT, INT, MONEY, Kind, Value
from .model import Fact, Variant
from .program import BITS, Program, absent_value
from .sqlexpr import DIALECTS, Sql, Translator, literal, paren, sql_type
from .sqlmissing import MissingMask


@dataclass(frozen=True, slots=True)
class Column:
    """A column of an input or output relation: the law's name and the SQL type."""

    name: str
    type: str
    source: str


@dataclass(frozen=True, slots=True)
class Choice:
    """The formulas a rule may have here; more than one is selected by a column of the context."""

    column: str
    variants: tuple[Variant, ...]


class Compiled:
    """SQL of a programme. With `contexts` the law of just those places and days is written in, and nothing else."""

    def __init__(self, program: Program, dialect: str, contexts: Iterable[Context] | None = None) -> None:
        if dialect not in DIALECTS:
            raise ValueError(f"no SQL for '{dialect}'. Use one of: {', '.join(DIALECTS)}.")
        self.program = program
        self.dialect = dialect
        self.known_contexts = None if contexts is None else tuple(contexts)
        self.choices = {rule.name: self.choice(rule.name) for rule in program.rules}
        self.constants = self.find_constants()
        self.materialised = self.find_materialised()
        self.levels: dict[str, int] = {}
        self.translator = Translator(dialect, self.look)

    # relations ------------------------------------------------------------------------------------------------------
    @property
    def inputs(self) -> tuple[Column, ...]:
        """Columns the relation of facts must have, besides its keys, `place` and `month`."""
        facts = (Column(fact.column, sql_type(fact.kind), fact.name) for fact in self.program.facts)
        rules = (Column(rule.column, sql_type(rule.kind), rule.name) for rule in self.program.inputs)
        return (*facts, *rules)

    @property
    def context_columns(self) -> tuple[Column, ...]:
        """Columns of the relation of contexts after `place` and `month`: parameters, then selected formulas."""
        figures = [p for p in self.program.parameters if p.name not in self.constants]
        found = [Column(p.column, sql_type(p.kind), p.name) for p in figures]
        return (*found, *(Column(c.column, "INT", name) for name, c in self.choices.items() if len(c.variants) > 1))

    @property
    def outputs(self) -> tuple[Column, ...]:
        """Columns of the result after the keys."""
        rules = self.program.law.rules
        found = [Column(rules[name].column, sql_type(rules[name].kind), name) for name in self.program.outputs]
        masks = [(f"reasons_{at}", "reasons") for at in range(len(self.words(len(self.program.reasons))))]
        masks += [(f"missing_{at}", "missing") for at in range(len(self.words(len(self.program.asks))))]
        return (*found, *(Column(name, "BIGINT", source) for name, source in masks))

    def context_values(self, context: Context) -> tuple[Value, ...]:
        """One row of the relation of contexts, without place and month."""
        row: list[Value] = []
        for column in self.context_columns:
            if column.source in self.choices:
                row.append(self.choices[column.source].variants.index(context.variants[column.source]))
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
        if self.known_contexts is None:
            return Choice(f"use_{rule.column}", rule.variants)
        used = {id(c.variants[name]) for c in self.known_contexts}
        return Choice(f"use_{rule.column}", tuple(v for v in rule.variants if id(v) in used))

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

    def look(self, name: str) -> Sql:
        """The SQL of a name: a column, a constant, or the formula in brackets."""
        law = self.program.law
        if name == "on":
            return exp.column("month")
        if name in self.constants:
            return literal(self.constants[name], law.parameters[name].kind)
        if name in self.choices and name not in self.materialised:
            return paren(self.formula(name))
        if name in law.facts:
            return exp.column(law.facts[name].column)
        if name in law.parameters:
            return exp.column(law.parameters[name].column)
        return exp.column(law.rules[name].column)

    def formula(self, name: str) -> Sql:
        """The formula of a rule, or the selection among its formulas."""
        options = self.selected(name)
        if len(options) == 1:
            return self.translator.sql(options[0][1])
        branches = [exp.If(this=condition, true=self.translator.sql(expr)) for condition, expr in options]
        return exp.Case(ifs=branches)

    def selected(self, name: str) -> list[tuple[Sql | None, Expr]]:
        """Each formula with the condition that selects it."""
        if name not in self.choices:
            return []
        choice = self.choices[name]
        if len(choice.variants) == 1:
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
        text = self.base(facts, context, keys)
        top = max((self.level(name) for name in self.materialised), default=0)
        for level in range(1, top + 1):
            added = [name for name in self.materialised if self.level(name) == level]
            if added:
                text = self.layer(text, sorted(added))
        masks = [self.mask(at, word) for at, word in enumerate(self.words(len(self.program.asks)))]
        for mask in masks if missing else []:
            text = self.mask_layers(text, mask)
        return self.final(text, keys, masks if missing else [], reasons)

    def base(self, facts: str, context: str | None, keys: Sequence[str]) -> str:
        columns = [f"f.{key} AS {key}" for key in dict.fromkeys((*keys, "place", "month"))]
        columns += [f"{self.fact(fact).sql(self.dialect)} AS {fact.column}" for fact in self.program.facts]
        columns += [f"f.{rule.column} AS {rule.column}" for rule in self.program.inputs]
        columns += [f"c.{column.name} AS {column.name}" for column in self.context_columns]
        join = f" JOIN {context} AS c ON c.place = f.place AND c.month = f.month" if self.context_columns else ""
        return f"SELECT {', '.join(columns)} FROM {facts} AS f{join}"

    def fact(self, fact: Fact) -> Sql:
        """A fact with the meaning of silence and what follows from other stated facts."""
        options: list[Sql] = [self.stated(fact)]
        if fact.implied_when is not None:
            stated = Translator(self.dialect, lambda name: self.stated(self.program.law.facts[name]))
            branch = exp.If(this=stated.sql(fact.implied_when), true=literal(fact.implied, fact.kind))
            options.append(exp.Case(ifs=[branch]))
        return exp.Coalesce(this=options[0], expressions=options[1:]) if len(options) > 1 else options[0]

    def stated(self, fact: Fact) -> Sql:
        column = exp.column(fact.column, table="f")
        if fact.absent == "on":
            return exp.Coalesce(this=column, expressions=[exp.column("month", table="f")])
        if fact.absent:
            silence = literal(absent_value(fact, date.min), fact.kind)
            return exp.Coalesce(this=column, expressions=[silence])
        return column

    def layer(self, text: str, added: Sequence[str]) -> str:
        rules = self.program.law.rules
        columns = [f"{self.formula(name).sql(self.dialect)} AS {rules[name].column}" for name in added]
        return f"SELECT *, {', '.join(columns)} FROM ({text}{self.fence}) AS l"

    @property
    def fence(self) -> str:
        """PostgreSQL would merge the layers and compute every shared rule again for each use."""
        return " OFFSET 0" if self.dialect == "postgres" else ""

    def mask(self, at: int, word: range) -> MissingMask:
        bits = {self.program.asks[bit]: 1 << (bit - word.start) for bit in word}
        return MissingMask(self.translator, bits, self.selected, f"m{at}_")

    def mask_layers(self, text: str, mask: MissingMask) -> str:
        """Columns for the masks of rules used more than once, each in a layer above the masks it needs."""
        waiting = [name for name in self.program.law.order if name in self.materialised and mask.relevant(name)]
        while waiting:
            ready = [name for name in waiting if not self.below(name) & set(waiting)]
            columns = [f"{mask.of_rule(name).sql(self.dialect)} AS {mask.column(name)}" for name in ready]
            text = f"SELECT *, {', '.join(columns)} FROM ({text}{self.fence}) AS l"
            mask.columns.update(ready)
            waiting = [name for name in waiting if name not in ready]
        return text

    def below(self, name: str) -> set[str]:
        """Rules whose columns a rule needs, looking through those written in place."""
        found: set[str] = set()
        for used in (used for expr in self.exprs(name) for used in names(expr) if used in self.choices):
            found |= {used} if used in self.materialised else self.below(used)
        return found

    def final(self, text: str, keys: Sequence[str], masks: Sequence[MissingMask], reasons: bool) -> str:
        rules = self.program.law.rules
        columns = [*keys, *(rules[name].column for name in self.program.outputs)]
        nothing = literal(0, MONEY)
        for at, word in enumerate(self.words(len(self.program.reasons))):
            held = self.reasons(word) if reasons else nothing
            columns.append(f"{held.sql(self.dialect)} AS reasons_{at}")
        for at in range(len(self.words(len(self.program.asks)))):
            lacking = masks[at].word(self.program.needs) if masks else nothing
            columns.append(f"{lacking.sql(self.dialect)} AS missing_{at}")
        text = f"SELECT {', '.join(columns)} FROM ({text}{self.fence}) AS l"
        # DuckDB 2.0 pushes an aggregate over this SELECT down through every layer, which takes it minutes of planning
        return f"WITH decided AS MATERIALIZED ({text}) SELECT * FROM decided" if self.dialect == "duckdb" else text

    @staticmethod
    def words(count: int) -> list[range]:
        """Ranges of bits, each fitting a signed 64-bit integer."""
        return [range(start, min(start + BITS, count)) for start in range(0, count, BITS)]

    def reasons(self, word: range) -> Sql:
        total: Sql = literal(0, EXACT)
        for at in word:
            bit = exp.Literal.number(1 << (at - word.start))
            condition = self.translator.sql(self.program.reasons[at].when)
            case = exp.Case(ifs=[exp.If(this=condition, true=bit)], default=exp.Literal.number(0))
            total = exp.Add(this=total, expression=case)
        return total


def expand(mask: int, word: int, items: Sequence[str]) -> tuple[str, ...]:
    """The items whose bits are set in word number `word` of a mask."""
    start = word * BITS
    return tuple(item for at, item in enumerate(items[start : start + BITS]) if mask >> at & 1)
