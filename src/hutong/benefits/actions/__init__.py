"""Actions of `benefits`. Every write to its tables is one of these."""

from hutong.benefits.actions.applications import (
    add_proof,
    apply,
    correct_application,
    file_application,
    pass_on,
    withdraw,
)
from hutong.benefits.actions.awards import set_payee
from hutong.benefits.actions.decide import confirm, note_follow_up, refuse, return_for_missing, verify
from hutong.benefits.actions.deliver import decide_anew, decide_objection, object_, record_delivery
from hutong.benefits.actions.effect import move_application, second_decision, settle_hearing, withdraw_decision
from hutong.benefits.actions.ending import end_award, resume
from hutong.benefits.actions.handover import (
    accept_handover,
    decline_handover,
    note_move,
    propose_handover,
    release_award,
    tell_declined,
    withdraw_handover,
)
from hutong.benefits.actions.hearings import carry_out, drop_hearing, hear_payee, move_answer, propose
from hutong.benefits.actions.lists import import_list, settle_match
from hutong.benefits.actions.month import run_month
from hutong.benefits.actions.review import (
    ask_after_last_month,
    ask_school_proof,
    do_review,
    note_change,
    note_death,
    note_payee,
    note_school,
    open_reviews,
    redetermine,
    settle_change,
)
from hutong.benefits.actions.roll import confirm_roll, import_roll
from hutong.benefits.actions.spot_checks import answer_spot_check, check_decision, draw_spot_checks
from hutong.benefits.actions.standards import look_at_standards

__all__ = [
    "accept_handover",
    "add_proof",
    "answer_spot_check",
    "apply",
    "ask_after_last_month",
    "ask_school_proof",
    "carry_out",
    "check_decision",
    "confirm",
    "confirm_roll",
    "correct_application",
    "decide_anew",
    "decide_objection",
    "decline_handover",
    "do_review",
    "draw_spot_checks",
    "drop_hearing",
    "end_award",
    "file_application",
    "hear_payee",
    "import_list",
    "import_roll",
    "look_at_standards",
    "move_answer",
    "move_application",
    "note_change",
    "note_death",
    "note_follow_up",
    "note_move",
    "note_payee",
    "note_school",
    "object_",
    "open_reviews",
    "pass_on",
    "propose",
    "propose_handover",
    "record_delivery",
    "redetermine",
    "refuse",
    "release_award",
    "resume",
    "return_for_missing",
    "run_month",
    "second_decision",
    "set_payee",
    "settle_change",
    "settle_hearing",
    "settle_match",
    "tell_declined",
    "verify",
    "withdraw",
    "withdraw_decision",
    "withdraw_handover",
]
