"""A programme as one SELECT over a relation of facts and a relation of contexts (law/README.md documents both)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlglot import exp

from .dated import Context
from .expr import Among, Compare, Every, Expr, Some, names
from .kinds import DATE, EXACT, INT, MONEY, Kind, Value
from .model import Fact, Parameter, Rule, Variant
from .program import BITS, Program, absent_value
from .sqlexpr import DIALECTS, Sql, Translator, code_word, literal, paren, sql_type, word_code
from .sqlmissing import MissingMask


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
        self.translator = Translator(dialect, self.look)

    # relations ------------------------------------------------------------------------------------------------------
    @property
    def inputs(self) -> tuple[Column, ...]:
        """Columns the relation of facts must have, besides its keys, `place` and `month`."""
        facts = (Column(fact.column, self.type_of(fact.kind), fact.name) for fact in self.program.facts)
        rules = (Column(rule.column, self.type_of(rule.kind), rule.name) for rule in self.program.inputs)
        return (*facts, *rules)

    def type_of(self, kind: Kind) -> str:
        return sql_type(kind) if self.worded or not kind.is_enum else "INT"

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
            used = {id(c.variants.get(name)) for c in self.known_contexts}
            variants = tuple(variant for variant in variants if id(variant) in used)
            always = len(used) == 1
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
        if not options:
            return literal(None, self.program.law.rules[name].kind)
        if self.choices[name].always:
            return self.translator.sql(options[0][1])
        branches = [exp.If(this=condition, true=self.translator.sql(expr)) for condition, expr in options]
        return exp.Case(ifs=branches)

    def selected(self, name: str) -> list[tuple[Sql | None, Expr]]:
        """Each formula with the condition that selects it."""
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
        """Keys, facts with the meaning of silence, figures; then what follows from other stated facts."""
        kept = list(dict.fromkeys((*keys, "place", "month")))
        columns = [f"f.{key} AS {key}" for key in kept]
        columns += [f"{self.stated(fact).sql(self.dialect)} AS {fact.column}" for fact in self.program.facts]
        columns += [f"{self.coded(rule, 'f').sql(self.dialect)} AS {rule.column}" for rule in self.program.inputs]
        for column in self.context_columns:
            parameter = self.program.law.parameters.get(column.source)
            sql = exp.column(column.name, table="c") if parameter is None else self.coded(parameter, "c", words=True)
            columns.append(f"{sql.sql(self.dialect)} AS {column.name}")
        join = f" JOIN {context} AS c ON c.place = f.place AND c.month = f.month" if self.context_columns else ""
        others = [*(rule.column for rule in self.program.inputs), *(column.name for column in self.context_columns)]
        return self.implied(f"SELECT {', '.join(columns)} FROM {facts} AS f{join}", [*kept, *others])

    def implied(self, text: str, others: Sequence[str]) -> str:
        """A layer that names each condition used more than once, and one that fills in the facts that follow."""
        uses = Counter(sign for fact in self.program.facts for sign in signs_of(fact))
        if not uses:
            return text
        named = {sign: f"implied_{at}" for at, sign in enumerate(sign for sign, count in uses.items() if count > 1)}
        conditions = [f"{self.translator.sql(sign).sql(self.dialect)} AS {name}" for sign, name in named.items()]
        text = f"SELECT {', '.join(('*', *conditions))} FROM ({text}{self.fence}) AS l"
        columns = [self.filled(fact, named) if fact.implied_when else fact.column for fact in self.program.facts]
        return f"SELECT {', '.join((*others, *columns))} FROM ({text}{self.fence}) AS l"

    def filled(self, fact: Fact, named: Mapping[Expr, str]) -> str:
        value = literal(fact.implied, fact.kind).sql(self.dialect)
        signs = [named.get(sign) or f"({self.translator.sql(sign).sql(self.dialect)})" for sign in signs_of(fact)]
        test = f"{fact.column} IS NULL AND ({' OR '.join(signs)})"
        return f"CASE WHEN {test} THEN {value} ELSE {fact.column} END AS {fact.column}"

    def coded(self, item: Fact | Rule | Parameter, table: str, words: bool | None = None) -> Sql:
        """A column of an input relation; words become numbers."""
        column = exp.column(item.column, table=table)
        worded = self.worded if words is None else words
        return word_code(column, item.kind) if item.kind.is_enum and worded else column

    def stated(self, fact: Fact) -> Sql:
        column = self.coded(fact, "f")
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
        columns = [*keys, *(self.shown(rules[name]) for name in self.program.outputs)]
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

    def shown(self, rule: Rule) -> str:
        """An output column."""
        if not (self.worded and rule.kind.is_enum):
            return rule.column
        return f"{code_word(exp.column(rule.column), rule.kind).sql(self.dialect)} AS {rule.column}"

    def reasons(self, word: range) -> Sql:
        """The mask; reasons that begin with the same comparison share its test."""
        groups: dict[Expr | None, list[tuple[int, Expr | None]]] = {}
        for at in word:
            guard, rest = split(self.program.reasons[at].when)
            groups.setdefault(guard, []).append((1 << (at - word.start), rest))
        masks = [(guard, self.bits(members)) for guard, members in groups.items()]
        total: Sql = literal(0, EXACT)
        for guard, mask in masks:
            total = exp.Add(this=total, expression=mask if guard is None else self.when(guard, mask))
        return total

    def bits(self, members: Sequence[tuple[int, Expr | None]]) -> Sql:
        total: Sql = literal(sum(bit for bit, when in members if when is None), EXACT)
        for bit, when in members:
            if when is not None:
                total = exp.Add(this=total, expression=self.when(when, exp.Literal.number(bit)))
        return paren(total)

    def when(self, condition: Expr, value: Sql) -> Sql:
        branch = exp.If(this=self.translator.sql(condition), true=value)
        return exp.Case(ifs=[branch], default=exp.Literal.number(0))


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


def expand(mask: int, word: int, items: Sequence[str]) -> tuple[str, ...]:
    """The items whose bits are set in word number `word` of a mask."""
    start = word * BITS
    return tuple(item for at, item in enumerate(items[start : start + BITS]) if mask >> at & 1)
