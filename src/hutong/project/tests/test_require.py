"""With HUTONG_REQUIRE=all no test is skipped in silence; reference material that is absent is the one exception."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from hutong.project.home import SOURCE

TESTS = """
import pytest

def test_good():
    assert True

def test_skipped():
    pytest.skip({reason!r})
"""


def _run(folder: Path, reason: str, require: str) -> tuple[int, str]:
    file = folder / "test_sample.py"
    file.write_text(TESTS.format(reason=reason), "utf-8")
    words = [sys.executable, "-m", "pytest", "-q", "-p", "hutong.project.pytest_hutong"]
    words += ["-p", "no:cacheprovider", "-c", os.devnull, "--rootdir", str(folder), str(file)]
    changed = {"HUTONG_REQUIRE": require, "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1", "PYTHONPATH": str(SOURCE)}
    done = subprocess.run(words, env={**os.environ, **changed}, cwd=folder, capture_output=True, text=True, check=False)
    return done.returncode, done.stdout + done.stderr


@pytest.mark.parametrize(
    ("reason", "require", "code"),
    [
        ("chromium is not installed", "all", 1),
        ("chromium is not installed", "", 0),
        ("shared absent", "all", 0),
    ],
)
def test_what_a_skip_does(tmp_path: Path, reason: str, require: str, code: int) -> None:
    found, said = _run(tmp_path, reason, require)
    assert found == code, said
    assert ("FAILED" in said) == bool(code)
    assert "1 passed, 1 skipped" in said
