"""States, moves and tasks of findings."""

from __future__ import annotations

from hutong.care.models import Finding
from hutong.care.terms import FindingState
from hutong.core.events import declare_event
from hutong.core.flow import Flow, Move, State, TaskSpec
from hutong.core.tasks import task_kind
from hutong.org.terms import Role

FINDING_RECORDED = declare_event("care.finding_recorded")


TAKE_UP = task_kind(
    "care.take_up",
    title=("跟进儿童主任的发现", "Take up what a village director found"),
    limit="VIS-FIRST",
)

FINDING = Flow(
    Finding,
    states=[
        State(FindingState.NEW, task=TaskSpec(TAKE_UP.name, Role.TOWNSHIP_SUPERVISOR)),
        State(FindingState.TAKEN_UP),
        State(FindingState.CLOSED, final=True),
    ],
    moves=[
        Move("care.record_finding", (), (FindingState.NEW,)),
        Move("care.take_up", (FindingState.NEW,), (FindingState.TAKEN_UP,)),
        Move("care.close_finding", (FindingState.NEW, FindingState.TAKEN_UP), (FindingState.CLOSED,)),
    ],
)
