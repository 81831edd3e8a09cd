"""Chinese is complete: every English text of every package has its translation, and no translation is left over."""

from __future__ import annotations

import re
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.extract import extract_python
from babel.messages.pofile import read_po
from django.utils.translation.template import templatize

SOURCE = Path(__file__).resolve().parents[2]
PACKAGES = sorted(p.name for p in SOURCE.iterdir() if (p / "__init__.py").exists())
KEYWORDS = {"_": None, "gettext": None, "gettext_lazy": None, "ngettext": (1, 2), "ngettext_lazy": (1, 2)}


def _texts(source: bytes) -> Iterator[str]:
    for _line, _function, messages, _comments in extract_python(BytesIO(source), list(KEYWORDS), [], {}):
        first = messages[0] if isinstance(messages, tuple) else messages
        if isinstance(first, str):
            yield first


def wanted(package: str) -> dict[str, str]:
    """English texts of a package, each with a file it stands in."""
    found: dict[str, str] = {}
    for path in sorted((SOURCE / package).rglob("*.py")):
        if "tests" not in path.parts:
            found |= dict.fromkeys(_texts(path.read_bytes()), path.name)
    for path in sorted((SOURCE / package).rglob("templates/**/*.html")):
        found |= dict.fromkeys(_texts(templatize(path.read_text("utf-8")).encode()), path.name)
    return found


def catalogue(package: str) -> Catalog:
    """The package's Chinese catalogue; an empty one where it has none."""
    path = SOURCE / package / "locale" / "zh_Hans" / "LC_MESSAGES" / "django.po"
    if not path.exists():
        return Catalog()
    with path.open("rb") as text:
        return read_po(text, abort_invalid=True)


def _english(message_id: str | tuple[str, ...]) -> str:
    return message_id[0] if isinstance(message_id, tuple) else message_id


def _translations(package: str) -> dict[str, str]:
    found = {}
    for message in catalogue(package):
        text = message.string if isinstance(message.string, str) else message.string[0]
        if message.id and text and not message.fuzzy:
            found[_english(message.id)] = text
    return found


@pytest.mark.parametrize("package", PACKAGES)
def test_every_text_has_its_chinese(package: str) -> None:
    known = set().union(*(_translations(p) for p in PACKAGES))
    missing = {text: where for text, where in wanted(package).items() if text not in known}
    assert not missing


@pytest.mark.parametrize("package", PACKAGES)
def test_no_translation_is_left_over(package: str) -> None:
    assert not set(_translations(package)) - set(wanted(package))


@pytest.mark.parametrize("package", PACKAGES)
def test_translations_keep_their_places_and_are_chinese(package: str) -> None:
    for english, chinese in _translations(package).items():
        places = re.findall(r"%\((\w+)\)\w", english)
        assert sorted(set(places)) == sorted(set(re.findall(r"%\((\w+)\)\w", chinese))), english
        bare = re.sub(r"%\(\w+\)\w", "", chinese)
        assert re.search(r"[\u4e00-\u9fff，。：？]", bare) or not re.search(r"[a-z]{4}", bare), english


def test_the_extraction_finds_what_is_written() -> None:
    assert "Skip to the content" in wanted("channels")
    assert "%(count)s day left" in wanted("channels")
