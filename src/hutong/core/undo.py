"""Taking an import back by its entry, while nothing was built on it: once for every import, whatever it wrote.

An import says that it keeps what it makes (`keep_made`); its entry then names every row that came into being. Taking it
back deletes these rows, and the history keeps them. An import that also moved rows which were there before registers
how they go back (`gives_back`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, TypeAlias

from django.apps import apps
from django.db import connection, models
from django.utils.translation import gettext as _

from hutong.core.action import ACTIONS, action, announced
from hutong.core.context import note, opened
from hutong.core.errors import Conflict, NotFound, Refused
from hutong.core.inputs import Given, Line, Text, ask
from hutong.core.models import Entry, EventLine
from hutong.core.record import Record, in_reach
from hutong.core.viewer import Viewer

ROLES = ("county_officer", "township_supervisor", "county_finance", "city_officer", "province_officer")
"""Posts that take tables in; whoever takes one back must be allowed to take it in."""


STAY = (EventLine.label(),)
"""What was told stays told."""


GivesBack: TypeAlias = Callable[[Viewer, Any, Mapping[str, Any]], None]
"""(viewer, record, notes of its entry); raises Conflict where something was built on what it moved."""
_GIVE_BACK: dict[str, GivesBack] = {}


def gives_back(label: str, how: GivesBack) -> None:
    """Called once at start-up: how the rows that an import of this label moved go back to where they stood."""
    _GIVE_BACK[label] = how


def keep_made() -> None:
    """From here on the running action remembers the rows it makes, and its inner actions with it."""
    opened().made = {}


def note_made() -> None:
    """Name in the entry what was made, so that it can be taken back."""
    made = opened().made or {}
    note(made={label: runs(numbers) for label, numbers in made.items() if label not in STAY})


def runs(numbers: Sequence[int]) -> list[list[int]]:
    """Numbers as runs, first and last: those of a set follow each other."""
    found: list[list[int]] = []
    for number in sorted(numbers):
        if found and found[-1][1] == number - 1:
            found[-1][1] = number
        else:
            found.append([number, number])
    return found


class UndoImport(Given):
    """Which import, and why it is taken back."""

    label: Line = ask("导入种类", "Kind of import", "", control="hidden")
    number: int = ask("导入编号", "Import", 0, control="hidden")
    why: Text = ask("撤销理由", "Why it is taken back", min_length=2, max_length=1000)


@action("core.undo_import", input=UndoImport, roles=ROLES, title=("撤销导入", "Take the import back"))
def undo_import(viewer: Viewer, given: UndoImport) -> None:
    """Delete every row the import made. Raises Conflict where one of them was changed or something refers to it."""
    entry = _entry(viewer, given)
    made = {label: rows_in(label, found) for label, found in entry.notes["made"].items()}
    for label, rows in made.items():
        _untouched(label, rows, given, made)
    with announced("*"):
        if give_back := _GIVE_BACK.get(given.label):
            give_back(viewer, made[given.label].get(), entry.notes)
        for rows in reversed(made.values()):
            rows._raw_delete(rows.db)
    note(undone=entry.pk, why=given.why)


def _entry(viewer: Viewer, given: UndoImport) -> Entry:
    """The entry of an import inside the viewer's reach, whose kind the viewer's post takes in."""
    model = apps.get_model(given.label) if given.label in {m._meta.label_lower for m in apps.get_models()} else None
    record = model._default_manager.filter(pk=given.number).first() if model is not None else None
    if model is None or record is None or not in_reach(viewer, record):
        raise NotFound()
    with connection.cursor() as cursor:
        cursor.execute(
            "select min(entry_id) from hutong_history(%s, %s) where op = 'I'", [model._meta.db_table, record.pk]
        )
        found: Entry | None = Entry.objects.filter(pk=cursor.fetchone()[0], notes__has_key="made").first()
    if found is None:
        raise NotFound()
    if viewer.role not in ACTIONS[found.action].roles:
        raise Refused(_("Your post may not do this."))
    return found


def rows_in(label: str, found: Sequence[Sequence[int]]) -> models.QuerySet[Any]:
    """The rows of these runs of numbers."""
    inside = models.Q(pk__in=[])
    for first, last in found:
        inside |= models.Q(pk__gte=first, pk__lte=last)
    rows: models.QuerySet[Any] = apps.get_model(label)._base_manager.filter(inside)
    return rows


def _untouched(
    label: str, rows: models.QuerySet[Any], given: UndoImport, made: Mapping[str, models.QuerySet[Any]]
) -> None:
    """Raise Conflict where a row was changed since, or a row that the import did not make refers to one."""
    model = rows.model
    if label != given.label and issubclass(model, Record) and rows.filter(version__gt=1).exists():
        raise Conflict(_built(model))
    for other, column in _pointing(model):
        later = other._base_manager.filter(**{f"{column}__in": rows.values("pk")})
        mine = made.get(other._meta.label_lower)
        if (later if mine is None else later.exclude(pk__in=mine.values("pk"))).exists():
            raise Conflict(_built(other))


def _pointing(model: type[models.Model]) -> Iterator[tuple[type[models.Model], str]]:
    """Every model with a reference to this one, and the name of the reference."""
    for other in apps.get_models():
        for field in other._meta.concrete_fields:
            if field.is_relation and field.related_model is model:
                yield other, field.name


def _built(model: type[models.Model]) -> str:
    text = _("Something was built on this import since (%(what)s). Take that back first, or correct single rows.")
    return text % {"what": model._meta.label_lower}
