"""Limits of an application: standing still while papers are fetched, told of at the other side, extended."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from hutong.benefits import actions
from hutong.benefits.models import Application, Award, Hearing, Review
from hutong.benefits.tests import build
from hutong.benefits.tests.test_lists import roll, row
from hutong.core.errors import Conflict, Invalid, NotFound, Refused
from hutong.core.jobs import run_reaction
from hutong.core.jurisdiction import law
from hutong.core.models import Clock, EventLine, Task
from hutong.core.sweep import sweep_clocks
from hutong.core.tasks import tasks_of
from hutong.core.tests.build import Browser
from hutong.core.viewer import Viewer, acting, system_viewer
from hutong.law.language import Label
from hutong.org import actions as org
from hutong.people.tests import build as people

pytestmark = pytest.mark.django_db


def night(year: int, month: int, day: int) -> None:
    """The look at the limits on a day."""
    job = system_viewer("night", now=build.at(year, month, day))
    with acting(job):
        sweep_clocks(job)


def limit_of(application: Application, limit: str = "FU-APP-2") -> list[Clock]:
    """The limits of one kind on an application, oldest first."""
    rows = Clock.objects.filter(on_label="benefits.application", on_id=application.pk, limit=limit)
    return list(rows.order_by("id"))


def test_the_days_of_the_township_count_from_receipt_however_often_it_returns_the_application() -> None:
    """15 working days from 23 November end on 14 December (民发〔2019〕62号, part 2): a return gives it no days."""
    application = build.filed_application(build.child_nobody_looked_into())
    actions.return_for_missing(build.supervisor(now=build.at(2026, 11, 26)), application, {"reasons": "请补充材料"})
    assert [clock.stopped_on for clock in limit_of(application)] == [date(2026, 11, 26)], "it has acted"
    actions.file_application(build.supervisor(now=build.at(2026, 12, 7)), application)
    *_, again = limit_of(application)
    assert (again.from_on, again.due_on) == (build.NOW.date(), date(2026, 12, 14))
    task = Task.objects.get(kind="benefits.verify", state="open", on_id=application.pk)
    assert (task.clock_id, task.due_on) == (again.pk, date(2026, 12, 14))


@pytest.fixture
def stands_still(monkeypatch: pytest.MonkeyPatch) -> None:
    """A law that lets the township's days stand still while papers are fetched."""
    limits = law().law.limits
    pause = Label("等待申请人补正期间", "while the applicant completes papers")
    monkeypatch.setitem(limits, "FU-APP-2", replace(limits["FU-APP-2"], pause=pause))


@pytest.mark.usefixtures("stands_still")
def test_where_the_law_lets_them_the_days_stand_still_while_the_family_fetches_papers() -> None:
    """15 working days from 23 November end on 14 December; returned on the 26th, handed in again on 7 December."""
    application = build.filed_application(build.child_nobody_looked_into())
    away = build.supervisor(now=build.at(2026, 11, 26))
    actions.return_for_missing(away, application, {"reasons": "请补充父母情况证明"})
    (still,) = limit_of(application)
    assert (still.paused_on, still.stopped_on, still.due_on) == (date(2026, 11, 26), None, date(2026, 12, 14))
    night(2026, 12, 20)
    still.refresh_from_db()
    assert still.breached_on is None, "what stands still is never late"
    actions.file_application(build.supervisor(now=build.at(2026, 12, 7)), application)
    (again,) = limit_of(application)
    assert again.pk == still.pk
    assert (again.paused_on, again.pauses) == (None, [["2026-11-26", "2026-12-07", ""]])
    assert again.due_on == date(2026, 12, 23), "seven working days were lost"
    task = Task.objects.get(kind="benefits.verify", state="open", on_id=application.pk)
    assert (task.clock_id, task.due_on) == (still.pk, date(2026, 12, 23))


def test_withdrawn_while_it_stood_still_it_ends() -> None:
    application = build.filed_application(build.child_nobody_looked_into())
    actions.return_for_missing(build.supervisor(), application, {"reasons": "请补充父母情况证明"})
    actions.withdraw(build.supervisor(), application, {"why": "家庭要求"})
    assert [clock.stopped_on for clock in limit_of(application)] == [build.NOW.date()]


def test_a_limit_without_a_pause_in_its_law_ends_with_a_return_and_begins_anew() -> None:
    """The county's limit stands still for a case meeting, not for papers; returned from there both begin again."""
    application = build.verified_application(build.child_nobody_looked_into())
    actions.return_for_missing(build.officer(), application, {"reasons": "父母情况尚未查明"})
    assert [clock.stopped_on for clock in limit_of(application, "FU-APP-3")] == [build.NOW.date()]
    assert [clock.paused_on for clock in limit_of(application, "FU-APP-3")] == [None]
    actions.file_application(build.supervisor(now=build.at(2026, 12, 7)), application)
    assert [clock.from_on for clock in limit_of(application)] == [build.NOW.date(), date(2026, 12, 7)]


def test_what_was_late_when_it_was_returned_stays_late_and_begins_anew() -> None:
    application = build.filed_application(build.child_nobody_looked_into())
    late = build.supervisor(now=build.at(2026, 12, 21))
    actions.return_for_missing(late, application, {"reasons": "请补充父母情况证明"})
    (gone,) = limit_of(application)
    assert (gone.paused_on, gone.stopped_on) == (None, date(2026, 12, 21))


def kinds(viewer: Viewer) -> set[str]:
    """What is asked of a post."""
    with acting(viewer):
        return set(tasks_of(viewer).values_list("kind", flat=True))


def test_where_an_application_was_taken_down_one_hears_that_it_is_late_at_the_other_side() -> None:
    far = build.supervisor(build.FAR_TOWN)
    child = build.fu_child(lives=build.FAR_VILLAGE, registered=build.VILLAGE)
    application = build.draft_application(child, far)
    actions.file_application(far, application)
    actions.pass_on(far, application)
    assert "core.late_elsewhere" not in kinds(far)
    night(2026, 12, 21)
    assert "core.late_elsewhere" in kinds(far)
    assert "core.breach" in kinds(build.officer()), "the county above is told as always"
    with acting(far):
        task = tasks_of(far).get(kind="core.late_elsewhere")
        assert Clock.objects.visible_to(far).get(pk=task.on_id).limit == "ORP-APP-5.township"
    actions.verify(build.supervisor(now=build.at(2026, 12, 22)), application, {"opinion": "meets", "found": "属实"})
    assert "core.late_elsewhere" not in kinds(far), "the other side has acted"


def proposed() -> tuple[Hearing, Clock]:
    """A hearing whose payee was told on 23 November, with ten working days to answer; the limit of the payee."""
    award = build.award_of_fu_child()
    said = {"kind": "suspend", "reasons": "查访发现父亲已返家共同生活", "from_month": "2027-01-01"}
    hearing = actions.propose(build.officer(), award, said | {"told_on": "2026-11-23", "told_whom": "田桂英"})
    clock = Clock.objects.get(on_label="benefits.hearing", on_id=hearing.pk, limit="HEARING-ANSWER")
    assert clock.due_on == hearing.answer_until == date(2026, 12, 7)
    return hearing, clock


def test_the_county_gives_a_payee_more_time_once_and_all_days_follow() -> None:
    hearing, clock = proposed()
    more = {"why": "领取人住院，本人申请延期", "until": "2026-12-21"}
    with pytest.raises(Refused):
        org.extend_limit(build.supervisor(), clock, more)
    with pytest.raises(NotFound):
        org.extend_limit(build.officer(build.FAR_COUNTY), clock, more)
    with pytest.raises(Invalid):
        org.extend_limit(build.officer(), clock, {"why": "领取人住院"})
    org.extend_limit(build.officer(), clock, more)
    for event in EventLine.objects.filter(name="org.limit_extended"):
        run_reaction("benefits.move_answer", event.pk)
    hearing.refresh_from_db()
    assert hearing.answer_until == date(2026, 12, 21)
    assert Task.objects.get(kind="benefits.hear").due_on == date(2026, 12, 28), "five working days after"
    with pytest.raises(Invalid):
        actions.hear_payee(build.supervisor(now=build.at(2026, 12, 10)), hearing, {"answer": "silent"})
    with pytest.raises(Conflict):
        org.extend_limit(build.officer(), clock, more | {"until": "2026-12-31"})
    actions.hear_payee(build.supervisor(now=build.at(2026, 12, 22)), hearing, {"answer": "silent"})
    clock.refresh_from_db()
    assert (clock.stopped_on, clock.extended_why) == (date(2026, 12, 22), more["why"])


def test_a_payee_who_lets_the_time_pass_is_not_late_work_of_anybody() -> None:
    _hearing, clock = proposed()
    night(2026, 12, 8)
    clock.refresh_from_db()
    assert clock.breached_on == date(2026, 12, 8)
    assert not Task.objects.filter(kind="core.breach", on_id=clock.pk).exists()


def test_the_days_of_the_county_stand_still_during_a_case_meeting() -> None:
    application = build.verified_application()
    (clock,) = limit_of(application, "FU-APP-3")
    with pytest.raises(Refused):
        org.pause_limit(build.supervisor(), clock, {"why": "召开个案会商"})
    org.pause_limit(build.officer(now=build.at(2026, 11, 24)), clock, {"why": "召开个案会商"})
    task = Task.objects.get(kind="benefits.decide")
    assert task.due_on is None
    org.resume_limit(build.officer(now=build.at(2026, 12, 1)), clock)
    (clock,) = limit_of(application, "FU-APP-3")
    assert clock.pauses == [["2026-11-24", "2026-12-01", "召开个案会商"]]
    task.refresh_from_db()
    assert task.due_on == clock.due_on == date(2026, 12, 21)


@pytest.mark.usefixtures("stands_still")
def test_a_limit_that_a_return_pauses_is_not_paused_by_hand_and_one_without_a_pause_never() -> None:
    (clock,) = limit_of(build.filed_application())
    with pytest.raises(Refused, match=r"by itself|自动中止"):
        org.pause_limit(build.supervisor(), clock, {"why": "等待材料"})
    delivery = Clock.objects.get(limit="DELIVERY", on_id=build.refusal().pk)
    with pytest.raises(Refused):
        org.pause_limit(build.supervisor(), delivery, {"why": "等待材料"})
    with pytest.raises(Refused):
        org.extend_limit(build.officer(), delivery, {"why": "人手不足"})


def test_the_worklist_and_the_record_say_what_follows_and_what_may_move(browse: Browser) -> None:
    application = build.filed_application(build.child_nobody_looked_into())
    late = build.supervisor(now=build.at(2026, 12, 21))
    night(2026, 12, 21)
    home, page = browse.text(late, "/"), browse.text(late, f"/benefits/application/{application.pk}/")
    for shown in (home, page):
        assert "逾期后果：提醒，告知县级民政部门" in shown
        assert "默认期限，待确认" not in shown, "the text was read"
    above = browse.text(build.officer(now=build.at(2026, 12, 21)), "/?kind=core.breach")
    assert "乡镇（街道）查验 · 逾期后果" in above, "who follows up reads which limit it is"
    soon = build.filed_application(now=build.at(2026, 12, 21))
    page = browse.text(late, f"/benefits/application/{soon.pk}/")
    assert "2027年放假安排公布后重新计算" in page
    assert "逾期后果" not in page


def test_a_record_and_the_list_of_late_work_show_what_stands_still_and_what_was_extended(browse: Browser) -> None:
    hearing, clock = proposed()
    officer = build.officer()
    page = browse.text(officer, f"/benefits/hearing/{hearing.pk}/")
    assert f"/org/action/extend_limit/{clock.pk}/" in page
    assert f"/org/action/pause_limit/{clock.pk}/" not in page, "its law names no pause"
    assert "县级民政部门" in browse.text(officer, f"/org/action/extend_limit/{clock.pk}/")
    org.extend_limit(officer, clock, {"why": "领取人住院，申请延期", "until": "2026-12-21"})
    page = browse.text(officer, f"/benefits/hearing/{hearing.pk}/")
    assert "已于2026-11-23延长" in page
    assert "/org/action/extend_limit/" not in page, "once"
    (meeting,) = limit_of(build.verified_application(), "FU-APP-3")
    page = browse.text(officer, f"/benefits/application/{meeting.on_id}/")
    assert f"/org/action/pause_limit/{meeting.pk}/" in page
    org.pause_limit(officer, meeting, {"why": "召开个案会商"})
    page = browse.text(officer, f"/benefits/application/{meeting.on_id}/")
    assert "自 2026-11-23 起中止" in page or "paused since 2026-11-23" in page
    assert f"/org/action/resume_limit/{meeting.pk}/" in page
    lists = {kind: browse.text(officer, f"/core/clock/?standing={kind}") for kind in ("paused", "extended", "late")}
    found = {kind: [c.pk for c in (clock, meeting) if f"/core/clock/{c.pk}/" in page] for kind, page in lists.items()}
    assert found == {"paused": [meeting.pk], "extended": [clock.pk], "late": []}
    assert "召开个案会商" in browse.text(officer, f"/core/clock/{meeting.pk}/")
    assert "领取人住院，申请延期" in browse.text(officer, f"/core/clock/{clock.pk}/")


def asked_for_review(award: Award) -> set[date]:
    """The days that award, review and task name, ten days before the review is due."""
    award.refresh_from_db()
    due = award.next_review_on
    ahead = due - timedelta(days=10)
    with acting(system_viewer("daily", now=build.at(ahead.year, ahead.month, ahead.day))) as job:
        actions.open_reviews(job, {})
    review = Review.objects.get(award=award, state="due")
    task = Task.objects.get(kind="benefits.review", on_id=review.pk, state="open")
    return {due, review.due_on, task.due_on}


def test_award_review_and_task_name_one_day_also_after_an_early_review_and_on_a_roll() -> None:
    award = build.award_of_fu_child(now=build.at(2025, 11, 10))
    assert len(asked_for_review(award)) == 1
    review = Review.objects.get(award=award)
    early = review.due_on - timedelta(days=10)
    who = build.supervisor(now=build.at(early.year, early.month, early.day))
    actions.do_review(who, review, {"finding": "unchanged", "child_seen_on": early, "found": "情况无变化"})
    assert len(asked_for_review(award)) == 1, "done ten days early, its year still counts from the day it was due"
    actions.import_roll(build.officer(), roll(row(number=people.identity(build.date_of_birth(), 31))))
    taken = Award.objects.exclude(pk=award.pk).get()
    assert len(asked_for_review(taken)) == 1
