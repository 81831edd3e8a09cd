"""What goes over the wire, derived from the declarations."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import models
from pydantic import BaseModel, ConfigDict, Field, create_model

from hutong.channels.reading import kind_of
from hutong.channels.sheet import Filter, Sheet
from hutong.core.record import PlaceKeyField, TermField


class Finding(BaseModel):
    """One thing wrong with what was sent."""

    field: str = Field(description="Path of the field in what was sent, such as `parts.0.code`; empty for the whole")
    label: str = Field(default="", description="The field as forms call it, in the language of the client's account")
    code: str = Field(description="What kind of thing is wrong: a word for programs")
    message: str
    remedy: str = ""
    row: int = Field(default=0, description="Row of a spreadsheet, from 1; 0 where there is none")
    sheet: str = Field(default="", description="Its sheet, where the file has several")


class Problem(BaseModel):
    """Every answer that is no success."""

    status: int
    text: str = Field(description="What went wrong, in the language of the client's account")
    errors: list[Finding] = []


class Done(BaseModel):
    """What an action left behind: a record, or a plain result."""

    record: str = Field(default="", description="package.model of the record that was made or changed")
    id: int | None = None
    url: str = Field(default="", description="Where the record can be read, if it has a resource")
    result: Any = None
    secret: str = Field(default="", description="A password or key made for somebody: in this answer only")


MOST_ITEMS = 1_000
"""Items of one request."""


class OneOfMany(BaseModel):
    """One item of a bulk act."""

    model_config = ConfigDict(extra="forbid")

    given: dict[str, Any] = Field({}, description="The input, as in the body of the single action")
    id: int | None = Field(None, ge=1, lt=2**63, description="The record it is about, where the action is on one")
    version: int | None = Field(None, description="`version` the client has read")
    key: str = Field("", max_length=100, description="Idempotency key of this item: sent again, it acts once")


class Many(BaseModel):
    """Many of one action, done in their order and in one transaction."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "example": {
                "items": [{"id": 12, "given": {}, "key": "phone-7-0001"}, {"id": 15, "given": {}}],
                "whole": False,
            }
        },
    )

    items: list[OneOfMany] = Field(min_length=1, max_length=MOST_ITEMS)
    whole: bool = Field(False, description="All or nothing: one refused item leaves nothing of any")


class OneDone(BaseModel):
    """What became of one item."""

    done: Done | None = None
    problem: Problem | None = None


class ManyDone(BaseModel):
    """The answers, in the order of the items."""

    answers: list[OneDone]


class Asked(BaseModel):
    """Base of the parameters of a list."""

    model_config = ConfigDict(extra="forbid")

    after: str = Field("", description="`next` of the page before", max_length=2000)
    size: int = Field(100, ge=1, le=500, description="Rows of a page")
    q: str = Field("", max_length=100, description="Search, where the sheet offers one")


def _kind(model_field: models.Field[Any, Any]) -> Any:
    if isinstance(model_field, TermField):
        return model_field.term or str
    if isinstance(model_field, PlaceKeyField):
        return str
    if model_field.is_relation:
        return int
    if isinstance(model_field, ArrayField):
        return list[_kind(model_field.base_field)]  # type: ignore[misc]
    kinds: list[tuple[type[models.Field[Any, Any]], Any]] = [
        (models.BooleanField, bool),
        (models.IntegerField, int),
        (models.DateTimeField, datetime),
        (models.DateField, date),
        (models.JSONField, Any),
    ]
    return next((python for django, python in kinds if isinstance(model_field, django)), str)


def wire_fields(sheet: Sheet[Any]) -> dict[str, models.Field[Any, Any]]:
    """Fields of a record that can go over the wire: those the sheet tells, without bytes."""
    known = {f.name: f for f in sheet.model._meta.concrete_fields}
    return {name: known[name] for name in sheet.told if not _is_bytes(known[name])}


def wire_name(model_field: models.Field[Any, Any]) -> str:
    """A place goes by the name inputs give it: `actual_key` is sent, and taken, as `actual_id`."""
    if isinstance(model_field, PlaceKeyField):
        return f"{model_field.name.removesuffix('_key')}_id"
    return model_field.name


def _is_bytes(model_field: models.Field[Any, Any]) -> bool:
    return isinstance(model_field, models.BinaryField)


def record_shape(sheet: Sheet[Any]) -> type[BaseModel]:
    """A record of a sheet. Every field but the id may be absent: what the client may not read is not sent."""
    fields: dict[str, Any] = {
        wire_name(f): (_kind(f) | None if _kind(f) is not Any else Any, Field(None, title=sheet.label(name).en))
        for name, f in wire_fields(sheet).items()
        if name not in ("id", "version")
    }
    name = f"{sheet.name.title().replace('.', '').replace('_', '')}Record"
    return create_model(name, id=(int, ...), version=(int | None, None), called=(str, ""), **fields)


def page_shape(sheet: Sheet[Any], record: type[BaseModel]) -> type[BaseModel]:
    """A page of a list."""
    name = record.__name__.replace("Record", "Page")
    listed: Any = list[record]  # type: ignore[valid-type]
    return create_model(name, items=(listed, ...), next=(str, Field("", description="Empty on the last page")))


def filters_of(sheet: Sheet[Any]) -> dict[str, Filter[Any]]:
    """The filters of a sheet by the names programs use: those of the fields they send and are sent."""
    keys = {f.name: wire_name(f) for f in sheet.model._meta.concrete_fields if isinstance(f, PlaceKeyField)}
    return {keys.get(one.name, one.name): one for one in sheet.filters}


def asked_shape(sheet: Sheet[Any]) -> type[Asked]:
    """Parameters of a list: paging, search and the sheet's filters."""
    fields: dict[str, Any] = {}
    for asked, one in filters_of(sheet).items():
        title = one.title[1] if one.title else sheet.label(one.name).en
        ranged = (one.kind or kind_of(sheet.model, one)) == "range"
        for name in (f"{asked}_from", f"{asked}_to") if ranged else (asked,):
            fields[name] = (str, Field("", title=title, max_length=100))
    made: type[Asked] = create_model(f"{sheet.name.title().replace('.', '')}Asked", __base__=Asked, **fields)
    return made
