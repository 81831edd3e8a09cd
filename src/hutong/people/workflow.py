"""What `people` tells the others and asks of them: events and kinds of tasks."""

from __future__ import annotations

from hutong.core.events import declare_event
from hutong.core.tasks import task_kind

CHILD_REGISTERED = declare_event("people.child_registered")
CHILDREN_IMPORTED = declare_event("people.children_imported")
PARENT_FACT_CHANGED = declare_event("people.parent_fact_changed")
AID_CHANGED = declare_event("people.aid_changed")
CHILD_CHANGED = declare_event("people.child_changed")
CHILD_DIED = declare_event("people.child_died")
CHILD_MOVED = declare_event("people.child_moved")
GUARDIAN_CHANGED = declare_event("people.guardian_changed")
CHILDREN_MERGED = declare_event("people.children_merged")
CHILDREN_UNMERGED = declare_event("people.children_unmerged")


CONFIRM_FACT = task_kind(
    "people.confirm_fact",
    title=("核实父母情况", "Confirm a fact about a parent"),
    at="people.child",
    limit="FACT-CHECK",
)
RESOLVE_DUPLICATE = task_kind(
    "people.resolve_duplicate",
    title=("核对疑似重复儿童", "Compare a possible duplicate"),
    limit="FILE-ORDER",
)
ARRIVED = task_kind("people.arrived", title=("接收迁入儿童", "Take over a child that moved here"), limit="FILE-ORDER")
EMERGENCY = "emergency"
"""Why of a grant that somebody took in an emergency."""
REVIEW_TRIES = task_kind(
    "people.review_tries",
    title=("核查多次输错儿童编号的岗位", "Look into a post that tried many child numbers"),
    at="people.review_number_tries",
    limit="ACC-2",
)
REVIEW_ACCESS = task_kind(
    "people.review_access",
    title=("复核辖区外人员的紧急查看", "Review an emergency access from elsewhere"),
    limit="ACC-2",
)
