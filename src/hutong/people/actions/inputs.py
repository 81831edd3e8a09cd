"""Pieces that the inputs of several actions share: names, dates that cannot lie ahead, places, papers."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Annotated, Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _
from pydantic import AfterValidator, Field, model_validator
from pydantic_core import PydanticUndefined

from hutong.core import places
from hutong.core.action import Given
from hutong.core.errors import FieldError, Invalid, NotFound
from hutong.core.files import Upload, store_file
from hutong.core.models import StoredFile
from hutong.core.terms import DataClass
from hutong.core.validation import title_of
from hutong.core.viewer import Viewer
from hutong.people.models import Child
from hutong.people.queries.names import read_name

EARLIEST = date(1900, 1, 1)


class Input(Given):
    """Base of the inputs here: a blank text from a form or a spreadsheet means "not given"."""

    @model_validator(mode="before")
    @classmethod
    def _blank_is_absent(cls, data: Any) -> Any:
        if not isinstance(data, dict):
            return data
        return {k: v for k, v in data.items() if not (isinstance(v, str) and not v.strip())}


def titled(
    zh: str,
    en: str,
    default: Any = PydanticUndefined,
    *,
    hint: tuple[str, str] = ("", ""),
    kind: str = "",
    section: tuple[str, str] = ("", ""),
) -> Any:
    """An input field: labels in both languages, a hint and a section (zh, en), and the kind of control where the type
    does not say it: `place`, `month`, `money` (fen, typed in yuan) or `text` (several lines)."""
    extra: dict[str, Any] = {"zh": zh}
    if hint[0]:
        extra |= {"help_zh": hint[0], "help": hint[1]}
    if kind:
        extra["kind"] = kind
    if section[0]:
        extra |= {"section_zh": section[0], "section": section[1]}
    return Field(default, title=en, json_schema_extra=extra)


def _name(value: str) -> str:
    name = read_name(value)
    if name.problems:
        lang = get_language() or "zh-hans"
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


def wrong(given: Any, field: str, what: str, todo: str = "") -> Invalid:
    """One finding about a field of an input, under the field's own label."""
    return Invalid([FieldError(title_of(type(given), field), what, todo)])


def not_ahead(viewer: Viewer, given: Any, *fields: str) -> None:
    """Refuse dates after today or before 1900, by field."""
    found = []
    for field in fields:
        value = getattr(given, field)
        if value is not None and value > viewer.today:
            found.append(FieldError(title_of(type(given), field), _("lies in the future"), _("Check the year.")))
        elif value is not None and value < EARLIEST:
            found.append(FieldError(title_of(type(given), field), _("lies before 1900"), _("Check the year.")))
    if found:
        raise Invalid(found)


def place_key(given: Any, field: str) -> int:
    """Key of the place a field names; Invalid for an unknown place."""
    try:
        return places.key(getattr(given, field))
    except NotFound:
        raise wrong(given, field, _("is not a place we know"), _("Choose it from the list.")) from None


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
