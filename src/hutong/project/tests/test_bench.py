"""The measurements themselves: each part writes its own section, and small sizes run through."""

from __future__ import annotations

import ast
import json
import re
import subprocess
import tomllib
from importlib import import_module
from pathlib import Path
from subprocess import CompletedProcess

import pytest
from setuptools import PEP420PackageFinder

from hutong.law.bench import ON, Children, months_back
from hutong.project.bench import command, oracle
from hutong.project.bench.country import Country
from hutong.project.bench.report import Report, put


def test_a_part_keeps_what_the_others_measured(tmp_path: Path) -> None:
    page = tmp_path / "performance.md"
    order = ["law", "money"]
    put(page, "money", "## Paying\n\nfirst\n", order=order)
    put(page, "law", "## The law\n\nsecond\n", order=order)
    put(page, "money", "## Paying\n\nthird\n", order=order)
    text = page.read_text("utf-8")
    assert "first" not in text
    assert text.index("second") < text.index("third"), "in the order of the parts"
    put(page, "money", "## Paying\n\nfourth\n", order=["money"])
    assert "The law" not in page.read_text("utf-8"), "a part that no longer exists goes"


def test_the_page_on_file_can_be_written_part_by_part(tmp_path: Path) -> None:
    kept = Path(__file__).resolve().parents[4] / "docs" / "performance.md"
    page = tmp_path / "performance.md"
    page.write_text(kept.read_text("utf-8"), "utf-8")
    put(page, "spine", "## The spine\n", order=command.names())
    sections = [line for line in kept.read_text("utf-8").splitlines() if line.startswith("## ")]
    others = [section for section in sections if not section.startswith("## The spine")]
    assert len(others) >= 2
    assert all(section in page.read_text("utf-8") for section in others)


@pytest.mark.parametrize("part", ["money", "benefits"])
def test_paying_is_measured_from_end_to_end(part: str, fresh_db: str) -> None:
    report = Report()
    import_module(f"hutong.project.bench.{part}").run(report, counties=2, size=20)
    assert len(report.figures) >= 6
    assert all(figure.value >= 0 for figure in report.figures)


def test_the_law_is_measured_on_every_engine(fresh_db: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(oracle, "environment", lambda: None)
    report = Report()
    import_module("hutong.project.bench.law").run(report, children=300, cases=40, months=(1, 2))
    assert len(report.figures) >= 10
    assert all(figure.value >= 0 for figure in report.figures)
    assert "could not be installed" in report.lines(), "no figure is invented"


def test_the_independent_statement_is_given_what_the_law_says(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def answered(run: list[object], **_options: object) -> CompletedProcess[str]:
        folder = Path(str(run[-1]))
        plan = json.loads((folder / "plan.json").read_text("utf-8"))
        lines = (folder / f"law-{plan['months'][0]}").read_text("utf-8").splitlines()
        told = [dict(zip(plan["law"], map(int, line.split()), strict=True)) for line in lines]
        deaths = [int(line) for line in (folder / "father_dead").read_text("utf-8").split()]
        files = sorted(path.name for path in folder.iterdir())
        return CompletedProcess([], 0, json.dumps({"told": told, "deaths": deaths, "files": files}))

    monkeypatch.setattr(subprocess, "run", answered)
    children = Children(200)
    found = oracle.stated_again(tmp_path, children, [1])
    wanted = [expected for _, expected in children.cases(200)]
    for told, (_, due, mask) in zip(found["told"], wanted, strict=True):
        assert (told["due"], told["reasons_0"]) == (oracle.UNKNOWN if due is None else due, mask)
    assert {oracle.UNKNOWN, 0} < {told["due"] for told in found["told"]}, "undecided, refused and paid"
    assert set(found["deaths"]) == {oracle.UNKNOWN, 1}, "what is not stated stays unknown"
    assert "child_birth" in found["files"]
    assert "child_adopted" not in found["files"], "nobody states it"


def test_facts_at_random_meet_every_outcome() -> None:
    children = oracle.at_random(2_000)
    select = children.select(children.compiled("duckdb", [ON]), [ON], reasons=True)
    outcomes = children.connection.execute(f"SELECT outcome, bit_or(reasons_0) FROM ({select}) GROUP BY 1").fetchall()
    assert {outcome for outcome, _ in outcomes} == {None, 0, 1, 2}
    held = {bit for _, mask in outcomes for bit in range(62) if mask >> bit & 1}
    assert len(held) >= 40, "few reasons stay unmet"


def test_the_whole_law_is_written_for_openfisca() -> None:
    children, months = Children(1), months_back(12)
    tree = ast.parse(Country(children.compiled("duckdb", months), months).text())
    written = {node.name: ast.unparse(node) for node in tree.body if isinstance(node, ast.ClassDef)}
    heads = {ast.unparse(node.targets[0]): node.value for node in tree.body if isinstance(node, ast.Assign)}
    program = children.law.compile_sql("allowance", "duckdb").program
    assert ast.literal_eval(heads["OUTPUTS"]) == [children.law.law.rules[name].column for name in program.outputs]
    assert {*ast.literal_eval(heads["OUTPUTS"]), *ast.literal_eval(heads["REASONS"])} <= written.keys()
    assert len(ast.literal_eval(heads["REASONS"])) == len(program.reasons)
    asked = {name for text in written.values() for name in re.findall(r"child\('(\w+)', period\)", text)}
    assert asked - written.keys() == set(), "every Variable that a formula asks for is there"
    assert {column.name for column in children.inputs} <= {
        source for source, _, _ in ast.literal_eval(heads["INPUTS"]).values()
    }
    assert "parameters(period).standard.scattered" in written["scattered"]
    assert "definition_period = MONTH" in written["due"]
    assert "definition_period = ETERNITY" in written["father_is_dead_may"], "what no month changes is found once"


def test_openfisca_is_no_part_of_the_product() -> None:
    root = Path(oracle.__file__).parents[3]
    packages = tomllib.loads((root.parent / "pyproject.toml").read_text("utf-8"))["tool"]["setuptools"]["packages"]
    kept = PEP420PackageFinder.find(str(root), exclude=packages["find"]["exclude"])
    assert "hutong.project.bench" in kept
    assert [name for name in kept if "openfisca" in name] == []
    imports = re.compile(r"^\s*(?:from|import) (?:openfisca|numpy)", re.MULTILINE)
    written = {path for path in root.rglob("*.py") if imports.search(path.read_text("utf-8"))}
    assert {path.relative_to(root).as_posix() for path in written} == {"hutong/project/bench/openfisca/oracle.py"}
    lock = (oracle.HERE / "oracle.lock").read_text("utf-8")
    assert "openfisca-core==" in lock
    assert "--hash=sha256:" in lock
    assert "://" not in lock, "no lock names a host"
