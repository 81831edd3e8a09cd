"""The API: keys, reach, clearance, once-only, versions, and a bounded search for what nobody thought of."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date, datetime
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import path

from hutong.channels.api.app import build
from hutong.channels.tests.desk import ELSEWHERE, key_of, viewer_at
from hutong.core.models import Entry, JournalLine, Task, Token
from hutong.core.terms import DataClass
from hutong.core.viewer import acting

pytestmark = pytest.mark.django_db
urlpatterns: list[Any] = []
numbers = iter(range(10**6))


class Machine:
    """A client that sends its key with every request."""

    def __init__(self, key: str, user_id: int = 0) -> None:
        self.key, self.user_id, self.browser = key, user_id, Client()

    def get(self, url: str) -> Any:
        return self.browser.get(f"/api/v1{url}", headers={"Authorization": f"Bearer {self.key}"})

    def post(self, url: str, body: Any, **headers: str) -> Any:
        text = body if isinstance(body, str) else json.dumps(body)
        every = {"Authorization": f"Bearer {self.key}", **headers}
        return self.browser.post(f"/api/v1{url}", text, content_type="application/json", headers=every)


@pytest.fixture
def machine(filled: SimpleNamespace, settings: Any) -> Machine:
    """A machine client at the clerk's post, and an API over the desk."""
    api = build(f"desk-{next(numbers)}")
    urlpatterns[:] = [path("api/v1/", api.urls)]
    settings.ROOT_URLCONF = __name__
    cache.clear()
    filled.api = api
    return Machine(*key_of(filled.posts, filled.viewer))


def first_id(filled: SimpleNamespace) -> int:
    with acting(filled.viewer):
        return int(Task.objects.order_by("id")[0].pk)


def test_a_wrong_ended_or_foreign_key_opens_nothing(machine: Machine, filled: SimpleNamespace) -> None:
    assert Machine("hutong_wrong").get("/core/task/").status_code == 401
    assert Client().get("/api/v1/core/task/").status_code == 401
    ended = key_of(filled.posts, filled.viewer, valid_to=date(2026, 11, 22))
    assert Machine(*ended).get("/core/task/").status_code == 401
    other_post = key_of(filled.posts, filled.viewer, 2)
    assert Machine(*other_post).get("/core/task/").status_code == 401
    assert machine.get("/core/task/").status_code == 200
    assert machine.key.encode() not in bytes(Token.objects.order_by("id")[0].digest)


def test_a_list_pages_to_its_end_and_is_journalled(machine: Machine, filled: SimpleNamespace) -> None:
    seen, after = [], ""
    while True:
        page = machine.get(f"/core/task/?size=25&after={after}").json()
        seen += [item["id"] for item in page["items"]]
        after = page["next"]
        if not after:
            break
    assert len(seen) == len(set(seen)) == 60
    assert JournalLine.objects.filter(kind="listed", user_id=machine.user_id, count=25).exists()
    assert len(machine.get("/core/task/?urgent=true").json()["items"]) == 1


def test_only_visible_fields_are_sent(machine: Machine, filled: SimpleNamespace, now: datetime) -> None:
    full = machine.get(f"/core/task/{first_id(filled)}/").json()
    assert {"id", "version", "note", "due_on", "state"} <= set(full)
    filled.posts[machine.user_id] = replace(filled.posts[machine.user_id], clearance=DataClass.OPEN)
    bare = machine.get(f"/core/task/{first_id(filled)}/").json()
    assert "note" not in bare
    listed = machine.get("/core/task/").json()["items"]
    assert all("note" not in item for item in listed)


def test_outside_the_reach_is_not_found(machine: Machine, filled: SimpleNamespace, now: datetime) -> None:
    number = first_id(filled)
    filled.posts[machine.user_id] = viewer_at("clerk", now, ELSEWHERE, user_id=machine.user_id)
    assert machine.get(f"/core/task/{number}/").status_code == 404
    assert machine.post(f"/actions/core/desk_decide/{number}/", {"outcome": "agree"}).status_code == 404
    assert machine.get("/core/task/").json() == {"items": [], "next": ""}
    assert JournalLine.objects.filter(kind="not_found", on_id=number, user_id=machine.user_id).count() == 2


def test_one_key_acts_once(machine: Machine) -> None:
    body = {"note": "由接口登记", "outcome": "agree"}
    first, again = (machine.post("/actions/core/desk_new/", body, **{"Idempotency-Key": "k-1"}) for _n in range(2))
    assert first.status_code == again.status_code == 200
    assert first.json() == again.json()
    assert first.json()["url"] == f"/api/v1/core/task/{first.json()['id']}/"
    assert Entry.objects.filter(action="core.desk_new").count() == 1
    changed = machine.post("/actions/core/desk_new/", {**body, "note": "x"}, **{"Idempotency-Key": "k-1"})
    assert changed.status_code == 409


def test_many_of_one_action_have_an_answer_each(machine: Machine, filled: SimpleNamespace) -> None:
    items = [
        {"given": {"note": "一", "outcome": "agree"}, "key": "p-1"},
        {"given": {"note": "", "outcome": "maybe"}},
        {"given": {"note": "二", "outcome": "agree"}, "key": "p-2"},
    ]
    first = machine.post("/actions/core/desk_new/many/", {"items": items})
    assert first.status_code == 200
    good, bad, other = first.json()["answers"]
    assert good["done"]["url"] == f"/api/v1/core/task/{good['done']['id']}/"
    assert (bad["done"], bad["problem"]["status"]) == (None, 422)
    single = machine.post("/actions/core/desk_new/", items[1]["given"])
    assert single.json()["errors"] == bad["problem"]["errors"]
    assert Entry.objects.filter(action="core.desk_new").count() == 1
    again = machine.post("/actions/core/desk_new/many/", {"items": [items[2], items[0]]})
    assert [a["done"]["id"] for a in again.json()["answers"]] == [other["done"]["id"], good["done"]["id"]]
    alone = machine.post("/actions/core/desk_new/", items[0]["given"], **{"Idempotency-Key": "p-1"})
    assert alone.json()["id"] == good["done"]["id"]


def test_many_on_records_name_each_and_all_or_nothing_may_be_asked(machine: Machine, filled: SimpleNamespace) -> None:
    with acting(filled.viewer):
        one, two = Task.objects.order_by("id").values_list("pk", flat=True)[:2]
    items = [{"id": one, "given": {"outcome": "agree"}}, {"id": two, "given": {"outcome": "agree"}, "version": 99}]
    url = "/actions/core/desk_decide/many/"
    whole = machine.post(url, {"items": items, "whole": True}).json()["answers"]
    assert [a["problem"]["status"] for a in whole] == [409, 409]
    assert not Entry.objects.filter(action="core.desk_decide").exists()
    each = machine.post(url, {"items": items}).json()["answers"]
    assert [each[0]["done"]["id"], each[1]["problem"]["status"]] == [one, 409]
    assert machine.post(url, {"items": []}).status_code == 422
    assert machine.post(url, {"items": [{"id": one}] * 1001}).status_code == 422


def test_a_stale_version_is_a_conflict(machine: Machine, filled: SimpleNamespace) -> None:
    url = f"/actions/core/desk_decide/{first_id(filled)}/"
    assert machine.post(url, {"outcome": "agree"}, **{"If-Match": '"1"'}).status_code == 200
    assert machine.post(url, {"outcome": "agree"}, **{"If-Match": "1"}).status_code == 409
    assert machine.post(url, {"outcome": "agree"}, **{"If-Match": "abc"}).status_code == 422


def test_wrong_input_is_named_in_the_clients_language(machine: Machine) -> None:
    answer = machine.post("/actions/core/desk_new/", {"note": "", "outcome": "maybe", "nota": 1})
    assert answer.status_code == 422
    told = {e["field"]: (e["label"], e["code"]) for e in answer.json()["errors"]}
    assert told["nota"] == ("nota", "extra_forbidden")
    assert told["outcome"] == ("意见", "enum")
    assert machine.post("/actions/core/desk_new/", "{").status_code == 400
    assert machine.get("/core/task/?stete=open").status_code == 422


def test_the_wrong_post_is_refused(machine: Machine, filled: SimpleNamespace, now: datetime) -> None:
    filled.posts[machine.user_id] = viewer_at("auditor", now, user_id=machine.user_id)
    assert machine.post("/actions/core/desk_new/", {"note": "x", "outcome": "agree"}).status_code == 403


def test_the_description_names_every_answer(machine: Machine, filled: SimpleNamespace) -> None:
    paths = filled.api.get_openapi_schema()["paths"]
    assert set(paths["/api/v1/actions/core/desk_decide/{record_id}/"]["post"]["responses"]) == {
        200, 400, 401, 403, 404, 409, 422, 429,
    }  # fmt: skip
    assert "/api/v1/core/task/{record_id}/" in paths
    document = machine.browser.get("/api/v1/openapi.json", headers={"Authorization": f"Bearer {machine.key}"})
    assert document.status_code == 200


def test_a_flood_is_told_to_wait(machine: Machine, filled: SimpleNamespace, monkeypatch: pytest.MonkeyPatch) -> None:
    from ninja.throttling import AuthRateThrottle

    monkeypatch.setattr(AuthRateThrottle, "allow_request", lambda self, request: False)
    monkeypatch.setattr(AuthRateThrottle, "wait", lambda self: 3)
    answer = machine.get("/core/task/")
    assert answer.status_code == 429
    assert int(answer.headers["Retry-After"]) >= 3
