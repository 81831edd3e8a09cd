"""The command line. Importing this module needs the standard library alone: a fresh clone can list the commands."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from importlib import import_module

from hutong.project.progress import Stop, say


@dataclass(frozen=True)
class Command:
    """A word of the command line: how it is written, what it does, and the function that does it (module:name)."""

    name: str
    usage: str
    line: str
    run: str


COMMANDS = (
    Command(
        "up",
        "up [--port 8000] [--no-serve]",
        "set up what is missing, start the database, serve on http://127.0.0.1:8000",
        "up:up",
    ),
    Command("stop", "stop", "end what up or the tests left running in this clone", "up:stop"),
    Command(
        "test",
        "test [--all] [pytest words]",
        "run every check on all cores; with words only pytest, on what they name",
        "checks:test",
    ),
    Command("demo", "demo", "put the invented county with six months of history into the database", "furnish:demo"),
    Command("migrate", "migrate", "bring the tables up to date as their owner", "manage:migrate"),
    Command("serve", "serve [--host 127.0.0.1] [--port 8000] [--workers 2]", "the web server alone", "serve:serve"),
    Command("worker", "worker", "the background worker alone: reactions, time limits, sealing", "serve:worker"),
    Command(
        "law",
        "law decide|explain|due|facts|check|corrections|recompute …",
        "ask the law about a case, a limit, its own files or published tables",
        "manage:law",
    ),
    Command("flow", "flow <package>", "print the workflow graphs of a package (Mermaid)", "manage:flow"),
    Command(
        "verify-audit",
        "verify-audit",
        "compare walls with the models, history with its seals, rows with their history",
        "manage:verify",
    ),
    Command(
        "administrator",
        "administrator --login NAME [--name TEXT] [--office NUMBER]",
        "let the first administrator in, or one who forgot the password",
        "administrators:administrator",
    ),
    Command(
        "token",
        "token issue --post NUMBER --name TEXT [--days 365] | list | revoke NUMBER",
        "keys of machine clients: issue (shown once), list, revoke",
        "tokens:token",
    ),
    Command(
        "import",
        "import KIND FILE --post NUMBER [--dry-run] [--with FIELD=VALUE] [--column HEADING=COLUMN]",
        "take in a table (children, roll, list, reconcile) as the client program at a post",
        "importing:import_table",
    ),
    Command(
        "new-package",
        "new-package NAME [--zh TEXT] [--en TEXT] [--beside care] [--area care]",
        "write a package that passes the checks: rooms, a table with its list, page and actions",
        "new_package:new_package",
    ),
    Command(
        "makemigrations",
        "makemigrations PACKAGE NAME",
        "write the named migration of what changed in a package's tables",
        "new_package:makemigrations",
    ),
    Command("shell", "shell", "a Python shell with Django and the database", "manage:shell"),
    Command("bench", "bench [what …]", "measure, beside the goals, and write docs/performance.md", "manage:bench"),
    Command("docs", "docs", "write the generated documentation again", "docs:docs"),
)


def needs_nothing(words: Sequence[str]) -> bool:
    """True for what works before anything is installed: the list of commands and the refusal of an unknown word."""
    return not words or words[0] not in {command.name for command in COMMANDS}


def listing() -> str:
    """Every command with its line."""
    width = max(len(command.name) for command in COMMANDS) + 2
    lines = ["Hutong 护童 · usage: ./hutong <command>", ""]
    lines += [f"  {command.name:<{width}}{command.line}" for command in COMMANDS]
    return "\n".join([*lines, "", "Begin with: ./hutong up"])


def main(words: Sequence[str] | None = None) -> int:
    """Run one command; returns the exit code."""
    words = list(sys.argv[1:] if words is None else words)
    if not words or words[0] in ("help", "-h", "--help"):
        say(listing())
        return 0
    found = next((command for command in COMMANDS if command.name == words[0]), None)
    if found is None:
        say(f"There is no command '{words[0]}'.\n\n{listing()}")
        return 2
    if any(word in ("-h", "--help") for word in words[1:]) and found.name not in ("test", "law"):
        say(f"./hutong {found.usage}\n  {found.line}")
        return 0
    module, _, function = found.run.partition(":")
    try:
        return int(getattr(import_module(f"hutong.project.{module}"), function)(words[1:]) or 0)
    except Stop as stop:
        say(str(stop))
        return 1
    except KeyboardInterrupt:
        say("Stopped.")
        return 130


if __name__ == "__main__":
    sys.exit(main())
