"""Named situations for the tests of this package and of those above it, made through the same actions as in life.

    application = filed_application()
    award = award_of_fu_child(now=at(2026, 5, 11))

People and places are invented (hutong.people.tests.build); every post is held by an account of its own.
"""

from __future__ import annotations

from datetime import date, datetime
from io import BytesIO
from itertools import count
from typing import Any

from PIL import Image

from hutong.benefits import actions
from hutong.benefits.models import Application, Award, Determination
from hutong.benefits.terms import DecisionState
from hutong.core.files import Upload
from hutong.core.viewer import ZONE, Viewer, acting
from hutong.money import actions as money
from hutong.money.models import Line, Payee
from hutong.money.queries.reference import reference
from hutong.money.terms import PayeeKind
from hutong.money.tests.build import account_input, answer_file, card_numbers
from hutong.org.terms import Role
from hutong.people.models import Child
from hutong.people.tests import build as people

NOW = people.NOW
VILLAGE, TOWN, COUNTY = "999901101201", "999901101", "999901"
FAR_VILLAGE, FAR_TOWN, FAR_COUNTY = "999902101201", "999902101", "999902"
"""In another county."""
_number = count(1)
_cards = card_numbers(500_000)
_names = ["禾", "苗", "穗", "麦", "粟", "棠", "枫", "稷", "桑", "榆", "槐", "柳", "菊", "松", "柏", "桐"]
"""No two sound alike, also where zh and z, -ng and -n are one: files that do are compared before they are paid."""


def at(year: int, month: int, day: int) -> datetime:
    """Nine in the morning of a day."""
    return datetime(year, month, day, 9, tzinfo=ZONE)


def staff(role: Role, code: str, now: datetime = NOW) -> Viewer:
    """Somebody at a post, with an account of their own; every call is another person."""
    return people.worker(role, code, now=now)


def director(code: str = VILLAGE, now: datetime = NOW) -> Viewer:
    """A village child director."""
    return staff(Role.VILLAGE_DIRECTOR, code, now)


def supervisor(code: str = TOWN, now: datetime = NOW) -> Viewer:
    """A township supervisor."""
    return staff(Role.TOWNSHIP_SUPERVISOR, code, now)


def officer(code: str = COUNTY, now: datetime = NOW) -> Viewer:
    """A county officer."""
    return staff(Role.COUNTY_OFFICER, code, now)


def finance(code: str = COUNTY, now: datetime = NOW) -> Viewer:
    """A county finance officer."""
    return staff(Role.COUNTY_FINANCE, code, now)


def photo(name: str = "材料.png") -> Upload:
    """A small picture standing for a photographed paper."""
    out = BytesIO()
    Image.new("RGB", (8, 8), "white").save(out, "PNG")
    return Upload(name=name, data=out.getvalue())


def date_of_birth() -> date:
    """The birth date the children here have unless said otherwise."""
    return date(2015, 6, 15)


def a_name() -> str:
    """A child's name nobody else in the tests has."""
    number = next(_number)
    return f"田{_names[number // 16 % 16]}{_names[number % 16]}"


def fu_child(**given: Any) -> Child:
    """Father dead, mother lost and searched for."""
    return people.fu_child_father_dead_mother_lost(**({"name": a_name(), "in_spite_of": "另一名儿童"} | given))


def orphan(**given: Any) -> Child:
    """Both parents dead."""
    return people.orphan_in_village(**({"name": a_name(), "in_spite_of": "另一名儿童"} | given))


def child_nobody_looked_into(**given: Any) -> Child:
    """Nothing is known of the parents yet."""
    return people.child(**({"name": a_name(), "in_spite_of": "另一名儿童"} | given))


def draft_application(child: Child | None = None, viewer: Viewer | None = None, **given: Any) -> Application:
    """An application the grandmother makes, being filled in."""
    child = child or fu_child()
    fields = {"child_id": child.pk, "applicant_kind": "guardian", "applicant_name": "田桂英", "statement": "请予保障"}
    return actions.apply(viewer or supervisor(), fields | given)


def filed_application(child: Child | None = None, now: datetime = NOW, **given: Any) -> Application:
    """Handed in; waits for the township."""
    viewer = supervisor(now=now)
    application = draft_application(child, viewer, **given)
    identity = {"kind": "identity", "about": "applicant", "file": photo()}
    if application.proofs.filter(kind="identity", state="needed").exists():
        actions.add_proof(viewer, application, identity)
    return actions.file_application(viewer, application)


def verified_application(child: Child | None = None, now: datetime = NOW) -> Application:
    """The township has verified; waits for the county."""
    application = filed_application(child, now)
    actions.verify(supervisor(now=now), application, {"opinion": "meets", "found": "入户查看，情况属实"})
    application.refresh_from_db()
    return application


def departure(**given: Any) -> dict[str, Any]:
    """What an officer who departs from the advice brings."""
    fields = {"reasons": "个案会商一致意见", "meeting_on": "2026-11-20", "participants": ["甲", "乙"]}
    fields["signer_note"] = "经个案会商确定"
    return fields | {"minutes": photo("纪要.png")} | given


def payee_of(child: Child, viewer: Viewer) -> Payee:
    """The guardian as payee with an account two people looked at."""
    given = {"child_id": child.pk, "kind": PayeeKind.GUARDIAN, "name": "田桂英", "place_id": child.actual_id}
    payee = money.name_payee(viewer, given)
    version = money.propose_account(viewer, payee, account_input(next(_cards), holder="田桂英"))
    money.approve_account(officer(now=viewer.now), version)
    return payee


def award_of(child: Child, now: datetime = NOW) -> Award:
    """Recognised as the law advises, with a payee and an order."""
    application = verified_application(child, now)
    payee_of(child, officer(now=now))
    return recognised(application, now=now)


def recognised(application: Application, now: datetime = NOW, **given: Any) -> Award:
    """Confirmed; where that departs from the advice, by two officers."""
    return signed(actions.confirm(officer(now=now), application, given), now).award


def signed(decision: Determination, now: datetime = NOW) -> Determination:
    """In force: a second officer signs a decision that waits for one."""
    if decision.state == DecisionState.WAITING:
        decision = actions.second_decision(officer(now=now), decision, {"looked_at": "材料齐全"})
    return decision


def award_of_fu_child(now: datetime = NOW, **given: Any) -> Award:
    """A de facto unattended child is paid."""
    return award_of(fu_child(**given), now)


def award_of_orphan(now: datetime = NOW, **given: Any) -> Award:
    """An orphan is paid."""
    return award_of(orphan(**given), now)


def delivered(**given: Any) -> dict[str, Any]:
    """The notice handed to the grandmother herself."""
    fields = {"how": "in_person", "delivered_on": "2026-11-23", "recipient": "addressee", "received_by": "田桂英"}
    return fields | given


def refusal(child: Child | None = None, now: datetime = NOW) -> Determination:
    """A child of able parents is refused, as the law advises."""
    child = child or people.child_of_able_parents(name=a_name(), in_spite_of="另一名儿童")
    return actions.refuse(officer(now=now), verified_application(child, now), {"reasons": "父母均有抚养能力"})


def run(award: Award, month: str, now: datetime) -> Any:
    """The month's run of the demo county."""
    county = people.places()[COUNTY]
    return actions.run_month(officer(now=now), {"place_id": county.pk, "month": month})


def pay(batch: Any, now: datetime) -> None:
    """Sign the batch, hand it to the bank, and book that everything arrived."""
    who = finance(now=now)
    money.sign_batch(who, batch)
    money.mark_sent(who, batch)
    with acting(who):
        lines = list(Line.objects.filter(batch=batch).order_by("id"))
    rows = [(reference(line.pk), line.amount_fen, "成功", "") for line in lines]
    money.reconcile(who, batch, {"file": answer_file(rows)})


def reread(viewer: Viewer, record: Any) -> Any:
    """The record as it stands in the database, seen by a viewer."""
    with acting(viewer):
        return type(record).objects.get(pk=record.pk)
