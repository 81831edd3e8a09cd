"""Every text of the package exists in Chinese."""

from __future__ import annotations

from pathlib import Path

from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

from hutong.org.terms import AgencyKind, Kind, Level, Role, Scheme, SuccessionKind

PACKAGE = Path(__file__).resolve().parents[1]


def test_every_message_is_translated_and_none_is_left_over() -> None:
    found = {m for _f, _n, m, _c, _x in extract_from_dir(PACKAGE, [("**.py", "python")], keywords={"_": None})}
    with (PACKAGE / "locale" / "zh_Hans" / "LC_MESSAGES" / "django.po").open("rb") as po:
        catalog = {m.id: m.string for m in read_po(po) if m.id}
    assert found == set(catalog)
    assert all(catalog.values())


def test_every_term_has_both_languages() -> None:
    for term in (AgencyKind, Kind, Level, Role, Scheme, SuccessionKind):
        for word in term:
            assert word.zh
            assert word.en
            assert not word.en.isupper()
