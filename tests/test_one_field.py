"""A field is declared once: an optional fact of the child touches three files and stands in ten places."""

from __future__ import annotations

import filecmp
import os
import shutil
import subprocess
import sys
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import pytest
from django.db import connections

ROOT = Path(__file__).resolve().parent.parent
NAME, ZH, EN = "nickname", "小名", "Nickname"
PLACES = {"form", "correction", "page", "list", "api", "export", "import", "merge", "history", "both languages"}


def add_the_field(tree: Path) -> None:
    """What docs/adding.md says: the column with its words, the line of the facts, the migration."""
    people = tree / "src" / "hutong" / "people"
    models = people / "models.py"
    before = "    national_no = personal("
    line = f'    {NAME} = personal(models.CharField(max_length=40, blank=True, default=""), "{ZH}", "{EN}")\n'
    models.write_text(models.read_text("utf-8").replace(before, line + before, 1), "utf-8")
    facts = people / "actions" / "inputs.py"
    before = '    national_no: str = of(Child, "national_no"'
    line = f'    {NAME}: str = of(Child, "{NAME}", "", section=MORE)\n'
    facts.write_text(facts.read_text("utf-8").replace(before, line + before, 1), "utf-8")
    run(tree, sys.executable, "-m", "django", "makemigrations", "people", "-n", "nickname")


def run(tree: Path, *words: str, database: str = "") -> str:
    env = os.environ | {"PYTHONPATH": str(tree / "src"), "DJANGO_SETTINGS_MODULE": "hutong.project.settings"}
    env |= {name: at(os.environ[name], database) for name in ("DATABASE_URL", "HUTONG_OWNER_URL") if database}
    done = subprocess.run(words, cwd=tree, env=env, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout.strip()


def at(url: str, database: str) -> str:
    """The address of another database of the same server."""
    return urlunsplit(urlsplit(url)._replace(path=f"/{database}"))


def changed(tree: Path) -> set[str]:
    """Files of the copy that differ from the tree or are not in it, those that programs write left out."""
    files = [p.relative_to(tree) for p in (tree / "src").rglob("*") if p.suffix in {".py", ".po", ".html", ".yaml"}]
    return {str(f) for f in files if not (ROOT / f).exists() or not filecmp.cmp(ROOT / f, tree / f, shallow=False)}


@pytest.mark.database
def test_an_optional_fact_of_the_child_touches_three_files_and_is_found_in_ten_places(
    tmp_path: Path, fresh_db: str
) -> None:
    tree = tmp_path / "tree"
    shutil.copytree(ROOT / "src", tree / "src", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copytree(ROOT / "tests", tree / "tests", ignore=shutil.ignore_patterns("__pycache__"))
    add_the_field(tree)
    written = {name.rpartition("/")[2].lstrip("0123456789_") for name in changed(tree)}
    assert written == {"models.py", "inputs.py", "nickname.py"}
    connections.close_all()
    said = run(tree, sys.executable, "tests/field_added.py", NAME, ZH, EN, database=fresh_db)
    assert set(said.splitlines()[-1].split(",")) == PLACES
