"""A name that nobody declared stops the start, and says where it stands and what was probably meant."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from hutong.channels import sheet
from hutong.channels.checked import checked
from hutong.channels.panels import fields_panel, rows_panel
from hutong.channels.sheet import Column, Filter, Panel, action_form, page, panel
from hutong.core.models import Clock
from hutong.core.tasks import task_kind


def changed(**parts: Any) -> None:
    sheet.SHEETS["core.task"] = replace(sheet.SHEETS["core.task"], **parts)


def shown(name: str, **parts: Any) -> Panel:
    return Panel(name, ("甲", "A"), lambda viewer, record: None, **parts)


def cell(viewer: Any, record: Any) -> str:
    return ""


def a_page_called(name: str) -> None:
    page("core/somewhere/", name=name)(lambda request: None)  # type: ignore[arg-type,return-value]


WRONG: dict[str, tuple[Callable[[], Any], str]] = {
    "panel": (
        lambda: panel("core.tsk", shown("core.new")),
        "panel core.new: there is no sheet 'core.tsk'; meant is perhaps 'core.task'",
    ),
    "form": (
        lambda: action_form("core.desk_decid"),
        "an action_form: there is no action 'core.desk_decid'; meant is perhaps 'core.desk_decide'",
    ),
    "choices": (
        lambda: action_form("core.desk_new", choices={"nots": lambda viewer, record: []}),
        "choices in the form of core.desk_new: there is no input field 'nots'; meant is perhaps 'note'",
    ),
    "create": (lambda: changed(create=("core.desk_gone",)), "sheet core.task: there is no action 'core.desk_gone'"),
    "create on a record": (
        lambda: changed(create=("core.desk_decide",)),
        "sheet core.task: core.desk_decide is done on a record, so it creates none",
    ),
    "actions": (lambda: changed(actions=("core.gone",)), "sheet core.task: there is no action 'core.gone'"),
    "actions of another model": (
        lambda: changed(actions=("core.desk_new",)),
        "sheet core.task: core.desk_new is not done on core.Task",
    ),
    "actions of a panel": (
        lambda: panel("core.task", shown("core.new", actions=("core.gone",))),
        "panel core.new on sheet core.task: there is no action 'core.gone'",
    ),
    "column": (
        lambda: changed(columns=(Column("due"),)),
        "sheet core.task: there is no field of core.Task 'due'; meant is perhaps 'due_on'",
    ),
    "needs": (
        lambda: changed(columns=(Column("light", ("灯", "Light"), cell, needs=("duo_on",)),)),
        "there is no field of core.Task 'duo_on'",
    ),
    "a computed cell of nothing": (
        lambda: changed(columns=(Column("light", ("灯", "Light"), cell),)),
        "there is no field of core.Task 'light'",
    ),
    "path": (
        lambda: changed(columns=(Column("clock__limt"),)),
        "there is no field of core.Clock 'clock__limt'",
    ),
    "path through a plain field": (lambda: changed(columns=(Column("note__zh"),)), "there is no field 'note__zh'"),
    "filter": (lambda: changed(filters=(Filter("stete"),)), "no field of core.Task 'stete'; meant is perhaps 'state'"),
    "filter without a title": (
        lambda: changed(filters=(Filter("lateness", apply=lambda rows, value, viewer: rows),)),
        "sheet core.task: filter 'lateness' is no field and needs a title",
    ),
    "order": (lambda: changed(order=("-dew_on",)), "there is no field of core.Task 'dew_on'"),
    "prefetch": (lambda: changed(prefetch=("clocks",)), "there is no field of core.Task 'clocks'"),
    "ready panel of fields": (
        lambda: panel("core.task", fields_panel("core.new", ("甲", "A"), ("note", "urgnt"))),
        "panel core.new on sheet core.task: there is no field of core.Task 'urgnt'; meant is perhaps 'urgent'",
    ),
    "ready panel of rows": (
        lambda: panel("core.task", rows_panel("core.new", ("甲", "A"), Clock, "on_lable", (Column("limit"),))),
        "panel core.new on sheet core.task: there is no field of core.Clock 'on_lable'",
    ),
    "task": (
        lambda: task_kind("core.odd", title=("甲", "A"), at="core.desk_decid"),
        "task core.odd: there is no page, sheet or action 'core.desk_decid'; meant is perhaps 'core.desk_decide'",
    ),
    "one name for two things": (
        lambda: a_page_called("core.desk_new"),
        "core.desk_new: a sheet, a page and an action have names of their own",
    ),
}


@pytest.mark.parametrize("case", WRONG)
@pytest.mark.usefixtures("desk")
def test_a_name_that_does_not_exist_stops_the_start(case: str) -> None:
    checked()
    declare, told = WRONG[case]
    declare()
    with pytest.raises(RuntimeError) as error:
        checked()
    assert told in str(error.value)
    assert str(error.value).count("\n- ") == 1, "and nothing else is wrong"


@pytest.mark.usefixtures("desk")
def test_all_that_is_wrong_is_said_at_once() -> None:
    action_form("core.gone")
    changed(order=("gone",), create=("core.gone",))
    with pytest.raises(RuntimeError) as error:
        checked()
    assert str(error.value).count("\n- ") == 3
