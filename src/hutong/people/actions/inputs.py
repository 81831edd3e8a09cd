"""Pieces that the inputs of several actions share: names, dates that cannot lie ahead, places, papers."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Annotated, Any

from django.utils.translation import gettext as _
from pydantic import AfterValidator

from hutong.core import places
from hutong.core.errors import NotFound
from hutong.core.files import Upload, store_file
from hutong.core.inputs import wrong
from hutong.core.jurisdiction import language
from hutong.core.models import StoredFile
from hutong.core.terms import DataClass
from hutong.core.viewer import Viewer
from hutong.people.models import Child
from hutong.people.queries.names import read_name


def _name(value: str) -> str:
    name = read_name(value)
    if name.problems:
        lang = language()
        raise ValueError("; ".join(p.label(lang) for p in name.problems))
    return name.text


def _some_name(value: str) -> str:
    name = _name(value)
    if not name:
        raise ValueError(_("must not be empty"))
    return name


ChildName = Annotated[str, AfterValidator(_name)]
"""A name, repaired; empty for a child nobody has named yet."""
AdultName = Annotated[str, AfterValidator(_some_name)]
Paper = Upload | None


def place_key(given: Any, field: str) -> int:
    """Key of the place a field names; Invalid for an unknown place."""
    try:
        return places.key(getattr(given, field))
    except NotFound:
        raise wrong(given, field, "unknown", _("is not a place we know"), _("Choose it from the list.")) from None


def place_key_if_any(given: Any, field: str) -> int | None:
    """The same for a field that may be empty."""
    return None if getattr(given, field) is None else place_key(given, field)


def month_of(day: date) -> date:
    """First day of the month."""
    return day.replace(day=1)


def month_before(month: date) -> date:
    """First day of the month before."""
    return (month.replace(day=1) - timedelta(days=1)).replace(day=1)


def keep_paper(
    viewer: Viewer, child: Child, paper: Paper, data_class: DataClass = DataClass.SENSITIVE
) -> StoredFile | None:
    """Store the proof of a fact with the child's file."""
    if paper is None:
        return None
    stored = store_file(viewer, paper.data, paper.name, place_key=child.actual_key, child_id=child.pk)
    if data_class != DataClass.SENSITIVE:
        stored.data_class_value = int(data_class)
        stored.save()
    return stored
