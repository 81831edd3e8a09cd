"""Ready panels: fields of the record itself, and rows of a table that hangs on it. Both show visible fields only."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from django.apps import apps
from django.db import models

from hutong.channels.content import Body, Counts, Fact, Facts, Link, Note, Rows
from hutong.channels.reading import cell_of, lines_of
from hutong.channels.sheet import Column, M, Panel, Sheet, Words, action_url, page_url, sheet_of
from hutong.channels.tables import Heading, told_table
from hutong.core.access import may_read, visible_fields
from hutong.core.action import ACTIONS
from hutong.core.record import label_of, words_of
from hutong.core.terms import Label
from hutong.core.viewer import Viewer


def fields_panel(
    name: str,
    title: Words,
    columns: Sequence[str | Column[M]],
    *,
    order: int = 10,
    roles: Sequence[str] = (),
    side: bool = False,
    actions: Sequence[str] = (),
) -> Panel[M]:
    """Fields of the record as a definition list; a field that the viewer's clearance does not reach is masked."""
    wanted: list[Column[M]] = [Column(c) if isinstance(c, str) else c for c in columns]

    def render(viewer: Viewer, record: M) -> Body | None:
        sheet = sheet_of(type(record))
        facts = [Fact(title_of(sheet, column, type(record)), cell_of(viewer, record, column)) for column in wanted]
        return Facts(facts)

    return Panel(name, title, render, order=order, roles=roles, side=side, actions=actions, columns=wanted)


def facts_of(viewer: Viewer, record: models.Model, names: Sequence[str]) -> list[Fact]:
    """Lines of a definition list: fields of any record, under the words of its model and as far as they may be read."""
    return [Fact(label_of(type(record), name), cell_of(viewer, record, Column(name))) for name in names]


def rows_panel(
    name: str,
    title: Words,
    model: type[M],
    through: str,
    columns: Sequence[Column[M]],
    *,
    order: int = 50,
    roles: Sequence[str] = (),
    narrow: Callable[[models.QuerySet[M], Viewer], models.QuerySet[M]] | None = None,
    sort: Sequence[str] = ("-id",),
    limit: int = 50,
    empty: Words = ("暂无记录。", "Nothing recorded yet."),
    hide_when_empty: bool = False,
    actions: Sequence[str] = (),
) -> Panel[models.Model]:
    """Rows of `model` whose foreign key `through` names the record. The record was found inside the viewer's reach."""

    def render(viewer: Viewer, record: models.Model) -> Body | None:
        if through not in visible_fields(viewer, model):
            return None
        rows = model._default_manager.filter(**{through: record})
        if narrow is not None:
            rows = narrow(rows, viewer)
        found = list(rows.order_by(*sort)[:limit])
        if not found and hide_when_empty:
            return None
        sheet = sheet_of(model)
        heads = [title_of(sheet, column, model) for column in columns]
        cells = lines_of(viewer, found, columns)
        numeric = frozenset(at for at, column in enumerate(columns) if column.numeric)
        return Rows(heads, cells, empty=Label(*empty), numeric=numeric)

    shown = (Column(through), *columns)
    return Panel(name, title, render, order=order, roles=roles, actions=actions, columns=shown, rows_of=model)


def columns_body(headings: Sequence[Heading], title: Words = ("表格的列", "Columns of the table")) -> Rows:
    """What a spreadsheet must look like, beside the form that takes it: the columns, their other names, the needed."""
    needed = Label("必填", "needed")
    # Files here are headed in Chinese; a heading in Latin letters is taken too and would only be noise in the list.
    rows = [
        [h.title, [a for a in h.aliases if not a.isascii()], needed if h.required else ""] for h in headings
    ]  # fmt: skip
    return Rows([Label(*title), Label("也可写作", "Also read as"), Label("要求", "Must")], rows)


UNDO = "core.undo_import"
AGAIN = Label("同一份文件已于{0}导入过。", "This very file was imported on {0} already.")


def rows_told(viewer: Viewer, record: Any) -> list[dict[str, Any]]:
    """The rows of an import that were not taken, as far as the viewer may read them."""
    model, field = record.told_in
    return list(record.told) if may_read(viewer, apps.get_model(model), field) else []


def told_panel(name: str, title: Words, *, order: int = 10) -> Panel[Any]:
    """What became of an import: its counts, and the rows that were not taken, to be downloaded and worked through.

    The record has `counts` and `told`, and in `told_in` the model and field whose data class says who may read them.
    """

    def render(viewer: Viewer, record: Any) -> list[Body]:
        bodies: list[Body] = [Counts([(label, count, "", "", "plain") for label, count in record.counts])]
        if earlier := getattr(record, "earlier", None):
            bodies.insert(0, Note(AGAIN.filled(earlier), "warn"))
        rows = rows_told(viewer, record)
        if rows:
            url = page_url("core.told", label=record.label(), record_id=record.pk)
            words = Label("下载这些行（XLSX）", "Download these rows (XLSX)")
            bodies += [told_table(rows), Facts([Fact(Label("清单", "List"), Link(words, url))])]
        if viewer.role in ACTIONS[UNDO].roles:
            undo = action_url(UNDO, label=record.label(), number=record.pk)
            words = Label("撤销本次导入", "Take this import back")
            bodies.append(Facts([Fact(Label("有误时", "If it was a mistake"), Link(words, undo))]))
        return bodies

    return Panel(name, title, render, order=order)


def title_of(sheet: Sheet[Any] | None, column: Column[Any], model: type[models.Model] | None = None) -> Label:
    """Heading of a column: its own, or the words of the field."""
    if column.title:
        return Label(*column.title)
    if sheet is not None:
        return sheet.label(column.field)
    found = next((f for f in model._meta.concrete_fields if f.name == column.field), None) if model else None
    return (words_of(found) if found else None) or Label(column.field, column.field)
