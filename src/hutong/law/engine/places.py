"""Place codes of the law: the country, then a hyphen before each level: 'KE', 'KE-30', 'KE-30-2'.

Levels of two digits may be written together, as GB/T 2260 does: 'CN-350121' lies in 'CN-3501', 'CN-35' and 'CN'.
"""

from __future__ import annotations

import re
from collections.abc import Container, Sequence
from functools import lru_cache

from .errors import UnknownPlace

CODE = re.compile(r"[A-Z]{2}(-[A-Z0-9]{1,6}){0,5}")


@lru_cache(maxsize=65536)
def chain(code: str) -> tuple[str, ...]:
    """The place and all places around it, most local first."""
    if not CODE.fullmatch(code):
        raise UnknownPlace(
            (f"“{code}”不是地区代码", f"'{code}' is not a place code"),
            ("例如 CN-350121、CN-3501、CN-35 或 CN。", "Write for example CN-350121, CN-3501, CN-35 or CN."),
        )
    outer, _, level = code.rpartition("-")
    if not outer:
        return (code,)
    step = 2 if level.isdigit() and len(level) % 2 == 0 else len(level)
    return (*(f"{outer}-{level[:length]}" for length in range(len(level), 0, -step)), *chain(outer))


def chain_of(place: str | Sequence[str], known: Container[str]) -> tuple[str, ...]:
    """A chain from one code or from a given list of codes (most local first), refusing an unknown first level."""
    codes = chain(place) if isinstance(place, str) else tuple(place)
    for code in codes:
        first = chain(code)[-2:][0]
        if first not in known:
            raise UnknownPlace(
                (f"没有地区“{first}”", f"no place '{first}' in this jurisdiction"),
                ("请使用以所载地区开头的代码。", "Use a code that begins with one of its places."),
            )
    if not codes:
        raise UnknownPlace(("没有写明地区", "no place given"), ("例如 CN-350121。", "Write for example CN-350121."))
    firsts = list(dict.fromkeys(levels[-2] for levels in map(chain, codes) if len(levels) > 1))
    if len(firsts) > 1:
        raise UnknownPlace(
            (f"一处地方不能同时属于{'、'.join(firsts)}", f"one place cannot lie in {' and '.join(firsts)}"),
            ("请核对所给的地区代码。", "Check the codes that were given."),
        )
    return codes
