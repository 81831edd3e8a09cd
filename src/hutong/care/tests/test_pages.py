"""The finding as the posts see it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from hutong.benefits.tests import build
from hutong.care import actions
from hutong.care.models import Finding
from hutong.core.tests.build import Browser
from hutong.org.terms import Role
from hutong.people.tests import build as people

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("locale", ["zh-hans", "en"])
def test_the_form_offers_the_own_villages_and_nothing_else(browse: Browser, locale: str) -> None:
    page = browse.text(replace(build.director(), locale=locale), "/care/action/record_finding/")
    assert "上柳村" in page
    assert "下柳村" not in page
    assert 'value="2026-11-23"' in page


def test_recorded_through_the_form_and_taken_up_from_its_page(browse: Browser) -> None:
    director = build.director()
    village = people.places()[build.VILLAGE]
    sent = {
        "description": "约六岁男孩",
        "place_id": village.pk,
        "seen_on": "2026-11-22",
        "seen": "独自在家",
        "needs": ["living"],
    }
    answer = browse.post(director, "/care/action/record_finding/", _key="k", **sent)
    finding = Finding.objects.get()
    assert finding.child_id is None, "a description alone registers nobody"
    assert (answer.status_code, answer.headers["Location"]) == (302, f"/care/finding/{finding.pk}/")
    page = browse.text(build.supervisor(), f"/care/finding/{finding.pk}/")
    assert "独自在家" in page
    assert f"/care/action/take_up/{finding.pk}/" in page
    assert f"actual_id={village.pk}" in page, "the way to register the child"


def test_what_is_missing_is_named_beside_its_field(browse: Browser) -> None:
    answer = browse.post(build.director(), "/care/action/record_finding/", _key="k", seen="", seen_on="2026-11-22")
    assert answer.status_code == 422
    assert "f-seen" in answer.content.decode()
    assert not Finding.objects.exists()


def test_a_text_too_long_for_its_column_is_told_beside_its_field_and_kept(browse: Browser) -> None:
    sent = {"seen": "独自在家", "seen_on": "2026-11-22", "whereabouts": "村" * 201, "description": "约六岁男孩"}
    sent |= {"place_id": people.places()[build.VILLAGE].pk}
    answer = browse.post(build.director(), "/care/action/record_finding/", _key="k", **sent)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert 'id="f-whereabouts-error"' in page
    assert "村" * 201 in page
    assert not Finding.objects.exists()


def test_a_finding_shows_on_the_child_page_inside_reach_alone(browse: Browser) -> None:
    child = people.child(name=build.a_name())
    village = people.places()[build.VILLAGE]
    given = {"child_id": child.pk, "place_id": village.pk, "seen_on": "2026-11-22", "seen": "衣着单薄"}
    finding = actions.record_finding(build.director(), given)
    assert "衣着单薄" in browse.text(build.officer(), f"/people/child/{child.pk}/")
    assert browse.get(build.supervisor(build.FAR_TOWN), f"/care/finding/{finding.pk}/").status_code == 404
    assert browse.get(build.staff(Role.COUNTY_FINANCE, build.COUNTY), "/care/finding/").status_code == 403


def test_in_an_emergency_the_childs_page_offers_a_finding_and_nothing_that_decides(browse: Browser) -> None:
    child = people.child(lives=build.VILLAGE, name=build.a_name())
    opened = frozenset({child.pk})
    helper = replace(build.supervisor(build.FAR_TOWN), granted=opened, emergency=opened)
    page = browse.text(helper, f"/people/child/{child.pk}/")
    assert f"/care/action/record_finding/?child_id={child.pk}" in page
    content = page.partition("<main")[2]  # the bar above it leads to what the post does everywhere
    others = {part.split('"')[0] for part in content.split('href="')[1:] if "/action/" in part.split('"')[0]}
    assert others == {f"/care/action/record_finding/?child_id={child.pk}"}
    local = browse.text(build.supervisor(), f"/people/child/{child.pk}/")
    assert f"/benefits/action/apply/?child_id={child.pk}" in local
