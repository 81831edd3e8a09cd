"""Addresses are made of names: of a sheet, a record, a page, an action."""

from __future__ import annotations

import pytest
from django.test import Client

from hutong.channels.sheet import action_url, list_url, page, page_url, record_url
from hutong.channels.web.home import address_of
from hutong.core.models import Clock, Task, User
from hutong.core.tasks import task_kind

pytestmark = pytest.mark.usefixtures("desk")


def declared() -> None:
    page("core/desk/<int:task_id>/part/<str:name>/", name="core.part")(lambda request: None)  # type: ignore[arg-type,return-value]
    page("core/desk/", name="core.whole")(lambda request: None)  # type: ignore[arg-type,return-value]


def test_every_name_has_its_address() -> None:
    declared()
    assert list_url("core.task") == "/core/task/"
    assert list_url("core.task", state="open", note=None, q="a b&c") == "/core/task/?state=open&q=a+b%26c"
    assert record_url(Task(pk=7)) == record_url(Task, 7) == record_url("core.task", 7) == "/core/task/7/"
    assert record_url(User(pk=7)) == "", "a model without a sheet has no page"
    assert action_url("core.desk_new", note="x") == "/core/action/desk_new/?note=x"
    assert action_url("core.desk_decide", 7) == "/core/action/desk_decide/7/"
    assert page_url("core.whole", month="2026-11") == "/core/desk/?month=2026-11"
    assert page_url("core.part", task_id=7, name="a/b", on=1) == "/core/desk/7/part/a%2Fb/?on=1"


@pytest.mark.parametrize("ask", [
    lambda: list_url("core.tasks"), lambda: page_url("core.gone"), lambda: action_url("core.gone"),
    lambda: page_url("core.part", task_id=7),
])  # fmt: skip
def test_a_name_nobody_declared_has_none(ask: object) -> None:
    declared()
    with pytest.raises(KeyError):
        ask()  # type: ignore[operator]


@pytest.mark.parametrize(
    ("at", "asks", "on", "url"),
    [
        ("", "", Task(pk=7), "/core/task/7/"),
        ("core.task", "", User(pk=7), "/core/task/4/"),
        ("core.task", "note", User(pk=7), "/core/task/?note=7"),
        ("core.desk_decide", "", Task(pk=7), "/core/action/desk_decide/7/"),
        ("core.desk_decide", "", User(pk=7), "/core/action/desk_decide/4/"),
        ("core.desk_new", "", Task(pk=7), "/core/action/desk_new/"),
        ("core.whole", "", Task(pk=7), "/core/desk/"),
        ("core.whole", "task", Task(pk=7), "/core/desk/?task=7"),
        ("core.only", "", Task(pk=7), "/core/only/7/"),
    ],
)
def test_a_task_leads_where_it_is_done(at: str, asks: str, on: Task | User | Clock, url: str) -> None:
    """Without a word to the page of what it is about; the number is its own or, of another model, its child's."""
    declared()
    page("core/only/<int:task_id>/", name="core.only")(lambda request: None)  # type: ignore[arg-type,return-value]
    task_kind("core.try", title=("试", "try"), at=at, asks=asks)
    assert address_of(Task(kind="core.try", on_label=on._meta.label_lower, on_id=on.pk, child_id=4)) == url


def test_a_kind_that_is_no_longer_declared_leads_nowhere() -> None:
    assert address_of(Task(kind="core.gone", on_label="core.task", on_id=7)) == ""


def test_a_browser_that_guesses_the_address_of_the_icon_finds_it(client: Client) -> None:
    answer = client.get("/favicon.ico")
    assert (answer.status_code, answer.headers["Location"].endswith(".svg")) == (302, True)
