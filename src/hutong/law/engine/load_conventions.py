"""The currency, the time zone and the languages of a country, as its law folder says them."""

from __future__ import annotations

from pathlib import Path
from zoneinfo import ZoneInfo

from ..language import Label
from .conventions import Conventions, Currency
from .errors import ExprError
from .parse import KEYWORDS
from .source import Node, read_file

NO_CURRENCY = Label("未写明货币", "no currency is named")
ADD_CONVENTIONS = Label("请在 country.yaml 中补上“conventions:”。", "Add 'conventions:' in country.yaml.")
LENGTHS = {"day", "days", "month", "months", "year", "years"}


def conventions(node: Node) -> Conventions:
    """The currency, the time zone and the languages of a country."""
    parts = node.fields("currency zone languages")
    money = parts["currency"].fields("code zh en digits", "symbol minor")
    unit = Label(money["zh"].text(), money["en"].read(_unit))
    minor = money["minor"].fields("zh en") if "minor" in money else {}
    smallest = Label(minor["zh"].text(), minor["en"].text()) if minor else unit
    digits = money["digits"].whole()
    if not 0 <= digits <= 4:
        raise money["digits"].refuse(
            ("小数位数应为0至4", "a currency has 0 to 4 decimals"), ("请更正。", "Correct the number.")
        )
    symbol = money["symbol"].text() if "symbol" in money else ""
    currency = Currency(money["code"].text(), unit, smallest, symbol, digits)
    return Conventions(currency, parts["zone"].read(_zone), parts["languages"].texts())


def _unit(text: str) -> str:
    """The unit of a currency: formulas name it, so it is a single word that means nothing else there."""
    if not text.isascii() or not text.isalpha() or text in KEYWORDS | LENGTHS:
        raise ExprError(
            (f"“{text}”不能作公式中的单位", f"'{text}' cannot be a unit in formulas"),
            ("请写一个英文单词。", "Write a single word."),
        )
    return text


def _zone(text: str) -> ZoneInfo:
    try:
        return ZoneInfo(text)
    except (ValueError, OSError, KeyError) as error:
        raise ExprError(
            (f"未知的时区“{text}”", f"unknown time zone '{text}'"),
            ("例如 Asia/Shanghai。", "Write for example Asia/Shanghai."),
        ) from error


def conventions_of(folder: Path) -> Conventions:
    """The conventions of a law folder, read from its `country.yaml` alone: settings need them before the law."""
    file = read_file(folder / "country.yaml", "country.yaml")
    found = dict(file.pairs()).get("conventions")
    if found is None:
        raise file.refuse(NO_CURRENCY, ADD_CONVENTIONS)
    return conventions(found)
