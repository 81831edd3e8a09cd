"""What `./hutong law` runs: decide, facts, explain. Each takes its arguments and returns an exit code."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import yaml

from . import FactsError, LawError, UnknownName, UnknownPlace, jurisdiction
from .decision import Decision


def decide(argv: Sequence[str]) -> int:
    """Print a decision as JSON. Exit 0 decided, 3 cannot decide, 2 the input is refused."""
    return _answer(argv, "decide", lambda decision: decision.to_json())


def explain(argv: Sequence[str]) -> int:
    """Print a decision with every formula, its value and its basis."""
    return _answer(argv, "explain", lambda decision: {**decision.to_json(), "trace": decision.trace})


def facts(argv: Sequence[str]) -> int:
    """Print the facts the law asks for."""
    argparse.ArgumentParser(prog="hutong law facts", description=facts.__doc__).parse_args(argv)
    _print(jurisdiction("cn").facts_schema())
    return 0


def _answer(argv: Sequence[str], name: str, show: Any) -> int:
    parser = argparse.ArgumentParser(
        prog=f"hutong law {name}", description="Facts as YAML or JSON; '-' reads the input."
    )
    parser.add_argument("facts", help="file with the facts")
    parser.add_argument("--on", type=date.fromisoformat, required=True, help="day of the decision, year-month-day")
    parser.add_argument("--place", required=True, help="place code, e.g. CN-350121")
    parser.add_argument("--known", type=date.fromisoformat, help="decide with the figures known on that day")
    parser.add_argument("--programme", default="allowance", help="allowance (default) or education_grant")
    given = parser.parse_args(argv)
    try:
        read = _read(given.facts)
        decision: Decision = jurisdiction("cn").decide(read, given.on, given.place, given.known, given.programme)
    except (FactsError, UnknownPlace, UnknownName, LawError, OSError, yaml.YAMLError) as error:
        print(error, file=sys.stderr)  # noqa: T201
        return 2
    _print(show(decision))
    return 3 if decision.outcome == "cannot_decide" else 0


def _read(name: str) -> Mapping[str, Any]:
    text = sys.stdin.read() if name == "-" else Path(name).read_text(encoding="utf-8")
    read = yaml.safe_load(text)
    if not isinstance(read, Mapping):
        raise FactsError([])
    return read


def _print(value: Any) -> None:
    json.dump(value, sys.stdout, ensure_ascii=False, indent=2)
    sys.stdout.write("\n")


COMMANDS = {"decide": decide, "facts": facts, "explain": explain}


def main(argv: Sequence[str]) -> int:
    """Dispatch a subcommand."""
    if not argv or argv[0] not in COMMANDS:
        print("usage: hutong law decide|explain FACTS --on DATE --place CODE | facts", file=sys.stderr)  # noqa: T201
        return 2
    return COMMANDS[argv[0]](argv[1:])


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
