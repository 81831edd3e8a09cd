"""Names of persons as they are written: what is accepted, what is repaired, what is flagged.

Basis: 民委发〔2016〕33号 (name field at least 50 characters, interpunct U+00B7, the whole of GB18030). A child may have
no name at all. Pure Python: neither Django nor a database.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

from opencc import OpenCC

from hutong.core.private_use import standard
from hutong.people.terms import NameFlag, NameProblem

MAX_LENGTH = 100
"""Characters; twice what the ministries require."""
DOT = "\u00b7"

_DOTS = str.maketrans(dict.fromkeys("\u2027\u2022\u2219\u22c5\u30fb\uff65\u0387\u1427\u2e31\uff0e", DOT))
_FULL_WIDTH = str.maketrans({chr(c): chr(c - 0xFEE0) for c in range(0xFF01, 0xFF5F)} | {"\u3000": " "})
_INVISIBLE = re.compile("[\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff\u00ad]")
_PLACEHOLDER = re.compile("(无名氏?|未取名|未命名|暂未取名|不详|未知|无|没有|某某|[Nn]/?[Aa]|[Uu]nknown|[Nn]one)")
_HAN = "\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_POINT_IN_HAN = re.compile(f"(?<=[{_HAN}])\\s*[.\u3002]\\s*(?=[{_HAN}])")
_SPACE_IN_HAN = re.compile(f"(?<=[{_HAN}{DOT}])\\s+(?=[{_HAN}{DOT}])")

_SIMPLIFY = OpenCC("t2s")
_KEPT = frozenset("乾")
"""Traditional forms that are also simplified characters of their own (乾 qian beside 干 gan)."""
COMPOUND_SURNAMES = frozenset(
    re.findall(
        r"\S+",
        """欧阳 上官 皇甫 令狐 诸葛 司徒 司马 申屠 夏侯 贺兰 完颜 慕容 尉迟 长孙 端木 公孙 东方 南宫 西门 东郭 百里 呼延
        轩辕 宇文 独孤 拓跋 闻人 澹台 淳于 单于 太史 公羊 公冶 宗政 濮阳 赫连 钟离 宰父 谷梁 鲜于 司空 司寇 仲孙 叔孙
        子车 颛孙 亓官 巫马 公西 漆雕 乐正 壤驷 公良 夹谷 段干 羊舌 微生 梁丘 左丘 东门 第五 万俟 纳兰 叶赫 尔朱 达奚
        哥舒 屈突 侯莫陈 阿史那 陆费 范姜 张简""",
    )
)
"""Surnames of two or three characters that are read as one."""


@dataclass(frozen=True, slots=True)
class Name:
    """A name after repair. ``text`` is empty when nobody has given one yet; ``problems`` forbid storing it."""

    text: str
    problems: tuple[NameProblem, ...] = ()
    flags: tuple[NameFlag, ...] = ()


def is_han(char: str) -> bool:
    """A Chinese character, whether common, rare or from a compatibility block."""
    return re.match(f"[{_HAN}]", char) is not None


def read_name(raw: str | None) -> Name:
    """Repair what typing and spreadsheets do to a name and say what cannot be kept.

    Compatibility ideographs stay as written: they are different characters on an identity card, so no Unicode
    normalisation touches Han; the search keys fold them. Private use characters stay too, also those whose standard
    twin is known: the police's file and the bank may still hold the other code, and who compares with them must see
    what was typed. The search keys and the paper use the twin.
    """
    text = _INVISIBLE.sub("", raw or "").translate(_DOTS).translate(_FULL_WIDTH)
    text = _POINT_IN_HAN.sub(DOT, text)
    text = re.sub(r"\s+", " ", text).lstrip(f" {DOT}'\u2019").rstrip(f" {DOT}")
    text = re.sub(f"\\s*{DOT}[\\s{DOT}]*", DOT, _SPACE_IN_HAN.sub("", text))
    if not text:
        return Name("")
    if _PLACEHOLDER.fullmatch(text):
        return Name("", flags=(NameFlag.PLACEHOLDER,))
    return Name(text, tuple(_problems(text)), tuple(_flags(text)))


def _problems(text: str) -> list[NameProblem]:
    found = []
    if len(text) > MAX_LENGTH:
        found.append(NameProblem.TOO_LONG)
    if any(not _allowed(c) for c in text):
        found.append(NameProblem.NOT_LETTERS)
    if not any(unicodedata.category(c)[0] == "L" or is_han(c) or _private(c) for c in text):
        found.append(NameProblem.NO_LETTER)
    return found


def _flags(text: str) -> list[NameFlag]:
    found = []
    if any(_private(c) for c in text):
        found.append(NameFlag.PRIVATE_USE)
    if any(0x20000 <= ord(c) <= 0x3FFFF or 0x3400 <= ord(c) <= 0x4DBF or 0x9FA6 <= ord(c) <= 0x9FFF for c in text):
        found.append(NameFlag.RARE)
    if any(c.isdigit() for c in text):
        found.append(NameFlag.DIGITS)
    return found


def _private(char: str) -> bool:
    return unicodedata.category(char) == "Co"


def _allowed(char: str) -> bool:
    """Letters of any script, their marks, digits of foreign names, and the few signs names are written with.

    Han by range: the newest extensions are younger than the Unicode tables of some Pythons.
    """
    letter = unicodedata.category(char)[0] in "LM" or is_han(char) or _private(char)
    return letter or char in f" {DOT}-'.,\u2019" or char.isdecimal()


def split_name(text: str) -> tuple[str, str]:
    """Surname and given name. Without a Chinese surname (interpunct or Latin names) the surname is the last part."""
    if DOT in text:
        given, _, rest = text.partition(DOT)
        return rest, given
    if not all(is_han(c) for c in text):
        words = text.split(" ")
        return (words[-1], " ".join(words[:-1])) if len(words) > 1 else ("", text)
    for length in (3, 2):
        if len(text) > length and simplified(text[:length]) in COMPOUND_SURNAMES:
            return text[:length], text[length:]
    return (text[:1], text[1:]) if len(text) > 1 else ("", text)


@lru_cache(maxsize=65536)
def simplified(text: str) -> str:
    """Simplified form, compatibility ideographs and private use folded, Latin letters without accents, lower case."""
    return text.casefold() if text.isascii() else "".join(_plain(c) for c in folded(text))


def folded(text: str) -> str:
    """Compatibility ideographs and private use as the characters they stand for, Latin letters in lower case."""
    return unicodedata.normalize("NFC", standard(text)).casefold()


@lru_cache(maxsize=65536)
def _plain(char: str) -> str:
    if is_han(char):
        return char if char in _KEPT else str(_SIMPLIFY.convert(char))
    bare = unicodedata.normalize("NFKD", char)
    return "".join(c for c in bare if not unicodedata.combining(c)) if bare[:1].isascii() else char
