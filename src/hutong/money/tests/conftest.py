"""A county that pays, for every test of the package."""

from __future__ import annotations

from datetime import datetime

import pytest

from hutong.money.tests.build import Scene, county


@pytest.fixture
def scene(now: datetime) -> Scene:
    """An invented county with people at its posts."""
    return county(now)
