"""What holds for each action without a test of its own: role, reach, unknown fields, and the journal of refusals."""

from __future__ import annotations

from datetime import datetime

import pytest

from hutong.core.action import ACTIONS, ActionSpec
from hutong.core.errors import Invalid, NotFound, Refused
from hutong.core.inputs import Given
from hutong.core.models import Entry, JournalLine
from hutong.core.places import NATION
from hutong.core.terms import DataClass
from hutong.core.viewer import SYSTEM, Viewer

NOBODY = 9_000_000_000
SPECS = sorted(ACTIONS.values(), key=lambda spec: spec.name)
ON = [spec for spec in SPECS if spec.on is not None]


def viewer_as(role: str, now: datetime) -> Viewer:
    return Viewer(NOBODY, NOBODY, role, "Somebody", now, spans=(NATION,), clearance=DataClass.SEALED)


def blank(spec: ActionSpec[object]) -> Given:
    """An input that was already checked, so that the test reaches the question of the role."""
    return spec.input.model_construct()


@pytest.mark.django_db
@pytest.mark.parametrize("spec", [s for s in SPECS if s.on is None], ids=lambda s: s.name)
def test_a_post_without_the_verb_is_refused_and_journalled(spec: ActionSpec[object], now: datetime) -> None:
    with pytest.raises(Refused):
        spec(viewer_as("passer_by", now), blank(spec))
    assert JournalLine.objects.filter(user_id=NOBODY, kind="refused", what=spec.name).exists()
    assert not Entry.objects.filter(action=spec.name).exists()


@pytest.mark.django_db
@pytest.mark.parametrize("spec", ON, ids=lambda s: s.name)
def test_a_record_that_is_not_there_or_not_yours_is_not_found(spec: ActionSpec[object], now: datetime) -> None:
    role = next(iter(spec.roles))
    with pytest.raises(NotFound):
        spec(viewer_as(role, now), NOBODY, blank(spec))
    assert JournalLine.objects.filter(user_id=NOBODY, kind="not_found", what=spec.name, on_id=NOBODY).exists()


@pytest.mark.django_db
@pytest.mark.parametrize("spec", [s for s in SPECS if s.on is None and set(s.roles) != {SYSTEM}], ids=lambda s: s.name)
def test_an_unknown_field_is_refused_by_name(spec: ActionSpec[object], now: datetime) -> None:
    with pytest.raises(Invalid) as refused:
        spec(viewer_as(next(iter(spec.roles)), now), {"no_such_field": 1})
    assert any(error.where == "no_such_field" for error in refused.value.errors)


ASKING = [s for s in SPECS if s.on is None and any(f.is_required() for f in s.input.model_fields.values())]


@pytest.mark.django_db
@pytest.mark.parametrize("spec", ASKING, ids=lambda s: s.name)
def test_an_empty_input_is_refused_field_by_field(spec: ActionSpec[object], now: datetime) -> None:
    with pytest.raises(Invalid) as refused:
        spec(viewer_as(next(iter(spec.roles)), now), {})
    required = [name for name, field in spec.input.model_fields.items() if field.is_required()]
    assert len(refused.value.errors) >= len(required)
    assert not Entry.objects.filter(action=spec.name).exists()
