"""The core of the allowance stated a second time, apart from the product: its environment, and the exchange of files.

The statement itself is `bench/openfisca/oracle.py`. It runs in an environment of its own, made for the benchmark alone.
"""

from __future__ import annotations

import json
import subprocess
import tempfile
import venv
from array import array
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

from hutong.law.bench import COLUMNS, PARENT, Children, months_back
from hutong.law.engine.sqlselect import Column
from hutong.project.home import state_folder
from hutong.project.progress import say

HERE = Path(__file__).parent / "bench" / "openfisca"
SIZES = {"BOOLEAN": ("i1", "b"), "TINYINT": ("i1", "b"), "INT": ("i4", "i"), "DATE": ("i4", "i"), "BIGINT": ("i8", "q")}
NEVER = (date(9999, 12, 31) - date(1970, 1, 1)).days
MISSING = {"disability_grade": "9", "contact": "in_contact", "death_proof": "none"}
"""What counts as "no" for a fact that is missing, where that is not 0, false or the first word."""


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
    """Both other engines over so many months each: seconds, and how far they agree with the law. Raises on a crash."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        facts = _write_facts(children, folder)
        months = months_back(max(counts))
        for month in months:
            _write_law(children, folder, month)
        kinds = {children.law.law.facts[c.source].kind for c in children.inputs} | {children.law.kinds["category"]}
        plan = {
            "children": children.count,
            "counts": list(counts),
            "months": [f"{month:%Y-%m}" for month in months],
            "words": {kind.name: kind.members for kind in kinds if kind.is_enum},
            "facts": {column.name: SIZES[column.type][0] for column in facts},
            "dates": [column.name for column in facts if column.type == "DATE"],
            "bools": [column.name for column in facts if column.type == "BOOLEAN"],
            "parent": [name for name in PARENT if name != "checked"],
        }
        (folder / "plan.json").write_text(json.dumps(plan), "utf-8")
        run = [python, HERE / "oracle.py", folder]
        done = subprocess.run(run, check=True, capture_output=True, text=True)
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def _write_facts(children: Children, folder: Path) -> list[Column]:
    """One file per fact of the core."""
    parents = {f"{side}_{name}" for side in ("father", "mother") for name in PARENT if name != "checked"}
    facts = [column for column in children.inputs if column.name in parents | COLUMNS.keys()]
    for column in facts:
        sql = f"SELECT {_filled(children, column)} FROM children ORDER BY child_id"  # noqa: S608
        _save(children, sql, folder / column.name, SIZES[column.type][1])
    return facts


def _filled(children: Children, column: Column) -> str:
    """A fact as a number, with "no" where it is missing."""
    if column.type == "DATE":
        return f"coalesce({column.name} - DATE '1970-01-01', {NEVER})"
    kind = children.law.law.facts[column.source].kind
    word = MISSING.get(column.name.partition("_")[2], "0")
    missing = kind.members.index(word) if kind.is_enum and word != "0" else word
    return f"coalesce(CAST({column.name} AS BIGINT), {missing})"


def _write_law(children: Children, folder: Path, month: date) -> None:
    """What the law says for a month: due x 8 + category, -1 where it cannot decide."""
    select = children.select(children.compiled("duckdb", [month]), [month], reasons=False)
    sql = f"SELECT coalesce(due * 8 + category, -1) FROM ({select}) ORDER BY child_id"  # noqa: S608
    _save(children, sql, folder / f"law-{month:%Y-%m}", "q")


def _save(children: Children, sql: str, path: Path, code: str) -> None:
    values = array(code, (value for (value,) in children.connection.execute(sql).fetchall()))
    path.write_bytes(values.tobytes())
