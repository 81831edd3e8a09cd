"""What a country counts its money and its day in, and which languages it reads first."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from zoneinfo import ZoneInfo

from ..language import Label

WITH_UNIT = Label("{0}{1}", "{0} {1}")
BETWEEN = str.maketrans("", "", ",，")
EXACTLY, LARGEST = Decimal(0), 10**15


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

    def said(self, minor: int) -> Label:
        """The same with the unit: 1,234.56元."""
        return WITH_UNIT.filled(self.amount(minor), self.unit)

    def minor_units(self, text: str, slack: Decimal = EXACTLY) -> int | None:
        """An amount as people type it, in minor units; None where it is none, or finer than `slack` of a minor unit."""
        stripped = text.translate(BETWEEN).strip(f" ¥￥{self.symbol}{self.unit.zh}")
        try:
            units = Decimal(stripped) * self.factor
        except InvalidOperation:
            return None
        if not units.is_finite() or abs(units) >= LARGEST:
            return None
        whole = units.quantize(Decimal(1))
        return int(whole) if abs(units - whole) <= slack else None


@dataclass(frozen=True, slots=True)
class Conventions:
    """`languages`: what a text is said in where the reader's own has no word for it, the first one first."""

    currency: Currency
    zone: ZoneInfo
    languages: tuple[str, ...]
