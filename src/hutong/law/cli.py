"""What `./hutong law` runs: decide, explain, due, facts, check, recompute. Each returns an exit code."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import yaml

from . import FactsError, LawError, UnknownName, UnknownPlace, jurisdiction
from .audit import check as audit
from .decision import Decision
from .engine.words import decimal
from .explain import explain as explanation
from .jurisdiction import FOLDERS
from .published.read import FEN, TableError
from .published.recompute import Report
from .published.recompute import recompute as recomputed
from .register import register


def decide(argv: Sequence[str]) -> int:
    """Print a decision as JSON. Exit 0 decided, 3 cannot decide, 2 the input is refused."""
    return _answer(argv, "decide", lambda decision: decision.to_json())


def explain(argv: Sequence[str]) -> int:
    """Print a decision with every condition (true, false, unknown), its basis, and what would have to change."""
    return _answer(argv, "explain", lambda decision: explanation(decision).to_json())


def due(argv: Sequence[str]) -> int:
    """Print when a time limit ends, what it counts from, what stops it, what lateness does, and what it rests on."""
    parser = argparse.ArgumentParser(prog="hutong law due", description=due.__doc__)
    parser.add_argument("limit", help="id of a limit, e.g. FND-9.review")
    parser.add_argument("--since", type=_moment, required=True, help="day of the event; for hours 'date hour:minute'")
    parser.add_argument("--place", required=True, help="place code, e.g. CN-350121")
    parser.add_argument("--paused", action="append", default=[], metavar="DAY..DAY", help="a time it stood still")
    parser.add_argument("--extended", action="store_true", help="lengthened by what the law allows")
    given = parser.parse_args(argv)
    try:
        pauses = [(_moment(first), _moment(last)) for first, _, last in (text.partition("..") for text in given.paused)]
        found = jurisdiction("cn").deadline(given.limit, given.since, given.place, pauses, given.extended)
    except (UnknownPlace, UnknownName, LawError, ValueError) as error:
        print(error, file=sys.stderr)  # noqa: T201
        return 2
    days = {"start": str(found.start), "due": str(found.due), "moment": found.moment and str(found.moment)}
    _print({**asdict(found), **days, "default": found.default})
    return 0


def facts(argv: Sequence[str]) -> int:
    """Print the facts the law asks for."""
    argparse.ArgumentParser(prog="hutong law facts", description=facts.__doc__).parse_args(argv)
    _print(jurisdiction("cn").facts_schema())
    return 0


def check(argv: Sequence[str]) -> int:
    """Judge the law files. Exit 0 nothing blocks, 1 something does (with --strict: anything), 2 no such folder."""
    parser = argparse.ArgumentParser(prog="hutong law check", description=check.__doc__)
    parser.add_argument("folder", nargs="?", type=Path, default=FOLDERS["cn"], help="law files (default: those in use)")
    parser.add_argument("--on", type=date.fromisoformat, default=None, help="day to judge (default: today)")
    parser.add_argument("--strict", action="store_true", help="what a person has to confirm counts too")
    parser.add_argument("--json", action="store_true", help="findings and register as JSON")
    parser.add_argument("--register", action="store_true", help="also list the instruments with all that rests on each")
    given = parser.parse_args(argv)
    if not given.folder.is_dir():
        print(f"no folder {given.folder}. Name a folder of law files.", file=sys.stderr)  # noqa: T201
        return 2
    law, found = audit(given.folder, given.on or datetime.now(UTC).date())
    acts = register(law) if law is not None else []
    if given.json:
        _print({"findings": [asdict(finding) for finding in found], "register": acts})
    else:
        lines = [str(finding) for finding in found]
        blocking = sum(finding.blocks for finding in found)
        lines.append(f"{blocking} to correct, {len(found) - blocking} to confirm.")
        sys.stdout.write("\n".join([*lines, *(_act_lines(acts) if given.register else ())]) + "\n")
    return int(any(finding.blocks or given.strict for finding in found))


def _act_lines(acts: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    """The register for reading."""
    for act in acts:
        yield f"\n{act['id']} ({act['evidence']}, {act['status']}) {act['number']} {act['zh']} / {act['en']}"
        if not act["uses"]:
            yield "  nothing rests on it"
        for use in act["uses"]:
            until = use["to"] or ""
            yield f"  {use['kind']} {use['name']} {use['place']} {use['from']}..{until} {use['article']}".rstrip()


def recompute(argv: Sequence[str]) -> int:
    """Check published tables by their equations. Exit 0 all holds, 1 something does not, 2 a file cannot be read."""
    parser = argparse.ArgumentParser(prog="hutong law recompute", description=recompute.__doc__)
    parser.add_argument("path", type=Path, help="a CSV or XLSX file, or a folder of them")
    parser.add_argument("--place", help="place code of the figures (default: as declared for the file)")
    parser.add_argument("--month", help="e.g. 2022-05 (default: as declared, or from the file name)")
    given = parser.parse_args(argv)
    files = sorted(given.path.iterdir()) if given.path.is_dir() else [given.path]
    worst = 0
    for file in (file for file in files if file.suffix.lower() in (".csv", ".xlsx") or file == given.path):
        try:
            report = recomputed(jurisdiction("cn"), file, given.place, given.month)
        except (TableError, UnknownPlace) as error:
            print(error, file=sys.stderr)  # noqa: T201
            worst = 2
            continue
        sys.stdout.write("\n".join(_report_lines(report)) + "\n")
        worst = max(worst, int(bool(report.findings)))
    return worst


def _report_lines(report: Report) -> Iterator[str]:
    """What does not hold, then the totals."""
    table = report.table
    yield f"{table.file}: {table.declared.zh} / {table.declared.en}, {table.place}, {table.month:%Y-%m}"
    yield from (f"  {finding}" for finding in report.findings)
    for total in report.totals:
        amounts = (total.printed, total.summed)
        said = ["-" if amount is None else decimal(amount, FEN[total.unit]) for amount in amounts]
        law = f", by law and count {decimal(total.by_law, FEN[total.unit])}" if total.by_law is not None else ""
        yield f"  {total.column}: printed {said[0]}, rows {said[1]}{law}"


def _answer(argv: Sequence[str], name: str, show: Any) -> int:
    parser = argparse.ArgumentParser(
        prog=f"hutong law {name}", description="Facts as YAML or JSON; '-' reads the input."
    )
    parser.add_argument("facts", help="file with the facts")
    parser.add_argument("--on", type=date.fromisoformat, required=True, help="day of the decision, year-month-day")
    parser.add_argument("--place", required=True, help="place code, e.g. CN-350121")
    parser.add_argument("--known", type=date.fromisoformat, help="decide with the figures known on that day")
    parser.add_argument("--programme", default="allowance", help="allowance (default) or another programme")
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


def _moment(text: str) -> date:
    """A day, or a day with hour and minute."""
    return datetime.fromisoformat(text) if " " in text else date.fromisoformat(text)


def _print(value: Any) -> None:
    json.dump(value, sys.stdout, ensure_ascii=False, indent=2)
    sys.stdout.write("\n")


COMMANDS = {"decide": decide, "explain": explain, "due": due, "facts": facts, "check": check, "recompute": recompute}


def main(argv: Sequence[str]) -> int:
    """Dispatch a subcommand."""
    if not argv or argv[0] not in COMMANDS:
        print(f"usage: hutong law {'|'.join(COMMANDS)} … (each with --help)", file=sys.stderr)  # noqa: T201
        return 2
    return COMMANDS[argv[0]](argv[1:])


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
