"""What the models declare of their tables, and where a declaration names what is not there.

A forgotten declaration opens a table without anybody noticing, so each is held against the columns, in both ways. The
walls in the database follow from the same words (guard.py).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any, TypeAlias

from django.apps import apps
from django.db import models

from hutong.core.access import STRUCTURE
from hutong.core.record import AccountField, PlaceKeyField, Reach, Record, data_class_of

Column: TypeAlias = "models.Field[Any, Any]"
APPEND_ONLY = ("core_entry", "core_journalline", "core_block")
"""The serving login may insert and read these, never change or delete."""
TRIGGERS_ONLY = ("core_change",)
"""Only the audit triggers write these; they are read through hutong_history alone."""
EXEMPT = {
    "core_user": "account: sign-in stamps and preferences; rights come from posts, which are guarded",
    "core_entry": "is the audit itself",
    "core_change": "is the audit itself",
    "core_journalline": "is the audit itself",
    "core_block": "is the audit itself",
    "core_setting": "switches of the installation, written at set-up",
    "django_session": "Django's own",
    "django_migrations": "Django's own",
    "django_content_type": "Django's own",
    "auth_permission": "Django's own, unused",
    "auth_group": "Django's own, unused",
    "auth_group_permissions": "Django's own, unused",
    "axes_accessattempt": "django-axes' own",
    "axes_accesslog": "django-axes' own",
    "axes_accessfailurelog": "django-axes' own",
    "axes_accessattemptexpiration": "django-axes' own",
    "procrastinate_jobs": "the queue's own",
    "procrastinate_events": "the queue's own",
    "procrastinate_periodic_defers": "the queue's own",
    "procrastinate_workers": "the queue's own",
}
"""Tables without audit triggers, each with its reason; a house test compares this list with the database."""


@dataclass(frozen=True)
class Fault:
    """Something is not as it was declared: where (a table, function or login) and what, in words."""

    where: str
    what: str

    def __str__(self) -> str:
        return f"{self.where}: {self.what}"


@dataclass(frozen=True)
class Placed:
    """A table whose rows lie in places: what a border change must rewrite."""

    table: str
    keys: tuple[str, ...]
    model: type[models.Model]


def placed_tables() -> list[Placed]:
    """Every table with place keys, of all packages, in a stable order."""
    found = [Placed(model._meta.db_table, reach_of(model).keys, model) for model in our_models()]
    return sorted((placed for placed in found if placed.keys), key=lambda placed: placed.table)


def our_models() -> list[type[models.Model]]:
    """Every model of the house, with the tables Django makes between two of them."""
    return [m for m in apps.get_models(include_auto_created=True) if m.__module__.startswith("hutong.")]


def guarded(model: type[models.Model]) -> bool:
    """Do the audit triggers watch its table?"""
    return model._meta.db_table not in EXEMPT


def reach_of(model: type[models.Model]) -> Reach:
    """What the model declares; a model that is no record and declares nothing has no places and no list."""
    declared = getattr(model, "reach", None)
    return declared if isinstance(declared, Reach) else Reach.through_parent()


def _is_place(field: Column) -> bool:
    return isinstance(field, PlaceKeyField)


def _is_person(field: Column) -> bool:
    """The table of the persons itself, a reference to it, or the number of one where the table lies above."""
    if isinstance(field, models.ForeignKey):
        return reach_of(field.related_model).subject == "id"
    return isinstance(field, models.BigIntegerField | models.BigAutoField) and not _is_place(field)


def _is_role(field: Column) -> bool:
    return isinstance(field, models.CharField)


def _is_account(field: Column) -> bool:
    return isinstance(field, AccountField)


def _is_whole(field: Column) -> bool:
    return isinstance(field, models.ForeignKey) and issubclass(field.related_model, Record)


@dataclass(frozen=True)
class Named:
    """A column that a declaration names, and what it must be."""

    by: str
    column: str
    kind: Callable[[Column], bool]
    meant: str


def named(model: type[models.Model]) -> Iterator[Named]:
    """Every column the declarations of a model name. A declaration that names another one is added here alone."""
    reach = reach_of(model)
    for key in reach.keys:
        yield Named("reach", key, _is_place, "a place key")
    yield Named("subject", reach.subject, _is_person, "the number of a person")
    yield Named("asked_of", reach.asked_of, _is_role, "the name of a role")
    yield Named("author", getattr(model, "author", ""), _is_account, "the number of an account")
    yield Named("part_of", getattr(model, "part_of", ""), _is_whole, "a reference to a record")


def faults(ours: Iterable[type[models.Model]]) -> list[Fault]:
    """Where the declarations of these models are incomplete or contradict their columns; empty when all is well."""
    return [
        Fault(f"table {model._meta.db_table}", what)
        for model in ours
        for check in (_misnamed, _forgotten, _contradicted, _bare)
        for what in check(model)
    ]


def _misnamed(model: type[models.Model]) -> Iterator[str]:
    for one in named(model):
        known = {f.name if one.kind is _is_whole else f.attname: f for f in model._meta.concrete_fields}
        if one.column and one.column not in known:
            yield f"{one.by} names {one.column}, which is no column"
        elif one.column and not one.kind(known[one.column]):
            yield f"{one.by} names {one.column}, which is not {one.meant}"


def _forgotten(model: type[models.Model]) -> Iterator[str]:
    reach = reach_of(model)
    for field in model._meta.concrete_fields:
        if isinstance(field, PlaceKeyField) and field.attname not in reach.keys and not field.aside:
            yield (
                f"the place key {field.attname} is not part of its reach: name it in Reach(…), "
                f"or say in PlaceKeyField(aside=…) why not"
            )


def _contradicted(model: type[models.Model]) -> Iterator[str]:
    reach = reach_of(model)
    if reach.national and (reach.keys or reach.subject):
        yield f"its reach is national and names {reach.keys[0] if reach.keys else reach.subject}: only one can be true"
    elif not reach.keys and (reach.subject or reach.asked_of or reach.in_action):
        yield f"its reach names {reach.subject or reach.asked_of or 'actions'} but no place key: no wall follows"
    elif issubclass(model, Record) and not (reach.keys or reach.national or reach.unwalled or _hangs(model, {model})):
        yield (
            "it has no place key and no required reference to a record that has one: "
            "give it a reach, or say in Reach(unwalled=…) why it needs none"
        )


def _hangs(model: type[models.Model], seen: set[type[models.Model]]) -> bool:
    """Must every row of the table refer to a record that lies in places, at once or through another one?"""
    needed = {f.related_model for f in model._meta.concrete_fields if isinstance(f, models.ForeignKey) and not f.null}
    return any(
        reach_of(parent).keys or (not reach_of(parent).national and _hangs(parent, {*seen, parent}))
        for parent in needed - seen
    )


def _bare(model: type[models.Model]) -> Iterator[str]:
    if issubclass(model, Record):
        for field in model._meta.concrete_fields:
            if data_class_of(field) is None and field.name not in STRUCTURE:
                yield f"{field.name} has no data class: wrap it in open_, personal, sensitive or sealed"
