"""Search keys of names and identity numbers: everything that may be spelled, heard or typed differently.

Row-level security leaves only equality and ranges fast, so likeness is worked out once, when a name is written, and
stored as 64-bit numbers compared by equality. Pure Python: neither Django nor a database.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from hashlib import blake2b

from pypinyin import Style
from pypinyin import pinyin as readings_of

from hutong.people.queries.names import DOT, folded, is_han, read_name, simplified, split_name

_SURNAME_READING = {
    "单": "shan", "仇": "qiu", "曾": "zeng", "解": "xie", "查": "zha", "任": "ren", "区": "ou", "盖": "ge",
    "朴": "piao",
    "尹": "yin", "秘": "bi", "冼": "xian", "翟": "zhai", "种": "chong", "重": "chong", "缪": "miao", "乐": "yue",
    "员": "yun", "召": "shao", "折": "she", "繁": "po", "薄": "bo", "葛": "ge", "隗": "wei", "洗": "xian", "么": "yao",
    "纪": "ji", "俞": "yu", "覃": "qin", "谌": "chen", "逄": "pang", "晁": "chao", "麴": "qu", "燕": "yan", "宓": "mi",
    "尉迟": "yu chi", "万俟": "mo qi", "长孙": "zhang sun", "单于": "chan yu", "澹台": "tan tai", "令狐": "ling hu",
    "亓官": "qi guan", "拓跋": "tuo ba", "宰父": "zai fu", "尔朱": "er zhu", "阿史那": "a shi na", "叶赫": "ye he",
}  # fmt: skip
"""Characters read otherwise when they are a surname."""
_FUZZY = (
    (re.compile("^zh"), "z"), (re.compile("^ch"), "c"), (re.compile("^sh"), "s"), (re.compile("ng$"), "n"),
    (re.compile("^n(?=[aeiouv])"), "l"),
)  # fmt: skip
"""Sounds that half the country does not tell apart: zh/z, ch/c, sh/s, -ng/-n, n/l."""
_MAX_READINGS = 8


@dataclass(frozen=True, slots=True)
class NameKeys:
    """What is stored of a name; None for an unnamed child, so that nothing equals nothing."""

    name: int | None = None
    pinyin: int | None = None
    fuzzy: int | None = None
    given: int | None = None
    given_sound: int | None = None
    initials: int | None = None


COLUMNS = {"name": "name_key", "pinyin": "pinyin_key", "fuzzy": "fuzzy_key", "given": "given_key",
           "given_sound": "sound_key", "initials": "initials_key"}  # fmt: skip
"""Fields of NameKeys and the columns of a child that hold them."""


@dataclass(frozen=True, slots=True)
class NameProbes:
    """What a new name is compared with: each field a list because a name may be swapped or read in several ways."""

    name: tuple[int, ...] = ()
    swapped: tuple[int, ...] = ()
    pinyin: tuple[int, ...] = ()
    fuzzy: tuple[int, ...] = ()
    given: tuple[int, ...] = ()
    given_sound: tuple[int, ...] = ()
    initials: tuple[int, ...] = ()


def number(kind: str, *parts: str) -> int:
    """A signed 64-bit number of a text, different for every kind of key."""
    digest = blake2b("\0".join((kind, *parts)).encode(), digest_size=8).digest()
    return int.from_bytes(digest, "big", signed=True)


@lru_cache(maxsize=65536)
def _sounds(char: str) -> tuple[str, ...]:
    """Toneless readings of one character, the commonest first; the character itself where none is known."""
    if not is_han(char):
        return (char,) if char.isalnum() else ("",)
    found = readings_of(char, style=Style.NORMAL, heteronym=True, v_to_u=False)
    return tuple(dict.fromkeys(found[0])) if found else (char,)


@lru_cache(maxsize=4096)
def fuzzy_sound(sound: str) -> str:
    """The syllable as somebody hears it who does not tell the regional pairs apart."""
    for pattern, to in _FUZZY:
        sound = pattern.sub(to, sound)
    return sound


def _syllables(text: str) -> list[tuple[str, ...]]:
    """Readings per character of a folded name, the surname's own reading first."""
    surname, _ = split_name(text)
    own = _SURNAME_READING.get(simplified(surname)) if DOT not in text and surname else None
    heads: list[tuple[str, ...]] = [(sound,) for sound in own.split()] if own else []
    if len(heads) == 1:
        heads = [tuple(dict.fromkeys((*heads[0], *_sounds(surname))))]
    return [*heads, *(_sounds(c) for c in text[len(heads) :])]


def _compact(text: str) -> str:
    return re.sub(f"[{DOT}\\s.,'\u2019-]", "", text)


def _initials(text: str) -> str:
    if not any(is_han(c) for c in text):
        return "".join(w[0] for w in re.split(f"[{DOT}\\s-]+", simplified(text)) if w)
    return "".join(r[0][:1] for r in _syllables(text))


def name_keys(text: str) -> NameKeys:
    """Keys stored with a name; all None for an unnamed child."""
    plain = folded(text)
    whole = _compact(simplified(text))
    if not whole:
        return NameKeys()
    _, given = split_name(plain)
    spoken = [r[0] for r in _syllables(plain)]
    return NameKeys(
        name=number("name", whole),
        pinyin=_pinyin_key(spoken),
        fuzzy=_fuzzy_key(spoken),
        given=number("given", _compact(simplified(given))),
        given_sound=number("given_sound", *(fuzzy_sound(_sounds(c)[0]) for c in _compact(given))),
        initials=number("initials", _initials(plain)),
    )


def name_probes(text: str) -> NameProbes:
    """Keys under which the same person may already stand: as written, swapped, read otherwise, heard otherwise."""
    stored = name_keys(text)
    if stored.name is None:
        return NameProbes()
    plain = folded(text)
    swapped = swapped_orders(plain)
    spoken = [*_ways(plain), *(tuple(r[0] for r in _syllables(s)) for s in swapped)]
    return NameProbes(
        name=_some(stored.name),
        swapped=_unique(number("name", _compact(simplified(s))) for s in swapped),
        pinyin=_unique(map(_pinyin_key, spoken)),
        fuzzy=_unique(map(_fuzzy_key, spoken)),
        given=_some(stored.given),
        given_sound=_some(stored.given_sound),
        initials=_some(stored.initials),
    )


def _pinyin_key(sounds: Iterable[str]) -> int:
    return number("pinyin", _compact("".join(sounds)))


def _fuzzy_key(sounds: Iterable[str]) -> int:
    return number("fuzzy", _compact("".join(map(fuzzy_sound, sounds))))


def _some(key: int | None) -> tuple[int, ...]:
    return () if key is None else (key,)


def _unique(keys: Iterable[int]) -> tuple[int, ...]:
    return tuple(dict.fromkeys(keys))


def _ways(plain: str) -> Iterator[tuple[str, ...]]:
    """The readings of a name, the commonest first, at most eight: 乐 is le and yue."""
    return itertools.islice(itertools.product(*(s[:3] for s in _syllables(plain))), _MAX_READINGS)


def swapped_orders(text: str) -> list[str]:
    """The name with surname and given name in the other order, both ways a clerk may have written it."""
    if DOT in text:
        return [DOT.join(reversed(text.split(DOT)))]
    if not all(is_han(c) for c in text):
        words = text.split(" ")
        return [" ".join(reversed(words))] if len(words) > 1 else []
    surname, given = split_name(text)
    found = [given + surname] if surname and given else []
    if len(text) in (3, 4):
        found += [text[-n:] + text[:-n] for n in (1, 2) if n < len(text)]
    return list(dict.fromkeys(o for o in found if o != text))


def typed_keys(text: str) -> list[tuple[str, int]]:
    """What a search box may mean, as (field of NameKeys, key): Han finds names, Latin pinyin and initials."""
    plain = _compact(simplified(read_name(text).text or text))
    if not plain:
        return []
    keys = [("name", number("name", plain))]
    if any(is_han(c) for c in plain):
        probes = name_probes(text)
        keys += [("given", number("given", plain)), *(("name", k) for k in probes.swapped)]
        keys += [("pinyin", k) for k in probes.pinyin] if len(plain) > 1 else []
        return keys
    keys += [("pinyin", number("pinyin", plain)), ("initials", number("initials", plain))]
    return [*keys, ("fuzzy", _fuzzy_key(split_pinyin(plain)))]


_SYLLABLE = re.compile(
    "(?:[bpmfdtnlgkhjqxrzcsyw]|zh|ch|sh)?"
    "(?:iang|iong|uang|ang|eng|ing|ong|ian|iao|uai|uan|ai|an|ao|ei|en|er|ia|ie|in|iu|ou|ua|ue|ui|un|uo|ve|a|e|i|o|u|v)"
)


def split_pinyin(text: str) -> list[str]:
    """Syllables of a run of toneless pinyin, greedily; what is no pinyin stays one piece."""
    pieces: list[str] = []
    at = 0
    while at < len(text):
        options = [m for m in (_SYLLABLE.match(text, at, at + n) for n in range(6, 0, -1)) if m]
        best = next((m for m in options if _parses(text[m.end() :])), None)
        if best is None:
            return [*pieces, text[at:]]
        pieces.append(best.group())
        at = best.end()
    return pieces


@lru_cache(maxsize=4096)
def _parses(rest: str) -> bool:
    if not rest:
        return True
    ends = {m.end() for n in range(1, 7) if (m := _SYLLABLE.match(rest, 0, n))}
    return any(_parses(rest[end:]) for end in ends)


def near_texts(identity: str) -> list[str]:
    """Texts that two identity numbers with one wrong digit have in common (hash them with a key before storing).

    Cut into area (6), birth (8) and the last four, a slip in one part leaves the other two whole. The last four are
    compared with one place left out, because twins share everything before them and differ in two places there.
    """
    area, birth, last = identity[:6], identity[6:14], identity[14:]
    tails = [f"{area}{birth}{last[:i]}?{last[i + 1 :]}" for i in range(4)]
    return [f"??????{birth}{last}", f"{area}????????{last}", *tails]


def exchanged(identity: str) -> list[str]:
    """Every number that becomes this one when two neighbouring digits are exchanged."""
    pairs = ((i, identity[i], identity[i + 1]) for i in range(len(identity) - 1))
    return [identity[:i] + b + a + identity[i + 2 :] for i, a, b in pairs if a != b]
