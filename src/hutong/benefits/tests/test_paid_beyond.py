"""Paid on although nobody cheated; departures before the signature; the eighteenth birthday told in time."""

from __future__ import annotations

from datetime import date
from io import BytesIO

import pytest
from django.db.models import Sum
from pypdf import PdfReader

from hutong.benefits import actions
from hutong.benefits.models import Award
from hutong.benefits.queries.by_month import recomputed
from hutong.benefits.queries.departed import departed_in
from hutong.benefits.queries.notices import notice_pdf, of_age_pdf
from hutong.benefits.tests import build
from hutong.core.action import call_system
from hutong.core.tests.build import Browser
from hutong.core.viewer import acting
from hutong.money.models import Batch, Line, RecoveryPart
from hutong.people import actions as people_actions
from hutong.people.models import ParentFact
from hutong.people.tests import build as people

pytestmark = pytest.mark.django_db


def paid_since_may() -> Award:
    """A child whose father is dead and whose mother cannot be reached, paid from June to October 2026."""
    award = build.award_of_fu_child(now=build.at(2026, 5, 11))
    for month in range(6, 11):
        build.pay(build.run(award, f"2026-{month:02d}", build.at(2026, month, 20)), build.at(2026, month, 21))
    return award


def mother_back(award: Award, day: date) -> None:
    fact = ParentFact.objects.get(child_id=award.child_id, side="mother", until=None)
    given = {"until": day, "evidence": "custody_paper", "why": "母亲返家", "paper": build.photo()}
    people_actions.end_parent_fact(build.supervisor(), fact, given)
    people.parent_fact(award.child, "mother", "able", day)


def test_months_paid_after_the_ground_ended_are_reckoned_and_the_month_it_changed_in_is_left_to_a_person(
    browse: Browser,
) -> None:
    award = paid_since_may()
    mother_back(award, date(2026, 8, 15))
    found = recomputed(award, build.NOW.date())
    assert [(one.month.month, one.over_fen, one.moved) for one in found] == [
        (8, 0, True), (9, 164_000, False), (10, 164_000, False),
    ]  # fmt: skip
    shown = browse.get(build.officer(), f"/benefits/action/propose/{award.pk}/").content.decode()
    assert f"/benefits/action/propose/{award.pk}/?kind=recover&amp;amount_fen=3280.00" in shown


def test_the_claim_is_about_the_months_that_were_paid_beyond_and_its_paper_lists_them() -> None:
    award = paid_since_may()
    people.aid(award.child, dibao=40_000, month=date(2026, 8, 1))
    people.aid(award.child, dibao=0, month=date(2026, 10, 1))
    told = {"told_on": "2026-11-23", "told_whom": "田桂英", "reasons": "八月、九月另有低保金，按规定多发部分应退回"}
    hearing = actions.propose(
        build.officer(), award, told | {"kind": "recover", "amount_fen": 80_000, "from_month": "2026-08"}
    )
    actions.hear_payee(build.supervisor(), hearing, {"answer": "agrees"})
    decision = actions.carry_out(build.officer(), hearing, {"closing": "同意退回"})
    claimed = RecoveryPart.objects.filter(recovery__order=award.order).values_list("line__month")
    by_month = dict(claimed.annotate(fen=Sum("amount_fen")).order_by("line__month"))
    assert by_month == {date(2026, 8, 1): 40_000, date(2026, 9, 1): 40_000}
    with acting(build.officer()) as county:
        text = "".join(page.extract_text() for page in PdfReader(BytesIO(notice_pdf(county, decision))).pages)
    assert "2026年8月" in text.replace(" ", "")
    assert "请退回多发款项800.00元" in "".join(text.split())


def test_nothing_is_claimed_where_the_facts_still_hold() -> None:
    assert recomputed(paid_since_may(), build.NOW.date()) == []


def test_less_because_of_other_aid_is_reckoned_month_by_month() -> None:
    award = paid_since_may()
    people.aid(award.child, dibao=40_000, month=date(2026, 9, 1))
    assert [(one.month.month, one.over_fen) for one in recomputed(award, build.NOW.date())] == [
        (9, 40_000),
        (10, 40_000),
    ]


def test_whoever_signs_a_batch_sees_every_departure_with_its_reasons() -> None:
    child = build.fu_child()
    application = build.verified_application(child)
    build.payee_of(child, build.officer())
    award = build.recognised(application, **build.departure(amount_fen=100_000, reasons="家庭另有慈善资助，会商减半"))
    build.award_of_orphan()
    batch = build.run(award, "2026-12", build.at(2026, 12, 10))
    signer = build.finance(now=build.at(2026, 12, 10))
    with acting(signer):
        (found,) = departed_in(signer, Batch.objects.get(pk=batch.pk), 10)
        assert (found.amount_fen, found.decision.reasons) == (100_000, "家庭另有慈善资助，会商减半")
        assert Line.objects.filter(batch=batch).count() == 2, "the other one follows the advice"


def test_the_signer_reads_a_reason_of_their_own_and_nothing_of_the_family(browse: Browser) -> None:
    child = build.fu_child()
    application = build.verified_application(child)
    build.payee_of(child, build.officer())
    told = {"reasons": "母亲重病住院，会商减半", "signer_note": "另有慈善资助，减半发放"}
    award = build.recognised(application, **build.departure(amount_fen=100_000, **told))
    batch = build.run(award, "2026-12", build.at(2026, 12, 10))
    signer = build.finance(now=build.at(2026, 12, 10))
    for address in (f"/money/batch/{batch.pk}/", f"/benefits/departed/{batch.pk}/"):
        page = browse.get(signer, address).content.decode()
        assert told["signer_note"] in page
        assert told["reasons"] not in page
    assert told["reasons"] in browse.get(build.officer(), f"/benefits/departed/{batch.pk}/").content.decode()


def test_three_months_before_eighteen_the_family_is_told_until_when_it_is_paid_and_what_to_bring() -> None:
    award = build.award_of_orphan(birth_date=date(2009, 2, 20))
    with acting(build.officer()):
        call_system(actions.ask_school_proof, {})
    award.refresh_from_db()
    assert award.school_asked_on is not None
    with acting(build.officer()) as county:
        text = "".join(page.extract_text() for page in PdfReader(BytesIO(of_age_pdf(county, award))).pages)
    text = "".join(text.split())
    assert "2027年2月20日年满18周岁" in text
    assert "发放至2027年2月" in text
    assert "在校证明" in text
