"""What a form says after a refusal: where it is wrong, and nothing that was typed is lost."""

from __future__ import annotations

from datetime import date
from types import SimpleNamespace
from typing import Any

import pytest
from pydantic import Field, model_validator

from hutong.channels.web.fields import FormField, fields_of
from hutong.channels.web.submit import Submission
from hutong.core.errors import FieldError
from hutong.core.inputs import Given


class Part(Given):
    """One of several."""

    amount: int = Field(title="Amount")


class Asked(Given):
    """A form with a month, a list of texts, groups and something the page fills in itself."""

    month: date = Field(title="Month", json_schema_extra={"kind": "month"})
    places: list[str] = Field(title="Places")
    parts: list[Part] = Field(title="Parts")
    child_id: int = Field(title="Child", json_schema_extra={"kind": "hidden"})

    @model_validator(mode="after")
    def never(self) -> Asked:
        raise ValueError("both at once cannot be")


def after(errors: dict[str, str], **values: Any) -> tuple[list[FormField], list[FieldError]]:
    viewer: Any = SimpleNamespace(locale="en")
    shown = Submission(viewer, values=values, errors=errors).shown(Asked)
    return shown["summary"], shown["general"]


def test_a_month_that_was_typed_stays() -> None:
    assert [fields_of(Asked, {"month": sent}, "en")[0].value for sent in ("2026-11-01", date(2026, 11, 1), None)] == [
        "2026-11",
        "2026-11",
        "",
    ]


@pytest.mark.parametrize(
    ("error", "named", "target"),
    [
        ("places-3", "places", "f-places"),
        ("parts", "parts", "f-parts-0-amount"),
        ("parts-0-amount", "parts-0-amount", "f-parts-0-amount"),
        ("parts-0-gone", "parts-0", "f-parts-0-amount"),
    ],
)
def test_each_finding_leads_to_the_nearest_control(error: str, named: str, target: str) -> None:
    summary, general = after({error: "is wrong"}, parts=[{"amount": 1}])
    assert [(one.name, one.target, one.error) for one in summary] == [(named, target, "is wrong")]
    assert general == []


@pytest.mark.parametrize(("error", "where"), [("child_id", "Child"), ("", "")])
def test_what_belongs_to_no_control_in_sight_stands_above_the_form(error: str, where: str) -> None:
    summary, general = after({error: "is wrong"})
    assert summary == []
    assert [(one.where, one.message) for one in general] == [(where, "is wrong")]
