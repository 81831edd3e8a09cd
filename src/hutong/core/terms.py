"""Vocabulary every package shares: labelled terms and the four data classes. No Django here."""

from __future__ import annotations

from enum import IntEnum, StrEnum
from typing import Self

from hutong.law.language import Label as Label
from hutong.law.language import spoken


class Term(StrEnum):
    """An enumerated word of the field: value, Chinese, English and, where law defines it, the article."""

    zh: str
    en: str
    basis: str

    def __new__(cls, value: str, zh: str = "", en: str = "", basis: str = "") -> Self:
        # Defaults let `Kind("value")` look a member up for the type checker too; no member goes without its words.
        if not (zh and en):
            raise TypeError(f"{cls.__name__}.{value} needs its words in Chinese and English")
        member = str.__new__(cls, value)
        member._value_ = value
        member.zh, member.en, member.basis = zh, en, basis
        return member

    @property
    def words(self) -> Label:
        """Its wording as part of a longer text."""
        return Label(self.zh, self.en)

    def label(self, lang: str) -> str:
        """The wording for a language code such as ``zh-hans`` or ``en``."""
        return spoken(self.zh, self.en, lang)


class DataClass(IntEnum):
    """How closely a field is kept; a reader needs a clearance at least as high."""

    OPEN = 0
    PERSONAL = 1
    SENSITIVE = 2
    SEALED = 3


class Light(Term):
    """Traffic light of a time limit."""

    GREEN = "green", "期限内", "in time"
    AMBER = "amber", "即将到期", "due soon"
    RED = "red", "已超期", "overdue"


class TaskState(Term):
    """Life of a task on a worklist."""

    OPEN = "open", "待办", "open"
    DONE = "done", "已办", "done"
    DROPPED = "dropped", "不再需要", "no longer needed"


class JournalKind(Term):
    """What the journal keeps beside changes: looking and being refused."""

    OPENED = "opened", "查阅", "opened"
    LISTED = "listed", "列表查询", "listed"
    EXPORTED = "exported", "导出", "exported"
    REFUSED = "refused", "被拒绝", "refused"
    NOT_FOUND = "not_found", "范围外或不存在", "outside reach or absent"
    LOGIN = "login", "登录", "signed in"
    LOGIN_FAILED = "login_failed", "登录失败", "sign-in failed"
    PASSWORD = "password", "修改密码", "password changed"
    EMERGENCY = "emergency", "紧急查看", "emergency access"
    TOKEN = "token", "接口密钥", "machine key"
