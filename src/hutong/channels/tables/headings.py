"""The columns that are looked for, and how the headings of a file are recognised or guessed."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches
from typing import Any, Literal

from pydantic import BaseModel

from hutong.core.inputs import DIGITS, in_order, shape_of, words_of
from hutong.core.jurisdiction import language
from hutong.core.terms import Label, Term

Kind = Literal["text", "number_text", "date", "part_date", "month", "int", "money", "term"]
REMARK = re.compile(r"[（(\[【][^（(\[【]*(必填|选填|可不填|非必填|文本|required|optional|text)[^）)\]】]*[）)\]】]")
"""What templates add to a heading in brackets and what changes nothing; a unit in brackets is none of it."""
WEIGHTY = re.compile(
    r"身份|证件|公民号|账号|帐号|账户|卡号|金额|款额|发放额|标准|identit|account|card|amount", re.IGNORECASE
)
"""Headings that look like an identity, an account or an amount: none of them is passed over in silence."""
COUNTERS = frozenset({"序号", "行号", "顺序号", "no", "no.", "#"})
"""Columns that count the rows of the file and say nothing else."""


@dataclass(frozen=True)
class Heading:
    """A column that is looked for. `number_text` is a number that is no quantity (identity, account, telephone): its
    digits must have survived. `money` is read in units of the currency and returned in minor ones, `month` as the first
    day, `part_date` as a date with its precision."""

    name: str
    title: Label
    aliases: Sequence[str] = ()
    required: bool = False
    kind: Kind = "text"
    term: type[Term] | None = None
    """Vocabulary of a `term`: a cell may hold its Chinese, its English or its value."""
    max_length: int | None = None
    own: bool = False
    """Each row has one of its own: a cell merged over several rows does not say it."""

    @property
    def shown(self) -> str:
        """Title in the active language."""
        return self.title.text(language())

    @property
    def known_as(self) -> tuple[str, ...]:
        """Everything it is recognised by."""
        return (self.title.zh, self.title.en, self.name, *self.aliases)


def headings_of(
    model: type[BaseModel],
    aliases: Mapping[str, Sequence[str]],
    *,
    without: Sequence[str] = (),
    own: Collection[str] = (),
    part_dates: Collection[str] = (),
) -> list[Heading]:
    """The columns of a spreadsheet whose rows are an input: words, kinds and lengths are those of its fields."""
    made = []
    for name, info in in_order(model):
        shape = shape_of(info)
        term = shape.base if isinstance(shape.base, type) and issubclass(shape.base, Term) else None
        kinds: dict[Any, Kind] = {date: "part_date" if name in part_dates else "date", int: "int"}
        by_control: dict[str, Kind] = {DIGITS: "number_text", "money": "money", "month": "month", "place": "text"}
        kind: Kind = "term" if term else by_control.get(shape.control) or kinds.get(shape.base, "text")
        if name not in without:
            words, others = words_of(info, name), tuple(aliases.get(name, ()))
            required = info.is_required()
            made.append(Heading(name, words, others, required, kind, term, shape.max_length, name in own))
    return made


def plain(text: Any) -> str:
    """A heading without blanks, stars, colons and brackets, full-width letters folded."""
    return re.sub(r"[\s*:()]+", "", unicodedata.normalize("NFKC", str(text))).casefold()


class Known:
    """The headings of a file seen as columns: those that were looked for, and what somebody said of others."""

    def __init__(self, headings: Sequence[Heading], said: Mapping[str, str]) -> None:
        self.headings = {heading.name: heading for heading in headings}
        self._by_name = {plain(name): heading.name for heading in headings for name in heading.known_as}
        self._said = {plain(text): self.named(means) for text, means in said.items()}

    def named(self, text: str) -> str:
        """The name of the column that is meant; empty for none."""
        return text if text in self.headings else self._by_name.get(plain(text), "")

    def of(self, text: Any) -> str:
        """The column a heading stands for; empty where it is not known."""
        found = self._said.get(plain(text))
        if found is not None:
            return found
        return self._by_name.get(plain(text)) or self._by_name.get(plain(REMARK.sub("", str(text))), "")

    def settled(self, text: Any) -> bool:
        """Did somebody say what this very heading is, even if it is nothing?"""
        return plain(text) in self._said

    def guess(self, text: Any, free: Collection[str]) -> str:
        """The column among those still free that a heading resembles most; empty where none does."""
        bare = plain(re.sub(r"[（(\[【].*?[）)\]】]", "", str(text)))
        near = get_close_matches(bare, [name for name, of in self._by_name.items() if of in free], 1, 0.5)
        return self._by_name[near[0]] if near else ""
