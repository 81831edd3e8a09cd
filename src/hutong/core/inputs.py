"""What an action is given: the base of every input, the words of its fields, and the types that inputs share.

A field that stands on a model is declared there, once: `name: str = of(Child, "name", "")` takes its words, its hint,
its length and its control from the column. What belongs to no column says its words here: `ask("原因", "Reason")`.
"""

from __future__ import annotations

import types
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Annotated, Any, ClassVar, TypeAlias, TypeVar, Union, get_args, get_origin

from django.db import models
from django.utils.translation import gettext as _
from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints, model_validator
from pydantic.fields import FieldInfo
from pydantic_core import PydanticUndefined

from hutong.core import places
from hutong.core.errors import FieldError, Invalid, NotFound
from hutong.core.jurisdiction import language
from hutong.core.terms import Label
from hutong.core.viewer import Viewer

Words: TypeAlias = tuple[str, str]
"""(Chinese, English)."""
Item = TypeVar("Item")
DIGITS = "digits"
"""Control of a number that is no quantity, such as an identity number: typed as text, and no digit may get lost."""
EARLIEST = date(1900, 1, 1)
LINE, TEXT = 200, 4000
"""Characters of a line, and of a text of several lines, where no column says otherwise."""


class Given(BaseModel):
    """Base of every input. Unknown fields are refused by name; texts are stripped, and a blank answer is none."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True, arbitrary_types_allowed=True)
    sections: ClassVar[tuple[Words, ...]] = ()
    """Sections of the form in their order; without them fields stand as they are declared."""

    @model_validator(mode="before")
    @classmethod
    def _blank_is_absent(cls, data: Any) -> Any:
        if not isinstance(data, dict):
            return data
        known = [k for k in data if k in cls.model_fields]
        blank = [k for k in known if isinstance(data[k], str) and not data[k].strip() and not cls._may_be_blank(k)]
        return {k: v for k, v in data.items() if k not in blank} if blank else data

    @classmethod
    def _may_be_blank(cls, name: str) -> bool:
        info = cls.model_fields.get(name)
        shape = shape_of(info) if info is not None and not info.is_required() else None
        return shape is not None and shape.base is str and not (shape.optional or shape.many)


class Nothing(Given):
    """Input of an action that needs none."""


# Fields


@dataclass(frozen=True, slots=True)
class Control:
    """The control of a type of input, where the Python type does not say it."""

    kind: str


def ask(
    zh: str,
    en: str,
    default: Any = PydanticUndefined,
    *,
    hint: Words | None = None,
    section: Words | None = None,
    control: str = "",
    accept: str = "",
    **limits: Any,
) -> Any:
    """A field of an input that is no column: its words, a hint, the section of the form; required without a default.

    `control` names a look-up or `hidden`, where the type does not say it; `limits` are pydantic's (`ge`, `max_length`).
    """
    extra: dict[str, Any] = {"zh": zh}
    if hint is not None:
        extra |= {"help_zh": hint[0], "help": hint[1]}
    if section is not None:
        extra |= {"section_zh": section[0], "section": section[1]}
    extra |= {name: value for name, value in (("kind", control), ("accept", accept)) if value}
    return Field(default, title=en, json_schema_extra=extra, **limits)


def of(
    model: type[models.Model],
    name: str,
    default: Any = PydanticUndefined,
    *,
    words: Words | None = None,
    hint: Words | None = None,
    **more: Any,
) -> Any:
    """A field of an input that is a column: what the column says holds, `words` and `hint` only where they differ.

    Raises FieldDoesNotExist for a column that is not there and RuntimeError for one without words.
    """
    column = model._meta.get_field(name)
    told: Label | None = getattr(column, "words", None)
    if told is None and words is None:
        raise RuntimeError(f"{model.__name__}.{name} has no words: give them where the column is declared")
    if isinstance(column, models.CharField) and not column.choices and getattr(column, "term", None) is None:
        more.setdefault("max_length", column.max_length)
    more.setdefault("control", getattr(column, "control", ""))
    zh, en = words or told or ("", "")
    return ask(zh, en, default, hint=hint or getattr(column, "hint", None), **more)


# Types


def _place(value: Any) -> Any:
    if isinstance(value, bool):
        raise ValueError(_("is not a place we know; choose it from the list, or write its code"))
    if isinstance(value, str):
        try:
            return places.find(value)
        except NotFound:
            raise ValueError(_("is not a place we know; choose it from the list, or write its code")) from None
    return value


def _first_day(value: Any) -> Any:
    if isinstance(value, str) and len(value.strip()) == 7:
        value = f"{value.strip()}-01"
    return value


def _month(value: date) -> date:
    return value.replace(day=1)


def _lines(value: Any) -> Any:
    if isinstance(value, str):
        return [part.strip() for part in value.replace("、", "\n").replace(",", "\n").splitlines() if part.strip()]
    return value


Line = Annotated[str, StringConstraints(max_length=LINE)]
"""A text of one line."""
Text = Annotated[str, StringConstraints(max_length=TEXT), Control("text")]
"""A text of several lines."""
LinesOf = Annotated[list[Item], BeforeValidator(_lines)]
"""Several items, one a line; a form gives one text."""
Lines = LinesOf[Line]
Month = Annotated[date, BeforeValidator(_first_day), AfterValidator(_month), Control("month")]
"""A month as the date of its first day; `2026-03` is understood."""
Fen = Annotated[int, Control("money")]
"""An amount in fen, typed in yuan."""
Place = Annotated[int, BeforeValidator(_place), Control("place")]
"""A place by the number of its division, or as text by its code: `mca:431102100`, or bare where that is clear."""


@dataclass(frozen=True, slots=True)
class Shape:
    """What a field's annotation asks for; the length is that of a text, in a list that of each."""

    base: Any
    optional: bool
    many: bool
    control: str = ""
    max_length: int | None = None


def shape_of(info: FieldInfo) -> Shape:
    """Look through Annotated, Optional and list; the control and the length are the nearest ones named on the way."""
    extra = info.json_schema_extra if isinstance(info.json_schema_extra, dict) else {}
    found, length = _told(info.metadata)
    control, annotation = str(extra.get("kind", "")) or found, info.annotation
    optional = many = False
    while True:
        origin = get_origin(annotation)
        if origin is Annotated:
            annotation, *rest = get_args(annotation)
            found, most = _told(rest)
            control, length = control or found, length or most
        elif origin in (Union, types.UnionType):
            inner = [a for a in get_args(annotation) if a is not type(None)]
            optional = optional or len(inner) < len(get_args(annotation))
            annotation = inner[0]
        elif origin in (list, tuple, set, frozenset, Sequence) or (
            isinstance(origin, type) and issubclass(origin, Sequence)
        ):
            many, annotation = True, get_args(annotation)[0]
        else:
            return Shape(annotation, optional, many, control, length)


def _told(metadata: Sequence[Any]) -> tuple[str, int | None]:
    control = next((m.kind for m in metadata if isinstance(m, Control)), "")
    return control, next((m.max_length for m in metadata if getattr(m, "max_length", None)), None)


# Findings


def wrong(given: BaseModel | type[BaseModel], field: str, code: str, message: str, remedy: str = "") -> Invalid:
    """One finding about a field of an input, by its path (`parts.0.code`). RuntimeError for a name that is no field."""
    return Invalid([finding(given, field, code, message, remedy)])


def finding(
    given: BaseModel | type[BaseModel], field: str, code: str, message: str, remedy: str = "", about: Any = None
) -> FieldError:
    """The same as a part of several."""
    shape = given if isinstance(given, type) else type(given)
    return FieldError(field, code, message, remedy, label=label_at(shape, field), about=about)


def located(error: FieldError, shape: type[BaseModel]) -> FieldError:
    """A finding as it leaves an action: under a field of its input, or, with the label an inner action gave it, under
    none. RuntimeError for a field that nobody has: the message would lose its control."""
    if not error.field or error.code == "extra_forbidden" or _known(error.field, shape):
        return error if error.label or not error.field else replace(error, label=label_at(shape, error.field))
    if error.label:
        return replace(error, field="")
    raise RuntimeError(f"{shape.__name__} has no field {error.field!r}")


def _known(path: str, shape: type[BaseModel]) -> bool:
    try:
        label_at(shape, path)
    except RuntimeError:
        return False
    return True


def label_at(model: type[BaseModel], path: str) -> str:
    """The label of a field of an input, by its path; positions in a list count from 1. RuntimeError if it is none."""
    said: list[str] = []
    inner: type[BaseModel] | None = model
    for part in path.split("."):
        if part.isdigit():
            said.append(str(int(part) + 1))
            continue
        info = inner.model_fields.get(part) if inner is not None else None
        if info is None:
            raise RuntimeError(f"{model.__name__} has no field {path!r}")
        said.append(words_of(info, part).text(language()))
        base = shape_of(info).base
        inner = base if isinstance(base, type) and issubclass(base, BaseModel) else None
    return " ".join(said)


def in_order(model: type[BaseModel]) -> list[tuple[str, FieldInfo]]:
    """The fields of an input as forms and spreadsheets ask them: by section, then as declared."""
    sections = [words[1] for words in getattr(model, "sections", ())]

    def place(item: tuple[str, FieldInfo]) -> int:
        extra = item[1].json_schema_extra
        section = extra.get("section") if isinstance(extra, dict) else None
        return sections.index(str(section)) if section in sections else len(sections)

    return sorted(model.model_fields.items(), key=place)


def words_of(info: FieldInfo, name: str) -> Label:
    """The words of a field of an input."""
    extra: Mapping[str, Any] = info.json_schema_extra if isinstance(info.json_schema_extra, dict) else {}
    en = info.title or name.replace("_", " ").capitalize()
    return Label(str(extra.get("zh", "")) or en, en)


def not_ahead(viewer: Viewer, given: BaseModel, *fields: str) -> None:
    """Refuse dates after today or before 1900, by field."""
    found = []
    for field in fields:
        value = getattr(given, field)
        if value is not None and value > viewer.today:
            found.append(finding(given, field, "future", _("lies in the future"), _("Check the year.")))
        elif value is not None and value < EARLIEST:
            found.append(finding(given, field, "too_early", _("lies before 1900"), _("Check the year.")))
    if found:
        raise Invalid(found)


def required(given: BaseModel, **missing: bool) -> None:
    """Raise Invalid naming each field that is missing under the circumstances."""
    found = [finding(given, field, "missing", _("is missing")) for field, absent in missing.items() if absent]
    if found:
        raise Invalid(found)
