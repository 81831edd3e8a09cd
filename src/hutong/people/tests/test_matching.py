"""The likeness of two records: order, bands and words."""

from __future__ import annotations

import pytest

from hutong.people.queries.matching import match, weights
from hutong.people.terms import Likeness

NOTHING = {"name": "different", "identity": "unknown", "birth": "different", "sex": "same", "place": "elsewhere",
           "national": "unknown"}  # fmt: skip


@pytest.mark.parametrize(
    ("levels", "likeness"),
    [
        ({}, Likeness.UNLIKELY),
        ({"identity": "same", "name": "same", "birth": "same"}, Likeness.LIKELY),
        ({"identity": "same", "name": "different", "birth": "different"}, Likeness.POSSIBLE),
        ({"name": "same", "birth": "same", "place": "township"}, Likeness.LIKELY),
        ({"name": "same", "birth": "same"}, Likeness.LIKELY),
        ({"name": "homophone", "birth": "same", "place": "county"}, Likeness.LIKELY),
        ({"name": "swapped", "birth": "same"}, Likeness.POSSIBLE),
        ({"name": "fuzzy", "birth": "same", "place": "township"}, Likeness.LIKELY),
        ({"name": "same", "birth": "swapped", "place": "county"}, Likeness.LIKELY),
        ({"name": "same", "identity": "near", "birth": "digit"}, Likeness.LIKELY),
        ({"name": "unknown", "birth": "same", "place": "township"}, Likeness.LIKELY),
        ({"name": "same"}, Likeness.UNLIKELY),
        ({"name": "initials", "birth": "same"}, Likeness.UNLIKELY),
        ({"name": "same", "birth": "same", "identity": "different"}, Likeness.UNLIKELY),
    ],
)
def test_bands(levels: dict[str, str], likeness: Likeness) -> None:
    assert match(NOTHING | levels).likeness == likeness


def test_more_agreement_never_lowers_the_score() -> None:
    order = ["different", "given_sound", "given", "fuzzy", "homophone", "same"]
    scores = [match(NOTHING | {"birth": "same", "place": "county", "name": level}).likelihood for level in order]
    assert scores == sorted(scores)


def test_reasons_are_words_strongest_first() -> None:
    found = match(NOTHING | {"name": "homophone", "birth": "same"})
    assert [r.words.zh for r in found.reasons][:2] == ["出生日期相同", "姓名同音"]
    assert [r.words.en for r in found.reasons][-1] == "another province"
    assert all(r.compares not in ("identity", "national") for r in found.reasons), "what is unknown says nothing"


def test_an_unknown_comparison_is_named() -> None:
    with pytest.raises(ValueError, match="shoe"):
        match({"shoe": "same"})


def test_every_comparison_tells_its_levels_apart() -> None:
    for levels in weights()["compare"].values():
        assert len({w["zh"] for w in levels.values()}) == len(levels)
