"""A sheet's rows as one viewer may see them. Page, API, export and print read through here and nowhere else."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from itertools import islice
from typing import Any

from django.core.exceptions import FieldDoesNotExist, ObjectDoesNotExist, ValidationError
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext as _

from hutong.channels.content import Fen, Link, Month, Place
from hutong.channels.sheet import Column, Filter, M, Sheet, record_url
from hutong.core import places
from hutong.core.access import MASK, ask_own_fields, visible_fields
from hutong.core.audit.journal import journal
from hutong.core.errors import Invalid, NotFound
from hutong.core.flow import FLOWS
from hutong.core.record import PlaceKeyField, TermField, in_reach
from hutong.core.terms import JournalKind, Label
from hutong.core.viewer import ZONE, Viewer

COUNT_LIMIT = 1000
"""Lists say "more than 1,000" instead of counting on."""
PAGE_SIZE = 25


def rows_of(sheet: Sheet[M], viewer: Viewer) -> models.QuerySet[M]:
    """All rows of the sheet inside the viewer's reach."""
    if sheet.rows is not None:
        return sheet.rows(viewer)
    rows = sheet.model._default_manager.visible_to(viewer)  # type: ignore[attr-defined]
    return rows if sheet.narrow is None else sheet.narrow(rows, viewer)


def one(sheet: Sheet[M], viewer: Viewer, record_id: int) -> M:
    """The record with this id. Raises NotFound outside the viewer's reach as for a number nobody ever had."""
    return found_in(sheet.model, viewer, record_id, sheet.name)


def found_in(model: type[M], viewer: Viewer, record_id: int, what: str) -> M:
    """A record inside the reach; asking for one that is not leaves a line in the journal. Raises NotFound."""
    known = record_id if record_id < 2**63 else None
    found = model._default_manager.filter(pk=known).first() if known is not None else None
    if found is None or not in_reach(viewer, found):
        journal(viewer, JournalKind.NOT_FOUND, what=what, subject=model, subject_id=known)
        raise NotFound()
    return found


# Cells


def columns_of(sheet: Sheet[M], viewer: Viewer, *, all_of_them: bool = False) -> list[Column[M]]:
    """Columns of which the viewer can read at least something; the extra ones when all are asked for."""
    wanted = [c for c in sheet.columns if all_of_them or not c.extra]
    return [c for c in wanted if readable(viewer, sheet.model, c)]


def readable(viewer: Viewer, what: type[models.Model] | models.Model, column: Column[Any]) -> bool:
    """May the viewer read every field this column is made of, in general or of this one record?"""
    if column.value is not None:
        return all(_path_readable(viewer, what, path) for path in (column.needs or (column.field,)))
    return _path_readable(viewer, what, column.field)


def _path_readable(viewer: Viewer, what: type[models.Model] | models.Model, path: str) -> bool:
    head, _sep, rest = path.partition("__")
    if head not in visible_fields(viewer, what):
        return False
    target = what._meta.get_field(head).related_model if rest else None
    return not rest or (isinstance(target, type) and _path_readable(viewer, target, rest))


def cell_of(viewer: Viewer, record: M, column: Column[M]) -> Any:
    """Value of a cell: the mask where the viewer's clearance or reach ends."""
    if not readable(viewer, record, column):
        return MASK
    try:
        value = column.value(viewer, record) if column.value else _follow(record, column.field)
    except ObjectDoesNotExist:  # the record behind a foreign key lies outside the reach
        return MASK
    url = record_url(record) if column.link else ""
    return Link(value, url) if url and value not in (None, "") else value


def lines_of(viewer: Viewer, records: Iterable[M], columns: Sequence[Column[M]]) -> list[list[Any]]:
    """Cells of a list, record by record; the names of all its places are asked for at once."""
    records = list(records)
    ask_own_fields(viewer, records)
    lines = [[cell_of(viewer, record, column) for column in columns] for record in records]
    keys = {place.key for line in lines for cell in line if (place := _place_in(cell)) and place.key is not None}
    names: dict[Any, str] = dict(places.names_of_keys(keys, viewer.locale)) if keys else {}
    return [[_named(cell, names) for cell in line] for line in lines]


def _place_in(cell: Any) -> Place | None:
    """The place a cell shows, if it does; it may lead to the record."""
    shown = cell.text if isinstance(cell, Link) else cell
    return shown if isinstance(shown, Place) else None


def _named(cell: Any, names: Mapping[Any, str]) -> Any:
    place = _place_in(cell)
    if place is None:
        return cell
    named = replace(place, name=names.get(place.key, ""))
    return replace(cell, text=named) if isinstance(cell, Link) else named


def _follow(record: Any, path: str) -> Any:
    head, _sep, rest = path.partition("__")
    value = getattr(record, head)
    if rest:
        return None if value is None else _follow(value, rest)
    return typed_value(record._meta.get_field(head), value)


def typed_value(model_field: Any, value: Any) -> Any:
    """A stored value with its words: a Term, the label of a state, a place, an amount (`…_fen`), a month (`…month`)."""
    if value is None or value == "":
        return None
    inner = getattr(model_field, "base_field", None)
    if inner is not None:
        return [typed_value(inner, one) for one in value]
    if isinstance(model_field, TermField) and model_field.term is not None:
        return model_field.word(value)
    if isinstance(model_field, PlaceKeyField):
        return Place(key=value)
    if model_field.name.endswith("_fen"):
        return Fen(int(value))
    if model_field.name.endswith("month") and isinstance(value, date):
        return Month(value)
    flow = FLOWS.get(model_field.model)
    if flow is not None and flow.field == model_field.name and value in flow.states:
        return flow.states[value].label
    return value


# Filters


@dataclass(frozen=True)
class Control:
    """A filter as a form control, with what was chosen."""

    name: str
    title: Label
    kind: str
    options: Sequence[tuple[str, Any]] = ()
    value: str = ""
    until: str = ""
    shown: str = ""

    @property
    def active(self) -> bool:
        """Was anything chosen?"""
        return bool(self.value or self.until)


def controls_of(sheet: Sheet[Any], viewer: Viewer, params: Mapping[str, str]) -> list[Control]:
    """Filters this viewer may use. Filtering by a field one may not read would tell it, so such filters are absent."""
    return [
        control for one_filter in sheet.filters if (control := _control(sheet, one_filter, viewer, params)) is not None
    ]


def _control(sheet: Sheet[Any], given: Filter[Any], viewer: Viewer, params: Mapping[str, str]) -> Control | None:
    if given.apply is None and not _path_readable(viewer, sheet.model, given.name):
        return None
    title = Label(*given.title) if given.title else sheet.label(given.name)
    kind = given.kind or kind_of(sheet.model, given)
    value = params.get(given.name, "").strip()
    if kind == "range":
        start, until = (params.get(f"{given.name}_{end}", "").strip() for end in ("from", "to"))
        return Control(given.name, title, kind, value=start, until=until)
    if kind == "place":
        value = _place(value)
    known = places.number(value) if kind == "place" else None
    if kind == "place" and known is None and value.isascii() and value.isdigit():
        raise NotFound()  # longer than the number of any place
    shown = places.name(known, viewer.locale) if known is not None else ""
    return Control(given.name, title, kind, _options(sheet, given, viewer, kind), value, shown=shown)


def _place(value: str) -> str:
    """The number of a place that was named by its code with the scheme, as programs do."""
    try:
        return str(places.find(value)) if ":" in value else value
    except NotFound:
        return value


def kind_of(model: type[models.Model], given: Filter[Any]) -> str:
    if given.choices is not None:
        return "choice"
    model_field = _field(model, given.name)
    if isinstance(model_field, PlaceKeyField):
        return "place"
    if isinstance(model_field, models.DateField):
        return "range"
    flow = FLOWS.get(model)
    if isinstance(model_field, TermField | models.BooleanField) or (flow is not None and flow.field == given.name):
        return "choice"
    return "text"


def _field(model: type[models.Model], path: str) -> Any:
    head, _sep, rest = path.partition("__")
    try:
        found = model._meta.get_field(head)
    except FieldDoesNotExist:
        return None
    if rest and isinstance(found.related_model, type):
        return _field(found.related_model, rest)
    return found


def _options(sheet: Sheet[Any], given: Filter[Any], viewer: Viewer, kind: str) -> Sequence[tuple[str, Any]]:
    if kind != "choice":
        return ()
    if given.choices is not None:
        return given.choices(viewer)
    model_field = _field(sheet.model, given.name)
    if isinstance(model_field, models.BooleanField):
        return [("true", _("yes")), ("false", _("no"))]
    if isinstance(model_field, TermField) and model_field.term is not None:
        return [(str(word), word) for word in model_field.term]
    flow = FLOWS[sheet.model]
    return [(name, state.label) for name, state in flow.states.items()]


def narrowed(sheet: Sheet[M], viewer: Viewer, params: Mapping[str, str]) -> models.QuerySet[M]:
    """Rows in reach, filtered and searched as the parameters say. Raises Invalid for a value that cannot be."""
    rows = rows_of(sheet, viewer)
    for given, control in ((_filter_named(sheet, c.name), c) for c in controls_of(sheet, viewer, params)):
        if control.active:
            rows = _applied(rows, given, control, viewer)
    text = params.get("q", "").strip()
    if text and sheet.search is not None:
        rows = sheet.search(rows, text[:100], viewer)
    return rows


def _filter_named(sheet: Sheet[M], name: str) -> Filter[M]:
    return next(f for f in sheet.filters if f.name == name)


def _applied(rows: models.QuerySet[M], given: Filter[M], control: Control, viewer: Viewer) -> models.QuerySet[M]:
    if "\x00" in control.value + control.until:
        raise _wrong(control)
    if control.kind == "choice" and control.value not in [value for value, _shown in control.options]:
        raise _wrong(control)
    if given.apply is not None:
        return given.apply(rows, control.value, viewer)
    if control.kind == "place":
        return rows.filter(_inside(given.name, control))
    if control.kind == "range":
        return rows.filter(_between(given.name, control, _field(rows.model, given.name)))
    if control.kind == "choice" and isinstance(_field(rows.model, given.name), models.BooleanField):
        return rows.filter(**{given.name: control.value == "true"})
    try:
        return rows.filter(**{given.name: control.value})
    except (ValueError, ValidationError) as error:
        raise _wrong(control) from error


def _wrong(control: Control) -> Invalid:
    return Invalid(_("“%(value)s” is no value for this filter.") % {"value": control.value or control.until})


def _inside(name: str, control: Control) -> Q:
    number = places.number(control.value)
    if number is None:
        raise _wrong(control)
    span = places.span(number)
    return Q(**{f"{name}__gte": span.lo, f"{name}__lt": span.hi})


def _between(name: str, control: Control, model_field: Any) -> Q:
    met = Q()
    moments = isinstance(model_field, models.DateTimeField)
    try:
        if control.value:
            start = date.fromisoformat(control.value)
            met &= Q(**{f"{name}__gte": midnight(start) if moments else start})
        if control.until:
            until = date.fromisoformat(control.until)
            end = {f"{name}__lt": midnight(until + timedelta(days=1))} if moments else {f"{name}__lte": until}
            met &= Q(**end)
    except (ValueError, OverflowError) as error:
        raise _wrong(control) from error
    return met


def midnight(day: date) -> datetime:
    """The moment a business day begins."""
    return datetime.combine(day, time.min, ZONE)


# Paging by key


@dataclass
class Slice:
    """A page of a list: its rows and the cursors of its neighbours (empty where there is none)."""

    rows: list[Any] = field(default_factory=list)
    next: str = ""
    previous: str = ""


def ordering(sheet: Sheet[Any], viewer: Viewer, sort: str = "") -> list[str]:
    """Columns the list is ordered by, ending with the id so that no row is skipped or doubled."""
    name = sort.lstrip("-")
    sortable = {c.field for c in columns_of(sheet, viewer) if c.sort and c.value is None}
    chosen = [sort] if name in sortable else list(sheet.order)
    if not all(_path_readable(viewer, sheet.model, part.lstrip("-")) for part in chosen):
        chosen = ["-id"]  # an order, and the cursor made of it, would tell what the clearance hides
    if not any(part.lstrip("-") in ("id", "pk") for part in chosen):
        chosen.append("-id" if chosen[0].startswith("-") else "id")
    return chosen


def slice_of(rows: Any, order: Sequence[str], *, after: str = "", before: str = "", size: int = PAGE_SIZE) -> Slice:
    """The page after (or before) a cursor. A cursor that means nothing gives the first page."""
    mark = _decoded(before or after, order)
    backwards = bool(before and mark is not None)
    way = [_turned(part) for part in order] if backwards else list(order)
    if mark is not None:
        try:
            rows = rows.filter(_beyond(way, mark))
        except (ValueError, TypeError, ValidationError):
            mark, backwards, way = None, False, list(order)
    found = list(rows.order_by(*way)[: size + 1])
    more, found = len(found) > size, found[:size]
    if backwards:
        found.reverse()
    has_next, has_previous = (bool(mark), more) if backwards else (more, mark is not None)
    return Slice(
        found,
        _encoded(found[-1], order) if found and has_next else "",
        _encoded(found[0], order) if found and has_previous else "",
    )


def _turned(part: str) -> str:
    return part[1:] if part.startswith("-") else f"-{part}"


def _beyond(order: Sequence[str], mark: Sequence[Any]) -> Q:
    """Rows strictly after the mark; PostgreSQL puts absent values last going up and first going down."""
    met, same = Q(pk__in=[]), Q()
    for part, value in zip(order, mark, strict=True):
        name = part.lstrip("-")
        if part.startswith("-"):
            step = Q(**{f"{name}__isnull": False}) if value is None else Q(**{f"{name}__lt": value})
        else:
            step = Q(pk__in=[]) if value is None else Q(**{f"{name}__gt": value}) | Q(**{f"{name}__isnull": True})
        met |= same & step
        same &= Q(**{f"{name}__isnull": True}) if value is None else Q(**{name: value})
    return met


def _encoded(record: Any, order: Sequence[str]) -> str:
    values = [_raw(record, part.lstrip("-")) for part in order]
    text = json.dumps(values, default=str, ensure_ascii=False, separators=(",", ":"))
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def _raw(record: Any, path: str) -> Any:
    for name in path.split("__"):
        record = getattr(record, name) if record is not None else None
    return record


def _decoded(cursor: str, order: Sequence[str]) -> list[Any] | None:
    if not cursor:
        return None
    try:
        text = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode()
        values = json.loads(text)
    except (binascii.Error, ValueError):
        return None
    plain = isinstance(values, list) and len(values) == len(order) and "\\u0000" not in text
    if not plain or not all(v is None or isinstance(v, str | int | float | bool) for v in values):
        return None
    return None if any(isinstance(v, int) and abs(v) >= 2**63 for v in values) else list(values)


def counted(rows: Any) -> tuple[int, bool]:
    """How many rows, and whether there are more than are counted."""
    number = rows.order_by()[: COUNT_LIMIT + 1].count()
    return min(number, COUNT_LIMIT), number > COUNT_LIMIT


def exported(sheet: Sheet[Any], viewer: Viewer, rows: Any, columns: Sequence[Column[Any]]) -> Iterator[list[Any]]:
    """Cells of all rows, a thousand records at a time."""
    found = rows.prefetch_related(*sheet.prefetch).order_by(*ordering(sheet, viewer))
    records = found.iterator(chunk_size=1000)
    while some := list(islice(records, 1000)):
        for line in lines_of(viewer, some, columns):
            yield [cell.text if isinstance(cell, Link) else cell for cell in line]
