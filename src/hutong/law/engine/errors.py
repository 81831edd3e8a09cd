"""What the engine refuses, and how it says so."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches


@dataclass(frozen=True, slots=True)
class Mark:
    """A line of a law file."""

    file: str
    line: int

    def __str__(self) -> str:
        return f"{self.file}:{self.line}"


class LawError(Exception):
    """A law file cannot be used: where, what is wrong, what to do about it."""

    def __init__(self, mark: Mark, what: str, remedy: str) -> None:
        super().__init__(f"{mark}: {what}. {remedy}")
        self.mark = mark
        self.what = what
        self.remedy = remedy


class ExprError(Exception):
    """A formula cannot be read or has the wrong type; the loader adds file and line."""

    def __init__(self, what: str, remedy: str) -> None:
        super().__init__(f"{what}. {remedy}")
        self.what = what
        self.remedy = remedy


@dataclass(frozen=True, slots=True)
class FactProblem:
    """One fact that is unknown, of the wrong type or impossible."""

    name: str
    what: str
    remedy: str


class FactsError(ValueError):
    """The facts of a case cannot be used; names each fact and what to do."""

    def __init__(self, problems: Iterable[FactProblem]) -> None:
        self.problems = tuple(problems)
        super().__init__("; ".join(f"{p.name}: {p.what}. {p.remedy}" for p in self.problems))


class UnknownPlace(ValueError):
    """A place code the jurisdiction does not have."""


class UnknownName(KeyError):
    """A parameter, rule, programme or deadline that does not exist."""

    def __str__(self) -> str:
        return str(self.args[0])


class LimitRefused(ValueError):
    """A time limit is paused or extended although its law does not allow it."""


def nearest(word: str, known: Iterable[str]) -> str:
    """A remedy that offers the most similar known name."""
    close = get_close_matches(word, list(known), n=1, cutoff=0.6)
    return f"Did you mean '{close[0]}'?" if close else "Use a declared name."
