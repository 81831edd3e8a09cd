"""Children from a spreadsheet: checked whole, compared with the whole register in one statement, written set-based."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django.utils.translation import gettext as _
from pydantic import ValidationError

from hutong.channels.tables_io import headings_of, read_table
from hutong.core import places
from hutong.core.action import action
from hutong.core.bulk import next_ids
from hutong.core.context import note
from hutong.core.errors import FieldError, Invalid, Refused
from hutong.core.events import raise_event
from hutong.core.files import Upload
from hutong.core.inputs import Given, ask, finding
from hutong.core.jurisdiction import language
from hutong.core.record import create_all
from hutong.core.validation import messages_of
from hutong.core.viewer import Viewer
from hutong.people import workflow
from hutong.people.access import CHECKERS
from hutong.people.actions.carers import CARER_HEADINGS, bind_carers, read_carers
from hutong.people.actions.registering import Homes, RegisterChild, check, first_residences, new_child
from hutong.people.models import Child
from hutong.people.queries.candidates import Candidate, asked_of, duplicates_of_many
from hutong.people.queries.placing import Placing
from hutong.people.terms import BirthPrecision

TOLD = 200
"""Findings told at most; the rest shows up when these are mended."""

HEADINGS = (
    *headings_of(
        RegisterChild,
        {
            "name": ("儿童姓名",),
            "birth_date": ("出生年月日", "出生年月"),
            "identity_number": ("身份证号", "身份证号码", "身份号码"),
            "actual_id": ("现居住地", "居住地", "居住地代码"),
            "registered_id": ("户籍所在地", "户籍地代码"),
            "address": ("住址",),
            "national_no": ("系统编号",),
        },
        without=("birth_precision", "status_evidence"),
    ),
    *CARER_HEADINGS,
)
"""Columns of the spreadsheet, in the order of the template: those of the form, and who looks after the child."""
PLACES = ("actual_id", "registered_id")


class ImportChildren(Given):
    """A spreadsheet with one child a row."""

    file: Upload = ask("电子表格（XLSX 或 CSV）", "Spreadsheet (XLSX or CSV)")


@action(
    "people.import_children",
    input=ImportChildren,
    roles=CHECKERS,
    title=("批量导入儿童", "Import children"),
)
def import_children(viewer: Viewer, given: ImportChildren) -> dict[str, Any]:
    """Register every row, or none: each finding names row and column. Rows that look like a child already known and
    give no reason are held back and listed. Returns {"registered": n, "held": [{"row", "why"}, ...]}."""
    table = read_table(given.file.data, HEADINGS)
    errors = list(table.errors)
    carers = read_carers(table.rows, errors)
    rows = _read(viewer, table.rows, errors)
    children = _children(viewer, rows, errors)
    if not rows and not errors:
        raise Invalid(
            [finding(given, "file", "missing", _("has no rows"), _("Fill in the template below the headings."))]
        )
    if errors:
        raise Invalid(sorted(errors, key=lambda e: e.row)[:TOLD])
    held = _held(viewer, rows, children)
    taken = [n for n in range(len(children)) if n not in held]
    chosen = [children[n] for n in taken]
    create_all(chosen)
    create_all([residence for child in chosen for residence in first_residences(child)])
    bind_carers(viewer, [(children[n], carers[rows[n][0]]) for n in taken if rows[n][0] in carers])
    note(file=given.file.name, registered=len(chosen), held=len(held))
    if chosen:
        raise_event(workflow.CHILDREN_IMPORTED, child_ids=[c.pk for c in chosen])
    return {"registered": len(chosen), "held": [{"row": rows[n][0], "why": why} for n, why in sorted(held.items())]}


def _heading(name: str) -> str:
    return next((h.shown for h in HEADINGS if h.name == name), name)


def _read(
    viewer: Viewer, rows: list[tuple[int, dict[str, Any]]], errors: list[FieldError]
) -> list[tuple[int, RegisterChild]]:
    """Texts become places, rows become the very input a single registration takes."""
    placing = Placing(viewer)
    placing.learn({str(row.get(f) or "") for _n, row in rows for f in PLACES})
    read = []
    for number, row in rows:
        fields: dict[str, Any] = {k: v for k, v in row.items() if v is not None and k in RegisterChild.model_fields}
        found = _placed(placing, number, fields)
        errors += found
        if found:
            continue
        try:
            read.append((number, RegisterChild.model_validate(fields)))
        except ValidationError as error:
            errors += [replace(e, row=number) for e in messages_of(error, RegisterChild)]
    return read


def _placed(placing: Placing, number: int, fields: dict[str, Any]) -> list[FieldError]:
    """Put the id of a place where its code or name stood; what is no place is a finding."""
    found = []
    for name in PLACES:
        if name in fields:
            fields[name], what = placing.find(str(fields[name]))
            if fields[name] is None:
                todo = _("Write its 12-digit code, or its full name.")
                found.append(FieldError(name, "unknown", what, todo, _heading(name), number))
    return found


def _children(viewer: Viewer, rows: list[tuple[int, RegisterChild]], errors: list[FieldError]) -> list[Child]:
    ids = next_ids(Child, len(rows))
    wanted = {place for _n, given in rows for place in (given.actual_id, given.registered_id) if place is not None}
    keys = {place: places.key(place) for place in wanted}
    children = []
    for (number, given), row_id in zip(rows, ids, strict=True):
        homes = Homes(keys[given.actual_id], keys[given.registered_id] if given.registered_id else None)
        try:
            check(viewer, given, homes)
            children.append(new_child(viewer, given, homes, row_id))
        except Invalid as invalid:
            errors += [replace(e, row=number) for e in invalid.errors]
        except Refused as refused:
            errors.append(FieldError("actual_id", "out_of_reach", str(refused), "", _heading("actual_id"), number))
    return children


def _held(viewer: Viewer, rows: list[tuple[int, RegisterChild]], children: list[Child]) -> dict[int, str]:
    """Position -> why, for rows that look like a known child or an earlier row and give no reason."""
    known = duplicates_of_many(viewer, [asked_of(child) for child in children])
    held = {n: _who(found[0]) for n, found in known.items() if not rows[n][1].in_spite_of}
    seen: dict[Any, int] = {}
    for n, child in enumerate(children):
        for same in _same_row(child):
            earlier = seen.setdefault(same, n)
            if earlier != n and not rows[n][1].in_spite_of:
                held.setdefault(n, _("the same child as in row %(row)s") % {"row": rows[earlier][0]})
    return held


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
