"""Payments and batches by their numbers."""

from __future__ import annotations

import re
from datetime import date

from django.db.models import QuerySet

from hutong.core.viewer import Viewer
from hutong.money.models import Batch, Line
from hutong.money.queries.reference import line_id

_NUMBER = re.compile(r"#?(\d{1,18})")
_MONTH = re.compile(r"(\d{4})-(0[1-9]|1[0-2])")


def by_reference(rows: QuerySet[Line], text: str, viewer: Viewer) -> QuerySet[Line]:
    """The payment of a reference (`HT` with thirteen digits); none where a digit is wrong."""
    number = line_id("".join(text.split()))
    return rows.none() if number is None else rows.filter(pk=number)


def by_batch_number(rows: QuerySet[Batch], text: str, viewer: Viewer) -> QuerySet[Batch]:
    """The batch of a number (`#12`), or those of a month (`2026-11`)."""
    if (month := _MONTH.fullmatch(text.strip())) and month[1] != "0000":
        return rows.filter(month=date(int(month[1]), int(month[2]), 1))
    number = _NUMBER.fullmatch(text.strip())
    return rows.filter(pk=int(number[1])) if number else rows.none()
