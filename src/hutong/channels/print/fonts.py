"""Which characters paper can draw, and how a text is prepared for it: the rest becomes boxes with code points.

The fonts: Noto Serif and Sans SC (all of Unicode's basic Han and Extension A, every character of the table of 2013),
Noto Serif KR, the other scripts of GB 18030-2022 and foreign letters (`built/`), and what the office adds in
`HUTONG_FONTS`.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

import pylopdf_fonts_ko
import pylopdf_fonts_zh_cn
import typst
from django.conf import settings
from fontTools.ttLib import TTFont

from hutong.core.private_use import standard

FOLDERS = [
    Path(pylopdf_fonts_zh_cn.__file__).parent,
    Path(pylopdf_fonts_ko.__file__).parent,
    Path(__file__).parent / "built",
]
FIRST = ("Noto Serif SC", "Noto Sans SC", "Noto Serif KR")
BOX, END = "\ufdd0", "\ufdd1"
"""Around the code point of a box; paper.typ draws it. They are no characters, so no text has them."""
_BREAK = "\u200b"
_NEW_LINES = re.compile("\r\n?|[\x0b\x0c\x85\u2028\u2029]")
_BLANKS = re.compile("[\t\u1680\u2000-\u200a\u202f\u205f]")
_UNSEEN = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\xad\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]")
_SILENT = re.compile(
    "[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200c\u200d\u3164\ufe00-\ufe0f\uffa0\U000e0100-\U000e01ef]"
)
_RUN = re.compile("[^\\s\u2e80-\ua4cf\uac00-\ud7ff\uf900-\ufaff\ufdd0\ufdd1\uff00-\uffef\U00020000-\U0003ffff]{31,}")
"""Letters and digits of scripts whose lines end at blanks, too many for a line of a narrow cell."""


@cache
def fonts() -> Any:
    """All fonts of paper for typst, looked for once in a process; a font is read when it draws something."""
    folders = [str(folder) for folder in (*FOLDERS, *settings.HUTONG_FONTS)]
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=folders)


@cache
def families() -> list[str]:
    """Names that mean one font each, ours first: typst tries all of them in this order, then one of the other fonts."""
    found = {font.family: Path(font.path).parent in FOLDERS for font in fonts().fonts()}
    names = [font.family for font in fonts().fonts()]
    once = sorted((not ours, name) for name, ours in found.items() if names.count(name) == 1 and name not in FIRST)
    return [*FIRST, *(name for _, name in once)]


@cache
def _in_order() -> tuple[tuple[str, int, bool], ...]:
    """File and number of each font, those first that draw nearly everything, and whether it is always tried."""
    found = sorted(fonts().fonts(), key=lambda font: font.family not in FIRST)
    return tuple((font.path, font.index, font.family in families()) for font in found)


@cache
def _characters(path: str, index: int) -> frozenset[int]:
    """What a font draws. Read when the fonts before it lack something."""
    with TTFont(path, lazy=True, fontNumber=index) as font:
        return frozenset(font.getBestCmap() or ())


def undrawn(*texts: str) -> tuple[str, ...]:
    """What paper prints of the texts as boxes, such as `U+E000`; each once, in the order of the texts."""
    found = re.findall(f"{BOX}([0-9A-F]+){END}", "".join(map(for_paper, texts)))
    return tuple(f"U+{code}" for code in dict.fromkeys(found))


def for_paper(text: str) -> str:
    """The text as paper shows it, whatever it holds: drawn by some font in each part, or boxed.

    Private use is drawn as its standard twin and otherwise boxed: what it means differs from font to font.
    """
    text = _UNSEEN.sub("", _BLANKS.sub(" ", _NEW_LINES.sub("\n", standard(text))))
    if not all(map(_easy, set(text))):
        text = "".join(map(_drawn, _clusters(text)))
    return _RUN.sub(lambda run: _BREAK.join(_pieces(run.group())), text)


@lru_cache(maxsize=65536)
def _easy(char: str) -> bool:
    """Drawn by a font whatever stands beside it."""
    if char == "\n":
        return True
    drawn = (_characters(path, index) for path, index, _tried in _in_order())
    return unicodedata.category(char)[0] not in "MC" and any(ord(char) in font for font in drawn)


def _clusters(text: str) -> Iterator[str]:
    """Letters with the marks and selectors that belong to them."""
    held = ""
    for char in text:
        if held and not (unicodedata.category(char)[0] == "M" or _SILENT.match(char)):
            yield held
            held = ""
        held += char
    if held:
        yield held


@lru_cache(maxsize=65536)
def _drawn(cluster: str) -> str:
    """A letter with its marks, where one character or one font has them; else what can be drawn alone, and boxes."""
    seen = _SILENT.sub("", cluster)
    one = unicodedata.normalize("NFC", seen)
    if len(one) == 1 < len(seen) and _easy(one):
        return one
    able = (_characters(path, index) for path, index, tried in _in_order() if tried or len(seen) == 1)
    if not _private(seen) and any(all(ord(c) in font for c in seen) for font in able):
        return cluster
    return "".join(c if _easy(c) else f"{BOX}{ord(c):04X}{END}" for c in seen)


def _private(text: str) -> bool:
    return any(unicodedata.category(c) in ("Co", "Cs") for c in text)


def _pieces(run: str) -> Iterator[str]:
    """A run without blanks in pieces of ten; a mark stays with its letter."""
    clusters = list(_clusters(run))
    for start in range(0, len(clusters), 10):
        yield "".join(clusters[start : start + 10])
