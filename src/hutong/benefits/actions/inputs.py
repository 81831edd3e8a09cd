"""Pieces that the inputs of several actions share."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any

from django.utils.translation import gettext as _
from pydantic import BeforeValidator, StringConstraints

from hutong.benefits.models import Application, Award
from hutong.core.errors import Invalid
from hutong.core.files import Upload, store_file
from hutong.core.models import StoredFile
from hutong.core.viewer import Viewer
from hutong.people.actions.inputs import Input, not_ahead, titled, wrong

__all__ = ["Input", "Lines", "Month", "Paper", "Said", "keep", "month_of", "next_month", "not_ahead", "previous_month",
           "required", "titled", "wrong"]  # fmt: skip

Paper = Upload | None
Said = Annotated[str, StringConstraints(min_length=1, max_length=4000)]
"""A text that must not be empty."""


def _lines(value: Any) -> Any:
    if isinstance(value, str):
        return [part.strip() for part in value.replace("、", "\n").replace(",", "\n").splitlines() if part.strip()]
    return value


def _first_day(value: Any) -> Any:
    if isinstance(value, str) and len(value.strip()) == 7:
        value = f"{value.strip()}-01"
    if isinstance(value, str) and not value.strip():
        return None
    return value.replace(day=1) if isinstance(value, date) else value


Lines = Annotated[list[str], BeforeValidator(_lines)]
"""Several names, one a line; a form gives one text."""
Month = Annotated[date, BeforeValidator(_first_day)]
"""A month as the date of its first day; `2026-03` is understood."""


def month_of(day: date) -> date:
    """First day of the month."""
    return day.replace(day=1)


def next_month(day: date) -> date:
    """First day of the month after."""
    return date(day.year + day.month // 12, day.month % 12 + 1, 1)


def previous_month(day: date) -> date:
    """First day of the month before."""
    return date(day.year - (day.month == 1), (day.month - 2) % 12 + 1, 1)


def keep(viewer: Viewer, about: Application | Award, paper: Paper) -> StoredFile | None:
    """Store a paper with the child it is about."""
    if paper is None:
        return None
    return store_file(viewer, paper.data, paper.name, place_key=about.place_key, child_id=about.child_id)


def required(given: Any, **missing: bool) -> None:
    """Raise Invalid naming each field that is missing under the circumstances."""
    errors = [e for field, absent in missing.items() if absent for e in wrong(given, field, _("is missing")).errors]
    if errors:
        raise Invalid(errors)
