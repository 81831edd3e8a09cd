"""What is told as a reason holds, on the facts that are known, and cites only the texts that it came from."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest

from hutong.law import Jurisdiction, jurisdiction
from hutong.law.decision import Explainer
from hutong.law.engine.dated import Context
from hutong.law.engine.expr import Every, Expr, Pick, Ref, Some, children, names
from hutong.law.engine.kinds import BOOL, add_months
from hutong.law.engine.model import Reason
from hutong.law.engine.program import Outcome

from .engines import Case, family
from .strata import Strata, sample

COUNT = 1_000
PROGRAMMES = tuple(jurisdiction("cn").law.programmes)
SCHOOLING = {"child.in_school", "child.over_age", "grant.level", "grant.part_time", "grant.broken"}


def told(run: Outcome) -> set[str]:
    """The codes of the reasons that a run gives."""
    return {run.program.reasons[at].code for at in run.reasons()}


class Came:
    """The names that a true condition came from: of what is enough by itself what holds, of a table the row met."""

    def __init__(self, run: Outcome) -> None:
        self.run, self.names = run, set[str]()

    def of(self, expr: Expr) -> None:
        match expr:
            case Ref(name=name):
                if name not in self.names and name in self.run.program.slots:
                    self.names.add(name)
                    below = self.run.plan.exprs.get(name)
                    if below is not None:
                        self.of(below)
            case Every(items=items) | Some(items=items):
                ruling = isinstance(expr, Some)
                decided = [item for item in items if self.value(item) is ruling]
                for item in decided or items:
                    self.of(item)
            case Pick():
                self.of_table(expr)
            case _:
                for child in children(expr):
                    self.of(child)

    def of_table(self, table: Pick) -> None:
        for condition, result in table.rows:
            self.of(condition)
            if self.value(condition) is not False:
                return self.of(result) if self.value(condition) else None
        return self.of(table.otherwise)

    def value(self, expr: Expr) -> Any:
        return self.run.plan.evaluate(expr, self.run.program.slots, self.run.values)


def strange(explainer: Explainer, run: Outcome, context: Context, reason: Reason) -> Iterator[str]:
    """Rules that a told reason names although it did not come from them and their formula asks none of its conditions;
    unless their text is cited by another rule that it came from."""
    law, came = explainer.law, Came(run)
    came.of(reason.when)
    asked = {
        name for name in names(reason.when) if name in law.facts or (name in law.rules and law.rules[name].kind == BOOL)
    }
    formulas = {name: context.variants[name] for name in reason.rests_on if name in law.rules}
    texts = {name: (found.basis.act, found.basis.article) for name, found in formulas.items()}
    good = {name for name in texts if name in came.names or asked & set(names(formulas[name].expr))}
    own = {texts[name] for name in good}
    yield from (name for name in texts if name not in good and texts[name] not in own)


@pytest.mark.parametrize("programme", PROGRAMMES)
def test_a_reason_cites_only_the_texts_it_came_from(cn: Jurisdiction, programme: str) -> None:
    """The subsidy of an unattended child does not cite the notice on orphans because both are paid in full."""
    explainer, found = cn.explainer(programme), dict[tuple[str, str], Case]()
    for case in sample(cn, programme, COUNT).cases:
        context = cn.context(case.place, case.on, case.known)
        run = explainer.program.run(case.facts, case.on, context)
        for at in run.reasons():
            reason = explainer.program.reasons[at]
            for name in strange(explainer, run, context, reason):
                found.setdefault((reason.code, name), case)
    assert list(found) == [], found


@pytest.mark.parametrize("programme", PROGRAMMES)
def test_no_reason_is_taken_back_when_more_becomes_known(cn: Jurisdiction, programme: str) -> None:
    """A sentence is told only where it is true on what is known: whatever the missing facts turn out to be."""
    explainer, strata, wrong = cn.explainer(programme), Strata(cn, programme), dict[str, Case]()
    for case in sample(cn, programme, COUNT).cases:
        context = cn.context(case.place, case.on, case.known)
        run = explainer.program.run(case.facts, case.on, context)
        unknown = [fact for fact in explainer.program.facts if run.value(fact.name) is None]
        settled = {fact.name: run.value(fact.name) for fact in explainer.program.facts}
        for _ in range(3 if unknown else 0):
            later = settled | {fact.name: strata.chance(fact, case.on) for fact in unknown}
            gone = told(run) - told(explainer.program.run(later, case.on, context))
            wrong |= dict.fromkeys(gone, case)
    assert wrong == {}


def test_nothing_is_said_of_schooling_before_eighteen(cn: Jurisdiction) -> None:
    for programme in ("allowance", "education_grant"):
        explainer, said = cn.explainer(programme), set[str]()
        for case in sample(cn, programme, COUNT).cases:
            run = explainer.program.run(case.facts, case.on, cn.context(case.place, case.on, case.known))
            codes = told(run) & SCHOOLING
            birth = case.facts.get("child.birth")
            assert not codes or run.value("child.under_18") is False, (codes, case)
            assert not codes or birth is None or add_months(birth, 16 * 12) <= case.on, (codes, case)
            said |= codes
        assert said, programme


EVENTS = (
    ("released", {"custody": "prison", "custody_months": 24, "custody_paper": True}, "in_prison"),
    ("recovered", {"ill": True, "illness_proof": True}, "is_ill"),
    ("restored", {"revoked": True}, "is_revoked"),
)


@pytest.mark.parametrize(("cause", "mother", "code"), EVENTS, ids=[event[0] for event in EVENTS])
def test_what_an_event_has_ended_is_no_reason_any_more(
    cn: Jurisdiction, cause: str, mother: dict[str, Any], code: str
) -> None:
    """No 'serves a sentence' beside 'was released'."""
    facts = family({"dead": True, "death_proof": "court_judgment"}, {"checked": True, **mother})
    ended = date(2024, 11, 20)
    facts |= {"case.confirmed": date(2022, 1, 5)}
    event = {"case.end_cause": cause, "case.ended": ended}
    stands, over = (
        {reason.code for reason in cn.decide(stated, ended, "CN-310115").reasons} for stated in (facts, facts | event)
    )
    assert f"mother.{code}" in stands
    assert f"mother.{code}" not in over
    assert {"father.is_dead", "money.ends_by_event"} <= over


KINDS = {
    "orphan": ({"dead": True, "death_proof": "court_judgment"}, {}, {"mf-2010-161", "gbf-2010-54"}, {"mf-2019-62"}),
    "unattended": (
        {"checked": True, "ill": True, "illness_proof": True},
        {"dibao_fen": 30_000},
        {"mf-2019-62"},
        {"mf-2010-161"},
    ),
    "infected": ({"checked": True}, {"hiv": True, "hiv_proof": True}, {"cs-2017-58"}, {"mf-2019-62", "mf-2010-161"}),
}


@pytest.mark.parametrize("kind", KINDS)
def test_each_kind_of_child_is_answered_from_its_own_texts(cn: Jurisdiction, kind: str) -> None:
    mother, child, own, foreign = KINDS[kind]
    decision = cn.decide(family(KINDS["orphan"][0], mother, **child), date(2025, 11, 1), "CN-310115")
    assert decision.outcome == "recognise"
    money = {
        a.act
        for reason in decision.reasons
        if not reason.code.startswith(("father", "mother"))
        for a in reason.articles
    }
    assert own <= money
    assert not foreign & money


def test_a_refused_grant_names_what_is_lacking(cn: Jurisdiction) -> None:
    """Not that the allowance ended: the conditions of the grant itself."""
    dead = {"dead": True, "death_proof": "court_judgment"}
    facts = family(dead, dead, birth=date(2005, 1, 1), adopted=False, disabled=False, school="doctor")
    facts |= {"case.confirmed": date(2015, 1, 1), "child.school_full_time": False, "child.school_unbroken": True}
    decision = cn.decide(facts, date(2025, 9, 1), "CN", programme="education_grant")
    assert decision.outcome == "refuse"
    assert [reason.code for reason in decision.reasons] == ["grant.part_time", "grant.level"]
