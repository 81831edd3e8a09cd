"""The actions of the package; importing it registers them all."""

from hutong.money.actions.accounts import (
    approve_account,
    approve_accounts,
    bring_payee,
    decline_account,
    name_payee,
    open_account_number,
    propose_account,
)
from hutong.money.actions.answers import reconcile
from hutong.money.actions.batches import (
    discard_batch,
    export_bank_file,
    keep_parameters,
    mark_sent,
    one_run_at_a_time,
    prepare_batch,
)
from hutong.money.actions.corrections import keep_unpaid, reissue_all, reissue_line, reverse_line
from hutong.money.actions.holds import confirm_shared_account, hold_line, lift_hold
from hutong.money.actions.orders import (
    approve_payee_change,
    ask_payee_change,
    ask_which_order,
    decline_payee_change,
    end_order,
    last_ordered,
    note_parent,
    open_order,
    propose_payee_change,
    reopen_order,
    resume_order,
    suspend_order,
)
from hutong.money.actions.places import (
    make_statement,
    set_payer,
    set_rhythm,
    set_shared_limit,
    set_signing_bands,
    set_signing_chain,
)
from hutong.money.actions.recoveries import (
    agree_plan,
    bank_answered,
    open_recovery,
    record_answer,
    record_repayment,
    waive_recovery,
)
from hutong.money.actions.signing import give_batch_back, hand_in_again, sign_batch
from hutong.money.actions.taken_back import give_back
from hutong.money.actions.taking_over import OnRoll, take_over_roll

__all__ = [
    "OnRoll",
    "agree_plan",
    "approve_account",
    "approve_accounts",
    "approve_payee_change",
    "ask_payee_change",
    "ask_which_order",
    "bank_answered",
    "bring_payee",
    "confirm_shared_account",
    "decline_account",
    "decline_payee_change",
    "discard_batch",
    "end_order",
    "export_bank_file",
    "give_back",
    "give_batch_back",
    "hand_in_again",
    "hold_line",
    "keep_parameters",
    "keep_unpaid",
    "last_ordered",
    "lift_hold",
    "make_statement",
    "mark_sent",
    "name_payee",
    "note_parent",
    "one_run_at_a_time",
    "open_account_number",
    "open_order",
    "open_recovery",
    "prepare_batch",
    "propose_account",
    "propose_payee_change",
    "reconcile",
    "record_answer",
    "record_repayment",
    "reissue_all",
    "reissue_line",
    "reopen_order",
    "resume_order",
    "reverse_line",
    "set_payer",
    "set_rhythm",
    "set_shared_limit",
    "set_signing_bands",
    "set_signing_chain",
    "sign_batch",
    "suspend_order",
    "take_over_roll",
    "waive_recovery",
]
