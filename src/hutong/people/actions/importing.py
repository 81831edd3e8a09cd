"""Children from a spreadsheet: compared with the whole register in one statement, written as a set, told by row."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

from django.utils.translation import gettext as _
from pydantic import ValidationError

from hutong.channels.tables import Line, PartDate, TableGiven, first_of, headings_of, read_table, told_rows
from hutong.core import places
from hutong.core.action import action
from hutong.core.bulk import next_ids
from hutong.core.constraints import by_halves
from hutong.core.context import note
from hutong.core.errors import FieldError, Invalid, Refused, Tried
from hutong.core.events import raise_event
from hutong.core.inputs import finding
from hutong.core.jurisdiction import language
from hutong.core.record import create_all
from hutong.core.undo import keep_made, note_made
from hutong.core.validation import messages_of
from hutong.core.viewer import Viewer
from hutong.people import workflow
from hutong.people.access import CHECKERS
from hutong.people.actions.bonds import LinkPerson
from hutong.people.actions.carers import CARER_HEADINGS, bind_carers, read_carers
from hutong.people.actions.registering import Homes, RegisterChild, check, first_residences, new_child
from hutong.people.models import Child, ChildImport
from hutong.people.queries.candidates import Candidate, asked_of, duplicates_of_many
from hutong.people.queries.identity import NUMBER_HEADINGS
from hutong.people.queries.placing import Placing
from hutong.people.terms import BirthPrecision

HEADINGS = (
    *headings_of(
        RegisterChild,
        {
            "name": ("儿童姓名",),
            "birth_date": ("出生年月日", "出生年月"),
            "identity_number": NUMBER_HEADINGS,
            "actual_id": ("现居住地", "居住地", "居住地代码"),
            "registered_id": ("户籍所在地", "户籍地代码"),
            "address": ("住址",),
            "national_no": ("系统编号",),
        },
        without=("birth_precision", "status_evidence"),
        own=("name", "birth_date", "identity_number", "national_no"),
        part_dates=("birth_date",),
    ),
    *CARER_HEADINGS,
)
"""Columns of the spreadsheet, in the order of the template: those of the form, and who looks after the child."""
PLACES = ("actual_id", "registered_id")


class At(NamedTuple):
    """A row of the file."""

    sheet: str
    row: int


@dataclass(frozen=True, slots=True)
class Row:
    """A row that became an input and a record, not yet saved."""

    at: At
    given: RegisterChild
    child: Child


class ImportChildren(TableGiven):
    """A spreadsheet with one child a row."""


@action(
    "people.import_children",
    input=ImportChildren,
    roles=CHECKERS,
    title=("批量导入儿童", "Import children"),
)
def import_children(viewer: Viewer, given: ImportChildren) -> ChildImport:
    """Register every row that can be. Rows that look like a child already known and give no reason are held back, rows
    with a mistake refused; both are told by row. Raises Invalid where not one row can be used."""
    table = read_table(given.file.data, HEADINGS, given=given)
    keep_made()
    if not table.lines and not table.errors:
        raise Invalid(
            [finding(given, "file", "missing", _("has no rows"), _("Fill in the template below the headings."))]
        )
    errors = list(table.errors)
    carers = read_carers(table.lines, errors)
    rows = _read(viewer, table.lines, errors)
    made = _children(viewer, rows, errors)
    held = _held(viewer, made)
    taken = [one for one in made if one.at not in held]
    errors += _written(viewer, taken, carers)
    if errors and not held and len({(e.sheet, e.row) for e in errors}) >= table.count:
        raise Invalid(first_of(errors))
    return _kept(viewer, given, taken, errors, [(one, held[one.at]) for one in made if one.at in held])


def _written(viewer: Viewer, taken: list[Row], carers: dict[tuple[str, int], LinkPerson]) -> list[FieldError]:
    """Write the children with their residences and carers; what the database refuses, row by row."""

    def write(part: Sequence[Row]) -> None:
        create_all([one.child for one in part])
        create_all([residence for one in part for residence in first_residences(one.child)])
        bind_carers(viewer, [(one.child, carers[one.at]) for one in part if one.at in carers])

    refused = by_halves(taken, write)
    found = [replace(e, row=taken[n].at.row, sheet=taken[n].at.sheet) for n, bad in refused.items() for e in bad.errors]
    for n in sorted(refused, reverse=True):
        del taken[n]
    if taken:
        raise_event(workflow.CHILDREN_IMPORTED, child_ids=[one.child.pk for one in taken])
    return found


def _kept(
    viewer: Viewer, given: ImportChildren, taken: list[Row], errors: list[FieldError], held: list[tuple[Row, str]]
) -> ChildImport:
    todo = _("Compare the two, or say in the row why it is another child.")
    told = [FieldError("", "held", why, todo, row=one.at.row, sheet=one.at.sheet) for one, why in held]
    refused = len({(e.sheet, e.row) for e in errors})
    if given.dry_run:
        counts = {"registered": len(taken), "held": len(held), "refused": refused}
        summary = _("Would be registered: %(registered)s; held back: %(held)s; refused: %(refused)s.") % counts
        raise Tried(summary, first_of([*told, *errors]))
    note(file=given.file.name, registered=len(taken), held=len(held), refused=refused)
    digest = hashlib.sha256(given.file.data).digest()
    kept = ChildImport.objects.create(
        file_name=given.file.name, sha256=digest, place_key=viewer.spans[0].lo, imported_on=viewer.today,
        imported_by_id=viewer.user_id, registered=len(taken), held=len(held), refused=refused,
        rows=told_rows([*told, *errors]),
    )  # fmt: skip
    note_made()
    return kept


def _heading(name: str) -> str:
    return next((h.shown for h in HEADINGS if h.name == name), name)


def _read(viewer: Viewer, lines: Sequence[Line], errors: list[FieldError]) -> list[tuple[At, RegisterChild]]:
    """Texts become places, rows become the very input a single registration takes."""
    placing = Placing(viewer)
    placing.learn({str(line.cells.get(f) or "") for line in lines for f in PLACES})
    spoiled = {(e.sheet, e.row) for e in errors}
    read = []
    for line in lines:
        cells = line.cells.items()
        fields: dict[str, Any] = {k: v for k, v in cells if v is not None and k in RegisterChild.model_fields}
        found = _placed(placing, line, fields)
        errors += found
        born = fields.get("birth_date")
        if isinstance(born, PartDate):
            fields |= {"birth_date": born.day, "birth_precision": BirthPrecision(born.precision)}
        try:
            given = RegisterChild.model_validate(fields | dict.fromkeys((e.field for e in found), 0))
        except ValidationError as error:
            errors += [replace(e, row=line.row, sheet=line.sheet) for e in messages_of(error, RegisterChild)]
            continue
        if not found and (line.sheet, line.row) not in spoiled:
            read.append((At(line.sheet, line.row), given))
    return read


def _placed(placing: Placing, line: Line, fields: dict[str, Any]) -> list[FieldError]:
    """Put the id of a place where its code or name stood; what is no place is a finding."""
    found = []
    for name in PLACES:
        if name in fields:
            fields[name], what = placing.find(str(fields[name]))
            if fields[name] is None:
                todo = _("Write its 12-digit code, or its full name.")
                found.append(FieldError(name, "unknown", what, todo, _heading(name), line.row, sheet=line.sheet))
    return found


def _children(viewer: Viewer, rows: list[tuple[At, RegisterChild]], errors: list[FieldError]) -> list[Row]:
    ids = next_ids(Child, len(rows))
    wanted = {place for _at, given in rows for place in (given.actual_id, given.registered_id) if place is not None}
    keys = {place: places.key(place) for place in wanted}
    made = []
    for (at, given), row_id in zip(rows, ids, strict=True):
        homes = Homes(keys[given.actual_id], keys[given.registered_id] if given.registered_id else None)
        try:
            check(viewer, given, homes)
            made.append(Row(at, given, new_child(viewer, given, homes, row_id)))
        except Invalid as invalid:
            errors += [replace(e, row=at.row, sheet=at.sheet) for e in invalid.errors]
        except Refused as refused:
            label = _heading("actual_id")
            errors.append(FieldError("actual_id", "out_of_reach", str(refused), "", label, at.row, sheet=at.sheet))
    return made


def _held(viewer: Viewer, made: list[Row]) -> dict[At, str]:
    """Row -> why, for rows that look like a known child or an earlier row and give no reason."""
    known = duplicates_of_many(viewer, [asked_of(one.child) for one in made])
    held = {made[n].at: _who(found[0]) for n, found in known.items() if not made[n].given.in_spite_of}
    seen: dict[Any, Row] = {}
    for one in made:
        for same in _same_row(one.child):
            earlier = seen.setdefault(same, one)
            if earlier is not one and not one.given.in_spite_of:
                held.setdefault(one.at, _the_same_as(earlier.at))
    return held


def _the_same_as(at: At) -> str:
    if at.sheet:
        return _("the same child as in row %(row)s of sheet %(sheet)s") % {"row": at.row, "sheet": at.sheet}
    return _("the same child as in row %(row)s") % {"row": at.row}


def _same_row(child: Child) -> list[Any]:
    """What makes two rows of one file the same child."""
    same: list[Any] = [bytes(child.identity_key)] if child.identity_key else []
    if child.national_no:
        same.append(child.national_no)
    if child.name_key is not None and child.birth_date is not None and child.birth_precision == BirthPrecision.DAY:
        same.append((child.name_key, child.birth_date, child.sex))
    return same


def _who(candidate: Candidate) -> str:
    lang = language()
    who = f"{candidate.child} ({candidate.child.child_no})" if candidate.child else candidate.office(lang)
    return f"{who}: {candidate.match.likeness.label(lang)} ({candidate.match.score})"
