"""Pieces that the inputs of several actions share."""

from __future__ import annotations

from hutong.benefits.models import Application, Award
from hutong.core.files import Upload, store_file
from hutong.core.models import StoredFile
from hutong.core.viewer import Viewer

Paper = Upload | None


def keep(viewer: Viewer, about: Application | Award, paper: Paper) -> StoredFile | None:
    """Store a paper with the child it is about."""
    if paper is None:
        return None
    return store_file(viewer, paper.data, paper.name, place_key=about.place_key, child_id=about.child_id)
