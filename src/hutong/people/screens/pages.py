"""Pages of their own: opening sealed health data, one child at a time, for a stated purpose."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from hutong.channels.reading import found_in
from hutong.channels.sheet import page, record_url
from hutong.channels.web.frame import Way, show, viewer_of
from hutong.core.errors import Invalid
from hutong.core.files import read_file
from hutong.core.models import StoredFile
from hutong.core.viewer import Viewer
from hutong.people.access import COUNTY
from hutong.people.models import Child
from hutong.people.queries.children import name_of
from hutong.people.queries.sealed import open_sealed_health


@page(
    "people/sealed/<int:child_id>/",
    name="people.sealed",
    roles=COUNTY,
    title=("保密健康信息", "Sealed health data"),
    area="children",
)
def sealed_page(request: HttpRequest, child_id: int) -> HttpResponse:
    """Asks for the purpose; sent with it, shows what is kept. The opening is in the journal before it is shown."""
    viewer = viewer_of(request)
    child = found_in(Child, viewer, child_id, "people.sealed")
    context: dict[str, object] = {"name": name_of(viewer, child), "back": record_url(child)}
    status = 200
    if request.method == "POST":
        try:
            purpose = request.POST.get("purpose", "")[:500]
            sealed = open_sealed_health(viewer, child, purpose)
            if sealed is not None and sealed.paper is not None and "paper" in request.POST:
                return _paper(viewer, sealed.paper, purpose)
            context |= {"sealed": sealed, "opened": True, "purpose": purpose}
        except Invalid as invalid:
            context["error"], status = str(invalid.errors[0].remedy), 422
    crumbs = [Way(str(context["name"]), record_url(child))]
    title = _("Sealed health data")
    response = show(request, "people/sealed.html", context, title=title, crumbs=crumbs, status=status)
    response.headers["Cache-Control"] = "no-store"
    return response


def _paper(viewer: Viewer, stored: StoredFile, purpose: str) -> HttpResponse:
    """The proof itself, opened with the same purpose and journalled once more as a paper."""
    response = HttpResponse(read_file(viewer, stored, purpose=purpose), content_type=stored.media_type)
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response.headers["Cache-Control"] = "no-store"
    return response
