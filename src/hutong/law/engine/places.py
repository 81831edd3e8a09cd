"""Place codes of the law: 'CN', 'CN-35', 'CN-3501', 'CN-350121'; each is inside its shorter forms."""

from __future__ import annotations

import re
from collections.abc import Container, Sequence
from functools import lru_cache

from .errors import UnknownPlace

CODE = re.compile(r"[A-Z]{2}(-(\d{2}){1,3})?")


@lru_cache(maxsize=65536)
def chain(code: str) -> tuple[str, ...]:
    """The place and all places around it, most local first."""
    if not CODE.fullmatch(code):
        raise UnknownPlace(f"'{code}' is not a place code. Write for example CN-350121, CN-3501, CN-35 or CN.")
    country, _, digits = code.partition("-")
    return (*(f"{country}-{digits[:length]}" for length in range(len(digits), 0, -2)), country)


def chain_of(place: str | Sequence[str], known: Container[str]) -> tuple[str, ...]:
    """A chain from one code or from a given list of codes (most local first), refusing an unknown first level."""
    codes = chain(place) if isinstance(place, str) else tuple(place)
    for code in codes:
        chain(code)
        if len(code) <= 5 and code not in known:
            raise UnknownPlace(f"no place '{code}' in this jurisdiction. Use the two-digit code of a province.")
    if not codes:
        raise UnknownPlace("no place given. Write for example CN-350121.")
    return codes
