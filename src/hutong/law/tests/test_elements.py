"""Every element of an article has an example in which it alone is missing, or alone is enough."""

from __future__ import annotations

from pathlib import Path

from hutong.law import Jurisdiction
from hutong.law.elements import Elements, Shown
from hutong.law.engine.load_rules import load

from .test_loader import BASE


def lacking(cn: Jurisdiction) -> dict[str, list[str]]:
    """Rules with elements that no example shows: place, first day and condition of each."""
    found: dict[str, list[str]] = {}
    for shown in Elements(cn.law).all():
        if shown.example is None:
            found.setdefault(shown.rule.name, []).append(said(shown))
    return found


def said(shown: Shown) -> str:
    element = shown.element
    way = "missing" if element.needed else "enough"
    return f"{shown.variant.place} {shown.variant.start}: {element.holds} alone {way}: {element.condition}"


def test_every_element_is_shown(cn: Jurisdiction) -> None:
    assert lacking(cn) == {}


RULE = """
  - {fact: aged, type: bool, zh: 老, en: aged, ask: town}
  - {fact: card, type: bool, zh: 证, en: card, ask: town}
  - {fact: word, type: Word, zh: 词, en: word, ask: town}
enums:
  Word: {a: {zh: 甲, en: a}, b: {zh: 乙, en: b}, c: {zh: 丙, en: c}}
rules:
  - rule: young
    type: bool
    zh: 幼
    en: young
    variants:
      - place: CN
        from: 2010-01-01
"""


def unshown(folder: Path, formula: str, *examples: str) -> list[str]:
    """Conditions of a formula that the examples do not show, as names."""
    told = "".join(f"          - {{{example}}}\n" for example in examples)
    text = BASE.replace("parameters:\n  - {parameter: oldest, type: int, zh: 上限, en: limit}\n", "")
    basis = "        act: act\n        evidence: T\n        examples:\n"
    (folder / "law.yaml").write_text(f"{text}{RULE[1:]}        {formula}\n{basis}{told}", encoding="utf-8")
    law = load(folder)
    return [
        f"{'' if shown.element.holds else 'not '}{getattr(shown.element.condition, 'name', 'comparison')}"
        for shown in Elements(law).of(law.rules["young"])
        if shown.example is None
    ]


def test_what_is_needed_together_is_shown_where_it_alone_is_missing(tmp_path: Path) -> None:
    both = "is: poor and aged"
    assert unshown(tmp_path, both, "given: {poor: true, aged: true}, gives: true") == ["poor", "aged"]
    assert unshown(tmp_path, both, "given: {poor: false}, gives: false") == ["poor", "aged"]
    assert unshown(tmp_path, both, "given: {poor: false, aged: false}, gives: false") == ["poor", "aged"]
    assert unshown(tmp_path, both, "given: {poor: false, aged: true}, gives: false") == ["aged"]


def test_an_example_with_unless_shows_each(tmp_path: Path) -> None:
    each = "given: {poor: true, aged: true}, gives: true, unless: {poor: false, aged: false}, then: false"
    assert unshown(tmp_path, "is: poor and aged", each) == []


def test_what_is_enough_is_shown_where_it_alone_holds(tmp_path: Path) -> None:
    either = "is: poor or aged"
    assert unshown(tmp_path, either, "given: {poor: false, aged: false}, gives: false") == ["poor", "aged"]
    assert unshown(tmp_path, either, "given: {poor: true, aged: true}, gives: true") == ["poor", "aged"]
    assert unshown(tmp_path, either, "given: {poor: true}, gives: true") == ["aged"]


def test_what_is_denied_counts_the_other_way(tmp_path: Path) -> None:
    neither = "is: not (poor or aged)"
    assert unshown(tmp_path, neither, "given: {poor: false, aged: true}, gives: false") == ["not poor"]


def test_a_paper_is_shown_where_only_it_is_missing(tmp_path: Path) -> None:
    backed = "is: poor backed by card"
    assert unshown(tmp_path, backed, "given: {poor: true, card: true}, gives: true") == ["poor", "card"]
    assert unshown(tmp_path, backed, "given: {poor: true}, gives: ~", "given: {poor: false}, gives: false") == ["poor"]
    shown = ("given: {poor: true, card: false}, gives: ~", "given: {poor: false, card: true}, gives: false")
    assert unshown(tmp_path, backed, *shown) == []


def test_a_word_is_exchanged_for_others(tmp_path: Path) -> None:
    """Rows on one list exclude each other: `word = b` turned over alone would be a case that cannot be."""
    rows = "table: [{when: word = a, then: 'true'}, {when: word = b, then: 'false'}]\n        otherwise: 'true'"
    assert unshown(tmp_path, rows, "given: {word: a}, gives: true") == ["comparison"]
    assert unshown(tmp_path, rows, "given: {word: a}, gives: true", "given: {word: b}, gives: false") == []


def test_a_number_is_turned_over_as_a_whole(tmp_path: Path) -> None:
    assert unshown(tmp_path, "is: age < 6", "given: {age: 6}, gives: false") == ["comparison"]
    assert unshown(tmp_path, "is: age < 6", "given: {age: 5}, gives: true") == []
