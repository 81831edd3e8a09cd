"""Vocabulary of `care`. No Django here."""

from __future__ import annotations

from hutong.core.terms import Term


class Need(Term):
    """What a child seems to need."""

    LIVING = "living", "生活保障", "living allowance"
    GUARDIAN = "guardian", "监护照料", "somebody to care for it"
    MEDICAL = "medical", "医疗", "medical care"
    SCHOOL = "school", "就学", "schooling"
    REGISTRATION = "registration", "户口登记", "household registration"
    MIND = "mind", "心理关爱", "someone to talk to"
    SAFETY = "safety", "安全保护", "protection"


class FindingState(Term):
    """What became of a finding."""

    NEW = "new", "新发现", "new"
    TAKEN_UP = "taken_up", "已跟进", "taken up"
    CLOSED = "closed", "已了结", "closed"
