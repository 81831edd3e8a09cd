"""`./hutong new-package` writes a package that passes what every package must."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
COPIED = (
    "hutong", "src", "tests", "docs", "conftest.py", "pyproject.toml", ".importlinter", "README.md",
    "package.json", "package-lock.json", "requirements.lock", "requirements-dev.lock",
)  # fmt: skip


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """A copy of the tree to write in."""
    for name in COPIED:
        source, target = ROOT / name, tmp_path / name
        if source.is_dir():
            shutil.copytree(source, target, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(source, target)
    return tmp_path


def run(tree: Path, *words: str) -> str:
    env = {k: v for k, v in os.environ.items() if not k.startswith("PYTEST_")}
    env |= {"PYTHONPATH": str(tree / "src"), "DJANGO_SETTINGS_MODULE": "hutong.project.settings"}
    done = subprocess.run(words, cwd=tree, env=env, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-6000:] + done.stderr[-3000:]
    return done.stdout


@pytest.mark.database
def test_a_written_package_passes_its_own_tests_and_those_of_the_house(tree: Path) -> None:
    tools = Path(sys.executable).parent
    words = ("new-package", "outreach", "--zh", "外展", "--en", "Outreach", "--beside", "benefits", "--area", "care")
    assert "src/hutong/outreach is there" in run(tree, sys.executable, "-m", "hutong.project.cli", *words)
    run(tree, str(tools / "ruff"), "check", "src/hutong/outreach")
    run(tree, str(tools / "ruff"), "format", "--check", "src/hutong/outreach")
    run(tree, str(tools / "lint-imports"))
    own = ("src/hutong/outreach", "tests/test_house.py", "tests/test_declarations.py")
    tests = (*own, "src/hutong/channels/tests/test_catalogues.py", "src/hutong/care/tests/test_pages.py")
    assert " passed" in run(tree, str(tools / "pytest"), "-q", *tests, "-p", "no:cacheprovider")


def test_a_name_that_is_taken_or_no_name_is_refused_in_words(tree: Path) -> None:
    from hutong.project import new_package
    from hutong.project.progress import Stop

    refused = ((("people",), "already"), (("Ä",), "small letters"), (("outreach", "--beside", "law"), "beside"))
    refused += ((("outreach", "--area", "nowhere"), "no area"),)
    for words, said in refused:
        with pytest.raises(Stop, match=said):
            new_package.new_package(words)
