"""A text longer than its column is an error at its control, with everything typed kept: on forms, in rows of a roll."""

from __future__ import annotations

import pytest

from hutong.benefits import actions
from hutong.benefits.models import Hearing, RollRow
from hutong.benefits.tests import build
from hutong.benefits.tests.test_lists import roll, row
from hutong.core.errors import Invalid
from hutong.core.tests.build import Browser
from hutong.people import actions as actions_of_people

pytestmark = pytest.mark.django_db

REASONS = "母亲已返回并共同生活满半年"
PUT = {"kind": "suspend", "reasons": REASONS, "from_month": "2026-12", "told_on": "2026-11-20"}


def test_on_a_form_it_stands_at_its_control_and_the_answers_stay(browse: Browser) -> None:
    award = build.award_of_fu_child()
    address = f"/benefits/action/propose/{award.pk}/"
    answer = browse.post(build.officer(), address, _key="k", **PUT, told_whom="田" * 101)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert 'id="f-told_whom-error"' in page
    assert REASONS in page
    assert "田" * 101 in page
    assert not Hearing.objects.exists()


def test_one_name_of_several_stands_at_the_list(browse: Browser) -> None:
    application = build.verified_application()
    given = build.departure(participants=["甲", "乙" * 101])
    with pytest.raises(Invalid) as refused:
        actions.refuse(build.officer(), application, given)
    assert [(e.field, e.code) for e in refused.value.errors] == [("participants.1", "string_too_long")]
    sent = {"reasons": REASONS, "participants": "甲\n" + "乙" * 101, "_key": "k"}
    answer = browse.post(build.officer(), f"/benefits/action/refuse/{application.pk}/", **sent)
    assert answer.status_code == 422
    assert 'id="f-participants-error"' in answer.content.decode()


def test_in_a_roll_its_row_is_told_by_column_and_the_others_are_taken_over() -> None:
    taken = actions.import_roll(build.officer(), roll(row(payee="田" * 121), row("田小谷", "")))
    long, short = RollRow.objects.filter(roll=taken).order_by("row_no")
    assert (long.state, len(long.errors)) == ("refused", 1)
    assert "收款人" in long.errors[0]["column"]
    assert "120" in long.errors[0]["what"]
    assert short.state != "refused"


def test_what_an_action_finds_names_its_field_and_its_kind() -> None:
    award = build.award_of_fu_child()
    with pytest.raises(Invalid) as refused:
        actions.propose(build.officer(), award, {**PUT, "told_whom": "田桂英", "answer_until": "2026-11-21"})
    assert [(e.field, e.code) for e in refused.value.errors] == [("answer_until", "too_early")]
    with pytest.raises(Invalid) as refused:
        actions.propose(build.officer(), award, {**PUT, "kind": "recover", "told_whom": "田桂英", "amount_fen": -1})
    assert [(e.field, e.code) for e in refused.value.errors] == [("amount_fen", "greater_than_equal")]


def test_only_an_adult_bound_to_the_child_applies_by_number() -> None:
    child, other = build.fu_child(), build.fu_child()
    stranger = actions_of_people.link_person(build.officer(), other.pk, {"bond": "carer", "name": "李桂芳"})
    given = {"child_id": child.pk, "applicant_kind": "guardian", "statement": "请予保障"}
    with pytest.raises(Invalid) as found:
        actions.apply(build.supervisor(), given | {"applicant_id": stranger.person_id})
    assert [(e.field, e.code) for e in found.value.errors] == [("applicant_id", "unknown")]
    carer = actions_of_people.link_person(build.officer(), child.pk, {"bond": "carer", "name": "王桂芳"})
    made = actions.apply(build.supervisor(), given | {"applicant_id": carer.person_id})
    assert made.applicant_name == "王桂芳"
