"""A county at work: at least one record of every kind, most of them waiting for somebody, and a person at every post.

Made through the actions of the packages, like life makes it; the tests that look at every page open it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from importlib import import_module
from importlib.util import find_spec
from typing import Any, cast

from django.apps import apps
from django.db import transaction
from django.utils import translation

from hutong.benefits import actions as benefits
from hutong.benefits.models import Award, SpotCheck
from hutong.benefits.tests import build
from hutong.benefits.tests.test_lists import DEATHS, given, roll, row
from hutong.care import actions as care
from hutong.core.clocks import running_clocks
from hutong.core.viewer import Viewer, acting, system_viewer
from hutong.money import actions as money
from hutong.money.models import Line, Order
from hutong.money.queries.reference import reference
from hutong.money.tests.build import account_input, answer_file
from hutong.org.actions import open_division, pause_limit
from hutong.org.models import Division
from hutong.org.terms import Kind, Level, Role, Scheme
from hutong.org.tests.build import default_place, demo_county, program
from hutong.org.tests.build import officer as appointed
from hutong.people import actions as people_actions
from hutong.people.models import Child, EmergencyAccess
from hutong.people.tests import build as people
from hutong.people.tests.test_importing import row as child_row
from hutong.people.tests.test_importing import sheet

EARLY = build.at(2026, 7, 10)
BEFORE = build.at(2026, 11, 2)


@dataclass(frozen=True)
class Situation:
    """The county and a person at each post who answers for it."""

    county: Division
    posts: dict[Role, Viewer]
    neighbour: Viewer
    """An officer of another county, where little is on file."""


def county_at_work() -> Situation:
    """Everything in one transaction, in the name of the tests."""
    with translation.override("zh-hans"), transaction.atomic(), acting(system_viewer("tests", now=build.NOW)) as system:
        county = demo_county()
        posts = {role: appointed(role, _place(role, county)) for role in Role}
        awards = _applications()
        village = _neighbour_village(system, county)
        neighbour = appointed(Role.COUNTY_OFFICER, village.parent.parent)
        _moves(system, posts, village)
        _money(posts, awards)
        _matters(posts, awards)
        _people(posts)
        _lists()
        program(Role.COUNTY_OFFICER)
        _every_package(posts)
    return Situation(county, posts, neighbour)


def _every_package(posts: dict[Role, Viewer]) -> None:
    """What packages bring themselves: `at_work(posts, child)` in their tests/build.py."""
    child = build.orphan()
    for config in apps.get_app_configs():
        tests = f"{config.name}.tests"
        if config.name.startswith("hutong.") and find_spec(tests) and find_spec(f"{tests}.build"):
            getattr(import_module(f"{tests}.build"), "at_work", lambda posts, child: None)(posts, child)


def _place(role: Role, county: Division) -> Division:
    """Where the post sits: around the village in which the builders put their children."""
    own = {Role.VILLAGE_DIRECTOR: build.VILLAGE, Role.TOWNSHIP_SUPERVISOR: build.TOWN}
    if role in own:
        return Division.objects.get(code=own[role], scheme=Scheme.OWN)
    return default_place(role)


def _neighbour_village(system: Viewer, county: Division) -> Division:
    """A village of another county."""
    place: Any = county.parent
    for name, kind in (("安禾县", Kind.COUNTY), ("禾丰镇", Kind.TOWN), ("禾丰村", Kind.VILLAGE)):
        new = {"parent": place.pk, "name": name, "kind": kind, "effective": "2024-01-01", "basis": "演示"}
        place = open_division(system, new)
    return cast(Division, place)


def _moves(system: Viewer, posts: dict[Role, Viewer], village: Division) -> None:
    """A child registered in another county applies where it lives; an award is handed over to that county."""
    child, award = build.child_nobody_looked_into(), build.award_of_fu_child(EARLY)
    away = {"division_id": village.pk, "moved_on": "2026-11-10"}
    county = posts[Role.COUNTY_OFFICER]
    people_actions.set_residence(county, child, away | {"kind": "registered"})
    build.filed_application(child)
    for kind in ("registered", "actual"):
        people_actions.set_residence(replace(county, spans=system.spans), award.child, away | {"kind": kind})
    benefits.propose_handover(county, award, {"told_on": "2026-11-23", "told_whom": "田桂英"})


def _applications() -> list[Award]:
    """One in every state; four awards, of which the last ones are a year old and ended."""
    build.draft_application()
    build.draft_application(build.child_nobody_looked_into())
    build.filed_application(now=build.at(2026, 10, 12))
    build.verified_application(now=build.at(2026, 10, 28))
    returned = build.filed_application(build.child_nobody_looked_into())
    benefits.return_for_missing(build.supervisor(), returned, {"reasons": "请补充父母情况证明"})
    limits = running_clocks(build.verified_application())
    pause_limit(build.officer(), limits.get(), {"why": "召开个案会商"})
    refused = build.refusal(now=BEFORE)
    benefits.record_delivery(build.supervisor(), refused, build.delivered(delivered_on="2026-11-03"))
    lodged = {"kind": "objection", "lodged_on": "2026-11-20", "lodged_by": "田桂英", "grounds": "认定有误"}
    benefits.object_(build.supervisor(), refused, lodged)
    build.refusal()
    awards = [build.award_of_orphan(EARLY), build.award_of_fu_child(EARLY), build.award_of_fu_child(EARLY)]
    awards.append(build.award_of_orphan(build.at(2025, 11, 10), birth_date=date(2009, 2, 20)))
    halved = build.verified_application(now=EARLY)
    build.payee_of(halved.child, build.officer(now=EARLY))
    build.recognised(halved, EARLY, **build.departure(amount_fen=100_000, meeting_on=EARLY.date()))
    ended = build.award_of_orphan(EARLY)
    build.signed(benefits.end_award(build.officer(), ended, {"reason": "death", "happened_on": "2026-11-20"}))
    gone = {"withdrawn_why": "经办人录入了错误的原因"}
    mistaken = build.refusal()
    benefits.withdraw_decision(build.officer(), mistaken, gone)
    benefits.refuse(build.officer(), build.verified_application(), build.departure())
    return awards


def _money(posts: dict[Role, Viewer], awards: list[Award]) -> None:
    """Months that are settled, with the bank, signed and waiting to be signed; an account that waits; a claim."""
    county, finance = posts[Role.COUNTY_OFFICER], posts[Role.COUNTY_FINANCE]
    place = {"place_id": county.place_id}
    settled = build.run(awards[0], "2026-08", build.at(2026, 8, 20))
    orders = [Order.objects.get(pk=cast(int, award.order_id)) for award in awards]
    _settle(settled, build.at(2026, 8, 21))
    _not_paid(posts, awards[0])
    for month, steps in ((9, (money.sign_batch, money.mark_sent)), (10, (money.sign_batch,)), (11, ())):
        batch = build.run(awards[0], f"2026-{month:02d}", build.at(2026, month, 20))
        for step in steps:
            step(replace(finance, now=build.at(2026, month, 21)), batch)
    money.propose_account(build.supervisor(), orders[0].payee_id, account_input(next(build._cards), holder="田桂英"))
    uncle = {
        "kind": "guardian",
        "name": "田大川",
        "child_id": orders[1].child_id,
        "place_id": orders[1].child.actual_id,
    }
    change = {"payee_id": money.name_payee(county, uncle).pk, "why": "jailed", "proof": build.photo()}
    money.propose_payee_change(build.supervisor(), orders[1], change)
    claim = {
        "parts": [_part(orders[2], settled)],
        "why": "wrong_amount",
        "reasons": "八月金额计算有误，多发一百元",
        "answer_due": "2026-12-20",
    }
    money.open_recovery(county, orders[2], claim)
    answered = money.open_recovery(county, orders[1], claim | {"parts": [_part(orders[1], settled)]})
    money.record_answer(county, answered, {"answer": "同意分期退回", "answered_on": "2026-11-23"})
    back = {"amount_fen": 4_000, "received_on": "2026-11-23", "reference": "回单0041", "paid_by": "田桂英"}
    money.record_repayment(finance, answered, back)
    home = {"kind": "institution", "name": "护桐县儿童福利院", "place_id": county.place_id}
    money.name_payee(county, home)
    money.make_statement(finance, place | {"month": "2026-08-01"})
    bands = [{"limit_fen": 10_000_000, "role": "county_finance"}, {"limit_fen": None, "role": "city_officer"}]
    rule = {"valid_from": "2027-01-01", "basis": "护桐县财政局 2026-1"}
    money.set_signing_bands(county, place | rule | {"bands": bands})
    money.set_rhythm(county, place | rule | {"every_months": 3})
    money.set_shared_limit(county, place | rule | {"most": 5})
    money.set_bank_format(finance, place | rule | {"form": "gbk", "totals": "last"})
    steps = [{"role": "county_officer", "title": "科室负责人"}, {"role": "county_officer", "title": "分管领导"}]
    money.set_signing_chain(county, place | rule | {"steps": steps})


def _not_paid(posts: dict[Role, Viewer], award: Award) -> None:
    """A run that nobody signed, with one payment held out of it; a level that is to pay; a list of children read."""
    batch = build.run(award, "2026-09", build.at(2026, 9, 18))
    line = Line.objects.filter(batch=batch, month=batch.month).latest("id")
    held = money.hold_line(
        replace(posts[Role.COUNTY_OFFICER], now=build.at(2026, 9, 19)), line, {"why": "户名与本人不符"}
    )
    money.discard_batch(build.officer(now=build.at(2026, 9, 19)), batch)
    money.lift_hold(build.officer(now=build.at(2026, 9, 19)), held, {"lifted_why": "户名已当面核对"})
    entry = {"level": "city", "valid_from": "2027-06", "basis": "澄梧市民政局 2026-7"}
    money.set_payer(posts[Role.CITY_OFFICER], entry | {"place_id": posts[Role.CITY_OFFICER].place_id})


def _part(order: Order, batch: Any) -> dict[str, int]:
    """A hundred yuan of what an order was paid in a batch."""
    return {"line_id": Line.objects.get(order=order, batch=batch).pk, "amount_fen": 10_000}


def _settle(batch: Any, now: Any) -> None:
    """The bank paid all but one."""
    who = build.finance(now=now)
    money.sign_batch(who, batch)
    money.mark_sent(who, batch)
    lines = list(Line.objects.filter(batch=batch).order_by("id"))
    rows = [(reference(ln.pk), ln.amount_fen, "失败" if n == 0 else "成功", "户名不符") for n, ln in enumerate(lines)]
    money.reconcile(who, batch, {"file": answer_file(rows)})


def _matters(posts: dict[Role, Viewer], awards: list[Award]) -> None:
    """Hearings with and without an answer, a review that is due, pay that is suspended, decisions looked at again."""
    told = {
        "reasons": "监护人多次联系不上，情况不明",
        "from_month": "2027-01",
        "told_on": "2026-11-02",
        "told_whom": "田桂英",
    }
    benefits.propose(build.officer(now=BEFORE), awards[0], told | {"kind": "suspend"})
    answered = benefits.propose(build.officer(now=BEFORE), awards[1], told | {"kind": "reduce", "amount_fen": 50_000})
    benefits.hear_payee(build.supervisor(), answered, {"answer": "objects", "answer_text": "不同意"})
    carried = benefits.propose(build.officer(now=BEFORE), awards[2], told | {"kind": "suspend"})
    benefits.hear_payee(build.supervisor(), carried, {"answer": "agrees"})
    benefits.carry_out(build.officer(), carried, {"closing": "同意暂停"})
    with acting(system_viewer("daily", now=build.NOW)) as job:
        benefits.open_reviews(job, {})
        benefits.ask_school_proof(job, {})
    for day in (build.at(2025, 12, 3), build.at(2026, 8, 3)):
        with acting(system_viewer("daily", now=day)) as job:
            benefits.draw_spot_checks(job, {})
    faulty = {"state": "faulty", "finding": "缺少入户照片"}
    benefits.check_decision(posts[Role.AUDITOR], SpotCheck.objects.order_by("id")[0], faulty)


def _people(posts: dict[Role, Viewer]) -> None:
    """Files with everything a child's page can show; a merge, a household, an emergency access, findings."""
    county, village = posts[Role.COUNTY_OFFICER], Division.objects.get(code=build.VILLAGE, scheme=Scheme.OWN)
    child = build.orphan(identity_number=people.identity(build.date_of_birth()), address="三组17号")
    paper = {"evidence": "police_receipt", "paper": build.photo()}
    lost = {"side": "mother", "status": "lost_contact", "since": date(2025, 12, 1)} | paper
    other = build.child_nobody_looked_into()
    people_actions.record_parent_fact(posts[Role.VILLAGE_DIRECTOR], build.child_nobody_looked_into(), lost)
    people_actions.record_school(
        county, child, {"level": "primary", "school": "护桐县实验小学", "valid_from": "2025-09-01"}
    )
    people_actions.record_disability(county, child, {"kind": "hearing", "grade": 2, "valid_from": "2024-01-01"})
    people_actions.record_sealed_health(county, child, {"hiv": True, "since": "2024-01-01"})
    household = people_actions.open_household(county, {"division_id": village.pk, "address": "三组17号"})
    people_actions.join_household(county, household, {"child_no": child.child_no})
    same = {"merged_no": build.child_nobody_looked_into().child_no, "why": "入户核实为同一儿童"}
    people_actions.merge_children(county, other, same)
    _emergency(posts, child)
    died = build.child_nobody_looked_into()
    people_actions.record_death(county, died, {"died_on": "2026-11-20", "evidence": "death_certificate"})
    seen = {"place_id": village.pk, "seen_on": "2026-11-20", "seen": "独自在家", "needs": ["living", "guardian"]}
    care.record_finding(posts[Role.VILLAGE_DIRECTOR], seen | {"description": "约六岁男孩", "photos": [build.photo()]})
    finding = care.record_finding(posts[Role.VILLAGE_DIRECTOR], seen | {"unnamed": True, "apply_now": True})
    care.take_up(posts[Role.TOWNSHIP_SUPERVISOR], finding, {})


def _emergency(posts: dict[Role, Viewer], child: Child) -> None:
    """A supervisor of another township saw the file for a day: one look is reviewed, the other waits."""
    town = Division.objects.filter(level=Level.TOWNSHIP, scheme=Scheme.OWN).exclude(code=build.TOWN)[0]
    helper = appointed(Role.TOWNSHIP_SUPERVISOR, town)
    why = {"child_no": child.child_no, "reason": "孩子在我镇受伤送医，需联系监护人"}
    reviewed = people_actions.break_glass(helper, why)
    finding = {"outcome": "justified", "finding": "医院证明"}
    people_actions.review_break_glass(posts[Role.COUNTY_OFFICER], reviewed.pk, finding)
    people_actions.break_glass(appointed(Role.TOWNSHIP_SUPERVISOR, town), why)
    assert EmergencyAccess.objects.count() == 2


def _lists() -> None:
    """A list of deaths that matches a child, and a roll taken over from before."""
    died = build.award_of_fu_child(identity_number=people.identity(build.date_of_birth(), 6))
    number = people.identity(build.date_of_birth(), 6)
    benefits.import_list(build.officer(), given("death", DEATHS, (died.child.name, number, "2026-11-01")))
    home = died.child.actual.code
    child = child_row(姓名="安小满", 出生日期=date(2016, 8, 1), 实际居住地=home, 户籍地=home)
    people_actions.import_children(build.officer(), sheet(child, child | {"姓名": "安小雪", "性别": "丙"}))
    benefits.import_roll(build.officer(), roll(row(number=people.identity(build.date_of_birth(), 8))))
