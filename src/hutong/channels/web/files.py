"""Proofs and documents: opened one by one, each opening journalled by the spine."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _

from hutong.channels.web.frame import seen, show, viewer_of
from hutong.core.errors import NotFound, Refused
from hutong.core.files import read_file
from hutong.core.models import StoredFile
from hutong.core.terms import DataClass


@seen
def file_page(request: HttpRequest, file_id: int) -> HttpResponse:
    """The file itself. A sealed one is opened only with a purpose, which is kept."""
    viewer = viewer_of(request)
    stored = StoredFile.objects.visible_to(viewer).filter(pk=file_id).first() if file_id < 2**63 else None
    if stored is None:
        raise NotFound()
    data_class = DataClass(stored.data_class_value)
    if viewer.clearance < data_class:
        raise Refused(_("Your post may not open this paper."))
    purpose = request.GET.get("purpose", "").strip()
    if data_class is DataClass.SEALED and not purpose:
        return show(request, "channels/purpose.html", {"stored": stored}, title=_("Open a sealed paper"))
    response = HttpResponse(read_file(viewer, stored, purpose=purpose[:500]), content_type=stored.media_type)
    response.headers["Content-Disposition"] = content_disposition_header(False, stored.name) or "inline"
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response.headers["Cache-Control"] = "no-store"
    return response


def file_url(file_id: int) -> str:
    """Address of a stored file."""
    return f"/file/{file_id}/"
