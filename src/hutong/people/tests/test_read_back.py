"""Whoever reported something reads it back: their own words, while the child is in their reach, and nothing else."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from io import BytesIO

import pytest
from django.test import Client
from PIL import Image

from hutong.channels.api.app import sent
from hutong.channels.sheet import SHEETS
from hutong.core import clock_time
from hutong.core.access import MASK, own_fields, shown, visible_fields
from hutong.core.audit.history import story
from hutong.core.files import Upload, may_open
from hutong.core.models import StoredFile, User
from hutong.core.terms import DataClass
from hutong.core.viewer import Viewer, acting
from hutong.org.terms import Role
from hutong.org.tests import build as org
from hutong.people import actions
from hutong.people.models import Child, ParentFact
from hutong.people.terms import ParentStatus
from hutong.people.tests import build

pytestmark = pytest.mark.django_db
TOLD = {
    "side": "father",
    "status": "lost_contact",
    "since": date(2025, 3, 2),
    "reported_on": date(2025, 3, 9),
    "note": "邻居说",
}


def reported(by: Viewer, name: str = "田小禾") -> ParentFact:
    return actions.record_parent_fact(by, build.child(name=name), TOLD)


def read(viewer: Viewer, fact: ParentFact, *names: str) -> list[object]:
    """What a viewer gets of the fact as it stands now."""
    with acting(viewer):
        fresh = ParentFact.objects.get(pk=fact.pk)
        return [shown(viewer, fresh, name) for name in names]


def test_a_director_reads_back_what_she_reported_and_a_colleague_does_not() -> None:
    director, colleague = build.director(), build.director()
    fact = reported(director)
    assert director.clearance < DataClass.SENSITIVE
    assert read(director, fact, "status", "since", "note") == [ParentStatus.LOST_CONTACT, TOLD["since"], "邻居说"]
    assert read(colleague, fact, "status", "since", "note") == [MASK, MASK, MASK]
    assert "status" not in visible_fields(director, ParentFact), "lists, filters and exports go by the clearance alone"


def test_what_others_added_stays_hidden() -> None:
    director = build.director()
    fact = reported(director)
    actions.reject_parent_fact(build.supervisor(), fact, {"note": "派出所有新情况"})
    assert read(director, fact, "status", "note") == [ParentStatus.LOST_CONTACT, MASK]
    other = reported(director, "柳如烟")
    actions.confirm_parent_fact(build.supervisor(), other, {})
    actions.end_parent_fact(build.officer(), other, {"until": date(2026, 5, 1), "why": "已找到"})
    assert read(director, other, "since", "until") == [TOLD["since"], MASK]


def test_facts_of_others_about_the_same_child_stay_hidden() -> None:
    director = build.director()
    fact = reported(director)
    theirs = build.parent_fact(fact.child, "mother", "prison", date(2024, 1, 1))
    assert read(director, theirs, "status", "since") == [MASK, MASK]


def test_one_who_moved_to_another_village_no_longer_finds_it() -> None:
    director = build.director()
    fact = reported(director)
    moved = replace(build.director("999901102201"), user_id=director.user_id)
    with acting(moved):
        assert not Child.objects.visible_to(moved).filter(pk=fact.child_id).exists()
        assert not Child.objects.filter(pk=fact.child_id).exists()


def test_neither_a_job_nor_a_program_is_an_author() -> None:
    director = build.director()
    fact = reported(director)
    assert own_fields(replace(director, user_id=None), fact) == frozenset()


def test_the_api_sends_it_and_the_history_does_not_tell_more_than_before() -> None:
    director, colleague = build.director(), build.director()
    fact = reported(director)
    for viewer, there in ((director, True), (colleague, False)):
        with acting(viewer):
            fresh = ParentFact.objects.get(pk=fact.pk)
            assert ("status" in sent(SHEETS["people.parent_fact"], viewer, [fresh])[0]) is there
            changes = {change.field: change.new for change in story(viewer, fresh)[-1].changes}
            assert changes["status"] == MASK
            assert changes["recorded_by"] == director.user_id


def test_the_childs_page_shows_it_to_its_author_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock_time, "now", lambda: org.MONDAY)
    village = org.default_place(Role.VILLAGE_DIRECTOR)
    author, colleague = org.viewer_of(Role.VILLAGE_DIRECTOR), org.viewer_of(Role.VILLAGE_DIRECTOR)
    child = actions.register_child(author, {"name": "柳如烟", "actual_id": village.pk, "birth_date": "2015-06-15"})
    fact = actions.record_parent_fact(author, child, TOLD | {"paper": picture()})
    for viewer, told in ((author, True), (colleague, False)):
        browser = Client()
        browser.force_login(User.objects.get(pk=viewer.user_id))
        said = {f"/people/child/{child.pk}/": ParentStatus.LOST_CONTACT.zh, f"/people/parent_fact/{fact.pk}/": "邻居说"}
        for url, words in said.items():
            page = browser.get(url)
            assert page.status_code == 200
            assert (words in page.content.decode()) is told, url
        assert browser.get(f"/file/{fact.paper_id}/").status_code == (200 if told else 403)
    with acting(author):
        paper = StoredFile.objects.get(pk=fact.paper_id)
    paper.data_class_value = DataClass.SEALED
    assert not may_open(author, paper), "what the law seals stays sealed for its author too"


def picture() -> Upload:
    """A photographed paper."""
    out = BytesIO()
    Image.new("RGB", (8, 8), "white").save(out, "PNG")
    return Upload(name="报案回执.png", data=out.getvalue())
