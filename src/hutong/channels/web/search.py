"""The search of every page. It is sent as a form, so that what is typed stands in no address, history or log."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext as _

from hutong.channels.finding import LONGEST, Found, Kind, named, search
from hutong.channels.web.frame import seen, show, viewer_of
from hutong.channels.web.menu import Here, bar_of
from hutong.core.middleware import read_only
from hutong.core.viewer import Viewer


@seen
def search_page(request: HttpRequest) -> HttpResponse:
    """The page with all hits, or for the field of the bar the same as JSON; without a question the field alone."""
    text = request.POST.get("q", "").strip()[:LONGEST] if request.method == "POST" else ""
    if request.method == "POST":
        read_only()
    kinds = search(viewer_of(request), text)
    if request.headers.get("Accept") == "application/json":
        return JsonResponse({"kinds": [_plain(kind) for kind in kinds]})
    return show(request, "channels/search.html", {"kinds": kinds, "sought": text}, title=_("Search"))


def _plain(kind: Kind) -> dict[str, Any]:
    hits = [{"url": hit.url, "text": hit.text, "hint": hit.hint} for hit in kind.hits]
    return {"title": kind.title, "hits": hits, "more": kind.more}


def ways_found(viewer: Viewer, text: str, most: int) -> list[Found]:
    """Lists and actions of the viewer's own bar, by name."""
    found = [
        Found(way.text.text(viewer.locale), way.url, part.title.text(viewer.locale))
        for stop in bar_of(viewer, Here())
        for part in stop.parts
        for way in (*part.lists, *part.acts)
        if named(text, way.text)
    ]
    return found[:most]
