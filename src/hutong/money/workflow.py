"""States of batches, accounts, orders, payee changes and recoveries; the tasks and events of `money`."""

from __future__ import annotations

from hutong.core.events import declare_event
from hutong.core.flow import Flow, Move, State, TaskSpec
from hutong.core.tasks import task_kind
from hutong.core.terms import Term
from hutong.money.models import AccountVersion, Batch, Order, PayeeChange, Recovery
from hutong.money.terms import AccountState, BatchState, ChangeState, OrderState, RecoveryState
from hutong.org.terms import Role

ORDER_OPENED = declare_event("money.order_opened")
ACCOUNT_APPROVED = declare_event("money.account_approved")
BATCH_SIGNED = declare_event("money.batch_signed")
BATCH_SETTLED = declare_event("money.batch_settled")
LINES_REFUSED = declare_event("money.lines_refused")
RECOVERY_CLOSED = declare_event("money.recovery_closed")

PAY_DAY = "PAY-DAY"
SIGN = task_kind("money.sign", title=("签发发放批次", "Sign a payment batch"), limit="PAY-SIGN")
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
RECOVERY_ANSWER = task_kind(
    "money.recovery_answer",
    title=("听取退款答复", "Hear the payee on the repayment"),
    limit="HEARING-RECORD",
)


def _states(term: type[Term], **specs: TaskSpec) -> list[State]:
    final = {"settled", "discarded", "declined", "ended", "waived"}
    return [State(t.value, (t.zh, t.en), task=specs.get(t.value), final=t.value in final) for t in term]


BATCH = Flow(
    Batch,
    states=_states(BatchState),
    moves=[
        Move("money.prepare_batch", frm=(), to=("prepared", "discarded")),
        Move("money.discard_batch", frm=("prepared",), to=("discarded",)),
        Move("money.sign_batch", frm=("prepared",), to=("signed",)),
        Move("money.mark_sent", frm=("signed",), to=("sent", "settled")),
        Move("money.reconcile", frm=("sent", "settled"), to=("sent", "settled")),
    ],
)
ACCOUNT = Flow(
    AccountVersion,
    states=_states(AccountState, proposed=TaskSpec(APPROVE_ACCOUNT.name, Role.COUNTY_OFFICER)),
    moves=[
        Move("money.propose_account", frm=(), to=("proposed",)),
        Move("money.approve_account", frm=("proposed",), to=("approved",)),
        Move("money.decline_account", frm=("proposed",), to=("declined",)),
    ],
)
ORDER = Flow(
    Order,
    states=_states(OrderState),
    moves=[
        Move("money.open_order", frm=(), to=("active",)),
        Move("money.suspend_order", frm=("active",), to=("suspended",)),
        Move("money.resume_order", frm=("suspended",), to=("active",)),
        Move("money.end_order", frm=("active", "suspended"), to=("ended",)),
        Move("money.reopen_order", frm=("ended",), to=("active",)),
    ],
)
CHANGE = Flow(
    PayeeChange,
    states=_states(ChangeState, proposed=TaskSpec(APPROVE_CHANGE.name, Role.COUNTY_OFFICER)),
    moves=[
        Move("money.propose_payee_change", frm=(), to=("proposed",)),
        Move("money.approve_payee_change", frm=("proposed",), to=("approved",)),
        Move("money.decline_payee_change", frm=("proposed",), to=("declined",)),
    ],
)
_OWED = ("noticed", "answered", "agreed")
RECOVERY = Flow(
    Recovery,
    states=_states(RecoveryState, noticed=TaskSpec(RECOVERY_ANSWER.name, Role.COUNTY_OFFICER, since="answer_due")),
    moves=[
        Move("money.open_recovery", frm=(), to=("noticed",)),
        Move("money.record_answer", frm=("noticed",), to=("answered",)),
        Move("money.agree_plan", frm=("answered",), to=("agreed",)),
        Move("money.record_repayment", frm=_OWED, to=(*_OWED, "settled")),
        Move("money.waive_recovery", frm=_OWED, to=("waived",)),
    ],
)  # fmt: skip
