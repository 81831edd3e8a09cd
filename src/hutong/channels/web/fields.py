"""Form fields made from the input of an action (a pydantic model), and what a browser sent turned into that input."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Any, Literal, get_args, get_origin

from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _
from pydantic import BaseModel, SecretStr
from pydantic.fields import FieldInfo

from hutong.channels.lookup import LOOKUPS
from hutong.core import places
from hutong.core.files import Upload
from hutong.core.inputs import DIGITS, Shape, in_order, shape_of, words_of
from hutong.core.jurisdiction import currency, money_example
from hutong.core.terms import Label, Term
from hutong.core.viewer import ZONE, current_viewer

SPARE_ITEMS = 2
"""Empty groups offered beyond those already filled, so that lists work without a script."""
RADIO_LIMIT = 6
SCROLLED = 25
ACCEPTED = "image/jpeg,image/png,image/webp,application/pdf"
"""Offered by the file chooser unless a field says otherwise (`accept`); the content is checked in any case."""


@dataclass(frozen=True, slots=True)
class Option:
    """One choice."""

    value: str
    text: Any
    chosen: bool = False


@dataclass
class FormField:
    """One question of a form, ready to be drawn."""

    name: str
    label: str
    widget: str
    required: bool = False
    help: str = ""
    value: Any = ""
    shown: str = ""
    error: str = ""
    section: str = ""
    lookup: str = ""
    max_length: int | None = None
    accept: str = ""
    options: list[Option] = field(default_factory=list)
    children: list[FormField] = field(default_factory=list)

    @property
    def id(self) -> str:
        """Id of the control; the error summary leads there."""
        return f"f-{self.name}"

    @property
    def described_by(self) -> str:
        """Ids of the hint and the error, for assistive technology."""
        parts = [f"{self.id}-help" if self.help else "", f"{self.id}-error" if self.error else ""]
        return " ".join(p for p in parts if p)

    @property
    def target(self) -> str:
        """Id of what gets the focus when the error is followed: a control, of a group its first one."""
        if self.children:
            return self.children[0].target
        return f"{self.id}-0" if self.options and self.widget in ("radios", "checkboxes") else self.id

    @property
    def input_type(self) -> str:
        """Type of a plain input; numbers are texts with a number pad, so that nothing is lost while typing."""
        types = {"date": "date", "month": "month", "datetime": "datetime-local", "password": "password"}
        return types.get(self.widget, "text")

    @property
    def short(self) -> bool:
        """Is the answer short enough for a narrow box?"""
        return self.widget in ("date", "month", "datetime", "number")

    @property
    def long(self) -> bool:
        """Are there more options than anybody scrolls through? A script then offers them while one types."""
        return len(self.options) > SCROLLED

    @property
    def grouped(self) -> bool:
        """Is it several controls under one legend?"""
        return self.widget in ("radios", "checkboxes", "group", "repeat")


Choices = Mapping[str, Sequence[tuple[Any, str]]]


def _extra(info: FieldInfo) -> dict[str, Any]:
    return dict(info.json_schema_extra) if isinstance(info.json_schema_extra, dict) else {}


def _said(extra: Mapping[str, Any], name: str, lang: str) -> str:
    en = str(extra.get(name, ""))
    return Label(str(extra.get(f"{name}_zh") or en), en).text(lang)


def widget_of(shape: Shape, info: FieldInfo, choices: Sequence[Any] | None) -> str:
    """Which control a field gets."""
    kind = shape.control
    if kind == "hidden":
        return "hidden"
    if choices is not None:
        return "checkboxes" if shape.many else ("radios" if len(choices) <= RADIO_LIMIT else "select")
    base = shape.base
    if isinstance(base, type) and issubclass(base, Upload):
        return "files" if shape.many else "file"
    if isinstance(base, type) and issubclass(base, BaseModel):
        return "repeat" if shape.many else "group"
    if shape.many:
        return "lines"
    if kind in ("text", "money", "month"):
        return {"text": "textarea"}.get(kind, kind)
    if base is bool:
        return "radios" if shape.optional or info.is_required() else "checkbox"
    plain = {int: "number", date: "date", datetime: "datetime", SecretStr: "password"}
    return "lookup" if kind and kind != DIGITS else plain.get(base, "input")


def _choices_of(shape: Shape, given: Sequence[tuple[Any, str]] | None, info: FieldInfo) -> list[tuple[str, Any]] | None:
    if given is not None:
        return [(str(value), text) for value, text in given]
    if isinstance(shape.base, type) and issubclass(shape.base, StrEnum):
        return [(str(word), word if isinstance(word, Term) else str(word)) for word in shape.base]
    if get_origin(shape.base) is Literal:
        return [(str(value), str(value)) for value in get_args(shape.base)]
    if shape.base is bool and not shape.many and (shape.optional or info.is_required()):
        known = [("true", _("yes")), ("false", _("no"))]
        return [*known, ("", _("not known"))] if shape.optional else known
    return None


def fields_of(
    model: type[BaseModel],
    values: Mapping[str, Any],
    lang: str,
    *,
    choices: Choices | None = None,
    errors: Mapping[str, str] | None = None,
    prefix: str = "",
) -> list[FormField]:
    """The questions of an input, filled with `values`, in the order they are declared."""
    errors = errors or {}
    made = []
    for name, info in in_order(model):
        given = (choices or {}).get(name)
        one = _field_of(model, name, info, values.get(name), lang, given, prefix)
        one.error = errors.get(one.name, "")
        if one.widget in ("group", "repeat"):
            inner = {k.partition(".")[2]: v for k, v in (choices or {}).items() if k.startswith(f"{name}.")}
            one.children = _nested(one, info, values.get(name), lang, errors, inner)
        made.append(one)
    return made


def _field_of(
    model: type[BaseModel],
    name: str,
    info: FieldInfo,
    value: Any,
    lang: str,
    given: Sequence[tuple[Any, str]] | None,
    prefix: str,
) -> FormField:
    shape, extra = shape_of(info), _extra(info)
    options = _choices_of(shape, given, info)
    widget = widget_of(shape, info, options)
    if value is None and not info.is_required() and widget not in ("group", "repeat"):
        value = info.get_default(call_default_factory=True)
    made = FormField(
        name=prefix + name,
        label=words_of(info, name).text(lang),
        widget=widget,
        required=info.is_required(),
        help=_said(extra, "help", lang),
        section=_said(extra, "section", lang),
        lookup=shape.control if widget == "lookup" else "",
        max_length=None if shape.many else shape.max_length,
        accept=str(extra.get("accept", ACCEPTED)),
    )
    chosen = {_sent(v) for v in value} if shape.many and value is not None else {_sent(value)}
    made.options = [Option(v, text, v in chosen) for v, text in options or ()]
    if widget == "checkbox":
        made.value = value in (True, "true", "on")
    elif widget == "lines":
        made.value = "\n".join(map(str, value or ())) if not isinstance(value, str) else value
    elif widget not in ("group", "repeat", "file", "files", "password"):  # a secret is never sent back
        made.value = _money_text(value) if widget == "money" else _sent(value, widget)
    if made.lookup and made.value:
        made.shown = LOOKUPS[made.lookup].called(current_viewer(), made.value)
    return made


def _sent(value: Any, widget: str = "") -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime):
        return f"{value.astimezone(ZONE):%Y-%m-%dT%H:%M}"
    if isinstance(value, date):
        return f"{value:%Y-%m}" if widget == "month" else value.isoformat()
    return str(value)[:7] if widget == "month" and re.fullmatch(r"\d{4}-\d{2}-\d{2}", str(value)) else str(value)


def _money_text(value: Any) -> str:
    return currency().amount(value).replace(",", "") if isinstance(value, int) else str(value or "")


def _nested(
    one: FormField, info: FieldInfo, value: Any, lang: str, errors: Mapping[str, str], choices: Choices
) -> list[FormField]:
    model = shape_of(info).base
    if one.widget == "group":
        return fields_of(model, _mapping(value), lang, choices=choices, errors=errors, prefix=f"{one.name}-")
    items = [_mapping(v) for v in value or ()]
    items += [{} for _n in range(SPARE_ITEMS)]
    groups = []
    for number, item in enumerate(items):
        group = FormField(f"{one.name}-{number}", f"{one.label} {number + 1}", "group")
        group.children = fields_of(model, item, lang, choices=choices, errors=errors, prefix=f"{group.name}-")
        if number >= len(items) - SPARE_ITEMS:  # a spare group may stay empty
            for child in group.children:
                child.required = False
        groups.append(group)
    return groups


def _mapping(value: Any) -> Mapping[str, Any]:
    if isinstance(value, BaseModel):
        return value.model_dump()
    return value if isinstance(value, Mapping) else {}


# What the browser sent


@dataclass
class Sent:
    """Raw input for pydantic, and what could not even be read (by field name)."""

    raw: dict[str, Any] = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)


def read_sent(
    model: type[BaseModel], post: Any, files: Any, *, choices: Choices | None = None, prefix: str = ""
) -> Sent:
    """Turn form data into raw input. Empty answers are left out, so that defaults hold and missing ones are named."""
    sent = Sent()
    for name, info in model.model_fields.items():
        shape = shape_of(info)
        widget = widget_of(shape, info, _choices_of(shape, (choices or {}).get(name), info))
        reader = _READERS.get(widget, _read_text)
        value = reader(sent, prefix + name, shape, post, files)
        if value is not None:
            sent.raw[name] = value
    return sent


def _read_text(sent: Sent, name: str, shape: Shape, post: Any, files: Any) -> Any:
    text = post.get(name, "").replace("\r\n", "\n")
    return text if text.strip() else None


def _read_choice(sent: Sent, name: str, shape: Shape, post: Any, files: Any) -> Any:
    text = post.get(name, "").strip()
    return _chosen(shape, text) if text else None


def _read_checkbox(sent: Sent, name: str, shape: Shape, post: Any, files: Any) -> Any:
    return post.get(name) in ("on", "true")


def _read_list(sent: Sent, name: str, shape: Shape, post: Any, files: Any) -> Any:
    return [_chosen(shape, v) for v in post.getlist(name) if v] or None


def _chosen(shape: Shape, text: str) -> Any:
    """The number of what was chosen; as a text it would be taken for a code."""
    chosen = places.number(text) if shape.base is int else None
    return text if chosen is None else chosen


def _read_lines(sent: Sent, name: str, shape: Shape, post: Any, files: Any) -> Any:
    return [line.strip() for line in post.get(name, "").splitlines() if line.strip()] or None


def _read_money(sent: Sent, name: str, shape: Shape, post: Any, files: Any) -> Any:
    text = post.get(name, "").strip()
    minor = currency().minor_units(text) if text else None
    if text and minor is None:
        sent.errors[name] = _("is not an amount (write it as %(example)s)") % {"example": money_example()}
        return text
    return minor


def _read_month(sent: Sent, name: str, shape: Shape, post: Any, files: Any) -> Any:
    text = post.get(name, "").strip()
    return f"{text}-01" if len(text) == 7 else text or None


def _read_datetime(sent: Sent, name: str, shape: Shape, post: Any, files: Any) -> Any:
    text = post.get(name, "").strip()
    try:
        return datetime.fromisoformat(text).replace(tzinfo=ZONE) if text else None
    except ValueError:
        return text


def _read_file(sent: Sent, name: str, shape: Shape, post: Any, files: Any) -> Any:
    given = files.get(name)
    return _upload(given) if given is not None else None


def _read_files(sent: Sent, name: str, shape: Shape, post: Any, files: Any) -> Any:
    return [_upload(one) for one in files.getlist(name)] or None


def _upload(given: UploadedFile[bytes]) -> dict[str, Any]:
    return {"name": (given.name or "")[-200:], "data": given.read()}


def _read_group(sent: Sent, name: str, shape: Shape, post: Any, files: Any) -> Any:
    inner = read_sent(shape.base, post, files, prefix=f"{name}-")
    sent.errors |= inner.errors
    return None if shape.optional and not _filled(inner.raw) else inner.raw


def _read_repeat(sent: Sent, name: str, shape: Shape, post: Any, files: Any) -> Any:
    numbers = {key[len(name) + 1 :].partition("-")[0] for key in (*post, *files) if key.startswith(f"{name}-")}
    items: list[dict[str, Any]] = []
    for number in sorted(int(n) for n in numbers if n.isascii() and n.isdigit() and len(n) < 4):
        inner = read_sent(shape.base, post, files, prefix=f"{name}-{number}-")
        if _filled(inner.raw):
            shift = f"{name}-{len(items)}-"
            sent.errors |= {k.replace(f"{name}-{number}-", shift, 1): v for k, v in inner.errors.items()}
            items.append(inner.raw)
    return items or None


def _filled(raw: Mapping[str, Any]) -> bool:
    return any(value not in (False, None, "", [], {}) for value in raw.values())


_READERS: dict[str, Callable[[Sent, str, Shape, Any, Any], Any]] = {
    "lookup": _read_choice,
    "radios": _read_choice,
    "select": _read_choice,
    "checkbox": _read_checkbox,
    "checkboxes": _read_list,
    "lines": _read_lines,
    "money": _read_money,
    "month": _read_month,
    "datetime": _read_datetime,
    "file": _read_file,
    "files": _read_files,
    "group": _read_group,
    "repeat": _read_repeat,
}


def has_secrets(model: type[BaseModel]) -> bool:
    """Does the input take a secret? It is never shown again, so there are no answers to check."""
    return any(shape_of(info).base is SecretStr for info in model.model_fields.values())


def has_files(model: type[BaseModel]) -> bool:
    """Does the input take a file anywhere?"""
    for info in model.model_fields.values():
        base = shape_of(info).base
        if isinstance(base, type) and issubclass(base, BaseModel) and (issubclass(base, Upload) or has_files(base)):
            return True
    return False
