"""Two files of one child become one, and can become two again. Nothing is lost on either way.

Every column of every package that names a child is found from the models themselves: foreign keys to Child, and the
plain columns a table's reach declares as its subject (a grant names its subject without such a reach). A row that
cannot be moved (a unique constraint, a closed book) stays where it is and is listed.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.db import DatabaseError, connection, models, transaction
from django.utils.translation import gettext as _

from hutong.core.action import action
from hutong.core.errors import Conflict, NotFound
from hutong.core.events import raise_event
from hutong.core.inputs import Given, Line, Text, ask, wrong
from hutong.core.models import Grant
from hutong.core.record import Reach, TermField
from hutong.core.tasks import done_tasks
from hutong.core.viewer import Viewer, acting, system_viewer
from hutong.people import workflow
from hutong.people.access import COUNTY
from hutong.people.actions.inputs import ChildFacts
from hutong.people.actions.registering import set_identity
from hutong.people.models import Child, Merge
from hutong.people.queries.identity import identity_of
from hutong.people.queries.keys import COLUMNS


@dataclass(frozen=True, slots=True)
class Reference:
    """A column that names a child."""

    table: str
    column: str


def references() -> list[Reference]:
    """Every column of every installed package that names a child, in a stable order."""
    found = {(Grant._meta.db_table, "subject_id")}
    for model in apps.get_models():
        if model is Merge or not model._meta.managed:
            continue
        for field in model._meta.concrete_fields:
            if isinstance(field, models.ForeignKey) and field.related_model is Child and model is not Child:
                found.add((model._meta.db_table, field.column))
        reach = getattr(model, "reach", None)
        if isinstance(reach, Reach) and reach.subject and model is not Child:
            found.add((model._meta.db_table, str(model._meta.get_field(reach.subject).column)))  # type: ignore[union-attr]
    return [Reference(*pair) for pair in sorted(found)]


class MergeChildren(Given):
    """The other file of the same child."""

    merged_no: Line = ask("另一份档案的儿童编号", "Child number of the other file")
    why: Text = ask("认定为同一儿童的依据", "How it is known that they are one child")


@action(
    "people.merge_children",
    on=Child,
    input=MergeChildren,
    roles=COUNTY,
    title=("合并重复档案", "Merge with another file"),
)
def merge_children(viewer: Viewer, kept: Child, given: MergeChildren) -> Merge:
    """Move everything of the other file to this one. Both must lie inside the viewer's reach."""
    other = Child.objects.visible_to(viewer).select_for_update(of=("self",)).filter(child_no=given.merged_no).first()
    if other is None or other.pk == kept.pk:
        raise wrong(
            given,
            "merged_no",
            "unknown",
            _("is not another child in your area"),
            _("Ask the county that answers for it."),
        )
    if kept.merged_into_id or other.merged_into_id:
        raise Conflict(_("One of the two files was merged already."))
    moved: dict[str, list[int]] = {}
    left: dict[str, list[int]] = {}
    with _everywhere(viewer):
        for reference in references():
            done, stayed = _move(reference, other.pk, kept.pk)
            name = f"{reference.table}.{reference.column}"
            moved |= {name: done} if done else {}
            left |= {name: stayed} if stayed else {}
    filled = _fill(kept, other)
    kept.save()
    other.merged_into = kept
    other.save()
    for child in (kept, other):
        done_tasks(child, workflow.RESOLVE_DUPLICATE.name)
    merge = Merge.objects.create(
        kept=kept, merged=other, moved=moved, left=left, before={"filled": filled}, merged_on=viewer.today
    )
    raise_event(workflow.CHILDREN_MERGED, child_id=kept.pk, merged_id=other.pk, merge_id=merge.pk)
    return merge


class UnmergeChildren(Given):
    """Why the two turned out to be two children."""

    why: Text = ask("拆分原因", "Reason")


def _kept_in_reach(viewer: Viewer, merge: Merge, given: UnmergeChildren) -> str | None:
    if not Child.objects.visible_to(viewer).filter(pk=merge.kept_id).exists():
        raise NotFound()
    return None


@action(
    "people.unmerge_children",
    on=Merge,
    input=UnmergeChildren,
    roles=COUNTY,
    allow=_kept_in_reach,
    title=("撤销合并", "Undo the merge"),
)
def unmerge_children(viewer: Viewer, merge: Merge, given: UnmergeChildren) -> Child:
    """Give the other file back what came from it. Returns the child that has its own file again."""
    if merge.undone_on is not None:
        raise Conflict(_("This merge was undone already."))
    kept, other = merge.kept, merge.merged
    with _everywhere(viewer):
        for reference in references():
            for row_id in merge.moved.get(f"{reference.table}.{reference.column}", []):
                _point(reference, row_id, kept.pk, other.pk)
    _unfill(kept, other, merge.before["filled"])
    kept.save()
    other.merged_into = None
    other.save()
    merge.undone_on = viewer.today
    merge.save()
    raise_event(workflow.CHILDREN_UNMERGED, child_id=kept.pk, merged_id=other.pk, merge_id=merge.pk)
    return other


@contextmanager
def _everywhere(viewer: Viewer) -> Iterator[None]:
    """Rows of a child lie in tables of every package and in places of every county: for these statements alone the
    action may write all of them. The audit names this action for each row."""
    with connection.cursor() as cursor, acting(system_viewer("people.merge", now=viewer.now)):
        cursor.execute("select set_config('hutong.package', '*', true)")
        try:
            yield
        finally:
            if not connection.needs_rollback:
                cursor.execute("select set_config('hutong.package', 'people', true)")


def _move(reference: Reference, source: int, target: int) -> tuple[list[int], list[int]]:
    """Point a table's rows from one child to the other: all at once, or one by one where that is refused."""
    table, column = connection.ops.quote_name(reference.table), connection.ops.quote_name(reference.column)
    with connection.cursor() as cursor:
        cursor.execute(f"select id from {table} where {column} = %s order by id", [source])  # noqa: S608
        ids = [row[0] for row in cursor.fetchall()]
    if not ids:
        return [], []
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"update {table} set {column} = %s where id = any(%s)", [target, ids])  # noqa: S608
        return ids, []
    except DatabaseError:
        moved = [row_id for row_id in ids if _point(reference, row_id, source, target)]
        return moved, [row_id for row_id in ids if row_id not in moved]


def _point(reference: Reference, row_id: int, source: int, target: int) -> bool:
    table, column = connection.ops.quote_name(reference.table), connection.ops.quote_name(reference.column)
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(
                f"update {table} set {column} = %s where id = %s and {column} = %s",  # noqa: S608
                [target, row_id, source],
            )
            return cursor.rowcount == 1
    except DatabaseError:
        return False


def filled_in() -> dict[str, Any]:
    """What the kept file takes from the other where it has nothing itself: field -> what stands for nothing. The
    registered place goes along as a pair; name and number have keys of their own."""
    facts = [Child._meta.get_field(name) for name in ChildFacts.model_fields if name != "name"]
    nothing = {f.name: _nothing(f) for f in facts if isinstance(f, models.Field)}
    return {name: value for name, value in nothing.items() if value != NEVER} | dict.fromkeys(REGISTERED)


NEVER = object()
REGISTERED = ("registered_id", "registered_key")


def _nothing(field: models.Field[Any, Any]) -> Any:
    """The value that says that nothing is known: none, an empty text, or the word “unknown” where it is the default."""
    if field.null:
        return None
    if isinstance(field, TermField):
        return field.default if field.default == "unknown" else NEVER
    return "" if field.blank else NEVER


def _fill(kept: Child, other: Child) -> list[str]:
    """Take over what the kept file lacks; returns the names of what was taken."""
    filled = [f for f, nothing in filled_in().items() if getattr(kept, f) == nothing != getattr(other, f)]
    for field in filled:
        setattr(kept, field, getattr(other, field))
    if "birth_date" in filled:
        kept.birth_precision = other.birth_precision
    if not kept.name and other.name:
        _copy_name(kept, other)
        filled.append("name")
    if kept.identity is None and other.identity is not None:
        set_identity(kept, identity_of(other))
        filled.append("identity")
    return filled


def _unfill(kept: Child, other: Child, filled: list[str]) -> None:
    """Take back what came from the other file, unless it was changed since."""
    for field in filled:
        if field == "identity":
            if kept.identity_key is not None and bytes(kept.identity_key) == bytes(other.identity_key or b""):
                set_identity(kept, "")
        elif getattr(kept, field) == getattr(other, field):
            _empty(kept, field)


def _empty(kept: Child, field: str) -> None:
    if field == "name":
        kept.name = ""
        for column in COLUMNS.values():
            setattr(kept, column, None)
    else:
        setattr(kept, field, filled_in()[field])


def _copy_name(kept: Child, other: Child) -> None:
    for field in ("name", *COLUMNS.values()):
        setattr(kept, field, getattr(other, field))
