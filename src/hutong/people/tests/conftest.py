"""The tests look with the eyes of the nation, so that what hides a child from a viewer is the explicit filter."""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO

import pytest
from pypdf import PdfWriter

from hutong.core.viewer import acting, system_viewer
from hutong.people.tests import build


@pytest.fixture(autouse=True)
def looking(request: pytest.FixtureRequest) -> Iterator[None]:
    """Acts as a named system viewer in every test that uses the database."""
    if request.node.get_closest_marker("django_db") is None:
        yield
        return
    request.getfixturevalue("db")
    with acting(system_viewer("tests", now=build.NOW)):
        yield


@pytest.fixture
def pdf() -> bytes:
    """A one-page PDF."""
    out = BytesIO()
    writer = PdfWriter()
    writer.add_blank_page(width=595, height=842)
    writer.write(out)
    return out.getvalue()
