"""What is refused, and how it is said: where, what is wrong, what to do about it, in both languages."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches
from typing import TypeAlias


@dataclass(frozen=True, slots=True)
class Text:
    """The same words in Chinese and English; false when empty."""

    zh: str
    en: str

    def of(self, lang: str) -> str:
        return self.zh if lang.startswith("zh") else self.en

    def __bool__(self) -> bool:
        return bool(self.zh)


Said: TypeAlias = "Text | tuple[str, str]"
EMPTY = Text("", "")


def text(said: Said) -> Text:
    """A pair (Chinese, English) as a Text."""
    return said if isinstance(said, Text) else Text(*said)


def sentences(what: Text, remedy: Text, lang: str) -> str:
    """What is wrong, then what to do about it."""
    return f"{what.zh}。{remedy.zh}" if lang.startswith("zh") else f"{what.en}. {remedy.en}"


@dataclass(frozen=True, slots=True)
class Mark:
    """A line of a law file."""

    file: str
    line: int

    def __str__(self) -> str:
        return f"{self.file}:{self.line}"


class Refusal(Exception):
    """The base of everything refused. `of(lang)` says it to a person; `str()` is English, for logs."""

    def __init__(self, what: Said, remedy: Said, where: str = "") -> None:
        super().__init__()
        self.where = where
        self.what = text(what)
        self.remedy = text(remedy)

    def of(self, lang: str) -> str:
        lead = f"{self.where}: " if self.where else ""
        return lead + sentences(self.what, self.remedy, lang)

    def __str__(self) -> str:
        return self.of("en")


class LawError(Refusal):
    """A law file cannot be used; `mark` is the line."""

    def __init__(self, mark: Mark, what: Said, remedy: Said) -> None:
        super().__init__(what, remedy, str(mark))
        self.mark = mark


class ExprError(Refusal):
    """A formula or value cannot be read or has the wrong type; the loader adds file and line."""


class FactProblem(Refusal):
    """One fact that is unknown, of the wrong type or impossible; `title` where the fact has one."""

    def __init__(self, name: str, what: Said, remedy: Said, title: Text = EMPTY) -> None:
        super().__init__(what, remedy, name)
        self.name = name
        self.title = title

    def of(self, lang: str) -> str:
        called = f" ({self.title.of(lang)})" if self.title else ""
        return f"{self.name}{called}: {sentences(self.what, self.remedy, lang)}"


class FactsError(Refusal, ValueError):
    """The facts of a case cannot be used; one line for each fact."""

    def __init__(self, problems: Iterable[FactProblem]) -> None:
        super().__init__(EMPTY, EMPTY)
        self.problems = tuple(problems)

    def of(self, lang: str) -> str:
        return "\n".join(problem.of(lang) for problem in self.problems)


class UnknownPlace(Refusal, ValueError):
    """A place code the jurisdiction does not have."""


class UnknownName(Refusal, KeyError):
    """A parameter, rule, programme or limit that does not exist."""


class LimitRefused(Refusal, ValueError):
    """A time limit is paused or extended although its law does not allow it."""


def nearest(word: str, known: Iterable[str]) -> Text:
    """A remedy that offers the most similar known name."""
    close = get_close_matches(word, list(known), n=1, cutoff=0.6)
    if close:
        return Text(f"是否为“{close[0]}”？", f"Did you mean '{close[0]}'?")
    return Text("请使用已声明的名称。", "Use a declared name.")
