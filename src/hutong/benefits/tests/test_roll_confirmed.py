"""No single officer takes over a roll: nothing of it is paid before a second one confirmed it, and the run says so."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client

from hutong.benefits import actions
from hutong.benefits.models import RollImport, RollRow
from hutong.benefits.tests import build
from hutong.benefits.tests.test_lists import county_id, roll, row
from hutong.channels.sheet import page_url, record_url
from hutong.core.action import ACTIONS
from hutong.core.errors import Conflict, NotFound, Refused
from hutong.core.models import Task
from hutong.core.tests.build import Browser
from hutong.core.viewer import Viewer
from hutong.money import actions as money
from hutong.money.models import AccountVersion, Line
from hutong.people.tests import build as people

pytestmark = pytest.mark.django_db
CONFIRM = "benefits.confirm_roll"
DECEMBER = build.at(2026, 12, 10)


def taken_over(who: Viewer, **changes: Any) -> RollImport:
    """A roll of one child with its account approved, whose awards wait."""
    taken = actions.import_roll(who, roll(row(**changes)))
    money.approve_account(build.officer(), AccountVersion.objects.latest("id"))
    return taken


def lines_of(batch: Any) -> list[tuple[str, int]]:
    return [(f"{ln.month:%Y-%m}", ln.amount_fen) for ln in Line.objects.filter(batch=batch).order_by("month")]


def run(month: str, now: Any = DECEMBER) -> Any:
    return actions.run_month(build.officer(now=now), {"place_id": county_id(), "month": month})


def test_nothing_of_a_roll_is_paid_before_a_second_officer_confirmed_it_and_then_all_of_it_is() -> None:
    taken = taken_over(build.officer())
    assert run("2026-12").count == 0
    asked = Task.objects.get(kind=CONFIRM, on_id=taken.pk, state="open")
    assert (asked.role, asked.place_key) == ("county_officer", taken.place_key)
    actions.confirm_roll(build.officer(now=build.at(2027, 1, 5)), taken)
    assert Task.objects.get(pk=asked.pk).state == "done"
    later = run("2027-01", build.at(2027, 1, 10))
    assert lines_of(later) == [("2026-12", 156_000), ("2027-01", 156_000)], "the month that waited is not lost"


def test_who_took_a_roll_over_does_not_confirm_it() -> None:
    who = build.officer()
    taken = taken_over(who)
    with pytest.raises(Refused):
        actions.confirm_roll(who, taken)
    with pytest.raises(NotFound):
        actions.confirm_roll(build.officer(build.FAR_COUNTY), taken)
    with pytest.raises(Refused):
        actions.confirm_roll(build.finance(), taken)
    taken.confirmed_by_id = who.user_id
    with pytest.raises(IntegrityError, match="roll_two_people"), transaction.atomic():
        taken.save()
    assert run("2026-12").count == 0


def test_a_roll_is_confirmed_once() -> None:
    taken = taken_over(build.officer())
    actions.confirm_roll(build.officer(), taken)
    with pytest.raises(Conflict):
        actions.confirm_roll(build.officer(), taken)


def test_other_awards_of_the_county_are_paid_while_a_roll_waits() -> None:
    award = build.award_of_orphan(now=build.at(2026, 10, 10))
    taken_over(build.officer(), number=people.identity(build.date_of_birth(), 31))
    batch = run("2026-12")
    assert {line.child_id for line in Line.objects.filter(batch=batch)} == {award.child_id}


def test_a_roll_that_is_wrong_is_taken_back_by_the_second_officer() -> None:
    taken = actions.import_roll(build.officer(), roll(row()))
    undo = {"label": taken.label(), "number": taken.pk, "why": "金额与原名册不符"}
    ACTIONS["core.undo_import"](build.officer(), undo)
    assert not RollImport.objects.exists()
    assert not RollRow.objects.exists()
    assert not Task.objects.filter(kind=CONFIRM).exists()


def test_the_page_of_the_run_names_the_roll_that_waits_and_the_roll_shows_what_it_would_pay() -> None:
    browser, who = Browser(Client()), build.officer()
    taken = taken_over(who)
    pages = page_url("money.run", place_id=county_id(), month="2026-12"), record_url(taken)
    for viewer in (build.officer(), replace(build.officer(), locale="en")):
        run_page, roll_page = (browser.text(viewer, address) for address in pages)
        for shown in (taken.file_name, record_url(taken), "1,560.00"):
            assert shown in run_page
        assert "1,560.00" in roll_page
        assert f"/action/confirm_roll/{taken.pk}/" in roll_page
    mine = browser.text(who, record_url(taken))
    assert "另一名工作人员核对并确认" in mine
    assert f"/action/confirm_roll/{taken.pk}/" not in mine
    actions.confirm_roll(build.officer(), taken)
    assert record_url(taken) not in browser.text(build.officer(), pages[0])


def test_a_batch_made_meanwhile_tells_its_signer_of_the_roll_that_waits() -> None:
    build.award_of_orphan(now=build.at(2026, 10, 10))
    taken = taken_over(build.officer(), number=people.identity(build.date_of_birth(), 31))
    batch = run("2026-12")
    page = Browser(Client()).text(build.finance(now=DECEMBER), page_url("money.adds_up", batch_id=batch.pk))
    assert taken.file_name in page
    assert record_url(taken) not in page, "finance does not open rolls"
