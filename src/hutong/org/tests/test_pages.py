"""The pages, asked for as a browser would."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from django.test import Client

from hutong.core import clock_time
from hutong.core.models import User
from hutong.core.viewer import Viewer
from hutong.org.models import Agency, Division, Post, PostHolding
from hutong.org.terms import Kind, Level, Role
from hutong.org.tests.build import MONDAY, demo_county, office_of, officer, place, post, program

pytestmark = pytest.mark.django_db
TODAY = MONDAY.date().isoformat()


@pytest.fixture(autouse=True)
def monday(monkeypatch: pytest.MonkeyPatch) -> None:
    """The doors read the clock; here it stands still."""
    monkeypatch.setattr(clock_time, "now", lambda: MONDAY)


def browser(viewer: Viewer) -> Client:
    client = Client()
    client.force_login(User.objects.get(pk=viewer.user_id))
    return client


def text_of(response: Any) -> str:
    assert response.status_code == 200, response.status_code
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


def filled(client: Client, url: str, answers: dict[str, Any]) -> Any:
    """Open a form, answer it with what it prefilled and the answers given, and go through the check page if any."""
    form = client.get(url)
    assert form.status_code == 200, form.status_code
    hidden = dict(re.findall(r'type="hidden" name="([^"]+)" value="([^"]*)"', form.content.decode()))
    sent = {**hidden, **answers}
    response = client.post(url, sent)
    if response.status_code == 200 and 'value="do"' in response.content.decode():
        response = client.post(url, {**sent, "_step": "do"})
    return response


def test_the_browser_of_places_opens_where_one_works_and_goes_one_level_at_a_time() -> None:
    client = browser(officer(Role.COUNTY_OFFICER))
    start = client.get("/org/places/")
    assert start.status_code == 302
    assert start["Location"] == f"/org/division/{demo_county().pk}/"
    page = text_of(client.get(start["Location"]))
    assert "云笈镇" in page
    assert "瑶屿省" in page
    assert "上笈村" not in page, "villages are one level further down"
    assert "上笈村" in text_of(client.get(f"/org/division/{place('云笈镇').pk}/"))


def test_a_place_shows_its_offices_its_history_and_what_it_is() -> None:
    client = browser(officer(Role.COUNTY_OFFICER))
    heir = text_of(client.get(f"/org/division/{place('白蘋渡镇').pk}/"))
    assert "白蘋渡镇人民政府" in heir
    assert "旧渡乡" in heir
    assert "瑶政函〔2021〕9号" in heir
    ended = Division.objects.get(name="旧渡乡")
    assert "此区划已撤销" in text_of(client.get(f"/org/division/{ended.pk}/"))
    assert "不是正式建制" in text_of(client.get(f"/org/division/{place('桐荫街道虚拟社区').pk}/"))


def test_a_list_of_places_is_found_by_name_and_filtered_by_parent() -> None:
    client = browser(officer(Role.COUNTY_OFFICER))
    assert "上笈村" in text_of(client.get("/org/division/?q=shangji"))
    town = place("云笈镇")
    page = text_of(client.get(f"/org/division/?parent={town.pk}"))
    assert "上笈村" in page
    assert "松涧村" not in page
    assert client.get("/org/division/?parent=99999999999999999999999").status_code == 404


def test_the_type_ahead_answers_any_signed_in_viewer_and_nobody_else() -> None:
    demo_county()
    assert Client().get("/lookup/place/?q=云笈").status_code == 302
    client = browser(officer(Role.VILLAGE_DIRECTOR))
    hits = client.get("/lookup/place/?q=yjz").json()["hits"]
    assert [(h["text"], h["hint"]) for h in hits] == [("瑶屿省澄梧市护桐县云笈镇", "镇")]
    assert hits[0]["value"] == str(place("云笈镇").pk)
    for odd in ("", " ", "%", "'", "\\", "𡐓", "x" * 500):
        assert client.get("/lookup/place/", {"q": odd}).status_code == 200


def test_a_village_is_opened_renamed_and_merged_through_the_forms() -> None:
    town, client = place("云笈镇"), browser(officer(Role.TOWNSHIP_SUPERVISOR, place("云笈镇")))
    page = client.get(f"/org/division/{town.pk}/").content.decode()
    assert f"/org/action/open_division/?parent={town.pk}" in page
    new = {"parent": town.pk, "name": "新笈社区居民委员会", "kind": Kind.COMMUNITY.value, "effective": TODAY}
    assert filled(client, f"/org/action/open_division/?parent={town.pk}", new).status_code == 302
    made = Division.objects.get(name="新笈社区居民委员会")
    assert (made.parent, made.level) == (town, Level.VILLAGE)
    renamed = filled(client, f"/org/action/rename_division/{made.pk}/", {"name": "笈新社区", "effective": TODAY})
    assert renamed.status_code == 302
    assert "新笈社区居民委员会" in text_of(client.get(f"/org/division/{made.pk}/"))
    city = browser(officer(Role.CITY_OFFICER))
    form = city.get(f"/org/action/merge_divisions/{place('上笈村').pk}/").content.decode()
    assert "笈新社区" in form
    assert filled(
        city, f"/org/action/merge_divisions/{place('上笈村').pk}/", {"places": [made.pk], "effective": TODAY}
    ).status_code == 302  # fmt: skip
    made.refresh_from_db()
    assert made.valid_to is not None


def test_a_township_is_split_through_the_form_by_names() -> None:
    town, client = place("竹沥乡"), browser(officer(Role.CITY_OFFICER))
    names = list(Division.objects.filter(parent=town, valid_to=None).values_list("short", flat=True))
    answers = {
        "parts-0-name": "竹影乡", "parts-0-kind": "township", "parts-0-code": "999901206",
        "parts-0-places": "\n".join(names[:4]),
        "parts-1-name": "篁岭乡", "parts-1-kind": "township", "parts-1-code": "999901207",
        "parts-1-places": "\n".join(names[4:]), "effective": TODAY,
    }  # fmt: skip
    url = f"/org/action/split_division/{town.pk}/"
    wrong = filled(client, url, {**answers, "parts-1-places": "\n".join(names[5:])})
    assert wrong.status_code == 422
    assert names[4] in re.sub(r"<[^>]+>", " ", wrong.content.decode())
    assert filled(client, url, answers).status_code == 302
    assert Division.objects.filter(parent__name="篁岭乡").count() == len(names) - 4


@pytest.mark.parametrize(("field", "text", "said"), [
    ("phone", "1" * 41, "最多 40 个字"), ("name", "院" * 161, "最多 160 个字"),
    ("address", "路" * 201, "最多 200 个字"),
])  # fmt: skip
def test_a_text_longer_than_its_column_is_an_error_at_its_control_and_nothing_typed_is_lost(
    field: str, text: str, said: str
) -> None:
    officer_here = officer(Role.COUNTY_OFFICER)
    given = {"kind": "institution", "name": "护桐儿童福利院", "phone": "0731-1", "address": "云笈路1号", "since": TODAY}
    given |= {
        "division": demo_county().pk,
        "places": [place("云笈镇").pk, place("鹤岚镇").pk],
        field: text,
        "_key": "a",
    }
    answer = browser(officer_here).post("/org/action/create_agency/", given)
    page = answer.content.decode()
    assert answer.status_code == 422
    note = re.search(rf'id="f-{field}-error"[^>]*>(.*?)</', page, re.S)
    assert note is not None
    assert said in note[1]
    for name in ("name", "phone", "address"):
        assert f'value="{given[name]}"' in page, name
    for chosen in (place("云笈镇"), place("鹤岚镇")):
        assert re.search(rf'name="places" value="{chosen.pk}" checked', page)
    assert not Agency.objects.filter(kind="institution").exists()


def test_the_interface_names_the_field_of_a_text_too_long_and_takes_places_by_their_codes() -> None:
    _post, key = program(Role.COUNTY_OFFICER)
    town = place("云笈镇")
    given = {"kind": "institution", "name": "护桐儿童福利院", "division": f"own:{demo_county().code}"}
    given |= {"places": [f"own:{town.code}"], "since": TODAY}

    def sent(**more: Any) -> Any:
        body = json.dumps(given | more)
        headers = {"Authorization": f"Bearer {key}", "Idempotency-Key": str(len(more))}
        url = "/api/v1/actions/org/create_agency/"
        return Client().post(url, body, content_type="application/json", headers=headers)

    refused = sent(phone="1" * 41)
    assert refused.status_code == 422
    error = refused.json()["errors"][0]
    assert (error["field"], error["label"], error["code"]) == ("phone", "电话", "string_too_long")
    assert sent(places=["own:123"], phone="").json()["errors"][0]["field"] == "places.0"
    assert sent().status_code == 200
    made = Agency.objects.get(name="护桐儿童福利院")
    assert [area.division for area in made.areas.all()] == [town]


def test_offices_and_posts_are_listed_inside_the_area_only() -> None:
    county = browser(officer(Role.COUNTY_OFFICER))
    page = text_of(county.get("/org/agency/"))
    assert "护桐县民政局" in page
    assert "瑶屿省民政厅" not in page
    near, far = post(Role.COUNTY_FINANCE), post(Role.PROVINCE_OFFICER)
    listed = county.get("/org/post/").content.decode()
    assert f"/org/post/{near.pk}/" in listed
    assert f"/org/post/{far.pk}/" not in listed
    assert browser(officer(Role.VILLAGE_DIRECTOR)).get("/org/post/").status_code == 403


def test_an_administrator_creates_an_account_and_appoints_it() -> None:
    admin = browser(officer(Role.ADMINISTRATOR))
    office = office_of(place("云笈镇"))
    account = {"username": "lin.xiao", "name": "林晓", "password": "first-password-1", "locale": "zh-hans"}
    assert filled(admin, "/org/action/create_account/", account).status_code == 302
    user = User.objects.get(username="lin.xiao")
    new = {"role": Role.VILLAGE_DIRECTOR.value, "title": "儿童主任", "places": [place("上笈村").pk], "since": TODAY}
    assert filled(admin, f"/org/action/create_post/{office.pk}/", new).status_code == 302
    made = Post.objects.get(title="儿童主任")
    assert "空缺" in text_of(admin.get(f"/org/post/{made.pk}/"))
    form = admin.get(f"/org/action/appoint/{made.pk}/").content.decode()
    assert "林晓" in form
    assert filled(admin, f"/org/action/appoint/{made.pk}/", {"user": user.pk, "since": TODAY}).status_code == 302
    assert PostHolding.objects.get(post=made).user == user
    assert "林晓" in text_of(admin.get("/org/post/?q=林"))
    assert filled(admin, f"/org/action/relieve/{made.pk}/", {"until": TODAY}).status_code == 302


def test_pages_stay_within_a_few_queries(django_assert_max_num_queries: Any) -> None:
    client = browser(officer(Role.COUNTY_OFFICER))
    url = f"/org/division/{demo_county().pk}/"
    client.get(url)
    with django_assert_max_num_queries(45):
        client.get(url)
    with django_assert_max_num_queries(25):
        client.get("/lookup/place/?q=云")


def test_english_pages_have_no_chinese_labels() -> None:
    client = browser(officer(Role.COUNTY_OFFICER, locale="en"))
    page = text_of(client.get(f"/org/division/{place('云笈镇').pk}/"))
    for words in ("Places in it", "Where it lies", "town", "Offices"):
        assert words in page
    assert "下级区划" not in page
