"""The type of input for account numbers."""

from __future__ import annotations

import re
from typing import Annotated

from django.utils.translation import gettext as _
from pydantic import AfterValidator

from hutong.core.inputs import Line
from hutong.money.queries.reference import check_digit

NUMBER = re.compile(r"\d{8,32}")


def bare_number(text: str) -> str:
    """Account number without spaces and hyphens; ValueError unless it is 8 to 32 digits."""
    bare = re.sub(r"[\s-]+", "", text)
    if not NUMBER.fullmatch(bare):
        raise ValueError(_("must be 8 to 32 digits"))
    return bare


AccountNumber = Annotated[Line, AfterValidator(bare_number)]


def misread_card(number: str) -> bool:
    """Bank cards begin with 62 and carry a check digit; a slip in one digit or a swap of two is found by it."""
    return number.startswith("62") and 16 <= len(number) <= 19 and int(number[-1]) != check_digit(number[:-1])
