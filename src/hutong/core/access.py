"""One function decides which fields a viewer sees: table, form, filter, API, sync, export, print and search ask it."""

from __future__ import annotations

from typing import Any

from django.db import models

from hutong.core.record import PlaceKeyField, data_class_of
from hutong.core.terms import DataClass
from hutong.core.viewer import Viewer

MASK = "•••"
STRUCTURE = {"id", "version", "created_at", "updated_at"}
"""Columns every record has; they say nothing about a person."""


def class_of(field: models.Field[Any, Any]) -> DataClass:
    """Data class of a field; one that declares none is sealed, so forgetting closes instead of opening."""
    declared = data_class_of(field)
    if declared is not None:
        return declared
    if field.name in STRUCTURE or isinstance(field, PlaceKeyField):
        return DataClass.OPEN
    return DataClass.SEALED


def visible_fields(viewer: Viewer, model: type[models.Model]) -> frozenset[str]:
    """Names of the model's fields this viewer may read."""
    package = model._meta.app_label
    return frozenset(f.name for f in model._meta.concrete_fields if viewer.clears(package, class_of(f)))


def may_read(viewer: Viewer, model: type[models.Model], field: str) -> bool:
    """May this viewer read that field (or a property standing for it) of the model?"""
    return field in visible_fields(viewer, model)


def shown(viewer: Viewer, obj: models.Model, field: str) -> Any:
    """The value, or the mask where the viewer's clearance does not reach."""
    return getattr(obj, field) if may_read(viewer, type(obj), field) else MASK


def masked_number(number: str) -> str:
    """First six and last two characters of an identity or account number, the rest hidden."""
    return number if len(number) < 9 else f"{number[:6]}{'•' * (len(number) - 8)}{number[-2:]}"
