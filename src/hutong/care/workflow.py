"""States, moves and tasks of findings."""

from __future__ import annotations

from hutong.care.models import Finding
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
        State("new", ("新发现", "new"), task=TaskSpec(TAKE_UP.name, Role.TOWNSHIP_SUPERVISOR)),
        State("taken_up", ("已跟进", "taken up")),
        State("closed", ("已了结", "closed"), final=True),
    ],
    moves=[
        Move("care.record_finding", (), ("new",)),
        Move("care.take_up", ("new",), ("taken_up",)),
        Move("care.close_finding", ("new", "taken_up"), ("closed",)),
    ],
)
