"""A stored decision explained: for whoever sees its facts, and nobody else."""

from __future__ import annotations

import pytest

from hutong.benefits.tests import build
from hutong.core.models import JournalLine
from hutong.core.tests.build import Browser

pytestmark = pytest.mark.django_db


def test_the_county_sees_every_condition_of_its_decision(browse: Browser) -> None:
    decision = build.award_of_orphan().determinations.get()
    officer = build.officer()
    address = f"/benefits/determination/{decision.pk}/explain/"
    assert address in browse.text(officer, f"/benefits/determination/{decision.pk}/")
    before = JournalLine.objects.filter(on_id=decision.pk, kind="opened").count()
    page = browse.text(officer, address)
    for words in (decision.document_no, "逐项条件", "[成立]", "什么情况下结论会不同"):
        assert words in page, words
    assert "重新说明" not in page, "the law has not changed since"
    assert JournalLine.objects.filter(on_id=decision.pk, kind="opened").count() == before + 1


def test_whoever_does_not_read_the_facts_finds_no_explanation(browse: Browser) -> None:
    decision = build.award_of_orphan().determinations.get()
    address = f"/benefits/determination/{decision.pk}/explain/"
    assert browse.get(build.director(), address).status_code == 404
    assert browse.get(build.officer(), "/benefits/determination/999999/explain/").status_code == 404
