"""Taking over an existing roll: award, first month, payee, account and number in the national system, row by row.

Payment goes on exactly as the roll says; where the law says something else, somebody is asked to look.
"""

from __future__ import annotations

import hashlib
from datetime import date
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from hutong.benefits import access, workflow
from hutong.benefits.actions.awards import hold_child, new_award, order_to, record_event, review_due, set_basis
from hutong.benefits.models import Award, RollImport, RollRow
from hutong.benefits.queries.advice import advise
from hutong.benefits.queries.roll import HEADINGS, differences, in_column, known_child, read_category
from hutong.benefits.terms import AwardEventKind, AwardState, RowState
from hutong.channels.tables_io import read_table
from hutong.core import months, places
from hutong.core.action import action
from hutong.core.context import note
from hutong.core.errors import Conflict, FieldError, HutongError, Invalid
from hutong.core.files import Upload
from hutong.core.inputs import Given, Month, Place, ask, of
from hutong.core.models import Task
from hutong.core.record import create_all
from hutong.core.tasks import leave_tasks
from hutong.core.viewer import Viewer
from hutong.money import actions as money
from hutong.money.terms import AccountSource, PayeeKind
from hutong.org.models import Division
from hutong.org.terms import Role
from hutong.people.actions import register_child
from hutong.people.models import Child
from hutong.people.queries.placing import Placing

TAKEN_FROM_ROLL = "原发放名册转入"
"""Reason kept with a child registered from a roll in spite of a similar one."""
BANK_NOT_NAMED = "原名册未列明"
"""Kept as the bank of an account whose roll names none."""


class ImportRoll(Given):
    """The roll and the first month that is paid from here."""

    place_id: Place = of(RollImport, "place_key")
    first_month_here: Month | None = of(
        RollImport, "first_month_here", None, hint=("不填则为下月", "Next month if empty")
    )
    file: Upload = ask("名册文件（XLSX或CSV）", "Roll (XLSX or CSV)")


def _inside(viewer: Viewer, given: ImportRoll) -> str | None:
    return None if viewer.reaches(places.key(given.place_id)) else _("This place is not in your area.")


@action(
    "benefits.import_roll",
    input=ImportRoll,
    roles=access.COUNTY,
    allow=_inside,
    title=("转入现有名册", "Take over an existing roll"),
)
def import_roll(viewer: Viewer, given: ImportRoll) -> RollImport:
    """Take over every row that can be; the others are told by row and field. The same file twice is refused."""
    digest = hashlib.sha256(given.file.data).digest()
    if RollImport.objects.filter(place_id=given.place_id, sha256=digest).exists():
        raise Conflict(_("This very file has already been taken over."))
    table = read_table(given.file.data, HEADINGS)
    if not table.rows and table.errors:
        raise Invalid(table.errors[:20])
    roll = RollImport.objects.create(
        place_id=given.place_id,
        place_key=places.key(given.place_id),
        file_name=given.file.name,
        sha256=digest,
        imported_on=viewer.today,
        first_month_here=given.first_month_here or months.after(viewer.today),
        imported_by_id=viewer.user_id,
    )
    placing = Placing(viewer)
    placing.learn([row["place"] for _no, row in table.rows])
    empty = {h.name: None for h in HEADINGS}
    taken = [_take_row(viewer, roll, row_no, empty | cells, placing) for row_no, cells in table.rows]
    lines = [*_refused_rows(roll, table.errors), *taken]
    create_all(lines)
    _ask_about_differences([line.award for line in taken if line.state == RowState.DIFFERS and line.award is not None])
    roll.rows, roll.taken_over = len(lines), sum(line.state != RowState.REFUSED for line in lines)
    roll.save()
    note(rows=roll.rows, taken_over=roll.taken_over)
    return roll


def _refused_rows(roll: RollImport, errors: list[FieldError]) -> list[RollRow]:
    by_row: dict[int, list[dict[str, Any]]] = {}
    for e in errors:
        by_row.setdefault(e.row, []).append({"column": e.label, "what": e.message, "todo": e.remedy})
    refused = sorted(by_row.items())
    return [RollRow(roll=roll, row_no=row_no, state=RowState.REFUSED, errors=found) for row_no, found in refused]


def _ask_about_differences(awards: list[Award]) -> None:
    """The county looks at what is paid otherwise than the law says."""
    kind, label = workflow.ROLL_DIFFERS.name, Award.label()
    asked = [
        Task(
            kind=kind, on_label=label, on_id=award.pk, place_key=award.place_key, role=Role.COUNTY_OFFICER,
            child_id=award.child_id,
        )
        for award in awards
    ]  # fmt: skip
    leave_tasks(kind, label, [(task, None) for task in asked])


def _take_row(viewer: Viewer, roll: RollImport, row_no: int, row: dict[str, Any], placing: Placing) -> RollRow:
    """One row in a savepoint of its own: it becomes an award, or is told why not."""
    line = RollRow(roll=roll, row_no=row_no, child_name=row["name"] or "", paid_fen=row["amount_fen"])
    try:
        with transaction.atomic():
            line.award, line.differences = _award_of(viewer, roll, row, placing)
        line.state = RowState.DIFFERS if line.differences else RowState.TAKEN_OVER
    except Invalid as bad:
        line.state = RowState.REFUSED
        line.errors = [{"column": e.where, "what": e.message, "todo": e.remedy} for e in bad.errors]
    except HutongError as bad:
        line.state, line.errors = RowState.REFUSED, [{"column": "", "what": str(bad), "todo": ""}]
    return line


def _award_of(
    viewer: Viewer, roll: RollImport, row: dict[str, Any], placing: Placing
) -> tuple[Award, list[dict[str, Any]]]:
    place_id, problem = placing.find(row["place"])
    if place_id is None:
        raise in_column("place", "unknown", problem, _("Write the code or the full name of the village."))
    place = Division.objects.get(pk=place_id)
    category = read_category(row["category"])
    child = _child(viewer, row, place)
    hold_child(child.pk)
    if Award.objects.filter(child=child).exclude(state=AwardState.ENDED).exists():
        raise Conflict(_("This child already has an award that is running."))
    advised = advise(child, viewer.today, place.key, confirmed=months.before(row["first_month"]))
    award = new_award(
        child=child,
        category=category,
        place=place,
        place_key=place.key,
        first_month=row["first_month"],
        paid_from=max(row["first_month"], roll.first_month_here),
        last_month=advised.last_by_age,
        next_review_on=max(review_due(place.key, anniversary(row["first_month"], viewer.today)), viewer.today),
        national_no=row["national_no"] or "",
    )
    set_basis(award, advised, award.first_month, category, row["amount_fen"])
    record_event(award, AwardEventKind.TAKEN_OVER, viewer.today, award.paid_from, reason=roll.file_name)
    _payee(viewer, award, row, child, place)
    return award, differences(advised, category, row["amount_fen"])


def anniversary(first_month: date, today: date) -> date:
    """The latest return of the first month: a roll tells of no review, so its year is reckoned from there."""
    years = today.year - first_month.year - ((today.month, today.day) < (first_month.month, first_month.day))
    return first_month.replace(year=first_month.year + max(years, 0))


def _child(viewer: Viewer, row: dict[str, Any], place: Division) -> Child:
    known = known_child(viewer, row)
    if known is not None:
        return known
    return register_child(
        viewer,
        {
            "name": row["name"] or "",
            "identity_number": row["identity_number"] or "",
            "birth_date": row["birth_date"],
            "actual_id": place.pk,
            "registered_id": place.pk,
            "national_no": row["national_no"] or "",
            "in_spite_of": TAKEN_FROM_ROLL,
        },
    )


def _payee(viewer: Viewer, award: Award, row: dict[str, Any], child: Child, place: Division) -> None:
    name = row["payee"] or row["name"]
    if not name:
        raise in_column("payee", "missing", _("is missing"), _("Name who receives the money."))
    kind = PayeeKind.CHILD if name == child.name else PayeeKind.GUARDIAN
    payee = money.name_payee(viewer, {"child_id": child.pk, "kind": kind, "name": name, "place_id": place.pk})
    if row["account"]:
        account = {
            "number": row["account"],
            "bank": row["bank"] or BANK_NOT_NAMED,
            "holder": name,
            "source": AccountSource.ROLL,
            "number_compared": True,
        }
        money.propose_account(viewer, payee, account)
    order_to(viewer, award, payee)
