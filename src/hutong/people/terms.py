"""Vocabulary of `people`. No Django here."""

from __future__ import annotations

from hutong.core.terms import Term


class NameProblem(Term):
    """Why a name cannot be stored as it was typed."""

    TOO_LONG = "too_long", "姓名超过100个字符", "the name is longer than 100 characters"
    NOT_LETTERS = "not_letters", "姓名中有不属于文字的符号", "the name contains signs that are no letters"
    NO_LETTER = "no_letter", "姓名中没有文字", "the name contains no letter"


class NameFlag(Term):
    """What a reader should know about a stored name."""

    PRIVATE_USE = (
        "private_use",
        "含自造字，其他系统可能无法显示",
        "private-use character: other systems may not show it",
    )
    RARE = "rare", "含生僻字", "rare character"
    DIGITS = "digits", "含数字", "contains digits"
    PLACEHOLDER = "placeholder", "原填“未取名”一类字样，按未取名登记", "a word for 'no name' was typed: kept as unnamed"


class Likeness(Term):
    """How strongly two records look like one child; a warning, never a verdict."""

    LIKELY = "likely", "很可能是同一儿童", "probably the same child"
    POSSIBLE = "possible", "可能是同一儿童", "possibly the same child"
    UNLIKELY = "unlikely", "不像同一儿童", "hardly the same child"
