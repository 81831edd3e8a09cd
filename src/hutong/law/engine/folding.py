"""What a formula still asks for when some rules are constants at a place and time."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from .expr import Const, Every, Expr, Not, Pick, Ref, Some, children
from .kinds import Value

Settled = Callable[[str], Value]  # the constant a name stands for, or None


def asked(expr: Expr, settled: Settled) -> Iterator[str]:
    """Names whose values can still matter: a table is read no further than its first row that always applies."""
    if truth(expr, settled) is not None:
        return
    if isinstance(expr, Pick):
        for condition, result in expr.rows:
            holds = truth(condition, settled)
            if holds is not False:
                yield from asked(condition, settled)
                yield from asked(result, settled)
            if holds:
                return
        yield from asked(expr.otherwise, settled)
        return
    if isinstance(expr, Ref):
        yield expr.name
    for child in children(expr):
        yield from asked(child, settled)


def truth(expr: Expr, settled: Settled) -> bool | None:
    """True or false where that is certain whatever the case is."""
    match expr:
        case Const(value=bool() as value):
            return value
        case Ref(name=name):
            constant = settled(name)
            return constant if isinstance(constant, bool) else None
        case Not(item=item):
            inner = truth(item, settled)
            return None if inner is None else not inner
        case Every(items=items) | Some(items=items):
            ruling = isinstance(expr, Some)
            parts = [truth(item, settled) for item in items]
            if ruling in parts:
                return ruling
            return None if None in parts else not ruling
    return None
