"""Children from a spreadsheet: checked whole, compared with the whole register in one statement, written set-based."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _
from pydantic import ValidationError

from hutong.channels.tables_io import Heading, RowError, read_table
from hutong.core import places
from hutong.core.action import action
from hutong.core.bulk import next_ids
from hutong.core.context import note
from hutong.core.errors import FieldError, Invalid, Refused
from hutong.core.events import raise_event
from hutong.core.files import Upload
from hutong.core.record import create_all
from hutong.core.terms import Label, Term
from hutong.core.validation import messages_of
from hutong.core.viewer import Viewer
from hutong.people import workflow
from hutong.people.access import CHECKERS
from hutong.people.actions.carers import CARER_HEADINGS, bind_carers, read_carers
from hutong.people.actions.inputs import Input, titled
from hutong.people.actions.registering import Homes, RegisterChild, check, first_residences, new_child
from hutong.people.models import Child
from hutong.people.queries.candidates import Candidate, asked_of, duplicates_of_many
from hutong.people.queries.placing import Placing
from hutong.people.terms import BirthPrecision, FamilyAid, Health, LegalStatus, Placement, Sex

TOLD = 200
"""Findings told at most; the rest shows up when these are mended."""

HEADINGS = (
    Heading("name", Label("姓名", "Name"), ("儿童姓名",)),
    Heading("sex", Label("性别", "Sex")),
    Heading("birth_date", Label("出生日期", "Birth date"), ("出生年月日", "出生年月"), kind="date"),
    Heading(
        "identity_number",
        Label("公民身份号码", "Identity number"),
        ("身份证号", "身份证号码", "身份号码"),
        kind="number_text",
    ),
    Heading("ethnicity", Label("民族", "Ethnic group")),
    Heading("actual", Label("实际居住地", "Lives in"), ("现居住地", "居住地", "居住地代码"), required=True),
    Heading("address", Label("详细地址", "Address"), ("住址",)),
    Heading("registered", Label("户籍地", "Household registration"), ("户籍所在地", "户籍地代码")),
    Heading("status", Label("户籍与身份", "Legal status")),
    Heading("placement", Label("养育方式", "Placement")),
    Heading("health", Label("健康状况", "Health")),
    Heading("family_aid", Label("家庭救助身份", "Assistance status of the family")),
    Heading("national_no", Label("全国系统编号", "Number in the national system"), ("系统编号",), kind="number_text"),
    Heading("in_spite_of", Label("仍要登记的理由", "Why it is another child")),
    *CARER_HEADINGS,
)
"""Columns of the spreadsheet, in the order of the template."""
TERMS: Mapping[str, type[Term]] = {
    "sex": Sex, "status": LegalStatus, "placement": Placement, "health": Health, "family_aid": FamilyAid,
}  # fmt: skip


class ImportChildren(Input):
    """A spreadsheet with one child a row."""

    file: Upload = titled("电子表格（XLSX 或 CSV）", "Spreadsheet (XLSX or CSV)")


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
        raise Invalid([FieldError(_("File"), _("has no rows"), _("Fill in the template below the headings."))])
    if errors:
        raise Invalid([_finding(e) for e in sorted(errors, key=lambda e: e.row)[:TOLD]])
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


def _finding(error: RowError) -> FieldError:
    where = _("Row %(row)s, %(column)s") % {"row": error.row, "column": error.column}
    return FieldError(where, error.what, error.todo)


def _heading(name: str) -> str:
    return next((h.shown for h in HEADINGS if h.name == name), name)


def _read(
    viewer: Viewer, rows: list[tuple[int, dict[str, Any]]], errors: list[RowError]
) -> list[tuple[int, RegisterChild]]:
    """Words become terms and places, rows become the very input a single registration takes."""
    placing = Placing(viewer)
    placing.learn({str(row.get(f) or "") for _n, row in rows for f in ("actual", "registered")})
    read = []
    for number, row in rows:
        fields, found = _fields(placing, number, row)
        errors += found
        if found:
            continue
        try:
            read.append((number, RegisterChild.model_validate(fields)))
        except ValidationError as error:
            errors += [RowError(number, e.where, e.what, e.todo) for e in messages_of(error, RegisterChild)]
    return read


def _fields(placing: Placing, number: int, row: dict[str, Any]) -> tuple[dict[str, Any], list[RowError]]:
    fields: dict[str, Any] = {k: v for k, v in row.items() if v is not None and k in RegisterChild.model_fields}
    errors = []
    for name, words in TERMS.items():
        if name in fields:
            term = _term(words, str(fields[name]))
            fields[name] = term
            if term is None:
                known = "、".join(t.label(get_language() or "zh-hans") for t in words)
                errors.append(RowError(number, _heading(name), _("is not one of: %(expected)s") % {"expected": known}))
    for name in ("actual", "registered"):
        text = str(row.get(name) or "")
        if text:
            place_id, what = placing.find(text)
            fields[f"{name}_id"] = place_id
            if place_id is None:
                errors.append(RowError(number, _heading(name), what, _("Write its 12-digit code, or its full name.")))
    return fields, errors


def _term(words: type[Term], text: str) -> Term | None:
    short = text.strip().casefold()
    return next((t for t in words if short in (t.value, t.zh, t.en.casefold())), None)


def _children(viewer: Viewer, rows: list[tuple[int, RegisterChild]], errors: list[RowError]) -> list[Child]:
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
            errors += [RowError(number, e.where, e.what, e.todo) for e in invalid.errors]
        except Refused as refused:
            errors.append(RowError(number, _heading("actual"), str(refused)))
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
    lang = get_language() or "zh-hans"
    who = f"{candidate.child} ({candidate.child.child_no})" if candidate.child else candidate.office(lang)
    return f"{who}: {candidate.match.likeness.label(lang)} ({candidate.match.score})"
