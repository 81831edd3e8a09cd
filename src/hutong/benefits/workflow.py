"""States, moves, limits and tasks of applications, hearings, reviews and lists."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from hutong.benefits.models import Application, Handover, Hearing, SpotCheck
from hutong.benefits.terms import CheckState
from hutong.core.events import declare_event
from hutong.core.flow import Flow, Move, State, TaskSpec
from hutong.core.models import Task
from hutong.core.tasks import task_kind
from hutong.org.queries.places import nearest_role
from hutong.org.terms import Role

APPLICATION_FILED = declare_event("benefits.application_filed")
DECIDED = declare_event("benefits.decided")
AWARD_STARTED = declare_event("benefits.award_started")
AWARD_CHANGED = declare_event("benefits.award_changed")
AWARD_ENDED = declare_event("benefits.award_ended")
SCHOOL_PROOF_ASKED = declare_event("benefits.school_proof_asked")

ACCEPT_LIMIT = "ORP-APP-5.accept"
TELL_LIMIT = "ORP-APP-5.notify"
REVIEW_LIMIT = "REVIEW-YEARLY"
SCHOOL_LIMIT = "SCHOOL-PROOF"
ANSWER_LIMIT = "HEARING-ANSWER"
MOVE_LIMIT = "MOVE-ACCEPT"
SETTLE_LIMIT = "MOVE-SETTLE"


def township_limit(application: Any) -> str:
    """Days of the township: its own, or those of the procedure across provinces (跨省通办)."""
    return "ORP-APP-5.township" if application.elsewhere else "FU-APP-2"


def county_limit(application: Any) -> str:
    """Days of the county, in the same way."""
    return "ORP-APP-5.county" if application.elsewhere else "FU-APP-3"


def helper(application: Any) -> str:
    """Who sees to the papers: the children's home for those who live there, otherwise the township."""
    return nearest_role(application.accepting_key)


def accepted_at(application: Any) -> int | None:
    """The place that took the application down for another one, and is told when it is late there."""
    key: int | None = application.accepting_key if application.elsewhere else None
    return key


def page(kind: str) -> Callable[[Task], str]:
    """Address of the page of the task's own subject."""
    return lambda task: f"/benefits/{kind}/{task.on_id}/"


PASS_ON = task_kind(
    "benefits.pass_on",
    title=("转送户籍地乡镇", "Pass the application on to the place responsible"),
    url=page("application"),
    limit=ACCEPT_LIMIT,
)
COMPLETE = task_kind(
    "benefits.complete",
    title=("补齐材料并提交", "Complete the papers and file"),
    url=page("application"),
    limit="PAPERS",
)
VERIFY = task_kind(
    "benefits.verify", title=("查验申请", "Verify an application"), url=page("application"), limit="FU-APP-2"
)
DECIDE = task_kind("benefits.decide", title=("确认申请", "Decide an application"), url=page("decide"), limit="FU-APP-3")
TELL = task_kind("benefits.tell", title=("送达决定", "Deliver a decision"), url=page("determination"), limit="DELIVERY")
FOLLOW_UP = task_kind(
    "benefits.follow_up",
    title=("未获确认儿童的后续帮扶", "See to other help for the child"),
    url=page("determination"),
    limit="OTHER-HELP",
)
ASK_OFFICE = task_kind(
    "benefits.ask_office", title=("向有关部门核验", "Ask another office"), url=page("application"), limit="ASK-OFFICE"
)
REDETERMINE = task_kind(
    "benefits.redetermine",
    title=("情况变化，重新认定", "Facts changed: decide again"),
    url=page("award"),
    limit="DECIDE-ANEW",
)
NO_PAYEE = task_kind(
    "benefits.no_payee",
    title=("确定收款人和账户", "Find a payee and an account"),
    url=page("award"),
    limit="PAY-ACCOUNT",
)
REVIEW = task_kind("benefits.review", title=("年度复核", "Yearly review"), url=page("review"), limit=REVIEW_LIMIT)
SCHOOL_PROOF = task_kind(
    "benefits.school_proof",
    title=("满18周岁前收取在校证明", "Ask for proof of school before 18"),
    url=lambda task: f"/people/do/record_school/{task.child_id}/",
    limit=SCHOOL_LIMIT,
)
HEAR = task_kind(
    "benefits.hear", title=("听取领取人意见", "Hear the payee"), url=page("hearing"), limit="HEARING-RECORD"
)
CARRY_OUT = task_kind(
    "benefits.carry_out",
    title=("处理听取意见后的事项", "Settle a hearing"),
    url=page("hearing"),
    limit="HEARING-SETTLE",
)
MATCH = task_kind(
    "benefits.match", title=("核实名单比对结果", "Check a match with a list"), url=page("match"), limit="LIST-CHECK"
)
ROLL_DIFFERS = task_kind(
    "benefits.roll_differs",
    title=("转入名册与规定有差异", "A roll taken over differs from the law"),
    url=page("award"),
    limit="ROLL-CHECK",
)
OBJECTION = task_kind(
    "benefits.objection", title=("办理异议", "Settle an objection"), url=page("objection"), limit="OBJECTION"
)
OVERPAID = task_kind(
    "benefits.overpaid",
    title=("可能多发，先核实", "Possibly overpaid: look first"),
    url=page("award"),
    limit="DECIDE-ANEW",
)
CHILD_DIED = task_kind(
    "benefits.child_died",
    title=("儿童死亡，办理终止", "The child died: end the award"),
    url=page("award"),
    limit="CHILD-DIED",
)
HAND_OVER = task_kind(
    "benefits.hand_over",
    title=("户籍迁出，办理待遇转移", "The child moved away: hand the award over"),
    url=page("award"),
    limit="MOVE-PROPOSE",
)
ACCEPT_HANDOVER = task_kind(
    "benefits.accept_handover",
    title=("户籍迁入，接收待遇", "A child moved here: take its award over"),
    url=page("handover"),
    limit=MOVE_LIMIT,
)

STANDARD_LIMIT = "STANDARD-YEAR"
STANDARD = task_kind(
    "benefits.standard",
    title=("核对并调整本地基本生活标准", "Look at the monthly standard of the place again"),
    url=lambda task: f"/law/?place={task.on_id}",
    limit=STANDARD_LIMIT,
)
SPOT_CHECK = task_kind(
    "benefits.spot_check",
    title=("抽查决定", "Look at a decision that was drawn"),
    url=page("spot_check"),
    limit="SPOT-CHECK",
)
ANSWER_CHECK = task_kind(
    "benefits.answer_check",
    title=("答复抽查发现的问题", "Answer faults a spot check found"),
    url=page("spot_check"),
    limit="DECIDE-ANEW",
)

APPLICATION = Flow(
    Application,
    states=[
        State(
            "draft",
            ("正在填写", "being filled in"),
            task=TaskSpec(COMPLETE.name, helper, "accepting_key"),
        ),
        State(
            "accepted",
            ("已异地受理，待转送", "accepted elsewhere, to be passed on"),
            clock=ACCEPT_LIMIT,
            task=TaskSpec(PASS_ON.name, Role.TOWNSHIP_SUPERVISOR, "accepting_key"),
        ),
        State(
            "filed",
            ("已受理，待乡镇查验", "filed, township to verify"),
            clock=township_limit,
            watched=accepted_at,
            task=TaskSpec(VERIFY.name, Role.TOWNSHIP_SUPERVISOR),
        ),
        State(
            "verified",
            ("乡镇已查验，待县级确认", "verified, county to decide"),
            clock=county_limit,
            watched=accepted_at,
            task=TaskSpec(DECIDE.name, Role.COUNTY_OFFICER),
        ),
        State(
            "returned",
            ("待补正材料", "returned for missing papers"),
            task=TaskSpec(COMPLETE.name, helper, "accepting_key"),
            pauses=("filed",),
        ),
        State("recognised", ("已确认", "recognised"), final=True),
        State("refused", ("不予确认", "refused"), final=True),
        State("withdrawn", ("已撤回", "withdrawn"), final=True),
    ],
    moves=[
        Move("benefits.apply", (), ("draft",)),
        Move("benefits.file_application", ("draft", "returned"), ("accepted", "filed")),
        Move("benefits.pass_on", ("accepted",), ("filed",)),
        Move("benefits.verify", ("filed",), ("verified",)),
        Move("benefits.return_for_missing", ("filed", "verified"), ("returned",)),
        Move("benefits.confirm", ("verified",), ("recognised",)),
        Move("benefits.refuse", ("verified",), ("refused",)),
        Move("benefits.withdraw", ("draft", "accepted", "filed", "verified", "returned"), ("withdrawn",)),
        Move("benefits.decide_anew", ("refused", "recognised"), ("verified",)),
    ],
)

HEARING = Flow(
    Hearing,
    states=[
        State(
            "proposed",
            ("待听取意见", "payee to be heard"),
            task=TaskSpec(HEAR.name, Role.TOWNSHIP_SUPERVISOR, since="answer_until"),
        ),
        State("heard", ("已听取意见", "payee heard"), task=TaskSpec(CARRY_OUT.name, Role.COUNTY_OFFICER)),
        State("carried_out", ("已执行", "carried out"), final=True),
        State("dropped", ("不再执行", "dropped"), final=True),
    ],
    moves=[
        Move("benefits.propose", (), ("proposed",)),
        Move("benefits.hear_payee", ("proposed",), ("heard",)),
        Move("benefits.carry_out", ("heard",), ("carried_out",)),
        Move("benefits.drop_hearing", ("proposed", "heard"), ("dropped",)),
    ],
)

HANDOVER = Flow(
    Handover,
    states=[
        State(
            "proposed",
            ("待迁入地接收", "the other place to accept"),
            clock=MOVE_LIMIT,
            task=TaskSpec(ACCEPT_HANDOVER.name, Role.COUNTY_OFFICER, "to_key"),
        ),
        State("accepted", ("已接收", "accepted"), final=True),
        State("declined", ("未接收", "declined"), final=True),
        State("withdrawn", ("已撤回", "withdrawn"), final=True),
    ],
    moves=[
        Move("benefits.propose_handover", (), ("proposed",)),
        Move("benefits.accept_handover", ("proposed",), ("accepted",)),
        Move("benefits.decline_handover", ("proposed",), ("declined",)),
        Move("benefits.withdraw_handover", ("proposed",), ("withdrawn",)),
    ],
)

_CHECK_TASKS = {
    CheckState.WAITING: TaskSpec(SPOT_CHECK.name, Role.AUDITOR),
    CheckState.FAULTY: TaskSpec(ANSWER_CHECK.name, Role.COUNTY_OFFICER),
}
CHECK = Flow(
    SpotCheck,
    states=[
        State(s.value, (s.zh, s.en), task=_CHECK_TASKS.get(s), final=s in (CheckState.IN_ORDER, CheckState.ANSWERED))
        for s in CheckState
    ],
    moves=[
        Move("benefits.draw", (), ("waiting",)),
        Move("benefits.check_decision", ("waiting",), ("in_order", "faulty")),
        Move("benefits.answer_spot_check", ("faulty",), ("answered",)),
    ],
)
