"""The tree as it comes with the product: rows read from the compact files, ready to be loaded.

Everything here is plain Python without the database, so that the derived files can be tested by themselves.
"""

from __future__ import annotations

import lzma
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from hutong.core.places import BITS, SHIFTS
from hutong.org.terms import Kind, Level, Scheme
from hutong.org.terms.naming import Speller, joined, village_short

DATA = Path(__file__).resolve().parent.parent / "data"


class TooMany(ValueError):
    """More places below one than its place keys have slots."""


@dataclass(slots=True)
class Row:
    """A place to be loaded. `line` and `parent` number rows within one load; keys come from `Slots`."""

    line: int
    parent: int | None
    level: str
    kind: str
    scheme: str
    code: str
    name: str
    short: str
    pinyin: str
    initials: str
    key: int
    further: str = ""
    """Its code in the statistical scheme, where that is not its own."""

    @property
    def statistical(self) -> str:
        """Its code in the statistical scheme, under which the villages are listed."""
        return self.further if self.scheme == Scheme.MCA else self.code


@dataclass(slots=True)
class Slots:
    """Gives out place keys: depth and last slot of every row that may have children."""

    keys: dict[int, int] = field(default_factory=dict)
    depths: dict[int, int] = field(default_factory=dict)
    last: dict[int, int] = field(default_factory=dict)

    def root(self, line: int, key: int, depth: int, last: int) -> None:
        """Begin below a place that has a key already."""
        self.keys[line], self.depths[line], self.last[line] = key, depth, last

    def child(self, line: int, parent: int, *, leaf: bool = False) -> int:
        """Key of the next child; TooMany where the parent's depth has no more."""
        depth, slot = self.depths[parent], self.last[parent] + 1
        if depth == len(BITS) or slot >= 1 << BITS[depth]:
            raise TooMany(f"row {line}: no slot {slot} at depth {depth + 1} below row {parent}")
        self.last[parent] = slot
        key = self.keys[parent] + (slot << SHIFTS[depth])
        if not leaf:
            self.root(line, key, depth + 1, 0)
        return key


def trimmed(code: str) -> str:
    """A code without the zeros lists pad it with: 110101000000 -> 110101, 110000 -> 11."""
    if len(code) == 12 and code.endswith("000"):
        code = code[:9]
    if len(code) == 9 and code.endswith("000"):
        code = code[:6]
    while len(code) in (4, 6) and code.endswith("00"):
        code = code[:-2]
    return code


def lines(name: str) -> Iterator[list[str]]:
    """Rows of a compressed tab-separated file of the data folder."""
    with lzma.open(DATA / name, "rt", encoding="utf-8") as text:
        for line in text:
            yield line.rstrip("\n").split("\t")


@lru_cache(maxsize=1)
def speller() -> Speller:
    """The character table that belongs to the files."""
    return Speller(syllables())


@lru_cache(maxsize=1)
def syllables() -> Mapping[str, str]:
    """Commonest reading of each character in place names."""
    return {row[0]: row[1] for row in lines("readings.tsv.xz")}


def spelled(name: str, own: str) -> tuple[str, str]:
    """Search keys of a name: by its own reading where the file gives one, else by the table."""
    return joined(own.split(" ")[: len(name)]) if own else speller().keys(name)


def down_to_townships(slots: Slots) -> Iterator[Row]:
    """The national tree without its villages, parents before children. Row 0 is the nation and keeps key 0."""
    for line, (level, kind, above, mca, nbs, name, own) in enumerate(lines("divisions.tsv.xz")):
        pinyin, initials = spelled(name, own)
        scheme, code = (Scheme.MCA, trimmed(mca)) if mca else (Scheme.NBS, nbs)
        if level == Level.NATION:
            slots.root(line, 0, 0, 0)
            yield Row(line, None, level, kind, Scheme.MCA, "", name, name, pinyin, initials, 0)
            continue
        parent = int(above)
        key = slots.child(line, parent)
        yield Row(line, parent, level, kind, scheme, code, name, name, pinyin, initials, key, nbs if mca else "")


def villages_of_towns() -> Counter[str]:
    """How many villages the file lists below each township, by its nine-digit code."""
    return Counter(code[:9] for code, *_rest in lines("villages.tsv.xz"))


def villages(slots: Slots, towns: Mapping[str, int]) -> Iterator[Row]:
    """The villages below these townships (nine-digit code -> row), numbered after them."""
    spell, first = speller().keys, max(slots.keys) + 1
    for number, (code, kind, name, own) in enumerate(lines("villages.tsv.xz"), start=first):
        short = village_short(name)
        pinyin, initials = spelled(short, own) if own else spell(short)
        parent = towns[code[:9]]
        key = slots.child(number, parent, leaf=True)
        yield Row(number, parent, Level.VILLAGE, kind, Scheme.NBS, code, name, short, pinyin, initials, key)


@dataclass(frozen=True, slots=True)
class Former:
    """A county that went on under another name or code, or ended; `successors` are six-digit codes of today."""

    change: str
    name: str
    code: str
    ended: date
    successors: tuple[str, ...]
    basis: str

    @property
    def kind(self) -> Kind:
        """What it was, by the ending of its name."""
        ends = {"区": Kind.DISTRICT, "市": Kind.COUNTY_CITY, "旗": Kind.BANNER, "镇": Kind.TOWN, "乡": Kind.TOWNSHIP}
        return ends.get(self.name[-1], Kind.AUTONOMOUS_COUNTY if self.name.endswith("自治县") else Kind.COUNTY)


def former() -> list[Former]:
    """Former counties since 2000; each counts to the end of the year in which the lists changed."""
    rows = []
    for change, name, code, year, successors, basis in lines("former.tsv.xz"):
        heirs = tuple(trimmed(heir) for heir in successors.split(";"))
        rows.append(Former(change, name, code, date(int(year) + 1, 1, 1), heirs, basis))
    return rows


def demo_plan() -> dict[str, Any]:
    """The invented county as it is written by hand."""
    plan: dict[str, Any] = yaml.safe_load((DATA / "demo_county.yaml").read_text("utf-8"))
    return plan


def demo_former() -> list[Former]:
    """The invented townships that are no more."""
    rows = demo_plan()["former"]
    return [Former("merged", r["name"], r["code"], r["ended"], (r["into"],), r["basis"]) for r in rows]


def demo(slots: Slots) -> Iterator[Row]:
    """The invented province; row 0 stands for the nation and is not repeated. All codes are the product's own."""
    plan, line = demo_plan(), 0
    uppers = ((Level.PROVINCE, Kind.PROVINCE), (Level.CITY, Kind.CITY), (Level.COUNTY, Kind.COUNTY))
    for level, kind in uppers:
        line += 1
        yield _demo_row(slots, line, line - 1, level, kind, plan[level]["code"], plan[level]["name"])
    county = line
    for town in plan["townships"]:
        line += 1
        above = line
        yield _demo_row(slots, line, county, Level.TOWNSHIP, _town_kind(town["name"]), town["code"], town["name"])
        numbers = {"community": 0, "village": 200}
        for name in town["villages"]:
            line += 1
            series = "community" if name.endswith("社区") else "village"
            numbers[series] += 1
            kind = Kind.VIRTUAL if "虚拟" in name else Kind[series.upper()]
            code = f"{town['code']}{numbers[series]:03d}"
            yield _demo_row(slots, line, above, Level.VILLAGE, kind, code, name)


def _town_kind(name: str) -> Kind:
    ends = {"街道": Kind.SUBDISTRICT, "镇": Kind.TOWN, "乡": Kind.TOWNSHIP}
    return next(kind for end, kind in ends.items() if name.endswith(end))


def _demo_row(slots: Slots, line: int, parent: int, level: Level, kind: Kind, code: str, name: str) -> Row:
    pinyin, initials = spelled(name, "")
    return Row(line, parent, level, kind, Scheme.OWN, code, name, name, pinyin, initials, slots.child(line, parent))
