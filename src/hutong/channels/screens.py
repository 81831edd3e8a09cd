"""Pages of no domain: for the auditor the trail of actions and looks. Read only."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.http import content_disposition_header

from hutong.channels.finding import register_finder
from hutong.channels.panels import rows_told
from hutong.channels.reading import one
from hutong.channels.sheet import Sheet, page, sheet_of
from hutong.channels.tables import told_file
from hutong.channels.trail import ENTRIES, JOURNAL, by_action, numbers, seal_state
from hutong.channels.web.frame import viewer_of
from hutong.channels.web.listing import answer
from hutong.channels.web.search import ways_found
from hutong.core.audit.journal import journal
from hutong.core.errors import NotFound
from hutong.core.terms import JournalKind
from hutong.core.viewer import Viewer

AUDITOR = "auditor"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

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


@page("core/told/<str:label>/<int:record_id>/", name="core.told")
def told_page(request: HttpRequest, label: str, record_id: int) -> HttpResponse:
    """The rows of an import that were not taken, as a workbook; for whoever may open the import."""
    viewer, sheet = viewer_of(request), sheet_of(label)
    if sheet is None or not sheet.open_to(viewer) or not hasattr(sheet.model, "told"):
        raise NotFound()
    record: Any = one(sheet, viewer, record_id)
    rows = rows_told(viewer, record)
    journal(viewer, JournalKind.EXPORTED, what=label, subject=record, count=len(rows))
    response = HttpResponse(told_file(rows, viewer.locale), content_type=XLSX)
    response.headers["Content-Disposition"] = content_disposition_header(True, f"{label}-{record_id}.xlsx") or ""
    response.headers["Cache-Control"] = "no-store"
    return response


def _answered(request: HttpRequest, sheet: Sheet[Any], viewer: Viewer) -> HttpResponse:
    return answer(
        request,
        sheet,
        "channels/trail.html",
        above=lambda: [numbers(viewer)],
        departed=lambda: by_action(viewer),
        seal=seal_state,
    )
