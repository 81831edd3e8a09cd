"""pydantic's findings in the user's language: where, what, what to do."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django.utils.translation import gettext as _
from pydantic import BaseModel, ValidationError

from hutong.core.errors import FieldError
from hutong.core.inputs import label_at, shape_of


def _text(kind: str, context: dict[str, Any], original: str) -> str:
    texts = {
        "missing": _("is missing"),
        "extra_forbidden": _("is not known here; check the spelling of the field"),
        "string_too_short": _("is too short (at least %(min_length)s characters)"),
        "string_too_long": _("is too long (at most %(max_length)s characters)"),
        "date_from_datetime_parsing": _("is not a date (write it as 2026-03-31)"),
        "date_parsing": _("is not a date (write it as 2026-03-31)"),
        "date_type": _("is not a date (write it as 2026-03-31)"),
        "date_from_datetime_inexact": _("is not a date (write it as 2026-03-31)"),
        "datetime_from_date_parsing": _("is not a date with its time"),
        "datetime_parsing": _("is not a date with its time"),
        "datetime_type": _("is not a date with its time"),
        "int_parsing": _("is not a whole number"),
        "int_type": _("is not a whole number"),
        "int_from_float": _("is not a whole number"),
        "bool_parsing": _("must be yes or no"),
        "bool_type": _("must be yes or no"),
        "enum": _("is not one of: %(expected)s"),
        "literal_error": _("is not one of: %(expected)s"),
        "greater_than_equal": _("must be at least %(ge)s"),
        "greater_than": _("must be more than %(gt)s"),
        "less_than_equal": _("must be at most %(le)s"),
        "string_type": _("must be a text"),
        "string_pattern_mismatch": _("is not written in the form asked for"),
        "too_short": _("is too short a list (at least %(min_length)s)"),
        "too_long": _("is too long a list (at most %(max_length)s)"),
    }
    if kind in ("string_too_short", "too_short") and context.get("min_length") == 1:
        return _("must not be empty")
    if kind in texts:
        return texts[kind] % context if context else texts[kind].split(" (")[0]
    if kind in ("value_error", "assertion_error"):
        return str(context.get("error", original))
    return original


def messages_of(error: ValidationError, model: type[BaseModel]) -> list[FieldError]:
    """One FieldError per finding, with the path of the field, pydantic's own code and the field's label."""
    found = []
    for item in error.errors():
        path = path_of(model, item["loc"], unknown=item["type"] == "extra_forbidden")
        message = _text(item["type"], dict(item.get("ctx", {})), item["msg"])
        label = label_at(model, path) if path and item["type"] != "extra_forbidden" else path
        found.append(FieldError(path, item["type"], message, label=label))
    return found


def path_of(model: type[BaseModel], loc: Sequence[Any], unknown: bool = False) -> str:
    """The path of a field inside an input; pydantic's own steps (the branch of a union) are left out.

    `unknown`: its last step is the name that is no field.
    """
    parts: list[str] = []
    inner: type[BaseModel] | None = model
    for step in loc:
        if isinstance(step, int):
            parts.append(str(step))
        elif inner is not None and (step in inner.model_fields or not parts or (unknown and step == loc[-1])):
            parts.append(str(step))
            base = shape_of(inner.model_fields[step]).base if step in inner.model_fields else None
            inner = base if isinstance(base, type) and issubclass(base, BaseModel) else None
    return ".".join(parts)


def by_field(errors: Iterable[FieldError]) -> dict[str, str]:
    """Findings by the path of their field, the first of each, for a form."""
    found: dict[str, str] = {}
    for error in errors:
        found.setdefault(error.field, " ".join(part for part in (error.message, error.remedy) if part))
    return found
