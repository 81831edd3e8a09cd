"""The walk of one family, step by step through the same actions everybody uses."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial

from hutong.benefits.actions import (
    add_proof,
    confirm,
    file_application,
    record_delivery,
    refuse,
    return_for_missing,
    second_decision,
    verify,
    withdraw,
)
from hutong.benefits.models import Application, Determination, Proof
from hutong.benefits.queries.advice import advise
from hutong.benefits.terms import AskedOf, Category, DeliveryHow, Opinion, ProofState, Recipient
from hutong.care.actions import record_finding, take_up
from hutong.care.models import Finding
from hutong.care.terms import FindingState, Need
from hutong.money.actions import approve_account, name_payee, propose_account
from hutong.money.models import Payee
from hutong.money.terms import PayeeKind
from hutong.people.actions import (
    confirm_parent_fact,
    record_parent_fact,
    record_sealed_health,
    register_child,
)
from hutong.people.models import Child, ParentFact
from hutong.people.terms import Evidence, FactState
from hutong.project.demo.papers import paper
from hutong.project.demo.plan import Kid
from hutong.project.demo.registration import add_income, add_parents, describe
from hutong.project.demo.stage import Stage, at
from hutong.project.demo.stories import Fate, Story, working_day

BANK = "护桐农村商业银行"
SEEN = {
    "fu": "父母均不能照料，由老人带着生活，家里没有固定收入。",
    "orphan_scattered": "父母都不在了，跟着亲属生活，没有申请过补贴。",
    "infected": "家庭困难，孩子需要长期服药，监护人提出申请。",
}
COMPLETES_AFTER = timedelta(days=7)
"""How long a family takes to bring what was missing."""


@dataclass(frozen=True)
class Step:
    """Something that happens at a moment; steps of one moment keep their order."""

    when: datetime
    order: int
    run: Callable[[Stage], None]


def steps_of(story: Story) -> Iterator[Step]:
    """The steps of a story. Those that lie ahead are never run: they are the work waiting."""
    hour = 8.7 + story.number % 7
    returned = story.fate in (Fate.RETURNED, Fate.NOT_COMPLETED)
    decided = working_day(story.decided_on + COMPLETES_AFTER * 2) if returned else story.decided_on
    told = working_day(story.told_on + COMPLETES_AFTER * 2) if returned else story.told_on
    yield Step(at(story.found_on, hour), story.number, partial(found, story=story))
    yield Step(at(story.found_on + timedelta(days=1), 8.6), story.number, partial(taken_up, story=story))
    if story.fate == Fate.WITHDRAWN:
        yield Step(at(story.verified_on, 9), story.number, partial(withdrawn, story=story))
        return
    yield Step(at(story.verified_on, hour), story.number, partial(verified, story=story))
    if returned:
        yield Step(at(story.decided_on, hour), story.number, partial(returned_once, story=story))
        yield Step(
            at(working_day(story.decided_on + timedelta(days=2)), hour), story.number, partial(delivered, story=story)
        )
        if story.fate == Fate.NOT_COMPLETED:
            return
        completed = story.decided_on + COMPLETES_AFTER
        yield Step(at(completed, hour), story.number, partial(completed_again, story=story))
    yield Step(at(decided, hour), story.number, partial(judged, story=story))
    yield Step(at(told, hour), story.number, partial(delivered, story=story))


def found(stage: Stage, story: Story) -> None:
    """The child director finds the children, writes down what is known and hands the application in."""
    director = stage.director(story.eldest.village)
    for kid in story.kids:
        child_id = _on_file(stage, kid) if story.fresh else _ids(stage, kid)
        given = {
            "child_id": child_id, "place_id": stage.places[kid.village].pk, "seen_on": stage.today,
            "seen": SEEN[kid.situation], "needs": [Need.LIVING, Need.GUARDIAN], "apply_now": True,
        }  # fmt: skip
        stage.do(director, record_finding, given)
        if story.fresh:
            stage.do_all(describe(stage, kid, child_id))
        stage.do_all(add_parents(stage, kid, child_id))
    for trouble in story.troubles:
        stage.do(director, record_parent_fact, _ids(stage, story.eldest), trouble.given() | {"siblings": True})
    for kid in story.kids:
        application = _application(stage, kid)
        stage.do(director, file_application, application)
        _bring_papers(stage, application, director)


def _on_file(stage: Stage, kid: Kid) -> int:
    given = {
        "name": kid.name, "sex": kid.sex, "birth_date": kid.birth, "identity_number": kid.identity,
        "actual_id": stage.places[kid.village].pk, "registered_id": stage.places[kid.village].pk,
        "national_no": kid.national_no, "health": kid.health, "family_aid": kid.family_aid, "ethnicity": "汉族",
        "in_spite_of": "户口簿核对无误，不是同一名儿童",
    }  # fmt: skip
    child: Child = stage.do(stage.director(kid.village), register_child, given)
    return int(child.pk)


def _ids(stage: Stage, kid: Kid) -> int:
    return stage.child_ids([kid.national_no])[kid.national_no]


def _application(stage: Stage, kid: Kid) -> Application:
    latest: Application = Application.objects.filter(child_id=_ids(stage, kid)).order_by("-id")[0]
    return latest


def _bring_papers(stage: Stage, application: Application, director: str) -> None:
    """The family's papers; what other offices hold is asked of them by the township later."""
    needed = Proof.objects.filter(application=application, state=ProofState.NEEDED, asked_of=AskedOf.FAMILY)
    for proof in needed.order_by("id"):
        given = {"kind": proof.kind, "about": proof.about, "file": paper(proof.kind.zh[:12])}
        stage.do(director, add_proof, application, given)


def taken_up(stage: Stage, story: Story) -> None:
    """The township looks at the findings."""
    who = stage.supervisor(story.eldest.village)
    for kid in story.kids:
        open_ones = Finding.objects.filter(child_id=_ids(stage, kid), state=FindingState.NEW).order_by("id")
        for finding_id in open_ones.values_list("id", flat=True):
            stage.do(who, take_up, finding_id, {"note": "已安排入户查验"})


def withdrawn(stage: Stage, story: Story) -> None:
    """The family takes the application back."""
    who = stage.supervisor(story.eldest.village)
    for kid in story.kids:
        stage.do(who, withdraw, _application(stage, kid), {"why": "母亲已返乡，家庭决定自行照料"})


def verified(stage: Stage, story: Story) -> None:
    """The township visits, compares with other offices, takes down the account and gives its opinion."""
    who = stage.supervisor(story.eldest.village)
    for kid in story.kids:
        child_id, application = _ids(stage, kid), _application(stage, kid)
        stage.do_all(add_income(stage, kid, child_id, story.found_on))
        _payee(stage, kid, child_id)
        facts = ParentFact.objects.filter(child=child_id, state=FactState.REPORTED).order_by("id")
        given = {
            "opinion": Opinion.FAILS if story.fate == Fate.REFUSED else Opinion.MEETS,
            "found": "入户走访并询问邻里，情况与登记一致。",
            "compared": "已与公安、残联、社会救助信息比对。",
            "visited_on": stage.today, "visited_by": "儿童督导员、儿童主任",
            "child_heard": "愿意继续和现在的照料人一起生活。" if kid.birth.year < stage.today.year - 8 else "",
            "facts_confirmed": list(facts.values_list("id", flat=True)),
        }  # fmt: skip
        stage.do(who, verify, application, given)


def _payee(stage: Stage, kid: Kid, child_id: int) -> None:
    """Account of the guardian, taken down by the township and checked by the county."""
    if Payee.objects.filter(child_id=child_id).exists() or kid.carer is None:
        return
    who = stage.supervisor(kid.village)
    named = {
        "child_id": child_id, "kind": PayeeKind.GUARDIAN, "name": kid.carer.name,
        "place_id": stage.places[kid.village].pk,
    }  # fmt: skip
    payee = stage.do(who, name_payee, named)
    account = {"number": kid.account, "bank": BANK, "holder": kid.carer.name, "proof": paper("银行卡")}
    version = stage.do(who, propose_account, payee, account)
    stage.do("county", approve_account, version)


def returned_once(stage: Stage, story: Story) -> None:
    """The county names what is missing, once and completely."""
    for kid in story.kids:
        reasons = "缺少一方父母情况的证明材料，请按清单一次补齐。"
        stage.do("county", return_for_missing, _application(stage, kid), {"reasons": reasons})


def completed_again(stage: Stage, story: Story) -> None:
    """The paper arrives, is confirmed, and the application goes in again."""
    director, who = stage.director(story.eldest.village), stage.supervisor(story.eldest.village)
    proved = replace(story.troubles[1], evidence=story.eldest.troubles[1].evidence)
    stage.do(director, record_parent_fact, _ids(stage, story.eldest), proved.given() | {"siblings": True})
    for kid in story.kids:
        child_id, application = _ids(stage, kid), _application(stage, kid)
        for fact in ParentFact.objects.filter(child=child_id, state=FactState.REPORTED).order_by("id"):
            stage.do(who, confirm_parent_fact, fact, {"note": "已核对证明原件"})
        stage.do(director, file_application, application)
        stage.do(who, verify, application, {"opinion": Opinion.MEETS, "found": "补正材料齐全，符合条件。"})


def judged(stage: Stage, story: Story) -> None:
    """The county decides; two officers share the work."""
    who = ("county", "county2")[story.number % 2]
    for kid in story.kids:
        application = _application(stage, kid)
        if kid.situation == "infected":
            sealed = {"hiv": True, "since": kid.birth + timedelta(days=400), "evidence": Evidence.MEDICAL}
            stage.do(who, record_sealed_health, application.child_id, sealed)
        if story.fate == Fate.REFUSED:
            reasons = "父母一方具备抚养能力，不符合认定条件。"
            stage.do(who, refuse, application, {"reasons": reasons})
        elif story.fate == Fate.DEPARTED:
            decision = stage.do(who, confirm, application, _departure(stage, application))
            other = ("county2", "county")[story.number % 2]
            stage.do(other, second_decision, decision, {"looked_at": "会商纪要和材料已核对"})
        else:
            stage.do(who, confirm, application, {})


def _departure(stage: Stage, application: Application) -> dict[str, object]:
    """The officer recognises although the six months of the search are not over; a case meeting stands behind it."""
    month = stage.today.replace(day=1)
    following = (month + timedelta(days=32)).replace(day=1)
    facts = advise(application.child, stage.today, application.place_key).facts
    other = sum(facts.get(f"child.{name}_fen") or 0 for name in ("dibao", "tekun", "disability_living"))
    return {
        "category": Category.FU, "amount_fen": 156000 - other, "first_month": following,
        "reasons": "母亲失联虽未满六个月，但公安查找无果、家庭无其他照料人，先予保障。",
        "signer_note": "经个案会商，先予保障。",
        "meeting_on": stage.today - timedelta(days=1),
        "participants": ["县民政局", "县公安局", "镇人民政府"], "minutes": paper("个案会商纪要"),
    }  # fmt: skip


def delivered(stage: Stage, story: Story) -> None:
    """The notice is handed over."""
    who = stage.supervisor(story.eldest.village)
    for kid in story.kids:
        decisions = Determination.objects.filter(application=_application(stage, kid), delivery=None)
        for decision in decisions.order_by("id"):
            given = {"how": DeliveryHow.IN_PERSON, "delivered_on": stage.today, "received_by": decision.addressee}
            given["recipient"] = Recipient.ADDRESSEE
            stage.do(who, record_delivery, decision, given)
