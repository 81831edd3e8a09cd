"""Place keys: every place packed into one bigint so that reach is two comparisons.

A key is the path of a division from the root, five depths of 8, 10, 10, 10 and 14 bits, slots counted from 1 and
zeros below. All that lies under a place is the half-open range from its key to the next sibling's; `>=` and `<` on
bigint are leakproof, so the range stays an index scan under row-level security (LIKE, ltree and arrays do not).
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from typing import NamedTuple, Protocol

from hutong.core.errors import NotFound

BITS = (8, 10, 10, 10, 14)
"""Width of each depth; depth 1 is a province."""
TOTAL = sum(BITS)
SHIFTS = tuple(TOTAL - sum(BITS[: n + 1]) for n in range(len(BITS)))
"""How far the slot of depth n+1 is shifted."""


class Span(NamedTuple):
    """Half-open range of place keys."""

    lo: int
    hi: int

    def __contains__(self, key: object) -> bool:
        return isinstance(key, int) and self.lo <= key < self.hi


NATION = Span(0, 1 << TOTAL)


def depth_of(key: int) -> int:
    """0 for the nation, 1 for a province ... 5 for the deepest place."""
    if key == 0:
        return 0
    return next(d for d in range(len(BITS), 0, -1) if (key >> SHIFTS[d - 1]) & ((1 << BITS[d - 1]) - 1))


def span_of(key: int) -> Span:
    """Everything at and below the place with this key."""
    depth = depth_of(key)
    return NATION if depth == 0 else Span(key, key + (1 << SHIFTS[depth - 1]))


def child_key(parent: int, slot: int) -> int:
    """Key of the child in a slot (from 1). Raises ValueError when the parent is full or already at the last depth."""
    depth = depth_of(parent)
    if depth == len(BITS):
        raise ValueError(f"place {parent} is at the last depth and cannot have places below it")
    if not 0 < slot < (1 << BITS[depth]):
        raise ValueError(f"slot {slot} does not fit depth {depth + 1}: at most {(1 << BITS[depth]) - 1} places")
    return parent + (slot << SHIFTS[depth])


class Resolver(Protocol):
    """What `org` tells the spine about places."""

    def key(self, place_id: int) -> int: ...
    def name(self, place_id: int, lang: str, on: date | None) -> str: ...
    def codes(self, place_id: int) -> list[str]: ...
    def codes_of_key(self, key: int) -> list[str]: ...
    def names_of_keys(self, keys: Collection[int], lang: str) -> dict[int, str]: ...
    def find(self, text: str) -> int: ...
    def written(self, keys: Collection[int]) -> dict[int, str]: ...


_resolver: list[Resolver] = []


def register_resolver(resolver: Resolver) -> None:
    """Called once at start-up by the package that owns the tree."""
    _resolver[:] = [resolver]


def _asked() -> Resolver:
    if not _resolver:
        raise RuntimeError("no package registered a place resolver (org does so in apps.ready)")
    return _resolver[0]


def key(place_id: int) -> int:
    """Place key of a division; raises errors.NotFound for an unknown one."""
    return _asked().key(place_id)


def span(place_id: int) -> Span:
    """Reach of a division."""
    return span_of(key(place_id))


def name(place_id: int, lang: str = "zh", on: date | None = None) -> str:
    """Full name of a division as it was called on a day (today's name without one)."""
    return _asked().name(place_id, lang, on)


def codes(place_id: int) -> list[str]:
    """Law place codes from the most local to the nation, e.g. ``['CN-350121', 'CN-3501', 'CN-35', 'CN']``."""
    return _asked().codes(place_id)


def parents(place_key: int) -> list[int]:
    """Keys of the enclosing places, nearest first, ending with the nation (0). Pure arithmetic on the key."""
    above = [place_key >> SHIFTS[d - 1] << SHIFTS[d - 1] for d in range(depth_of(place_key) - 1, 0, -1)]
    return [*above, 0] if place_key else []


def common(place_keys: Collection[int]) -> int | None:
    """Key of the smallest place that holds them all; None for no keys."""
    if not place_keys:
        return None
    least, most = min(place_keys), max(place_keys)
    return next(key for key in (least, *parents(least), 0) if least in span_of(key) and most in span_of(key))


def codes_of_key(place_key: int) -> list[str]:
    """Law place codes of the place with this key, most local first."""
    return _asked().codes_of_key(place_key)


def of_law(place_key: int) -> int:
    """Key of the place whose law holds at a place: below the third depth (counties) none has a law of its own."""
    return place_key >> SHIFTS[2] << SHIFTS[2]


def number(text: str) -> int | None:
    """A text of plain digits as the number of a record; None for anything else a form or an address may contain."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else None


def find(text: str) -> int:
    """Id of the place a code means: `mca:431102100` with its scheme, or bare where it means one place alone.

    Raises errors.NotFound for a code of no place of today, and for a bare one that means several.
    """
    return _asked().find(text.strip())


def written(place_keys: Collection[int]) -> dict[int, str]:
    """The codes of many places with their scheme, as programs read and send them; unknown keys are left out."""
    return _asked().written(place_keys)


def name_of_key(place_key: int, lang: str = "zh") -> str:
    """Full name of the place with this key; raises errors.NotFound for an unknown one."""
    names = names_of_keys([place_key], lang)
    if place_key not in names:
        raise NotFound()
    return names[place_key]


def names_of_keys(place_keys: Collection[int], lang: str = "zh") -> dict[int, str]:
    """Full names of many places in one query; unknown keys are left out."""
    return _asked().names_of_keys(place_keys, lang)
