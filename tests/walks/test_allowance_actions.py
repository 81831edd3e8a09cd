"""A village director finds a child whose parents cannot care for it; the law recognises it, and it is paid.

The same walk as in `test_allowance.py`, without pages: each step is an action of the post that takes it.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from typing import Any

import pytest

from hutong.benefits.actions import (
    add_proof,
    confirm,
    file_application,
    record_delivery,
    run_month,
    verify,
)
from hutong.benefits.models import Application, Award, Determination, Proof
from hutong.benefits.terms import AskedOf, Category, DeliveryHow, Opinion, ProofState, Recipient
from hutong.care.actions import record_finding
from hutong.channels.tables import write_xlsx
from hutong.core.audit.history import story
from hutong.core.errors import Conflict, NotFound, Refused
from hutong.core.files import Upload
from hutong.core.models import Clock, Entry, Task
from hutong.core.terms import TaskState
from hutong.core.viewer import ZONE, Viewer, acting
from hutong.money.actions import (
    approve_account,
    export_bank_file,
    mark_sent,
    name_payee,
    propose_account,
    reconcile,
    sign_batch,
)
from hutong.money.models import Batch, Line
from hutong.money.queries.bank_file import build, payments
from hutong.money.queries.rules import bank_format
from hutong.money.terms import BatchState, Item, LineState, PayeeKind
from hutong.org.terms import Role
from hutong.org.tests.build import officer, place
from hutong.people.actions import link_person, record_aid, record_parent_fact
from hutong.people.models import Child, ParentFact
from hutong.people.terms import Bond, BondBasis, Evidence, Kinship, ParentStatus, Sex, Side
from hutong.project.demo.papers import paper

pytestmark = pytest.mark.django_db
VILLAGE = "上笈村"
DIBAO_FEN = 62_000
STANDARD_FEN = 164_000
"""The invented county's scattered standard from 2026-07-01 on."""


def at(viewer: Viewer, day: date, hour: int = 9) -> Viewer:
    """The same person on another day."""
    return replace(viewer, now=datetime(day.year, day.month, day.day, hour, tzinfo=ZONE))


class People:
    """The posts of the walk, each held by somebody of their own."""

    def __init__(self) -> None:
        village, town = place(VILLAGE), place("云笈镇")
        self.director = officer(Role.VILLAGE_DIRECTOR, village)
        self.neighbour = officer(Role.VILLAGE_DIRECTOR, place("下笈村"))
        self.township = officer(Role.TOWNSHIP_SUPERVISOR, town)
        self.county = officer(Role.COUNTY_OFFICER)
        self.second = officer(Role.COUNTY_OFFICER)
        self.finance = officer(Role.COUNTY_FINANCE)


@pytest.fixture
def people() -> People:
    return People()


FOUND, VERIFIED, DECIDED, TOLD = date(2026, 10, 12), date(2026, 10, 16), date(2026, 10, 22), date(2026, 10, 23)
PREPARED, SIGNED, ANSWERED = date(2026, 11, 9), date(2026, 11, 10), date(2026, 11, 16)


def find(people: People) -> Child:
    """Finding, file, parents and their situation, written down by the director on one visit."""
    director = at(people.director, FOUND)
    village = place(VILLAGE)
    finding = record_finding(
        director,
        {
            "new_child": {
                "name": "田穗禾", "sex": Sex.FEMALE, "birth_date": date(2016, 4, 2), "actual_id": village.pk,
                "registered_id": village.pk,
            },
            "place_id": village.pk, "seen_on": FOUND, "seen": "父亲去世，母亲外出后失去联系，跟着奶奶生活。",
            "needs": ["living", "guardian"], "apply_now": True,
        },
    )  # fmt: skip
    with acting(director):
        child = Child.objects.get(pk=finding.child_id)
    for bond, name in ((Bond.FATHER, "田志强"), (Bond.MOTHER, "吴小霞")):
        link_person(director, child, {"bond": bond, "name": name, "basis": BondBasis.BIRTH})
    link_person(
        director,
        child,
        {"bond": Bond.GUARDIAN, "name": "田桂英", "kinship": Kinship.PATERNAL_GRANDPARENT, "basis": BondBasis.LAW},
    )
    dead = {"status": ParentStatus.DEAD, "since": date(2024, 3, 9), "evidence": Evidence.HOUSEHOLD_CANCELLATION}
    lost = {
        "status": ParentStatus.LOST_CONTACT, "since": date(2025, 12, 1), "reported_on": date(2026, 2, 2),
        "accepted_on": date(2026, 2, 3), "evidence": Evidence.POLICE_RECEIPT,
    }  # fmt: skip
    record_parent_fact(director, child, {"side": Side.FATHER, **dead})
    record_parent_fact(director, child, {"side": Side.MOTHER, **lost})
    return child


def apply_for(people: People, child: Child) -> Application:
    """The application started from the finding gets the family's papers and is handed in."""
    director = at(people.director, FOUND, 10)
    with acting(director):
        application = Application.objects.get(child=child)
        wanted = list(Proof.objects.filter(application=application, asked_of=AskedOf.FAMILY, state=ProofState.NEEDED))
    for proof in wanted:
        add_proof(director, application, {"kind": proof.kind, "about": proof.about, "file": paper("材料")})
    return file_application(director, application)


def open_tasks(viewer: Viewer) -> list[str]:
    """Kinds on the worklist of a post."""
    with acting(viewer):
        mine = Task.objects.visible_to(viewer).filter(role=viewer.role, state=TaskState.OPEN)
        return sorted(mine.values_list("kind", flat=True))


def check(people: People, child: Child, application: Application) -> None:
    """The township visits, confirms the facts, looks up other aid and takes down the grandmother's account."""
    township = at(people.township, VERIFIED)
    record_aid(
        township,
        child,
        {
            "first_month": date(2026, 10, 1), "dibao_fen": DIBAO_FEN, "tekun_fen": 0, "disability_living_fen": 0,
            "source": "县社会救助信息",
        },
    )  # fmt: skip
    named = {"child_id": child.pk, "kind": PayeeKind.GUARDIAN, "name": "田桂英", "place_id": child.actual_id}
    payee = name_payee(township, named)
    account = {"number": "9999010000000000123", "bank": "演示银行", "holder": "田桂英", "proof": paper("银行卡")}
    version = propose_account(township, payee, account)
    approve_account(at(people.second, VERIFIED, 15), version)
    with acting(township):
        facts = list(ParentFact.objects.filter(child=child).values_list("id", flat=True))
    given = {"opinion": Opinion.MEETS, "found": "入户走访，情况属实。", "facts_confirmed": facts}
    verify(township, application, given)


def decide(people: People, application: Application) -> Award:
    """The county follows the law's advice; the notice is handed over."""
    award: Award = confirm(at(people.county, DECIDED), application, {}).award
    with acting(people.county):
        decision = Determination.objects.get(application=application)
    given = {"how": DeliveryHow.IN_PERSON, "delivered_on": TOLD, "received_by": "田桂英"}
    given["recipient"] = Recipient.ADDRESSEE
    record_delivery(at(people.township, TOLD), decision, given)
    return award


def bank_answer(batch: Batch, reader: Viewer, result: str = "成功") -> Upload:
    """What the bank sends back: every payment with its result."""
    with acting(reader):
        rows = [(row[1], row[5], result, "") for row in payments(batch)]
    return Upload(name="回盘.xlsx", data=write_xlsx(("发放编号", "金额（元）", "处理结果", "失败原因"), rows))


def pay(people: People, month: date) -> Batch:
    """Prepared by the county, signed and sent by finance, answered by the bank."""
    run = {"place_id": place("护桐县").pk, "month": month}
    batch: Batch = run_month(at(people.county, PREPARED), run)
    sign_batch(at(people.finance, SIGNED), batch)
    export_bank_file(at(people.finance, SIGNED, 10), batch, {"form": "xlsx"})
    mark_sent(at(people.finance, SIGNED, 11), batch)
    reconcile(at(people.finance, ANSWERED), batch, {"file": bank_answer(batch, people.finance)})
    with acting(people.finance):
        batch.refresh_from_db()
    return batch


def test_a_finding_becomes_a_payment(people: People) -> None:
    child = find(people)
    application = apply_for(people, child)
    assert application.receipt_no
    assert "benefits.verify" in open_tasks(people.township)
    check(people, child, application)
    assert "benefits.decide" in open_tasks(people.county)
    award = decide(people, application)
    assert (award.category, award.first_month) == (Category.FU, date(2026, 11, 1))
    assert "benefits.tell" not in open_tasks(people.township)
    batch = pay(people, date(2026, 11, 1))
    assert batch.state == BatchState.SETTLED
    with acting(people.county):
        (line,) = Line.objects.filter(child=child)
        assert (line.amount_fen, line.state, line.month) == (
            STANDARD_FEN - DIBAO_FEN,
            LineState.PAID,
            date(2026, 11, 1),
        )
        running = Clock.objects.filter(child_id=child.pk, stopped_on=None)
        assert set(running.values_list("limit", flat=True)) == {"VIS-FIRST"}, "the finding is still to be taken up"


def test_the_bank_learns_a_neutral_item_and_never_the_cause(people: People) -> None:
    child = find(people)
    application = apply_for(people, child)
    check(people, child, application)
    decide(people, application)
    batch = pay(people, date(2026, 11, 1))
    with acting(people.finance):
        text = build(batch, "csv", bank_format(batch.place_key, date(2026, 11, 1))).decode("utf-8-sig")
    assert Item.BASIC_LIVING.zh in text
    assert "9999010000000000123" in text
    for word in ("无人抚养", "孤儿", "失联", "死亡", child.name):
        assert word not in text


def test_running_the_month_again_pays_nobody_twice(people: People) -> None:
    child = find(people)
    application = apply_for(people, child)
    check(people, child, application)
    decide(people, application)
    pay(people, date(2026, 11, 1))
    run = {"place_id": place("护桐县").pk, "month": date(2026, 11, 1)}
    again = run_month(at(people.second, ANSWERED), run)
    assert again.state == BatchState.DISCARDED
    with acting(people.county):
        assert Line.objects.filter(child=child).count() == 1


def test_each_step_belongs_to_its_own_person(people: People) -> None:
    child = find(people)
    application = apply_for(people, child)
    with pytest.raises(Refused):
        verify(at(people.director, VERIFIED), application, {"opinion": Opinion.MEETS, "found": "自己核实"})
    with pytest.raises(Conflict):
        confirm(at(people.county, DECIDED), application, {})
    with pytest.raises(NotFound):
        add_proof(at(people.neighbour, FOUND), application, {"kind": "other", "file": paper("材料")})
    check(people, child, application)
    decide(people, application)
    batch = run_month(at(people.county, PREPARED), {"place_id": place("护桐县").pk, "month": date(2026, 11, 1)})
    with pytest.raises(Refused):
        sign_batch(at(people.county, SIGNED), batch)


def test_the_story_of_the_child_names_every_step(people: People) -> None:
    child = find(people)
    application = apply_for(people, child)
    check(people, child, application)
    award = decide(people, application)
    told: list[Any] = list(story(people.county, award))
    assert told
    with acting(people.county):
        done = set(Entry.objects.values_list("action", flat=True))
    assert {
        "care.record_finding", "people.register_child", "people.link_person", "people.record_parent_fact",
        "benefits.apply", "benefits.file_application", "people.confirm_parent_fact", "people.record_aid",
        "money.name_payee", "money.propose_account", "money.approve_account", "benefits.verify", "benefits.confirm",
        "money.open_order", "benefits.record_delivery",
    } <= done  # fmt: skip
