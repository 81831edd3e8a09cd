"""Names of places: short forms, stems for comparison, and readings in pinyin.

No Django here: the derivation script in `tools/divisions` and the package share these functions, so that a
place is compared at load time exactly as it was compared when the files were derived.
"""

import re
from collections.abc import Iterable, Mapping
from functools import lru_cache

# The two private-use characters of the statistical lists, each with the Unicode character that neighbouring
# places spell out: 𬇕 (𬇕尾 in 东兴, beside 白沙𬇕 in 防城港) and 𡐓 (高𡐓 in 宜城, beside 莫𡐓 in 襄城).
PRIVATE_USE = {"\ue08b": "𬇕", "\ue170": "𡐓"}

_NATIONALITIES = (
    "蒙古族 回族 藏族 维吾尔族 苗族 彝族 壮族 布依族 朝鲜族 满族 侗族 瑶族 白族 土家族 哈尼族 "
    "哈萨克族 傣族 黎族 傈僳族 佤族 畲族 高山族 拉祜族 水族 东乡族 纳西族 景颇族 柯尔克孜族 土族 "
    "达斡尔族 仫佬族 羌族 布朗族 撒拉族 毛南族 仡佬族 锡伯族 阿昌族 普米族 塔吉克族 怒族 "
    "乌孜别克族 俄罗斯族 鄂温克族 德昂族 保安族 裕固族 京族 塔塔尔族 独龙族 鄂伦春族 赫哲族 门巴族 "
    "珞巴族 基诺族"
)
ETHNIC = _NATIONALITIES.split()
_LONG = [n[:-1] for n in ETHNIC if len(n) > 3] + ["蒙古"]  # also written without 族: 哈萨克自治州, 哈萨克民族乡
_ETHNIC = "|".join(sorted({*ETHNIC, *_LONG, *(n + "民族" for n in _LONG)}, key=len, reverse=True))
_ETHNIC_TAIL = re.compile(rf"^(.{{1,}}?)(?:(?:{_ETHNIC}|各族|民族)+)$")
_BRACKETS = re.compile(r"[（(][^（）()]*[)）]")
_TOWNSHIP = re.compile(
    r"(?:街道办事处|地区办事处|办事处|街道|地区|民族苏木|苏木|民族乡|乡|镇|区公所|管理区|管理委员会|管委会)$"
)
_VILLAGE = (
    (re.compile(r"(社区|管理区)(?:居民委员会|居委会|委员会)$"), lambda m: m.group(1)),
    (re.compile(r"(村|嘎查|苏木|队|寨|屯)(?:村民委员会|村委会|委员会|委会|牧民委员会)$"), lambda m: m.group(1)),
    (re.compile(r"(?:村民委员会|村委会)$"), lambda m: "村"),
    (re.compile(r"(?:牧民委员会|牧委会)$"), lambda m: "牧委会"),
    (re.compile(r"(?:居民委员会|居委会)$"), lambda m: "居委会"),
    (re.compile(r"(?:家属委员会|家委会)$"), lambda m: "家委会"),
)
_VILLAGE_TAIL = re.compile(r"(?:社区|村|嘎查|居委会|牧委会|家委会|委员会|委会)$")


def clean(name: str) -> str:
    """The name without private-use characters and without white space at its ends."""
    return "".join(PRIVATE_USE.get(ch, ch) for ch in name).strip()


def is_private(name: str) -> bool:
    """True where a character of the private use area would leave the system unmapped."""
    return any(0xE000 <= ord(ch) <= 0xF8FF for ch in name)


@lru_cache(maxsize=200_000)
def township_stem(name: str, county: str = "") -> str:
    """What two spellings of one township share: no suffix, no nationality, no county in front, no brackets."""
    stem = _BRACKETS.sub("", name)
    if county and stem.startswith(county) and len(stem) > len(county) + 1:
        stem = stem[len(county) :]
    bare = _TOWNSHIP.sub("", stem)
    bare = bare if bare else stem
    found = _ETHNIC_TAIL.match(bare)
    return found.group(1) if found else bare


def alike(left: str, right: str) -> bool:
    """True for stems that are spellings of one another: one inside the other, or half their characters shared."""
    if not left or not right:
        return False
    if left in right or right in left:
        return True
    shared = len(set(left) & set(right))
    return shared * 2 >= max(len(left), len(right)) and len(left) > 1 and len(right) > 1


def village_short(name: str) -> str:
    """A village as people say it: 李庄村村民委员会 -> 李庄村, 多福巷社区居委会 -> 多福巷社区."""
    for pattern, said in _VILLAGE:
        found = pattern.search(name)
        if found and found.start() + len(said(found)) > 1:
            return name[: found.start()] + said(found)
    return name


def village_stem(name: str) -> str:
    """What remains of a village when committees are renamed (the yearly lists mostly change only those words)."""
    short = village_short(_BRACKETS.sub("", name))
    return _VILLAGE_TAIL.sub("", short) or short


def spoken(name: str) -> list[str]:
    """Toneless syllables with phrases taken into account (重庆 chong qing); for names typed one at a time."""
    from pypinyin import Style, lazy_pinyin  # loaded late: its dictionaries cost half a second

    # A list is documented for `errors`: characters without a reading stand for themselves, one by one.
    return [s.lower() for s in lazy_pinyin(name, style=Style.NORMAL, v_to_u=False, errors=list)]  # type: ignore[arg-type]


def joined(syllables: Iterable[str]) -> tuple[str, str]:
    """Search keys of a reading: the syllables run together, and their initials; letters and digits alone."""
    parts = ["".join(c for c in s if c.isascii() and c.isalnum()) for s in syllables]
    return "".join(parts), "".join(p[0] for p in parts if p)


class _Drops(dict[int, str]):
    """A translation table that drops every character it does not know."""

    def __missing__(self, key: int) -> None:
        return None


class Speller:
    """`joined(reading(...))` for hundreds of thousands of names: two translations by table."""

    def __init__(self, syllables: Mapping[str, str]) -> None:
        plain = {c: c.lower() for c in "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"}
        known = {**plain, **syllables}
        self._whole = _Drops({ord(ch): joined([s])[0] for ch, s in known.items()})
        self._first = _Drops({ord(ch): joined([s])[1] for ch, s in known.items()})

    def keys(self, name: str) -> tuple[str, str]:
        """Pinyin run together, and initials."""
        return name.translate(self._whole), name.translate(self._first)
