"""pydantic's findings in the user's language: where, what, what to do."""

from __future__ import annotations

from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _
from pydantic import BaseModel, ValidationError

from hutong.core.errors import FieldError


def title_of(model: type[BaseModel], name: str) -> str:
    """The label of an input field in the active language."""
    field = model.model_fields.get(name)
    if field is None:
        return name
    extra = field.json_schema_extra if isinstance(field.json_schema_extra, dict) else {}
    if (get_language() or "zh-hans").startswith("zh") and extra.get("zh"):
        return str(extra["zh"])
    return field.title or name.replace("_", " ").capitalize()


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
    """One FieldError per finding; `where` is the field's label (and the position in a list)."""
    found = []
    for item in error.errors():
        head, *rest = [str(part) for part in item["loc"]] or [""]
        where = " ".join([title_of(model, head), *rest]) if head else ""
        found.append(FieldError(where, _text(item["type"], dict(item.get("ctx", {})), item["msg"])))
    return found


def by_field(error: ValidationError) -> dict[str, str]:
    """The same findings keyed by field name, for a form."""
    found: dict[str, str] = {}
    for item in error.errors():
        name = str(item["loc"][0]) if item["loc"] else ""
        found.setdefault(name, _text(item["type"], dict(item.get("ctx", {})), item["msg"]))
    return found
