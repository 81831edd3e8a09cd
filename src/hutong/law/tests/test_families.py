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


def test_families_do_not_widen_the_allowance(cn: Jurisdiction) -> None:
    own = {fact.name for fact in cn.explainer("allowance").program.facts}
    for programme in set(PROGRAMMES) - {"allowance", "education_grant"}:
        shared = own & {fact.name for fact in cn.explainer(programme).program.facts}
        assert shared <= {"child.birth", "child.placement"}, programme
