"""Tables on the command line: in the name of a client program's post, and of nobody else."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from hutong.channels.tables import write_xlsx
from hutong.core.models import Entry
from hutong.org.terms import Role
from hutong.org.tests.build import program, viewer_of
from hutong.project import cli

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_the_tests_database")]
HEADS = ("姓名", "性别", "出生日期", "实际居住地")


@pytest.fixture
def table(tmp_path: Path) -> Path:
    """A child in the demo county, and one nowhere."""
    path = tmp_path / "儿童.xlsx"
    rows = [["庚小一", "女", date(2015, 6, 15), "上笈村"], ["辛小二", "男", date(2015, 6, 15), "无此村"]]
    path.write_bytes(write_xlsx(HEADS, rows))
    return path


def run(capsys: pytest.CaptureFixture[str], *words: object) -> tuple[int, str]:
    code = cli.main(["import", *map(str, words)])
    return code, capsys.readouterr().out


def test_a_table_is_tried_and_then_taken_in(capsys: pytest.CaptureFixture[str], table: Path) -> None:
    seat, _key = program(Role.COUNTY_OFFICER)
    code, said = run(capsys, "children", table, "--post", seat.pk, "--dry-run")
    assert (code, "可登记1人" in said, "无此村" in said) == (0, True, True)
    assert not Entry.objects.filter(action="people.import_children").exists()
    code, said = run(capsys, "children", table, "--post", seat.pk)
    assert code == 0
    assert "已登记: 1" in said
    assert "3 实际居住地: 无此村" in said
    entry = Entry.objects.get(action="people.import_children")
    assert entry.post_id == seat.pk


def test_nobody_acts_in_the_name_of_a_person(capsys: pytest.CaptureFixture[str], table: Path) -> None:
    officer = viewer_of(Role.COUNTY_OFFICER)
    code, said = run(capsys, "children", table, "--post", officer.post_id)
    assert code == 1
    assert "client program" in said
    assert not Entry.objects.filter(action="people.import_children").exists()


def test_what_is_missing_is_said(capsys: pytest.CaptureFixture[str], table: Path, tmp_path: Path) -> None:
    seat, _key = program(Role.COUNTY_OFFICER)
    assert "Known: children, list, reconcile, roll" in run(capsys, "people", table, "--post", seat.pk)[1]
    assert "There is no file" in run(capsys, "children", tmp_path / "no.xlsx", "--post", seat.pk)[1]
    assert "Write ./hutong import" in run(capsys, "children")[1]
    broken = tmp_path / "bomb.xlsx"
    broken.write_bytes(b"PK\x03\x04 broken")
    code, said = run(capsys, "children", broken, "--post", seat.pk)
    assert (code, "已损坏" in said) == (1, True)
    assert not Entry.objects.filter(action="people.import_children").exists()
