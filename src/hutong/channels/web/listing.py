"""The list of a sheet: filters, search, key paging, and the same rows as a file to take away."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.http import content_disposition_header, urlencode
from django.utils.translation import gettext as _

from hutong.channels.content import Fen
from hutong.channels.panels import title_of
from hutong.channels.reading import (
    Slice,
    columns_of,
    controls_of,
    counted,
    exported,
    lines_of,
    narrowed,
    ordering,
    slice_of,
)
from hutong.channels.sheet import Column, Sheet, action_url
from hutong.channels.tables import write_csv, write_xlsx
from hutong.channels.web.frame import Way, seen, show, viewer_of
from hutong.channels.web.lookups import sheet_named
from hutong.channels.words import button_of, words
from hutong.core.action import ACTIONS
from hutong.core.audit.journal import journal
from hutong.core.errors import Refused
from hutong.core.terms import JournalKind, Label
from hutong.core.viewer import Viewer

ALL = "all"
"""Parameter that asks for all columns."""
PAGING = ("after", "before", "format", "compact")


@seen
def list_page(request: HttpRequest, package: str, name: str) -> HttpResponse:
    """The list, or with `?format=xlsx|csv` the whole of it as a file."""
    viewer = viewer_of(request)
    sheet = sheet_named(package, name)
    if not sheet.open_to(viewer):
        raise Refused(_("Your post may not open this page."))
    return answer(request, sheet)


def answer(
    request: HttpRequest, sheet: Sheet[Any], template: str = "channels/list.html", **more: Callable[[], Any]
) -> HttpResponse:
    """The page of a sheet's list, the part of it a script asks for, or a file; `more` is asked for the page alone."""
    viewer = viewer_of(request)
    wanted = request.GET.get("format", "")
    if wanted in ("xlsx", "csv") and sheet.export:
        return _taken_away(sheet, viewer, request.GET, wanted)
    context = list_context(sheet, viewer, request.GET)
    journal(viewer, JournalKind.LISTED, what=sheet.name, subject=sheet.model, count=len(context["rows"]))
    part = request.headers.get("HX-Request") and request.headers.get("HX-Target") == "list"
    if part:
        template = "channels/list_part.html"
    else:
        context |= {name: ask() for name, ask in more.items()}
    return show(request, template, context, title=Label(*sheet.plural).text(viewer.locale))


def list_context(sheet: Sheet[Any], viewer: Viewer, params: Mapping[str, str]) -> dict[str, Any]:
    """What the list template draws."""
    columns = columns_of(sheet, viewer, all_of_them=ALL in params)
    order = ordering(sheet, viewer, params.get("sort", ""))
    rows = narrowed(sheet, viewer, params)
    found = slice_of(
        rows.prefetch_related(*sheet.prefetch), order, after=params.get("after", ""), before=params.get("before", "")
    )
    kept = {k: v for k, v in params.items() if v and k not in PAGING}
    number, more = counted(rows)
    controls = controls_of(sheet, viewer, params)
    return {
        "sheet": sheet,
        "heads": _heads(sheet, columns, kept),
        "rows": _rows(sheet, viewer, found.rows, columns, kept),
        "controls": controls,
        "query": params.get("q", ""),
        "searchable": sheet.search is not None,
        "search_label": Label(*sheet.search_label) if sheet.search_label else _("Search"),
        "filtered": any(c.active for c in controls),
        "narrowed": bool(params.get("q") or any(c.active for c in controls)),
        "count": f"{number:,}",
        "more": more,
        "pages": _neighbours(found, kept),
        "kept": urlencode(kept),
        "breadth": _breadth(sheet, viewer, kept),
        "wide": ALL in kept,
        "creates": _creates(sheet, viewer),
        "empty": Label(*sheet.empty),
    }


def _heads(sheet: Sheet[Any], columns: Sequence[Column[Any]], kept: Mapping[str, str]) -> list[dict[str, Any]]:
    heads = []
    for column in columns:
        head: dict[str, Any] = {"text": title_of(sheet, column), "numeric": column.numeric, "url": "", "sorted": ""}
        if column.sort and column.value is None:
            down = kept.get("sort") == column.field
            head["sorted"] = {column.field: "ascending", f"-{column.field}": "descending"}.get(kept.get("sort", ""), "")
            head["url"] = "?" + urlencode({**kept, "sort": f"-{column.field}" if down else column.field})
        heads.append(head)
    return heads


def _rows(
    sheet: Sheet[Any], viewer: Viewer, records: Sequence[Any], columns: Sequence[Column[Any]], kept: Mapping[str, str]
) -> list[dict[str, Any]]:
    looks = [{"head": title_of(sheet, c), "class": _class(c), "link": c.link} for c in columns]
    after = "?" + urlencode({"list": urlencode(kept)}) if kept else ""
    return [
        {
            "id": record.pk,
            "url": f"{sheet.url}{record.pk}/{after}",
            "cells": [{"value": value, **look} for value, look in zip(line, looks, strict=True)],
            "name": sheet.called(viewer, record),
        }
        for record, line in zip(records, lines_of(viewer, records, columns), strict=True)
    ]


def _class(column: Column[Any]) -> str:
    wanted = (("key", column.link), ("num", column.numeric), ("minor", column.minor))
    return " ".join(name for name, met in wanted if met)


def _neighbours(found: Slice, kept: Mapping[str, str]) -> dict[str, str]:
    cursors = {"next": ("after", found.next), "previous": ("before", found.previous)}
    return {way: "?" + urlencode({**kept, param: mark}) for way, (param, mark) in cursors.items() if mark}


def _breadth(sheet: Sheet[Any], viewer: Viewer, kept: Mapping[str, str]) -> Way | None:
    """The way to all columns, or back to the few."""
    if len(columns_of(sheet, viewer, all_of_them=True)) == len(columns_of(sheet, viewer)):
        return None
    if ALL in kept:
        return Way(_("Fewer columns"), "?" + urlencode({k: v for k, v in kept.items() if k != ALL}))
    return Way(_("All columns"), "?" + urlencode({**kept, ALL: "1"}))


def _creates(sheet: Sheet[Any], viewer: Viewer) -> list[Way]:
    offered = [name for name in sheet.create if ACTIONS[name].offered_to(viewer)]
    return [Way(button_of(name, viewer.locale), action_url(name)) for name in offered]


def compact_context(sheet: Sheet[Any], viewer: Viewer, params: Mapping[str, str], current: int) -> dict[str, Any]:
    """The list a record was opened from, as narrow as fits beside it."""
    columns = [c for c in columns_of(sheet, viewer) if not c.minor and not c.link][:2]
    order = ordering(sheet, viewer, params.get("sort", ""))
    found = slice_of(narrowed(sheet, viewer, params).prefetch_related(*sheet.prefetch), order)
    kept = {k: v for k, v in params.items() if v and k not in PAGING}
    rows = _rows(sheet, viewer, found.rows, columns, kept)
    for row in rows:
        row["hint"] = " · ".join(words(cell["value"], viewer.locale) for cell in row["cells"])
        row["current"] = row["id"] == current
    return {"rows": rows, "url": f"{sheet.url}?{urlencode(kept)}" if kept else sheet.url}


def _taken_away(sheet: Sheet[Any], viewer: Viewer, params: Mapping[str, str], kind: str) -> HttpResponse:
    columns = [c for c in columns_of(sheet, viewer, all_of_them=ALL in params) if c.export]
    title = Label(*sheet.plural).text(viewer.locale)
    heads = [title_of(sheet, column).text(viewer.locale) for column in columns]
    rows = narrowed(sheet, viewer, params)
    lines = ([_flat(cell, viewer.locale) for cell in line] for line in exported(sheet, viewer, rows, columns))
    number = rows.order_by().count()
    journal(viewer, JournalKind.EXPORTED, what=sheet.name, subject=sheet.model, count=number)
    name = content_disposition_header(True, f"{title}-{viewer.today:%Y%m%d}.{kind}") or ""
    if kind == "csv":
        response = HttpResponse(b"".join(write_csv(heads, lines)), content_type="text/csv; charset=utf-8")
    else:
        content_type = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
        response = HttpResponse(write_xlsx(heads, lines, title=title), content_type=content_type)
    response.headers["Content-Disposition"] = name
    return response


def _flat(cell: Any, lang: str) -> Any:
    return cell if cell is None or (isinstance(cell, int | Fen) and not isinstance(cell, bool)) else words(cell, lang)
