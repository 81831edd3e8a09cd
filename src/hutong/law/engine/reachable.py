"""Cells of decision tables that no case can reach.

Conditions are walked over all combinations of what they distinguish: the words of a list, true and false, and the
points around every constant a number is compared with. Whatever else they contain counts as free, so that a cell is
only ever called unreachable when it surely is.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping
from typing import Any

from .closures import OPERATORS
from .expr import Among, Backed, Compare, Const, Every, Expr, Not, Pick, Ref, Some, children
from .kinds import BOOL

LIMIT = 50_000  # combinations walked; a larger table is not judged
Worlds = Mapping[Expr, Any]


def unreachable(expr: Expr) -> Iterator[int]:
    """Positions of the rows that never apply; the position after the last row is `otherwise`. Nested tables too."""
    if isinstance(expr, Pick):
        yield from _rows_never_met(expr)
    for child in children(expr):
        yield from unreachable(child)


def _rows_never_met(table: Pick) -> Iterator[int]:
    conditions = [condition for condition, _ in table.rows]
    atoms: dict[Expr, set[Any]] = {}
    for condition in conditions:
        _collect(condition, atoms)
    size = 1
    for values in atoms.values():
        size *= len(values)
    if size > LIMIT:
        return
    met: set[int] = set()
    names = list(atoms)
    for chosen in itertools.product(*(sorted(atoms[name], key=str) for name in names)):
        world = dict(zip(names, chosen, strict=True))
        met.add(next((at for at, condition in enumerate(conditions) if _holds(condition, world)), len(conditions)))
    yield from (at for at in range(len(conditions) + 1) if at not in met)


def _collect(expr: Expr, atoms: dict[Expr, set[Any]]) -> None:
    """What the condition distinguishes, with the values worth walking."""
    match expr:
        case Const():
            return
        case Not(item=item):
            _collect(item, atoms)
        case Every(items=items) | Some(items=items):
            for item in items:
                _collect(item, atoms)
        case Backed(claim=claim, proof=proof):
            _collect(claim, atoms)
            _collect(proof, atoms)
        case Among(item=Ref() as item):
            atoms.setdefault(item, set()).update(item.kind.members)
        case Compare(left=Ref() as left, right=Const(value=value)) if left.kind.is_enum:
            atoms.setdefault(left, set()).update((*left.kind.members, value))
        case Compare(left=Ref() as left, right=Const(value=value)) if isinstance(value, int):
            atoms.setdefault(left, set()).update({value} if left.kind == BOOL else {value - 1, value, value + 1})
            if left.kind == BOOL:
                atoms[left].update((True, False))
        case _:
            atoms.setdefault(expr, set()).update((True, False))


def _holds(expr: Expr, world: Worlds) -> bool:
    match expr:
        case Const(value=value):
            return bool(value)
        case Not(item=item):
            return not _holds(item, world)
        case Every(items=items):
            return all(_holds(item, world) for item in items)
        case Some(items=items):
            return any(_holds(item, world) for item in items)
        case Backed(claim=claim, proof=proof):
            return _holds(claim, world) and _holds(proof, world)
        case Among(item=Ref() as item, words=words):
            return world[item] in words
        case Compare(op=op, left=Ref() as left, right=Const(value=value)) if left in world:
            return OPERATORS[op](world[left], value)
        case _:
            return bool(world[expr])
