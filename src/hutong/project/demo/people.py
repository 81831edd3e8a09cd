"""Invented names and identity numbers: nobody's, but of the shape real ones have."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from random import Random
from typing import Any

from hutong.project.demo.figures import read, weighted

PREFIX = "999901"
"""An area code no standard assigns: a number that begins with it can be nobody's."""
WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
CHECK = "10X98765432"


@lru_cache(maxsize=1)
def lists() -> dict[str, Any]:
    """`names.yaml`."""
    return dict(read("names.yaml"))


def surname(dice: Random) -> str:
    """A surname, as frequent as it is in the country."""
    groups = lists()["surnames"]
    group = groups[weighted(dice, {name: g["share"] for name, g in groups.items()})]
    return str(dice.choice(list(group["list"])))


def given(dice: Random, kind: str) -> str:
    """A given name of a generation: `grandmother`, `father`, `boy`, ..."""
    parts = lists()["given"][kind]
    second = dice.choice(parts["second"])
    return second if dice.random() < 0.12 else f"{dice.choice(parts['first'])}{second}"


def specials() -> list[dict[str, str]]:
    """Names a system must bear, with the sex of the child that gets one."""
    return list(lists()["special"])


def check_digit(digits: str) -> str:
    """Check character of a GB 11643 number (ISO 7064 MOD 11-2)."""
    return CHECK[sum(int(d) * w for d, w in zip(digits, WEIGHTS, strict=True)) % 11]


@dataclass
class Numbers:
    """Gives out identity numbers, each once."""

    given_out: Counter[tuple[date, str]] = field(default_factory=Counter)

    def next(self, birth: date, sex: str) -> str:
        """The next number of that day and sex; odd sequence numbers are boys'. ValueError after 500 on one day."""
        count = self.given_out[birth, sex]
        if count > 499:
            raise ValueError(f"no identity number left for {birth}")
        self.given_out[birth, sex] += 1
        sequence = 2 * count + (1 if sex == "male" else 2)
        digits = f"{PREFIX}{birth:%Y%m%d}{sequence:03d}"
        return digits + check_digit(digits)


@dataclass
class Phones:
    """Telephone numbers that cannot ring: mobile numbers never begin with 100."""

    last: int = 0

    def next(self) -> str:
        """The next one."""
        self.last += 1
        return f"100{self.last:08d}"


def account_number(dice: Random) -> str:
    """A bank card number under the issuer number 999901, with the right last digit (Luhn)."""
    digits = PREFIX + "".join(str(dice.randrange(10)) for _ in range(12))
    doubled = (2 * int(d) for d in digits[::-2])
    total = sum(d - 9 if d > 9 else d for d in doubled) + sum(int(d) for d in digits[-2::-2])
    return digits + str(-total % 10)
