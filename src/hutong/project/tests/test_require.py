"""Our pytest plugin: no test is skipped in silence, and each process that runs tests has a server of its own."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from hutong.project import cli
from hutong.project.embedded import stop_all
from hutong.project.home import SOURCE

ALONE, SPREAD = (), ("-p", "xdist.plugin", "-n", "2")
TESTS = """
import pytest

def test_good():
    assert True

def test_skipped():
    pytest.skip({reason!r})
"""


def _run(folder: Path, require: str, words: tuple[str, ...]) -> tuple[int, str]:
    line = [sys.executable, "-m", "pytest", "-q", "-p", "hutong.project.pytest_hutong", *words]
    line += ["-p", "no:cacheprovider", "-c", os.devnull, "--rootdir", str(folder), str(folder)]
    changed = {"HUTONG_REQUIRE": require, "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1", "PYTHONPATH": str(SOURCE)}
    done = subprocess.run(line, env={**os.environ, **changed}, cwd=folder, capture_output=True, text=True, check=False)
    return done.returncode, done.stdout + done.stderr


@pytest.mark.parametrize(
    ("reason", "require", "words", "code"),
    [
        ("chromium is not installed", "all", ALONE, 1),
        ("chromium is not installed", "all", SPREAD, 1),
        ("chromium is not installed", "", ALONE, 0),
        ("shared absent", "all", ALONE, 0),
        ("shared absent", "all", SPREAD, 0),
    ],
)
def test_what_a_skip_does(tmp_path: Path, reason: str, require: str, words: tuple[str, ...], code: int) -> None:
    (tmp_path / "test_sample.py").write_text(TESTS.format(reason=reason), "utf-8")
    found, said = _run(tmp_path, require, words)
    assert found == code, said
    assert ("FAILED" in said) == bool(code)
    assert "1 passed, 1 skipped" in said


@pytest.mark.parametrize("words", [ALONE, SPREAD])
def test_a_file_that_is_skipped_as_a_whole_fails_the_run_too(tmp_path: Path, words: tuple[str, ...]) -> None:
    whole = "import pytest\npytest.skip('no fonts are installed', allow_module_level=True)\n"
    (tmp_path / "test_other.py").write_text(whole, "utf-8")
    (tmp_path / "test_sample.py").write_text("def test_good():\n    assert True\n", "utf-8")
    found, said = _run(tmp_path, "all", words)
    assert found == 1, said
    assert said.count("FAILED test_other.py: skipped (no fonts are installed)") == 1


PARTS = """
import pytest

@pytest.mark.crawl
def test_walk():
    assert True

@pytest.mark.parametrize("word", ["faults"])
def test_word(word):
    assert word
"""


@pytest.mark.parametrize("words", [ALONE, SPREAD])
def test_the_time_is_told_by_mark_and_folder(tmp_path: Path, words: tuple[str, ...]) -> None:
    """A word that happens to be the name of a mark is none."""
    (tmp_path / "walks").mkdir()
    (tmp_path / "walks" / "test_sample.py").write_text(PARTS, "utf-8")
    code, said = _run(tmp_path, "", words)
    assert code == 0, said
    assert re.findall(r"^(\w+) +(\d+) tests", said, re.MULTILINE) in (
        [("crawl", "1"), ("walks", "1")],
        [("walks", "1"), ("crawl", "1")],
    )
    assert re.search(r"by --seed \d+\.", said)


WHERE = """
import os

def test_where():
    print("at", os.environ["DATABASE_URL"])

def test_again():
    print("at", os.environ["DATABASE_URL"])
"""


def test_each_worker_has_a_server_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """And who hands the tests out to them has none."""
    state = Path(tempfile.mkdtemp(prefix="hutong-workers-"))
    state.chmod(0o755)
    monkeypatch.setenv("HUTONG_STATE", str(state))
    for name in ("DATABASE_URL", "HUTONG_OWNER_URL", "PYTEST_XDIST_WORKER"):
        monkeypatch.delenv(name, raising=False)
    (tmp_path / "test_where.py").write_text(WHERE, "utf-8")
    try:
        code, said = _run(tmp_path, "", (*SPREAD, "--dist", "each", "-rP"))
        assert code == 0, said
        assert set(re.findall(r"host=\S+%2F(test\S*)%2Fsocket", said)) == {"test-gw0", "test-gw1"}
        assert sorted(folder.name for folder in state.glob("test*")) == ["test-gw0", "test-gw1"]
        cli.main(["stop"])
        assert not list(state.glob("test*/postgres-*/postmaster.pid"))
    finally:
        for folder in state.glob("test*"):
            stop_all(folder)
        shutil.rmtree(state)
