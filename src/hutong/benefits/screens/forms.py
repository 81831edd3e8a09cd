"""How the actions look as forms: one sentence on each, what is prefilled, and the evidence beside it."""

from __future__ import annotations

from typing import Any

from hutong.benefits.models import Application, Award, Determination, Hearing
from hutong.benefits.queries.advice import advise
from hutong.benefits.queries.bases import confirmed_on, due_on
from hutong.benefits.queries.matches import headings_of
from hutong.benefits.queries.roll import HEADINGS
from hutong.benefits.screens import case, evidence
from hutong.benefits.screens.applications import papers
from hutong.benefits.screens.awards import RECOMPUTED, recomputed_bodies
from hutong.benefits.screens.proceedings import AGAINST, ANSWERED, LODGED, PUT, beside
from hutong.benefits.terms import (
    NO_DECISION,
    ApplicationState,
    AwardState,
    DecisionState,
    ListKind,
    MatchState,
    ReviewState,
)
from hutong.channels.content import Body, Fact, Facts, Fen, Headed
from hutong.channels.panels import columns_body
from hutong.channels.sheet import action_form, to_result
from hutong.channels.tables import ANSWERS, column_choices
from hutong.core.access import may_read
from hutong.core.terms import Label
from hutong.core.viewer import Viewer
from hutong.money.models import Payee
from hutong.people.models import ParentFact
from hutong.people.queries.children import child_behind
from hutong.people.terms import FactState


def _advice(viewer: Viewer, application: Application, *, reported: bool) -> list[Body]:
    advised = advise(application.child, viewer.today, application.place_key, reported=reported)
    return evidence.advice_bodies(viewer, advised.open_part, advised.open_facts)


def beside_verifying(viewer: Viewer, application: Application) -> list[Body]:
    """What is on file and what the law would say if it is true."""
    child = application.child
    return [
        Headed(evidence.PARENTS, [evidence.parents_body(viewer, child)]),
        Headed(evidence.PAPERS, [evidence.papers_body(viewer, application)]),
        Headed(evidence.ADVICE, _advice(viewer, application, reported=True)),
    ]


def beside_award(viewer: Viewer, award: Award) -> list[Body]:
    """What the law says today beside what is paid now."""
    paid = Facts([Fact(Label("现月发放额", "Paid now"), Fen(due_on(award, viewer.today)))])
    now = Headed(Label("现在发放", "Paid now"), [paid])
    child = child_behind(award)
    if child is None:
        return [now]
    paid_on = recomputed_bodies(viewer, award)
    advised = advise(child, viewer.today, award.place_key, confirmed=confirmed_on(award))
    advice = evidence.advice_bodies(viewer, advised.open_part, advised.open_facts)
    parents = Headed(evidence.PARENTS, [evidence.parents_body(viewer, child)])
    return [now, *([Headed(RECOMPUTED, paid_on)] if paid_on else []), Headed(evidence.ADVICE, advice), parents]


def beside_hearing(viewer: Viewer, hearing: Hearing) -> list[Body]:
    """What was proposed and answered, and how things stand today."""
    return [*beside(viewer, hearing, PUT, ANSWERED), *beside_award(viewer, hearing.award)]


def facts_to_confirm(viewer: Viewer, application: Application) -> list[tuple[Any, str]]:
    """Facts about the parents somebody else reported."""
    facts = ParentFact.objects.filter(child_id=application.child_id, state=FactState.REPORTED).order_by("side", "id")
    lang = viewer.locale
    return [
        (f.pk, f"{f.side.label(lang)} · {f.status.label(lang)} · {f.since}")
        for f in facts
        if f.recorded_by_id != viewer.user_id
    ]


def papers_wanted(viewer: Viewer, application: Application) -> dict[str, Any]:
    """The first paper that is still open."""
    first = application.proofs.filter(state__in=["needed", "incomplete"]).order_by("asked_of", "id").first()
    return {"kind": first.kind, "about": first.about} if first else {}


PAYEE = Label("{0}（{1}）", "{0} ({1})")


def payees_of(viewer: Viewer, award: Award) -> list[tuple[Any, str]]:
    """Payees on file for the child."""
    rows = Payee.objects.visible_to(viewer).filter(child_id=award.child_id).order_by("-id")
    return [(p.pk, PAYEE.filled(p.name, p.kind.words).text(viewer.locale)) for p in rows]


def told_whom(viewer: Viewer, award: Award) -> dict[str, Any]:
    """Today, and the payee's name."""
    payee = award.order.payee.name if award.order else ""
    return {"told_on": viewer.today, "told_whom": payee}


def _undelivered(viewer: Viewer, decision: Determination) -> bool:
    return decision.state == DecisionState.IN_FORCE and not hasattr(decision, "delivery")


def _takeable(viewer: Viewer, decision: Determination) -> bool:
    """Can it still be taken back: not delivered, and a decision at all?"""
    standing = decision.state != DecisionState.WITHDRAWN and not hasattr(decision, "delivery")
    return standing and decision.outcome not in NO_DECISION


def beside_decision(viewer: Viewer, decision: Determination) -> list[Body]:
    """What was decided and on what, for whoever stands behind it or takes it back."""
    said = evidence.advice_bodies(viewer, decision.trace, decision.facts)
    found = [Headed(DECIDED, [evidence.decision_facts(viewer, decision)]), Headed(evidence.ADVICE, said)]
    child = child_behind(decision)
    if child is not None:
        found += [
            Headed(case.CHILD, [case.child_body(viewer, child)]),
            Headed(evidence.PARENTS, [evidence.parents_body(viewer, child)]),
            Headed(case.ADULTS, [case.adults_body(viewer, child)]),
        ]
    if decision.application is not None:
        found.append(Headed(evidence.PAPERS, [evidence.papers_body(viewer, decision.application)]))
    return [*found, *([Headed(case.HISTORY, [case.history_body(viewer, child)])] if child is not None else [])]


DECIDED = Label("拟定的决定", "What was decided")


def addressed(viewer: Viewer, decision: Determination) -> dict[str, Any]:
    """The addressee, who is the one to receive it."""
    return {"received_by": decision.addressee} if may_read(viewer, Determination, "addressee") else {}


action_form(
    "benefits.apply",
    text=(
        "登记后立即列出所需材料；家庭只需提供其他部门查不到的材料。",
        "The papers needed are listed at once; the family brings only what no other office holds.",
    ),
    button=("登记申请", "Take down"),
    primary=True,
)
action_form("benefits.add_proof", initial=papers_wanted, aside=papers)
action_form(
    "benefits.file_application",
    text=(
        "提交后出具受理编号并一次告知缺少的材料。",
        "Filing gives a dated receipt and one complete list of what is missing.",
    ),
    button=("提交申请", "File"),
    primary=True,
    aside=papers,
)
action_form("benefits.pass_on", primary=True, button=("转送户籍地", "Pass on"))
action_form(
    "benefits.verify",
    text=(
        "先比对部门数据，再入户核实。核实属实的父母情况请勾选。",
        "Compare data first, then visit. Tick what proved true.",
    ),
    primary=True,
    choices={"facts_confirmed": facts_to_confirm},
    aside=beside_verifying,
)
action_form("benefits.return_for_missing", aside=papers)
action_form("benefits.correct_application", initial=lambda v, a: {
    "applicant_kind": a.applicant_kind, "applicant_name": a.applicant_name, "statement": a.statement,
})  # fmt: skip
action_form("benefits.withdraw", danger=True)
for name in ("confirm", "refuse"):
    action_form(f"benefits.{name}", aside=beside_verifying, offered=lambda viewer, application: False)
action_form(
    "benefits.record_delivery",
    text=(
        "申请复议和提起诉讼的期限自送达起算。",
        "The days in which the decision can be challenged count from its delivery.",
    ),
    primary=True,
    initial=addressed,
    offered=_undelivered,
)
action_form(
    "benefits.second_decision",
    text=(
        "请独立核对事实、材料、金额和理由。同意后决定生效，并通知家庭；不同意的，请撤回并写明理由。",
        "Check facts, papers, sum and reasons for yourself. Once seconded it takes effect and the family is told. "
        "If you do not agree, withdraw it with your reason.",
    ),
    primary=True,
    aside=beside_decision,
    offered=lambda viewer, decision: (
        decision.state == DecisionState.WAITING and decision.decided_by_id != viewer.user_id
    ),
)
action_form(
    "benefits.withdraw_decision",
    text=(
        "仅限送达前。文号保留并注明撤回；有关事项恢复到决定之前，重新办理。",
        "Only before it is delivered. The number stays, marked as withdrawn; what it was about is dealt with again.",
    ),
    danger=True,
    confirm=True,
    aside=beside_decision,
    offered=_takeable,
)
action_form("benefits.object", after=to_result)
action_form("benefits.note_follow_up", offered=lambda viewer, decision: bool(decision.other_help))
action_form(
    "benefits.decide_objection",
    text=(
        "支持异议的，须选择恢复发放或重新作出决定；不支持的，原决定不变。",
        "Where upheld, choose what follows: the award restored, or a new decision. Else the decision stands.",
    ),
    primary=True,
    aside=lambda v, o: beside(v, o, AGAINST, LODGED),
)
action_form(
    "benefits.decide_anew",
    text=(
        "发现原不予确认决定有误时，由另一名工作人员重新受理；新决定写明更正了哪一份。",
        "Where a refusal was a mistake another officer takes it up again; the new decision names what it corrects.",
    ),
    offered=lambda viewer, application: application.state == ApplicationState.REFUSED,
)
action_form(
    "benefits.set_payee",
    text=("收款账户由两人在发放页面登记和复核。", "The account itself is entered and checked by two people."),
    choices={"payee_id": payees_of},
    offered=lambda viewer, award: award.order_id is None and award.state != AwardState.ENDED,
)
action_form(
    "benefits.redetermine",
    aside=beside_award,
    offered=lambda viewer, award: award.state != AwardState.ENDED,
)
action_form("benefits.settle_change", aside=beside_award)
action_form(
    "benefits.propose",
    text=(
        "先告知理由并给予答复时间；此前照常发放。",
        "The payee is told the reasons and has time to answer; until then pay goes on.",
    ),
    initial=told_whom,
    aside=beside_award,
    after=to_result,
)
action_form(
    "benefits.resume",
    text=("由另一名工作人员复核后生效。", "In effect once another officer has seconded it."),
    offered=lambda viewer, award: award.state == AwardState.SUSPENDED,
)
action_form(
    "benefits.end_award",
    danger=True,
    confirm=True,
    text=(
        "仅用于儿童死亡或家庭主动放弃（须有监护人签名的书面声明）。由另一名工作人员复核后生效。",
        "Only for a death, or at the family's own wish with a statement the guardian signed. In effect once another "
        "officer has seconded it.",
    ),
    offered=lambda viewer, award: award.state != AwardState.ENDED,
)
action_form("benefits.hear_payee", primary=True, aside=beside_hearing)
action_form("benefits.carry_out", primary=True, confirm=True, aside=beside_hearing)
action_form("benefits.drop_hearing")
action_form(
    "benefits.do_review",
    text=(
        "情况有变化的，由县级民政重新认定；复核逾期不影响发放。",
        "Where something changed the county decides anew. A late review never stops pay.",
    ),
    button=("登记复核结果", "Record the review"),
    primary=True,
    aside=lambda viewer, review: beside_award(viewer, review.award),
    offered=lambda viewer, review: review.state == ReviewState.DUE,
)
action_form(
    "benefits.import_list",
    text=(
        "死亡、低保、羁押名单与在册儿童及其父母、监护人比对。匹配结果成为待办，不改变发放。",
        "Deaths, living allowance or custody are compared with the children, parents and guardians on the roll."
        " Matches become tasks; no payment changes.",
    ),
    aside=lambda viewer, record: [columns_body(headings_of(kind), (kind.zh, kind.en)) for kind in ListKind],
    choices=column_choices(*map(headings_of, ListKind)),
    later=ANSWERS,
    primary=True,
)
action_form(
    "benefits.settle_match",
    primary=True,
    offered=lambda viewer, match: match.state == MatchState.OPEN,
)
action_form(
    "benefits.confirm_roll",
    primary=True,
    text=(
        "我已将人数、每月金额、与规定的差异和未转入的行同原名册核对。确认后按名册发放。",
        "I compared people, sums, differences and rows not taken with the roll. Once confirmed, it is paid.",
    ),
    offered=lambda viewer, roll: roll.confirmed_on is None and roll.imported_by_id != viewer.user_id,
)
action_form(
    "benefits.import_roll",
    text=(
        "逐行转入：待遇、起始月、收款人、账户和全国系统编号。与规定的差异成为待办。另一名工作人员确认后照原金额发放。",
        "Row by row: award, first month, payee, account and national number. Differences from the law become tasks."
        " Once another officer has confirmed the roll, it is paid as before.",
    ),
    aside=lambda viewer, record: columns_body(HEADINGS),
    choices=column_choices(HEADINGS),
    later=ANSWERS,
    primary=True,
)
