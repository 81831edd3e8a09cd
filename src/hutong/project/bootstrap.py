"""From a clone to a running interpreter: makes `.venv` from the hashed lock files. Standard library alone."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
import venv
from collections.abc import Sequence
from pathlib import Path

from hutong.project.progress import Stop, say, step, tail

DEVELOPERS = ("test", "bench", "docs")
"""Commands that need the developers' libraries too."""


def start(clone: str, words: Sequence[str]) -> int:
    """Run a command of the command line, making the virtual environment first when the command needs it."""
    from hutong.project import cli

    if cli.needs_nothing(words):
        return cli.main(words)
    try:
        python = prepared(Path(clone), developers=words[0] in DEVELOPERS)
    except Stop as stop:
        say(str(stop))
        return 1
    sys.stdout.flush()
    return os.execv(python, [str(python), "-m", "hutong.project.cli", *words])


def prepared(clone: Path, *, developers: bool) -> Path:
    """The interpreter of `.venv` with exactly the locked libraries; installs only what changed since last time."""
    folder = clone / ".venv"
    python = folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    if not _works(python):
        with step("virtual environment (.venv)"):
            _make(folder)
    locks = ["requirements.lock", *(["requirements-dev.lock"] if developers else [])]
    for lock in locks:
        _install(clone, folder, python, lock)
    _point_at_source(clone, python, folder)
    return python


def _works(python: Path) -> bool:
    if not python.exists():
        return False
    tried = subprocess.run([python, "-c", "import pip"], capture_output=True, check=False)
    return tried.returncode == 0


def _make(folder: Path) -> None:
    try:
        venv.EnvBuilder(with_pip=True, clear=True, symlinks=os.name != "nt").create(folder)
    except (subprocess.CalledProcessError, OSError) as broken:
        raise Stop(
            f"The virtual environment could not be made: {broken}\n"
            "On Debian and Ubuntu install the package python3-venv, then run the command again."
        ) from broken


def _stamp(clone: Path, lock: str) -> str:
    digest = hashlib.sha256((clone / lock).read_bytes()).hexdigest()
    return f"{digest} {sys.version_info.major}.{sys.version_info.minor}"


def _install(clone: Path, folder: Path, python: Path, lock: str) -> None:
    """pip installs a lock file, once per content; the stamp is written after pip has finished."""
    stamps = folder / "hutong-stamps.json"
    try:
        known: dict[str, str] = json.loads(stamps.read_text("utf-8"))
    except (OSError, ValueError):
        known = {}
    wanted = _stamp(clone, lock)
    if known.get(lock) == wanted:
        return
    with step(f"libraries of {lock}"):
        words = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-input", "--no-deps"]
        done = subprocess.run(
            [python, *words, "--require-hashes", "-r", clone / lock],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        if done.returncode:
            raise Stop(
                f"{tail(done.stdout)}\n\nThe libraries could not be installed. Check that the package registry can be "
                "reached (pip config list), then run the command again: it goes on where it stopped."
            )
    stamps.write_text(json.dumps({**known, lock: wanted}), "utf-8")


def _point_at_source(clone: Path, python: Path, folder: Path) -> None:
    """A path file makes `import hutong` find this clone's source, for the tools in `.venv` too."""
    if os.name == "nt":
        site = folder / "Lib" / "site-packages"
    else:
        site = folder / "lib" / f"python{sys.version_info.major}.{sys.version_info.minor}" / "site-packages"
    line = f"{clone / 'src'}\n"
    pointer = site / "hutong-source.pth"
    if not pointer.exists() or pointer.read_text("utf-8") != line:
        pointer.write_text(line, "utf-8")
