"""Grounds as an office records them: a parent lost by either route, and files that contradict themselves."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from hutong.benefits.models import Application, Proof
from hutong.benefits.queries.advice import Advised, advise
from hutong.benefits.terms import Advice
from hutong.benefits.tests import build
from hutong.core.tests.build import Browser
from hutong.people.tests import build as people

pytestmark = pytest.mark.django_db
SINCE = date(2026, 5, 23)
"""Six months before the day of these tests."""


def told(application: Application) -> Advised:
    return advise(application.child, build.NOW.date(), application.place_key)


def with_a_lost_mother(**given: Any) -> Application:
    """The father is dead, the mother out of contact; all else was looked into."""
    child = build.child_nobody_looked_into()
    people.aid(child)
    people.parent_fact(child, "father", "dead", date(2025, 5, 1), evidence="household_cancellation")
    people.parent_fact(child, "mother", "lost_contact", SINCE, **given)
    return build.verified_application(child)


def test_a_mother_whom_the_police_cannot_search_for_is_lost_by_five_steps_without_any_paper_of_theirs() -> None:
    application = with_a_lost_mother(lost_steps=5)
    assert (told(application).advice, told(application).category) == (Advice.RECOGNISE, "fu")
    assert not Proof.objects.filter(application=application, about="mother").exists()


def test_four_steps_ask_for_the_fifth_and_still_for_nothing_of_the_police() -> None:
    application = with_a_lost_mother(lost_steps=4)
    assert told(application).advice == Advice.CANNOT_DECIDE
    assert [missing.fact for missing in told(application).leads] == ["mother.lost_steps"]
    assert set(Proof.objects.filter(application=application, about="mother").values_list("kind", flat=True)) == {
        "lost_five_steps"
    }


def test_a_day_short_of_six_months_is_not_lost() -> None:
    child = with_a_lost_mother(lost_steps=5).child
    day_before = date(2026, 11, 22)
    assert advise(child, day_before, child.actual_key).decision.values["category"] in ("NONE", None)


def test_reported_to_the_police_it_is_their_receipt_that_shows_it() -> None:
    reported = {"reported_on": SINCE, "accepted_on": SINCE}
    assert [missing.fact for missing in told(with_a_lost_mother(**reported)).leads] == ["mother.lost_receipt"]
    shown = with_a_lost_mother(**reported, evidence="police_receipt")
    assert told(shown).advice == Advice.RECOGNISE


def test_a_foundling_whose_parents_are_both_known_and_able_is_asked_about_and_not_decided(browse: Browser) -> None:
    child = build.child_nobody_looked_into(status="foundling", status_evidence="foundling_report")
    for side in ("father", "mother"):
        people.parent_fact(child, side, "able", date(2025, 5, 1))
    application = build.verified_application(child)
    assert told(application).advice == Advice.CANNOT_DECIDE
    page = browse.text(build.officer(), f"/benefits/decide/{application.pk}/")
    assert "既称查找不到生父母，又称父母均已核查，请核实" in page
