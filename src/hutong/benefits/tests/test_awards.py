"""The life of an award: nothing gets worse unheard, what was wrongly stopped is paid after all."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from hutong.benefits import actions
from hutong.benefits.models import Award, AwardBasis, AwardEvent, Determination, Hearing, Review
from hutong.benefits.tests import build
from hutong.core.action import call_system
from hutong.core.errors import Conflict, Invalid, NotFound, Refused
from hutong.core.jobs import run_reaction
from hutong.core.models import Clock, EventLine, Task
from hutong.core.viewer import acting, system_viewer
from hutong.money.models import Line, Order, Recovery
from hutong.money.tests.build import written_by
from hutong.people import actions as people_actions
from hutong.people.tests import build as people

pytestmark = pytest.mark.django_db


def tasks_on(record: Any) -> set[str]:
    rows = Task.objects.filter(on_label=record._meta.label_lower, on_id=record.pk, state="open")
    return set(rows.values_list("kind", flat=True))


def proposal(**given: Any) -> dict[str, Any]:
    fields = {
        "kind": "suspend",
        "reasons": "监护人多次联系不上，情况不明",
        "from_month": "2027-01",
        "told_on": "2026-11-23",
    }
    return fields | {"told_whom": "田桂英"} | given


def months(award: Award) -> list[tuple[date, str, int]]:
    rows = Line.objects.filter(order_id=award.order_id).exclude(state="void")
    return sorted((ln.month, str(ln.kind), ln.amount_fen) for ln in rows)


def test_nothing_is_carried_out_before_the_payee_was_heard() -> None:
    award = build.award_of_fu_child()
    hearing = actions.propose(build.officer(), award, proposal())
    assert hearing.answer_until == date(2026, 12, 7), "ten working days"
    assert tasks_on(hearing) == {"benefits.hear"}
    with pytest.raises(Conflict):
        actions.carry_out(build.officer(), hearing, {"closing": "执行"})
    with pytest.raises(Invalid):
        actions.hear_payee(build.supervisor(), hearing, {"answer": "silent"})
    later = build.at(2026, 12, 8)
    actions.hear_payee(build.supervisor(now=later), hearing, {"answer": "silent"})
    actions.carry_out(build.officer(now=later), hearing, {"closing": "逾期未答复"})
    assert build.reread(build.officer(), award).state == "suspended"


def test_less_time_to_answer_than_the_limit_is_refused() -> None:
    award = build.award_of_fu_child()
    with pytest.raises(Invalid):
        actions.propose(build.officer(), award, proposal(answer_until="2026-11-30"))


def test_who_proposed_does_not_carry_out() -> None:
    award, maker = build.award_of_fu_child(), build.officer()
    hearing = actions.propose(maker, award, proposal())
    actions.hear_payee(build.supervisor(), hearing, {"answer": "agrees"})
    with pytest.raises(Refused):
        actions.carry_out(maker, hearing, {"closing": "执行"})
    with written_by("benefits", build.NOW), pytest.raises(IntegrityError), transaction.atomic():
        Hearing.objects.filter(pk=hearing.pk).update(carried_by=maker.user_id)


def heard_and_done(award: Award, **given: Any) -> Determination:
    hearing = actions.propose(build.officer(), award, proposal(**given))
    actions.hear_payee(build.supervisor(), hearing, {"answer": "objects", "answer_text": "不同意"})
    closing = build.departure(closing="意见已研究，理由不成立")
    return build.signed(actions.carry_out(build.officer(), hearing, closing))


def test_a_reduction_lowers_the_amount_from_its_month() -> None:
    award = build.award_of_fu_child()
    heard_and_done(award, kind="reduce", amount_fen=150_000, from_month="2027-01")
    build.run(award, "2027-01", build.at(2027, 1, 10))
    assert months(award) == [(date(2026, 12, 1), "regular", 164_000), (date(2027, 1, 1), "regular", 150_000)]


def test_a_reduction_to_the_laws_own_amount_follows_later_standards() -> None:
    award = build.award_of_fu_child()
    people.aid(award.child, dibao=40_000, month=date(2026, 11, 1))
    heard_and_done(award, kind="reduce", amount_fen=124_000)
    basis = award.bases.get(from_month=date(2027, 1, 1))
    assert (basis.fixed_fen, basis.dibao_fen) == (None, 40_000)


def test_new_aid_changes_no_payment_until_it_was_decided() -> None:
    award = build.award_of_fu_child()
    people.aid(award.child, dibao=40_000, month=date(2026, 11, 1))
    build.run(award, "2026-12", build.at(2026, 12, 10))
    assert months(award) == [(date(2026, 12, 1), "regular", 164_000)]


def test_suspended_months_are_paid_after_all_when_lifted_with_arrears() -> None:
    award = build.award_of_fu_child(now=build.at(2026, 8, 10))
    build.run(award, "2026-09", build.at(2026, 9, 20))
    heard = proposal(from_month="2026-10", told_on="2026-09-21")
    maker = build.officer(now=build.at(2026, 9, 21))
    hearing = actions.propose(maker, award, heard)
    actions.hear_payee(build.supervisor(now=build.at(2026, 9, 22)), hearing, {"answer": "agrees"})
    actions.carry_out(build.officer(now=build.at(2026, 9, 23)), hearing, {"closing": "同意暂停"})
    build.run(award, "2026-10", build.at(2026, 10, 20))
    assert [m for m, _kind, _fen in months(award)] == [date(2026, 9, 1)]
    award = build.reread(build.officer(), award)
    resumed = {"from_month": "2026-11", "with_arrears": True, "reason": "监护人已联系上"}
    build.signed(actions.resume(build.officer(now=build.at(2026, 11, 2)), award, resumed), build.at(2026, 11, 2))
    build.run(award, "2026-11", build.at(2026, 11, 20))
    assert [m for m, _kind, _fen in months(award)] == [date(2026, n, 1) for n in (9, 10, 11)]


def test_suspended_months_stay_unpaid_when_lifted_without_arrears() -> None:
    award = build.award_of_fu_child(now=build.at(2026, 8, 10))
    hearing = actions.propose(
        build.officer(now=build.at(2026, 8, 11)), award, proposal(from_month="2026-09", told_on="2026-08-11")
    )
    actions.hear_payee(build.supervisor(now=build.at(2026, 8, 12)), hearing, {"answer": "agrees"})
    actions.carry_out(build.officer(now=build.at(2026, 8, 13)), hearing, {"closing": "同意"})
    award = build.reread(build.officer(), award)
    build.signed(actions.resume(build.officer(), award, {"from_month": "2026-11", "reason": "情况恢复"}))
    build.run(award, "2026-11", build.at(2026, 11, 23))
    assert [m for m, _kind, _fen in months(award)] == [date(2026, 11, 1)]


def test_an_end_names_its_reason_and_the_last_month_paid() -> None:
    award = build.award_of_fu_child()
    with pytest.raises(Refused):
        build.signed(actions.end_award(build.officer(), award, {"reason": "parent_back", "happened_on": "2026-11-20"}))
    heard_and_done(award, kind="end", end_reason="parent_back", from_month="2027-01")
    award = build.reread(build.officer(), award)
    assert (award.state, award.end_reason, award.last_month) == ("ended", "parent_back", date(2026, 12, 1))
    build.run(award, "2027-02", build.at(2027, 2, 10))
    assert [m for m, _kind, _fen in months(award)] == [date(2026, 12, 1)]


def test_death_ends_without_a_hearing() -> None:
    award = build.award_of_fu_child()
    hearing = actions.propose(build.officer(), award, proposal())
    build.signed(actions.end_award(build.officer(), award, {"reason": "death", "happened_on": "2026-11-22"}))
    award, hearing = build.reread(build.officer(), award), build.reread(build.officer(), hearing)
    assert (award.state, award.last_month, hearing.state) == ("ended", date(2026, 11, 1), "dropped")
    assert not Clock.objects.filter(on_label="benefits.award", on_id=award.pk, stopped_on=None).exists()


def test_an_upheld_objection_restores_the_award_and_pays_what_was_missed() -> None:
    award = build.award_of_fu_child(now=build.at(2026, 7, 10))
    decision = award.determinations.get()
    hearing = actions.propose(
        build.officer(now=build.at(2026, 7, 11)),
        award,
        proposal(kind="end", end_reason="not_entitled", from_month="2026-08", told_on="2026-07-11"),
    )
    actions.hear_payee(
        build.supervisor(now=build.at(2026, 7, 12)), hearing, {"answer": "objects", "answer_text": "不实"}
    )
    actions.carry_out(build.officer(now=build.at(2026, 7, 13)), hearing, {"closing": "执行"})
    lodged = {"kind": "administrative_review", "lodged_on": "2026-08-01", "lodged_by": "田桂英", "grounds": "认定有误"}
    objection = actions.object_(build.supervisor(), decision, lodged)
    assert not objection.late, "nothing was delivered, so no period has begun"
    assert tasks_on(objection) == {"benefits.objection"}
    result = {"state": "upheld", "decided_in": "市人民政府", "decided_on": "2026-11-01", "result": "撤销终止"}
    with pytest.raises(Invalid):
        actions.decide_objection(build.officer(), objection, result)
    actions.decide_objection(build.officer(), objection, result | {"restore": True})
    award = build.reread(build.officer(), award)
    assert (award.state, award.last_month) == ("active", decision.last_month)
    build.run(award, "2026-11", build.at(2026, 11, 23))
    assert [(m.month, fen) for m, _kind, fen in months(award)] == [(n, 164_000) for n in (8, 9, 10, 11)]


def test_an_objection_after_the_days_is_marked_late() -> None:
    decision = build.refusal()
    delivered = build.delivered()
    actions.record_delivery(build.supervisor(), decision, delivered)
    lodged = {"kind": "administrative_review", "lodged_on": "2027-03-01", "lodged_by": "田桂英", "grounds": "不服"}
    late = build.supervisor(now=build.at(2027, 3, 2))
    assert actions.object_(late, decision, lodged).late
    assert not actions.object_(late, decision, lodged | {"kind": "court"}).late


def test_a_refusal_set_aside_is_decided_anew() -> None:
    decision = build.refusal()
    lodged = {"kind": "objection", "lodged_on": "2026-11-23", "lodged_by": "田桂英", "grounds": "不服"}
    objection = actions.object_(build.supervisor(), decision, lodged)
    result = {
        "state": "upheld",
        "decided_in": "县民政局",
        "decided_on": "2026-11-23",
        "result": "事实不清",
        "decide_anew": True,
    }
    decider = replace(build.officer(), user_id=decision.decided_by_id)
    with pytest.raises(Refused):
        actions.decide_objection(decider, objection, result)
    actions.decide_objection(build.officer(), objection, result)
    assert build.reread(build.officer(), decision.application).state == "verified"


def test_what_was_paid_too_much_is_put_to_the_payee_and_claimed_never_set_off() -> None:
    award = build.award_of_fu_child(now=build.at(2026, 8, 10))
    build.pay(build.run(award, "2026-10", build.at(2026, 10, 20)), build.at(2026, 10, 21))
    ended = {"reason": "death", "happened_on": "2026-08-30"}
    build.signed(actions.end_award(build.officer(), build.reread(build.officer(), award), ended))
    build.run(award, "2026-11", build.at(2026, 11, 23))
    task = Task.objects.get(kind="benefits.overpaid", on_id=award.pk)
    assert "3,280.00" in task.note
    hearing = actions.propose(build.officer(), award, proposal(kind="recover", amount_fen=328_000))
    actions.hear_payee(build.supervisor(), hearing, {"answer": "agrees"})
    actions.carry_out(build.officer(), hearing, {"closing": "同意退回"})
    assert Recovery.objects.get(order_id=award.order_id).amount_fen == 328_000


def test_a_review_the_office_missed_never_stops_pay() -> None:
    award = build.award_of_fu_child(now=build.at(2025, 12, 15))
    late = build.at(2027, 3, 10)
    with acting(system_viewer("daily", now=late)) as job:
        assert actions.open_reviews(job, {}) == 1
        assert actions.open_reviews(job, {}) == 0, "once"
    review = Review.objects.get(award=award)
    assert tasks_on(review) == {"benefits.review"}
    clock = Clock.objects.get(on_label="benefits.review", on_id=review.pk)
    assert clock.due_on < late.date()
    build.run(award, "2027-03", late)
    assert months(award)[-1][0] == date(2027, 3, 1)


def test_a_review_that_found_a_change_asks_the_county_and_changes_nothing() -> None:
    award = build.award_of_fu_child(now=build.at(2025, 12, 15))
    with acting(system_viewer("daily", now=build.NOW)) as job:
        actions.open_reviews(job, {})
    review = Review.objects.get(award=award)
    given = {"finding": "changed", "child_seen_on": "2026-11-20", "found": "母亲已返家"}
    actions.do_review(build.supervisor(), review, given)
    assert tasks_on(award) >= {"benefits.redetermine"}
    award = build.reread(build.officer(), award)
    assert (award.state, award.next_review_on.year) == ("active", 2027)
    with pytest.raises(Refused):
        actions.do_review(build.supervisor(), review, given)
    actions.settle_change(build.officer(), award, {"why": "核实后母亲并未返家"})
    assert "benefits.redetermine" not in tasks_on(award)


def test_school_proof_is_asked_three_months_before_eighteen_once() -> None:
    award = build.award_of_orphan(birth_date=date(2009, 2, 20))
    other = build.award_of_orphan(birth_date=date(2009, 2, 24))
    assert call_system_at(build.at(2026, 11, 23)) == 1
    assert call_system_at(build.at(2026, 11, 23)) == 0
    assert "benefits.school_proof" in tasks_on(award)
    assert "benefits.school_proof" not in tasks_on(other)


def call_system_at(now: Any) -> int:
    with acting(system_viewer("daily", now=now)) as job:
        return actions.ask_school_proof(job, {})


def test_an_award_past_its_last_month_is_put_before_a_person_once() -> None:
    award = build.award_of_orphan(birth_date=date(2009, 2, 20))
    for day, asked in ((build.at(2027, 2, 28), False), (build.at(2027, 3, 1), True), (build.at(2027, 3, 2), True)):
        with acting(system_viewer("daily", now=day)) as job:
            actions.ask_after_last_month(job, {})
        assert ("benefits.redetermine" in tasks_on(award)) is asked
    assert Task.objects.filter(on_id=award.pk, kind="benefits.redetermine").count() == 1
    assert build.reread(build.officer(), award).state == "active"


def test_school_after_eighteen_extends_an_orphans_award() -> None:
    award = build.award_of_orphan(birth_date=date(2009, 2, 20))
    assert award.last_month == date(2027, 2, 1)
    school = {"level": "senior_high", "valid_from": "2024-09-01", "full_time": True, "evidence": "school_certificate"}
    people_actions.record_school(build.officer(), award.child, school)
    after = build.officer(now=build.at(2027, 3, 1))
    actions.redetermine(after, award, {"reasons": "在校就读", "from_month": "2027-03"})
    award = build.reread(build.officer(), award)
    assert award.last_month is None or award.last_month > date(2027, 3, 1)
    assert AwardEvent.objects.filter(award=award, kind="extended").exists()


def test_a_new_decision_raises_but_never_lowers_without_a_hearing() -> None:
    child = build.fu_child()
    people.aid(child, dibao=40_000, month=date(2026, 1, 1))
    award = build.award_of(child)
    people.aid(child, dibao=20_000, month=date(2026, 11, 1))
    actions.redetermine(build.officer(), award, {"reasons": "低保金额下降"})
    assert award.bases.get(from_month=date(2026, 12, 1), replaced_by=None).amount_fen == 144_000
    people.aid(child, dibao=90_000, month=date(2027, 1, 1))
    later = build.officer(now=build.at(2027, 1, 10))
    with pytest.raises(Conflict):
        actions.redetermine(later, award, {"reasons": "低保金额上升"})


def test_a_new_decision_below_a_standard_raised_since_is_no_raise() -> None:
    award = build.award_of_fu_child(now=build.at(2026, 8, 10))
    assert award.bases.get().amount_fen == 156_000, "the standard known then; since September it is 1640 yuan"
    people.aid(award.child, dibao=4_000, month=date(2026, 11, 1))
    with pytest.raises(Conflict):
        actions.redetermine(build.officer(), award, {"reasons": "新增低保"})
    heard_and_done(award, kind="reduce", amount_fen=160_000)
    assert award.bases.get(from_month=date(2027, 1, 1)).fixed_fen is None


def test_events_below_ask_the_county_to_look_again() -> None:
    award = build.award_of_fu_child()
    people.parent_fact(award.child, "mother", "able", date(2026, 11, 20), evidence="village_certificate")
    event = EventLine.objects.filter(name="people.parent_fact_changed", payload__child_id=award.child_id).latest("id")
    run_reaction("benefits.look_again_parent", event.pk)
    run_reaction("benefits.look_again_parent", event.pk)
    assert Task.objects.filter(kind="benefits.redetermine", on_id=award.pk, state="open").count() == 1
    assert build.reread(build.officer(), award).state == "active"


def test_a_death_below_becomes_an_urgent_task() -> None:
    award = build.award_of_fu_child()
    people_actions.record_death(
        build.officer(), award.child, {"died_on": "2026-11-22", "evidence": "death_certificate"}
    )
    event = EventLine.objects.filter(name="people.child_died").latest("id")
    run_reaction("benefits.child_died", event.pk)
    task = Task.objects.get(kind="benefits.child_died", on_id=award.pk)
    assert task.urgent
    build.signed(actions.end_award(build.officer(), award, {"reason": "death", "happened_on": "2026-11-22"}))
    assert tasks_on(award) == set()


def test_outside_reach_there_is_no_such_award() -> None:
    award = build.award_of_fu_child()
    with pytest.raises(NotFound):
        actions.propose(build.officer(build.FAR_COUNTY), award, proposal())


def test_jobs_are_no_verbs_for_people() -> None:
    for spec in (actions.open_reviews, actions.ask_school_proof):
        with pytest.raises(Refused):
            spec(build.officer(), {})
    assert call_system(actions.open_reviews, {}) == 0


def test_no_run_ends_an_allowance_because_the_law_is_read_otherwise_since() -> None:
    award = build.award_of_fu_child()
    decided = award.bases.get().amount_fen
    with written_by("benefits", build.NOW):  # recognised beside 特困 while that was read as possible
        AwardBasis.objects.filter(award=award).update(tekun_fen=40_000, amount_fen=decided - 40_000)
    batch = build.run(award, "2026-12", build.at(2026, 12, 10))
    assert {line.amount_fen for line in Line.objects.filter(batch=batch)} == {decided - 40_000}


def test_a_month_before_the_decision_for_which_nothing_is_due_stays_unpaid() -> None:
    award = build.award_of_fu_child()
    decided = award.bases.get().amount_fen
    with written_by("benefits", build.NOW):  # 特困 was drawn in the months before; decided in November, from October on
        facts = {"tekun_fen": 40_000, "amount_fen": decided, "from_month": date(2026, 10, 1)}
        AwardBasis.objects.filter(award=award).update(**facts)
        Award.objects.filter(pk=award.pk).update(
            first_month=date(2026, 10, 1), paid_from=date(2026, 10, 1), owed_from=date(2026, 10, 1)
        )
    with written_by("money", build.NOW):
        Order.objects.filter(pk=award.order_id).update(first_month=date(2026, 10, 1))
    batch = build.run(award, "2026-12", build.at(2026, 12, 10))
    assert {line.month for line in Line.objects.filter(batch=batch)} == {date(2026, 11, 1), date(2026, 12, 1)}
