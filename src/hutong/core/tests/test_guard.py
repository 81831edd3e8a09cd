"""The walls follow from what the models declare: each declaration is broken once, in the model and in the database."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.db import ProgrammingError, connection, connections, models, transaction
from django.test.utils import isolate_apps

from hutong.core.audit import guard
from hutong.core.audit.declarations import Fault, faults, named, our_models
from hutong.core.models import Clock, User
from hutong.core.record import AccountField, PlaceKeyField, Reach, Record, open_, personal
from hutong.core.tests.build import ELSEWHERE, HERE, clerk
from hutong.core.viewer import acting

TABLE = "table core_trial"
OUTSIDE = Reach(unwalled="shared by every place")


def trial(
    *,
    reach: Reach | str | None = None,
    subject: str = "child_id",
    asked_of: str = "role",
    author: str = "recorded_by_id",
    part_of: str = "clock",
    **fields: Any,
) -> type[Record]:
    """A model of this test alone with every declaration there is; None takes a field away."""
    if not isinstance(reach, Reach):
        reach = Reach(reach or "place_key", subject=subject, asked_of=asked_of)
    whole = {
        "place_key": PlaceKeyField(),
        "child_id": open_(models.BigIntegerField(null=True)),
        "recorded_by": open_(AccountField(User)),
        "role": open_(models.CharField(max_length=40)),
        "begun": personal(models.DateField(null=True)),
        "clock": open_(models.ForeignKey(Clock, null=True, on_delete=models.PROTECT, related_name="+")),
    }
    held = {name: field for name, field in (whole | fields).items() if field is not None}
    declared = {"reach": reach, "author": author, "part_of": part_of, "Meta": type("Meta", (), {"app_label": "core"})}
    with isolate_apps("hutong.core"):
        return type("Trial", (Record,), {"__module__": __name__, **declared, **held})


DECLARED = [one.by for one in named(trial())]


def refused(model: type[Record]) -> list[str]:
    found = faults([model])
    assert {fault.where for fault in found} <= {TABLE}
    return [fault.what for fault in found]


def test_a_whole_declaration_is_accepted() -> None:
    assert refused(trial()) == []
    assert set(DECLARED) == {"reach", "subject", "asked_of", "author", "part_of"}


def test_every_model_of_the_house_declares_its_table_whole() -> None:
    assert faults(our_models()) == []


@pytest.mark.parametrize("by", DECLARED)
def test_a_declaration_that_names_no_column_is_refused(by: str) -> None:
    assert f"{by} names nowhere, which is no column" in refused(trial(**{by: "nowhere"}))


@pytest.mark.parametrize("by", DECLARED)
def test_a_declaration_that_names_another_kind_of_column_is_refused(by: str) -> None:
    assert any(what.startswith(f"{by} names begun, which is not ") for what in refused(trial(**{by: "begun"})))


@pytest.mark.parametrize("by", ["subject", "author"])
def test_a_place_is_no_person(by: str) -> None:
    assert any(what.startswith(f"{by} names place_key, which is not ") for what in refused(trial(**{by: "place_key"})))


def test_a_subject_refers_to_a_person() -> None:
    assert refused(trial(subject="clock_id")) == ["subject names clock_id, which is not the number of a person"]
    child = next(model for model in our_models() if getattr(model, "reach", OUTSIDE).subject == "id")
    reference = open_(models.ForeignKey(child, on_delete=models.PROTECT, related_name="+"))
    assert refused(trial(subject="about_id", about=reference)) == []


def test_a_place_key_outside_the_reach_is_refused_unless_it_says_why() -> None:
    forgotten = refused(trial(told_key=PlaceKeyField()))
    assert len(forgotten) == 1
    assert forgotten[0].startswith("the place key told_key is not part of its reach")
    assert refused(trial(told_key=PlaceKeyField(aside="where it lay on that day"))) == []


def test_a_forgotten_reach_is_refused() -> None:
    for reach in (Reach.through_parent(), Reach.everybody(), OUTSIDE):
        assert any(what.startswith("the place key place_key is not part") for what in refused(trial(reach=reach)))


def test_a_table_for_everybody_names_no_places() -> None:
    said = "its reach is national and names place_key: only one can be true"
    assert refused(trial(reach=Reach("place_key", national=True))) == [said]


def test_a_subject_without_a_place_is_refused() -> None:
    assert "its reach names child_id but no place key: no wall follows" in refused(
        trial(reach=Reach(subject="child_id"), place_key=None)
    )


@pytest.mark.parametrize(
    ("parent", "hangs"),
    [
        (models.ForeignKey(Clock, on_delete=models.PROTECT, related_name="+"), True),
        (models.ForeignKey(Clock, null=True, on_delete=models.PROTECT, related_name="+"), False),
        (models.ForeignKey(User, on_delete=models.PROTECT, related_name="+"), False),
    ],
    ids=["a record with places", "maybe one", "what everybody reads"],
)
def test_a_record_without_places_hangs_on_one_that_has_some(parent: Any, hangs: bool) -> None:
    said = refused(trial(reach=Reach.through_parent(), part_of="", place_key=None, clock=open_(parent)))
    assert (said == []) is hangs
    assert hangs or said[0].startswith("it has no place key and no required reference to a record that has one")
    assert refused(trial(reach=OUTSIDE, part_of="", place_key=None, clock=open_(parent))) == []


def test_a_field_without_a_data_class_is_refused() -> None:
    assert refused(trial(bare=models.TextField())) == [
        "bare has no data class: wrap it in open_, personal, sensitive or sealed"
    ]


# The same walls in the database

TRIAL = trial()
OURS = [*our_models(), TRIAL]
Run = Callable[[str], None]


def make_table(model: type[models.Model]) -> None:
    with connections["owner"].schema_editor(atomic=False) as editor:
        editor.create_model(model)


@pytest.fixture
def owner(template_db: str, django_db_blocker: Any) -> Iterator[Run]:
    """What the owner does to a walled table of the trial; all of it is taken back at the end."""
    with django_db_blocker.unblock(), transaction.atomic("owner"), connections["owner"].cursor() as cursor:
        make_table(TRIAL)
        guard.fortify("owner", OURS)
        yield cursor.execute
        cursor.execute("set constraints all immediate")
        transaction.set_rollback(True, "owner")


def test_the_database_of_the_tests_is_walled_as_declared(db: None) -> None:
    assert guard.breaches() == []


@pytest.mark.parametrize(
    ("statement", "where", "what"),
    [
        ("drop policy hutong_reach on core_trial", TABLE, "policy hutong_reach is missing"),
        ("alter policy hutong_reach on core_trial using (true)", TABLE,
         "policy hutong_reach does not say what the model declares"),
        ("alter policy hutong_reach on core_trial with check (false)", TABLE,
         "policy hutong_reach does not say what the model declares"),
        ("create policy wide on core_trial using (true)", TABLE, "policy wide is there and nothing declares it"),
        ("alter table core_trial disable row level security", TABLE, "row-level security is off"),
        ("alter table core_token enable row level security", "table core_token",
         "row-level security is on, and no reach asks for it"),
        ("drop trigger hutong_u on core_trial", TABLE, "trigger hutong_u is missing"),
        ("alter table core_trial disable trigger hutong_d", TABLE, "trigger hutong_d is switched off"),
        ("alter table core_trial enable replica trigger hutong_t", TABLE, "trigger hutong_t is switched off"),
        ("create or replace trigger hutong_i after insert on core_trial referencing new table as new_rows "
         "for each statement execute function hutong_audit('people')", TABLE,
         "trigger hutong_i does not say what the model declares"),
        ("create trigger hutong_more after insert on core_trial execute function hutong_no_truncate()", TABLE,
         "trigger hutong_more is there and nothing declares it"),
        ("grant truncate on core_trial to {login}", TABLE, "the serving login may TRUNCATE and must not"),
        ("grant select (new) on core_change to {login}", "table core_change",
         "the serving login may SELECT and must not"),
        ("grant update on core_entry to public", "table core_entry", "the serving login may UPDATE and must not"),
        ("revoke insert on core_trial from {login}", TABLE, "the serving login may not INSERT"),
        ("create view all_trials as select * from core_trial; grant select on all_trials to {login}",
         "table all_trials", "the serving login may SELECT and must not"),
        ("create or replace function hutong_no_truncate() returns trigger language plpgsql as $$ begin end $$",
         "function hutong_no_truncate", "does not say what this version says"),
        ("drop function hutong_history", "function hutong_history", "is missing"),
    ],
)  # fmt: skip
def test_a_hole_is_named_refused_and_mended(owner: Run, statement: str, where: str, what: str) -> None:
    assert guard.breaches("owner", OURS) == []
    owner(statement.format(login=guard.serving_login()))
    assert guard.breaches("owner", OURS) == [Fault(where, what)]
    with pytest.raises(ImproperlyConfigured, match=f"{where}: {what}\n.*hutong migrate"):
        guard.require("owner", OURS)
    guard.fortify("owner", OURS)
    assert guard.breaches("owner", OURS) == []


def test_a_table_that_is_not_there_is_named(owner: Run) -> None:
    owner("drop table core_trial")
    assert guard.breaches("owner", OURS) == [Fault(TABLE, "is not in the database")]
    with pytest.raises(ImproperlyConfigured, match="core_trial"):
        guard.fortify("owner", OURS)


def test_a_login_above_all_policies_is_named(owner: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    with connections["owner"].cursor() as cursor:
        cursor.execute("select rolname from pg_roles where rolsuper limit 1")
        (above,) = cursor.fetchone()
    monkeypatch.setattr(guard, "serving_login", lambda: above)
    assert Fault(f"login {above}", "passes every row-level policy") in guard.breaches("owner", OURS)


def test_a_wrong_declaration_makes_no_wall_and_serves_nobody(owner: Run) -> None:
    leaking = [*our_models(), trial(reach=Reach.through_parent())]
    for what in (guard.fortify, guard.require):
        with pytest.raises(ImproperlyConfigured, match="core_trial: the place key place_key is not part of its reach"):
            what("owner", leaking)


def test_a_table_with_places_is_never_readable_from_elsewhere(fresh_db: str, now: datetime) -> None:
    """The leak itself: a table is made, and nobody said whose its rows are."""
    leaking = trial(reach=Reach.through_parent(), clock=None, part_of="")
    make_table(leaking)
    with connections["owner"].cursor() as cursor:
        cursor.execute("insert into core_trial (place_key, role, version) values (%s, '', 1)", [HERE])
    with pytest.raises(ImproperlyConfigured):
        guard.fortify(ours=[*our_models(), leaking])
    guard.fortify()
    assert _read(now, HERE) is None, "a table nobody declares whole is closed to everybody"

    guard.fortify(ours=[*our_models(), trial(clock=None, part_of="")])
    assert _read(now, HERE) == 1
    assert _read(now, ELSEWHERE) == 0


def _read(now: datetime, where: int) -> int | None:
    """How many rows the serving login sees without any filter, for a viewer of that place; None if it may not look."""
    try:
        with acting(clerk(now, where)), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("select count(*) from core_trial")
            return int(cursor.fetchone()[0])
    except ProgrammingError:
        return None
