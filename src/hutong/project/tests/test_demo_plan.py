"""The invented county on paper: nobody real, and as the published figures say."""

from __future__ import annotations

import csv
from collections import Counter
from datetime import date
from pathlib import Path

import pytest

from hutong.law.cn.identity import check_identity_number
from hutong.people.queries.names import read_name
from hutong.people.terms import Kinship, ParentStatus, Sex
from hutong.project.demo.figures import apportioned, figures
from hutong.project.demo.people import PREFIX, account_number, specials
from hutong.project.demo.plan import Kid, first_month, plan
from hutong.project.demo.stories import Fate, stories

TODAY = date(2026, 11, 23)
BEGIN = first_month(TODAY, 6)


@pytest.fixture(scope="module")
def kids() -> list[Kid]:
    return plan(TODAY)


def adults(kids: list[Kid]) -> list[tuple[str, str, date]]:
    people = [a for k in kids for a in (k.father, k.mother, k.carer) if a]
    return [(a.identity, a.name, a.birth) for a in people]


def test_the_plan_is_the_same_every_time(kids: list[Kid]) -> None:
    assert plan(TODAY) == kids
    assert stories(kids, BEGIN, TODAY) == stories(plan(TODAY), BEGIN, TODAY)


def test_there_are_three_thousand_children_in_all_situations(kids: list[Kid]) -> None:
    assert len(kids) == 3000
    assert Counter(k.situation for k in kids) == figures().situations.counts


def test_numbers_can_be_nobodys_and_are_right(kids: list[Kid]) -> None:
    numbered = [(k.identity, k.birth) for k in kids if k.identity] + [(i, born) for i, _name, born in adults(kids)]
    assert all(number.startswith(PREFIX) for number, _born in numbered)
    for number, born in numbered[::37]:
        check = check_identity_number(number, TODAY)
        assert (check.problems, check.birth) == ((), born)
    children = [k.identity for k in kids if k.identity]
    assert len(set(children)) == len(children)
    assert len({i for i, _n, _b in adults(kids)}) == len({(i, n) for i, n, _b in adults(kids)})


def test_names_are_names_the_rule_allows_and_the_hard_ones_occur(kids: list[Kid]) -> None:
    assert [k.name for k in kids if read_name(k.name).problems] == []
    names = {k.name for k in kids}
    assert {s["name"] for s in specials()} <= names
    assert max(map(len, names)) == 50


def test_causes_ages_sexes_and_carers_follow_the_figures(kids: list[Kid]) -> None:
    fu = [k for k in kids if k.situation == "fu"]
    statuses = [tuple(t.status for t in k.troubles) for k in fu]
    disabled = sum(all(s == ParentStatus.SEVERE_DISABILITY for s in pair) for pair in statuses)
    assert disabled / len(fu) == pytest.approx(0.274, abs=0.05)
    dead = sum(ParentStatus.DEAD in pair and ParentStatus.PRISON not in pair for pair in statuses)
    assert dead / len(fu) == pytest.approx(0.451, abs=0.09)
    left = [k for k in kids if k.situation == "left_behind"]
    assert sum(k.sex == Sex.MALE for k in left) / len(left) == pytest.approx(0.545, abs=0.03)
    grandparents = (Kinship.PATERNAL_GRANDPARENT, Kinship.MATERNAL_GRANDPARENT)
    assert 0.89 <= sum(k.kinship in grandparents for k in left) / len(left) <= 0.98


def test_what_is_paid_on_average_is_three_quarters(kids: list[Kid]) -> None:
    fu = [k for k in kids if k.situation == "fu"]
    paid = [max(0, 164_000 - k.dibao_fen - k.tekun_fen - k.living_fen) for k in fu]
    assert sum(paid) / len(fu) / 164_000 == pytest.approx(figures().aid.paid_share / 100, abs=0.03)


def test_parents_are_older_than_their_children(kids: list[Kid]) -> None:
    for kid in kids:
        for parent in filter(None, (kid.father, kid.mother)):
            assert 17 <= kid.birth.year - parent.birth.year <= 55


def test_stories_end_in_every_way_and_in_working_hours(kids: list[Kid]) -> None:
    told = stories(kids, BEGIN, TODAY)
    assert {s.fate for s in told} == set(Fate)
    assert all(BEGIN <= s.found_on <= TODAY for s in told)
    assert all(s.found_on <= s.verified_on <= s.decided_on <= s.told_on for s in told)
    assert any(s.decided_on > TODAY for s in told), "work is waiting"


def test_shares_become_whole_numbers_that_sum() -> None:
    assert apportioned(10, {"a": 1.0, "b": 1.0, "c": 1.0}) == {"a": 4, "b": 3, "c": 3}
    assert sum(apportioned(262, figures().causes.shares).values()) == 262


def test_account_numbers_carry_a_right_last_digit() -> None:
    from random import Random

    number = account_number(Random(1))
    total = sum(int(d) for d in number[-1::-2])
    total += sum(sum(divmod(2 * int(d), 10)) for d in number[-2::-2])
    assert total % 10 == 0


def test_copied_figures_agree_with_the_published_ones(shared: Path) -> None:
    with (shared / "data" / "stats" / "defacto_unattended_2021-01.csv").open(encoding="utf-8") as text:
        rows = {(r["dimension"], r["category"]): r["share_pct"] for r in csv.DictReader(text)}
    causes = figures().causes.shares
    assert causes["both_disabled"] == float(rows["cause", "both parents severely disabled"])
    assert causes["serving_sentence"] == float(rows["cause", "parent(s) serving a sentence"])
    assert figures().schooling.shares["primary"] == float(rows["schooling", "primary"])
    with (shared / "data" / "stats" / "left_behind_distributions.csv").open(encoding="utf-8") as text:
        ages = {
            r["category"]: float(r["share_pct"])
            for r in csv.DictReader(text)
            if r["year"] == "2018" and r["dimension"] == "age"
        }
    assert figures().ages.shares == ages
