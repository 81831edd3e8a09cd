"""What is found in a published table: what does not hold with its repair, and the totals."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from ..engine.words import decimal
from ..language import Label
from .read import FEN, Table

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


def said(value: int, unit: str) -> Label:
    """A value with the unit of its column; amounts come in fen."""
    text = decimal(value, FEN[unit])
    return Label(text + UNITS[unit].zh, text + UNITS[unit].en)


def merged(found: Sequence[Finding]) -> Iterator[Finding]:
    """A unit that is wrong alike in several rows is one finding."""
    groups: dict[tuple[str, str, str], list[Finding]] = {}
    for at, finding in enumerate(found):
        key = (finding.kind, finding.column, finding.what.en if finding.kind == "unit" else str(at))
        groups.setdefault(key, []).append(finding)
    for members in groups.values():
        yield replace(members[0], more=members[0].more + len(members) - 1)
