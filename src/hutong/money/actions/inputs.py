"""Types of input shared by the actions: months, words in two languages, account numbers."""

from __future__ import annotations

import re
from datetime import date
from typing import Annotated, Any

from django.utils.translation import gettext as _
from pydantic import AfterValidator, BaseModel, Field
from pydantic.fields import FieldInfo

from hutong.core.errors import FieldError, Invalid
from hutong.core.validation import title_of
from hutong.money.queries.reference import check_digit

NUMBER = re.compile(r"\d{8,32}")


def words(en: str, zh: str, default: Any = ..., **extra: Any) -> Any:
    """A field with its label in both languages; `kind` and `help` go to the form."""
    limits = {k: extra.pop(k) for k in ("max_length", "min_length", "ge", "gt", "le") if k in extra}
    made: FieldInfo = Field(default, title=en, json_schema_extra={"zh": zh, **extra}, **limits)
    return made


def _first_day(value: date) -> date:
    if value.day != 1:
        raise ValueError(_("is not the first day of a month"))
    return value


Month = Annotated[date, AfterValidator(_first_day)]
"""A month, as its first day."""


def wrong(given: BaseModel, field: str, what: str, todo: str = "") -> Invalid:
    """A finding about one field of an input, named as the form names it."""
    return Invalid([FieldError(title_of(type(given), field), what, todo)])


def bare_number(text: str) -> str:
    """Account number without spaces and hyphens; ValueError unless it is 8 to 32 digits."""
    bare = re.sub(r"[\s-]+", "", text)
    if not NUMBER.fullmatch(bare):
        raise ValueError(_("must be 8 to 32 digits"))
    return bare


AccountNumber = Annotated[str, AfterValidator(bare_number)]


def misread_card(number: str) -> bool:
    """Bank cards begin with 62 and carry a check digit; a slip in one digit or a swap of two is found by it."""
    return number.startswith("62") and 16 <= len(number) <= 19 and int(number[-1]) != check_digit(number[:-1])
