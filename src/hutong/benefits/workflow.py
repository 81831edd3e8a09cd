"""States, moves, limits and tasks of applications, hearings, reviews and lists."""

from __future__ import annotations

from datetime import date
from typing import Any

from hutong.benefits.models import Application, Handover, Hearing, SpotCheck
from hutong.benefits.queries.due import SCHOOL_LIMIT
from hutong.benefits.queries.limits import county_limit, township_limit
from hutong.benefits.terms import (
    OPEN_APPLICATION,
    ApplicationState,
    CheckState,
    HandoverState,
    HearingState,
    ObjectionState,
)
from hutong.core.events import declare_event
from hutong.core.flow import Flow, Move, State, TaskSpec
from hutong.core.tasks import TaskKind, task_kind
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
ANSWER_LIMIT = "HEARING-ANSWER"
MOVE_LIMIT = "MOVE-ACCEPT"
SETTLE_LIMIT = "MOVE-SETTLE"


def received_on(application: Any) -> date | None:
    """The day from which the township's days count: its receipt of the application, however often it returned it since.
    Across provinces the file's arrival, and after its conclusion the day on which it is asked again."""
    received: date | None = application.filed_on
    return None if application.elsewhere or application.verified_by_id else received


def ready_since(application: Any) -> date | None:
    """The day from which the county's days count: that of the township's conclusion, also when a decision was taken
    back since. An objection that was upheld begins them anew."""
    if application.determinations.filter(objections__state=ObjectionState.UPHELD).exists():
        return None
    found: date | None = application.verifications.order_by("-id").values_list("verified_on", flat=True).first()
    return found


def paper_keeper(application: Any) -> str:
    """Who sees to the papers: the children's home for those who live there, otherwise the township."""
    return nearest_role(application.accepting_key)


def accepted_at(application: Any) -> int | None:
    """The place that took the application down for another one, and is told when it is late there."""
    key: int | None = application.accepting_key if application.elsewhere else None
    return key


def asked(name: str, limit: str, zh: str, en: str, *, at: str = "") -> TaskKind:
    """A kind of task of this package that is settled within a limit."""
    return task_kind(f"benefits.{name}", title=(zh, en), at=at, limit=limit)


PASS_ON = asked("pass_on", ACCEPT_LIMIT, "转送户籍地乡镇", "Pass the application on to the place responsible")
COMPLETE = asked("complete", "PAPERS", "补齐材料并提交", "Complete the papers and file")
VERIFY = asked("verify", "FU-APP-2", "查验申请", "Verify an application")
DECIDE = asked("decide", "FU-APP-3", "确认申请", "Decide an application", at="benefits.decide")
SECOND = asked("second", "SECOND-DECISION", "复核同事的决定", "Second a colleague's decision")
TELL = asked("tell", "DELIVERY", "送达决定", "Deliver a decision")
FOLLOW_UP = asked("follow_up", "OTHER-HELP", "未获确认儿童的后续帮扶", "See to other help for the child")
ASK_OFFICE = asked("ask_office", "ASK-OFFICE", "向有关部门核验", "Ask another office")
REDETERMINE = asked("redetermine", "DECIDE-ANEW", "情况变化，重新认定", "Facts changed: decide again")
NO_PAYEE = asked("no_payee", "PAY-ACCOUNT", "确定收款人和账户", "Find a payee and an account")
REVIEW = asked("review", REVIEW_LIMIT, "年度复核", "Yearly review")
SCHOOL_PROOF = task_kind(
    "benefits.school_proof",
    title=("满18周岁前收取在校证明", "Ask for proof of school before 18"),
    at="people.record_school",
    limit=SCHOOL_LIMIT,
)
HEAR = asked("hear", "HEARING-RECORD", "听取领取人意见", "Hear the payee")
CARRY_OUT = asked("carry_out", "HEARING-SETTLE", "处理听取意见后的事项", "Settle a hearing")
MATCH = asked("match", "LIST-CHECK", "核实名单比对结果", "Check a match with a list")
ROLL_DIFFERS = asked("roll_differs", "ROLL-CHECK", "转入名册与规定有差异", "A roll taken over differs from the law")
CONFIRM_ROLL = asked("confirm_roll", "ROLL-CONFIRM", "核对并确认转入的名册", "Check and confirm a roll taken over")
OBJECTION = asked("objection", "OBJECTION", "办理异议", "Settle an objection")
OVERPAID = asked("overpaid", "DECIDE-ANEW", "可能多发，先核实", "Possibly overpaid: look first")
CHILD_DIED = asked("child_died", "CHILD-DIED", "儿童死亡，办理终止", "The child died: end the award")
HAND_OVER = asked("hand_over", "MOVE-PROPOSE", "户籍迁出，办理待遇转移", "The child moved away: hand the award over")
ACCEPT_HANDOVER = asked("accept_handover", MOVE_LIMIT, "户籍迁入，接收待遇", "A child moved here: take its award over")

STANDARD_LIMIT = "STANDARD-YEAR"
STANDARD = task_kind(
    "benefits.standard",
    title=("核对并调整本地基本生活标准", "Look at the monthly standard of the place again"),
    at="law.book",
    asks="place",
    limit=STANDARD_LIMIT,
)
ENTER_STANDARD = task_kind(
    "benefits.enter_standard",
    title=("录入本地基本生活标准", "Enter the monthly standard of the place"),
    at="law.book",
    asks="place",
    limit="STANDARD-ENTER",
)
SPOT_CHECK = asked("spot_check", "SPOT-CHECK", "抽查决定", "Look at a decision that was drawn")
ANSWER_CHECK = asked("answer_check", "DECIDE-ANEW", "答复抽查发现的问题", "Answer faults a spot check found")

DECIDED_ON = (ApplicationState.VERIFIED, ApplicationState.RECOGNISED, ApplicationState.REFUSED)
"""States an application takes as decisions on it are signed or withdrawn."""

APPLICATION = Flow(
    Application,
    states=[
        State(
            ApplicationState.DRAFT,
            task=TaskSpec(COMPLETE.name, paper_keeper, "accepting_key"),
        ),
        State(
            ApplicationState.ACCEPTED,
            clock=ACCEPT_LIMIT,
            task=TaskSpec(PASS_ON.name, Role.TOWNSHIP_SUPERVISOR, "accepting_key"),
        ),
        State(
            ApplicationState.FILED,
            clock=township_limit,
            since=received_on,
            watched=accepted_at,
            task=TaskSpec(VERIFY.name, Role.TOWNSHIP_SUPERVISOR),
        ),
        State(
            ApplicationState.VERIFIED,
            clock=county_limit,
            since=ready_since,
            watched=accepted_at,
            task=TaskSpec(DECIDE.name, Role.COUNTY_OFFICER),
        ),
        State(
            ApplicationState.RETURNED,
            task=TaskSpec(COMPLETE.name, paper_keeper, "accepting_key"),
            pauses=(ApplicationState.FILED,),
        ),
        State(ApplicationState.RECOGNISED, final=True),
        State(ApplicationState.REFUSED, final=True),
        State(ApplicationState.WITHDRAWN, final=True),
    ],
    moves=[
        Move("benefits.apply", (), (ApplicationState.DRAFT,)),
        Move(
            "benefits.file_application",
            (ApplicationState.DRAFT, ApplicationState.RETURNED),
            (ApplicationState.ACCEPTED, ApplicationState.FILED, ApplicationState.VERIFIED),
        ),
        Move("benefits.pass_on", (ApplicationState.ACCEPTED,), (ApplicationState.FILED,)),
        Move("benefits.verify", (ApplicationState.FILED,), (ApplicationState.VERIFIED,)),
        Move(
            "benefits.return_for_missing",
            (ApplicationState.FILED, ApplicationState.VERIFIED),
            (ApplicationState.RETURNED,),
        ),
        Move(
            "benefits.confirm",
            (ApplicationState.VERIFIED,),
            (ApplicationState.RECOGNISED, ApplicationState.VERIFIED),
        ),
        Move("benefits.refuse", (ApplicationState.VERIFIED,), (ApplicationState.REFUSED, ApplicationState.VERIFIED)),
        Move("benefits.move_application", DECIDED_ON, DECIDED_ON),
        Move(
            "benefits.withdraw",
            OPEN_APPLICATION,
            (ApplicationState.WITHDRAWN,),
        ),
        Move(
            "benefits.decide_anew",
            (ApplicationState.REFUSED, ApplicationState.RECOGNISED),
            (ApplicationState.VERIFIED,),
        ),
    ],
)

HEARING = Flow(
    Hearing,
    states=[
        State(
            HearingState.PROPOSED,
            task=TaskSpec(HEAR.name, Role.TOWNSHIP_SUPERVISOR, since="answer_until"),
        ),
        State(HearingState.HEARD, task=TaskSpec(CARRY_OUT.name, Role.COUNTY_OFFICER)),
        State(HearingState.CARRIED_OUT, final=True),
        State(HearingState.DROPPED, final=True),
    ],
    moves=[
        Move("benefits.propose", (), (HearingState.PROPOSED,)),
        Move("benefits.hear_payee", (HearingState.PROPOSED,), (HearingState.HEARD,)),
        Move("benefits.carry_out", (HearingState.HEARD,), (HearingState.CARRIED_OUT, HearingState.HEARD)),
        Move("benefits.settle_hearing", (HearingState.HEARD,), (HearingState.CARRIED_OUT,)),
        Move("benefits.drop_hearing", (HearingState.PROPOSED, HearingState.HEARD), (HearingState.DROPPED,)),
    ],
)

HANDOVER = Flow(
    Handover,
    states=[
        State(
            HandoverState.PROPOSED,
            clock=MOVE_LIMIT,
            task=TaskSpec(ACCEPT_HANDOVER.name, Role.COUNTY_OFFICER, "to_key"),
        ),
        State(HandoverState.ACCEPTED, final=True),
        State(HandoverState.DECLINED, final=True),
        State(HandoverState.WITHDRAWN, final=True),
    ],
    moves=[
        Move("benefits.propose_handover", (), (HandoverState.PROPOSED,)),
        Move("benefits.accept_handover", (HandoverState.PROPOSED,), (HandoverState.ACCEPTED,)),
        Move("benefits.decline_handover", (HandoverState.PROPOSED,), (HandoverState.DECLINED,)),
        Move("benefits.withdraw_handover", (HandoverState.PROPOSED,), (HandoverState.WITHDRAWN,)),
    ],
)

_CHECK_TASKS = {
    CheckState.WAITING: TaskSpec(SPOT_CHECK.name, Role.AUDITOR),
    CheckState.FAULTY: TaskSpec(ANSWER_CHECK.name, Role.COUNTY_OFFICER),
}
CHECK = Flow(
    SpotCheck,
    states=[
        State(s, task=_CHECK_TASKS.get(s), final=s in (CheckState.IN_ORDER, CheckState.ANSWERED)) for s in CheckState
    ],
    moves=[
        Move("benefits.draw", (), (CheckState.WAITING,)),
        Move("benefits.check_decision", (CheckState.WAITING,), (CheckState.IN_ORDER, CheckState.FAULTY)),
        Move("benefits.answer_spot_check", (CheckState.FAULTY,), (CheckState.ANSWERED,)),
    ],
)
