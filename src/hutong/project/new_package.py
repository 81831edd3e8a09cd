"""``./hutong new-package`` and ``./hutong makemigrations``: what a developer writes once for every package, written by
the program."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from string import Template

from hutong.project.home import clone
from hutong.project.options import options
from hutong.project.progress import Stop, say

SKELETON = Path(__file__).resolve().parent / "skeleton"
NAME = re.compile(r"[a-z][a-z_]{2,16}")


def new_package(words: Sequence[str]) -> int:
    """``./hutong new-package NAME [--zh TEXT] [--en TEXT] [--beside PACKAGE] [--area AREA]``"""
    given = options("new-package", words, ("name",), zh="", en="", beside="care", area="care")
    here = _clone()
    name, beside = given.name, given.beside
    source = here / "src" / "hutong"
    if not NAME.fullmatch(name):
        raise Stop("A package has a short English name in small letters, such as `protection`.")
    if (source / name).exists():
        raise Stop(f"There is a package {name} already: src/hutong/{name}")
    if not (source / beside / "models.py").exists() and not (source / beside / "models").exists():
        raise Stop(f"There is no domain package {beside} to stand beside.")
    areas = re.findall(r'Area\("(\w+)"', (source / "channels" / "areas.py").read_text("utf-8"))
    if given.area not in areas:
        raise Stop(f"There is no area {given.area}. Choose from: {', '.join(areas)}")
    en = given.en or name.replace("_", " ").capitalize()
    said = {"name": name, "Name": name.title().replace("_", ""), "zh": given.zh or en, "en": en}
    _write(source / name, said | {"area": given.area})
    _enter(here, name, beside, en)
    _tool(here, "django", "makemigrations", name, "-n", "notes")
    for program in ("check --fix --select I", "format", "check --fix"):
        _tool(here, "ruff", *program.split(), "-q", str(source / name), str(here / "src" / "hutong" / "project"))
    _tool(here, "hutong.project.cli", "docs")
    say(f"src/hutong/{name} is there. Next: .venv/bin/pytest src/hutong/{name} -q, then its README and docs/adding.md.")
    return 0


def makemigrations(words: Sequence[str]) -> int:
    """``./hutong makemigrations PACKAGE NAME``: a named migration that holds one idea."""
    given = options("makemigrations", words, ("package", "name"))
    here = _clone()
    _tool(here, "django", "makemigrations", given.package, "-n", given.name)
    _tool(here, "ruff", "format", "-q", str(here / "src" / "hutong" / given.package / "migrations"))
    return 0


def _clone() -> Path:
    here = clone()
    if here is None:
        raise Stop("Packages are written in a clone of the source.")
    return here


def _write(folder: Path, said: dict[str, str]) -> None:
    for file in sorted(SKELETON.rglob("*.tmpl")):
        target = folder / file.relative_to(SKELETON).with_suffix("")
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(Template(file.read_text("utf-8")).substitute(said), "utf-8")
    for inner in ("", "tests", "migrations"):
        (folder / inner).mkdir(exist_ok=True)
        (folder / inner / "__init__.py").write_text("", "utf-8")


def _enter(here: Path, name: str, beside: str, en: str) -> None:
    """The package's line in the contracts, in the settings and in the picture of the house."""
    contracts = here / ".importlinter"
    text = contracts.read_text("utf-8")
    text = re.sub(rf"(?m)^(    (?:\w+ \| )*{beside}\b[^\n]*)$", rf"\1 | {name}", text, count=1)
    text = text.replace("    hutong.org\n", f"    hutong.{name}\n    hutong.org\n")
    contracts.write_text(text, "utf-8")
    settings = here / "src" / "hutong" / "project" / "settings.py"
    line = f'    "hutong.{beside}.apps.{beside.title().replace("_", "")}Config",\n'
    own = f'    "hutong.{name}.apps.{name.title().replace("_", "")}Config",\n'
    settings.write_text(settings.read_text("utf-8").replace(line, line + own), "utf-8")
    house = here / "docs" / "house.md"
    row = re.compile(rf"(?m)^(\| \| `{beside}` \|[^\n]*\n)")
    house.write_text(row.sub(rf"\1| | `{name}` | {en} |\n", house.read_text("utf-8"), count=1), "utf-8")


def _tool(here: Path, module: str, *words: str) -> None:
    env = os.environ | {"DJANGO_SETTINGS_MODULE": "hutong.project.settings", "PYTHONPATH": str(here / "src")}
    done = subprocess.run([sys.executable, "-W", "ignore", "-m", module, *words], cwd=here, env=env, check=False)
    if done.returncode:
        raise Stop(f"{module} {' '.join(words)} failed; what it said stands above.")
