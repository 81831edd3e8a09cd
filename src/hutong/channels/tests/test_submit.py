"""A page of one's own sends through the same envelope: once, to the version that was seen, with nothing typed lost."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from django.test import RequestFactory

from hutong.channels.tests.desk import ELSEWHERE, Decide, viewer_at
from hutong.channels.web.fields import Sent
from hutong.channels.web.submit import Submission, begin, submit
from hutong.core.action import ACTIONS
from hutong.core.errors import NotFound
from hutong.core.models import Entry, Task
from hutong.core.viewer import acting

pytestmark = pytest.mark.django_db


def first(filled: SimpleNamespace) -> Task:
    with acting(filled.viewer):
        return Task.objects.order_by("id").first()


def send(filled: SimpleNamespace, task: Task, sent: Sent | None = None, **fields: Any) -> Submission:
    request: Any = RequestFactory().post("/", fields)
    request.viewer = filled.viewer
    with acting(filled.viewer):
        return submit(request, ACTIONS["core.desk_decide"], task, sent)


def decided() -> int:
    return Entry.objects.filter(action="core.desk_decide").count()


def test_sent_twice_it_is_done_once(filled: SimpleNamespace) -> None:
    task = first(filled)
    request: Any = RequestFactory().get("/")
    request.viewer = filled.viewer
    with acting(filled.viewer):
        hidden = begin(request, task).shown(Decide)["hidden"]
    answers = [send(filled, task, outcome="agree", **hidden) for _ in range(2)]
    assert [a.done for a in answers] == [True, True]
    assert decided() == 1


@pytest.mark.parametrize("version", ["999", "x", "-1"])
def test_another_version_than_the_one_seen_is_a_conflict(filled: SimpleNamespace, version: str) -> None:
    answer = send(filled, first(filled), outcome="agree", _version=version)
    assert (answer.done, answer.status) == (False, 409)
    assert answer.shown(Decide)["problem"]
    assert decided() == 0


def test_what_is_wrong_stands_at_its_control_and_the_rest_is_kept(filled: SimpleNamespace) -> None:
    answer = send(filled, first(filled), outcome="perhaps", reasons="走访两次")
    shown = answer.shown(Decide)
    assert (answer.done, answer.status) == (False, 422)
    assert [f.name for f in shown["summary"]] == ["outcome"]
    assert {f.name: f.value for f in shown["fields"]}["reasons"] == "走访两次"
    assert decided() == 0


def test_a_form_may_hold_more_than_the_action_takes(filled: SimpleNamespace) -> None:
    answer = send(filled, first(filled), Sent({"outcome": "agree", "of_another_action": "7"}))
    assert answer.done
    assert answer.values["of_another_action"] == "7"


def test_a_post_that_may_not_is_told_so_on_the_page(filled: SimpleNamespace) -> None:
    task = first(filled)
    filled.viewer = viewer_at("porter", filled.viewer.now)
    answer = send(filled, task, outcome="agree")
    assert (answer.done, answer.status) == (False, 403)
    assert answer.problem


def test_a_record_out_of_reach_is_not_there(filled: SimpleNamespace) -> None:
    task = first(filled)
    filled.viewer = viewer_at("clerk", filled.viewer.now, ELSEWHERE)
    with pytest.raises(NotFound):
        send(filled, task, outcome="agree")
