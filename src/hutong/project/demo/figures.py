"""The published figures the demo county is drawn from, read from `calibration.yaml`."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from random import Random
from typing import Any, TypeVar

import yaml
from pydantic import BaseModel, ConfigDict

HERE = Path(__file__).resolve().parent
T = TypeVar("T")


class Table(BaseModel):
    """Something counted, with where it was published and what was chosen here."""

    model_config = ConfigDict(extra="forbid")
    source: str = ""
    own: str = ""


class Counts(Table):
    """Numbers of children."""

    counts: dict[str, int]


class Shares(Table):
    """Percentages that sum to a hundred."""

    shares: dict[str, float]

    def drawn(self, dice: Random) -> str:
        """One of the words, as often as its share says."""
        return weighted(dice, self.shares)


class Sums(BaseModel):
    """How many get a kind of aid (percent), and the monthly sums in fen."""

    share: float
    fen: list[int]


class Aid(Table):
    """Other money the child gets, and what remains to be paid on average (percent of the standard)."""

    dibao: Sums
    tekun: Sums
    disability_living: Sums
    paid_share: float


class Part(Table):
    """A single percentage."""

    share: float


class HealthShares(Table):
    """Percent healthy."""

    recipients: float
    others: float


class Rural(Table):
    """Percent of agricultural registrations."""

    agricultural: float


class Directors(Table):
    """Directors to villages."""

    per_village: tuple[int, int]


class History(Table):
    """Length of the history and what happens in it."""

    months: int
    new_recipients: int
    refused_accounts: int


class Figures(BaseModel):
    """Everything in `calibration.yaml`."""

    model_config = ConfigDict(extra="forbid")
    seed: int
    situations: Counts
    causes: Shares
    schooling: Shares
    ages: Shares
    boys: Part
    carers: Shares
    health: HealthShares
    registration: Rural
    aid: Aid
    directors: Directors
    families: Shares
    history: History


@lru_cache(maxsize=1)
def figures() -> Figures:
    """The figures, checked against their shape."""
    return Figures.model_validate(read("calibration.yaml"))


def read(name: str) -> dict[str, Any]:
    """A YAML file beside this one."""
    return dict(yaml.safe_load((HERE / name).read_text("utf-8")))


def weighted(dice: Random, shares: dict[T, float]) -> T:
    """One of the keys, as often as its share says."""
    return dice.choices(list(shares), list(shares.values()))[0]


def shuffled(dice: Random, counts: dict[T, int]) -> list[T]:
    """Every key as often as counted, in random order."""
    row = [key for key, count in counts.items() for _ in range(count)]
    dice.shuffle(row)
    return row


def apportioned(total: int, shares: dict[T, float]) -> dict[T, int]:
    """Whole numbers that sum to the total and follow the shares as closely as they can (largest remainders)."""
    scale = total / sum(shares.values())
    counts = {key: int(share * scale) for key, share in shares.items()}
    rest = sorted(shares, key=lambda key: counts[key] - shares[key] * scale)
    for key in rest[: total - sum(counts.values())]:
        counts[key] += 1
    return counts
