"""Proofs and documents: type read from the bytes, size checked, encrypted, bound to their row."""

from __future__ import annotations

import binascii
import hashlib
from base64 import b64decode
from typing import Annotated, Any

from django.utils.translation import gettext as _
from pydantic import BaseModel, BeforeValidator, Field

from hutong.core.access import READ_BACK
from hutong.core.apart.refusal import Unopened
from hutong.core.apart.run import open_apart
from hutong.core.audit.journal import journal
from hutong.core.context import opened
from hutong.core.crypto import seal_bytes, unseal_bytes
from hutong.core.errors import FieldError, Invalid
from hutong.core.models import StoredFile
from hutong.core.record import next_id
from hutong.core.terms import DataClass, JournalKind
from hutong.core.viewer import Viewer

MAX_BYTES = 10 * 1024 * 1024
"""Largest proof: the national system takes files up to 10 MB (evidence S)."""


def _decoded(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    try:
        return b64decode(value, validate=True)
    except binascii.Error as error:
        raise ValueError(_("is not base64")) from error


class Upload(BaseModel):
    """A file as it is handed in: a form gives bytes, JSON gives base64. Use it as the type of an input field."""

    name: str = Field(max_length=200)
    data: Annotated[bytes, BeforeValidator(_decoded)] = Field(repr=False)


def _bad(what: str, todo: str) -> Invalid:
    return Invalid([FieldError("", "unreadable", what, todo, label=_("File"))])


def sniff(data: bytes) -> str:
    """Media type from the content, whatever the name says; raises Invalid for anything but an image or a PDF."""
    if not data:
        raise _bad(_("is empty"), _("Choose the file again."))
    if len(data) > MAX_BYTES:
        raise _bad(
            _("is larger than 10 MB"), _("Photograph the paper again with a lower resolution, or split the PDF.")
        )
    try:
        return str(open_apart("paper", data)[0])
    except Unopened as unopened:
        raise _unopened(unopened, pdf=data.startswith(b"%PDF-")) from unopened


def _unopened(unopened: Unopened, *, pdf: bool) -> Invalid:
    again = _("Open it on your computer, print it to PDF again and add that.")
    smaller = _("Photograph the paper again with a lower resolution, or split the PDF.")
    if unopened.code == "damaged":
        return _bad(_("is a damaged PDF"), again)
    if unopened.code == "too_wide":
        return _bad(_("claims to be a picture of %(width)s by %(height)s points") % unopened.about, smaller)
    if unopened.code in ("too_heavy", "too_slow"):
        return _bad(_("takes more memory or time to open than a paper may"), again if pdf else smaller)
    return _bad(_("is neither a photo nor a PDF"), _("Add a photo (JPEG, PNG, WebP) or a PDF of the paper."))


def store_file(viewer: Viewer, data: bytes, name: str, *, place_key: int, child_id: int | None = None) -> StoredFile:
    """Check, encrypt and keep a file inside the running action. Raises Invalid."""
    opened()
    media_type = sniff(data)
    row_id = next_id(StoredFile)
    content = seal_bytes(data, table="core_storedfile", row_id=row_id, field="content")
    return StoredFile.objects.create(
        id=row_id,
        name=name[-200:],
        media_type=media_type,
        size=len(data),
        sha256=hashlib.sha256(data).digest(),
        content=content,
        place_key=place_key,
        child_id=child_id,
        stored_by_id=viewer.user_id,
    )


def may_open(viewer: Viewer, stored: StoredFile) -> bool:
    """Does the clearance reach the paper, or did the viewer hand it in? A sealed one takes the clearance."""
    data_class = DataClass(stored.data_class_value)
    mine = stored.stored_by_id is not None and stored.stored_by_id == viewer.user_id
    return viewer.clearance >= data_class or (mine and data_class <= READ_BACK)


def read_file(viewer: Viewer, stored: StoredFile, *, purpose: str = "") -> bytes:
    """The bytes again; the opening is journalled."""
    journal(viewer, JournalKind.OPENED, what="file", subject=stored, purpose=purpose)
    return unseal_bytes(stored.content, table="core_storedfile", row_id=stored.pk, field="content")
