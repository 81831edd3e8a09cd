"""A published table checked row by row and column by column; every fault with a proposed repair, none applied."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from ..engine.errors import EMPTY
from ..engine.parse import Apply, Literal, Syntax, Word
from ..engine.words import decimal
from ..jurisdiction import Jurisdiction
from ..language import Label
from .read import FEN, Row, Table, amount, declarations, read_tables, rounding

SIGNS = {"*": "×", "-": "−", "<=": "≤", ">=": "≥"}
HOLDS = {"=": (0, 0), "<=": (None, 0), ">=": (0, None)}  # bounds of left minus right
UNITS = {"count": Label("", ""), "yuan": Label("元", " yuan"), "wan": Label("万元", " x 10,000 yuan")}
KINDS = {
    "text": Label("不是数字", "text"),
    "shifted": Label("错位", "shifted"),
    "unit": Label("单位", "unit"),
    "standard": Label("标准", "standard"),
    "cell": Label("单元格", "cell"),
    "row": Label("整行", "row"),
    "sum": Label("合计", "sum"),
}
ROW, BLANK = Label("整行", "whole row"), Label("空白", "nothing is printed")
Values = Mapping[str, int]


@dataclass(frozen=True)
class Finding:
    """What does not hold, and what would make it hold; `more` rows have the same. kind: see KINDS."""

    line: int
    row: str
    column: str
    title: Label
    kind: str
    what: Label
    proposal: Label
    more: int = 0

    def text(self, lang: str) -> str:
        zh = f"第{self.line}行（{self.row}{f'等{self.more + 1}行' if self.more else ''}）{self.title.zh}："
        en = f"line {self.line} ({self.row}{f' and {self.more} more rows' if self.more else ''}), {self.title.en}: "
        zh += f"{KINDS[self.kind].zh}：{self.what.zh}。建议：{self.proposal.zh}。"
        en += f"{KINDS[self.kind].en}: {self.what.en}. Proposed: {self.proposal.en}."
        return Label(zh, en).text(lang)

    def __str__(self) -> str:
        return self.text("en")


@dataclass(frozen=True)
class Total:
    """A column: the printed total, the sum of its rows, and what law and count give; amounts in fen, None unknown."""

    column: str
    title: Label
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


def recompute(law: Jurisdiction, path: Path, place: str | None = None, month: str | None = None) -> Iterator[Report]:
    """Read and judge a file, a report for each sheet. Raises TableError, UnknownPlace."""
    for table in read_tables(path, declarations(), place, month):
        judge = Judge(law, table)
        yield Report(table, tuple(judge.findings()), tuple(judge.totals()))


class Judge:
    """Evaluates the equations of one table."""

    def __init__(self, law: Jurisdiction, table: Table) -> None:
        self.law = law
        self.table = table
        self.equations = table.declared.equations
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

    def failing(self, row: Row, values: Values) -> list[tuple[Syntax, int]]:
        """Equations that do not hold, with the gap in fen."""
        gaps = [(tree, self.apart(tree, values, self.slack(tree))) for tree in self.equations]
        return [(tree, gap) for tree, gap in gaps if gap]

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
        at = self.table.names.index(name)
        trial = replace(row, cells=(*row.cells[:at], "0", *row.cells[at + 1 :]))
        values = self.read(trial)
        for value in self.solutions(trial, values, name) if values else ():
            said = self.said(name, value)
            return Label(f"填写{said.zh}，则本行平衡", f"write {said.en}, which makes its row add up")
        return Label("填写应有的数字", "write the number that belongs here")

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
                        astray = Label("右", "right") if way == "left" else Label("左", "left")
                        what = Label(
                            f"各单元格向{astray.zh}错了{by}列",
                            f"the cells stand {by} column{'s' * (by > 1)} too far {astray.en}",
                        )
                        shown = ", ".join(trial.cells)
                        return self.found(row, "row", "shifted", what, Label(f"读作{shown}", f"read it as {shown}"))
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

    def repairs(self, row: Row, values: Values, failing: Sequence[tuple[Syntax, int]]) -> Iterator[Finding]:
        """Another standard, a single cell, or else the row as a whole."""
        found = self.standard(row, values, failing) or self.cell(row, values)
        if found:
            yield found
            return
        for tree, gap in failing:
            zh, en = (self.spoken(tree, lang) for lang in ("zh", "en"))
            off = decimal(abs(gap), 100)
            what = Label(f"“{zh}”相差{off}元", f"'{en}' is off by {off} yuan")
            yield self.found(row, "row", "row", what, Label("请与原始资料核对本行", "compare the row with its source"))

    def spoken(self, tree: Syntax, lang: str) -> str:
        """An equation with the titles of its columns and figures."""
        match tree:
            case Word(name=name):
                return self.title(name).text(lang)
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
            if other and values is not None and values[name] and not self.failing(row, values):
                factor = Label("万元", "10,000 yuan (万元)") if other == "wan" else Label("元", "yuan (元)")
                what = Label(f"按{factor.zh}读才相符", f"the amounts fit only when read in {factor.en}")
                proposal = Label(f"在表头注明“（{factor.zh}）”", f"state {factor.en} in the heading")
                return self.found(row, name, "unit", what, proposal)
        return None

    def standard(self, row: Row, values: Values, failing: Sequence[tuple[Syntax, int]]) -> Finding | None:
        """An amount that is count times another standard than the law's."""
        for tree, _ in failing:
            match tree:
                case Apply(op="=", args=(Word(name=left), Apply(op="*", args=(Word(name=count), Word(name=figure))))):
                    pass
                case _:
                    continue
            if not values[count] or values[left] % values[count]:
                continue
            paid = values[left] // values[count]
            if paid == self.figure(figure) or any(other != tree for other, _ in failing):
                continue
            return self.found(row, left, "standard", *self.other(left, count, figure, paid, values))
        return None

    def other(self, left: str, count: str, figure: str, paid: int, values: Values) -> tuple[Label, Label]:
        """What standard was paid and which the law has; then what would settle it."""
        entry = self.law.parameter(figure, self.table.place, self.table.month)
        each, own, counted = decimal(paid, 100), self.place(self.table.place), self.title(count)
        has = Label("没有标准", "none")
        if entry:
            fixed, where = decimal(self.figure(figure), 100), self.place(entry.place)
            has = Label(f"{fixed}元（{where.zh}自{entry.start}起）", f"{fixed} yuan ({where.en} from {entry.start})")
        what = Label(
            f"为{counted.zh} × {each}元，规定为{has.zh}", f"it is {counted.en} x {each} yuan, the law has {has.en}"
        )
        says = self.said(left, values[count] * self.figure(figure))
        proposal = Label(
            f"将{each}元连同依据录为{own.zh}的标准，或将金额改为{says.zh}",
            f"enter {each} yuan as the standard of {own.en} with its basis, or correct the amount to {says.en}",
        )
        return what, proposal

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
            by_law = [sum(self.value(tree, values) for values in read) for tree in self.law_for(name)]
            unit = self.table.units[name]
            title = self.table.declared.columns[name].title
            yield Total(name, title, unit, printed[name] if printed else None, summed, by_law[0] if by_law else None)

    def law_for(self, name: str) -> Iterator[Syntax]:
        """The side of an equation that computes a column from figures of the law."""
        for tree in self.equations:
            if not isinstance(tree, Apply) or tree.op != "=" or tree.args[0] != Word(name):
                continue
            if any(word not in self.table.names for word in words(tree.args[1])):
                yield tree.args[1]

    def said(self, name: str, value: int) -> Label:
        """A value as its column prints it."""
        return said(value, self.table.units[name])


def said(value: int, unit: str) -> Label:
    """A value with the unit of its column; amounts come in fen."""
    text = decimal(value, FEN[unit])
    return Label(text + UNITS[unit].zh, text + UNITS[unit].en)


def merged(found: Sequence[Finding]) -> Iterator[Finding]:
    """A unit or a standard that is wrong alike in several rows is one finding."""
    groups: dict[tuple[str, str, str], list[Finding]] = {}
    for finding in found:
        alike = finding.what.en.partition(" x ")[2] if finding.kind == "standard" else finding.what.en
        key = (finding.kind, finding.column, alike if finding.kind in ("unit", "standard") else str(finding.line))
        groups.setdefault(key, []).append(finding)
    for members in groups.values():
        yield replace(members[0], more=len(members) - 1)


def words(tree: Syntax) -> Iterator[str]:
    """Every name of an equation."""
    if isinstance(tree, Word):
        yield tree.name
    elif isinstance(tree, Apply):
        for arg in tree.args:
            yield from words(arg)
