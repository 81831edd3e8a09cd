"""What happens to the children of the month between its two runs, and the runs themselves with the bank's answers."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from typing import Any

from hutong.benefits import actions as benefits
from hutong.benefits.models import Determination
from hutong.benefits.terms import DecisionState
from hutong.benefits.tests import build
from hutong.core.viewer import acting, system_viewer
from hutong.money import actions as money
from hutong.money.models import Batch, Hold, Line, Order
from hutong.money.queries import bank_file, rules, signing
from hutong.money.queries.reference import reference
from hutong.money.terms import BankFileForm
from hutong.money.tests.build import account_input, answer_file
from hutong.people import actions as people
from hutong.people.models import Child
from hutong.project.tests.ledger import NOVEMBER, OCTOBER, STANDARD, Kid
from hutong.project.tests.month import (
    BANK,
    BETWEEN,
    FAR_VILLAGE,
    FIRST,
    ROLLED,
    VILLAGES,
    County,
    all_of,
    tagged,
)  # fmt: skip


def before_october(county: County, kids: list[Kid]) -> None:
    """Children who died in September, and pay that rests before it ever began."""
    _died(county, county.some(kids, 0.002), date(2026, 9, 29), FIRST)
    _paused(county, tagged(county, "suspended and lifted with arrears"), OCTOBER, ROLLED)


def after_october(county: County, kids: list[Kid]) -> None:
    """A month in which everything happens that a month can bring."""
    taken = [kid for kid in kids if not kid.ended]
    _died(county, [kid for kid in county.some(taken, 0.004) if kid.died is None], date(2026, 10, 30), BETWEEN)
    _died(county, [kid for kid in county.some(taken, 0.002) if kid.died is None], date(2026, 11, 3), BETWEEN)
    _paused(county, tagged(county, "suspended"), NOVEMBER, FIRST)
    _lifted(county, tagged(county, "suspended and lifted with arrears"))
    _reduced(county, [*tagged(county, "reduced"), *county.some([k for k in taken if k.fen > 150_000], 0.002)])
    _raised(county, tagged(county, "raised"))
    _ended(county, tagged(county, "ended by death"))
    _guardian_removed(county, tagged(county, "guardian removed"))
    _moved(county)
    _merged(county, [kid for kid in taken if kid.tags == {"roll"} and kid.village == VILLAGES[0]])


def _died(county: County, kids: list[Kid], day: date, now: datetime) -> None:
    given = {"died_on": day, "evidence": "death_certificate"}
    with acting(county.at("first", now)):
        children = Child.objects.in_bulk([kid.child for kid in kids])
    all_of(people.record_death, county.at("first", now), [(children[kid.child], given) for kid in kids])
    for kid in kids:
        kid.died = day
        kid.tags.add(f"died {day}")


def _heard(county: County, kids: list[Kid], kind: str, month: date, now: datetime, **more: Any) -> None:
    """Put to the payee by one officer, agreed to, decided by another; what departs from the advice is seconded."""
    told = {"kind": kind, "reasons": "情况有变化，依规处理", "from_month": month, "told_on": now.date(),
            "told_whom": "田桂英"}  # fmt: skip
    first, second = county.at("first", now), county.at("second", now)
    hearings = all_of(benefits.propose, first, [(kid.award, told | more) for kid in kids])
    all_of(benefits.hear_payee, first, [(one.pk, {"answer": "agrees"}) for one in hearings])
    closing = build.departure(closing="家庭同意", meeting_on=now.date())
    _seconded(county, all_of(benefits.carry_out, second, [(one.pk, closing) for one in hearings]), now)


def _seconded(county: County, decisions: list[Determination], now: datetime) -> None:
    """A further officer stands behind what waits for one."""
    looked = {"looked_at": "材料齐全"}
    waiting = [(one.pk, looked) for one in decisions if one.state == DecisionState.WAITING]
    all_of(benefits.second_decision, county.at("third", now), waiting)


def _paused(county: County, kids: list[Kid], month: date, now: datetime) -> None:
    _heard(county, kids, "suspend", month, now)
    for kid in kids:
        kid.pause = month


def _lifted(county: County, kids: list[Kid]) -> None:
    given = {"from_month": NOVEMBER, "with_arrears": True, "reason": "已联系上监护人"}
    made = all_of(benefits.resume, county.at("second", BETWEEN), [(kid.award, given) for kid in kids])
    _seconded(county, made, BETWEEN)
    for kid in kids:
        kid.pause = None


def _reduced(county: County, kids: list[Kid]) -> None:
    _heard(county, kids, "reduce", NOVEMBER, FIRST, amount_fen=100_000)
    for kid in kids:
        kid.sums[NOVEMBER] = 100_000
        kid.tags.add("reduced")


def _raised(county: County, kids: list[Kid]) -> None:
    """The family lost its dibao in October; the decision reaches back to that month."""
    first = county.at("first", BETWEEN)
    aid = {"first_month": "2026-10", "dibao_fen": 0, "tekun_fen": 0, "disability_living_fen": 0}
    all_of(people.record_aid, first, [(_child(county, kid), aid) for kid in kids])
    given = {"reasons": "低保已停发", "from_month": OCTOBER}
    made = all_of(benefits.redetermine, county.at("second", BETWEEN), [(kid.award, given) for kid in kids])
    _seconded(county, made, BETWEEN)
    for kid in kids:
        kid.sums[OCTOBER] = STANDARD


def _child(county: County, kid: Kid) -> Child:
    with acting(county.at("first", BETWEEN)):
        return Child.objects.get(pk=kid.child)


def _ended(county: County, kids: list[Kid]) -> None:
    given = {"reason": "death", "happened_on": "2026-10-25"}
    made = all_of(benefits.end_award, county.at("second", BETWEEN), [(kid.award, given) for kid in kids])
    _seconded(county, made, BETWEEN)
    for kid in kids:
        kid.last, kid.ended = OCTOBER, True


def _guardian_removed(county: County, kids: list[Kid]) -> None:
    with acting(county.at("first", BETWEEN)):
        bonds = [bond for kid in kids for bond in Child.objects.get(pk=kid.child).relations.all()]
    given = {"valid_to": "2026-11-02", "why": "监护人资格已撤销"}
    all_of(people.unlink_person, county.at("first", BETWEEN), [(bond, given) for bond in bonds])
    for kid in kids:
        kid.payee_gone = True


def _moved(county: County) -> None:
    """To another county: while it has not answered this one pays, from its acceptance on it pays itself."""
    proposed, accepted = tagged(county, "handover proposed"), tagged(county, "handover accepted")
    everywhere = replace(county.at("first", BETWEEN), spans=system_viewer("tests", now=BETWEEN).spans)
    for kind in ("registered", "actual"):
        away = {"kind": kind, "division_id": county.places[FAR_VILLAGE].pk, "moved_on": "2026-11-02"}
        all_of(people.set_residence, everywhere, [(_child_anywhere(k), away) for k in (*proposed, *accepted)])
    told = {"told_on": "2026-11-05", "told_whom": "田桂英", "last_month": OCTOBER}
    made = all_of(
        benefits.propose_handover, county.at("first", BETWEEN), [(k.award, told) for k in (*proposed, *accepted)]
    )
    all_of(benefits.accept_handover, county.at("far", BETWEEN), [(one.pk, {}) for one in made[len(proposed) :]])
    for kid in accepted:
        kid.last, kid.ended = OCTOBER, True


def _child_anywhere(kid: Kid) -> Child:
    with acting(system_viewer("tests", now=BETWEEN)):
        return Child.objects.get(pk=kid.child)


def _merged(county: County, kids: list[Kid]) -> None:
    """Two files turn out to be one child with two awards: the older order goes on."""
    drawn = county.draw.sample(kids, 16)
    for one, other in zip(drawn[:8], drawn[8:], strict=True):
        kept, gone = sorted((one, other), key=lambda kid: kid.order)
        given = {"merged_no": _child(county, gone).child_no, "why": "入户核实为同一儿童"}
        people.merge_children(county.at("second", BETWEEN), _child(county, kept), given)
        gone.child, gone.doubtful = kept.child, True
        kept.tags.add("merged, older")
        gone.tags.add("merged, younger")


# Runs -----------------------------------------------------------------------------------------------------------------


def prepared(county: County, month: date, now: datetime) -> Batch:
    """The run of a month."""
    given = {"place_id": county.places[build.COUNTY].pk, "month": month}
    batch: Batch = benefits.run_month(county.at("first", now), given)
    return batch


def answered(county: County, batch: Batch, now: datetime) -> list[Kid]:
    """The bank paid all but some; for a third of those another account is entered and the money ordered again."""
    finance = county.at("finance", now)
    money.mark_sent(finance, batch)
    with acting(finance):
        lines = list(Line.objects.filter(batch=batch).order_by("id"))
    back = {line.pk for line in county.draw.sample(lines, 60)}
    rows = [(reference(ln.pk), ln.amount_fen, "失败" if ln.pk in back else "成功", "户名不符") for ln in lines]
    money.reconcile(finance, batch, {"file": answer_file(rows)})
    by_order = {kid.order: kid for kid in county.book.kids if kid.order}
    again = [by_order[line.order_id] for line in lines if line.pk in back]
    return [kid for kid in again if not kid.payee_gone and "account of" not in str(kid.tags)][:20]


def reissued(county: County, kids: list[Kid], now: datetime) -> Batch:
    """A batch of corrections for what came back, on accounts that two people looked at."""
    first, second = county.at("first", now), county.at("second", now)
    with acting(first):
        payees = dict(Order.objects.filter(pk__in=[kid.order for kid in kids]).values_list("id", "payee_id"))
    for kid in kids:
        kid.account = next(county.cards)
        kid.tags.add("account changed after the bank's refusal")
    given = [(payees[k.order], account_input(k.account, holder=k.holder, bank=BANK)) for k in kids]
    versions = all_of(money.propose_account, first, given)
    all_of(money.approve_account, second, [(version.pk, {}) for version in versions])
    all_of(money.reissue_all, first, [(payees[kid.order], {}) for kid in kids])
    with acting(first):
        return Batch.objects.get(purpose="correction", state="prepared")


def held_out(county: County, batch: Batch, now: datetime) -> None:
    """Some lines are held out before the batch is given up; half of them are settled by another person."""
    with acting(county.at("first", now)):
        lines = list(Line.objects.filter(batch=batch, month=NOVEMBER, kind="regular").order_by("id"))
    drawn = county.draw.sample(lines, 20)
    holds: list[Hold] = [money.hold_line(county.at("first", now), line, {"why": "户名与本人不符"}) for line in drawn]
    money.discard_batch(county.at("first", now), batch)
    lifted = {"lifted_why": "户名已当面核对"}
    all_of(money.lift_hold, county.at("second", now), [(hold.pk, lifted) for hold in holds[:10]])
    by_order = {kid.order: kid for kid in county.book.kids if kid.order}
    for line in drawn[10:]:
        by_order[line.order_id].held.add(NOVEMBER)
        by_order[line.order_id].tags.add("held out by hand")


def file_of(county: County, batch: Batch, now: datetime) -> bytes:
    """Sign the batch at the post whose turn it is, and take the bank's file out."""
    posts = [county.at(post, now) for post in ("finance", "city")]
    turns = [viewer for viewer in posts if signing.may_sign(viewer, batch) is None]
    money.sign_batch(turns[0], batch)
    with acting(posts[0]):
        signed = Batch.objects.get(pk=batch.pk)
        money.export_bank_file(posts[0], signed, {"form": "xlsx"})
        return bank_file.build(signed, BankFileForm.XLSX, rules.bank_format(batch.place_key, now.date()))
