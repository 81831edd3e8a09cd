"""Sheets, actions and type-aheads by the names in an address."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse

from hutong.channels.lookup import LOOKUPS
from hutong.channels.sheet import SHEETS, Sheet
from hutong.channels.web.frame import seen, viewer_of
from hutong.core.action import ACTIONS, ActionSpec
from hutong.core.errors import NotFound


def sheet_named(package: str, name: str) -> Sheet[Any]:
    """The sheet `package.name`; NotFound otherwise."""
    sheet = SHEETS.get(f"{package}.{name}")
    if sheet is None:
        raise NotFound()
    return sheet


def action_named(package: str, name: str) -> ActionSpec[Any]:
    """The action `package.name`; NotFound otherwise."""
    spec = ACTIONS.get(f"{package}.{name}")
    if spec is None or spec.inner:
        raise NotFound()
    return spec


@seen
def lookup_page(request: HttpRequest, name: str) -> HttpResponse:
    """Suggestions of a type-ahead, as JSON."""
    if name not in LOOKUPS:
        raise NotFound()
    text = request.GET.get("q", "").strip()[:60]
    hits = LOOKUPS[name].search(viewer_of(request), text) if text and "\x00" not in text else ()
    return JsonResponse({"hits": [{"value": h.value, "text": h.text, "hint": h.hint} for h in hits[:12]]})
