"""Nothing lies about unused: functions, classes and constants of modules, templates, classes of the style sheets.

A name is dead when it occurs nowhere else, neither in code nor in a text that names code; that tests use it keeps
nothing alive. What somebody else finds by its name (a hook, a declaration, a setting) says so below.
"""

from __future__ import annotations

import ast
import re
from collections import Counter
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = ROOT / "src" / "hutong"
FRONT = ROOT / "front" / "src"
FOUND_IN = {PACKAGES / "project" / "settings.py", PACKAGES / "project" / "wheel.py"}
"""Modules whose names Django and the build of a wheel look for."""
FOUND = re.compile(r"__\w+__|urlpatterns|handler\d+|pytest_\w+")
FOUND_BY_BASE = {"AppConfig", "BaseCommand"}
DECLARES = {"Flow", "declare_event", "task_kind"}
"""What is called for its effect, whether its result gets a name or not."""
CHANGES_ONLY = {"cache", "contextmanager", "dataclass", "lru_cache"}
"""Decorators that change what they stand on; every other one registers it."""
NAMES_CODE = re.compile(r"[\w.:/-]+")
Defined = ast.FunctionDef | ast.ClassDef | ast.Assign | ast.AnnAssign


@cache
def _modules() -> dict[Path, ast.Module]:
    files = [*PACKAGES.rglob("*.py"), *(ROOT / "tools").rglob("*.py")]
    return {f: ast.parse(f.read_text("utf-8")) for f in files if "tests" not in f.parts}


def _called(node: ast.expr | None) -> str:
    node = node.func if isinstance(node, ast.Call) else node
    return node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""


def _defined(module: ast.Module) -> Iterator[tuple[str, Defined]]:
    for node in module.body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            bases = {_called(base) for base in node.bases} if isinstance(node, ast.ClassDef) else set()
            if {_called(one) for one in node.decorator_list} <= CHANGES_ONLY and not bases & FOUND_BY_BASE:
                yield node.name, node
        elif isinstance(node, ast.Assign | ast.AnnAssign) and _called(node.value) not in DECLARES:
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            for target in targets:
                parts = target.elts if isinstance(target, ast.Tuple) else [target]
                yield from ((part.id, node) for part in parts if isinstance(part, ast.Name))


def _used(node: ast.AST) -> Iterator[str]:
    """Names that are read, attributes, names imported under another one, and texts that may name code."""
    for inner in ast.walk(node):
        if isinstance(inner, ast.Name) and isinstance(inner.ctx, ast.Load):
            yield inner.id
        elif isinstance(inner, ast.Attribute):
            yield inner.attr
        elif isinstance(inner, ast.ImportFrom):
            yield from (alias.name for alias in inner.names if alias.asname)
        elif isinstance(inner, ast.Constant) and isinstance(inner.value, str) and NAMES_CODE.fullmatch(inner.value):
            yield from re.findall(r"\w+", inner.value)


def _is_list(node: ast.stmt) -> bool:
    return isinstance(node, ast.Assign) and [_called(target) for target in node.targets] == ["__all__"]


def _dead(modules: dict[Path, ast.Module]) -> list[str]:
    own = {node: Counter(_used(node)) for module in modules.values() for node in module.body if not _is_list(node)}
    used: Counter[str] = Counter(re.findall(r"\w+", (ROOT / "pyproject.toml").read_text("utf-8")))
    for words in own.values():
        used.update(words)
    return [
        f"{file.name}:{node.lineno} {name}"
        for file, module in modules.items()
        if file not in FOUND_IN and "migrations" not in file.parts
        for name, node in _defined(module)
        if not FOUND.fullmatch(name) and used[name] == own[node][name]
    ]


def test_no_name_of_a_module_is_used_nowhere() -> None:
    assert _dead(_modules()) == [], "delete it, or name it where it is used"


def test_a_dead_name_is_found_and_a_living_one_left_alone() -> None:
    text = """
from functools import cache
from hutong.core.flow import Flow
from elsewhere import first as second

__all__ = ["again", "ALONE"]
ALONE, LIVING = 1, 2
FLOW = Flow(LIVING)

def again(n):
    return again(n - 1)

@cache
def kept_back():
    return second()

@register.filter
def registered():
    return "made.by_text"

class Odd(by_base.AppConfig):
    pass

def by_text(): ...
"""
    assert _dead({Path("odd.py"): ast.parse(text)}) == ["odd.py:7 ALONE", "odd.py:10 again", "odd.py:14 kept_back"]


def _texts(*folders: Path) -> Iterator[tuple[Path, str]]:
    for folder in folders:
        for file in folder.rglob("*"):
            if file.suffix in {".py", ".html", ".ts", ".css"} and not {"tests", "built"} & {*file.parts}:
                yield file, file.read_text("utf-8")


def test_no_template_is_drawn_by_nobody() -> None:
    templates = [file for file in PACKAGES.rglob("templates/**/*") if file.is_file()]
    names = {"/".join(file.parts[file.parts.index("templates") + 1 :]) for file in templates}
    every = "".join(text for _file, text in _texts(PACKAGES))
    assert names - set(re.findall(r"[\"']([\w/]+\.\w+)[\"']", every)) == set()


def test_no_class_of_a_style_sheet_is_worn_by_nothing() -> None:
    texts = dict(_texts(PACKAGES, FRONT))
    words = {word for file, text in texts.items() if file.suffix != ".css" for word in re.findall(r"[\w-]+", text)}
    made = tuple({start for text in texts.values() for start in re.findall(r"([a-z]+-)\{\{", text)})
    styles = (text for file, text in texts.items() if file.suffix == ".css")
    classes = {name for text in styles for name in re.findall(r"\.([a-z][\w-]*)(?=[^{};]*\{)", text)}
    assert classes
    assert {name for name in classes - words if not name.startswith(made)} == set(), "no page uses them"
