"""The allowance stated a second time, apart from the product: its environment, and the exchange of files.

The statement of its core is `openfisca/oracle.py`; the whole law is written for it by `country.py`. Both
run in an environment of its own, made for the benchmark alone.
"""

from __future__ import annotations

import json
import subprocess
import tempfile
import venv
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

from hutong.law.bench import COLUMNS, PARENT, Children, months_back
from hutong.law.engine.program import BITS
from hutong.law.engine.sqlselect import Column
from hutong.project.bench.country import Country
from hutong.project.home import state_folder
from hutong.project.progress import say

HERE = Path(__file__).parent / "openfisca"
UNKNOWN = -(2**40)
"""NULL in the files: no day, no amount and no word is that number."""
NEVER = (date(9999, 12, 31) - date(1970, 1, 1)).days
MISSING = {"disability_grade": "9", "contact": "in_contact", "death_proof": "none"}
"""What counts as "no" for a fact that is missing, where that is not 0, false or the first word."""
DRAWN = {
    "BOOLEAN": "{h} % 2 = 0",
    "INT": "{h} % 14",
    "DATE": "DATE '2006-01-15' + CAST({h} % 7500 AS INT)",
    "BIGINT": "{h} % 2000 * 100",
}
"""What a fact may be when all are drawn at random; the hash of the child stands in for chance."""


def environment() -> Path | None:
    """The Python of that environment, made on the first call; None where it cannot be installed."""
    lock = HERE / "oracle.lock"
    folder = state_folder() / "oracle"
    if not lock.is_file():  # an installed wheel carries none of this
        return None
    python, made = folder / "bin" / "python", folder / "installed.lock"
    if made.is_file() and made.read_bytes() == lock.read_bytes():
        return python
    say("  making the environment of the independent statement")
    venv.create(folder, clear=True, with_pip=True)
    install = [str(python), "-m", "pip", "install", "-q", "--no-deps", "--require-hashes", "-r", str(lock)]
    if subprocess.run(install, check=False, capture_output=True).returncode:
        return None
    made.write_bytes(lock.read_bytes())
    return python


def stated_again(python: Path, children: Children, counts: Sequence[int]) -> dict[str, Any]:
    """Every other engine over so many months each: seconds, and how far they agree with the law. Raises on a crash."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        months = months_back(max(counts))
        compiled = children.compiled("duckdb", months)
        (folder / "country.py").write_text(Country(compiled, months).text(), "utf-8")
        parents = {f"{side}_{name}" for side in ("father", "mother") for name in PARENT if name != "checked"}
        core = [column for column in children.inputs if column.name in parents | COLUMNS.keys()]
        outputs = [column for column in compiled.outputs if column.source != "missing"]
        for column in children.inputs:
            _write_fact(children, column, folder)
        for month in months:
            _save(children, children.select(compiled, [month], reasons=True), outputs, folder / f"law-{month:%Y-%m}")
        kinds = {children.law.law.facts[c.source].kind for c in children.inputs} | {children.law.kinds["category"]}
        plan = {
            "children": children.count,
            "counts": list(counts),
            "months": [f"{month:%Y-%m}" for month in months],
            "words": {kind.name: kind.members for kind in kinds if kind.is_enum},
            "facts": {column.name: column.type for column in core},
            "missing": {column.name: _missing(children, column) for column in core},
            "parent": [name for name in PARENT if name != "checked"],
            "law": [column.name for column in outputs],
            "unknown": UNKNOWN,
            "bits": BITS,
        }
        (folder / "plan.json").write_text(json.dumps(plan), "utf-8")
        run = [python, HERE / "oracle.py", folder]
        done = subprocess.run(run, check=True, capture_output=True, text=True)
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def at_random(count: int) -> Children:
    """Children of whom every fact is drawn at random, one in seven missing: no life is like that, each rule is met.

    A truth that silence denies (an invented child, an adoption) is rare, or nothing else would ever be decided.
    """
    children = Children(count)
    drawn = []
    for at, column in enumerate(children.inputs):
        fact = children.law.law.facts[column.source]
        text = DRAWN["INT"].replace("14", str(len(fact.kind.members))) if fact.kind.is_enum else DRAWN[column.type]
        text = text.replace("% 2 =", "% 20 =") if fact.absent else text
        missing = f"hash(i * 1000 + {500 + at}) % 7 = 0"
        value = text.format(h=f"hash(i * 1000 + {at})")
        drawn.append(f"CAST(CASE WHEN NOT {missing} THEN {value} END AS {column.type}) AS {column.name}")
    select = f"SELECT i AS child_id, {', '.join(drawn)} FROM range({int(count)}) AS r(i)"  # noqa: S608
    children.connection.execute(f"CREATE OR REPLACE TABLE children AS {select}")
    return children


def _missing(children: Children, column: Column) -> int:
    """The number that says "no" for a fact of the core."""
    if column.type == "DATE":
        return NEVER
    kind = children.law.law.facts[column.source].kind
    word = MISSING.get(column.name.partition("_")[2], "0")
    return kind.members.index(word) if kind.is_enum and word != "0" else int(word)


def _write_fact(children: Children, column: Column, folder: Path) -> None:
    """One file per fact; none for a fact that nobody states."""
    stated = children.connection.execute(f"SELECT count({column.name}) FROM children").fetchone()  # noqa: S608
    if stated != (0,):
        _save(children, f"SELECT child_id, {column.name} FROM children", [column], folder / column.name)  # noqa: S608


def _save(children: Children, select: str, columns: Sequence[Column], path: Path) -> None:
    """Some columns as numbers in text, child by child."""
    numbers = [f"{c.name} - DATE '1970-01-01'" if c.type == "DATE" else f"CAST({c.name} AS BIGINT)" for c in columns]
    written = ", ".join(f"coalesce({number}, {UNKNOWN})" for number in numbers)
    ordered = f"SELECT {written} FROM ({select}) ORDER BY child_id"  # noqa: S608
    children.connection.execute(f"COPY ({ordered}) TO '{path}' (FORMAT csv, HEADER false, DELIMITER ' ')")
