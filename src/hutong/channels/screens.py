"""Pages of no domain: for the auditor the trail of actions and looks. Read only."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse

from hutong.channels.finding import register_finder
from hutong.channels.sheet import Sheet, page
from hutong.channels.trail import ENTRIES, JOURNAL, by_action, numbers, seal_state
from hutong.channels.web.frame import viewer_of
from hutong.channels.web.listing import answer
from hutong.channels.web.search import ways_found
from hutong.core.viewer import Viewer

AUDITOR = "auditor"

register_finder("ways", ("页面与办理", "Pages and actions"), ways_found, area="work", rank=0)


@page("core/entries/", name="core.entries", roles=(AUDITOR,), title=ENTRIES.plural, area="administration", rank=4)
def entries_page(request: HttpRequest) -> HttpResponse:
    """Entries inside the reach, newest first; above them the numbers an auditor begins with."""
    viewer = viewer_of(request)
    return _answered(request, ENTRIES, viewer)


@page("core/journal/", name="core.journal", roles=(AUDITOR,), title=JOURNAL.plural, area="administration", rank=5)
def journal_page(request: HttpRequest) -> HttpResponse:
    """Openings, lists, exports, refusals and sign-ins of the posts inside the reach, newest first."""
    return _answered(request, JOURNAL, viewer_of(request))


def _answered(request: HttpRequest, sheet: Sheet[Any], viewer: Viewer) -> HttpResponse:
    return answer(
        request,
        sheet,
        "channels/trail.html",
        above=lambda: [numbers(viewer)],
        departed=lambda: by_action(viewer),
        seal=seal_state,
    )
