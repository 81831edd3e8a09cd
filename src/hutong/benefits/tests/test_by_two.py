"""Who stands behind a decision: departures, ends and payments taken up again need a second officer; mistakes can be
withdrawn before they are delivered and corrected after."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from hutong.benefits import actions
from hutong.benefits.models import Application, Award, Determination
from hutong.benefits.queries.bases import due_on
from hutong.benefits.tests import build
from hutong.core.errors import Conflict, Invalid, Refused
from hutong.core.models import Clock, Task
from hutong.money.models import Line
from hutong.money.tests.build import written_by
from hutong.people.tests import build as people

pytestmark = pytest.mark.django_db
WRONG = {"withdrawn_why": "录入时看错了证明"}


def asked(record: Any) -> set[str]:
    rows = Task.objects.filter(on_label=record._meta.label_lower, on_id=record.pk, state="open")
    return set(rows.values_list("kind", flat=True))


def state_of(application: Application) -> str:
    return str(Application.objects.get(pk=application.pk).state)


def test_a_departure_waits_for_a_second_officer_and_nothing_follows_until_then() -> None:
    application, maker = build.verified_application(), build.officer()
    decision = actions.confirm(maker, application, build.departure(amount_fen=100_000))
    assert (decision.state, decision.award) == ("waiting", None)
    assert state_of(application) == "verified"
    assert asked(decision) == {"benefits.second"}, "nobody is asked to deliver it yet"
    with pytest.raises(Refused):
        actions.second_decision(maker, decision)
    with pytest.raises(Conflict):
        actions.record_delivery(build.supervisor(), decision, build.delivered())
    signed = actions.second_decision(build.officer(), decision)
    assert (signed.state, signed.award.bases.get().fixed_fen) == ("in_force", 100_000)
    assert state_of(application) == "recognised"
    assert asked(decision) == {"benefits.tell"}


def test_while_one_waits_nothing_else_is_decided_on_the_same_matter() -> None:
    application = build.verified_application()
    actions.refuse(build.officer(), application, build.departure())
    for act, given in ((actions.confirm, {}), (actions.refuse, build.departure())):
        with pytest.raises(Conflict):
            act(build.officer(), application, given)
    award = build.award_of_fu_child()
    actions.end_award(build.officer(), award, {"reason": "death", "happened_on": "2026-11-20"})
    with pytest.raises(Conflict):
        actions.redetermine(build.officer(), award, {"reasons": "低保金额变化"})


def test_the_database_keeps_a_departure_out_of_force_without_its_second_person() -> None:
    decision = actions.refuse(build.officer(), build.verified_application(), build.departure())
    for change in ({"state": "in_force"}, {"state": "in_force", "seconded_by": decision.decided_by_id}):
        with written_by("benefits", build.NOW), pytest.raises(IntegrityError), transaction.atomic():
            Determination.objects.filter(pk=decision.pk).update(**change)


def test_the_second_person_is_not_asked_to_sign_what_the_facts_no_longer_bear() -> None:
    child = build.fu_child()
    application = build.verified_application(child)
    decision = actions.confirm(build.officer(), application, build.departure(amount_fen=100_000))
    people.aid(child, dibao=40_000, month=date(2026, 11, 1))
    with pytest.raises(Conflict):
        actions.second_decision(build.officer(), decision)
    actions.withdraw_decision(build.officer(), decision, WRONG)
    assert build.recognised(application).bases.get().amount_fen == 124_000


def test_a_sum_above_the_standard_or_months_before_the_application_name_their_ground() -> None:
    application = build.verified_application()
    for given, code in (
        ({"amount_fen": 200_000}, "above_standard"),
        ({"first_month": "2026-01"}, "before_application"),
    ):
        with pytest.raises(Invalid) as refused:
            actions.confirm(build.officer(), application, build.departure(**given))
        assert [(e.field, e.code) for e in refused.value.errors] == [("beyond", code)]
    ground = build.departure(amount_fen=200_000, beyond="护桐县政府会议纪要〔2026〕3号")
    assert actions.confirm(build.officer(), application, ground).beyond


def test_an_end_takes_two_officers_and_to_give_up_takes_the_guardians_statement() -> None:
    award = build.award_of_fu_child()
    given = {"reason": "given_up", "happened_on": "2026-11-20"}
    with pytest.raises(Invalid) as refused:
        actions.end_award(build.officer(), award, given)
    assert [e.field for e in refused.value.errors] == ["paper"]
    decision = actions.end_award(build.officer(), award, given | {"paper": build.photo("放弃声明.png")})
    assert Award.objects.get(pk=award.pk).state == "active"
    build.signed(decision)
    assert Award.objects.get(pk=award.pk).state == "ended"


def test_a_mistake_found_before_delivery_is_withdrawn_by_another_and_its_number_stays() -> None:
    maker = build.officer()
    application = build.verified_application()
    build.payee_of(application.child, build.officer())
    due = Clock.objects.get(on_id=application.pk, limit="FU-APP-3").due_on
    decision = actions.confirm(maker, application, {})
    with pytest.raises(Refused):
        actions.withdraw_decision(maker, decision, WRONG)
    actions.withdraw_decision(build.officer(), decision, WRONG)
    decision.refresh_from_db()
    assert (decision.state, decision.award.state, decision.award.end_reason) == ("withdrawn", "ended", "withdrawn")
    assert state_of(application) == "verified"
    running = Clock.objects.get(on_id=application.pk, limit="FU-APP-3", stopped_on=None)
    assert running.due_on == due, "the days of the county go on as they were"
    assert asked(decision) == set()
    again = build.recognised(application)
    assert again.determinations.get().document_no != decision.document_no
    batch = build.run(again, "2026-12", build.at(2026, 12, 10))
    assert [line.amount_fen for line in Line.objects.filter(batch=batch)] == [164_000], "paid once"


def test_the_days_to_deliver_end_with_a_decision_that_is_withdrawn() -> None:
    child = build.fu_child(lives=build.FAR_VILLAGE, registered=build.VILLAGE)
    there = build.supervisor(build.FAR_TOWN)
    application = actions.pass_on(there, actions.file_application(there, build.draft_application(child, there)))
    actions.verify(build.supervisor(), application, {"opinion": "meets", "found": "属实"})
    decision = actions.confirm(build.officer(), Application.objects.get(pk=application.pk), {})
    actions.withdraw_decision(build.officer(), decision, WRONG)
    running = Clock.objects.filter(on_label="benefits.determination", on_id=decision.pk)
    assert [clock.stopped_on is not None for clock in running] == [True]


def test_what_was_delivered_or_ordered_is_not_withdrawn() -> None:
    told = build.refusal()
    actions.record_delivery(build.supervisor(), told, build.delivered())
    with pytest.raises(Conflict):
        actions.withdraw_decision(build.officer(), told, WRONG)
    award = build.award_of_fu_child(now=build.at(2026, 8, 10))
    build.run(award, "2026-09", build.at(2026, 9, 20))
    with pytest.raises(Conflict):
        actions.withdraw_decision(build.officer(), award.determinations.get(), WRONG)


def test_after_delivery_a_refusal_is_corrected_by_a_decision_of_its_own_that_names_it() -> None:
    decision = build.refusal()
    actions.record_delivery(build.supervisor(), decision, build.delivered())
    application = Application.objects.get(pk=decision.application_id)
    maker = replace(build.officer(), user_id=decision.decided_by_id)
    with pytest.raises(Refused):
        actions.decide_anew(maker, application, {"why": "漏看了失联证明"})
    with pytest.raises(Invalid):
        actions.decide_anew(build.officer(), application, {})
    actions.decide_anew(build.officer(), application, {"why": "漏看了失联证明"})
    application.refresh_from_db()
    waits = build.departure(category="fu", amount_fen=164_000, first_month="2026-12")
    assert actions.confirm(build.officer(), application, waits).corrects == decision


def test_a_withdrawn_reduction_is_paid_after_all() -> None:
    award = build.award_of_fu_child()
    told = {"told_on": "2026-11-23", "told_whom": "田桂英", "reasons": "本月起低保金额有变化", "from_month": "2026-12"}
    hearing = actions.propose(build.officer(), award, told | {"kind": "reduce", "amount_fen": 150_000})
    actions.hear_payee(build.supervisor(), hearing, {"answer": "agrees"})
    decision = build.signed(actions.carry_out(build.officer(), hearing, build.departure(closing="同意")))
    assert (decision.outcome, decision.before["amount_fen"], decision.amount_fen) == ("reduce", 164_000, 150_000)
    assert due_on(award, date(2026, 12, 1)) == 150_000
    actions.withdraw_decision(build.officer(), decision, WRONG)
    assert due_on(award, date(2026, 12, 1)) == 164_000
    assert award.bases.count() == 2, "both stay on file"


def test_a_reduction_the_payee_agrees_to_need_not_wait_for_its_day() -> None:
    award = build.award_of_fu_child()
    told = {"told_on": "2026-11-23", "told_whom": "田桂英", "reasons": "本月起低保金额有变化", "from_month": "2026-12"}
    people.aid(award.child, dibao=40_000, month=date(2026, 11, 1))
    hearing = actions.propose(build.officer(), award, told | {"kind": "reduce", "amount_fen": 124_000})
    actions.hear_payee(build.supervisor(), hearing, {"answer": "agrees"})
    assert actions.carry_out(build.officer(), hearing, {"closing": "同意"}).state == "in_force"
    assert due_on(award, date(2026, 12, 1)) == 124_000


def test_deciding_anew_from_an_earlier_month_uses_each_months_facts_and_figures() -> None:
    child = build.fu_child()
    people.aid(child, dibao=40_000, month=date(2026, 1, 1))
    award = build.award_of(child, now=build.at(2026, 5, 11))
    assert due_on(award, date(2026, 7, 1)) == 116_000, "1,560 of those months less 400"
    people.aid(child, dibao=20_000, month=date(2026, 8, 1))
    given = {"reasons": "低保份额八月起减少，当时未调整", "from_month": "2026-07"}
    decision = actions.redetermine(build.officer(), award, given)
    sums = [due_on(award, date(2026, month, 1), build.NOW.date()) for month in (6, 7, 8, 9, 12)]
    assert sums == [116_000, 124_000, 144_000, 144_000, 144_000], "1,640 from July, known since; less aid from August"
    assert decision.corrects == award.determinations.order_by("id").first()


def test_a_notice_counts_as_delivered_to_the_addressee_or_as_the_law_lets_it_count() -> None:
    decision = build.refusal()
    assert decision.addressee == "田桂英"
    bad = (
        ({"received_by": "村主任王某"}, "received_by"),
        ({"how": "post"}, "receipt"),
        ({"how": "left", "recipient": "adult_at_home", "received_by": "田大山"}, "receipt"),
    )
    for given, field in bad:
        with pytest.raises(Invalid) as refused:
            actions.record_delivery(build.supervisor(), decision, build.delivered(**given))
        assert [e.field for e in refused.value.errors] == [field]
    son = build.delivered(recipient="adult_at_home", received_by="田大山")
    assert actions.record_delivery(build.supervisor(), decision, son).recipient == "adult_at_home"


def test_a_village_director_who_applies_is_never_the_addressee() -> None:
    child = build.child_nobody_looked_into()
    people.carer(child, "田桂英")
    application = build.filed_application(child, applicant_kind="finding", applicant_name="王主任")
    decision = actions.return_for_missing(build.supervisor(), application, {"reasons": "请补充父母情况证明"})
    assert decision.addressee == "田桂英"
    assert decision.document_no.startswith("儿保补字"), "a notice decides nothing and has a series of its own"
