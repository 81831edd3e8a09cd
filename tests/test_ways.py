"""The bar and the search of every post: where a post can go, and what it finds."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any
from unittest import mock

import pytest
from django.test import Client

from hutong.benefits.models import Application, Determination
from hutong.benefits.tests import build
from hutong.channels.areas import AREAS, MOST, bar
from hutong.channels.finding import SHOWN, search
from hutong.channels.sheet import PAGES, SHEETS, action_url
from hutong.channels.web.menu import Here, Stop, bar_of
from hutong.core.action import ACTIONS
from hutong.core.models import JournalLine
from hutong.core.terms import DataClass
from hutong.core.viewer import Viewer, acting, system_viewer
from hutong.money.models import Batch, Line
from hutong.money.queries.reference import reference
from hutong.org.terms import Role
from hutong.people.models import Child, Relation

pytestmark = pytest.mark.django_db


@dataclass
class County:
    """Somebody at a post of a county, somebody at the same post of another, and what can be asked for."""

    officer: Viewer
    neighbour: Viewer
    asked: dict[str, tuple[str, str]]
    """What is typed, and the page it leads to."""


@pytest.fixture
def county(db: None) -> Iterator[County]:
    """A child that is paid, and an application that waits."""
    with acting(system_viewer("tests", now=build.NOW)):
        award = build.award_of_orphan(now=build.at(2026, 10, 12))
        batch = build.run(award, "2026-11", build.NOW)
        build.verified_application()
        officer, neighbour = build.officer(), build.staff(Role.COUNTY_OFFICER, build.FAR_COUNTY)
    with acting(officer):
        yield County(officer, neighbour, asked_of(award.child, batch))


def asked_of(child: Child, batch: Batch) -> dict[str, tuple[str, str]]:
    """What stands on the papers of a county."""
    page = f"/people/child/{child.pk}/"
    bond = Relation.objects.filter(child=child, valid_to=None).exclude(person__name="").earliest("id")
    receipt = Application.objects.exclude(receipt_no=None).latest("id")
    decision, line = Determination.objects.latest("id"), Line.objects.latest("id")
    typed = decision.document_no.translate(str.maketrans("〔〕", "[]")).replace("号", " 号")
    return {
        "child": (child.name, page),
        "number of a child": (child.child_no, page),
        "adult": (bond.person.name, page),
        "application": (str(receipt.receipt_no).lower(), f"/benefits/application/{receipt.pk}/"),
        "decision": (typed, f"/benefits/determination/{decision.pk}/"),
        "payment": (reference(line.pk), f"/money/line/{line.pk}/"),
        "batch": (f"#{batch.pk}", f"/money/batch/{batch.pk}/"),
    }


@contextmanager
def browser_of(viewer: Viewer) -> Iterator[Client]:
    """A browser whose every request is taken as this viewer's; signing in has tests of its own."""
    with mock.patch("hutong.core.middleware.ViewerMiddleware._viewer", return_value=viewer):
        yield Client()


def at(role: str) -> Viewer:
    """Somebody at a post, without a place: the bar needs none."""
    return Viewer(1, 1, str(role), "x", build.NOW)


def urls_of(stops: list[Stop]) -> list[str]:
    return [way.url for stop in stops for part in stop.parts for way in (*part.lists, *part.acts)]


# The bar


@pytest.mark.parametrize("role", [*Role])
def test_every_post_has_seven_areas_at_most_and_none_of_them_is_empty(role: Role) -> None:
    stops = bar_of(at(role), Here())
    assert 2 <= len(stops) <= MOST
    assert all(part.lists or part.acts for stop in stops for part in stop.parts)
    assert urls_of(stops)[0] == "/", "the work comes first"
    assert len(urls_of(stops)) == len(set(urls_of(stops))), "no way stands twice"


@pytest.mark.parametrize("role", [*Role])
def test_with_every_area_in_use_a_post_still_has_seven(role: Role) -> None:
    stops = bar(role, AREAS)
    assert len(stops) <= MOST
    assert sorted(name for _title, names in stops for name in names) == sorted(AREAS)


def test_no_list_is_without_an_area() -> None:
    people = set(Role)
    adrift = [s.name for s in SHEETS.values() if not s.area and (not s.roles or people & set(s.roles))]
    adrift += [page.name for page in PAGES.values() if page.rank is not None and not page.area]
    assert adrift == []


@pytest.mark.parametrize("role", [*Role])
def test_whatever_a_post_can_begin_is_reached_from_the_area_of_its_list(role: Role) -> None:
    viewer = at(role)
    stops = bar_of(viewer, Here())
    acts = {part.area: {way.url for way in part.acts} for stop in stops for part in stop.parts}
    for sheet in SHEETS.values():
        for name in sheet.create:
            if sheet.open_to(viewer) and ACTIONS[name].offered_to(viewer):
                assert action_url(name) in acts[sheet.area], name


def test_a_post_begins_with_what_its_day_begins_with() -> None:
    second = {role: bar_of(at(role), Here())[1].parts[0].area for role in Role}
    assert second[Role.COUNTY_FINANCE] == "money"
    assert second[Role.ADMINISTRATOR] == "administration"
    assert second[Role.AUDITOR] == "administration"
    assert second[Role.COUNTY_OFFICER] == "children"
    assert second[Role.VILLAGE_DIRECTOR] == "children"


PLACES = {
    "/people/child/": "儿童",
    "/people/action/register_child/": "儿童",
    "/benefits/application/{application}/": "补贴",
    "/benefits/action/withdraw/{application}/": "补贴",
    "/benefits/decide/{application}/": "补贴",
    "/law/acts/mf-2019-62/": "综合",
}


def test_every_page_says_in_which_area_one_is(county: County) -> None:
    number = county.asked["application"][1].split("/")[-2]
    with browser_of(county.officer) as browser:
        for address, area in PLACES.items():
            html = browser.get(address.format(application=number)).content.decode()
            assert f'<summary aria-current="true">{area}</summary>' in html, address
            assert f"<li>{area}</li>" in html, address


# The search


def hits(viewer: Viewer, text: str) -> dict[str, str]:
    """What a viewer finds: addresses with what is said of them."""
    with acting(viewer):
        return {hit.url: hit.text for kind in search(viewer, text) for hit in kind.hits}


EVERYBODYS = {
    "place": ("柳溪镇", "/org/division/"), "instrument": ("民发〔2019〕62号", "/law/acts/mf-2019-62/"),
    "rule": ("custody", "/law/rules/"), "list": ("shiyonggui", "/law/"),
}  # fmt: skip


def test_everything_is_found_by_what_it_is_called_and_leads_to_its_page(county: County) -> None:
    for what, (text, url) in {**county.asked, **EVERYBODYS}.items():
        assert any(found.startswith(url) for found in hits(county.officer, text)), (what, text)
    for text in ("登记儿童", "dengji", "register a ch"):
        assert "/people/action/register_child/" in hits(county.officer, text)


def test_nothing_of_another_county_is_found(county: County) -> None:
    for what, (text, url) in county.asked.items():
        assert url not in hits(county.neighbour, text), what


@pytest.mark.parametrize("role", [*Role])
def test_a_post_finds_what_it_may_open_alone(county: County, role: Role) -> None:
    viewer = build.staff(role, build.COUNTY)
    lists = [(name, "") for name in ("登记", "发放", "申请", "岗位")]
    with browser_of(viewer) as browser:
        for text, _url in (*county.asked.values(), *EVERYBODYS.values(), *lists):
            for url in hits(viewer, text):
                assert browser.get(url, follow=True).status_code == 200, (text, url)
    if role in (Role.ADMINISTRATOR, Role.MINISTRY_OFFICER):
        assert not any(url.startswith("/people/") for text, _ in county.asked.values() for url in hits(viewer, text))


def test_names_above_the_clearance_find_no_adults(county: County) -> None:
    name, url = county.asked["adult"]
    assert url in hits(county.officer, name)
    assert url not in hits(replace(county.officer, clearance=DataClass.OPEN, clearances={}), name)


def test_a_search_for_persons_is_in_the_journal_and_what_was_typed_is_not(county: County) -> None:
    name = county.asked["child"][0]
    before = JournalLine.objects.order_by("-id").values_list("id", flat=True).first() or 0
    hits(county.officer, name)
    hits(county.officer, "110101190001010000")
    lines = list(JournalLine.objects.filter(id__gt=before).order_by("id").values())
    assert "people.child" in [line["what"] for line in lines]
    assert {(line["kind"], line["user_id"]) for line in lines} == {("listed", county.officer.user_id)}
    assert (lines[-1]["what"], lines[-1]["count"]) == ("search", 0), "in vain is told as well"
    assert name not in str(lines)


def test_a_kind_with_more_hits_leads_to_its_list(county: County) -> None:
    with acting(county.officer):
        places = next(kind for kind in search(county.officer, "999901") if kind.more)
    assert places.more == "/org/division/?q=999901"
    assert len(places.hits) == SHOWN


def test_without_a_script_the_search_is_a_page_and_the_question_in_no_address(county: County) -> None:
    name, url = county.asked["child"]
    with browser_of(county.officer) as browser:
        empty = browser.get("/search/", {"q": name}).content.decode()
        assert name not in empty, "what stands in an address is not asked"
        assert 'method="post" action="/search/"' in empty
        page = browser.post("/search/", {"q": name})
        assert page.status_code == 200
        assert f'href="{url}"' in page.content.decode()
        answer: Any = browser.post("/search/", {"q": name}, headers={"Accept": "application/json"}).json()
        assert url in [hit["url"] for kind in answer["kinds"] for hit in kind["hits"]]
    assert Client().post("/search/", {"q": name})["Location"] == "/login/"
