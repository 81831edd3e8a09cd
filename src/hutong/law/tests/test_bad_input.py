"""Bad input on the real law: each damage is refused with its file, its line and a remedy; nothing else ever happens."""

from __future__ import annotations

import random
import shutil
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest

from hutong.law import FactsError, Jurisdiction
from hutong.law.engine.errors import LawError
from hutong.law.engine.load_rules import load
from hutong.law.jurisdiction import FOLDERS

ON = date(2026, 10, 1)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return Path(shutil.copytree(FOLDERS["cn"], tmp_path_factory.mktemp("law") / "cn"))


def damaged(folder: Path, file: str, old: str, new: str) -> tuple[LawError | None, int]:
    """The refusal when one text is replaced, and the line of the damage."""
    text = (folder / file).read_text(encoding="utf-8")
    assert old in text, f"{file} no longer holds {old}"
    return refusal(folder / file, text.replace(old, new, 1), folder), text[: text.index(old)].count("\n") + 1


def refusal(path: Path, text: str, folder: Path) -> LawError | None:
    """Load the folder with another text in one file, which is then put back."""
    kept = path.read_text(encoding="utf-8")
    path.write_text(text, encoding="utf-8")
    try:
        load(folder)
    except LawError as error:
        return error
    finally:
        path.write_text(kept, encoding="utf-8")
    return None


GRANT = "{place: CN, from: 2019-07-10, value: 10000, act: mbf-2019-24, evidence: S}"


@pytest.mark.parametrize(
    ("old", "new", "what", "remedy"),
    [
        ("parameter: grant.year", "paramter: grant.year", "unknown key 'paramter'", "Did you mean 'parameter'?"),
        ("then: grant.year * 50%", "then: grant.yaer * 50%", "unknown name 'grant.yaer'", "Did you mean 'grant.year'?"),
        (GRANT, GRANT.replace("CN,", "CN-78,"), "unknown place 'CN-78'", "Did you mean"),
        (GRANT, GRANT.replace("10000", "ten thousand"), "'ten thousand' is not a number", "Write digits"),
        (GRANT, GRANT.replace("10000", "1e4"), "'1e4' is not a number", "Write digits"),
        (GRANT, GRANT.replace("10000", "0.005"), "smaller than the smallest unit", "Write whole fen."),
        (GRANT, GRANT.replace("07-10", "02-29"), "'2019-02-29' is not a date", "year-month-day"),
        (GRANT, GRANT.replace("act: mbf-2019-24, ", ""), "no basis is given", "Add 'act:'"),
        (GRANT, f"{GRANT}\n      - {GRANT}", "two values for CN from 2019-07-10", "Keep one"),
        (GRANT, GRANT.replace("value", "to: 2018-01-01, value"), "end lies before the beginning", "correct"),
    ],
)
def test_damaged_figures(folder: Path, old: str, new: str, what: str, remedy: str) -> None:
    error, line = damaged(folder, "rules/grant.yaml", old, new)
    assert error is not None
    assert (error.mark.file, what in error.what.en, remedy in error.remedy.en) == ("rules/grant.yaml", True, True), (
        error
    )
    assert error.mark.line in (line, line + 1), error


def test_circle_is_refused_with_its_path(folder: Path) -> None:
    old = "is: round_half_up(grant_amount, 0.01 yuan)"
    error, _ = damaged(folder, "rules/grant.yaml", old, "is: if grant_outcome = refuse then 0 yuan else 1 yuan")
    assert error is not None
    assert error.what.en.startswith("circular definition: ")
    assert {"grant_paid", "grant_outcome"} <= set(error.what.en.removeprefix("circular definition: ").split(" -> "))
    assert error.mark.file == "rules/grant.yaml"


def test_two_exceptions_that_both_apply(folder: Path) -> None:
    error, _ = damaged(folder, "rules/category.yaml", "over: [CN, CN-32]", "over: CN")
    assert error is not None
    assert "both apply in CN-3204" in error.what.en
    assert "over: CN-32" in error.remedy.en


SCRAPS = (
    "",
    "~",
    "[]",
    "{}",
    "-1",
    "1.5",
    '"',
    "2021-02-30",
    "a: b",
    "*x",
    "&a",
    "!!int 3",
    "\t",
    "- ",
    "((",
    "国",
    "1e99",
)


@pytest.mark.random
def test_any_damage_is_refused_in_words_or_harmless(folder: Path) -> None:
    """Lines lost, doubled, exchanged, scraps written in: the loader never fails otherwise than by LawError."""
    rng = random.Random(7)
    paths = sorted(folder.rglob("*.yaml"))
    errors = []
    for _ in range(25):
        path = rng.choice(paths)
        errors.append(refusal(path, scarred(path.read_text(encoding="utf-8"), rng), folder))
    refused = [error for error in errors if error is not None]
    assert len(refused) > 10, "the damage was too small to prove anything"
    assert [error for error in refused if error.mark.line < 1 or not error.remedy.en.endswith((".", "?"))] == []


def scarred(text: str, rng: random.Random) -> str:
    lines = text.split("\n")
    at, other = rng.randrange(len(lines)), rng.randrange(len(lines))
    kind = rng.randrange(4)
    if kind == 0:
        del lines[at]
    elif kind == 1:
        lines[at], lines[other] = lines[other], lines[at]
    else:
        words = lines[at].split(" ")
        words[rng.randrange(len(words))] = rng.choice(SCRAPS)
        lines[at] = " ".join(words)
    return "\n".join(lines)


@pytest.mark.parametrize(
    ("facts", "name", "what"),
    [
        ({"childs": {"birth": "2015-01-01"}}, "childs.birth", "Did you mean 'child.birth'?"),
        ({"nothing": {}}, "nothing", "no such fact"),
        ({"child.birth": {}}, "child.birth", "not a date"),
        ({"father": {"dead": True}, "father.dead": False}, "father.dead", "stated twice"),
        ({"father": {"statuses": [{"status": "dead"}], "dead": False}}, "father.dead", "stated twice"),
        ({"father": {"statuses": [], "complete": "yes"}}, "father.complete", "not a truth value"),
        ({"father": {"statuses": [{"status": "dead", "evidence": None}]}}, "father.statuses[0].evidence", "not a list"),
        ({"father": {"statuses": [{"status": "dead", "form": "2020-01-01"}]}}, "father.statuses[0].form", "'from'"),
        ({"father": {"statuses": [{"status": "prison", "from": "2024-04-31"}]}}, "father.statuses[0]", "not a date"),
        ({"father": {"statuses": [{"status": "dead", "from": "2027-01-01"}]}}, "father.statuses[0]", "in the future"),
        ({"father": {"statuses": [{"status": "dead", "from": datetime(2024, 1, 1, 8)}]}},  # noqa: DTZ001
         "father.statuses[0]", "time of day"),
        ({"child.birth": datetime(2015, 1, 1, 8)}, "child.birth", "time of day"),  # noqa: DTZ001
        ({"child.dibao_fen": "1e5"}, "child.dibao_fen", "not a number"),
        ({"child.dibao_fen": "９"}, "child.dibao_fen", "not a number"),
        ({"child.dibao_fen": True}, "child.dibao_fen", "whole number"),
        ({"child.dibao_fen": float("nan")}, "child.dibao_fen", "whole number"),
    ],
)  # fmt: skip
def test_bad_facts_are_refused_by_name(cn: Jurisdiction, facts: dict[str, Any], name: str, what: str) -> None:
    with pytest.raises(FactsError) as caught:
        cn.decide(facts, ON, "CN")
    assert [problem.name for problem in caught.value.problems] == [name]
    assert what in str(caught.value)
