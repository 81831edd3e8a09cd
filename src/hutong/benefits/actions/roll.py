"""Taking over an existing roll: award, first month, payee, account and number in the national system.

Payment goes on exactly as the roll says, once a second officer has confirmed the roll; where the law says something
else, somebody is asked to look. The rows are read one by one and written as sets.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _

from hutong.benefits import access, workflow
from hutong.benefits.actions.awards import basis_of, review_due_in
from hutong.benefits.actions.roll_rows import Planned, planned
from hutong.benefits.models import Award, AwardBasis, AwardEvent, RollImport, RollRow
from hutong.benefits.queries.advice import Advised, Advising
from hutong.benefits.queries.due import anniversary
from hutong.benefits.queries.roll import HEADINGS, differences
from hutong.benefits.terms import AwardEventKind, RowState
from hutong.channels.tables import SPREADSHEETS, Table, TableGiven, first_of, read_table, told_rows
from hutong.core import months, places
from hutong.core.action import action
from hutong.core.bulk import all_kept, next_ids
from hutong.core.constraints import by_halves
from hutong.core.context import note
from hutong.core.errors import Conflict, FieldError, Invalid, Tried
from hutong.core.files import Upload
from hutong.core.inputs import Month, Nothing, Place, ask, of
from hutong.core.models import Task
from hutong.core.record import create_all
from hutong.core.tasks import done_tasks, leave_task, leave_tasks
from hutong.core.undo import keep_made, note_made
from hutong.core.viewer import Viewer
from hutong.money import actions as money
from hutong.money.actions.inputs import misread_card
from hutong.org.terms import Role
from hutong.people.actions import Made, register_many
from hutong.people.models import Child
from hutong.people.queries.facts import facts_of_many


class ImportRoll(TableGiven):
    """The roll and the first month that is paid from here."""

    place_id: Place = of(RollImport, "place_key")
    first_month_here: Month | None = of(
        RollImport, "first_month_here", None, hint=("不填则为下月", "Next month if empty")
    )
    file: Upload = ask("名册文件（XLSX或CSV）", "Roll (XLSX or CSV)", accept=SPREADSHEETS)


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
    table = read_table(given.file.data, HEADINGS, given=given)
    if not table.lines and table.errors:
        raise Invalid(first_of(table.errors))
    keep_made()
    roll = RollImport.objects.create(
        place_id=given.place_id,
        place_key=places.key(given.place_id),
        file_name=given.file.name,
        sha256=digest,
        imported_on=viewer.today,
        first_month_here=given.first_month_here or months.after(viewer.today),
        imported_by_id=viewer.user_id,
    )
    with all_kept():
        lines = [*_refused_rows(roll, table), *_taken(viewer, roll, table)]
        create_all(lines)
        _ask_about_differences([line for line in lines if line.state == RowState.DIFFERS])
    roll.rows = len(lines)
    roll.taken_over = sum(line.award_id is not None for line in lines)
    if given.dry_run:
        raise Tried(_summary(lines), _findings(lines))
    roll.save()
    leave_task(workflow.CONFIRM_ROLL.name, subject=roll, place_key=roll.place_key, role=Role.COUNTY_OFFICER)
    note(rows=roll.rows, taken_over=roll.taken_over)
    note_made()
    return roll


def _second(viewer: Viewer, roll: RollImport, given: Nothing) -> str | None:
    """Nobody takes over a roll alone."""
    if roll.imported_by_id == viewer.user_id:
        return _("You took this roll over yourself; another officer has to check and confirm it.")
    return None


@action(
    "benefits.confirm_roll",
    on=RollImport,
    input=Nothing,
    roles=access.COUNTY,
    allow=_second,
    title=("确认转入的名册", "Confirm the roll"),
)
def confirm_roll(viewer: Viewer, roll: RollImport, given: Nothing) -> RollImport:
    """A second officer compared the roll: from now on it is paid. A wrong one is taken back (core.undo_import)."""
    if roll.confirmed_on is not None:
        raise Conflict(_("This roll has been confirmed already."))
    roll.confirmed_by_id, roll.confirmed_on = viewer.user_id, viewer.today
    roll.save(update_fields=["confirmed_by", "confirmed_on"])
    done_tasks(roll, workflow.CONFIRM_ROLL.name)
    return roll


def _summary(lines: Sequence[RollRow]) -> str:
    counts = {state.value: sum(line.state == state for line in lines) for state in RowState}
    taken = counts["taken_over"] + counts["differs"]
    said = _("Would be taken over: %(taken)s, unlike the law: %(differs)s; held: %(held)s; refused: %(refused)s.")
    return said % {**counts, "taken": taken}


def _findings(lines: Sequence[RollRow]) -> list[FieldError]:
    found = [
        FieldError("", e["code"], e["what"], e["todo"], e["column"], line.row_no, sheet=line.sheet)
        for line in lines
        for e in line.errors
    ]
    return first_of(found)


def _refused_rows(roll: RollImport, table: Table) -> list[RollRow]:
    by_row: dict[tuple[str, int], list[FieldError]] = {}
    for e in table.errors:
        by_row.setdefault((e.sheet, e.row), []).append(e)
    return [
        RollRow(roll=roll, sheet=sheet, row_no=row, state=RowState.REFUSED, errors=told_rows(found))
        for (sheet, row), found in sorted(by_row.items())
    ]


def _taken(viewer: Viewer, roll: RollImport, table: Table) -> list[RollRow]:
    """A line for each row that was read: with its award, or with the reason why it has none."""
    plan, lines = planned(viewer, table, roll.first_month_here)
    for line in lines:
        line.roll = roll
    known = Child.objects.select_for_update(of=("self",)).filter(pk__in={one.child.pk for one in plan if one.known})
    list(known.order_by("pk").values_list("pk"))  # whoever records a fact of theirs waits, and sees the award
    refused = by_halves(plan, lambda part: _write(viewer, roll, part))
    for at, bad in refused.items():
        plan[at].refuse(bad.errors)
    return lines


def _write(viewer: Viewer, roll: RollImport, part: Sequence[Planned]) -> None:
    """Children, payments and awards of some rows, each table as a set."""
    fresh = [Made(one.child, one.why) for one in part if not one.known]
    if fresh:
        register_many(viewer, {"made": fresh})
    facts, asking = facts_of_many([one.child.pk for one in part], viewer.today), Advising(viewer.today)
    awards, bases = [], []
    for one, number in zip(part, next_ids(Award, len(part)), strict=True):
        advised = asking.advise(facts[one.child.pk], one.place_key, months.before(one.first_month))
        award, basis = _award_of(viewer, roll, one, advised, number, asking)
        awards.append(award)
        bases.append(basis)
        one.line.award = award
        one.line.differences = [*differences(advised, one.category, one.amount_fen), *_account_differs(one)]
        one.line.state = RowState.DIFFERS if one.line.differences else RowState.TAKEN_OVER
    paid = [
        money.OnRoll(
            child_id=one.child.pk, kind=one.payee_kind, name=one.payee, place_id=one.place_id, on_id=award.pk,
            first_month=award.paid_from, account=one.account, bank=one.bank,
        )
        for one, award in zip(part, awards, strict=True)
    ]  # fmt: skip
    orders = money.take_over_roll(viewer, {"on_label": Award.label(), "rows": paid})
    for award, order in zip(awards, orders, strict=True):
        award.order_id = order
    create_all(awards)
    create_all(bases)
    kind, day = AwardEventKind.TAKEN_OVER, viewer.today
    events = [AwardEvent(award=a, kind=kind, happened_on=day, month=a.paid_from, reason=roll.file_name) for a in awards]
    create_all(events)


def _award_of(
    viewer: Viewer, roll: RollImport, one: Planned, advised: Advised, number: int, asking: Advising
) -> tuple[Award, AwardBasis]:
    due = review_due_in(asking.codes(one.place_key), anniversary(one.first_month, viewer.today))
    award = Award(
        id=number,
        child=one.child,
        category=one.category,
        place_id=one.place_id,
        place_key=one.place_key,
        first_month=one.first_month,
        paid_from=max(one.first_month, roll.first_month_here),
        last_month=advised.last_by_age,
        owed_from=one.first_month,
        next_review_on=max(due, viewer.today),
        national_no=one.national_no,
    )
    basis = basis_of(award, one.child, advised, one.first_month, one.category, one.amount_fen)
    if asking.amount(basis, one.place_key) != one.amount_fen:
        basis.fixed_fen = one.amount_fen
    return award, basis


def _account_differs(one: Planned) -> list[dict[str, Any]]:
    """An account whose check digit does not fit is taken as the roll has it, and somebody compares it with the card."""
    return [{"what": "account", "roll": "", "law": ""}] if misread_card(one.account) else []


def _ask_about_differences(lines: Sequence[RollRow]) -> None:
    """The county looks at what is paid otherwise than the law says."""
    kind, label = workflow.ROLL_DIFFERS.name, Award.label()
    asked = [
        Task(
            kind=kind, on_label=label, on_id=award.pk, place_key=award.place_key, role=Role.COUNTY_OFFICER,
            child_id=award.child_id,
        )
        for award in (line.award for line in lines)
        if award is not None
    ]  # fmt: skip
    leave_tasks(kind, label, [(task, None) for task in asked])
