"""Inputs: words from the column, findings that name a field, the last wall of the database in words."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from types import SimpleNamespace

import pytest
from django.core.exceptions import FieldDoesNotExist
from django.db import models
from django.utils import translation
from pydantic import ValidationError

from hutong.core import action as action_module
from hutong.core.action import action
from hutong.core.constraints import in_words
from hutong.core.errors import FieldError, Invalid
from hutong.core.inputs import Given, Lines, Month, Text, ask, finding, in_order, label_at, of, shape_of, wrong
from hutong.core.models import Setting, Task
from hutong.core.record import label_of, personal
from hutong.core.tests.build import clerk, trial_actions
from hutong.core.validation import messages_of
from hutong.core.viewer import Viewer

LABELS = {"nowhere": ""}


class Part(Given):
    """A part with a code."""

    code: str = ask("代码", "Code", max_length=3)


class Asked(Given):
    """A form with parts."""

    sections = (("甲", "First"), ("乙", "Second"))

    why: Text = ask("理由", "Reason", section=("乙", "Second"))
    month: Month | None = ask("月份", "Month", None, section=("甲", "First"))
    names: Lines = ask("姓名", "Names", [])
    parts: list[Part] = ask("部分", "Parts", [])


def test_a_name_that_is_no_field_raises_at_once() -> None:
    for name in ("reason", "parts.0.number", "why.0.code"):
        with pytest.raises(RuntimeError, match="has no field"):
            wrong(Asked, name, "missing", "is missing")
    assert wrong(Asked, "parts.1.code", "missing", "is missing").errors[0].label == "部分 2 代码"
    with translation.override("en"):
        assert label_at(Asked, "parts.0.code") == "Parts 1 Code"


def test_a_text_too_long_is_found_under_its_path_with_a_code() -> None:
    with pytest.raises(ValidationError) as found:
        Asked.model_validate({"why": "x" * 4001, "parts": [{"code": "1234"}], "names": "y" * 201})
    told = {e.field: e.code for e in messages_of(found.value, Asked)}
    assert told == {"why": "string_too_long", "parts.0.code": "string_too_long", "names.0": "string_too_long"}


def test_what_is_no_field_is_refused_by_its_whole_path_blank_or_not() -> None:
    for sent, field in (({"remrak": ""}, "remrak"), ({"parts": [{"code": "1", "cdoe": "2"}]}, "parts.0.cdoe")):
        with pytest.raises(ValidationError) as found:
            Asked.model_validate({"why": "x"} | sent)
        assert [(e.field, e.code) for e in messages_of(found.value, Asked)] == [(field, "extra_forbidden")]


def test_types_carry_their_control_and_length_through_optional_and_list() -> None:
    shapes = {name: shape_of(info) for name, info in Asked.model_fields.items()}
    assert (shapes["why"].control, shapes["why"].max_length) == ("text", 4000)
    assert (shapes["month"].control, shapes["month"].optional) == ("month", True)
    assert [name for name, _info in in_order(Asked)][:2] == ["month", "why"]
    assert Asked(why="x", month="2026-03").month == date(2026, 3, 1)  # type: ignore[arg-type]


def test_a_column_lends_its_words_hint_and_length() -> None:
    class Pet(models.Model):
        name = personal(models.CharField(max_length=5), "名字", "Name", hint=("小名也可", "A nickname will do"))
        bare = personal(models.CharField(max_length=5))

        class Meta:
            app_label = "core"
            managed = False

    action_module.apps.all_models["core"].pop("pet")

    class GivePet(Given):
        name: str = of(Pet, "name")
        other: str = of(Pet, "name", "", words=("别名", "Other name"))

    info = GivePet.model_fields["name"]
    assert (shape_of(info).max_length, info.is_required(), label_at(GivePet, "other")) == (5, True, "别名")
    assert info.json_schema_extra == {"zh": "名字", "help_zh": "小名也可", "help": "A nickname will do"}
    assert "words" not in str(Pet._meta.get_field("name").deconstruct()), "a wording makes no migration"
    with pytest.raises(RuntimeError, match="has no words"):
        of(Pet, "bare")
    with pytest.raises(RuntimeError, match="has no words"):
        label_of(Pet, "bare")
    with pytest.raises(FieldDoesNotExist):
        of(Pet, "age")


@pytest.fixture
def faulty() -> Iterator[SimpleNamespace]:
    """Actions that end in every kind of refusal."""
    with trial_actions() as trial:

        @action("core.try_wrong", input=Asked, roles=("clerk",))
        def refuse(viewer: Viewer, given: Asked) -> None:
            raise Invalid(
                [FieldError(given.why, "invalid", "is wrong", label="" if given.why == "nowhere" else "Label")]
            )

        @action("core.try_outer", input=Part, roles=("clerk",))
        def outer(viewer: Viewer, given: Part) -> None:
            try:
                refuse(viewer, {"why": "parts"})
            except Invalid as invalid:
                raise Invalid([error.within("code") for error in invalid.errors]) from invalid

        @action("core.try_long", input=Part, roles=("clerk",))
        def long_one(viewer: Viewer, given: Part) -> Task:
            return Task.objects.create(kind="x" * 81, on_label="a", on_id=1, place_key=1, role="clerk")

        @action("core.try_twice", input=Part, roles=("clerk",))
        def twice(viewer: Viewer, given: Part) -> None:
            Setting.objects.create(name="one", value=1)
            Setting.objects.create(name="one", value=1)

        @action("core.try_none", input=Part, roles=("clerk",))
        def none(viewer: Viewer, given: Part) -> None:
            Task.objects.create(kind="x", on_label="a", on_id=1, place_key=None, role="clerk")

        trial.wrong, trial.outer, trial.long, trial.twice, trial.none = refuse, outer, long_one, twice, none
        yield trial


@pytest.mark.django_db
def test_a_finding_that_leaves_an_action_stands_at_a_field_or_keeps_its_label(
    faulty: SimpleNamespace, now: datetime
) -> None:
    for why, field, label in (("why", "why", "Label"), ("gone", "", "Label")):
        with pytest.raises(Invalid) as found:
            faulty.wrong(clerk(now), {"why": why})
        assert [(e.field, e.label) for e in found.value.errors] == [(field, label)]
    with pytest.raises(RuntimeError, match="has no field 'nowhere'"):
        faulty.wrong(clerk(now), {"why": "nowhere"})
    with pytest.raises(Invalid) as found:
        faulty.outer(clerk(now), {"code": "1"})
    assert found.value.errors[0].label == "Label"


@pytest.mark.django_db
def test_what_only_the_database_refuses_is_said_in_words(faulty: SimpleNamespace, now: datetime) -> None:
    for name, code in (("long", "string_too_long"), ("twice", "duplicate"), ("none", "missing")):
        with pytest.raises(Invalid) as found:
            getattr(faulty, name)(clerk(now), {"code": "1"})
        error = found.value.errors[0]
        assert error.code == code
        assert error.label
        assert error.message
        assert error.remedy


def test_other_failures_of_the_database_stay_what_they_are() -> None:
    from django.db import OperationalError

    assert in_words(OperationalError("gone")) is None


def test_a_row_of_a_table_is_part_of_where_a_finding_stands() -> None:
    error = finding(Asked, "why", "missing", "为空")
    assert FieldError("", "missing", "x", row=3).where == "第3行"
    assert FieldError("", "missing", "x", label="B 姓名", row=3).where == "第3行，B 姓名"
    assert error.where == "理由"
