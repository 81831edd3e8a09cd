"""Words in the language of the reader.

Chinese and English are written beside each other in code and in law files. Every other language is a message
catalogue: `locale/<language>/LC_MESSAGES/django.mo` of a package, of a law folder, or of a folder named to `speak`.
A message is looked up by its Chinese wording, then by its English one; where neither is translated, the languages of
`speak` follow.
"""

from __future__ import annotations

import gettext
import re
from collections.abc import Callable, Iterable
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple, Self

WRITTEN = ("zh-hans", "en")
"""The languages that need no catalogue."""
CATALOGUE = "*/LC_MESSAGES/django"
PART = re.compile(r"\{([\w.]+)\}")
_order: tuple[str, ...] = WRITTEN
_folders = sorted(Path(__file__).parent.parent.glob("*/locale"))


class Label(NamedTuple):
    """A text in Chinese and in English; false when empty."""

    zh: str
    en: str

    def __bool__(self) -> bool:
        return bool(self.zh)

    def text(self, lang: str) -> str:
        """The wording for a language code such as ``zh-hans``, ``en`` or ``bo``."""
        return spoken(self.zh, self.en, lang)

    def both(self) -> dict[str, str]:
        """Both wordings, for JSON."""
        return {"zh": self.zh, "en": self.en}

    def filled(self, *parts: Any, **named: Any) -> Label:
        """With ``{0}`` or ``{name}`` replaced, in each language by the part's own wording; other braces stay."""
        given = {**{str(at): part for at, part in enumerate(parts)}, **named}

        def say(lang: str) -> str:
            return PART.sub(lambda m: said(given[m[1]], lang) if m[1] in given else m[0], self.text(lang))

        return composed(say)


class _Composed(Label):
    """A text made of others: in a further language it is made of their wordings there."""

    say: Callable[[str], str]

    @classmethod
    def of(cls, say: Callable[[str], str]) -> Self:
        made = cls(say("zh"), say("en"))
        made.say = say
        return made

    def text(self, lang: str) -> str:
        return self.zh if chinese(lang) else self.en if english(lang) else self.say(lang)


COMMA = Label("，", ", ")


def composed(say: Callable[[str], str]) -> Label:
    """A text that `say` gives in whatever language it is asked for."""
    return _Composed.of(say)


def joined(between: Label, items: Iterable[Label]) -> Label:
    """Several texts as one; `between` stands between two of them."""
    listed = tuple(items)
    return composed(lambda lang: between.text(lang).join(item.text(lang) for item in listed))


def said(part: Any, lang: str) -> str:
    """A label in the language; anything else as it is."""
    return part.text(lang) if isinstance(part, Label) else str(part)


def chinese(lang: str) -> bool:
    """Whether a language code is one of Chinese."""
    return lang.startswith("zh")


def english(lang: str) -> bool:
    """Whether a language code is one of English."""
    return lang == "en" or lang.startswith("en-")


def spoken(zh: str, en: str, lang: str) -> str:
    """The one place that chooses a wording: Chinese, English, or what the catalogues have."""
    if chinese(lang):
        return zh
    if english(lang):
        return en
    return translated(zh, en, lang) or next((text for other in _order if (text := _written(zh, en, other))), en)


def _written(zh: str, en: str, lang: str) -> str:
    return zh if chinese(lang) else en if english(lang) else translated(zh, en, lang)


def translated(zh: str, en: str, lang: str) -> str:
    """The message of a catalogue; empty where there is none."""
    catalogue = _catalogue(lang)
    return next((text for message in (zh, en) if message and (text := catalogue.gettext(message))), "")


def speak(order: Iterable[str], folders: Iterable[Path] = ()) -> None:
    """Say at start-up which languages follow where a message is missing, and where further catalogues lie."""
    global _order
    _order = (*order, "en")
    read_also(*folders)


def read_also(*folders: Path) -> None:
    """Take the catalogues of these `locale` folders in, before those already there."""
    _folders[:0] = [folder for folder in folders if folder not in _folders]
    _catalogue.cache_clear()


def languages(order: Iterable[str], folders: Iterable[Path] = ()) -> list[str]:
    """Codes of the languages that can be spoken: those of `order`, the written ones, and each that has a catalogue."""
    found = {_code(path) for folder in (*_folders, *folders) for path in folder.glob(f"{CATALOGUE}.[mp]o")}
    return list(dict.fromkeys((*order, *WRITTEN, *sorted(found))))


def _code(path: Path) -> str:
    """The language code of a catalogue: bo, ug, zh-hans for `zh_Hans`."""
    return path.parents[1].name.lower().replace("_", "-")


class _Silent(gettext.NullTranslations):
    """The end of every catalogue: what it is asked for is not translated."""

    def gettext(self, message: str) -> str:
        return ""


@lru_cache(maxsize=16)
def _catalogue(lang: str) -> gettext.NullTranslations:
    """All catalogues of a language, those of the wider language (``ug`` for ``ug-arab``) behind its own."""
    names = (lang, lang.partition("-")[0])
    files = [
        path
        for name in dict.fromkeys(names)
        for folder in _folders
        for path in folder.glob(f"{CATALOGUE}.mo")
        if _code(path) == name
    ]
    catalogue: gettext.NullTranslations = _Silent()
    for path in reversed(files):
        with path.open("rb") as file:
            found = gettext.GNUTranslations(file)
        found.add_fallback(catalogue)
        catalogue = found
    return catalogue
