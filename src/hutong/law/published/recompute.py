"""A published table checked row by row and column by column; every fault with a proposed repair, none applied."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from ..engine.parse import Apply, Literal, Syntax, Word
from ..engine.words import decimal
from ..jurisdiction import Jurisdiction
from .read import FEN, Row, Table, amount, declarations, read_table, rounding

HOLDS = {"=": (0, 0), "<=": (None, 0), ">=": (0, None)}  # bounds of left minus right
FACTORS = {"wan": (10_000, "万元 (10,000 yuan)"), "yuan": (1, "元 (yuan)")}
Values = Mapping[str, int]


@dataclass(frozen=True)
class Finding:
    """What does not hold, and what would make it hold. kind: text | shifted | unit | standard | cell | row | sum."""

    line: int
    row: str
    column: str
    kind: str
    what: str
    proposal: str

    def __str__(self) -> str:
        return f"line {self.line} ({self.row}), {self.column}: {self.kind}: {self.what}. Proposed: {self.proposal}"


@dataclass(frozen=True)
class Total:
    """A column: the printed total, the sum of its rows, and what law and count give; amounts in fen, None unknown."""

    column: str
    unit: str
    printed: int | None
    summed: int
    by_law: int | None


@dataclass(frozen=True)
class Report:
    """A table judged."""

    table: Table
    findings: tuple[Finding, ...]
    totals: tuple[Total, ...]


def recompute(law: Jurisdiction, path: Path, place: str | None = None, month: str | None = None) -> Report:
    """Read and judge a file. Raises TableError."""
    table = read_table(path, declarations(), place, month)
    judge = Judge(law, table)
    return Report(table, tuple(judge.findings()), tuple(judge.totals()))


class Judge:
    """Evaluates the equations of one table."""

    def __init__(self, law: Jurisdiction, table: Table) -> None:
        self.law = law
        self.table = table
        self.equations = table.declared.parsed()
        self.rows = [row for row in table.rows if not row.is_total]
        columns = zip(table.names, zip(*(row.cells for row in table.rows), strict=True), strict=False)
        self.rounding = {name: rounding(texts, table.units[name]) for name, texts in columns}
        self.printed = next((row for row in table.rows if row.is_total), None)

    # values -----------------------------------------------------------------------------------------------------------
    def read(self, row: Row, units: Mapping[str, str] | None = None) -> dict[str, int] | None:
        """Every cell of a row as a number, or None when one is not."""
        chosen = units or self.table.units
        cells = {n: amount(text, chosen[n]) for n, text in zip(self.table.names, row.cells, strict=True)}
        found = {name: value for name, value in cells.items() if value is not None}
        return found if len(found) == len(cells) else None

    def figure(self, name: str) -> int:
        """A figure of the law at the place and month of the table."""
        entry = self.law.parameter(name, self.table.place, self.table.month)
        return entry.value if entry is not None and isinstance(entry.value, int) else 0

    def value(self, tree: Syntax, values: Values) -> int:
        match tree:
            case Word(name=name):
                return values[name] if name in values else self.figure(name)
            case Literal(text=text, unit=unit):
                return int(text) * (100 if unit == "yuan" else 1)
            case Apply(op="+", args=(left, right)):
                return self.value(left, values) + self.value(right, values)
            case Apply(op="-", args=(left, right)):
                return self.value(left, values) - self.value(right, values)
            case Apply(op="*", args=(left, right)):
                return self.value(left, values) * self.value(right, values)
        raise ValueError(f"an equation of a published table cannot hold {tree}")

    def apart(self, tree: Syntax, values: Values, slack: int) -> int:
        """By how much an equation fails (left minus right); 0 when it holds within the rounding of what is printed."""
        if not isinstance(tree, Apply):
            raise ValueError("an equation compares two sides")
        gap = self.value(tree.args[0], values) - self.value(tree.args[1], values)
        low, high = HOLDS[tree.op]
        fine = (low is None or gap >= low - slack) and (high is None or gap <= high + slack)
        return 0 if fine else gap

    def slack(self, tree: Syntax) -> int:
        """What the rounding of the printed amounts of an equation can explain, in fen."""
        used = set(words(tree))
        return sum(self.rounding[name] for name in self.table.names if name in used)

    def failing(self, row: Row, values: Values) -> list[tuple[str, Syntax, int]]:
        found = []
        for text, tree in self.equations:
            gap = self.apart(tree, values, self.slack(tree))
            if gap:
                found.append((text, tree, gap))
        return found

    # findings ---------------------------------------------------------------------------------------------------------
    def findings(self) -> Iterator[Finding]:
        """Rows first, then columns; what is the same in several rows is told once."""
        found = [finding for row in self.table.rows for finding in self.of_row(row)]
        yield from merged(found)
        repaired = {(finding.line, finding.column) for finding in found}
        for at, name in enumerate(self.table.names):
            yield from self.of_column(at, name, {line for line, column in repaired if column in (name, "row")})

    def of_row(self, row: Row) -> Iterator[Finding]:
        values = self.read(row)
        failing = [] if values is None else self.failing(row, values)
        if values is not None and not failing:
            return
        whole = self.shifted(row) or self.unit(row)
        if whole is not None:
            yield whole
        elif values is None:
            yield from self.unreadable(row)
        else:
            yield from self.repairs(row, values, failing)

    def unreadable(self, row: Row) -> Iterator[Finding]:
        for name, text in zip(self.table.names, row.cells, strict=True):
            if amount(text, self.table.units[name]) is None:
                what = f"'{text}' is no number" if text else "nothing is printed"
                yield Finding(row.line, row.label, name, "text", what, self.completed(row, name))

    def completed(self, row: Row, name: str) -> str:
        """The value that the equations leave for an unreadable cell."""
        at = self.table.names.index(name)
        trial = replace(row, cells=(*row.cells[:at], "0", *row.cells[at + 1 :]))
        values = self.read(trial)
        for value in self.solutions(trial, values, name) if values else ():
            return f"write {self.said(name, value)}, which makes its row add up"
        return "write the number that belongs here"

    def shifted(self, row: Row) -> Finding | None:
        """A row whose cells moved aside (a merged cell): blanks at one end, and it adds up when moved back."""
        cells = row.cells
        for by in (1, 2):
            for moved, blank, way in (
                ((*cells[by:], *("0",) * by), cells[:by], "left"),
                ((*("0",) * by, *cells[:-by]), cells[-by:], "right"),
            ):
                if any(text not in ("", "0") for text in blank):
                    continue
                for trial in self.padded(row, moved, by, way):
                    values = self.read(trial)
                    if values is not None and any(values.values()) and not self.failing(trial, values):
                        astray = "right" if way == "left" else "left"
                        what = f"the cells stand {by} column{'s' * (by > 1)} too far {astray}"
                        shown = ", ".join(trial.cells)
                        return Finding(row.line, row.label, "row", "shifted", what, f"read it as {shown}")
        return None

    def padded(self, row: Row, moved: tuple[str, ...], by: int, way: str) -> Iterator[Row]:
        """The moved row with its freed cells at 0, then with the one value that makes it add up."""
        yield replace(row, cells=moved)
        if by == 1:
            name = self.table.names[-1 if way == "left" else 0]
            values = self.read(replace(row, cells=moved))
            for value in self.solutions(replace(row, cells=moved), values, name) if values else ():
                text = decimal(value, FEN[self.table.units[name]])
                yield replace(row, cells=(*moved[:-1], text) if way == "left" else (text, *moved[1:]))

    def repairs(self, row: Row, values: Values, failing: Sequence[tuple[str, Syntax, int]]) -> Iterator[Finding]:
        """Another standard, a single cell, or else the row as a whole."""
        found = self.standard(row, values, failing) or self.cell(row, values)
        if found:
            yield found
            return
        for text, _, gap in failing:
            what = f"{text} is off by {decimal(abs(gap), 100)} yuan"
            yield Finding(row.line, row.label, "row", "row", what, "compare the row with its source")

    def unit(self, row: Row) -> Finding | None:
        """One column printed in another unit than declared."""
        for name, unit in self.table.units.items():
            other = {"yuan": "wan", "wan": "yuan"}.get(unit)
            values = self.read(row, {**self.table.units, name: other}) if other else None
            if other and values is not None and values[name] and not self.failing(row, values):
                factor = FACTORS[other][1]
                what = f"the amounts fit only when read in {factor}"
                return Finding(row.line, row.label, name, "unit", what, f"state {factor} in the heading")
        return None

    def standard(self, row: Row, values: Values, failing: Sequence[tuple[str, Syntax, int]]) -> Finding | None:
        """An amount that is count times another standard than the law's."""
        for _, tree, _ in failing:
            match tree:
                case Apply(op="=", args=(Word(name=left), Apply(op="*", args=(Word(name=count), Word(name=figure))))):
                    pass
                case _:
                    continue
            if not values[count] or values[left] % values[count]:
                continue
            paid = values[left] // values[count]
            if paid == self.figure(figure) or any(other != tree for _, other, _ in failing):
                continue
            entry = self.law.parameter(figure, self.table.place, self.table.month)
            has = f"{decimal(self.figure(figure), 100)} yuan ({entry.place} from {entry.start})" if entry else "none"
            what = f"it is {count} x {decimal(paid, 100)} yuan, the law has {has}"
            law_says = self.said(left, values[count] * self.figure(figure))
            own = f"enter {decimal(paid, 100)} yuan as the standard of {self.table.place} with its basis"
            proposal = f"{own}, or correct the amount to {law_says}"
            return Finding(row.line, row.label, left, "standard", what, proposal)
        return None

    def cell(self, row: Row, values: Values) -> Finding | None:
        """A single cell that, corrected, makes the row add up; one that also settles its column comes first."""
        candidates: list[tuple[bool, str, int]] = []
        for name in self.table.names:
            candidates += [(self.settles(name, values[name], value), name, value) for value in
                           self.solutions(row, values, name)]  # fmt: skip
        if not candidates:
            return None
        best = max(candidates, key=lambda item: item[0])
        others = [f"{name} = {self.said(name, value)}" for _, name, value in candidates if name != best[1]]
        what = f"{self.said(best[1], values[best[1]])} does not add up with its row"
        also = f" (or {', or '.join(others)})" if others and not best[0] else ""
        proposal = f"write {self.said(best[1], best[2])}{' as its column wants' if best[0] else ''}{also}"
        return Finding(row.line, row.label, best[1], "cell", what, proposal)

    def solutions(self, row: Row, values: Values, name: str) -> Iterator[int]:
        """Values of one cell with which every equation of the row holds."""
        for _, tree in self.equations:
            if not isinstance(tree, Apply) or tree.op != "=" or name not in words(tree):
                continue
            at_0, at_1 = (
                self.value(tree.args[0], {**values, name: trial}) - self.value(tree.args[1], {**values, name: trial})
                for trial in (0, 1)
            )
            slope = at_1 - at_0
            if slope == 0 or at_0 % slope:
                continue
            value = -at_0 // slope
            if value >= 0 and value != values[name] and not self.failing(row, {**values, name: value}):
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
        printed = amount(self.printed.cells[at], unit)
        cells = [amount(row.cells[at], unit) for row in self.rows]
        if printed is None or repaired or None in cells:
            return
        summed = sum(cell for cell in cells if cell is not None)
        slack = self.rounding[name] * len(self.table.rows)
        if abs(summed - printed) > slack:
            gap = self.said(name, abs(summed - printed))
            what = f"the total is printed as {self.said(name, printed)}, its rows give {self.said(name, summed)}"
            proposal = f"write {self.said(name, summed)}, or look for a row of {gap} that is missing or double"
            yield Finding(self.printed.line, self.printed.label, name, "sum", what, proposal)

    # totals -----------------------------------------------------------------------------------------------------------
    def totals(self) -> Iterator[Total]:
        """Each column summed, beside its printed total and what law and count give."""
        read = [values for row in self.rows if (values := self.read(row)) is not None]
        printed = self.read(self.printed) if self.printed else None
        for name in self.table.names:
            summed = sum(values[name] for values in read)
            by_law = [sum(self.value(tree, values) for values in read) for tree in self.law_for(name)]
            unit = self.table.units[name]
            yield Total(name, unit, printed[name] if printed else None, summed, by_law[0] if by_law else None)

    def law_for(self, name: str) -> Iterator[Syntax]:
        """The side of an equation that computes a column from figures of the law."""
        for _, tree in self.equations:
            if not isinstance(tree, Apply) or tree.op != "=" or tree.args[0] != Word(name):
                continue
            if any(word not in self.table.names for word in words(tree.args[1])):
                yield tree.args[1]

    def said(self, name: str, value: int) -> str:
        """A value as its column prints it."""
        unit = self.table.units[name]
        return decimal(value, FEN[unit]) + {"yuan": "元", "wan": "万元"}.get(unit, "")


def merged(found: Sequence[Finding]) -> Iterator[Finding]:
    """A unit or a standard that is wrong alike in several rows is one finding."""
    groups: dict[tuple[str, str, str], list[Finding]] = {}
    for finding in found:
        alike = finding.what.partition(" x ")[2] if finding.kind == "standard" else finding.what
        key = (finding.kind, finding.column, alike if finding.kind in ("unit", "standard") else str(finding.line))
        groups.setdefault(key, []).append(finding)
    for members in groups.values():
        first = members[0]
        more = f" and {len(members) - 1} more rows" if members[1:] else ""
        yield replace(first, row=f"{first.row}{more}")


def words(tree: Syntax) -> Iterator[str]:
    """Every name of an equation."""
    if isinstance(tree, Word):
        yield tree.name
    elif isinstance(tree, Apply):
        for arg in tree.args:
            yield from words(arg)
