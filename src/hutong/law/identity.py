"""What a check of an identity number finds; each jurisdiction has its own check."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Note:
    """Something found about a number, in both languages."""

    code: str
    zh: str
    en: str

    def label(self, lang: str = "zh") -> str:
        return self.zh if lang.startswith("zh") else self.en

    def __str__(self) -> str:
        return self.zh


@dataclass(frozen=True, slots=True)
class IdCheck:
    """The verdict on one number.

    kind: absent, or a word of the jurisdiction's check. `problems` make the number unusable; `warnings` do not.
    sex is 'male', 'female' or ''.
    """

    kind: str
    normalised: str
    birth: date | None
    sex: str
    problems: tuple[Note, ...]
    warnings: tuple[Note, ...]

    @property
    def valid(self) -> bool:
        return not self.problems and self.kind != "absent"
