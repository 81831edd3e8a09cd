"""Every programme: 10,000 random cases, missing facts included, give the same on three engines, to the fen."""

from __future__ import annotations

import pytest

from hutong.law import Jurisdiction, jurisdiction

from .engines import Engine, compare
from .strata import sample

COUNT = 10_000
SHARE = 0.05
PROGRAMMES = tuple(jurisdiction("cn").law.programmes)


@pytest.mark.parametrize("programme", PROGRAMMES)
def test_every_outcome_has_its_share(cn: Jurisdiction, programme: str) -> None:
    found = sample(cn, programme, COUNT)
    assert len(found.cases) == COUNT
    assert {target: count for target, count in found.shares.items() if count < SHARE * COUNT} == {}


@pytest.mark.parametrize("programme", PROGRAMMES)
def test_random_cases_agree(cn: Jurisdiction, engine: Engine, programme: str) -> None:
    found = sample(cn, programme, COUNT)
    compare(cn, cn.compile_sql(programme, engine.dialect), engine, found.cases, found.answers)


@pytest.mark.parametrize("programme", PROGRAMMES)
def test_every_decided_case_has_a_reason_with_articles(cn: Jurisdiction, programme: str) -> None:
    for case in sample(cn, programme, COUNT).cases[::100]:
        if case.on >= cn.begins(programme):
            decision = cn.decide(dict(case.facts), case.on, case.place, programme=programme)
            assert decision.outcome is None or decision.reasons, case
            assert all(reason.articles for reason in decision.reasons), case


def test_families_do_not_widen_the_allowance(cn: Jurisdiction) -> None:
    own = {fact.name for fact in cn.explainer("allowance").program.facts}
    for programme in set(PROGRAMMES) - {"allowance", "education_grant"}:
        shared = own & {fact.name for fact in cn.explainer(programme).program.facts}
        assert shared <= {"child.birth", "child.placement", "child.school"}, programme
