"""How likely two records are one child: a sum of explained weights (Fellegi and Sunter), never a verdict.

Pure Python. Weights and their evidence stand in weights.yaml; the comparisons come from the database as levels, so that
nothing personal of a child outside one's reach is needed to score it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from math import log2
from pathlib import Path
from typing import Any

import yaml

from hutong.core.terms import Label
from hutong.people.terms import Likeness

SILENT = 0.05
"""Bits below which a comparison says nothing worth a line."""


@dataclass(frozen=True, slots=True)
class Reason:
    """One comparison: what it compares, how it came out, its weight in bits, and the words for it."""

    compares: str
    level: str
    bits: float
    words: Label


@dataclass(frozen=True, slots=True)
class Match:
    """Likelihood between 0 and 1, its band, and the reasons, strongest first."""

    likelihood: float
    likeness: Likeness
    reasons: tuple[Reason, ...]

    @property
    def score(self) -> int:
        """The likelihood in percent, for people."""
        return min(99, round(self.likelihood * 100))


@lru_cache(maxsize=1)
def weights() -> dict[str, Any]:
    """The weights file, checked: every share lies in (0, 1] and every level has words in both languages."""
    read: dict[str, Any] = yaml.safe_load((Path(__file__).parent / "weights.yaml").read_text(encoding="utf-8"))
    for compares, levels in read["compare"].items():
        for level, w in levels.items():
            if not (0 < w["m"] <= 1 and 0 < w["u"] <= 1 and w["zh"] and w["en"]):
                raise ValueError(
                    f"weights.yaml: {compares}.{level} needs m and u in (0, 1] and words in both languages"
                )
    return read


@lru_cache(maxsize=256)
def _reason(compares: str, level: str) -> Reason:
    try:
        w = weights()["compare"][compares][level]
    except KeyError:
        raise ValueError(f"no weight for {compares}: {level}") from None
    return Reason(compares, level, log2(w["m"] / w["u"]), Label(w["zh"], w["en"]))


def match(levels: Mapping[str, str]) -> Match:
    """Score the comparisons of two records. Raises ValueError for a comparison or level the weights do not know."""
    reasons = [_reason(compares, level) for compares, level in levels.items()]
    prior = weights()["prior"]
    bits = log2(prior / (1 - prior)) + sum(r.bits for r in reasons)
    likelihood = 1 / (1 + 2 ** -max(-1000.0, min(1000.0, bits)))
    told = sorted((r for r in reasons if abs(r.bits) > SILENT), key=lambda r: -r.bits)
    return Match(likelihood, _likeness(likelihood), tuple(told))


def _likeness(likelihood: float) -> Likeness:
    bands = weights()["bands"]
    if likelihood >= bands["likely"]:
        return Likeness.LIKELY
    return Likeness.POSSIBLE if likelihood >= bands["possible"] else Likeness.UNLIKELY
