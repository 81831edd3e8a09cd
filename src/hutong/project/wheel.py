"""Build backend of the package: setuptools, after scripts, styles and catalogues were built.

``pip wheel .`` in a clone gives a wheel that needs neither Node nor Babel where it is installed.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from setuptools import build_meta
from setuptools.build_meta import (
    build_sdist,
    get_requires_for_build_sdist,
    get_requires_for_build_wheel,
    prepare_metadata_for_build_wheel,
)

from hutong.project import assets

__all__ = [
    "build_sdist",
    "build_wheel",
    "get_requires_for_build_sdist",
    "get_requires_for_build_wheel",
    "prepare_metadata_for_build_wheel",
]


def build_wheel(
    wheel_directory: str, config_settings: dict[str, Any] | None = None, metadata_directory: str | None = None
) -> str:
    """Build everything, then the wheel; returns its file name."""
    assets.build(Path(__file__).resolve().parents[3])
    return str(build_meta.build_wheel(wheel_directory, config_settings, metadata_directory))
