"""What a country counts its money and its day in, and which languages it reads first."""

from __future__ import annotations

from dataclasses import dataclass
from zoneinfo import ZoneInfo

from ..language import Label


@dataclass(frozen=True, slots=True)
class Currency:
    """A currency. Amounts are whole numbers of the minor unit, of which `10 ** digits` make one unit."""

    code: str
    unit: Label
    minor: Label
    symbol: str
    digits: int

    @property
    def word(self) -> str:
        """The unit as law files write it: 900 yuan."""
        return self.unit.en

    @property
    def factor(self) -> int:
        """Minor units in one unit."""
        return 10**self.digits  # type: ignore[no-any-return]

    def amount(self, minor: int) -> str:
        """Minor units as an amount with all its decimals and thousands, e.g. 123456 -> 1,234.56."""
        whole, rest = divmod(abs(minor), self.factor)
        decimals = f".{rest:0{self.digits}d}" if self.digits else ""
        return f"{'-' if minor < 0 else ''}{whole:,}{decimals}"


@dataclass(frozen=True, slots=True)
class Conventions:
    """`languages`: what a text is said in where the reader's own has no word for it, the first one first."""

    currency: Currency
    zone: ZoneInfo
    languages: tuple[str, ...]
