"""What every package must declare, checked over all of them: tables, actions, flows, words."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.db import connections
from pydantic import BaseModel

from hutong.core.action import ACTIONS, ActionSpec
from hutong.core.audit.declarations import EXEMPT, our_models
from hutong.core.events import EVENTS, REACTIONS
from hutong.core.files import Upload
from hutong.core.flow import FLOWS
from hutong.core.inputs import shape_of
from hutong.core.jurisdiction import law
from hutong.core.tasks import KINDS
from hutong.core.viewer import SYSTEM
from hutong.org.terms import Role
from hutong.project import reference


@pytest.mark.django_db
def test_every_table_is_a_models_or_exempt_for_a_reason() -> None:
    with connections["default"].cursor() as cursor:
        cursor.execute("select tablename from pg_tables where schemaname = 'public'")
        tables = {row[0] for row in cursor.fetchall()}
    ours = {model._meta.db_table for model in our_models()}
    assert sorted(tables - ours - set(EXEMPT)) == [], "the serving login has no right to it"


def _han(text: str) -> bool:
    return bool(re.search(r"[\u4e00-\u9fff]", text))


def _fields(model: type[BaseModel]) -> list[tuple[str, str, str]]:
    found = []
    for name, field in model.model_fields.items():
        extra = field.json_schema_extra if isinstance(field.json_schema_extra, dict) else {}
        found.append((name, field.title or "", str(extra.get("zh", ""))))
    return found


@pytest.mark.parametrize("spec", ACTIONS.values(), ids=lambda s: s.name)
def test_every_action_names_its_posts_and_speaks_both_languages(spec: ActionSpec[object]) -> None:
    assert spec.roles, "an action nobody may call"
    assert set(spec.roles) <= {*Role, SYSTEM}
    assert _han(spec.title.zh)
    assert spec.title.en
    if set(spec.roles) != {SYSTEM}:
        bare = [name for name, en, zh in _fields(spec.input) if not (en and _han(zh))]
        assert bare == [], f"give title= and zh to {bare}"


def _endless(model: type[BaseModel], path: str = "") -> list[str]:
    """Texts of an input, nested ones too, that may be of any length."""
    found = []
    for name, field in model.model_fields.items():
        shape = shape_of(field)
        if isinstance(shape.base, type) and issubclass(shape.base, BaseModel) and shape.base is not Upload:
            found += _endless(shape.base, f"{path}{name}.")
        elif (
            shape.base is str
            and shape.max_length is None
            and not any(getattr(m, "pattern", "") for m in field.metadata)
        ):
            found.append(path + name)
    return found


@pytest.mark.parametrize("spec", ACTIONS.values(), ids=lambda s: s.name)
def test_every_text_of_an_input_has_a_length(spec: ActionSpec[object]) -> None:
    assert _endless(spec.input) == [], "take Line or Text, or of(Model, column)"


def test_flows_tasks_and_events_hang_together() -> None:
    for flow in FLOWS.values():
        for move in flow.moves:
            assert move in ACTIONS, f"flow of {flow.model.__name__} moves by {move}, which is no action"
        for state in flow.states.values():
            if isinstance(state.clock, str) and state.clock:
                assert state.clock in law().law.limits, f"{state.name} keeps no limit of the law data"
            if state.task:
                assert state.task.kind in KINDS
                assert callable(state.task.role) or state.task.role in set(Role)
    for kind in KINDS.values():
        assert _han(kind.title.zh)
        assert kind.title.en
        assert kind.limit in law().law.limits, f"{kind.name} keeps no limit of the law data"
    for reaction in REACTIONS.values():
        assert reaction.event in EVENTS, f"{reaction.name} waits for {reaction.event}, which nobody declares"


@pytest.mark.parametrize("name", ["actions.md", "glossary.md", "workflows.md", "events-and-tasks.md"])
def test_the_reference_pages_say_what_is_declared(name: str) -> None:
    kept = Path(__file__).resolve().parent.parent / "docs" / "reference" / name
    assert kept.read_text("utf-8") == reference.pages()[name], "run ./hutong docs"


OF_A_FORM = {
    "action", "append", "attributes", "children", "closest", "contains", "elements", "firstChild", "innerText",
    "length", "matches", "method", "parentElement", "querySelector", "remove", "reset", "submit", "target",
}  # fmt: skip
"""What scripts ask a form for: a control of that name would stand in its way."""


def test_no_field_of_an_action_is_called_as_a_part_of_its_form() -> None:
    taken = {(spec.name, name) for spec in ACTIONS.values() for name in spec.input.model_fields if name in OF_A_FORM}
    assert taken == set()
