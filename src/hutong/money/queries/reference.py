"""The number by which bank and county name one payment: the line's id with a check digit, so that a slip is noticed."""

from __future__ import annotations

import re

PREFIX = "HT"
_FORM = re.compile(rf"{PREFIX}(\d{{12}})(\d)")


def check_digit(digits: str) -> int:
    """ISO/IEC 7812 (Luhn) check digit of a string of digits."""
    total = 0
    for at, char in enumerate(reversed(digits)):
        value = int(char) * (2 - at % 2)
        total += value - 9 if value > 9 else value
    return -total % 10


def reference(line_id: int) -> str:
    """`HT` + twelve digits + check digit."""
    digits = f"{line_id:012d}"
    return f"{PREFIX}{digits}{check_digit(digits)}"


def line_id(text: str) -> int | None:
    """The line a reference names; None when it is no reference or a digit is wrong."""
    found = _FORM.fullmatch(text.strip().upper())
    if not found or check_digit(found[1]) != int(found[2]):
        return None
    return int(found[1])
