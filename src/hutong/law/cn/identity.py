"""Citizen identification numbers, GB 11643: what is wrong, what is only odd, and what the number says.

A valid number proves nothing about who holds it, and its first six digits are the place of first registration: they
are looked at for a warning only and never used as the place where a child lives. Kinds: absent | resident | permit_hk |
permit_mo | permit_tw | demo | legacy | other.
"""

from __future__ import annotations

import re
import unicodedata
from datetime import date

from ..identity import IdCheck, Note

WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
CHECKS = "10X98765432"
PROVINCES = frozenset(
    [
        "11",
        "12",
        "13",
        "14",
        "15",
        "21",
        "22",
        "23",
        "31",
        "32",
        "33",
        "34",
        "35",
        "36",
        "37",
        "41",
        "42",
        "43",
        "44",
        "45",
        "46",
        "50",
        "51",
        "52",
        "53",
        "54",
        "61",
        "62",
        "63",
        "64",
        "65",
        "71",
        "81",
        "82",
        "83",
    ]
)
PERMITS = {"81": "permit_hk", "82": "permit_mo", "83": "permit_tw"}
EXCEL_APOSTROPHE = "'‘’＇`"


FORMAT = Note("format", "不是18位公民身份号码", "not an 18-digit identity number")
EXCEL_EXPONENT = Note(
    "excel_exponent",
    "号码已被表格软件改成科学计数法，无法还原",
    "a spreadsheet turned the number into scientific notation; it cannot be restored",
)
EXCEL_ZEROS = Note(
    "excel_zeros",
    "末三位为000：表格软件可能只保留了15位有效数字",
    "ends in 000: a spreadsheet probably kept only 15 digits",
)
CHECKSUM = Note("checksum", "校验码不符", "the check digit does not fit")
DATE = Note("date", "出生日期不存在", "the date of birth does not exist")
FUTURE = Note("future", "出生日期在未来", "the date of birth lies in the future")
SEQUENCE = Note("sequence", "顺序码为000", "the sequence number is 000")
OTHER = Note("other", "不是公民身份号码，可能是护照等证件号", "no identity number; perhaps a passport or other paper")
AREA = Note("area", "前六位不是现行或历史的省级区号", "the first two digits are no province, now or formerly")
DEMO = Note("demo", "演示号码（前缀99未分配）", "demonstration number (prefix 99 is not assigned)")
LEGACY = Note("legacy", "15位一代号码：当今的儿童不会有", "15-digit first-generation number: no child of today has one")
CLEANED = Note("cleaned", "已去除空格、引号或全角字符", "spaces, quotation marks or full-width characters were removed")
OLD = Note("old", "出生日期早于1900年", "born before 1900")


def check_identity_number(text: str | None, today: date) -> IdCheck:
    """Normalise and judge a number. Never raises; an empty text is 'absent', which is no problem for a child."""
    raw = text or ""
    number = _normalise(raw)
    cleaned = (CLEANED,) if number != raw.strip().upper() and number else ()
    if not number:
        return IdCheck("absent", "", None, "", (), ())
    if re.fullmatch(r"\d+(\.\d+)?E\+?\d+", number):
        return IdCheck("other", number, None, "", (FORMAT, EXCEL_EXPONENT), cleaned)
    if re.fullmatch(r"\d{15}", number):
        return _legacy(number, today, cleaned)
    if not re.fullmatch(r"\d{17}[\dX]", number):
        problem = (FORMAT, OTHER) if re.match(r"[A-Z]", number) else (FORMAT,)
        return IdCheck("other", number, None, "", problem, cleaned)
    return _resident(number, today, cleaned)


def check_character(first17: str) -> str:
    """The eighteenth character for seventeen digits."""
    return CHECKS[sum(int(digit) * weight for digit, weight in zip(first17, WEIGHTS, strict=True)) % 11]


def _normalise(text: str) -> str:
    """Full-width forms, spaces, invisible characters and a leading apostrophe are damage done by copying."""
    narrow = unicodedata.normalize("NFKC", text)
    kept = "".join(ch for ch in narrow if not ch.isspace() and unicodedata.category(ch) not in ("Cf", "Cc"))
    return kept.strip(EXCEL_APOSTROPHE).upper()


def _birth(digits: str) -> date | None:
    try:
        return date(int(digits[:4]), int(digits[4:6]), int(digits[6:8]))
    except ValueError:
        return None


def _sex(digit: str) -> str:
    return "male" if int(digit) % 2 else "female"


def _resident(number: str, today: date, warnings: tuple[Note, ...]) -> IdCheck:
    problems: list[Note] = []
    odd = list(warnings)
    birth = _birth(number[6:14])
    if birth is None:
        problems.append(DATE)
    elif birth > today:
        problems.append(FUTURE)
    elif birth.year < 1900:
        odd.append(OLD)
    if number[17] != check_character(number[:17]):
        problems.append(CHECKSUM)
    if number[14:17] == "000":
        problems.append(SEQUENCE)
    if number.endswith("000"):
        (problems if problems else odd).append(EXCEL_ZEROS)
    kind = _kind(number, odd)
    return IdCheck(kind, number, birth, _sex(number[16]), tuple(problems), tuple(odd))


def _kind(number: str, odd: list[Note]) -> str:
    prefix = number[:2]
    if prefix in PERMITS:
        return PERMITS[prefix]
    if prefix == "99":
        odd.append(DEMO)
        return "demo"
    if prefix not in PROVINCES:
        odd.append(AREA)
    return "resident"


def _legacy(number: str, today: date, warnings: tuple[Note, ...]) -> IdCheck:
    """Fifteen digits: region 6, birth 6 (19xx), sequence 3. Kept, completed to 18 and flagged."""
    full = number[:6] + "19" + number[6:]
    birth = _birth(full[6:14])
    problems = () if birth is not None and birth <= today else (DATE,)
    odd = [*warnings, LEGACY]
    _kind(full + "0", odd)
    return IdCheck("legacy", full + check_character(full), birth, _sex(number[14]), problems, tuple(odd))
