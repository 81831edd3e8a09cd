"""States of batches, accounts, orders, payee changes and recoveries; the tasks and events of `money`."""

from __future__ import annotations

from collections.abc import Mapping

from hutong.core.events import declare_event
from hutong.core.flow import Flow, Move, State, TaskSpec
from hutong.core.tasks import task_kind
from hutong.core.terms import Term
from hutong.money.models import AccountVersion, Batch, Order, PayeeChange, Recovery
from hutong.money.terms import CLOSED, AccountState, BatchState, ChangeState, OrderState, RecoveryState
from hutong.org.terms import Role

ORDER_OPENED = declare_event("money.order_opened")
ACCOUNT_APPROVED = declare_event("money.account_approved")
BATCH_SIGNED = declare_event("money.batch_signed")
BATCH_SETTLED = declare_event("money.batch_settled")
LINES_REFUSED = declare_event("money.lines_refused")
RECOVERY_CLOSED = declare_event("money.recovery_closed")

PAY_DAY = "PAY-DAY"
SIGN = task_kind("money.sign", title=("签发发放批次", "Sign a payment batch"), limit="PAY-SIGN")
GIVEN_BACK = task_kind(
    "money.given_back", title=("批次被退回，请更正后重新送签", "A batch was given back: put it right"), limit="PAY-SIGN"
)
SEND = task_kind("money.send", title=("将批次送银行", "Send a batch to the bank"), limit="PAY-SEND")
RECONCILE = task_kind("money.reconcile", title=("录入银行回盘", "Enter the bank's answer"), limit="PAY-ANSWER")
REISSUE = task_kind(
    "money.reissue",
    title=("账户已更正，重发退回款", "Account corrected: pay refused lines again"),
    limit="PAY-CHECK",
)
APPROVE_ACCOUNT = task_kind(
    "money.approve_account",
    title=("复核收款账户", "Check a payee's account"),
    limit="PAY-CHECK",
)
APPROVE_CHANGE = task_kind(
    "money.approve_payee_change",
    title=("复核收款人变更", "Check a change of payee"),
    limit="PAY-CHECK",
)
MISSING_ACCOUNT = task_kind(
    "money.missing_account",
    title=("补录收款账户，否则无法发放", "No approved account: the child cannot be paid"),
    limit="PAY-ACCOUNT",
)
REFUSED_ACCOUNT = task_kind(
    "money.refused_account",
    title=("银行退回，核对收款账户", "The bank refused the account: find the right one"),
    limit="PAY-ACCOUNT",
)
PAYEE_CHANGE = task_kind(
    "money.payee_change",
    title=("收款人情况有变，尽快变更收款人", "The payee can no longer receive: change the payee"),
    limit="PAY-ACCOUNT",
)
SETTLE = task_kind(
    "money.held_out",
    title=("本月未发放，请核实原因", "Not paid this month: find out why and settle it"),
    limit="PAY-CHECK",
)
PAID_BY_OTHERS = task_kind(
    "money.paid_by_others",
    title=("发放层级有变，请知悉", "Another level pays from now on"),
    limit="PAY-CHECK",
)
RECOVERY_ANSWER = task_kind(
    "money.recovery_answer",
    title=("听取退款答复", "Hear the payee on the repayment"),
    limit="HEARING-RECORD",
)


FINAL = (
    BatchState.SETTLED, BatchState.DISCARDED, AccountState.DECLINED, ChangeState.DECLINED, OrderState.ENDED, *CLOSED,
)  # fmt: skip


def _states(term: type[Term], tasks: Mapping[Term, TaskSpec] | None = None) -> list[State]:
    return [State(word, task=(tasks or {}).get(word), final=word in FINAL) for word in term]


BATCH = Flow(
    Batch,
    states=_states(BatchState),
    moves=[
        Move("money.prepare_batch", frm=(), to=(BatchState.PREPARED, BatchState.DISCARDED)),
        Move("money.discard_batch", frm=(BatchState.PREPARED,), to=(BatchState.DISCARDED,)),
        Move("money.sign_batch", frm=(BatchState.PREPARED,), to=(BatchState.PREPARED, BatchState.SIGNED)),
        Move("money.give_batch_back", frm=(BatchState.PREPARED,), to=(BatchState.PREPARED,)),
        Move("money.hand_in_again", frm=(BatchState.PREPARED,), to=(BatchState.PREPARED,)),
        Move("money.mark_sent", frm=(BatchState.SIGNED,), to=(BatchState.SENT, BatchState.SETTLED)),
        Move("money.reconcile", frm=(BatchState.SENT, BatchState.SETTLED), to=(BatchState.SENT, BatchState.SETTLED)),
    ],
)
ACCOUNT = Flow(
    AccountVersion,
    states=_states(AccountState, {AccountState.PROPOSED: TaskSpec(APPROVE_ACCOUNT.name, Role.COUNTY_OFFICER)}),
    moves=[
        Move("money.propose_account", frm=(), to=(AccountState.PROPOSED,)),
        Move("money.approve_account", frm=(AccountState.PROPOSED,), to=(AccountState.APPROVED,)),
        Move("money.decline_account", frm=(AccountState.PROPOSED,), to=(AccountState.DECLINED,)),
    ],
)
ORDER = Flow(
    Order,
    states=_states(OrderState),
    moves=[
        Move("money.open_order", frm=(), to=(OrderState.ACTIVE,)),
        Move("money.suspend_order", frm=(OrderState.ACTIVE,), to=(OrderState.SUSPENDED,)),
        Move("money.resume_order", frm=(OrderState.SUSPENDED,), to=(OrderState.ACTIVE,)),
        Move("money.end_order", frm=(OrderState.ACTIVE, OrderState.SUSPENDED), to=(OrderState.ENDED,)),
        Move("money.reopen_order", frm=(OrderState.ENDED,), to=(OrderState.ACTIVE,)),
    ],
)
CHANGE = Flow(
    PayeeChange,
    states=_states(ChangeState, {ChangeState.PROPOSED: TaskSpec(APPROVE_CHANGE.name, Role.COUNTY_OFFICER)}),
    moves=[
        Move("money.propose_payee_change", frm=(), to=(ChangeState.PROPOSED,)),
        Move("money.approve_payee_change", frm=(ChangeState.PROPOSED,), to=(ChangeState.APPROVED,)),
        Move("money.decline_payee_change", frm=(ChangeState.PROPOSED,), to=(ChangeState.DECLINED,)),
    ],
)
_OWED = (RecoveryState.NOTICED, RecoveryState.ANSWERED, RecoveryState.AGREED)
_OPEN = (RecoveryState.WAITING, *_OWED)
RECOVERY = Flow(
    Recovery,
    states=_states(
        RecoveryState, {RecoveryState.NOTICED: TaskSpec(RECOVERY_ANSWER.name, Role.COUNTY_OFFICER, since="answer_due")}
    ),
    moves=[
        Move("money.open_recovery", frm=(), to=(RecoveryState.WAITING, RecoveryState.NOTICED)),
        Move("money.bank_answered", frm=_OPEN, to=(*_OPEN, RecoveryState.SETTLED, RecoveryState.NOTHING)),
        Move("money.record_answer", frm=_OPEN[:2], to=(RecoveryState.WAITING, RecoveryState.ANSWERED)),
        Move("money.agree_plan", frm=(RecoveryState.ANSWERED,), to=(RecoveryState.AGREED,)),
        Move("money.record_repayment", frm=_OWED, to=(*_OWED, RecoveryState.SETTLED)),
        Move("money.waive_recovery", frm=_OPEN, to=(RecoveryState.WAIVED,)),
    ],
)  # fmt: skip
