"""Every import is taken back by its entry while nothing was built on it; afterwards it never counted."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.apps import apps
from django.test import Client

from hutong.benefits import actions as benefits
from hutong.benefits.models import Award, ListImport
from hutong.benefits.tests import build
from hutong.channels.sheet import action_url, record_url
from hutong.core.action import ACTIONS
from hutong.core.audit import replay
from hutong.core.errors import Conflict, NotFound, Refused
from hutong.core.models import Entry, EventLine
from hutong.core.tests.build import Browser
from hutong.core.viewer import Viewer
from hutong.money import actions as money
from hutong.money.models import AccountVersion
from hutong.people import actions as people_actions
from hutong.people.models import Child
from hutong.people.tests import build as people
from hutong.people.tests.conftest import looking

from .workbooks import CHILD, ROLL, child, on_roll, workbook

__all__ = ["looking"]
pytestmark = pytest.mark.django_db
UNDO = ACTIONS["core.undo_import"]


def file(data: bytes) -> dict[str, Any]:
    return {"name": "表.xlsx", "data": data}


def counted() -> dict[str, int]:
    """Rows of every table of the domains, and of tasks and limits."""
    names = [m for m in apps.get_models() if m._meta.app_label in ("people", "benefits", "money")]
    ours = [*names, apps.get_model("core.task"), apps.get_model("core.clock")]
    return {model._meta.label_lower: model._base_manager.count() for model in ours}


def back(viewer: Viewer, record: Any) -> None:
    UNDO(viewer, {"label": record.label(), "number": record.pk, "why": "导错了文件"})


def roll_of(viewer: Viewer) -> Any:
    numbers = people.identity(date(2014, 3, 5), 1), people.identity(date(2016, 4, 6), 2)
    rows = [on_roll("乙一", numbers[0], "6217000000000000019"), on_roll("乙二", numbers[1], "")]
    place = people.places()[build.COUNTY].pk
    return benefits.import_roll(viewer, {"place_id": place, "file": file(workbook(ROLL, *rows))})


def test_a_roll_leaves_nothing_when_it_is_taken_back_and_can_be_taken_over_again() -> None:
    officer = build.officer()
    before = counted()
    roll = roll_of(officer)
    assert counted() != before
    back(officer, roll)
    assert counted() == before
    entry = Entry.objects.get(action="core.undo_import")
    assert entry.notes["why"] == "导错了文件"
    assert EventLine.objects.filter(name="people.children_imported").exists(), "what was told stays told"
    assert list(replay.replay()) == [], "the history agrees with the tables"
    assert roll_of(officer).taken_over == 2


def test_children_and_lists_are_taken_back_too() -> None:
    officer = build.officer()
    before = counted()
    heads = (*CHILD, "照料人姓名", "照料人电话")
    rows = [[*child("丙一"), "田桂英", "10000000001"], [*child("丙二", date(2016, 1, 1)), "田桂英", "10000000001"]]
    back(officer, people_actions.import_children(officer, {"file": file(workbook(heads, *rows))}))
    assert counted() == before
    number = people.identity(date(2015, 6, 15), 2)
    build.award_of_fu_child(identity_number=number)
    between = counted()
    deaths = workbook(("姓名", "身份证号", "死亡日期"), ("甲", number, "2026-11-01"))
    given = {"kind": "death", "place_id": people.places()[build.COUNTY].pk, "file": file(deaths)}
    back(officer, benefits.import_list(officer, given))
    assert counted() == between
    assert not ListImport.objects.exists()


def test_what_was_built_on_keeps_it() -> None:
    officer = build.officer()
    roll = roll_of(officer)
    money.approve_account(build.officer(), AccountVersion.objects.get())
    with pytest.raises(Conflict):
        back(officer, roll)
    assert Award.objects.count() == 2
    table = workbook(CHILD, child("丙一"))
    imported = people_actions.import_children(officer, {"file": file(table)})
    people.parent_fact(Child.objects.get(name="丙一"), "father", "dead", date(2024, 1, 1))
    with pytest.raises(Conflict, match="parentfact"):
        back(officer, imported)


def test_nobody_takes_back_what_is_not_theirs() -> None:
    roll = roll_of(build.officer())
    with pytest.raises(NotFound):
        back(build.officer(build.FAR_COUNTY), roll)
    with pytest.raises(NotFound):
        back(build.supervisor(), roll)
    with pytest.raises(Refused):
        back(build.finance(), roll)
    for label in ("people.child", "no.such"):
        with pytest.raises(NotFound):
            UNDO(build.officer(), {"label": label, "number": 1, "why": "试试"})


def test_the_page_of_an_import_leads_to_the_form_and_the_form_takes_it_back() -> None:
    officer = build.officer()
    imported = people_actions.import_children(officer, {"file": file(workbook(CHILD, child("丙一")))})
    browser = Browser(Client())
    asked = action_url("core.undo_import", label=imported.label(), number=imported.pk)
    assert asked.replace("&", "&amp;") in browser.text(officer, record_url(imported))
    assert 'name="why"' in browser.text(officer, asked)
    sent = {"label": imported.label(), "number": str(imported.pk)}
    assert browser.post(officer, asked, **sent).status_code == 422, "without a reason nothing is taken back"
    assert browser.post(officer, asked, why="导错了", **sent).status_code == 302
    assert not Child.objects.exists()
