"""Shorthand for references and conditions that the tables of `money` share."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import F, Q

from hutong.core.record import open_


def to(model: str, **options: Any) -> models.ForeignKey[Any, Any]:
    """A reference that never takes its target along; indexes are declared where a query needs them."""
    return models.ForeignKey(model, on_delete=models.PROTECT, related_name="+", db_index=False, **options)


def user(zh: str = "", en: str = "", **options: Any) -> models.ForeignKey[Any, Any]:
    """An account of somebody who acted."""
    return open_(to("core.User", **options), zh, en)


def first_of_month(*fields: str) -> Q:
    """True where each of the dates, if there is one, is the first day of a month."""
    met = Q()
    for field in fields:
        met &= Q(**{f"{field}__isnull": True}) | Q(**{f"{field}__day": 1})
    return met


def two_people(first: str, second: str, name: str) -> models.CheckConstraint:
    """Maker is never checker."""
    return models.CheckConstraint(condition=Q(**{f"{second}__isnull": True}) | ~Q(**{second: F(first)}), name=name)
