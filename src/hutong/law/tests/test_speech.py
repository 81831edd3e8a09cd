"""Formulas in the words of a reader: complete in both languages, exact to the last fen."""

from __future__ import annotations

import re

import pytest

from hutong.law import Jurisdiction
from hutong.law.engine.kinds import EXACT, MONEY, NEVER, RATE, Kind, Value
from hutong.law.engine.words import Writer
from hutong.law.speech import Speech


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_formula_of_the_law_can_be_said(cn: Jurisdiction, lang: str) -> None:
    speech = Speech(cn.law)
    for rule in cn.law.rules.values():
        for variant in rule.variants:
            said = speech.formula(variant.expr).text(lang)
            assert said, variant.mark
            assert not re.search(r"\b[a-z]+\.[a-z_]+\b|\{|None", said), (variant.mark, said)


def test_in_chinese_no_english_word_is_left(cn: Jurisdiction) -> None:
    speech = Speech(cn.law)
    left = {
        word
        for rule in cn.law.rules.values()
        for variant in rule.variants
        for word in re.findall(r"[a-z]{3,}", speech.formula(variant.expr).zh)
    }
    assert left == set()


@pytest.mark.parametrize(
    ("value", "kind", "zh", "written"),
    [
        (123456789, MONEY, "1234567.89元", "1234567.89 yuan"),
        (60000, MONEY, "600元", "600 yuan"),
        (468405, EXACT, "0.468405元", "46.8405 fen"),
        (8000, RATE, "80%", "80%"),
        (1250, RATE, "12.5%", "12.5%"),
        (NEVER, Kind("date"), "无终止", "never"),
        (None, MONEY, "未知", "unknown"),
        (False, Kind("bool"), "否", "false"),
    ],
)
def test_values_are_exact(cn: Jurisdiction, value: Value, kind: Kind, zh: str, written: str) -> None:
    assert Speech(cn.law).value(value, kind).zh == zh
    assert Writer(cn.law.currency).constant(value, kind) == written
