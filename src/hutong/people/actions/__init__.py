"""Actions of `people`. Every write to its tables is one of these."""

from hutong.people.actions.bonds import join_household, leave_household, link_person, open_household, unlink_person
from hutong.people.actions.children import (
    correct_child,
    correct_identity,
    keep_apart,
    record_death,
    set_residence,
    take_over,
    withdraw_death,
)
from hutong.people.actions.emergency import (
    break_glass,
    keep_access,
    review_break_glass,
    review_number_tries,
    watch_number_tries,
)
from hutong.people.actions.facts import (
    confirm_parent_fact,
    end_parent_fact,
    record_parent_fact,
    reject_parent_fact,
)
from hutong.people.actions.importing import import_children
from hutong.people.actions.merging import merge_children, unmerge_children
from hutong.people.actions.records import record_aid, record_disability, record_school, record_sealed_health
from hutong.people.actions.registering import Made, register_child, register_many

__all__ = [
    "Made",
    "break_glass",
    "confirm_parent_fact",
    "correct_child",
    "correct_identity",
    "end_parent_fact",
    "import_children",
    "join_household",
    "keep_access",
    "keep_apart",
    "leave_household",
    "link_person",
    "merge_children",
    "open_household",
    "record_aid",
    "record_death",
    "record_disability",
    "record_parent_fact",
    "record_school",
    "record_sealed_health",
    "register_child",
    "register_many",
    "reject_parent_fact",
    "review_break_glass",
    "review_number_tries",
    "set_residence",
    "take_over",
    "unlink_person",
    "unmerge_children",
    "watch_number_tries",
    "withdraw_death",
]
