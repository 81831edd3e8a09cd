"""The measurements themselves: each part writes its own section, and small sizes run through."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path

import pytest

from hutong.project.bench import command
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
    for section in (line for line in kept.read_text("utf-8").splitlines() if line.startswith("## ")):
        assert section in page.read_text("utf-8")


@pytest.mark.database
@pytest.mark.parametrize("part", ["money", "benefits"])
def test_paying_is_measured_from_end_to_end(part: str, fresh_db: str) -> None:
    report = Report()
    import_module(f"hutong.project.bench.{part}").run(report, counties=2, size=20)
    assert len(report.figures) >= 6
    assert all(figure.value >= 0 for figure in report.figures)
