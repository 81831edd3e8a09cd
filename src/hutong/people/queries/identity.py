"""Identity numbers of children and adults: read, sealed, and found again without being readable."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db import models
from django.utils.translation import gettext as _

from hutong.core.access import MASK, masked_number, may_read
from hutong.core.crypto import blind, seal, unseal
from hutong.core.errors import FieldError, Invalid
from hutong.core.jurisdiction import language, law
from hutong.core.viewer import Viewer
from hutong.law.identity import IdCheck
from hutong.people.queries.keys import exchanged, near_texts
from hutong.people.terms import Sex

PURPOSE = "people.identity"
NUMBER_HEADINGS = (
    "身份证号", "身份证号码", "身份号码", "身份证件号", "身份证件号码", "公民身份证号", "公民身份证号码",
    "公民身份证件号码", "证件号码", "ID number",
)  # fmt: skip
"""How spreadsheets head the column of identity numbers, besides the words of the field."""
SEX_OF = {str(sex): sex for sex in Sex}
"""Words of the number check -> our terms."""


def identity_key(number: str) -> bytes:
    """Keyed hash of the whole number."""
    return blind(number, PURPOSE)


def near_keys(number: str) -> list[int]:
    """Keyed hashes of what two numbers with one wrong digit have in common; empty for anything but 18 characters."""
    if len(number) != 18:
        return []
    return [int.from_bytes(blind(text, f"{PURPOSE}.near")[:8], "big", signed=True) for text in near_texts(number)]


def exchanged_keys(number: str) -> list[bytes]:
    """Keyed hashes of every number that becomes this one by an exchange of neighbouring digits."""
    return [identity_key(other) for other in exchanged(number)]


def read_identity(text: str, today: date) -> IdCheck:
    """The number checked by the law's own validator; raises Invalid with each problem in words."""
    check = law().check_identity_number(text, today)
    if check.problems:
        todo = _("Compare it with the identity card or the household register; leave it empty if there is none.")
        lang = language()
        raise Invalid(
            [
                FieldError("identity_number", "invalid", problem.label(lang), todo, _("Identity number"))
                for problem in check.problems
            ]
        )
    return check


def sealed_identity(model: type[models.Model], row_id: int, number: str) -> bytes:
    """The number encrypted for one row."""
    return seal(number, table=model._meta.db_table, row_id=row_id, field="identity")


def identity_of(record: Any) -> str:
    """The number in clear, for use inside the system alone (bank files, comparisons); empty where there is none."""
    if record.identity is None:
        return ""
    return unseal(record.identity, table=record._meta.db_table, row_id=record.pk, field="identity")


def identity_shown(viewer: Viewer, record: Any) -> str:
    """What a page shows: nothing, a mask, or the number with its middle hidden for those cleared."""
    if record.identity is None:
        return ""
    return masked_number(identity_of(record)) if may_read(viewer, type(record), "identity") else MASK
