"""The demo seeded whole, after an attempt that broke off in the middle."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.db.models import Count, Sum
from django.test import override_settings

from hutong.benefits.models import Application, Award, AwardBasis, Determination, Review
from hutong.channels.web.home import address_of
from hutong.core import clock_time
from hutong.core.audit import seal
from hutong.core.models import Clock, Entry, Setting, Task, User
from hutong.core.places import NATION
from hutong.core.tasks import tasks_of
from hutong.core.terms import TaskState
from hutong.core.viewer import ZONE, Viewer, acting, system_viewer
from hutong.money.models import Batch, Line
from hutong.org.models import Post, PostArea, PostHolding
from hutong.org.queries.posts import viewer_of_post
from hutong.org.terms import Role
from hutong.people.models import Child, Relation
from hutong.project import demo, scratch
from hutong.project.demo import history
from hutong.project.demo.staff import LOGINS, PASSWORD

pytestmark = pytest.mark.demo
NOW = datetime(2026, 11, 23, 10, tzinfo=ZONE)


class Broken(Exception):
    """The power fails."""


@contextmanager
def quiet(_title: str) -> Iterator[None]:
    yield


@pytest.fixture(scope="module")
def module_db(empty_db: str, template_db: str, django_db_blocker: Any) -> Iterator[None]:
    """A demo database of this module's own."""
    name = f"{template_db}_demo"
    with django_db_blocker.unblock(), override_settings(HUTONG_DEMO=True):
        scratch.copy(name, empty_db)
        try:
            yield
        finally:
            scratch.use(template_db)
            scratch.drop(name)


@pytest.fixture(scope="module")
def county(module_db: None) -> Iterator[None]:
    """The county as it is after a seeding that was interrupted twice: within a part, and between two."""
    registered = history.register
    calls: list[int] = []

    def breaks(*args: Any) -> None:
        registered(*args)
        calls.append(1)
        if len(calls) == 3:
            raise Broken

    @contextmanager
    def stops(title: str) -> Iterator[None]:
        yield
        if "township 4" in title:
            raise Broken

    patch = pytest.MonkeyPatch()
    patch.setattr(history, "register", breaks)
    try:
        with pytest.raises(Broken):
            history.play(quiet, NOW)
        assert not demo.seeded()
        assert demo.begun()
        with pytest.raises(Broken):
            history.play(stops, NOW + timedelta(minutes=5))
    finally:
        patch.undo()
    history.play(quiet, NOW + timedelta(minutes=10))
    with acting(system_viewer("test", now=NOW, spans=(NATION,))):
        yield


def test_it_is_finished_and_stays_as_it_is(county: None) -> None:
    before = Entry.objects.count()
    demo.seed(quiet)
    assert demo.seeded()
    assert Entry.objects.count() == before
    assert not Setting.objects.filter(pk=clock_time.DEMO_SHIFT).exists(), "time is real again"


def test_nobody_was_lost_or_doubled_by_the_interruptions(county: None) -> None:
    assert Child.objects.exclude(national_no="").values("national_no").distinct().count() == Child.objects.count()
    fresh = sum(len(s.kids) for s in history.History(NOW).stories if s.fresh)
    assert 3000 - fresh <= Child.objects.count() <= 3000


def test_every_child_has_somebody(county: None) -> None:
    alone = Child.objects.exclude(pk__in=Relation.objects.filter(valid_to=None).values("child"))
    assert alone.count() == 0


def test_directors_serve_several_villages(county: None) -> None:
    posts = Post.objects.filter(role=Role.VILLAGE_DIRECTOR)
    villages = PostArea.objects.filter(post__in=posts).count()
    assert posts.count() / villages == pytest.approx(582 / 620, abs=0.01)
    assert posts.annotate(n=Count("areas")).filter(n=2).exists()


def test_six_months_were_paid_and_the_present_one_waits(county: None) -> None:
    runs = Batch.objects.filter(purpose="run").order_by("month")
    assert [b.month.month for b in runs] == [6, 7, 8, 9, 10, 11]
    assert [b.state for b in runs] == ["settled"] * 4 + ["sent", "prepared"]
    assert all(b.maker_id != b.signer_id for b in runs)


def test_a_standard_raised_late_is_paid_in_arrears(county: None) -> None:
    arrears = Line.objects.filter(kind="arrears")
    assert set(arrears.values_list("month", flat=True)) == {date(2026, m, 1) for m in (7, 8, 9)}
    assert not arrears.filter(corrects=None).exists()
    assert arrears.filter(amount_fen=8000).count() > arrears.count() * 0.8


def test_banks_refuse_and_money_is_paid_again_and_reversed(county: None) -> None:
    kinds = dict(Line.objects.values_list("kind").annotate(n=Count("id")))
    assert kinds["reissue"] >= 6
    assert kinds["reversal"] == 1
    assert Line.objects.filter(state="refused").count() >= 8


def test_top_ups_average_three_quarters_of_the_standard(county: None) -> None:
    paid = Line.objects.filter(
        month=date(2026, 11, 1), kind="regular", order__on_id__in=Award.objects.filter(category="fu")
    )
    mean = paid.aggregate(s=Sum("amount_fen"))["s"] / paid.count()
    assert mean / 164_000 == pytest.approx(0.75, abs=0.03)


def test_decisions_of_every_kind_were_taken_by_two_people(county: None) -> None:
    outcomes = dict(Determination.objects.values_list("outcome").annotate(n=Count("id")))
    assert {"recognise", "refuse", "return_missing"} <= set(outcomes)
    departures = Determination.objects.filter(departs=True)
    assert 1 <= departures.count() <= 6
    assert not departures.filter(minutes=None).exists()
    states = set(Application.objects.values_list("state", flat=True))
    assert {"filed", "verified", "recognised", "refused", "withdrawn", "accepted"} <= states


def test_awards_ended_by_death_and_by_a_parent_coming_home(county: None) -> None:
    ends = dict(Award.objects.filter(state="ended").values_list("end_reason").annotate(n=Count("id")))
    assert ends["death"] == 2
    assert ends["parent_back"] >= 1
    assert AwardBasis.objects.values("award").annotate(n=Count("id")).filter(n__gt=1).exists()


def test_awards_are_looked_at_every_year_and_a_late_look_stops_nothing(county: None) -> None:
    done = Review.objects.filter(state="done")
    late = Review.objects.filter(state="due", due_on__lt=NOW.date())
    assert done.count() > 50
    assert late.exists()
    assert set(late.values_list("award__state", flat=True)) == {"active"}


def of_login(name: str) -> Viewer:
    """The viewer of a demo login at its post, on the day of the demo."""
    holding = PostHolding.objects.select_related("user", "post__agency").get(user__username=name, valid_to=None)
    return viewer_of_post(holding.user, holding.post, NOW)


@pytest.mark.parametrize("name", [login.username for login in LOGINS])
def test_every_post_has_work_waiting_and_overdue_and_can_open_it(county: None, client: Any, name: str) -> None:
    viewer = of_login(name)
    with acting(viewer):
        open_ones = list(tasks_of(viewer).order_by("due_on", "id"))
    assert open_ones, "nothing waits"
    assert all(task.due_on for task in open_ones), "work without a day by which it is to be done"
    assert open_ones[0].due_on < NOW.date(), "nothing is overdue"
    client.force_login(User.objects.get(username=name))
    kinds = {task.kind: task for task in open_ones}
    for kind, task in kinds.items():
        assert client.get(address_of(task)).status_code == 200, f"{kind}: {address_of(task)}"


def test_what_is_late_climbs_to_the_ministry_as_one_line_for_each_place(county: None) -> None:
    waiting = Task.objects.filter(state=TaskState.OPEN)
    assert waiting.filter(urgent=True).exists()
    assert Clock.objects.filter(breached_on__isnull=False).exists()
    named = dict(waiting.filter(kind="org.late_below").values_list("role").annotate(n=Count("id")))
    assert named[Role.PROVINCE_OFFICER] == named[Role.MINISTRY_OFFICER] == 1
    assert not waiting.filter(kind="core.breach", role__in=(Role.PROVINCE_OFFICER, Role.MINISTRY_OFFICER)).exists()


def test_a_child_wholly_supported_elsewhere_is_recognised_and_paid_nothing(county: None, client: Any) -> None:
    decision = Determination.objects.filter(outcome="recognise_zero").select_related("application").first()
    assert decision is not None
    award = Award.objects.get(application=decision.application)
    assert (decision.amount_fen, decision.departs, award.state) == (0, False, "active")
    assert not Line.objects.filter(child_id=award.child_id).exists()
    client.force_login(User.objects.get(username="county"))
    for page in (f"/benefits/determination/{decision.pk}/", f"/benefits/award/{award.pk}/"):
        assert "0.00" in client.get(page).content.decode()


def test_no_background_work_failed(county: None) -> None:
    assert not Task.objects.filter(kind="core.failed_reaction").exists()
    with connection.cursor() as cursor:
        cursor.execute("select count(*) from procrastinate_jobs where status = 'todo'")
        assert cursor.fetchone() == (0,)


def test_every_change_has_its_entry_and_the_seal_holds(county: None) -> None:
    assert not Entry.objects.filter(happened_at__gt=NOW + timedelta(minutes=11)).exists()
    seal.seal_now()
    assert seal.verify() == []


def test_every_login_opens_its_worklist(county: None, client: Any) -> None:
    for name, password, _post in demo.logins():
        answer = client.post("/login/", {"username": name, "password": password})
        assert answer.status_code == 302, name
        assert client.get("/").status_code == 200, name
        client.post("/logout/")
    assert all(password == PASSWORD for _name, password, _post in demo.logins())
