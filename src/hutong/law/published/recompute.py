"""A published table checked row by row and column by column; every fault with a proposed repair, none applied."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from pathlib import Path

from ..engine.errors import EMPTY, nearest
from ..engine.parse import Apply, Literal, Syntax, Word
from ..engine.words import decimal
from ..jurisdiction import Jurisdiction
from ..language import Label
from .found import UNITS, Finding, Report, Total, merged, said
from .read import FEN, Declared, Row, Table, TableError, amount, declarations, read_tables, rounding
from .standards import Fit, Line, fits

SIGNS = {"*": "×", "-": "−", "<=": "≤", ">=": "≥", "!=": "≠"}
# bounds of left minus right, in the smallest unit
HOLDS: dict[str, tuple[int | None, int | None]] = {
    "=": (0, 0), "<=": (None, 0), ">=": (0, None), "<": (None, -1), ">": (1, None)
}  # fmt: skip
ROW, BLANK = Label("整行", "whole row"), Label("空白", "nothing is printed")
Values = Mapping[str, int]


def recompute(
    law: Jurisdiction, path: Path, place: str | None = None, month: str | None = None, tables: Path | None = None
) -> Iterator[Report]:
    """Read and judge a file, a report for each sheet; `tables` declares more of them. Raises TableError, LawError,
    UnknownPlace."""
    known = (*(declared_by(law, tables) if tables else ()), *declarations())
    for table in read_tables(path, known, place, month):
        judge = Judge(law, table)
        yield Report(table, tuple(judge.findings()), tuple(judge.totals()))


def declared_by(law: Jurisdiction, path: Path) -> tuple[Declared, ...]:
    """The tables a user declares, whose equations may name their columns and the figures of the law."""
    found = declarations(path)
    for declared in found:
        names = (*declared.columns, *law.law.parameters)
        for name in (name for tree in declared.equations for name in words(tree) if name not in names):
            what = (f"“{declared.name}”没有列或标准“{name}”", f"'{declared.name}' has no column or figure '{name}'")
            raise TableError(what, nearest(name, names), path.name)
    return found


@dataclass(frozen=True)
class Move:
    """Cells that stand aside: from which column, by how many, which way they go back, and which column may have lost
    its value (-1: none that could be told)."""

    start: int
    by: int
    way: str
    freed: int


class Judge:
    """Evaluates the equations of one table."""

    def __init__(self, law: Jurisdiction, table: Table) -> None:
        self.law = law
        self.table = table
        self.equations = table.declared.equations
        self.known: dict[str, int | None] = {}
        self.rows = [row for row in table.rows if not row.is_total]
        columns = zip(table.names, zip(*(row.cells for row in table.rows), strict=True), strict=False)
        self.rounding = {name: rounding(texts, table.units[name]) for name, texts in columns}
        self.printed = next((row for row in table.rows if row.is_total), None)

    # values -----------------------------------------------------------------------------------------------------------
    def read(self, row: Row, units: Mapping[str, str] | None = None) -> dict[str, int] | None:
        """Every cell of a row as a number, or None when one is not."""
        chosen = units or self.table.units
        cells = {n: self.number(text, chosen[n]) for n, text in zip(self.table.names, row.cells, strict=True)}
        found = {name: value for name, value in cells.items() if value is not None}
        return found if len(found) == len(cells) else None

    def number(self, text: str, unit: str) -> int | None:
        """A printed number; a blank is what the declared table says it is."""
        return amount(text, unit) if text else self.table.declared.blank

    def figure(self, name: str) -> int | None:
        """A figure of the law at the place and month of the table; None where the place has not entered it."""
        if name not in self.known:
            context = self.law.context(self.table.place, self.table.month)
            value = context.values.get(name)
            self.known[name] = value if isinstance(value, int) else None
        return self.known[name]

    def value(self, tree: Syntax, values: Values, figures: Values) -> int:
        """A side of an equation with these cells and figures."""
        match tree:
            case Word(name=name):
                return values[name] if name in values else figures[name]
            case Literal(text=text, unit=unit):
                return int(Decimal(text) * (FEN["yuan"] if unit else 1))
            case Apply(op="+", args=(left, right)):
                return self.value(left, values, figures) + self.value(right, values, figures)
            case Apply(op="-", args=(left, right)):
                return self.value(left, values, figures) - self.value(right, values, figures)
            case Apply(op="*", args=(left, right)):
                return self.value(left, values, figures) * self.value(right, values, figures)
        raise ValueError(f"an equation of a published table cannot hold {tree}")

    def apart(self, tree: Apply, values: Values, figures: Values) -> int:
        """Left minus right."""
        return self.value(tree.args[0], values, figures) - self.value(tree.args[1], values, figures)

    def line(self, tree: Apply, row: Row, values: Values) -> Line:
        """An equation of one row, taken apart into its figures and the rest."""
        names = self.figures_of(tree)
        nothing = dict.fromkeys(names, 0)
        base = self.apart(tree, values, nothing)
        return Line(row.line, base, {n: self.apart(tree, values, {**nothing, n: 1}) - base for n in names})

    def figures_of(self, tree: Syntax) -> list[str]:
        """The figures of the law in an equation."""
        return [name for name in dict.fromkeys(words(tree)) if name not in self.table.names]

    def gap(self, tree: Apply, row: Row, values: Values) -> int | None:
        """By how much an equation fails; 0 when it holds within the rounding of what is printed, None where a figure it
        needs is not entered."""
        figures = {name: self.figure(name) for name in self.figures_of(tree)}
        gap = self.line(tree, row, values).rest(figures, ())
        if gap is None:
            return None
        if tree.op == "!=":
            return int(gap == 0)
        (low, high), slack = HOLDS[tree.op], self.slack(tree)
        fine = (low is None or gap >= low - slack) and (high is None or gap <= high + slack)
        return 0 if fine else gap or 1

    def slack(self, tree: Syntax) -> int:
        """What the rounding of the printed amounts of an equation can explain, in fen."""
        used = set(words(tree))
        return sum(self.rounding[name] for name in self.table.names if name in used)

    def failing(self, row: Row, values: Values) -> list[tuple[Apply, int]]:
        """Equations that do not hold, with the gap in the smallest unit."""
        gaps = [(tree, self.gap(tree, row, values)) for tree in self.equations]
        return [(tree, gap) for tree, gap in gaps if gap]

    def adds_up(self, row: Row, values: Values) -> bool:
        """Does every equation hold, and at least one of them because it could be tested?"""
        gaps = [self.gap(tree, row, values) for tree in self.equations]
        return not any(gaps) and 0 in gaps

    # findings ---------------------------------------------------------------------------------------------------------
    def findings(self) -> Iterator[Finding]:
        """Rows first, then columns; what is the same in several rows is told once."""
        rest = {row.line: row for row in self.table.rows}
        found = [finding for row in self.table.rows for finding in self.of_whole(row)]
        for finding in found:
            rest.pop(finding.line, None)
        settled: set[tuple[int, Syntax]] = set()
        for tree in self.equations:
            found += self.paid_otherwise(tree, list(rest.values()), settled)
        for row in rest.values():
            values = self.read(row) or {}
            failing = [(tree, gap) for tree, gap in self.failing(row, values) if (row.line, tree) not in settled]
            found += self.repairs(row, values, failing) if failing else ()
        found.sort(key=lambda finding: finding.line)
        yield from merged(found)
        repaired = {(finding.line, finding.column) for finding in found}
        for at, name in enumerate(self.table.names):
            yield from self.of_column(at, name, {line for line, column in repaired if column in (name, "row")})

    def of_whole(self, row: Row) -> Iterator[Finding]:
        """What is wrong with a row before its sums can be looked at."""
        values = self.read(row)
        if values is not None and not self.failing(row, values):
            return
        whole = self.shifted(row) or self.unit(row)
        if whole is not None:
            yield whole
        elif values is None:
            yield from self.unreadable(row)

    def unreadable(self, row: Row) -> Iterator[Finding]:
        for name, text in zip(self.table.names, row.cells, strict=True):
            if self.number(text, self.table.units[name]) is None:
                what = Label("“{0}”不是数字", "'{0}' is no number").filled(text) if text else BLANK
                yield self.found(row, name, "text", what, self.completed(row, name))

    def found(self, row: Row, name: str, kind: str, what: Label, proposal: Label) -> Finding:
        """A finding about a cell, or about the row as a whole."""
        title = ROW if name == "row" else self.title(name)
        return Finding(row.line, row.label, name, title, kind, what, proposal)

    def title(self, name: str) -> Label:
        """What a column or a figure is called."""
        column = self.table.declared.columns.get(name)
        return column.title if column else self.law.law.parameters[name].title

    def place(self, code: str) -> Label:
        """What a place is called, with its code."""
        known = self.law.law.places.get(code)
        return Label(f"{known.zh}（{code}）", f"{known.en} ({code})") if known else Label(code, code)

    def completed(self, row: Row, name: str) -> Label:
        """The value that the equations leave for an unreadable cell."""
        for value in self.filled(row, name):
            said = self.said(name, value)
            return Label(f"填写{said.zh}，则本行平衡", f"write {said.en}, which makes its row add up")
        return Label("填写应有的数字", "write the number that belongs here")

    def shifted(self, row: Row) -> Finding | None:
        """A row whose cells moved aside (a merged cell), from its first column or from one in the middle, and which
        adds up when they are moved back; what adds up without another value comes first."""
        for solving in (False, True):
            for move in self.moves(row):
                moved = self.moved(row.cells, move)
                for trial in self.solved(row, moved, move) if solving else [replace(row, cells=moved)]:
                    values = self.read(trial)
                    if values is not None and any(values.values()) and self.adds_up(trial, values):
                        return self.astray(row, trial, move)
        return None

    def astray(self, row: Row, trial: Row, move: Move) -> Finding:
        """Where the cells stand, and how the row reads."""
        way = Label("右", "right") if move.way == "left" else Label("左", "left")
        since = (
            Label("“{0}”起", " from '{0}' on").filled(self.title(self.table.names[move.start])) if move.start else EMPTY
        )
        by = f"{move.by} column{'s' * (move.by > 1)}"
        what = Label(f"{since.zh}各单元格向{way.zh}错了{move.by}列", f"the cells{since.en} stand {by} too far {way.en}")
        shown = ", ".join(trial.cells)
        return self.found(row, "row", "shifted", what, Label(f"读作{shown}", f"read it as {shown}"))

    def moves(self, row: Row) -> Iterator[Move]:
        """Every way in which cells may have moved; one in the middle only where no single blank explains the row."""
        cells, last = row.cells, len(row.cells) - 1
        for by in (1, 2):
            if all(text in ("", "0") for text in cells[:by]):
                yield Move(0, by, "left", last if by == 1 else -1)
            if all(text in ("", "0") for text in cells[-by:]):
                yield Move(0, by, "right", 0 if by == 1 else -1)
        if any(True for name in self.blanks(row) for _ in self.filled(row, name)):
            return
        for at in range(1, last):
            if not cells[at]:
                yield Move(at, 1, "left", last)
            if not cells[-1]:
                yield Move(at, 1, "right", at)

    def blanks(self, row: Row) -> list[str]:
        """Columns in which nothing is printed."""
        return [name for name, text in zip(self.table.names, row.cells, strict=True) if not text]

    def filled(self, row: Row, name: str) -> Iterator[int]:
        """The values that the equations leave for a cell."""
        at = self.table.names.index(name)
        trial = replace(row, cells=(*row.cells[:at], "0", *row.cells[at + 1 :]))
        values = self.read(trial)
        if values:
            yield from self.solutions(trial, values, name)

    def moved(self, cells: tuple[str, ...], move: Move) -> tuple[str, ...]:
        """The cells with those that moved put back."""
        start, by = move.start, move.by
        if move.way == "left":
            return (*cells[:start], *cells[start + by :], *("0",) * by)
        return (*cells[:start], *("0",) * by, *cells[start:-by])

    def solved(self, row: Row, moved: tuple[str, ...], move: Move) -> Iterator[Row]:
        """The moved row with the one value that makes it add up."""
        if move.freed < 0:
            return
        name = self.table.names[move.freed]
        for value in self.filled(replace(row, cells=moved), name):
            text = decimal(value, FEN[self.table.units[name]])
            yield replace(row, cells=(*moved[: move.freed], text, *moved[move.freed + 1 :]))

    def repairs(self, row: Row, values: Values, failing: Sequence[tuple[Apply, int]]) -> Iterator[Finding]:
        """A single cell that mends the row, or else each equation that is broken, by how much in its own unit."""
        cell = self.cell(row, values)
        if cell:
            yield cell
            return
        for tree, gap in failing:
            zh, en = (self.spoken(tree, lang) for lang in ("zh", "en"))
            off = said(abs(gap), self.unit_of(tree))
            what = Label(f"“{zh}”相差{off.zh}", f"'{en}' is off by {off.en}")
            yield self.found(row, "row", "row", what, Label("请与原始资料核对本行", "compare the row with its source"))

    def unit_of(self, tree: Apply) -> str:
        """What both sides of an equation are counted in: money where any of it is."""
        units = [self.table.units[name] for name in words(tree) if name in self.table.names]
        money = [unit for unit in units if unit != "count"]
        return money[0] if money else "yuan" if self.figures_of(tree) else "count"

    def spoken(self, tree: Syntax, lang: str) -> str:
        """An equation with the titles of its columns and figures."""
        match tree:
            case Word(name=name):
                return self.title(name).text(lang)
            case Literal(text=text, unit=unit):
                return text + (UNITS["yuan"].text(lang) if unit else "")
            case Apply(op=op, args=(left, right)):
                sides = [f"({self.spoken(x, lang)})" if op == "*" and isinstance(x, Apply) else self.spoken(x, lang)
                         for x in (left, right)]  # fmt: skip
                return f" {SIGNS.get(op, op)} ".join(sides)
        raise ValueError(f"an equation of a published table cannot hold {tree}")

    def unit(self, row: Row) -> Finding | None:
        """One column printed in another unit than declared."""
        for name, unit in self.table.units.items():
            other = {"yuan": "wan", "wan": "yuan"}.get(unit)
            values = self.read(row, {**self.table.units, name: other}) if other else None
            if other and values is not None and values[name] and self.adds_up(row, values):
                factor = Label("万元", "10,000 yuan (万元)") if other == "wan" else Label("元", "yuan (元)")
                what = Label(f"按{factor.zh}读才相符", f"the amounts fit only when read in {factor.en}")
                proposal = Label(f"在表头注明“（{factor.zh}）”", f"state {factor.en} in the heading")
                return self.found(row, name, "unit", what, proposal)
        return None

    def paid_otherwise(self, tree: Apply, rows: Sequence[Row], settled: set[tuple[int, Syntax]]) -> Iterator[Finding]:
        """Rows that hold with other standards than the law's, or for which the place has entered none."""
        names = self.figures_of(tree)
        if not names or tree.op != "=" or self.slack(tree):
            return
        open_rows = [(row, values) for row in rows if (values := self.read(row)) and self.is_open(tree, row, values)]
        lines = [self.line(tree, row, values) for row, values in open_rows]
        by_line = {row.line: (row, values) for row, values in open_rows}
        figures = {name: self.figure(name) for name in names}
        for fit in fits(lines, figures) if lines else ():
            settled |= {(line.at, tree) for line in fit.lines}
            row, values = by_line[fit.lines[0].at]
            left = tree.args[0].name if isinstance(tree.args[0], Word) else "row"
            finding = self.found(row, left, "standard", *self.other(tree, fit, values))
            yield replace(finding, more=len(fit.lines) - 1)
        lacking = [name for name in names if figures[name] is None]
        unsettled = [row for row, _ in open_rows if (row.line, tree) not in settled]
        if lacking and unsettled:
            titles = [self.title(name) for name in lacking]
            what = Label(f"未录入{'、'.join(t.zh for t in titles)}", f"not entered: {', '.join(t.en for t in titles)}")
            own = self.place(self.table.place)
            proposal = Label(f"请录入{own.zh}的标准后再核对", f"enter the standard of {own.en}, then check again")
            yield replace(self.found(unsettled[0], "row", "standard", what, proposal), more=len(unsettled) - 1)

    def is_open(self, tree: Apply, row: Row, values: Values) -> bool:
        """Does it fail, or could it not be tested, in a row in which all that holds without a figure holds?"""
        sound = all(self.figures_of(other) for other, _ in self.failing(row, values))
        return sound and self.gap(tree, row, values) != 0

    def other(self, tree: Apply, fit: Fit, values: Values) -> tuple[Label, Label]:
        """What was paid by and what the law has; then what would settle it."""
        several, own = len(self.figures_of(tree)) > 1, self.place(self.table.place)
        told, enter = [], []
        for way in fit.ways:
            for name, value in way.items():
                title, each, has = self.title(name), decimal(value, FEN["yuan"]), self.has(name)
                of = title if several else Label("标准", "standard")
                told.append(
                    Label(
                        f"{of.zh}为{each}元才相符，规定为{has.zh}",
                        f"it fits with {each} yuan as the {of.en}, the law has {has.en}",
                    )
                )
                enter.append(
                    Label(
                        f"将{each}元连同依据录为{own.zh}的{of.zh}",
                        f"enter {each} yuan as the {of.en} of {own.en} with its basis",
                    )
                )
        what = Label("；".join(t.zh for t in told), "; ".join(t.en for t in told))
        joint = ("，并", ", and ") if len(fit.ways) == 1 else ("，或", ", or ")
        zh, en = joint[0].join(e.zh for e in enter), joint[1].join(e.en for e in enter)
        left, figures = tree.args[0], {name: self.figure(name) for name in self.figures_of(tree)}
        known = {name: value for name, value in figures.items() if value is not None}
        if isinstance(left, Word) and left.name in values and len(known) == len(figures):
            says = self.said(left.name, self.value(tree.args[1], values, known))
            zh, en = f"{zh}，或将金额改为{says.zh}", f"{en}, or correct the amount to {says.en}"
        return what, Label(zh, en)

    def has(self, name: str) -> Label:
        """The figure of the law with its place and first day."""
        context = self.law.context(self.table.place, self.table.month)
        entry, value = context.entries.get(name), self.figure(name)
        if entry is None or value is None:
            return Label("未录入", "none entered here")
        fixed, where = decimal(value, FEN["yuan"]), self.place(entry.place)
        return Label(f"{fixed}元（{where.zh}自{entry.start}起）", f"{fixed} yuan ({where.en} from {entry.start})")

    def cell(self, row: Row, values: Values) -> Finding | None:
        """A single cell that, corrected, makes the row add up; one that also settles its column comes first."""
        candidates: list[tuple[bool, str, int]] = []
        for name in self.table.names:
            candidates += [(self.settles(name, values[name], value), name, value) for value in
                           self.solutions(row, values, name)]  # fmt: skip
        if not candidates:
            return None
        settles, column, value = max(candidates, key=lambda item: item[0])
        now, new = self.said(column, values[column]), self.said(column, value)
        others = [(self.title(name), self.said(name, x)) for _, name, x in candidates if name != column and not settles]
        what = Label(f"{now.zh}与本行不平衡", f"{now.en} does not add up with its row")
        zh = "，或".join([f"填写{new.zh}", *(f"{title.zh}填写{said.zh}" for title, said in others)])
        en = ", or ".join([f"write {new.en}", *(f"{title.en} = {said.en}" for title, said in others)])
        because = Label("，与本列合计相符", " as its column wants") if settles else EMPTY
        return self.found(row, column, "cell", what, Label(zh + because.zh, en + because.en))

    def solutions(self, row: Row, values: Values, name: str) -> Iterator[int]:
        """Values of one cell with which every equation of the row holds."""
        for tree in self.equations:
            figures = {n: self.figure(n) for n in self.figures_of(tree)}
            known = {n: value for n, value in figures.items() if value is not None}
            if tree.op != "=" or name not in words(tree) or len(known) < len(figures):
                continue
            at_0, at_1 = (self.apart(tree, {**values, name: trial}, known) for trial in (0, 1))
            slope = at_1 - at_0
            if slope == 0 or at_0 % slope:
                continue
            value = -at_0 // slope
            if value >= 0 and value != values[name] and self.adds_up(row, {**values, name: value}):
                yield value
                return

    def settles(self, name: str, now: int, value: int) -> bool:
        """Would the column then add up to its printed total?"""
        printed = self.read(self.printed) if self.printed else None
        cells = [read[name] for row in self.rows if (read := self.read(row)) is not None]
        return printed is not None and len(cells) == len(self.rows) and sum(cells) - now + value == printed[name]

    def of_column(self, at: int, name: str, repaired: set[int]) -> Iterator[Finding]:
        """A printed total that is not the sum of its column."""
        if self.printed is None or self.table.units[name] == "":
            return
        unit = self.table.units[name]
        printed = self.number(self.printed.cells[at], unit)
        cells = [self.number(row.cells[at], unit) for row in self.rows]
        if printed is None or repaired or None in cells:
            return
        summed = sum(cell for cell in cells if cell is not None)
        slack = self.rounding[name] * len(self.table.rows)
        if abs(summed - printed) > slack:
            gap, told, own = (self.said(name, value) for value in (abs(summed - printed), printed, summed))
            what = Label(
                f"合计印为{told.zh}，各行之和为{own.zh}", f"the total is printed as {told.en}, its rows give {own.en}"
            )
            proposal = Label(
                f"填写{own.zh}，或查找遗漏或重复的一行（{gap.zh}）",
                f"write {own.en}, or look for a row of {gap.en} that is missing or double",
            )
            yield self.found(self.printed, name, "sum", what, proposal)

    # totals -----------------------------------------------------------------------------------------------------------
    def totals(self) -> Iterator[Total]:
        """Each column summed, beside its printed total and what law and count give."""
        read = [values for row in self.rows if (values := self.read(row)) is not None]
        printed = self.read(self.printed) if self.printed else None
        for name in self.table.names:
            summed = sum(values[name] for values in read)
            by_law = [self.summed(tree, read) for tree in self.law_for(name)]
            unit = self.table.units[name]
            title = self.table.declared.columns[name].title
            yield Total(name, title, unit, printed[name] if printed else None, summed, by_law[0] if by_law else None)

    def summed(self, tree: Syntax, read: Sequence[Values]) -> int | None:
        """A side of an equation over all rows; None where a figure it needs is not entered."""
        figures = {name: self.figure(name) for name in self.figures_of(tree)}
        known = {name: value for name, value in figures.items() if value is not None}
        return sum(self.value(tree, values, known) for values in read) if len(known) == len(figures) else None

    def law_for(self, name: str) -> Iterator[Syntax]:
        """The side of an equation that computes a column from figures of the law."""
        for tree in self.equations:
            if tree.op != "=" or tree.args[0] != Word(name):
                continue
            if any(word not in self.table.names for word in words(tree.args[1])):
                yield tree.args[1]

    def said(self, name: str, value: int) -> Label:
        """A value as its column prints it."""
        return said(value, self.table.units[name])


def words(tree: Syntax) -> Iterator[str]:
    """Every name of an equation."""
    if isinstance(tree, Word):
        yield tree.name
    elif isinstance(tree, Apply):
        for arg in tree.args:
            yield from words(arg)
