"""Fonts of paper for scripts that the Chinese font lacks: cut out of npm packages, from WOFF to the form typst reads.

The scripts of GB 18030-2022 beside Han and Hangul (Python packages hold these two), and Latin, Cyrillic and Greek
letters with marks. All are Noto fonts under the OFL. No Django here.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

FONTS = Path("src/hutong/channels/print/built")
SLICES = {
    "noto-naskh-arabic": ("arabic",),  # Uyghur, Kazakh, Kyrgyz
    "noto-sans-lisu": ("lisu",),
    "noto-sans-mongolian": ("mongolian",),  # with Todo, Sibe and Manchu
    "noto-sans-new-tai-lue": ("new-tai-lue",),
    "noto-sans-tai-le": ("tai-le",),
    "noto-sans-tai-tham": ("tai-tham",),
    "noto-sans-yi": ("yi",),
    "noto-serif": ("cyrillic", "cyrillic-ext", "greek", "latin", "latin-ext"),
    "noto-serif-tibetan": ("tibetan",),
}
"""Packages of the scope @fontsource and the slices that are taken from each, in regular weight."""
LICENCE = "noto-serif/LICENSE"
_HEAD, _ENTRY = struct.Struct(">4s4sIHHIHHIIIII"), struct.Struct(">4sIIII")


class _Table(NamedTuple):
    """A table of a WOFF file."""

    tag: bytes
    at: int
    packed: int
    length: int
    checksum: int


def cut_fonts(clone: Path, into: Path) -> None:
    """Write every slice as a TrueType file with the licence beside them."""
    scope = clone / "node_modules" / "@fontsource"
    into.mkdir(parents=True, exist_ok=True)
    for package, scripts in SLICES.items():
        for script in scripts:
            woff = scope / package / "files" / f"{package}-{script}-400-normal.woff"
            (into / f"{package}-{script}.ttf").write_bytes(truetype(woff.read_bytes()))
    (into / "OFL.txt").write_bytes((scope / LICENCE).read_bytes())


def truetype(woff: bytes) -> bytes:
    """A WOFF 1 file as the font inside it. Raises ValueError for anything else."""
    signature, flavour, _, count, *_ = _HEAD.unpack_from(woff)
    if signature != b"wOFF":
        raise ValueError("this is no WOFF file")
    step = count.bit_length() - 1
    reach = 16 << step
    directory = struct.pack(">4sHHHH", flavour, count, reach, step, 16 * count - reach)
    start, body = len(directory) + 16 * count, b""
    for table in _tables(woff, count):
        packed = woff[table.at : table.at + table.packed]
        content = zlib.decompress(packed) if table.packed < table.length else packed
        directory += struct.pack(">4sIII", table.tag, table.checksum, start + len(body), table.length)
        body += content + bytes(-len(content) % 4)
    return directory + body


def _tables(woff: bytes, count: int) -> Iterator[_Table]:
    at = _HEAD.size
    for n in range(count):
        yield _Table(*_ENTRY.unpack_from(woff, at + n * _ENTRY.size))
