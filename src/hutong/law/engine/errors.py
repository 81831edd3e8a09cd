"""What is refused, and how it is said: where, what is wrong, what to do about it, in both languages."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches
from typing import TypeAlias

from ..language import Label

Said: TypeAlias = "Label | tuple[str, str]"
EMPTY = Label("", "")


def label(said: Said) -> Label:
    """A pair (Chinese, English) as a label."""
    return said if isinstance(said, Label) else Label(*said)


SENTENCES = Label("{0}。{1}", "{0}. {1}")


def sentences(what: Label, remedy: Label) -> Label:
    """What is wrong, then what to do about it."""
    return SENTENCES.filled(what, remedy)


@dataclass(frozen=True, slots=True)
class Mark:
    """A line of a law file."""

    file: str
    line: int

    def __str__(self) -> str:
        return f"{self.file}:{self.line}"


class Refusal(Exception):
    """The base of everything refused. `text(lang)` says it to a person; `str()` is English, for logs."""

    def __init__(self, what: Said, remedy: Said, where: str = "") -> None:
        super().__init__()
        self.where = where
        self.what = label(what)
        self.remedy = label(remedy)

    def text(self, lang: str) -> str:
        lead = f"{self.where}: " if self.where else ""
        return lead + sentences(self.what, self.remedy).text(lang)

    def __str__(self) -> str:
        return self.text("en")


class LawError(Refusal):
    """A law file cannot be used; `mark` is the line."""

    def __init__(self, mark: Mark, what: Said, remedy: Said) -> None:
        super().__init__(what, remedy, str(mark))
        self.mark = mark


class ExprError(Refusal):
    """A formula or value cannot be read or has the wrong type; the loader adds file and line."""


class FactProblem(Refusal):
    """One fact that is unknown, of the wrong type or impossible; `title` where the fact has one."""

    def __init__(self, name: str, what: Said, remedy: Said, title: Label = EMPTY) -> None:
        super().__init__(what, remedy, name)
        self.name = name
        self.title = title

    def text(self, lang: str) -> str:
        called = f" ({self.title.text(lang)})" if self.title else ""
        return f"{self.name}{called}: {sentences(self.what, self.remedy).text(lang)}"


class FactsError(Refusal, ValueError):
    """The facts of a case cannot be used; one line for each fact."""

    def __init__(self, problems: Iterable[FactProblem]) -> None:
        super().__init__(EMPTY, EMPTY)
        self.problems = tuple(problems)

    def text(self, lang: str) -> str:
        return "\n".join(problem.text(lang) for problem in self.problems)


class UnknownPlace(Refusal, ValueError):
    """A place code the jurisdiction does not have."""


class UnknownName(Refusal, KeyError):
    """A parameter, rule, programme or limit that does not exist."""


class LimitRefused(Refusal, ValueError):
    """A time limit is paused or extended although its law does not allow it."""


def nearest(word: str, known: Iterable[str]) -> Label:
    """A remedy that offers the most similar known name."""
    close = get_close_matches(word, list(known), n=1, cutoff=0.6)
    if close:
        return Label(f"是否为“{close[0]}”？", f"Did you mean '{close[0]}'?")
    return Label("请使用已声明的名称。", "Use a declared name.")
