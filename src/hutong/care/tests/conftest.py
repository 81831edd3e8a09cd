"""The tests look with the eyes of the nation, so that what hides a row from a viewer is the explicit filter."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from hutong.benefits.tests import build
from hutong.core.viewer import acting, system_viewer


@pytest.fixture(autouse=True)
def looking(request: pytest.FixtureRequest) -> Iterator[None]:
    """Acts as a named system viewer in every test that uses the shared database."""
    if request.node.get_closest_marker("django_db") is None:
        yield
        return
    request.getfixturevalue("db")
    with acting(system_viewer("tests", now=build.NOW)):
        yield
