"""From an application to a paid month, step by step."""

from __future__ import annotations

from datetime import date

import pytest

from hutong.benefits import actions
from hutong.benefits.models import Award, Proof
from hutong.benefits.tests import build
from hutong.core.jobs import run_reaction
from hutong.core.models import Clock, EventLine, Task
from hutong.money.models import Line
from hutong.people.tests import build as people

pytestmark = pytest.mark.django_db


def open_tasks(record: object) -> set[str]:
    label = record._meta.label_lower  # type: ignore[attr-defined]
    return set(Task.objects.filter(on_label=label, on_id=record.pk, state="open").values_list("kind", flat=True))  # type: ignore[attr-defined]


def test_filing_gives_a_dated_receipt_and_the_township_its_limit() -> None:
    application = build.filed_application()
    assert application.filed_on == date(2026, 11, 23)
    assert application.receipt_no == f"SQ20261123{application.pk:07d}"
    assert open_tasks(application) == {"benefits.verify"}
    clock = Clock.objects.get(on_label="benefits.application", on_id=application.pk, stopped_on=None)
    assert (clock.limit, clock.due_on) == ("FU-APP-2", date(2026, 12, 14))


def test_the_list_of_papers_is_complete_and_asks_the_family_only_for_what_no_office_holds() -> None:
    child = build.child_nobody_looked_into()
    people.parent_fact(child, "father", "dead", date(2025, 5, 1), evidence="none")
    people.parent_fact(
        child, "mother", "prison", date(2025, 2, 1), term_from=date(2025, 2, 1), term_months=60, evidence="none"
    )
    application = build.draft_application(child)
    papers = {(p.kind, p.about): p for p in Proof.objects.filter(application=application)}
    assert papers["death", "father"].asked_of == "office"
    assert papers["death", "father"].office == "police"
    assert papers["custody", "mother"].asked_of == "office"
    assert [key for key, p in papers.items() if p.asked_of == "family"] == [("identity", "applicant")]


def test_an_award_follows_the_advice_of_the_law() -> None:
    award = build.award_of_fu_child()
    assert (award.category, award.first_month, award.state) == ("fu", date(2026, 12, 1), "active")
    basis = award.bases.get()
    assert (basis.amount_fen, basis.fixed_fen) == (164_000, None)
    decision = award.determinations.get()
    assert (decision.outcome, decision.departs) == ("recognise", False)
    assert decision.trace["reasons"]
    assert decision.trace["trace"]["rules"]
    assert award.order.on_id == award.pk


def test_a_month_is_paid_once_and_arrears_follow_a_standard_known_late() -> None:
    award = build.award_of_fu_child(now=build.at(2026, 6, 15))
    assert award.first_month == date(2026, 7, 1)
    first = build.run(award, "2026-07", build.at(2026, 7, 10))
    lines = list(Line.objects.filter(batch=first))
    assert [(ln.kind, ln.month, ln.amount_fen) for ln in lines] == [("regular", date(2026, 7, 1), 156_000)]
    again = build.run(award, "2026-07", build.at(2026, 7, 11))
    assert again.state == "discarded"
    build.pay(first, build.at(2026, 7, 12))
    later = build.run(award, "2026-09", build.at(2026, 9, 20))
    found = sorted((ln.month, str(ln.kind), ln.amount_fen, ln.corrects_id) for ln in Line.objects.filter(batch=later))
    assert found == [
        (date(2026, 7, 1), "arrears", 8_000, lines[0].pk),
        (date(2026, 8, 1), "regular", 164_000, None),
        (date(2026, 9, 1), "regular", 164_000, None),
    ]


def test_a_child_without_a_payee_is_awarded_and_somebody_is_asked_for_one() -> None:
    award = build.recognised(build.verified_application())
    assert award.order is None
    assert open_tasks(award) == {"benefits.no_payee"}
    payee = build.payee_of(award.child, build.officer())
    actions.set_payee(build.officer(), award, {"payee_id": payee.pk})
    award = Award.objects.get(pk=award.pk)
    assert award.order.payee_id == payee.pk
    assert open_tasks(award) == set()


def test_an_approved_account_orders_the_payment_of_an_award_that_waited() -> None:
    award = build.recognised(build.verified_application())
    build.payee_of(award.child, build.officer())
    event = EventLine.objects.filter(name="money.account_approved").latest("id")
    run_reaction("benefits.payee_found", event.pk)
    award = Award.objects.get(pk=award.pk)
    assert award.order is not None
    assert "benefits.no_payee" not in open_tasks(award)
    run_reaction("benefits.payee_found", event.pk)


def test_a_place_without_awards_pays_nobody() -> None:
    county = people.places()[build.FAR_COUNTY]
    batch = actions.run_month(build.officer(build.FAR_COUNTY), {"place_id": county.pk, "month": "2026-11"})
    assert batch.state == "discarded"
    assert not Line.objects.filter(batch=batch).exists()
