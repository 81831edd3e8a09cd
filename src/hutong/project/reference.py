"""Reference pages made from the declarations themselves; a test keeps docs/reference equal to them."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
from collections.abc import Iterator
from enum import EnumMeta
from pathlib import Path

import hutong
from hutong.core.action import ACTIONS
from hutong.core.events import EVENTS, REACTIONS
from hutong.core.flow import FLOWS
from hutong.core.tasks import KINDS
from hutong.core.terms import Term
from hutong.law.docs import write as law_pages

HEAD = "<!-- made by `./hutong docs`; change the declarations, not this page -->\n\n"


def _cell(text: str) -> str:
    return " ".join(str(text).replace("|", "\\|").split())


def _table(title: str, intro: str, header: list[str], rows: list[list[str]]) -> str:
    lines = [f"# {title}\n", f"{intro}\n", "| " + " | ".join(header) + " |", "|" + "---|" * len(header)]
    lines += ["| " + " | ".join(_cell(c) for c in row) + " |" for row in rows]
    return HEAD + "\n".join(lines) + "\n"


def _first_line(thing: object) -> str:
    return (inspect.getdoc(thing) or "").split("\n")[0]


def actions_page() -> str:
    """Every action: words, who may call it, what it asks."""
    rows = [
        [f"`{s.name}`", s.title.zh, s.title.en, ", ".join(sorted(s.roles)), ", ".join(s.input.model_fields) or "—",
         _first_line(s.func)]
        for s in sorted(ACTIONS.values(), key=lambda s: s.name)
    ]  # fmt: skip
    intro = "The only ways to write. What a post may call is also `POST /api/v1/actions/<package>/<name>/`."
    return _table("Actions", intro, ["action", "中文", "English", "posts", "asks for", "what it does"], rows)


def _term_classes() -> Iterator[type[Term]]:
    seen: set[type[Term]] = set()
    for info in pkgutil.walk_packages(hutong.__path__, "hutong."):
        if info.name.split(".")[2:3] != ["terms"] or ".tests" in info.name:
            continue
        module = importlib.import_module(info.name)
        for value in vars(module).values():
            if isinstance(value, EnumMeta) and issubclass(value, Term) and value is not Term and value not in seen:
                seen.add(value)
                yield value


def terms_page() -> str:
    """The glossary: every enumerated word with both languages and, where law defines it, the article."""
    rows = [
        [f"{cls.__module__.split('.')[1]}.{cls.__name__}", f"`{word.value}`", word.zh, word.en, word.basis]
        for cls in sorted(_term_classes(), key=lambda c: (c.__module__, c.__name__))
        for word in cls
    ]
    intro = "Words of the field as the product uses them. Code, pages and API share them."
    return _table("Glossary", intro, ["term", "value", "中文", "English", "basis"], rows)


def flows_page() -> str:
    """Every workflow as a diagram."""
    parts = [f"## {f.model._meta.label}\n\n```mermaid\n{f.mermaid()}\n```\n" for f in FLOWS.values()]
    return HEAD + "# Workflows\n\nStates and the actions that move between them.\n\n" + "\n".join(sorted(parts))


def signals_page() -> str:
    """Events with their subscribers, and kinds of tasks."""
    rows = [
        ["event", f"`{name}`", ", ".join(f"`{r.name}`" for r in REACTIONS.values() if r.event == name) or "—", "", ""]
        for name in sorted(EVENTS)
    ]
    kinds = sorted(KINDS.values(), key=lambda k: k.name)
    rows += [["task", f"`{k.name}`", k.title.zh, k.title.en, k.limit] for k in kinds]
    intro = "What lower storeys tell upward: events (by name) and tasks (for a post, with the time limit they keep)."
    return _table("Events and tasks", intro, ["kind", "name", "subscribers / 中文", "English", "limit"], rows)


def pages() -> dict[str, str]:
    """Every reference page by its file name."""
    return {
        "actions.md": actions_page(),
        "glossary.md": terms_page(),
        "workflows.md": flows_page(),
        "events-and-tasks.md": signals_page(),
    }


def write(root: Path) -> list[Path]:
    """Write all reference pages below `root` (the repository's docs folder) and the law's; returns the files."""
    folder = root / "reference"
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for name, text in pages().items():
        (folder / name).write_text(text, "utf-8")
        written.append(folder / name)
    law_pages(root / "law")
    return [*written, *sorted((root / "law").glob("*.md"))]
