"""Orders of events round a decision that is taken back, waits, or stands on an earlier one: nobody loses a month, and
no paper says what is not so."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from hutong.benefits import actions
from hutong.benefits.models import Application, Award, Determination
from hutong.benefits.queries.bases import due_on
from hutong.benefits.queries.notices import notice_of
from hutong.benefits.tests import build
from hutong.core.errors import Conflict, Invalid, Refused
from hutong.core.models import Task
from hutong.people import actions as people_actions
from hutong.people.tests import build as people

pytestmark = pytest.mark.django_db
WRONG = {"withdrawn_why": "录入时看错了证明"}
TOLD = {"told_on": "2026-11-23", "told_whom": "田桂英", "reasons": "本月起低保金额有变化", "from_month": "2026-12"}
OBJECTION = {"kind": "objection", "lodged_on": "2026-11-23", "lodged_by": "田桂英", "grounds": "不服本决定"}
UPHELD = {"state": "upheld", "decided_in": "护桐县民政局", "decided_on": "2026-11-23", "result": "原决定漏看材料"}


def carried(award: Award, **proposed: Any) -> Determination:
    """Proposed, agreed to, decided; a departure waits."""
    hearing = actions.propose(build.officer(), award, TOLD | proposed)
    actions.hear_payee(build.supervisor(), hearing, {"answer": "agrees"})
    brought = build.departure() if proposed["kind"] == "reduce" else {}
    return actions.carry_out(build.officer(), hearing, {"closing": "领取人同意"} | brought)


def ended(award: Award) -> Determination:
    given = {"reason": "given_up", "happened_on": "2026-11-20", "paper": build.photo()}
    return build.signed(actions.end_award(build.officer(), award, given))


def again(record: Any) -> Any:
    return type(record).objects.get(pk=record.pk)


def test_a_refusal_that_was_corrected_is_not_withdrawn_under_the_award_that_runs() -> None:
    refused = build.refusal()
    application = Application.objects.get(pk=refused.application_id)
    actions.decide_anew(build.officer(), application, {"why": "漏看了失联证明"})
    given = build.departure(category="fu", amount_fen=164_000, first_month="2026-12")
    build.recognised(again(application), **given)
    with pytest.raises(Conflict):
        actions.withdraw_decision(build.officer(), again(refused), WRONG)
    assert again(application).state == "recognised"


def test_a_recognition_is_not_withdrawn_under_a_later_decision_on_its_award() -> None:
    award = build.award_of_fu_child()
    first = award.determinations.get()
    later = actions.redetermine(build.officer(), award, {"reasons": "年度复核后重新认定"})
    with pytest.raises(Conflict):
        actions.withdraw_decision(build.officer(), first, WRONG)
    actions.withdraw_decision(build.officer(), later, WRONG)
    assert actions.withdraw_decision(build.officer(), again(first), WRONG).state == "withdrawn"


def test_an_end_is_not_withdrawn_once_the_child_is_paid_on_another_award() -> None:
    award = build.award_of_fu_child()
    end = ended(award)
    build.recognised(build.verified_application(award.child))
    with pytest.raises(Conflict):
        actions.withdraw_decision(build.officer(), end, WRONG)


def test_an_award_that_was_suspended_when_it_ended_is_suspended_again_and_can_be_resumed() -> None:
    award = build.award_of_fu_child()
    carried(award, kind="suspend")
    end = ended(award)
    actions.withdraw_decision(build.officer(), end, WRONG)
    assert (again(award).state, again(award.order).state) == ("suspended", "suspended")
    resumed = actions.resume(build.officer(), award, {"from_month": "2026-12", "reason": "情况已查清"})
    build.signed(resumed)
    batch = build.run(again(award), "2026-12", build.at(2026, 12, 10))
    assert batch.lines.get().amount_fen == 164_000


def test_two_decisions_reaching_back_over_the_same_months_come_off_one_after_the_other() -> None:
    child = build.fu_child()
    people.aid(child, dibao=40_000, month=date(2026, 1, 1))
    award = build.award_of(child, now=build.at(2026, 5, 11))
    people.aid(child, dibao=20_000, month=date(2026, 8, 1))

    def sums() -> list[int]:
        return [due_on(award, date(2026, month, 1)) for month in range(6, 13)]

    at_first = sums()
    first = actions.redetermine(build.officer(), award, {"reasons": "低保减少", "from_month": "2026-09"})
    after_first = sums()
    second = actions.redetermine(build.officer(), award, {"reasons": "低保更早减少", "from_month": "2026-07"})
    assert at_first != after_first != sums()
    actions.withdraw_decision(build.officer(), second, WRONG)
    assert sums() == after_first
    actions.withdraw_decision(build.officer(), again(first), WRONG)
    assert sums() == at_first


def test_a_higher_sum_decided_for_a_later_month_is_not_replaced_by_a_lower_one_unheard() -> None:
    award = build.award_of_fu_child()
    given = build.departure(from_month="2027-03", amount_fen=200_000, beyond="护桐县政府会议纪要〔2026〕3号")
    build.signed(actions.redetermine(build.officer(), award, given))
    with pytest.raises(Conflict):
        actions.redetermine(build.officer(), award, {"reasons": "年度复核后重新认定"})
    assert due_on(award, date(2027, 3, 1)) == 200_000


def test_a_hearing_is_not_dropped_while_its_decision_waits() -> None:
    decision = carried(build.award_of_fu_child(), kind="reduce", amount_fen=150_000)
    with pytest.raises(Conflict):
        actions.drop_hearing(build.supervisor(), again(decision.hearing), {"closing": "不再执行了"})
    assert again(build.signed(decision).hearing).state == "carried_out"


def test_the_second_refusal_is_not_taken_up_by_its_own_maker_because_the_first_was_set_aside() -> None:
    refused = build.refusal()
    objection = actions.object_(build.supervisor(), refused, OBJECTION)
    actions.decide_objection(build.officer(), objection, UPHELD | {"decide_anew": True})
    maker, application = build.officer(), Application.objects.get(pk=refused.application_id)
    actions.refuse(maker, application, {"reasons": "父母均有抚养能力"})
    with pytest.raises(Refused):
        actions.decide_anew(maker, again(application), {"why": "改变主意"})
    with pytest.raises(Invalid):
        actions.decide_anew(build.officer(), again(application), {})


def test_an_objection_does_not_restore_the_award_of_a_decision_that_was_withdrawn() -> None:
    decision = actions.confirm(build.officer(), build.verified_application(), {})
    actions.withdraw_decision(build.officer(), decision, WRONG)
    objection = actions.object_(build.supervisor(), again(decision), OBJECTION)
    with pytest.raises(Invalid):
        actions.decide_objection(build.officer(), objection, UPHELD | {"restore": True})
    assert again(decision.award).state == "ended"


def test_what_departs_on_a_sealed_ground_can_be_seconded() -> None:
    child = people.child_of_able_parents(name=build.a_name(), in_spite_of="另一名儿童")
    sealed = {"hiv": True, "since": "2026-01-10", "evidence": "medical", "paper": build.photo()}
    people_actions.record_sealed_health(build.officer(), child, sealed)
    award = build.award_of(child)
    assert ended(award).state == "in_force"


def test_a_paper_without_effect_carries_no_number_to_be_taken_for_a_decision() -> None:
    decision = actions.confirm(build.officer(), build.verified_application(), build.departure(amount_fen=100_000))
    paper = notice_of(build.officer(), decision)
    assert (paper.number, paper.receipt) == ("（草稿，签署后编号）", False)
    paper = notice_of(build.officer(), actions.withdraw_decision(build.officer(), decision, WRONG))
    assert (paper.number, paper.receipt) == (f"{decision.document_no}（已撤回）", False)


def test_a_decision_is_dated_and_delivered_from_the_day_the_second_person_signed() -> None:
    decision = actions.confirm(build.officer(), build.verified_application(), build.departure(amount_fen=100_000))
    later = build.at(2026, 11, 27)
    decision = build.signed(decision, later)
    assert notice_of(build.officer(), decision).issued == date(2026, 11, 27)
    with pytest.raises(Invalid) as refused:
        actions.record_delivery(build.supervisor(now=later), decision, build.delivered(delivered_on="2026-11-24"))
    assert [e.field for e in refused.value.errors] == ["delivered_on"]


def test_a_zero_the_officer_decided_is_not_put_down_to_other_help() -> None:
    decision = actions.confirm(build.officer(), build.verified_application(), build.departure(amount_fen=0))
    assert "不低于标准" not in "".join(notice_of(build.officer(), decision).paragraphs)


def test_a_sum_decided_anew_corrects_the_decision_on_the_sum_and_no_other() -> None:
    award = build.award_of_fu_child(now=build.at(2026, 8, 10))
    carried(award, kind="suspend")
    decision = actions.redetermine(build.officer(), award, {"reasons": "补算九月以来", "from_month": "2026-09"})
    assert decision.corrects.outcome == "recognise"


def test_an_upheld_objection_to_an_end_leaves_a_suspended_award_suspended() -> None:
    award = build.award_of_fu_child()
    carried(award, kind="suspend")
    end = ended(again(award))
    objection = actions.object_(build.supervisor(), end, OBJECTION)
    actions.decide_objection(build.officer(), objection, UPHELD | {"restore": True})
    assert again(award).state == "suspended"
    build.signed(actions.resume(build.officer(), again(award), {"from_month": "2026-12", "reason": "监护人已联系上"}))
    assert again(award).state == "active"


def test_a_departure_that_reaches_back_lowers_no_month_unheard() -> None:
    child = build.fu_child()
    award = build.award_of(child, now=build.at(2026, 5, 11))
    people.aid(child, dibao=60_000, month=date(2026, 11, 1))
    carried(award, kind="reduce", amount_fen=104_000)
    given = build.departure(amount_fen=110_000, from_month="2026-07", reasons="会商调整")
    with pytest.raises(Conflict):
        actions.redetermine(build.officer(), again(award), given)


def test_an_application_that_is_withdrawn_takes_the_waiting_decision_with_it() -> None:
    application = build.verified_application()
    decision = actions.refuse(build.officer(), application, build.departure())
    actions.withdraw(build.supervisor(), application, {"why": "家庭要求撤回"})
    assert again(decision).state == "withdrawn"
    assert not Task.objects.filter(kind="benefits.second", on_id=decision.pk, state="open").exists()


def test_from_eighteen_on_the_young_person_is_the_addressee() -> None:
    assert build.award_of_orphan(birth_date=date(2008, 12, 20)).determinations.get().addressee == "田桂英"
    grown = build.orphan(birth_date=date(2008, 11, 20))
    application = build.verified_application(grown)
    decision = actions.refuse(build.officer(), application, build.departure())
    assert decision.addressee == grown.name
