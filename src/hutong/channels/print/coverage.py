"""The characters a font has a picture for, read from its table of characters. Standard library alone."""

from __future__ import annotations

import itertools
import struct
from bisect import bisect_right
from collections.abc import Iterator
from mmap import ACCESS_READ, mmap
from pathlib import Path
from typing import TypeAlias

Bytes: TypeAlias = bytes | mmap


class Coverage:
    """The characters of one font, as ranges."""

    __slots__ = ("_firsts", "_lasts")

    def __init__(self, ranges: list[tuple[int, int]]) -> None:
        self._firsts = [first for first, _ in ranges]
        self._lasts = [last for _, last in ranges]

    @classmethod
    def of(cls, file: Path, index: int = 0) -> Coverage:
        """What a TrueType or OpenType font draws; `index` counts the fonts of a collection."""
        with file.open("rb") as opened, mmap(opened.fileno(), 0, access=ACCESS_READ) as data:
            return cls(_ranges(data, index))

    def __contains__(self, char: str) -> bool:
        at = bisect_right(self._firsts, ord(char)) - 1
        return at >= 0 and ord(char) <= self._lasts[at]


def _ranges(data: Bytes, index: int) -> list[tuple[int, int]]:
    """Ranges of code points, from the largest Unicode table of the font (format 12, else 4)."""
    start = struct.unpack_from(">I", data, 12 + 4 * index)[0] if data[:4] == b"ttcf" else 0
    count = struct.unpack_from(">H", data, start + 4)[0]
    tables = (struct.unpack_from(">4sIII", data, start + 12 + 16 * n) for n in range(count))
    cmap = next(at for tag, _, at, _ in tables if tag == b"cmap")
    listed = (struct.unpack_from(">HHI", data, cmap + 4 + 8 * n) for n in range(_short(data, cmap + 2)))
    formats = {_short(data, cmap + at): cmap + at for platform, kind, at in listed if platform == 0 or kind in (1, 10)}
    if 12 in formats:
        return _groups(data, formats[12])
    return _runs(_segments(data, formats[4])) if 4 in formats else []


def _short(data: Bytes, at: int) -> int:
    return int.from_bytes(data[at : at + 2], "big")


def _groups(data: Bytes, at: int) -> list[tuple[int, int]]:
    count = struct.unpack_from(">I", data, at + 12)[0]
    groups = struct.iter_unpack(">III", data[at + 16 : at + 16 + 12 * count])
    return [(first + (glyph == 0), last) for first, last, glyph in groups if last >= first + (glyph == 0)]


def _segments(data: Bytes, at: int) -> Iterator[int]:
    """Code points of a format 4 table that have a glyph."""
    twice = _short(data, at + 6)
    for n in range(0, twice, 2):
        last, first = _short(data, at + 14 + n), _short(data, at + 16 + twice + n)
        delta, where = _short(data, at + 16 + 2 * twice + n), at + 16 + 3 * twice + n
        offset = _short(data, where)
        for code in range(first, min(last, 0xFFFE) + 1):
            glyph = _short(data, where + offset + 2 * (code - first)) if offset else code
            if glyph and (glyph + delta) & 0xFFFF:
                yield code


def _runs(codes: Iterator[int]) -> list[tuple[int, int]]:
    """Neighbours joined to ranges."""
    found = []
    for _, group in itertools.groupby(enumerate(codes), lambda pair: pair[1] - pair[0]):
        members = [code for _, code in group]
        found.append((members[0], members[-1]))
    return found
