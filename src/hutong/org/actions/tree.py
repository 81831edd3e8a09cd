"""Hands for the actions that change the tree: new keys, new and ended places, moving what lies in a place."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date
from typing import Protocol

from django.db import connection, models
from django.utils.translation import gettext as _

from hutong.core.audit.declarations import APPEND_ONLY, TRIGGERS_ONLY, placed_tables
from hutong.core.bulk import set_based
from hutong.core.context import opened
from hutong.core.errors import Invalid
from hutong.core.places import BITS, child_key, depth_of
from hutong.core.viewer import acting, system_viewer
from hutong.org.models import AgencyArea, Division, DivisionName, PostArea, Succession
from hutong.org.queries.places import below
from hutong.org.terms import SuccessionKind
from hutong.org.terms.naming import joined, spoken, village_short


class Ended(Protocol):
    """What is known of a place that is no more."""

    @property
    def change(self) -> str: ...
    @property
    def ended(self) -> date: ...
    @property
    def basis(self) -> str: ...


def next_key(parent: Division) -> int:
    """The next key below a place; slots are never given out twice. Invalid where the place is full."""
    held = Division.objects.select_for_update().get(pk=parent.pk)
    try:
        key = child_key(held.key, held.last_slot + 1)
    except ValueError as full:
        text = _("“%(place)s” cannot take another place below it.") % {"place": held.short}
        raise Invalid(text) from full
    held.last_slot += 1
    held.save(update_fields=["last_slot"])
    parent.last_slot = held.last_slot
    return key


def named(place: Division, name: str) -> Division:
    """Set a name with everything that is searched by it."""
    place.name = name
    place.short = village_short(name) if place.level == "village" else name
    place.pinyin, place.initials = joined(spoken(place.short))
    return place


def add_ended(place: Division, past: Ended, heirs: Sequence[int]) -> Division:
    """Keep a place that is no more, beside the first of its successors."""
    parent = Division.objects.get(pk=heirs[0]).parent
    if parent is None:
        raise ValueError("a place that ended needs a successor below the nation")
    named(place, place.name)
    place.parent, place.key, place.valid_to = parent, next_key(parent), past.ended
    place.save()
    kind = SuccessionKind.SPLIT if past.change == "split" else SuccessionKind.MERGE
    succeed(place, heirs, kind, past.ended, past.basis)
    return place


def succeed(place: Division, heirs: Iterable[int], kind: SuccessionKind, effective: date, basis: str) -> None:
    """Note which places took over."""
    for heir in heirs:
        Succession.objects.create(predecessor=place, successor_id=heir, kind=kind, effective=effective, basis=basis)


def end(place: Division, effective: date) -> None:
    """The place no longer exists from this day on."""
    place.valid_to = effective
    place.save(update_fields=["valid_to"])


def remember_name(place: Division, until: date) -> None:
    """Keep the present name as the one before this day."""
    last = DivisionName.objects.filter(division=place).order_by("-valid_to").first()
    begun = last.valid_to if last else place.valid_from
    DivisionName.objects.create(division=place, name=place.name, valid_from=begun, valid_to=until)


def move_below(place: Division, parent: Division) -> dict[int, int]:
    """Give a place and all that lies in it new keys below another parent; returns old key -> new key.

    Records follow in every table with place keys; the caller is inside an action whose entry covers them all.
    """
    moves = _new_keys(place, parent)
    old, new = list(moves), list(moves.values())
    with connection.cursor() as cursor:
        cursor.execute(
            """update org_division d set key = m.new from unnest(%s::bigint[], %s::bigint[]) as m(old, new)
                where d.key = m.old""",
            [old, new],
        )
    place.refresh_from_db()
    place.parent = parent
    place.save(update_fields=["parent"])
    rekey(moves)
    return moves


def _new_keys(place: Division, parent: Division) -> dict[int, int]:
    """Keys after the move, by walking the subtree: a place that changes its depth changes the width of its slots."""
    moves = {place.key: next_key(parent)}
    deepest = len(BITS)
    for node in below(place).exclude(pk=place.pk).select_related("parent").order_by("key"):
        above = node.parent.key if node.parent else 0
        slot = _slot(node.key)
        target = moves[above]
        if depth_of(target) >= deepest or slot >= 1 << BITS[depth_of(target)]:
            raise Invalid(_("“%(place)s” does not fit below the new place.") % {"place": node.short})
        moves[node.key] = child_key(target, slot)
    return moves


def _slot(key: int) -> int:
    depth = depth_of(key)
    shift = sum(BITS) - sum(BITS[:depth])
    return (key >> shift) & ((1 << BITS[depth - 1]) - 1)


@contextmanager
def everywhere() -> Iterator[None]:
    """Write the place columns of every package, whoever owns the table: in the name of the running action, with the
    whole nation as reach, because a caseload moves as a whole and not only the part the officer sees."""
    action = opened()
    with acting(system_viewer(action.name, now=action.now)), connection.cursor() as cursor:
        cursor.execute("select set_config('hutong.package', '*', true)")
        try:
            yield
        finally:
            if not connection.needs_rollback:
                cursor.execute("select set_config('hutong.package', %s, true)", [action.package])


def rekey(moves: Mapping[int, int]) -> int:
    """Rewrite place keys in all tables that have some; how many values changed. Entries keep the key they had."""
    old, new = list(moves), list(moves.values())
    changed = 0
    with everywhere(), set_based(), connection.cursor() as cursor:
        for placed in placed_tables():
            if placed.table in APPEND_ONLY or placed.table in TRIGGERS_ONLY:
                continue
            for column in placed.keys:
                cursor.execute(
                    f"""update {placed.table} t set {column} = m.new
                          from unnest(%s::bigint[], %s::bigint[]) as m(old, new)
                         where t.{column} = m.old and t.{column} >= %s and t.{column} < %s""",  # noqa: S608
                    [old, new, min(old), max(old) + 1],
                )
                changed += cursor.rowcount
    return changed


def repoint(place: Division, heir: Division) -> int:
    """Let records that lie in one place lie in another; how many values changed.

    Tables with place keys of their own say where something is now, so their references follow. Tables without are the
    dated history of a record and keep the old place; so do models that declare `keeps_place`: what happened there.
    """
    changed = rekey({place.key: heir.key})
    with everywhere(), connection.cursor() as cursor:
        for table, column in _current_references():
            cursor.execute(f"update {table} set {column} = %s where {column} = %s", [heir.pk, place.pk])  # noqa: S608
            changed += cursor.rowcount
    return changed


def _current_references() -> list[tuple[str, str]]:
    """Foreign keys to a place in tables that have place keys."""
    return [
        (placed.table, str(field.column))
        for placed in placed_tables()
        for field in placed.model._meta.concrete_fields
        if isinstance(field, models.ForeignKey)
        and field.related_model is Division
        and not getattr(placed.model, "keeps_place", False)
    ]


def records_at(place: Division) -> int:
    """How many records of any package lie exactly at a place, seen by the viewer or not."""
    count = 0
    with everywhere(), connection.cursor() as cursor:
        for placed in placed_tables():
            if placed.table in APPEND_ONLY or placed.table in TRIGGERS_ONLY:
                continue
            for column in placed.keys:
                cursor.execute(f"select count(*) from {placed.table} where {column} = %s", [place.key])  # noqa: S608
                count += int(cursor.fetchone()[0])
    return count


def hand_over(place: Division, heirs: Sequence[Division], effective: date) -> None:
    """Whoever answered for a place answers for its successors from the effective day on."""
    for areas, owner in ((PostArea, "post"), (AgencyArea, "agency")):
        for area in areas.objects.filter(division=place, valid_to=None):
            area.valid_to = effective
            area.save(update_fields=["valid_to"])
            for heir in heirs:
                whose = {owner: getattr(area, owner), "division": heir, "valid_to": None}
                if not areas.objects.filter(**whose).exists():
                    areas.objects.create(**whose, valid_from=effective)
