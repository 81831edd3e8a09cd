"""The house itself: what import contracts cannot see."""

from __future__ import annotations

import ast
import configparser
import re
from functools import cache
from pathlib import Path

import pytest
from django.apps import apps
from django.db import models

from hutong.channels.sheet import SHEETS
from hutong.channels.web import urls
from hutong.core.action import ACTIONS
from hutong.core.audit.declarations import APPEND_ONLY, TRIGGERS_ONLY

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = ROOT / "src" / "hutong"
SPINE = {"core", "channels", "law", "lawbook", "project"}
LONGEST_FILE = 500
WIDEST_LINE = 160
OURS = [m for m in apps.get_models(include_auto_created=True) if m.__module__.startswith("hutong.")]
RELATIONS = [
    (model, field)
    for model in OURS
    for field in [*model._meta.local_fields, *model._meta.local_many_to_many]
    if isinstance(field, models.ForeignKey | models.ManyToManyField)
]
UP, ANY = "points up", "of a record of any table"
NUMBERS = {
    "benefits.Application.finding_id": UP,
    "core.Clock.child_id": UP,
    "core.Clock.on_id": ANY,
    "core.EventLine.entry_id": "its entry is written after it",
    "core.Grant.post_id": UP,
    "core.Grant.subject_id": UP,
    "core.StoredFile.child_id": UP,
    "core.Task.child_id": UP,
    "core.Task.on_id": ANY,
    "core.Token.post_id": UP,
    "money.Order.on_id": ANY,
}
"""Numbers of records that are no references, each with its reason."""


@cache
def _contracts() -> configparser.ConfigParser:
    parser = configparser.ConfigParser()
    parser.read(ROOT / ".importlinter", "utf-8")
    return parser


def _lines(contract: str, key: str) -> list[str]:
    return _contracts()[f"importlinter:contract:{contract}"][key].split("\n")[1:]


@cache
def _storeys() -> dict[str, int]:
    """Height of each package, from the contract itself: the lowest line is the lowest storey."""
    lines = list(reversed(_lines("1-storeys", "layers")))
    return {name.strip(" ()"): height for height, line in enumerate(lines) for name in line.split("|")}


def _package(model: type[models.Model]) -> str:
    return model.__module__.split(".")[1] if model.__module__.startswith("hutong.") else ""


def _existing() -> set[str]:
    return {folder.name for folder in PACKAGES.iterdir() if (folder / "__init__.py").exists()}


@pytest.mark.parametrize(("model", "field"), RELATIONS, ids=lambda part: getattr(part, "__name__", str(part)))
def test_a_relation_points_down_or_stays_at_home(
    model: type[models.Model], field: models.ForeignKey | models.ManyToManyField
) -> None:
    here, there = _package(model), _package(field.related_model)
    if not there or here == there:
        return
    assert _storeys()[there] < _storeys()[here], f"{model._meta.label}.{field.name} points up to {there}"
    assert field.remote_field.hidden, f"{model._meta.label}.{field.name} needs related_name='+'"


def test_a_number_of_a_record_below_or_beside_is_a_reference() -> None:
    bare = {
        f"{model._meta.label}.{field.name}"
        for model in OURS
        if model._meta.db_table not in (*APPEND_ONLY, *TRIGGERS_ONLY)
        for field in model._meta.local_fields
        if isinstance(field, models.BigIntegerField) and field.name.endswith(("_id", "_by"))
    }
    assert sorted(bare) == sorted(NUMBERS), "write ForeignKey or AccountField, or say in NUMBERS why it stays a number"


def test_every_package_stands_on_a_storey_and_no_storey_is_empty() -> None:
    assert set(_storeys()) == _existing()


def test_the_other_contracts_name_every_domain_package() -> None:
    domains = {f"hutong.{name}" for name in _existing() - SPINE}
    assert set(_lines("2-rooms", "containers")) == domains
    assert set(_lines("6-channels-are-generic", "forbidden_modules")) == domains


def test_every_domain_package_is_introduced() -> None:
    missing = [name for name in _existing() - SPINE if not (PACKAGES / name / "README.md").is_file()]
    assert missing == []


def _sources() -> list[Path]:
    folders = (ROOT / "src", ROOT / "tests", ROOT / "tools", ROOT / "front" / "src")
    found = [f for folder in folders for f in folder.rglob("*") if f.suffix in {".py", ".ts", ".css", ".js"}]
    return [f for f in found if "built" not in f.parts]


def test_no_file_is_too_long_to_read() -> None:
    # A migration lists what it makes; it is written by a program and read once.
    written = [f for f in _sources() if "migrations" not in f.parts]
    long = {
        str(f.relative_to(ROOT)): n for f in written if (n := len(f.read_text("utf-8").splitlines())) > LONGEST_FILE
    }
    assert long == {}, f"more than {LONGEST_FILE} lines: make a folder of the file's name"


def test_no_line_of_a_template_is_too_long_to_read() -> None:
    found = [
        f"{file.relative_to(ROOT)}:{number}"
        for file in PACKAGES.rglob("*.html")
        for number, line in enumerate(file.read_text("utf-8").splitlines(), 1)
        if len(line) > WIDEST_LINE
    ]
    assert found == [], f"more than {WIDEST_LINE} characters: break it where white space shows nowhere"


def test_no_drawer_for_odds_and_ends() -> None:
    drawers = {"utils", "util", "helpers", "helper", "misc", "common", "lib"}
    found = [str(f.relative_to(ROOT)) for f in _sources() if drawers & {f.stem, *f.parts[len(ROOT.parts) :]}]
    assert found == [], "a function lives where its subject lives"


def test_nothing_is_left_for_later() -> None:
    marks = re.compile(r"\b(TODO|FIXME|XXX|HACK)\b")
    here = Path(__file__).resolve()
    found = [str(f.relative_to(ROOT)) for f in _sources() if f != here and marks.search(f.read_text("utf-8"))]
    assert found == []


def test_no_path_of_one_machine_is_written_down() -> None:
    machine = re.compile(r"(?<![\w.])/(work|root|home/\w+)/\w")
    here = Path(__file__).resolve()
    pages = [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")]
    found = [
        str(f.relative_to(ROOT)) for f in [*_sources(), *pages] if f != here and machine.search(f.read_text("utf-8"))
    ]
    assert found == []


def _written_addresses(file: Path) -> list[str]:
    """Texts of a source file or template that begin like the address of a page."""
    pages = {str(one.pattern).partition("/")[0] for one in urls.urlpatterns}
    pages |= {name.partition(".")[0] for name in (*SHEETS, *ACTIONS)}
    written = re.compile(rf"/(?:{'|'.join(sorted(page for page in pages if page and '<' not in page))})/")
    text = file.read_text("utf-8")
    if file.suffix == ".html":
        return [found for found in re.findall(r'="(/[^"]*)', text) if written.match(found)]
    texts = (node.value for node in ast.walk(ast.parse(text)) if isinstance(node, ast.Constant))
    return [found for found in texts if isinstance(found, str) and written.match(found)]


def test_a_page_is_named_and_its_address_written_nowhere() -> None:
    files = [f for f in PACKAGES.rglob("*") if f.suffix in {".py", ".html"} and "tests" not in f.parts]
    found = {str(f.relative_to(ROOT)): written for f in files if (written := _written_addresses(f))}
    assert found == {}, "page_url, record_url, list_url, action_url, in templates {% url %}"


def test_a_registered_sheet_names_its_model_in_brackets() -> None:
    """`register(Sheet[Child](…))`: without them mypy lets columns and panels of another model pass there in silence."""
    bare = re.compile(r"\bregister\(\s*Sheet\(")
    found = [str(f.relative_to(ROOT)) for f in PACKAGES.rglob("*.py") if bare.search(f.read_text("utf-8"))]
    assert found == []


def test_business_rules_use_no_signals_and_no_generic_keys() -> None:
    wrong = re.compile(
        r"^\s*(from django\.(db\.models\.)?signals|from django\.dispatch|.*GenericForeignKey\()", re.MULTILINE
    )
    found = [str(f.relative_to(ROOT)) for f in PACKAGES.rglob("*.py") if wrong.search(f.read_text("utf-8"))]
    assert found == []


@pytest.mark.parametrize("name", ["package-lock.json", "requirements.lock", "requirements-dev.lock"])
def test_a_lock_file_names_no_host(name: str) -> None:
    assert "://" not in (ROOT / name).read_text("utf-8"), "npm writes funding addresses: take them out"
