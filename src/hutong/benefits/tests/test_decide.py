"""Who may decide, on what, and what has to stand behind a departure."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from django.db import IntegrityError, transaction

from hutong.benefits import actions
from hutong.benefits.models import Application, Award, Determination, SealedGrounds
from hutong.benefits.queries.advice import advise
from hutong.benefits.queries.bases import due_on
from hutong.benefits.tests import build
from hutong.core import places
from hutong.core.errors import Conflict, Invalid, NotFound, Refused
from hutong.core.models import Clock, Entry, JournalLine, Task
from hutong.core.viewer import acting
from hutong.money.models import Line
from hutong.money.tests.build import written_by
from hutong.org.terms import Role
from hutong.people import actions as people_actions
from hutong.people.tests import build as people

pytestmark = pytest.mark.django_db


def tasks_on(record: object) -> set[str]:
    label = record._meta.label_lower  # type: ignore[attr-defined]
    return set(Task.objects.filter(on_label=label, on_id=record.pk, state="open").values_list("kind", flat=True))  # type: ignore[attr-defined]


def lines_of(batch: object) -> list[Line]:
    with acting(build.finance()):
        return list(Line.objects.filter(batch=batch).order_by("id"))


def test_a_departure_needs_reasons_and_minutes_and_is_counted() -> None:
    application = build.verified_application()
    with pytest.raises(Invalid) as refused:
        actions.refuse(build.officer(), application, {"reasons": "情况存疑"})
    assert len(refused.value.errors) == 3, "the day of the meeting, its participants and its minutes"
    decision = actions.refuse(build.officer(), application, build.departure())
    assert decision.departs
    entry = Entry.objects.get(action="benefits.refuse", on_id=application.pk)
    assert entry.notes["departed"] is True
    assert (entry.notes["advice"], entry.notes["outcome"]) == ("recognise", "refuse")


def test_another_amount_than_advised_is_a_departure_and_stays_fixed() -> None:
    application = build.verified_application()
    with pytest.raises(Invalid):
        actions.confirm(build.officer(), application, {"amount_fen": 100_000})
    award = build.recognised(application, **build.departure(amount_fen=100_000))
    assert award.determinations.get().departs
    assert award.bases.get().fixed_fen == 100_000


def test_the_database_refuses_a_departure_without_minutes_and_one_person_for_both_steps() -> None:
    decision = build.refusal()
    for change in ({"departs": True}, {"verified_by": decision.decided_by_id}):
        with written_by("benefits", build.NOW), pytest.raises(IntegrityError), transaction.atomic():
            Determination.objects.filter(pk=decision.pk).update(**change)


def test_who_verified_cannot_confirm() -> None:
    application = build.verified_application()
    same = replace(build.officer(), user_id=application.verified_by_id)
    with pytest.raises(Refused):
        actions.confirm(same, application, {})
    assert build.reread(same, application).state == "verified"


@pytest.mark.parametrize("role", [r for r in Role if r != Role.COUNTY_OFFICER])
def test_only_the_county_officer_confirms(role: Role) -> None:
    application = build.verified_application()
    with pytest.raises((Refused, NotFound)):
        actions.confirm(build.staff(role, build.COUNTY), application, {})


def test_outside_reach_there_is_no_such_application_and_the_attempt_is_kept() -> None:
    application = build.verified_application()
    stranger = build.officer(build.FAR_COUNTY)
    with pytest.raises(NotFound):
        actions.confirm(stranger, application, {})
    assert JournalLine.objects.filter(user_id=stranger.user_id, kind="not_found", on_id=application.pk).exists()


def test_recognised_with_nothing_to_pay() -> None:
    child = build.fu_child()
    people.aid(child, dibao=170_000, month=date(2026, 1, 1))
    award = build.award_of(child)
    assert award.determinations.get().outcome == "recognise_zero"
    batch = build.run(award, "2026-12", build.at(2026, 12, 10))
    assert batch.state == "discarded"
    assert batch.told == {"zero": 1}


def test_the_top_up_is_the_standard_less_what_the_child_gets() -> None:
    child = build.fu_child()
    people.aid(child, dibao=40_000, month=date(2026, 1, 1))
    assert build.award_of(child).bases.get().amount_fen == 124_000


def test_a_refusal_names_reasons_other_help_and_leaves_somebody_to_follow_up() -> None:
    decision = build.refusal()
    assert (decision.outcome, decision.departs) == ("refuse", False)
    assert decision.other_help
    assert tasks_on(decision) == {"benefits.follow_up", "benefits.tell"}
    actions.note_follow_up(build.supervisor(), decision, {"result": "已转介临时救助"})
    assert tasks_on(decision) == {"benefits.tell"}


def test_appeal_days_count_from_delivery() -> None:
    decision = build.refusal()
    with pytest.raises(Invalid):
        actions.record_delivery(build.supervisor(), decision, build.delivered(delivered_on="2026-11-20"))
    later = build.supervisor(now=build.at(2026, 12, 1))
    delivery = actions.record_delivery(later, decision, build.delivered(delivered_on="2026-11-30"))
    assert (delivery.review_until, delivery.suit_until) == (date(2027, 1, 29), date(2027, 5, 31))
    assert "benefits.tell" not in tasks_on(decision)
    with pytest.raises(Conflict):
        actions.record_delivery(later, decision, build.delivered(delivered_on="2026-11-30"))


def test_what_cannot_be_decided_is_returned_naming_whom_to_ask() -> None:
    application = build.verified_application(build.child_nobody_looked_into())
    with pytest.raises(Invalid):
        actions.confirm(build.officer(), application, {})
    decision = actions.return_for_missing(build.officer(), application, {"reasons": "父母情况尚未查明"})
    assert decision.advice == "cannot_decide"
    assert {m["ask"]["id"] for m in decision.trace["missing"]}
    assert {"benefits.follow_up", "benefits.tell"} <= tasks_on(decision)
    application.refresh_from_db()
    assert application.state == "returned"
    assert tasks_on(application) >= {"benefits.complete"}


def test_returned_papers_are_handed_in_again_under_the_same_receipt() -> None:
    application = build.verified_application(build.child_nobody_looked_into())
    receipt = application.receipt_no
    actions.return_for_missing(build.officer(), application, {"reasons": "父母情况尚未查明"})
    actions.file_application(build.supervisor(), application)
    application.refresh_from_db()
    assert (application.state, application.receipt_no) == ("filed", receipt)


def test_withdrawn_and_applied_for_again() -> None:
    application = build.filed_application()
    actions.withdraw(build.supervisor(), application, {"why": "家庭要求"})
    with pytest.raises(Conflict):
        actions.verify(build.supervisor(), application, {"opinion": "meets", "found": "属实"})
    again = build.draft_application(application.child)
    assert again.state == "draft"


def test_one_open_application_and_one_running_award_per_child() -> None:
    application = build.draft_application()
    with pytest.raises(Conflict):
        build.draft_application(application.child)
    award = build.award_of_orphan()
    with pytest.raises(Conflict):
        build.draft_application(award.child)


def test_another_county_accepts_and_the_four_limits_run() -> None:
    child = build.fu_child(lives=build.FAR_VILLAGE, registered=build.VILLAGE)
    there, here = build.supervisor(build.FAR_TOWN), build.supervisor()
    application = actions.file_application(there, build.draft_application(child, there))
    assert (application.state, application.elsewhere) == ("accepted", True)

    def running(record: object) -> dict[str, date]:
        label = record._meta.label_lower  # type: ignore[attr-defined]
        clocks = Clock.objects.filter(on_label=label, on_id=record.pk, stopped_on=None)  # type: ignore[attr-defined]
        return dict(clocks.values_list("limit", "due_on"))

    assert running(application) == {"ORP-APP-5.accept": date(2026, 11, 26)}
    with pytest.raises(Conflict):
        actions.pass_on(here, application)
    application = actions.pass_on(there, application)
    assert running(application) == {"ORP-APP-5.township": date(2026, 12, 14)}
    with pytest.raises(Refused):
        actions.verify(there, application, {"opinion": "meets", "found": "属实"})
    actions.verify(here, application, {"opinion": "meets", "found": "属实"})
    application = build.reread(here, application)
    assert running(application) == {"ORP-APP-5.county": date(2026, 12, 14)}
    award = build.recognised(application)
    decision = award.determinations.get()
    assert running(decision) == {"ORP-APP-5.notify": date(2026, 11, 26)}
    told = Task.objects.get(kind="benefits.tell", on_id=decision.pk)
    delivered = build.delivered()
    actions.record_delivery(there, decision, delivered)
    assert running(decision) == {}
    assert there.reaches(told.place_key)
    assert not here.reaches(told.place_key)


def test_a_paper_is_settled_in_exactly_one_way() -> None:
    application = build.draft_application()
    director, township = build.director(), build.supervisor()
    wanted = {"kind": "identity", "about": "applicant"}
    for bad in ({}, {"file": build.photo(), "waived_because": "已知"}, {"office": "公安"}):
        with pytest.raises(Invalid):
            actions.add_proof(township, application, wanted | bad)
    with pytest.raises(Invalid):
        actions.add_proof(director, application, wanted | {"waived_because": "已知"})
    proof = actions.add_proof(township, application, wanted | {"office": "公安机关", "record_ref": "户籍比对一致"})
    assert proof.state == "held_elsewhere"
    proof = actions.add_proof(director, application, wanted | {"file": build.photo(), "incomplete_because": "背面缺失"})
    assert (proof.state, proof.reason) == ("incomplete", "背面缺失")


def test_a_program_renamed_to_a_picture_is_no_proof() -> None:
    application = build.draft_application()
    from hutong.core.files import Upload

    bad = {
        "kind": "identity",
        "about": "applicant",
        "file": Upload(name="身份证.png", data=b"MZ\x90\x00" + b"\0" * 200),
    }
    with pytest.raises(Invalid):
        actions.add_proof(build.supervisor(), application, bad)
    assert application.proofs.get(kind="identity").state == "needed"


def test_facts_reported_by_the_director_count_once_the_township_found_them_true() -> None:
    child = build.child_nobody_looked_into()
    for side in ("father", "mother"):
        people_actions.record_parent_fact(
            build.director(), child, {"side": side, "status": "dead", "since": "2025-01-01", "evidence": "cremation"}
        )
    application = build.filed_application(child)
    facts = list(child.parent_facts.values_list("pk", flat=True))
    given = {"opinion": "meets", "found": "火化证明核对无误", "facts_confirmed": facts}
    actions.verify(build.supervisor(), application, given)
    award = build.recognised(build.reread(build.officer(), application))
    assert award.category == "orphan"


def test_an_hiv_ground_is_nowhere_but_in_the_sealed_row() -> None:
    child = people.child_of_able_parents(name=build.a_name(), in_spite_of="另一名儿童")
    given = {"hiv": True, "since": "2026-01-10", "evidence": "medical", "paper": build.photo()}
    people_actions.record_sealed_health(build.officer(), child, given)
    award = build.award_of(child)
    decision = award.determinations.get()
    assert (award.category, decision.outcome) == ("treated_as_orphan", "recognise")
    for record in (award, decision, award.bases.get()):
        for field in record._meta.concrete_fields:
            if field.name != "special_rate" and field.name != "paid_as":
                assert "hiv" not in str(getattr(record, field.attname)).lower(), field.name
    assert SealedGrounds.objects.get(determination=decision).facts["child.hiv"] is True
    from hutong.core.access import visible_fields

    county = build.officer()
    assert "paid_as" not in visible_fields(county, type(award.bases.get()))
    assert "trace" not in visible_fields(county, SealedGrounds)


def test_the_same_key_confirms_once() -> None:
    application, who = build.verified_application(), build.officer()
    first = actions.confirm(who, application, {}, key="k")
    again = actions.confirm(who, application, {}, key="k")
    assert first.pk == again.pk
    assert Award.objects.filter(child=application.child_id).count() == 1


def test_a_stale_page_is_told_so() -> None:
    application = build.filed_application()
    stale = Application.objects.get(pk=application.pk).version
    actions.verify(build.supervisor(), application, {"opinion": "meets", "found": "属实"})
    with pytest.raises(Conflict):
        actions.confirm(build.officer(), application.pk, {}, version=stale)


def test_what_is_missing_is_asked_of_village_and_township_until_the_application_is_filed_again() -> None:
    application = build.verified_application(build.child_nobody_looked_into())
    actions.return_for_missing(build.officer(), application, {"reasons": "父母情况尚未查明"})
    asked = Task.objects.filter(kind="benefits.complete", on_id=application.pk, state="open")
    assert set(asked.values_list("role", flat=True)) == {Role.VILLAGE_DIRECTOR, Role.TOWNSHIP_SUPERVISOR}
    actions.file_application(build.supervisor(), application)
    assert not asked.exists()


@pytest.fixture
def without_a_standard(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The demo county goes by the code of a place that has entered none; the list may be changed to one that has."""
    codes = ["CN-540102", "CN-54", "CN"]
    monkeypatch.setattr(places, "codes_of_key", lambda key: list(codes))
    return codes


FLOOR = 60_000


def test_a_floor_is_not_advised_and_never_paid_by_silence(without_a_standard: list[str]) -> None:
    application = build.verified_application(build.orphan())
    advised = advise(application.child, build.NOW.date(), application.place_key)
    assert (advised.advice, advised.amount_fen, advised.floor_fen) == ("recognise", None, FLOOR)
    with pytest.raises(Invalid) as refused:
        actions.confirm(build.officer(), application, {})
    assert [(e.field, e.code) for e in refused.value.errors] == [("amount_fen", "no_standard")]
    with pytest.raises(Invalid) as bare:
        actions.confirm(build.officer(), application, {"pay_floor": True})
    wanted = {"reasons", "signer_note", "meeting_on", "participants", "minutes"}
    assert {e.field for e in bare.value.errors} == wanted
    assert not Award.objects.exists()


def test_a_floor_that_an_officer_chooses_is_a_departure_and_gives_way_to_the_standard(
    without_a_standard: list[str],
) -> None:
    child = build.orphan()
    application = build.verified_application(child)
    build.payee_of(child, build.officer())
    award = build.recognised(application, **build.departure(pay_floor=True))
    decision = award.determinations.get()
    assert (decision.departs, decision.amount_fen) == (True, FLOOR)
    notes = Entry.objects.get(action="benefits.confirm", on_id=application.pk).notes
    assert (notes["departed"], notes["floor_fen"]) == (True, FLOOR)
    basis = award.bases.get()
    assert (basis.amount_fen, basis.fixed_fen) == (FLOOR, None), "nothing is fixed"
    assert due_on(award, date(2026, 12, 1)) == FLOOR
    batch = build.run(award, "2026-12", build.at(2026, 12, 10))
    assert [line.amount_fen for line in lines_of(batch)] == [FLOOR]
    without_a_standard[:] = ["CN-999901", "CN-99", "CN"]
    build.pay(batch, build.at(2026, 12, 11))
    later = build.run(award, "2027-01", build.at(2027, 1, 10))
    kinds = {line.kind: line.amount_fen for line in lines_of(later)}
    assert kinds == {"regular": 164_000, "arrears": 104_000}, "what it is once entered, and what was short"


def test_a_floor_cannot_be_chosen_where_the_place_has_a_standard_or_beside_another_sum(
    without_a_standard: list[str],
) -> None:
    application = build.verified_application(build.orphan())
    with pytest.raises(Invalid) as both:
        actions.confirm(build.officer(), application, build.departure(pay_floor=True, amount_fen=100_000))
    assert [e.code for e in both.value.errors] == ["too_many"]
    without_a_standard[:] = ["CN-999901", "CN-99", "CN"]
    with pytest.raises(Invalid) as none:
        actions.confirm(build.officer(), application, build.departure(pay_floor=True))
    assert [e.code for e in none.value.errors] == ["no_floor"]
