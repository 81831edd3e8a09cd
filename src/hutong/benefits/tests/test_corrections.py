"""Corrections of the law: what was decided, printed or counted before is listed for review, and nothing is changed."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from copy import copy
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from hutong.benefits import actions
from hutong.benefits.models import Determination
from hutong.benefits.queries import corrections
from hutong.benefits.tests import build
from hutong.core.jurisdiction import law
from hutong.core.models import Clock
from hutong.core.tests.build import Browser
from hutong.law.jurisdiction import Jurisdiction, folder_of
from hutong.law.language import Label

pytestmark = pytest.mark.django_db
PAGE = "/benefits/corrections/"
FOUND = """
  - correction: tried
    zh: 试更正
    en: tried
    found: 2026-11-30
    from: 2026-01-01
    rules: fu_amount
    before: {zh: 原来, en: then}
    now: {zh: 后来, en: later}
    act: house
    evidence: M
    note: {zh: 测试, en: test}
"""


@pytest.fixture
def later(monkeypatch: pytest.MonkeyPatch) -> Callable[[Jurisdiction], None]:
    """From now on the decisions are read with another law."""

    def take(other: Jurisdiction) -> None:
        for room in ("queries", "screens"):
            monkeypatch.setattr(f"hutong.benefits.{room}.corrections.law", lambda: other)

    return take


def another_law(folder: Path) -> Jurisdiction:
    """This law with a hundred yuan less for unattended children, and a correction that says so."""
    shutil.copytree(folder_of("cn"), folder)
    money, listed = folder / "rules" / "money.yaml", folder / "corrections.yaml"
    text = money.read_text(encoding="utf-8")
    formula = "if child.tekun_fen > 0 yuan then 0 yuan else max(0 yuan, standard - relief_received)"
    assert formula in text
    money.write_text(text.replace(formula, f"{formula} - 100 yuan"), encoding="utf-8")
    listed.write_text(listed.read_text(encoding="utf-8") + FOUND, encoding="utf-8")
    return Jurisdiction(folder, law().local)


def test_a_decision_on_which_the_law_now_says_otherwise_is_listed_and_stays_as_it_is(
    browse: Browser, later: Callable[[Jurisdiction], None], tmp_path: Path
) -> None:
    decision = build.award_of_fu_child().determinations.get()
    orphan = build.award_of_orphan().determinations.get()
    officer = build.officer()
    page = browse.text(officer, PAGE)
    assert decision.document_no not in page, "taken under this very law"
    later(another_law(tmp_path / "cn"))
    page = browse.text(officer, PAGE)
    listed = page[page.index("试更正") :]
    for words in (decision.document_no, "1,640.00", "1,540.00"):
        assert words in listed, words
    assert orphan.document_no not in listed, "its amount is what it was"
    assert Determination.objects.get(pk=decision.pk).amount_fen == 164_000
    assert decision.document_no not in browse.text(build.officer(build.FAR_COUNTY), PAGE), "outside reach"
    assert browse.get(build.supervisor(), PAGE).status_code in (403, 404)


def test_decisions_are_asked_again_page_by_page(
    browse: Browser, later: Callable[[Jurisdiction], None], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    older, newer = (build.award_of_fu_child().determinations.get() for _n in range(2))
    later(another_law(tmp_path / "cn"))
    monkeypatch.setattr(corrections, "AT_ONCE", 1)
    page = browse.text(build.officer(), PAGE)
    assert newer.document_no in page
    assert older.document_no not in page
    address = f"{PAGE}?before={newer.pk}"
    assert address in page
    assert older.document_no in browse.text(build.officer(), address)


def test_letters_with_the_former_words_are_listed_while_something_may_be_done(
    later: Callable[[Jurisdiction], None],
) -> None:
    refusal, officer = build.refusal(), build.officer()
    after_review, first = (law().law.corrections[name] for name in ("suit-after-review", "review-first"))
    assert corrections.letters(officer, after_review) == [], "printed with the words of this law"
    newer = copy(law())
    newer.version = "newer"
    later(newer)
    assert corrections.letters(officer, after_review) == [refusal]
    assert corrections.letters(officer, first) == [], "no refusal prints the way against silence"
    received = build.delivered()
    actions.record_delivery(build.supervisor(), refusal, received)
    assert corrections.letters(build.officer(now=build.at(2027, 5, 24)), after_review) == [refusal]
    assert corrections.letters(build.officer(now=build.at(2027, 5, 25)), after_review) == [], "the time to sue is over"
    assert corrections.letters(officer, replace(after_review, found=date(2026, 11, 22))) == [], (
        "made after it was found"
    )


def test_a_limit_that_stood_still_under_the_other_reading_is_listed_with_both_days(
    browse: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    receipt, limits = law().law.corrections["township-receipt"], law().law.limits
    pause = Label("等待申请人补正期间", "while the applicant completes papers")
    with monkeypatch.context() as before:
        before.setitem(limits, "FU-APP-2", replace(limits["FU-APP-2"], pause=pause))
        application = build.filed_application(build.child_nobody_looked_into())
        away = build.supervisor(now=build.at(2026, 11, 26))
        actions.return_for_missing(away, application, {"reasons": "请补充父母情况证明"})
        actions.file_application(build.supervisor(now=build.at(2026, 12, 7)), application)
    clock = Clock.objects.get(on_id=application.pk, limit="FU-APP-2", stopped_on=None)
    officer = build.officer(now=build.at(2026, 12, 8))
    assert corrections.limits(officer, receipt) == [(clock, date(2026, 12, 14))]
    assert "2026-12-23" in browse.text(officer, PAGE)
    clock.refresh_from_db()
    assert clock.due_on == date(2026, 12, 23), "looking changes nothing"
    build.filed_application()
    assert len(corrections.limits(officer, receipt)) == 1, "one begun as the law is read now is none of them"
