"""Proofs and documents: opened one by one, each opening journalled by the spine."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _

from hutong.channels.content import Link
from hutong.channels.web.frame import seen, show, viewer_of
from hutong.core.access import MASK, shown
from hutong.core.errors import NotFound, Refused
from hutong.core.files import may_open, read_file
from hutong.core.models import StoredFile
from hutong.core.terms import DataClass
from hutong.core.viewer import Viewer


@seen
def file_page(request: HttpRequest, file_id: int) -> HttpResponse:
    """The file itself. A sealed one is opened only with a purpose, which is kept."""
    viewer = viewer_of(request)
    stored = StoredFile.objects.visible_to(viewer).filter(pk=file_id).first() if file_id < 2**63 else None
    if stored is None:
        raise NotFound()
    if not may_open(viewer, stored):
        raise Refused(_("Your post may not open this paper."))
    purpose = request.GET.get("purpose", "").strip()
    if DataClass(stored.data_class_value) is DataClass.SEALED and not purpose:
        return show(request, "channels/purpose.html", {"stored": stored}, title=_("Open a sealed paper"))
    response = HttpResponse(read_file(viewer, stored, purpose=purpose[:500]), content_type=stored.media_type)
    response.headers["Content-Disposition"] = content_disposition_header(False, stored.name) or "inline"
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response.headers["Cache-Control"] = "no-store"
    return response


def file_url(file_id: int) -> str:
    """Address of a stored file."""
    return reverse("file", args=(file_id,))


def file_link(viewer: Viewer, file_id: int, text: Any = None) -> Any:
    """Words (the file's name without any) that lead to a stored file; without a way for those who may not open it."""
    stored = StoredFile.objects.visible_to(viewer).filter(pk=file_id).first()
    if stored is None:  # filed where the viewer does not reach
        return text or MASK
    text = text or shown(viewer, stored, "name")
    return Link(text, file_url(file_id)) if may_open(viewer, stored) else text
