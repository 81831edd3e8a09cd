"""The dated standards of places: what stands on a day, what only is a floor, and every row of the collection."""

from __future__ import annotations

import csv
import dataclasses
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest

from hutong.law import Jurisdiction
from hutong.law.engine.dated import latest
from hutong.law.engine.model import Entry
from hutong.law.engine.places import chain

DOCS = Path(__file__).parents[4] / "docs"
OFFICIAL = re.compile(r"https?://([a-z0-9.-]+\.)?gov\.cn(/|$)")
PARAMETERS = {
    "institution": "standard.institution",
    "scattered": "standard.scattered",
    "FU": "standard.fu",
    "FU_other": "standard.fu_other",
    "FU_institution": "standard.fu_institution",
    "key_child": "standard.key_child",
}
LETTERS = "TLSM"
PEOPLE = {"child.placement": "scattered", "child.birth": date(2014, 5, 1)}
ORPHAN = PEOPLE | {f"{side}.{name}": value for side in ("father", "mother")
                   for name, value in (("dead", True), ("death_proof", "court_judgment"))}  # fmt: skip


def value(cn: Jurisdiction, name: str, place: str, on: str) -> int | None:
    found = cn.context(place, date.fromisoformat(on)).values.get(name)
    return found if isinstance(found, int) else None


# what stands ----------------------------------------------------------------------------------------------------------
def test_a_floor_is_the_standard_of_no_place(cn: Jurisdiction) -> None:
    decision = cn.decide(ORPHAN, date(2026, 10, 1), "CN-350121")
    assert decision.values["outcome"] == "recognise", "the child is recognised all the same"
    assert (decision.values["standard"], decision.values["amount"]) == (None, None)
    assert [(f.name, f.value, f.place) for f in decision.floors] [:2] == [
        ("standard.institution", 233_500, "CN-35"), ("standard.scattered", 189_100, "CN-35")
    ]  # fmt: skip
    [asked] = [missing for missing in decision.missing if missing.fact == "standard.scattered"]
    assert asked.title.en.startswith("enter for this place: ")
    chosen = cn.decide(ORPHAN, date(2026, 10, 1), "CN-350121", floors=True)
    assert chosen.values["amount"] == 189_100


def test_the_minimum_of_2010_is_never_paid_where_nothing_is_entered(cn: Jurisdiction) -> None:
    for place in ("CN-330324", "CN-540102", "CN-980101", "CN-6301"):
        assert value(cn, "standard.scattered", place, "2026-10-01") is None, place


def test_what_was_replaced_does_not_revive(cn: Jurisdiction) -> None:
    assert value(cn, "standard.scattered", "CN-3706", "2023-12-31") == 92_000
    assert value(cn, "standard.scattered", "CN-3706", "2024-01-01") is None, "it was valid to the end of 2023"
    place, entries = "CN-35", cn.law.parameters["standard.scattered"].entries
    replaced = [entry for entry in entries if entry.place == place]
    ended = [*replaced[:-1], dataclasses.replace(replaced[-1], end=date(2026, 6, 30))]
    assert latest(ended, place, date(2026, 7, 1), None) is None
    assert latest(ended, place, date(2026, 6, 30), None) is ended[-1]


def test_a_place_below_a_wider_floor_is_asked_and_not_lifted_to_it(cn: Jurisdiction) -> None:
    assert value(cn, "standard.scattered", "CN-530502", "2020-05-31") == 127_400
    assert value(cn, "standard.scattered", "CN-530502", "2020-06-01") is None, (
        "the province's least is 1,280 since June"
    )
    assert value(cn, "standard.scattered", "CN-1502", "2024-01-01") == 170_000, "above it the city's own figure stands"


def test_unattended_children_have_a_figure_of_their_own(cn: Jurisdiction) -> None:
    assert value(cn, "standard.fu_other", "CN-6401", "2020-06-01") == 53_100, "below 600, the minimum for orphans"
    assert value(cn, "standard.fu", "CN-6401", "2020-06-01") == 93_700
    assert value(cn, "standard.fu_institution", "CN-6401", "2020-06-01") == 124_900
    assert value(cn, "standard.fu", "CN-5001", "2022-01-01") == 122_500, "orphans had 1,277"
    assert value(cn, "standard.fu_other", "CN-4303", "2023-06-01") == 55_000, "half of 1,100"
    assert value(cn, "standard.fu", "CN-6523", "2024-11-01") is None, "orphans have 1,150, of FU nothing is known"


def test_a_share_waits_for_its_figure_and_asks_for_that_one(cn: Jurisdiction) -> None:
    facts = PEOPLE | {"child.dibao_fen": 0, "child.tekun_fen": 0, "child.disability_living_fen": 0}
    unattended = {"category": "FU", "paid_as": "fu"}
    decision = cn.decide(facts, date(2026, 10, 1), "CN-4413", findings=unattended)
    assert decision.outcome == "recognise"
    assert "standard.scattered" in {missing.fact for missing in decision.missing}
    assert "standard.fu" not in {missing.fact for missing in decision.missing}
    figure = next(f for f in cn.decide(facts, date(2026, 10, 1), "CN-999901").figures if f.name == "standard.fu")
    assert (figure.value, figure.share.en[:7]) == (164_000, "100% of")


def test_shares_round_as_the_place_rounds(cn: Jurisdiction) -> None:
    assert cn.context("CN-4404", date(2021, 1, 1)).values["standard.unit"] == 100
    assert cn.context("CN-3301", date(2021, 1, 1)).values["standard.unit"] == 1
    entry = cn.law.parameters["standard.fu"].entries[1]
    half = Entry(
        entry.place, entry.start, None, entry.known, 5_050, entry.basis, entry.mark, share_of="standard.scattered"
    )
    worth = cn.resolver.worth
    assert worth("standard.fu", half, {"standard.scattered": 100_100, "standard.unit": 100}) == 50_600
    assert worth("standard.fu", half, {"standard.scattered": 100_100, "standard.unit": 1}) == 50_551
    assert worth("standard.fu", half, {"standard.unit": 1}) is None


def test_age_source_and_unknown_beginning_are_said(cn: Jurisdiction) -> None:
    def doubts(place: str, on: str) -> str:
        figures = cn.decide(ORPHAN, date.fromisoformat(on), place).figures
        figure = next(f for f in figures if f.name == "standard.scattered")
        return "; ".join([*(doubt.en for doubt in figure.doubts), figure.article.doubt.en])

    assert doubts("CN-310115", "2026-10-01") == "", "valid to 2030 and read on the page of the office"
    assert doubts("CN-1502", "2023-12-31").startswith("in force since 2019-01-01, for 59 months: to be confirmed")
    assert doubts("CN-4403", "2023-02-01") == "", "not aged, beginning known, read on the page of the office"
    assert doubts("CN-3601", "2021-03-01") == "not read on an official page, to be confirmed"
    assert "its first day is not stated; in force on 2021-12-31" in doubts("CN-4403", "2022-01-01")


# every row of the collection ------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Row:
    """A line of the collection of standards."""

    code: str
    kind: str
    yuan: str
    day: str
    precision: str
    evidence: str
    official: bool
    note: str

    @property
    def place(self) -> str:
        code = self.code
        while code.endswith("00"):
            code = code[:-2]
        return f"CN-{code}" if code else "CN"


@pytest.fixture(scope="module")
def rows(shared: Path) -> list[Row]:
    path = shared / "domain" / "standards.csv"
    if not path.exists():
        pytest.skip("shared absent: the collection of standards is not beside the checkout")
    with path.open(encoding="utf-8", newline="") as file:
        return [
            Row(r["place_code"], r["kind"], r["yuan"], r["valid_from"], r["valid_from_precision"], r["evidence"],
                bool(OFFICIAL.match(r["source_address"])), r["note"])
            for r in csv.DictReader(file)
        ]  # fmt: skip


def left_out() -> dict[tuple[str, str], str]:
    """(place, kind) -> why it is not entered; '*' is every place, a kind may end in '*'."""
    lines = (DOCS / "standards.md").read_text(encoding="utf-8").splitlines()
    cells = [[cell.strip(" `") for cell in line.strip("|").split("|")] for line in lines if line.startswith("|")]
    return {(place, kind): why for place, kind, why in cells[2:]}


def reason(row: Row, reasons: dict[tuple[str, str], str]) -> str | None:
    for (place, kind), why in reasons.items():
        if place in ("*", row.place) and re.fullmatch(kind.replace("*", ".*"), row.kind):
            return why
    return None


def candidates(cn: Jurisdiction, row: Row) -> Iterator[tuple[str, Entry]]:
    """Figures of the kind at the place: (what it comes to there in fen, the entry that says from when)."""
    name = PARAMETERS[row.kind]
    whole = "standard.institution" if row.kind.endswith("institution") else "standard.scattered"
    for source in (name, whole) if row.kind.startswith("FU") else (name,):
        for entry in cn.law.parameters[source].entries:
            if entry.place == row.place:
                there = cn.resolver.at(chain(row.place), entry.start, None, True).values.get(name)
                yield str(there if source != name or entry.share_of else entry.value), entry


def test_every_row_is_entered_with_its_letter_or_left_out_with_a_reason(cn: Jurisdiction, rows: list[Row]) -> None:
    reasons, faults = left_out(), []
    for row in rows:
        if reason(row, reasons):
            continue
        fen = str(round(float(row.yuan) * 100))
        found = [entry for worth, entry in candidates(cn, row) if worth == fen and begins(row, entry)]
        if not any(trusted(row, entry) for entry in found):
            faults.append((row, [str(entry.mark) for entry in found]))
    assert faults == []


def begins(row: Row, entry: Entry) -> bool:
    """The first day as the source gives it; where it gives none, in force on a day of that year or before the next."""
    if row.precision in ("day", "calendar year"):
        return str(entry.start) == row.day and (not entry.seen or "kept unchanged" in row.note)
    if row.precision == "month":
        return str(entry.start) == f"{row.day}-01" and not entry.seen
    return entry.seen or (row.place, entry.start) == ("CN-44", date(2020, 1, 1))


def trusted(row: Row, entry: Entry) -> bool:
    """Letter kept or the product's own, stronger one; what was read on no official page says so."""
    stronger = LETTERS.index(entry.basis.evidence) < LETTERS.index(row.evidence)
    return stronger or (entry.basis.evidence == row.evidence and entry.basis.copy == (not row.official))


def test_what_is_left_out_says_why_and_exists(rows: list[Row]) -> None:
    reasons = left_out()
    assert all(len(why) > 10 for why in reasons.values())
    for place, kind in reasons:
        alone = {(place, kind): "x"}
        assert any(reason(row, alone) for row in rows), (place, kind)


def test_children_with_hiv_have_the_community_rate_everywhere(cn: Jurisdiction, rows: list[Row]) -> None:
    by_row = {(r.code, r.kind, r.day, r.precision): r.yuan for r in rows}
    for r in rows:
        if r.kind == "HIV":
            assert by_row[r.code, "scattered", r.day, r.precision] == r.yuan, r


def test_averages_are_no_standards_and_are_kept_as_statistics(cn: Jurisdiction, rows: list[Row]) -> None:
    kept = {(entry.place, entry.value) for entry, _ in cn.law.statistics}
    for row in rows:
        if row.kind.startswith("stat_"):
            assert (row.place, round(float(row.yuan) * 100)) in kept, row


def test_no_address_is_entered() -> None:
    folder = Path(__file__).parents[1] / "cn"
    for path in folder.rglob("*.yaml"):
        assert "http" not in path.read_text(encoding="utf-8"), path
