"""Secrets, files, events, limits and the request's transaction."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta
from io import BytesIO
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory
from PIL import Image

from hutong.core import action as action_module
from hutong.core import crypto, events, places, sweep, tasks
from hutong.core.action import action
from hutong.core.errors import Conflict, Invalid
from hutong.core.files import read_file, sniff, store_file
from hutong.core.flow import Flow, Move, State
from hutong.core.inputs import Given, Nothing
from hutong.core.jobs import react, run_reaction
from hutong.core.middleware import ViewerMiddleware
from hutong.core.models import Clock, Entry, EventLine, JournalLine, StoredFile, Task, User
from hutong.core.places import NATION, child_key, span_of
from hutong.core.sweep import sweep_clocks
from hutong.core.tasks import done_tasks, leave_task, light, open_tasks, task_kind
from hutong.core.terms import DataClass, Light, TaskState
from hutong.core.viewer import SYSTEM, Viewer, acting, system_viewer

HERE = child_key(child_key(0, 1), 1)


@pytest.fixture(autouse=True)
def registries() -> Iterator[None]:
    """What a test declares is forgotten after it."""
    held: tuple[Any, ...] = (action_module.ACTIONS, tasks.KINDS, events.EVENTS, events.REACTIONS)
    before: list[dict[str, Any]] = [dict(registry) for registry in held]
    yield
    for registry, kept in zip(held, before, strict=True):
        registry.clear()
        registry.update(kept)


def clerk(now: datetime, **kwargs: Any) -> Viewer:
    return Viewer(7, 1, "clerk", "Clerk", now, spans=(span_of(HERE),), clearance=DataClass.PERSONAL, **kwargs)


def photo() -> bytes:
    out = BytesIO()
    Image.new("RGB", (8, 8), "white").save(out, "JPEG")
    return out.getvalue()


def test_sealed_text_opens_only_in_its_own_row() -> None:
    blob = crypto.seal("999901201506150027", table="t", row_id=1, field="number")
    assert crypto.unseal(blob, table="t", row_id=1, field="number") == "999901201506150027"
    for other in ({"table": "u"}, {"row_id": 2}, {"field": "x"}):
        place: dict[str, Any] = {"table": "t", "row_id": 1, "field": "number", **other}
        with pytest.raises(crypto.CannotOpen):
            crypto.unseal(blob, **place)
    with pytest.raises(crypto.CannotOpen):
        crypto.unseal(blob[:-1] + bytes([blob[-1] ^ 1]), table="t", row_id=1, field="number")


def test_a_renamed_program_and_a_huge_file_are_refused_in_words() -> None:
    for data in (b"MZ\x90\x00" * 50, b"", b"%PDF-1.7 broken", b"x" * (10 * 1024 * 1024 + 1)):
        with pytest.raises(Invalid) as refused:
            sniff(data)
        assert refused.value.errors[0].remedy
    assert sniff(photo()) == "image/jpeg"


@pytest.mark.django_db
def test_a_file_is_encrypted_at_rest_and_its_opening_journalled(now: datetime) -> None:
    class Add(Given):
        data: bytes

    @action("core.try_file", input=Add, roles=("clerk",))
    def add(viewer: Viewer, given: Add) -> StoredFile:
        return store_file(viewer, given.data, "hukou.jpg", place_key=HERE)

    viewer = clerk(now)
    User.objects.create(pk=viewer.user_id, username="clerk")
    stored = add(viewer, {"data": photo()})
    assert photo()[:20] not in bytes(stored.content)
    with acting(viewer):
        assert read_file(viewer, stored, purpose="verification") == photo()
    assert JournalLine.objects.filter(on_id=stored.pk, kind="opened", purpose="verification").exists()


@pytest.mark.django_db
def test_a_reaction_runs_once_and_a_failed_one_becomes_a_task(now: datetime) -> None:
    seen: list[str] = []
    events.declare_event("core.tried")

    @action("core.try_react", input=Nothing, roles=(SYSTEM,))
    def answer(viewer: Viewer, given: Nothing) -> str:
        seen.append("ran")
        return "done"

    @events.reaction("core.tried", name="core.answers")
    def on_tried(viewer: Viewer, payload: dict[str, Any], key: str) -> None:
        answer(viewer, key=key)

    @events.reaction("core.tried", name="core.fails")
    def on_tried_badly(viewer: Viewer, payload: dict[str, Any], key: str) -> None:
        raise Invalid("cannot")

    @action("core.try_raise", input=Nothing, roles=("clerk",))
    def raise_it(viewer: Viewer, given: Nothing) -> EventLine:
        return events.raise_event("core.tried", on=date(2026, 1, 1))

    line = raise_it(clerk(now))
    with connection.cursor() as cursor:
        cursor.execute("select args ->> 'reaction' from procrastinate_jobs where task_name = %s", [events.REACT])
        assert {row[0] for row in cursor.fetchall()} == {"core.answers", "core.fails"}
    run_reaction("core.answers", line.pk)
    run_reaction("core.answers", line.pk)
    assert seen == ["ran"]
    context: Any = SimpleNamespace(job=SimpleNamespace(attempts=0))
    react.func(context, reaction="core.fails", event_id=line.pk)
    with acting(system_viewer("test", now=now)):
        assert Task.objects.filter(kind="core.failed_reaction", note__contains="cannot").count() == 1


@pytest.mark.django_db
def test_background_work_that_failed_is_run_again_or_settled_otherwise(
    now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(places, "_resolver", [OnePlace()])
    tried: list[str] = []

    @events.reaction("core.breaks", name="core.broken")
    def broken(viewer: Viewer, payload: dict[str, Any], key: str) -> None:
        tried.append("once")
        raise Invalid("cannot")

    @action("core.try_raise_breaking", input=Nothing, roles=("clerk",))
    def raise_it(viewer: Viewer, given: Nothing) -> EventLine:
        return events.raise_event("core.breaks")

    events.declare_event("core.breaks")
    line = raise_it(clerk(now))
    keeper = replace(clerk(now), role="administrator")
    context: Any = SimpleNamespace(job=SimpleNamespace(attempts=0))
    again, settle = (action_module.ACTIONS[f"core.{name}"] for name in ("run_again", "settle_failed"))
    for expected in (1, 2):
        react.func(context, reaction="core.broken", event_id=line.pk)
        assert len(tried) == expected
        if expected == 1:
            assert again(keeper, line) == 1
            with pytest.raises(Conflict):
                again(keeper, line)
    settle(keeper, line, {"why": "已人工补录"})
    with pytest.raises(Conflict):
        settle(keeper, line, {"why": "已人工补录"})
    with connection.cursor() as cursor:
        cursor.execute("select count(*) from procrastinate_jobs where args ->> 'reaction' = 'core.broken'")
        assert cursor.fetchone() == (2,), "once when it happened, once more when asked"
    with acting(system_viewer("test", now=now)):
        assert set(Task.objects.values_list("state", flat=True)) == {TaskState.DONE}


class OnePlace:
    """A tree with one place."""

    def codes_of_key(self, key: int) -> list[str]:
        return ["CN"]


def tell_above(monkeypatch: pytest.MonkeyPatch, above: dict[str, str]) -> None:
    """Who is told of what is late, whichever office the limit names."""
    monkeypatch.setattr(sweep, "_line", [(lambda role, key, offices: above.get(role), lambda key: "clerk")])


@pytest.fixture
def late_case(monkeypatch: pytest.MonkeyPatch, now: datetime) -> Clock:
    """Something a clerk should have done by 20 November; the limit of the task comes from the law data."""
    monkeypatch.setattr(places, "_resolver", [OnePlace()])
    tell_above(monkeypatch, {"clerk": "chief"})
    task_kind("core.try", title=("试", "try"), limit="SUPERVISE")

    @action("core.try_late", input=Nothing, roles=("clerk",))
    def late(viewer: Viewer, given: Nothing) -> Clock:
        kept = {"limit": "X", "place_key": HERE, "role": "clerk", "from_on": date(2026, 10, 1), "evidence": "L"}
        case = Clock.objects.create(on_label="core.task", on_id=1, due_on=date(2030, 1, 1), **kept)
        leave_task("core.try", subject=case, place_key=HERE, role="clerk", from_=date(2026, 11, 13))
        return case

    @action("core.try_done", on=Clock, input=Nothing, roles=("clerk",))
    def done(viewer: Viewer, case: Clock, given: Nothing) -> int:
        asked = open_tasks(case, "core.try").count()
        done_tasks(case, "core.try")
        return asked

    return late(clerk(now))


@pytest.mark.django_db
def test_a_breached_limit_climbs_to_the_post_above_once(now: datetime, late_case: Clock) -> None:
    job = system_viewer("sweep", now=now, spans=(NATION,))
    assert sweep_clocks(job) == 1
    assert sweep_clocks(job) == 0
    with acting(job):
        work = Task.objects.get(kind="core.try")
        assert (work.due_on, work.clock.limit, work.clock.evidence) == (date(2026, 11, 20), "SUPERVISE", "M")
        raised = Task.objects.get(kind="core.breach")
        assert (raised.role, raised.urgent) == ("chief", False)
        assert raised.due_on == date(2026, 11, 30), "five working days to follow it up"
        assert (raised.on_label, raised.on_id) == (Clock.label(), work.clock_id), "done on the page of the limit"


@pytest.mark.django_db
def test_a_follow_up_that_is_late_itself_asks_nobody_for_the_single_piece_of_work(
    now: datetime, late_case: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    tell_above(monkeypatch, {"clerk": "chief", "chief": "head"})
    for days in (0, 14, 28):
        sweep_clocks(system_viewer("sweep", now=now + timedelta(days=days), spans=(NATION,)))
    with acting(system_viewer("sweep", now=now, spans=(NATION,))):
        assert set(Task.objects.values_list("role", flat=True)) == {"clerk", "chief"}
        assert Task.objects.get(kind="core.breach").raised_level == 1


@pytest.mark.django_db
def test_work_that_is_done_stops_its_limit_and_every_follow_up(now: datetime, late_case: Clock) -> None:
    job = system_viewer("sweep", now=now, spans=(NATION,))
    sweep_clocks(job)
    assert action_module.ACTIONS["core.try_done"](clerk(now), late_case) == 1
    with acting(job):
        assert set(Task.objects.values_list("state", flat=True)) == {TaskState.DONE}
        running = Clock.objects.filter(stopped_on=None)
        assert list(running) == [late_case], "the limits of both tasks stopped with them"


def test_lights_tell_time() -> None:
    today = date(2026, 11, 23)
    due = {date(2026, 11, 22): Light.RED, today: Light.AMBER, date(2026, 11, 26): Light.AMBER, None: Light.GREEN}
    assert {d: light(d, today) for d in due} == due
    assert light(date(2026, 11, 27), today) is Light.GREEN


@pytest.mark.django_db
def test_a_get_cannot_write_and_nobody_sees_nothing(now: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    viewer = clerk(now)
    monkeypatch.setattr(ViewerMiddleware, "_viewer", lambda self, request: viewer)

    def view(request: HttpRequest) -> HttpResponse:
        with connection.cursor() as cursor:
            cursor.execute("select current_setting('hutong.lo')")
            assert cursor.fetchone() == (str(HERE),)
            cursor.execute("insert into django_session values ('k', 'd', now())")
        return HttpResponse("written")

    with pytest.raises(DatabaseError, match="read-only"):
        ViewerMiddleware(view)(RequestFactory().get("/"))
    assert ViewerMiddleware(view)(RequestFactory().post("/")).content == b"written"
    assert Entry.objects.count() == 0


def test_the_states_of_a_flow_are_the_words_of_its_field() -> None:
    with pytest.raises(RuntimeError, match="dropped"):
        Flow(Task, states=[State(word) for word in TaskState if word != TaskState.DROPPED], moves=[])
    with pytest.raises(RuntimeError, match="late"):
        Flow(Task, states=[State(word) for word in TaskState], moves=[Move("core.x", (TaskState.OPEN,), ("late",))])
