"""By which standards a table was paid: amounts are counts times figures, so rows that do not fit tell what would."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations

Figures = Mapping[str, int | None]


@dataclass(frozen=True)
class Line:
    """One row of an equation: left minus right is `base` plus each figure times its count, and has to be 0."""

    at: int
    base: int
    counts: Mapping[str, int]

    def rest(self, figures: Figures, free: Sequence[str]) -> int | None:
        """What is left when every figure but the free ones is put in; None where one of them is not known."""
        total = self.base
        for name, count in self.counts.items():
            figure = figures[name]
            if name not in free and count:
                if figure is None:
                    return None
                total += count * figure
        return total


@dataclass(frozen=True)
class Fit:
    """Rows that hold with other figures than the law's; several `ways` where more than one figure could be meant."""

    lines: tuple[Line, ...]
    ways: tuple[Mapping[str, int], ...]


def fits(lines: Sequence[Line], figures: Figures) -> Iterator[Fit]:
    """What rows that do not hold were paid by: one figure for all of them, or two that follow from two rows."""
    used = [name for name in figures if any(line.counts[name] for line in lines)]
    unknown = [name for name in used if figures[name] is None]
    if len(used) == 1 or len(unknown) == 1:
        yield from _grouped(lines, figures, (unknown or used)[0])
        return
    alone = [] if unknown else [way for name in used if (way := _alone(lines, figures, name))]
    if alone:
        yield Fit(tuple(lines), tuple(alone))
        return
    for pair in combinations(unknown or used, 2) if len(unknown) in (0, 2) else ():
        way = _solved(lines, figures, pair)
        if way is not None:
            yield Fit(tuple(lines), (way,))
            return


def _grouped(lines: Sequence[Line], figures: Figures, name: str) -> Iterator[Fit]:
    """Rows by the value of a single figure with which each of them holds."""
    groups: dict[int, list[Line]] = {}
    for line in lines:
        value = _value(line, figures, name)
        if value is not None:
            groups.setdefault(value, []).append(line)
    for value, members in groups.items():
        yield Fit(tuple(members), ({name: value},))


def _alone(lines: Sequence[Line], figures: Figures, name: str) -> Mapping[str, int] | None:
    """The one value of a figure with which every row holds."""
    values = {_value(line, figures, name) for line in lines}
    value = values.pop()
    return None if values or value is None else {name: value}


def _value(line: Line, figures: Figures, name: str) -> int | None:
    rest, count = line.rest(figures, (name,)), line.counts[name]
    if rest is None or not count or rest % count or -rest // count <= 0:
        return None
    return -rest // count


def _solved(lines: Sequence[Line], figures: Figures, pair: tuple[str, str]) -> Mapping[str, int] | None:
    """Two figures from two rows, which every other row has to confirm."""
    known = [(line.counts[pair[0]], line.counts[pair[1]], line.rest(figures, pair)) for line in lines]
    rows = [(one, other, rest) for one, other, rest in known if rest is not None]
    for (a, b, c), (d, e, f) in combinations(rows, 2):
        across = a * e - b * d
        if not across:
            continue
        first, second = Fraction(b * f - e * c, across), Fraction(d * c - a * f, across)
        whole = first.denominator == second.denominator == 1 and first > 0 and second > 0
        if (
            whole
            and len(rows) == len(lines)
            and all(one * first + other * second + rest == 0 for one, other, rest in rows)
        ):
            return {pair[0]: int(first), pair[1]: int(second)}
        return None
    return None
