"""What packages declared about pages by name, compared with what there is: once, when everything is declared."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from difflib import get_close_matches
from typing import Any

from django.db import models

from hutong.channels.sheet import ACTION_FORMS, PAGES, PANELS, SHEETS, Column, Filter, Panel, Sheet
from hutong.core.action import ACTIONS
from hutong.core.tasks import KINDS


def checked() -> None:
    """Raises RuntimeError that lists every name nobody declared, where it stands and what it is nearest to."""
    wrong = [*_names(), *_panels(), *_forms(), *_kinds()]
    for sheet in SHEETS.values():
        wrong += _sheet(sheet)
    if wrong:
        raise RuntimeError("Pages name what does not exist:\n" + "\n".join(f"- {line}" for line in wrong))


def _no(where: str, what: str, name: str, known: Iterable[str]) -> str:
    near = get_close_matches(name, [*known], 1, 0.5)
    return f"{where}: there is no {what} {name!r}" + (f"; meant is perhaps {near[0]!r}" if near else "")


def _names() -> Iterator[str]:
    """A task kind says where it is done by one name, so one name is one thing."""
    for name in sorted(SHEETS.keys() & PAGES.keys() | SHEETS.keys() & ACTIONS.keys() | PAGES.keys() & ACTIONS.keys()):
        yield f"{name}: a sheet, a page and an action have names of their own"


def _panels() -> Iterator[str]:
    for name, panels in PANELS.items():
        if name not in SHEETS:
            for panel in panels:
                yield _no(f"panel {panel.name}", "sheet", name, SHEETS)


def _forms() -> Iterator[str]:
    for name, form in ACTION_FORMS.items():
        if name not in ACTIONS:
            yield _no("an action_form", "action", name, ACTIONS)
            continue
        fields = ACTIONS[name].input.model_fields
        for field in form.choices:
            if field.partition(".")[0] not in fields:
                yield _no(f"choices in the form of {name}", "input field", field, fields)


def _kinds() -> Iterator[str]:
    for kind in KINDS.values():
        if kind.at and kind.at not in {*SHEETS, *PAGES, *ACTIONS}:
            yield _no(f"task {kind.name}", "page, sheet or action", kind.at, [*SHEETS, *PAGES, *ACTIONS])


def _sheet(sheet: Sheet[Any]) -> Iterator[str]:
    where = f"sheet {sheet.name}"
    for name in sheet.create:
        if name not in ACTIONS:
            yield _no(where, "action", name, ACTIONS)
        elif ACTIONS[name].on is not None:
            yield f"{where}: {name} is done on a record, so it creates none"
    yield from _actions(where, sheet, sheet.actions or ())
    for panel in (*sheet.panels, *PANELS.get(sheet.name, ())):
        yield from _panel(sheet, panel)
    for column in sheet.columns:
        yield from _column(where, sheet.model, column)
    for asked in sheet.filters:
        yield from _filter(where, sheet.model, asked)
    for path in (*(name.lstrip("-") for name in sheet.order), *sheet.prefetch):
        yield from _path(where, sheet.model, path)


def _panel(sheet: Sheet[Any], panel: Panel[Any]) -> Iterator[str]:
    where = f"panel {panel.name} on sheet {sheet.name}"
    yield from _actions(where, sheet, panel.actions)
    for column in panel.columns:
        yield from _column(where, panel.rows_of or sheet.model, column)


def _actions(where: str, sheet: Sheet[Any], names: Iterable[str]) -> Iterator[str]:
    for name in names:
        spec = ACTIONS.get(name)
        if spec is None:
            yield _no(where, "action", name, ACTIONS)
        elif spec.on is None or not issubclass(sheet.model, spec.on):
            yield f"{where}: {name} is not done on {sheet.model._meta.label}"


def _column(where: str, model: type[models.Model], column: Column[Any]) -> Iterator[str]:
    """A computed cell is made of the fields it needs; with a heading of its own its name is no field."""
    free = column.value is not None and column.needs and column.title is not None
    for path in (*(() if free else (column.field,)), *column.needs):
        yield from _path(where, model, path)


def _filter(where: str, model: type[models.Model], asked: Filter[Any]) -> Iterator[str]:
    if asked.apply is None:
        yield from _path(where, model, asked.name)
    elif asked.title is None and asked.name not in {f.name for f in model._meta.get_fields()}:
        yield f"{where}: filter {asked.name!r} is no field and needs a title"


def _path(where: str, model: type[models.Model], path: str) -> Iterator[str]:
    """Each step of `child__name` over foreign keys, and over what points here."""
    here: type[models.Model] | None = model
    for step in path.split("__"):
        fields = {field.name: field for field in here._meta.get_fields()} if here is not None else {}
        field = fields.get(step)
        if field is None:
            yield _no(where, f"field of {here._meta.label}" if here is not None else "field", path, fields)
            return
        here = field.related_model if isinstance(field.related_model, type) else None
