"""What is built is built when its input changed, and half of a build never counts."""

from __future__ import annotations

import gettext
import json
import re
import tomllib
from pathlib import Path

import pytest
from fontTools.ttLib import TTFont

from hutong.project import assets, paper_fonts
from hutong.project.home import SOURCE
from hutong.project.progress import Stop
from hutong.project.staticfiles import BuiltStorage, names

CLONE = SOURCE.parent

CATALOGUE = """msgid ""
msgstr ""
"Content-Type: text/plain; charset=UTF-8\\n"

msgid "Child"
msgstr "儿童"
"""


def _catalogue(folder: Path, text: str) -> Path:
    file = folder / "people" / "locale" / "zh_Hans" / "LC_MESSAGES" / "django.po"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, "utf-8")
    return file


def test_catalogues_are_compiled_once_per_change(tmp_path: Path) -> None:
    source = _catalogue(tmp_path, CATALOGUE)
    assert assets.compile_catalogues(tmp_path) == 1
    assert assets.compile_catalogues(tmp_path) == 0
    with source.with_suffix(".mo").open("rb") as compiled:
        assert gettext.GNUTranslations(compiled).gettext("Child") == "儿童"


def test_a_broken_catalogue_is_named_and_leaves_nothing(tmp_path: Path) -> None:
    source = _catalogue(tmp_path, CATALOGUE + 'msgid "x"\nnonsense "y"\n')
    with pytest.raises(Stop, match=re.escape(str(source))):
        assets.compile_catalogues(tmp_path)
    assert not source.with_suffix(".mo").exists()


def test_the_front_end_is_built_again_when_a_class_may_be_new_and_only_then(tmp_path: Path) -> None:
    def state() -> str:
        return assets.digest(assets.inputs(tmp_path))

    page = tmp_path / "src" / "hutong" / "care" / "templates" / "care" / "page.html"
    page.parent.mkdir(parents=True)
    page.write_text('<p class="card">', "utf-8")
    before = state()
    (tmp_path / "src" / "hutong" / "care" / "models.py").write_text("", "utf-8")
    assert state() == before
    page.write_text('<p class="card wide">', "utf-8")
    assert state() != before


def test_templates_get_the_hashed_name() -> None:
    manifest = json.loads((CLONE / assets.BUILT / "manifest.json").read_text("utf-8"))
    assert names() == manifest
    url = BuiltStorage(base_url="/static/").url("built/office.css")
    assert re.fullmatch(r"/static/built/office-[\w-]{8}\.css", url)
    for name in manifest.values():
        assert (CLONE / assets.BUILT / name).is_file()
    assert BuiltStorage(base_url="/static/").url("other/picture.svg") == "/static/other/picture.svg"


def test_fonts_of_paper_lie_in_the_build_with_their_licence() -> None:
    made = CLONE / paper_fonts.FONTS
    wanted = {f"{package}-{script}.ttf" for package, scripts in paper_fonts.SLICES.items() for script in scripts}
    assert {file.name for file in made.glob("*.ttf")} == wanted
    assert "SIL OPEN FONT LICENSE" in (made / "OFL.txt").read_text("utf-8").upper()


def test_a_font_of_the_web_becomes_one_of_paper_with_all_it_draws() -> None:
    source = CLONE / "node_modules" / "@fontsource" / "noto-sans-yi" / "files" / "noto-sans-yi-yi-400-normal.woff"
    with TTFont(source) as web, TTFont(CLONE / paper_fonts.FONTS / "noto-sans-yi-yi.ttf") as font:
        assert (web.flavor, font.flavor) == ("woff", None)
        assert font.getBestCmap() == web.getBestCmap()


def _documented() -> set[str]:
    page = (CLONE / "docs" / "dependencies.md").read_text("utf-8")
    return set(re.findall(r"^\| ([@\w./-]+) \|", page, re.MULTILINE)) - {"library"}


def test_every_library_is_documented_with_its_licence_and_reason() -> None:
    wanted: set[str] = set()
    for lock in ("requirements.in", "requirements-dev.in"):
        lines = (CLONE / lock).read_text("utf-8").splitlines()
        wanted |= {re.split(r"[\[<>=~ ]", line)[0] for line in lines if line and not line.startswith(("-", "#"))}
    package = json.loads((CLONE / "package.json").read_text("utf-8"))
    wanted |= {*package["dependencies"], *package["devDependencies"]}
    assert _documented() == wanted


@pytest.mark.parametrize("lock", ["requirements.lock", "requirements-dev.lock", "package-lock.json", ".npmrc"])
def test_no_lock_names_a_host(lock: str) -> None:
    text = (CLONE / lock).read_text("utf-8")
    hosts = set(re.findall(r"https?://([\w.-]+)", text))
    if lock == "package-lock.json":
        funding = re.compile(r'"(url|funding)": "https?://[^"]*"')
        hosts = set(re.findall(r"https?://([\w.-]+)", funding.sub("", text)))
    assert hosts == set()


def test_the_wheel_asks_for_what_the_lock_pins() -> None:
    project = tomllib.loads((CLONE / "pyproject.toml").read_text("utf-8"))
    assert project["tool"]["setuptools"]["dynamic"]["dependencies"] == {"file": ["requirements.in"]}
