"""What a check of an identity number finds; each jurisdiction has its own check."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from .language import spoken


@dataclass(frozen=True, slots=True)
class Note:
    """Something found about a number."""

    code: str
    zh: str
    en: str

    def label(self, lang: str = "zh") -> str:
        return spoken(self.zh, self.en, lang)

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
