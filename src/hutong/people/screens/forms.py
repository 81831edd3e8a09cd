"""How the actions look as forms: what each does in one sentence, and the evidence beside a decision."""

from __future__ import annotations

from typing import Any

from hutong.channels.content import Body
from hutong.channels.panels import columns_body
from hutong.channels.sheet import action_form, record_url, to_result
from hutong.channels.tables import ANSWERS, column_choices
from hutong.core.access import may_read
from hutong.core.viewer import Viewer
from hutong.org.terms import Role
from hutong.people.actions.children import arrived, compared
from hutong.people.actions.importing import HEADINGS
from hutong.people.actions.inputs import ChildFacts
from hutong.people.models import Child, ParentFact, Relation
from hutong.people.screens.details import fact_details, known_adults
from hutong.people.screens.panels import parents, possible_duplicates, side_by_side, who_it_is
from hutong.people.terms import FactState


def _to_child(result: Any, record: ParentFact | Relation) -> str:
    return record_url(Child, record.child_id)


def _child_and_parents(viewer: Viewer, child: Child) -> list[Body]:
    return [who_it_is(viewer, child), *parents(viewer, child)]


def _as_it_is(viewer: Viewer, child: Child) -> dict[str, Any]:
    """The file as it stands, so that a correction changes only what is changed."""
    return {name: getattr(child, name) for name in ChildFacts.model_fields if may_read(viewer, Child, name)}


def _own_village(viewer: Viewer, record: object) -> dict[str, Any]:
    """A village director registers children of the village, most of whom are registered there too."""
    fields = [f for f in Child._meta.concrete_fields if f.name in ChildFacts.model_fields]
    usual = {f.name: f.get_default() for f in fields if f.has_default()}
    if viewer.role != Role.VILLAGE_DIRECTOR or len(viewer.spans) != 1:
        return usual
    return usual | {"actual_id": viewer.place_id, "registered_id": viewer.place_id}


def _lasts(viewer: Viewer, relation: Relation) -> bool:
    return relation.valid_to is None


def _waiting(viewer: Viewer, fact: ParentFact) -> bool:
    return fact.state == FactState.REPORTED


action_form(
    "people.register_child",
    text=(
        "没有户口、身份号码或姓名的儿童也能登记：只有居住地是必填的。系统会提示疑似重复，但不会阻止登记。",
        "A child without household registration, number or name can be registered: only where it lives is required."
        " Possible duplicates are shown, never forbidden.",
    ),
    button=("登记儿童", "Register a child"),
    primary=True,
    initial=_own_village,
)
action_form(
    "people.import_children",
    text=(
        "逐行校验并与全国档案比对；有错误或疑似重复的行不登记，逐行列出，可下载。可先试读。",
        "Each row is checked and compared with the register. Rows with a mistake and possible duplicates are not"
        " registered but listed, to be downloaded. It can be tried first.",
    ),
    aside=lambda viewer, record: columns_body(HEADINGS),
    choices=column_choices(HEADINGS),
    later=ANSWERS,
    after=to_result,
)
action_form(
    "people.correct_child",
    initial=_as_it_is,
    text=("原来的内容保留在历史中。", "What was there stays in the history."),
)
action_form("people.correct_identity", aside=lambda v, c: who_it_is(v, c))
action_form(
    "people.record_parent_fact",
    text=(
        "填写查到的情形和证明。由另一人核实后才会用于认定和发放。",
        "Record what was found, with its proof. It counts for recognition and pay once somebody else confirms it.",
    ),
    button=("登记父母情况", "Record parent's situation"),
    primary=True,
    aside=_child_and_parents,
)
for name, danger in (("confirm", False), ("reject", True)):
    action_form(
        f"people.{name}_parent_fact",
        aside=fact_details,
        after=_to_child,
        offered=_waiting,
        primary=not danger,
        danger=danger,
    )
action_form("people.end_parent_fact", aside=fact_details, after=_to_child, offered=lambda v, f: f.until is None)
action_form(
    "people.keep_apart",
    text=("核对后不是同一儿童的，写明依据。", "Compared, and it is another child: say how that is known."),
    offered=lambda v, c: compared(c),
    aside=possible_duplicates,
)
action_form("people.take_over", offered=lambda v, c: v.reaches(c.actual_key) and arrived(c), primary=True)
action_form(
    "people.link_person",
    button=("添加成年人", "Add an adult"),
    aside=_child_and_parents,
)
action_form("people.unlink_person", after=_to_child, offered=_lasts)
action_form(
    "people.record_aid",
    text=("没有享受的请填0；留空表示不变。", "Write 0 where the child gets none; blank leaves it as it is."),
)
action_form(
    "people.merge_children",
    text=(
        "两份档案的全部记录合到本档案，可以撤销。",
        "Everything of both files comes together here; it can be undone.",
    ),
    aside=side_by_side,
    danger=True,
    confirm=True,
    offered=lambda v, c: c.merged_into_id is None,
)
action_form(
    "people.unmerge_children",
    danger=True,
    offered=lambda v, m: m.undone_on is None,
    after=to_result,
)
action_form("people.record_death", danger=True, confirm=False, offered=lambda v, c: c.died_on is None)
action_form("people.withdraw_death", offered=lambda v, c: c.died_on is not None)
action_form(
    "people.join_household",
    text=(
        "填写儿童编号，或选择与户内儿童有关系的成年人。",
        "Give a child's number, or choose an adult bound to a child there.",
    ),
    choices={"person_id": known_adults},
)
action_form("people.leave_household", after=lambda result, record: record_url(record.household))
