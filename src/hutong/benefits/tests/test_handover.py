"""A child moves to another county: the award goes along, no month unpaid, none paid twice, whatever the two do."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from hutong.benefits import actions
from hutong.benefits.models import Award, Determination, Handover, Hearing
from hutong.benefits.queries.exports import events_of
from hutong.benefits.tests import build
from hutong.core import clock_time, places
from hutong.core.action import call_system
from hutong.core.errors import Conflict, Invalid, NotFound, Refused
from hutong.core.jobs import run_reaction
from hutong.core.models import EventLine, Grant, Task
from hutong.core.sweep import sweep_clocks
from hutong.core.viewer import Viewer, acting, system_viewer
from hutong.money.models import AccountVersion, Batch, Line, Order
from hutong.money.queries.accounts import account_number
from hutong.money.tests.beside import at_once, queued_behind
from hutong.money.tests.build import written_by
from hutong.org.terms import Role
from hutong.people import actions as people_actions
from hutong.people.tests import build as people

FAR, FAR_VILLAGE = "980101", "980101101201"
"""In another province, whose standard is lower."""
HERE, THERE = 164_000, 120_000
SEPTEMBER, OCTOBER, NOVEMBER, DECEMBER = (date(2026, month, 1) for month in (9, 10, 11, 12))
JANUARY, FEBRUARY = date(2027, 1, 1), date(2027, 2, 1)
TOLD = {"told_on": "2026-11-23", "told_whom": "田桂英"}


@pytest.fixture(autouse=True)
def known_to_the_law(monkeypatch: pytest.MonkeyPatch) -> None:
    """The invented province goes by the code of one the law knows."""
    codes_of = places.codes_of_key

    def codes(key: int) -> list[str]:
        found = codes_of(key)
        return ["CN-64", "CN"] if "CN-98" in found else found

    monkeypatch.setattr(places, "codes_of_key", codes)


def there(now: datetime = build.NOW) -> Viewer:
    """An officer of the county the child moves to."""
    return build.officer(FAR, now)


def move(award: Award, kind: str = "registered", code: str = FAR_VILLAGE, now: datetime = build.NOW) -> EventLine:
    """Record the move; the event that tells of it."""
    job = system_viewer("tests", now=now)
    with acting(job):
        given = {"kind": kind, "division_id": people.places()[code].pk, "moved_on": "2026-11-10"}
        people_actions.set_residence(replace(build.officer(), spans=job.spans, now=now), award.child_id, given)
        return EventLine.objects.filter(name="people.child_moved").latest("id")


def moved_award() -> Award:
    """Paid here from September on; the whole family moved away in November, and the county was asked to hand over."""
    award = build.award_of_fu_child(build.at(2026, 8, 11))
    run_reaction("benefits.look_again_place", move(award, "actual").pk)
    run_reaction("benefits.look_again_place", move(award).pk)
    return award


def proposed(award: Award, now: datetime = build.NOW, **given: Any) -> Handover:
    return actions.propose_handover(build.officer(now=now), award, TOLD | given)


def run(code: str, month: str, now: datetime) -> Batch:
    place = people.places()[code]
    return actions.run_month(build.officer(code, now), {"place_id": place.pk, "month": month})


def lines_of(child_id: int) -> list[tuple[date, str, int, int]]:
    """Month, kind, amount and order of everything ordered for a child anywhere."""
    rows = Line.objects.filter(child_id=child_id).exclude(state="void").order_by("month", "id")
    return [(ln.month, str(ln.kind), ln.amount_fen, ln.order_id) for ln in rows]


def open_tasks(kind: str, record: Any) -> list[Task]:
    label = record._meta.label_lower
    return list(Task.objects.filter(kind=kind, on_label=label, on_id=record.pk, state="open"))


@pytest.mark.django_db
def test_a_child_that_moves_is_paid_each_month_by_one_of_the_two() -> None:
    award = moved_award()
    assert [str(t.role) for t in open_tasks("benefits.hand_over", award)] == [Role.COUNTY_OFFICER]
    run(build.COUNTY, "2026-10", build.at(2026, 10, 12))
    handover = proposed(award)
    assert (handover.amount_fen, handover.payee_name, handover.last_month) == (HERE, "田桂英", NOVEMBER)
    assert open_tasks("benefits.hand_over", award) == []
    asked = open_tasks("benefits.accept_handover", handover)
    assert [(t.place_key, t.due_on) for t in asked] == [(people.places()[FAR_VILLAGE].key, date(2026, 12, 14))]
    new = actions.accept_handover(there(), handover, {})
    old = build.reread(build.officer(), award)
    assert (old.state, old.end_reason, old.last_month) == ("ended", "moved", NOVEMBER)
    assert (new.state, new.first_month, new.place_id) == ("active", DECEMBER, people.places()[FAR_VILLAGE].pk)
    for code in (build.COUNTY, FAR, build.COUNTY, FAR):
        run(code, "2027-01", build.at(2027, 1, 11))
    paid = lines_of(award.child_id)
    assert [month for month, *_ in paid] == [SEPTEMBER, OCTOBER, NOVEMBER, DECEMBER, JANUARY], "every month once"
    assert {(fen, order) for month, _kind, fen, order in paid if month <= NOVEMBER} == {(HERE, old.order_id)}
    assert {(fen, order) for month, _kind, fen, order in paid if month > NOVEMBER} == {(THERE, new.order_id)}
    assert open_tasks("benefits.accept_handover", handover) == []


@pytest.mark.django_db
def test_the_receiving_county_decides_by_its_own_law_and_the_family_is_told() -> None:
    award = moved_award()
    new = actions.accept_handover(there(), proposed(award), {})
    decision = Determination.objects.get(award=new)
    assert (decision.outcome, decision.amount_fen, decision.departs) == ("recognise", THERE, False)
    assert [t.place_key for t in open_tasks("benefits.tell", decision)] == [new.place_key]
    assert new.bases.get().determination_id == decision.pk


@pytest.mark.django_db
def test_payee_and_checked_account_come_along_and_stay_readable_on_both_sides() -> None:
    award = moved_award()
    new = actions.accept_handover(there(), proposed(award), {})
    before, after = (AccountVersion.objects.get(payee=a.order.payee) for a in (award, new))
    assert before.pk != after.pk
    assert account_number(before) == account_number(after)
    assert (after.state, after.proposed_by_id, after.approved_by_id) == (
        "approved", before.proposed_by_id, before.approved_by_id,
    )  # fmt: skip
    assert after.proof_id != before.proof_id
    with acting(there()):
        assert AccountVersion.objects.get(pk=after.pk).proof.place_key == new.place_key
    with acting(build.officer()):
        assert AccountVersion.objects.get(pk=before.pk).payee.name == "田桂英"


@pytest.mark.django_db
def test_another_payee_may_be_chosen_there() -> None:
    award = moved_award()
    handover = proposed(award)
    fields = {"child_id": award.child_id, "kind": "guardian", "name": "田新枝"}
    payee = actions.awards.money.name_payee(there(), fields | {"place_id": people.places()[FAR_VILLAGE].pk})
    with pytest.raises(Invalid):
        actions.accept_handover(there(), handover, {"payee_id": award.order.payee_id})
    new = actions.accept_handover(there(), handover, {"payee_id": payee.pk})
    assert new.order.payee_id == payee.pk
    assert open_tasks("money.missing_account", new.order), "somebody is asked for the account"


@pytest.mark.django_db
def test_months_the_old_county_ordered_while_waiting_stay_its_own() -> None:
    award = moved_award()
    handover = proposed(award)
    later = build.at(2027, 1, 11)
    run(build.COUNTY, "2027-01", later)
    new = actions.accept_handover(there(later), handover, {})
    assert build.reread(build.officer(), award).last_month == JANUARY
    assert new.first_month == FEBRUARY
    assert len(lines_of(award.child_id)) == 5


@pytest.mark.django_db
def test_arrears_of_months_before_the_move_are_paid_by_the_county_that_paid_them() -> None:
    award = build.award_of_fu_child(build.at(2026, 5, 11))
    run(build.COUNTY, "2026-07", build.at(2026, 7, 1))
    run_reaction("benefits.look_again_place", move(award).pk)
    new = actions.accept_handover(there(), proposed(award), {})
    run(build.COUNTY, "2027-01", build.at(2027, 1, 11))
    run(FAR, "2027-01", build.at(2027, 1, 11))
    late = [row for row in lines_of(award.child_id) if row[1] == "arrears"]
    assert late == [(date(2026, 7, 1), "arrears", 8_000, award.order_id)], "the standard of July was known late"
    months = [month for month, kind, _fen, _order in lines_of(award.child_id) if kind == "regular"]
    assert months == sorted(set(months))
    assert months[-2:] == [DECEMBER, JANUARY]
    assert {order for month, _k, _f, order in lines_of(award.child_id) if month >= DECEMBER} == {new.order_id}


@pytest.mark.django_db
def test_refusal_leaves_the_old_county_paying_and_asks_it_again() -> None:
    award = moved_award()
    handover = proposed(award)
    actions.decline_handover(there(), handover, {"reasons": "户籍尚未落定"})
    handover.refresh_from_db()
    assert (handover.state, handover.closing) == ("declined", "户籍尚未落定")
    assert [t.note for t in open_tasks("benefits.hand_over", award)] == ["户籍尚未落定"]
    run(build.COUNTY, "2026-12", build.at(2026, 12, 11))
    assert lines_of(award.child_id)[-1][0] == DECEMBER
    again = proposed(award, build.at(2026, 12, 14))
    assert actions.accept_handover(there(build.at(2026, 12, 15)), again, {}).first_month == JANUARY


@pytest.mark.django_db
def test_silence_leaves_the_old_county_paying_and_the_limit_climbs(monkeypatch: pytest.MonkeyPatch) -> None:
    award = moved_award()
    handover = proposed(award)
    late = build.at(2026, 12, 15)
    monkeypatch.setattr(clock_time, "now", lambda: late)
    call_system(sweep_clocks, {})
    (asked,) = open_tasks("benefits.accept_handover", handover)
    assert asked.raised_level == 1
    told = Task.objects.filter(kind="core.breach", on_id=asked.clock_id, state="open")
    assert [str(t.role) for t in told] == [Role.CITY_OFFICER]
    run(build.COUNTY, "2026-12", late)
    assert lines_of(award.child_id)[-1][::3] == (DECEMBER, award.order_id)
    actions.accept_handover(there(late), handover, {})
    assert not Task.objects.filter(kind="core.breach", on_id=asked.clock_id, state="open").exists()


@pytest.mark.django_db
def test_only_the_right_county_takes_each_step_and_two_people_take_it() -> None:
    award = moved_award()
    handover = proposed(award)
    with pytest.raises(Refused):
        actions.accept_handover(build.officer(), handover, {})
    with pytest.raises(Refused):
        actions.decline_handover(build.officer(), handover, {"reasons": "不接收"})
    with pytest.raises(Refused):
        actions.withdraw_handover(there(), handover, {"reasons": "撤回"})
    with pytest.raises(NotFound):
        actions.accept_handover(build.officer(build.FAR_COUNTY), handover, {})
    with pytest.raises(NotFound):
        actions.propose_handover(there(), award, TOLD)
    both = replace(build.officer(), user_id=handover.proposed_by_id, spans=there().spans)
    with pytest.raises(Refused):
        actions.accept_handover(both, handover, {})
    fields = {"state": "accepted", "settled_by": handover.proposed_by_id, "new_award": award}
    with written_by("benefits", build.NOW), pytest.raises(IntegrityError, match="two_people"), transaction.atomic():
        Handover.objects.filter(pk=handover.pk).update(**fields)


@pytest.mark.django_db
def test_nothing_is_handed_over_that_does_not_move() -> None:
    award = build.award_of_fu_child()
    with pytest.raises(Conflict):
        proposed(award)
    run_reaction("benefits.look_again_place", move(award, code="999901101202").pk)
    assert open_tasks("benefits.hand_over", award) == []
    assert open_tasks("benefits.redetermine", award), "a move inside the township: somebody looks"
    run_reaction("benefits.look_again_place", move(award).pk)
    with pytest.raises(Invalid):
        proposed(award, last_month="2029-01")
    proposed(award)
    with pytest.raises(Conflict):
        proposed(award)


@pytest.mark.django_db
def test_an_award_that_is_suspended_or_never_ordered_is_settled_where_it_is() -> None:
    award = moved_award()
    handover = proposed(award)
    asked = {"kind": "suspend", "reasons": "监护人多次联系不上，情况不明", "from_month": "2026-12"}
    hearing = actions.propose(build.officer(), award, TOLD | asked)
    actions.hear_payee(build.supervisor(), hearing, {"answer": "agrees"})
    actions.carry_out(build.officer(), hearing, {"closing": "执行"})
    with pytest.raises(Conflict):
        actions.accept_handover(there(), handover, {})
    assert build.reread(build.officer(), award).state == "suspended"
    unpaid = build.recognised(build.verified_application())
    move(unpaid)
    with pytest.raises(Conflict, match="收款人"):
        proposed(unpaid)


@pytest.mark.django_db
def test_a_child_that_moves_back_or_on_is_not_taken_over() -> None:
    award = moved_award()
    handover = proposed(award)
    move(award, code=build.VILLAGE)
    with pytest.raises((Conflict, NotFound)):
        actions.accept_handover(there(), handover, {})
    actions.withdraw_handover(build.officer(), handover, {"reasons": "户籍已迁回"})
    assert build.reread(build.officer(), award).state == "active"
    run(build.COUNTY, "2026-12", build.at(2026, 12, 11))
    assert lines_of(award.child_id)[-1][::3] == (DECEMBER, award.order_id)


@pytest.mark.django_db
def test_a_township_of_the_same_county_is_handed_over_in_the_same_way() -> None:
    award = build.award_of_fu_child()
    run_reaction("benefits.look_again_place", move(award, code="999901102201").pk)
    new = actions.accept_handover(build.officer(), proposed(award), {})
    assert new.place_id == people.places()["999901102201"].pk
    assert new.bases.get().amount_fen == HERE


@pytest.mark.django_db
def test_the_old_county_keeps_its_records_and_sight_of_the_child_for_a_dated_time() -> None:
    award = moved_award()
    actions.accept_handover(there(), proposed(award), {})
    grant = Grant.objects.get(subject_id=award.child_id)
    assert (grant.place_key, grant.valid_to) == (award.place_key, date(2027, 11, 23))
    blind = build.officer()
    with acting(blind):
        removed = [e for e in events_of(award.place_key, NOVEMBER) if e.kind == "ended"]
        assert [e.award_id for e in removed] == [award.pk], "the removal is exported also without sight of the child"
    with acting(replace(blind, granted=frozenset({award.child_id}))):
        assert Award.objects.get(pk=award.pk).child.name


@pytest.mark.django_db
def test_a_second_award_elsewhere_is_refused_in_words() -> None:
    award = moved_award()
    actions.accept_handover(there(), proposed(award), {})
    with pytest.raises(Conflict):
        actions.awards.restore(build.officer(), build.reread(build.officer(), award), None, "x", Determination())
    with pytest.raises(Conflict):
        actions.awards.new_award(
            child_id=award.child_id, category="fu", place=award.place, place_key=award.place_key,
            first_month=JANUARY, paid_from=JANUARY, next_review_on=JANUARY,
        )  # fmt: skip


@pytest.mark.django_db
def test_the_end_of_an_award_settles_what_was_proposed_about_it() -> None:
    award = moved_award()
    handover = proposed(award)
    asked = {"kind": "suspend", "reasons": "监护人多次联系不上，情况不明", "from_month": "2027-01"}
    hearing = actions.propose(build.officer(), award, asked | TOLD)
    build.signed(actions.end_award(build.officer(), award, {"reason": "death", "happened_on": "2026-11-20"}))
    handover.refresh_from_db()
    assert (handover.state, Hearing.objects.get(pk=hearing.pk).state) == ("withdrawn", "dropped")
    for kind, record in (("benefits.accept_handover", handover), ("benefits.hear", hearing)):
        assert open_tasks(kind, record) == []


@pytest.mark.django_db
def test_facts_of_a_child_without_an_award_queue_nothing() -> None:
    with connection.cursor() as cursor:
        cursor.execute("select count(*) from procrastinate_jobs")
        before = cursor.fetchone()
        child = build.child_nobody_looked_into()
        people.parent_fact(child, "father", "prison", date(2026, 3, 1), term_from=date(2026, 3, 1), term_months=12)
        people.aid(child)
        cursor.execute("select count(*) from procrastinate_jobs")
        assert cursor.fetchone() == before
        award = build.award_of_fu_child()
        cursor.execute("select count(*) from procrastinate_jobs")
        before = cursor.fetchone()
        people.aid(award.child, dibao=100)
        cursor.execute("select args ->> 'reaction' from procrastinate_jobs order by id desc limit 1")
        assert cursor.fetchone() == ("benefits.look_again_aid",)


def test_a_fact_and_an_award_at_once_are_both_seen(fresh_db: str) -> None:
    """Whichever comes first, the award rests on the fact or the county is asked to look again."""
    with transaction.atomic(), acting(system_viewer("tests", now=build.NOW)):
        application = build.verified_application()
        build.payee_of(application.child, build.officer())
        deciding, worker = build.officer(), build.officer()
    aid = {"dibao_fen": 10_000, "tekun_fen": 0, "disability_living_fen": 0, "first_month": date(2026, 11, 1)}
    decision, _aid = at_once(
        lambda: actions.confirm(deciding, application.pk, {}),
        lambda: people_actions.record_aid(worker, application.child_id, aid),
    )
    with acting(deciding), connection.cursor() as cursor:
        knew = decision.award.bases.get().dibao_fen == 10_000
        cursor.execute("select count(*) from procrastinate_jobs where args ->> 'reaction' = 'benefits.look_again_aid'")
        asked = cursor.fetchone()[0]
    assert knew or asked


def test_two_officers_accept_at_once_and_one_is_told(fresh_db: str) -> None:
    with transaction.atomic(), acting(system_viewer("tests", now=build.NOW)):
        handover = proposed(moved_award())
        first, second, leaving = there(), there(), build.officer()
    results = at_once(
        lambda: actions.accept_handover(first, handover.pk, {}),
        lambda: actions.accept_handover(second, handover.pk, {}),
        lambda: actions.withdraw_handover(leaving, handover.pk, {"reasons": "撤回"}),
    )
    assert len([r for r in results if isinstance(r, Conflict)]) == 2
    with acting(system_viewer("tests", now=build.NOW)):
        assert Award.objects.filter(child_id=handover.child_id).exclude(state="ended").count() == 1
        assert Order.objects.filter(child_id=handover.child_id).exclude(state="ended").count() == 1


def test_carrying_out_and_accepting_hold_the_award_in_one_order(fresh_db: str) -> None:
    """Acceptance, which settles the award's hearings, is first in the queue for the award; a hearing held by the
    second in the queue would stop both for ever."""
    with transaction.atomic(), acting(system_viewer("tests", now=build.NOW)):
        award = moved_award()
        handover = proposed(award)
        asked = {"kind": "end", "end_reason": "not_entitled", "reasons": "经查已不符合条件的详细理由"}
        hearing = actions.propose(build.officer(), award, TOLD | asked | {"from_month": "2026-12"})
        actions.hear_payee(build.supervisor(), hearing, {"answer": "agrees"})
        taking, carrying = there(), build.officer()
    results = queued_behind(
        award,
        lambda: actions.accept_handover(taking, handover.pk, {}),
        lambda: actions.carry_out(carrying, hearing.pk, {"closing": "执行"}),
    )
    assert [type(result) for result in results] == [Award, Conflict]


def test_a_run_of_the_old_county_and_the_acceptance_at_once_pay_each_month_once(fresh_db: str) -> None:
    with transaction.atomic(), acting(system_viewer("tests", now=build.NOW)):
        handover = proposed(moved_award())
        paying, taking = build.officer(now=build.at(2027, 1, 11)), there(build.at(2027, 1, 11))
    given = {"place_id": paying.place_id, "month": "2027-01"}
    at_once(
        lambda: actions.run_month(paying, given), lambda: actions.accept_handover(taking, handover.pk, {})
    )  # fmt: skip
    with transaction.atomic(), acting(system_viewer("tests", now=build.NOW)):
        run(build.COUNTY, "2027-02", build.at(2027, 2, 11))
        run(FAR, "2027-02", build.at(2027, 2, 11))
        months = [month for month, *_ in lines_of(handover.child_id)]
        assert months == [SEPTEMBER, OCTOBER, NOVEMBER, DECEMBER, JANUARY, FEBRUARY]
        assert not Task.objects.filter(kind="benefits.overpaid").exists()
