"""What happens to running awards: deaths, other payees, changed aid, a parent back, lists, objections, papers due."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from functools import partial

from hutong.benefits.actions import (
    carry_out,
    decide_objection,
    do_review,
    end_award,
    hear_payee,
    import_list,
    note_follow_up,
    object_,
    propose,
    record_delivery,
    redetermine,
    second_decision,
    settle_change,
    settle_match,
)
from hutong.benefits.models import Award, Determination, Hearing, ListMatch, Objection, Review
from hutong.benefits.terms import (
    Answer,
    DecisionState,
    DeliveryHow,
    EndReason,
    HearingKind,
    HearingState,
    ListKind,
    MatchState,
    ObjectionKind,
    ObjectionState,
    Outcome,
    Recipient,
    ReviewFinding,
    ReviewState,
)
from hutong.benefits.workflow import FOLLOW_UP, ROLL_DIFFERS
from hutong.channels.tables import write_xlsx
from hutong.core.files import Upload
from hutong.core.models import Task
from hutong.core.terms import TaskState
from hutong.money.actions import (
    approve_account,
    approve_payee_change,
    ask_payee_change,
    name_payee,
    propose_account,
    propose_payee_change,
    reverse_line,
)
from hutong.money.models import Line, PayeeChange
from hutong.money.terms import ChangeReason, ChangeState, LineState, PayeeKind
from hutong.people.actions import end_parent_fact, link_person, record_aid, record_death
from hutong.people.models import ParentFact
from hutong.people.terms import Bond, BondBasis, Evidence, Kinship, ParentStatus
from hutong.project.demo.papers import paper
from hutong.project.demo.people import account_number
from hutong.project.demo.plan import HOME, SHOWN, Kid, first_month
from hutong.project.demo.registration import keeper
from hutong.project.demo.stage import Stage, at
from hutong.project.demo.stories import working_day
from hutong.project.demo.walking import BANK, Step

BEHIND = (SHOWN[0][:9], "999901204")
"""Townships that are late with their reviews."""
ORDER = 5000
"""Turns of a moment come after the steps of the families found at that moment."""


class Turns:
    """The turns of the awards on the old roll; each takes a family of its own."""

    def __init__(self, kids: list[Kid], begin: date, today: date) -> None:
        self.begin, self.today = begin, today
        alone = [k for k in kids if k.situation == "fu" and k.carer and k.father]
        self.families = iter({k.family: k for k in alone}.values())
        jailed = [k for k in alone if any(t.status == ParentStatus.PRISON for t in k.troubles)]
        # One child of each family: brothers and sisters share the parent, and the same list is never taken twice.
        self.jailed = list({k.family: k for k in jailed}.values())
        self.found: list[Step] = []

    def steps(self) -> list[Step]:
        """Every turn, in no order."""
        self._deaths()
        self._payees()
        self._parent_back()
        self._aid()
        self._lists()
        self._objections()
        self._roll_differences()
        self._reviews()
        return self.found

    def _on(self, day: date, run: Callable[[Stage], None], hour: float = 11) -> None:
        self.found.append(Step(at(working_day(day), hour), ORDER + len(self.found), run))

    def _month(self, number: int, day: int) -> date:
        """A day of the month so many months after the beginning."""
        return first_month(self.begin, -number).replace(day=day)

    def _deaths(self) -> None:
        """Two children die. One death is told after the next month was paid: that payment is reversed."""
        prompt, late = next(self.families), next(self.families)
        day = self._month(2, 6)
        self._on(day + timedelta(days=2), partial(died, kid=prompt, day=day))
        self._on(day + timedelta(days=6), partial(ended_by_death, kid=prompt, day=day))
        end = self._month(3, 27)
        self._on(self._month(4, 18), partial(died, kid=late, day=end))
        self._on(self._month(4, 20), partial(ended_by_death, kid=late, day=end))
        self._on(self._month(4, 21), partial(reversed_after, kid=late, day=end))

    def _payees(self) -> None:
        """A guardian dies and an aunt takes over; two more changes are still being looked at."""
        done, asked, proposed = next(self.families), next(self.families), next(self.families)
        self._on(self._month(3, 3), partial(payee_gone, kid=done, why=ChangeReason.DIED))
        self._on(self._month(3, 7), partial(payee_proposed, kid=done))
        self._on(self._month(3, 9), partial(payee_changed, kid=done))
        self._on(self.today - timedelta(days=9), partial(payee_gone, kid=asked, why=ChangeReason.VANISHED))
        self._on(self.today - timedelta(days=12), partial(payee_gone, kid=proposed, why=ChangeReason.DIED))
        self._on(self.today - timedelta(days=8), partial(payee_proposed, kid=proposed))

    def _parent_back(self) -> None:
        """A parent comes home from prison: put to the payee, heard, ended. Others still wait for the answer."""
        for n, kid in enumerate(self.jailed[:3]):
            out = self._month(2, 12) if n == 0 else self.today - timedelta(days=30 - 8 * n)
            self._on(out + timedelta(days=3), partial(released, kid=kid, day=out))
            self._on(out + timedelta(days=7), partial(end_proposed, kid=kid))
            if n == 0:
                self._on(out + timedelta(days=15), partial(payee_heard, kid=kid))
                self._on(out + timedelta(days=20), partial(end_carried_out, kid=kid))

    def _aid(self) -> None:
        """Dibao shares fall; the county decides again. The latest changes wait for it."""
        with_dibao = [k for k in self.families if k.dibao_fen > 50000]
        for n, kid in enumerate(with_dibao[:9]):
            day = self._month(1 + n // 2, 4 + n) if n < 6 else self.today - timedelta(days=3 * (n - 4))
            less = kid.dibao_fen - 9000
            self._on(day, partial(aid_lowered, kid=kid, fen=less))
            if n < 6:
                self._on(day + timedelta(days=6), partial(decided_again, kid=kid))

    def _lists(self) -> None:
        """Lists of other offices before a run: matches are looked at by the townships, the last one not yet."""
        rows = self.jailed[3:7] or self.jailed[:1]
        for n, kid in enumerate(rows):
            day = self._month(4, 6) if n < 2 else self.today - timedelta(days=16 - n)
            self._on(day, partial(custody_list, kid=kid))
            if n < 2:
                self._on(day + timedelta(days=5), matches_settled)

    def _objections(self) -> None:
        """Families object to refusals; one objection was turned down, the latest is open."""
        self._on(self._month(3, 20), partial(objected, kind=ObjectionKind.OBJECTION))
        self._on(self._month(4, 2), objection_decided)
        self._on(self.today - timedelta(days=5), partial(objected, kind=ObjectionKind.ADMINISTRATIVE_REVIEW))
        for month in range(2, 6):
            self._on(self._month(month, 27), decisions_told)
            self._on(self._month(month, 28), followed_up)

    def _roll_differences(self) -> None:
        """The county looks at what the old roll paid otherwise than the rules say."""
        for n in range(2):
            self._on(self._month(1, 15 + n), difference_settled)

    def _reviews(self) -> None:
        """Every ten days townships look again at the awards whose year is round; the last weeks' are still open."""
        days = (self.today - self.begin).days
        for passed in range(40, days - 12, 10):
            home_keeps_up = passed < days - 60
            self._on(self.begin + timedelta(days=passed), partial(reviewed, home_keeps_up=home_keeps_up))


def _award(stage: Stage, kid: Kid) -> Award:
    child_id = stage.child_ids([kid.national_no])[kid.national_no]
    award: Award = Award.objects.select_related("order", "child").get(child_id=child_id)
    return award


def died(stage: Stage, kid: Kid, day: date) -> None:
    """The child director records the death."""
    child = _award(stage, kid).child_id
    given = {"died_on": day, "evidence": Evidence.DEATH_CERTIFICATE, "paper": paper("死亡医学证明")}
    stage.do(keeper(stage, kid), record_death, child, given)


def ended_by_death(stage: Stage, kid: Kid, day: date) -> None:
    """The county ends the award: the one end that needs no hearing."""
    decision = stage.do("county", end_award, _award(stage, kid), {"reason": EndReason.DEATH, "happened_on": day})
    stage.do("county2", second_decision, decision, {"looked_at": "死亡医学证明已核对"})


def reversed_after(stage: Stage, kid: Kid, day: date) -> None:
    """What was paid for later months came back from the bank."""
    award = _award(stage, kid)
    late = Line.objects.filter(child_id=award.child_id, state=LineState.PAID, kind="regular", month__gt=day)
    for line in late.order_by("id"):
        stage.do("county", reverse_line, line, {"why": "儿童死亡后误发，监护人已退回"})


def payee_gone(stage: Stage, kid: Kid, why: ChangeReason) -> None:
    """The township asks for another payee."""
    stage.do(stage.supervisor(kid.village), ask_payee_change, _award(stage, kid).order, {"why": why})


def payee_proposed(stage: Stage, kid: Kid) -> None:
    """An aunt takes the child in; her account is taken down and checked."""
    award, who = _award(stage, kid), stage.supervisor(kid.village)
    name = f"{kid.name[0]}{stage.dice(f'aunt {kid.number}').choice(('桂', '玉', '春'))}英"
    guardian = {"bond": Bond.GUARDIAN, "name": name, "kinship": Kinship.AUNT_UNCLE, "basis": BondBasis.AGREEMENT}
    relation = stage.do(keeper(stage, kid), link_person, award.child_id, guardian)
    named = {
        "child_id": award.child_id, "kind": PayeeKind.GUARDIAN, "name": name, "person_id": relation.person_id,
        "place_id": stage.places[kid.village].pk,
    }  # fmt: skip
    payee = stage.do(who, name_payee, named)
    number = account_number(stage.dice(f"payee {kid.number}"))
    account = {"number": number, "bank": BANK, "holder": name, "proof": paper("银行卡")}
    stage.do("county2", approve_account, stage.do(who, propose_account, payee, account))
    change = {"payee_id": payee.pk, "why": ChangeReason.DIED, "proof": paper("监护人变更协议")}
    stage.do(who, propose_payee_change, award.order, change)


def payee_changed(stage: Stage, kid: Kid) -> None:
    """The county approves."""
    order = _award(stage, kid).order
    change = PayeeChange.objects.get(order=order, state=ChangeState.PROPOSED)
    stage.do("county2", approve_payee_change, change)


def released(stage: Stage, kid: Kid, day: date) -> None:
    """The township records that the parent is out of prison."""
    child = _award(stage, kid).child_id
    fact = ParentFact.objects.get(child=child, status=ParentStatus.PRISON, until=None)
    given = {"until": day, "evidence": Evidence.CUSTODY_PAPER, "why": "刑满释放", "paper": paper("释放证明书")}
    stage.do(stage.supervisor(kid.village), end_parent_fact, fact, given)


def end_proposed(stage: Stage, kid: Kid) -> None:
    """The county puts the end to the payee."""
    given = {
        "kind": HearingKind.END, "reasons": "父母一方刑满释放并已返乡，恢复抚养。",
        "from_month": first_month(stage.today, -1), "end_reason": EndReason.PARENT_BACK, "told_on": stage.today,
        "told_whom": kid.carer.name if kid.carer else kid.name,
    }  # fmt: skip
    stage.do("county", propose, _award(stage, kid), given)


def payee_heard(stage: Stage, kid: Kid) -> None:
    """The township takes down what the payee says."""
    hearing = Hearing.objects.get(award=_award(stage, kid), state=HearingState.PROPOSED)
    given = {"answer": Answer.AGREES, "answer_text": "孩子父亲已经回家，没有意见。"}
    stage.do(stage.supervisor(kid.village), hear_payee, hearing, given)


def end_carried_out(stage: Stage, kid: Kid) -> None:
    """Another officer carries it out."""
    hearing = Hearing.objects.get(award=_award(stage, kid), state=HearingState.HEARD)
    stage.do("county2", carry_out, hearing, {"closing": "监护人无异议，按拟定月份终止。"})


def aid_lowered(stage: Stage, kid: Kid, fen: int) -> None:
    """The township takes over the new dibao share."""
    given = {"first_month": first_month(stage.today, 0), "dibao_fen": fen, "source": "县社会救助信息"}
    stage.do(stage.supervisor(kid.village), record_aid, _award(stage, kid).child_id, given)


def decided_again(stage: Stage, kid: Kid) -> None:
    """The county decides the award anew."""
    stage.do("county", redetermine, _award(stage, kid), {"reasons": "低保金调整，重新计算补差。"})


def custody_list(stage: Stage, kid: Kid) -> None:
    """The list of the custody offices is compared with the running awards."""
    parent = kid.father or kid.carer
    if parent is None:
        return
    row = (parent.name, parent.identity, parent.birth, stage.today - timedelta(days=40), None)
    heads = ("姓名", "公民身份号码", "出生日期", "羁押日期", "释放日期")
    data = write_xlsx(heads, [row], title="羁押名单")
    given = {"kind": ListKind.CUSTODY, "place_id": stage.county.pk, "file": Upload(name="羁押名单.xlsx", data=data)}
    stage.do("county2", import_list, given)


def matches_settled(stage: Stage) -> None:
    """The townships look at the matches."""
    for match in ListMatch.objects.filter(state=MatchState.OPEN).select_related("child__actual").order_by("id"):
        found = {"state": MatchState.DISMISSED, "note": "与已登记的服刑情况为同一事实，无变化。"}
        stage.do(stage.supervisor(match.child.actual.code), settle_match, match, found)


def _refusals() -> Iterator[Determination]:
    told = Determination.objects.filter(outcome=Outcome.REFUSE).exclude(delivery=None)
    yield from told.select_related("child__actual").order_by("id")


def objected(stage: Stage, kind: ObjectionKind) -> None:
    """A family acts against the latest refusal it was told of."""
    answered = set(Objection.objects.values_list("determination", flat=True))
    decision = next((d for d in _refusals() if d.pk not in answered), None)
    if decision is None:
        return
    given = {
        "kind": kind, "lodged_on": stage.today, "lodged_by": "监护人",
        "grounds": "孩子母亲虽有能力但长期不回家、不寄钱，实际无人抚养。",
    }  # fmt: skip
    stage.do(stage.supervisor(decision.child.actual.code), object_, decision, given)


def objection_decided(stage: Stage) -> None:
    """Somebody who did not decide the application settles the objection."""
    for objection in Objection.objects.filter(state=ObjectionState.OPEN, kind=ObjectionKind.OBJECTION):
        decider = objection.determination.decided_by_id
        who = "county2" if stage.viewer("county").user_id == decider else "county"
        given = {
            "state": ObjectionState.REJECTED, "decided_in": "护桐县民政局", "decided_on": stage.today,
            "result": "经复核，母亲在本县就业并有收入，维持原决定；已协助申请临时救助。",
        }  # fmt: skip
        stage.do(who, decide_objection, objection, given)


def decisions_told(stage: Stage) -> None:
    """Townships hand over the new decisions on running awards."""
    older = stage.today - timedelta(days=3)
    waiting = Determination.objects.filter(
        delivery=None, application=None, decided_on__lt=older, state=DecisionState.IN_FORCE
    )
    for decision in waiting.select_related("child__actual").order_by("id"):
        given = {"how": DeliveryHow.IN_PERSON, "delivered_on": stage.today, "received_by": decision.addressee}
        given["recipient"] = Recipient.ADDRESSEE
        stage.do(stage.supervisor(decision.child.actual.code), record_delivery, decision, given)


def followed_up(stage: Stage) -> None:
    """Townships see to other help for children who were refused more than a month ago."""
    for decision in _refusals():
        if decision.decided_on < stage.today - timedelta(days=30) and _open_tasks(decision):
            who = stage.supervisor(decision.child.actual.code)
            stage.do(who, note_follow_up, decision, {"result": "已协助办理临时救助，并纳入困境儿童走访。"})


def _open_tasks(decision: Determination) -> bool:
    about = {"on_label": decision._meta.label_lower, "on_id": decision.pk}
    return Task.objects.filter(kind=FOLLOW_UP.name, state=TaskState.OPEN, **about).exists()


def reviewed(stage: Stage, *, home_keeps_up: bool) -> None:
    """Reviews that fall due within two weeks are done; two townships, and of late the home, are behind with theirs."""
    soon = stage.today + timedelta(days=14)
    due = Review.objects.filter(state=ReviewState.DUE, due_on__lte=soon).select_related("child__actual")
    for review in due.order_by("id"):
        lives_in = review.child.actual.code
        if lives_in[:9] in BEHIND or (lives_in == HOME and not home_keeps_up):
            continue
        seen = {
            "finding": ReviewFinding.UNCHANGED, "child_seen_on": stage.today - timedelta(days=1),
            "found": "入户见到儿童，照料和就学情况与上次一致。",
        }  # fmt: skip
        if lives_in == HOME:
            stage.do("institution", do_review, review, seen | {"file": paper("养育情况报告")})
        else:
            stage.do(stage.supervisor(lives_in), do_review, review, seen)


def difference_settled(stage: Stage) -> None:
    """A difference between roll and rules that turns out to be right."""
    open_ones = Task.objects.filter(kind=ROLL_DIFFERS.name, state=TaskState.OPEN).order_by("id")
    award_id = open_ones.values_list("on_id", flat=True).first()
    if award_id is not None:
        stage.do("county", settle_change, award_id, {"why": "经核实，原名册按旧文件执行，继续按原标准发放。"})
