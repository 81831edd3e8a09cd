"""Lists of other offices: compared with the running awards; what matches becomes a task, no payment changes."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

from django.utils.translation import gettext as _

from hutong.benefits import access, workflow
from hutong.benefits.actions.review import ask_to_redetermine
from hutong.benefits.models import ListImport, ListMatch
from hutong.benefits.queries.matches import Match, headings_of, matches_of
from hutong.benefits.terms import ListKind, MatchState, MatchWho
from hutong.channels.tables import SPREADSHEETS, TableGiven, first_of, read_table, told_rows
from hutong.core import places
from hutong.core.action import action
from hutong.core.errors import Conflict, Invalid, Tried
from hutong.core.files import Upload
from hutong.core.inputs import Given, Place, Text, ask, of, required
from hutong.core.models import Task
from hutong.core.record import create_all
from hutong.core.tasks import done_tasks, leave_task, leave_tasks
from hutong.core.undo import keep_made, note_made
from hutong.core.viewer import Viewer
from hutong.money import actions as money
from hutong.money.terms import ChangeReason
from hutong.org.terms import Role
from hutong.people.actions import record_death
from hutong.people.terms import Evidence


class ImportList(TableGiven):
    """A list another office delivered."""

    kind: ListKind = of(ListImport, "kind")
    place_id: Place = of(ListImport, "place_key")
    file: Upload = ask("名单文件（XLSX或CSV）", "List (XLSX or CSV)", accept=SPREADSHEETS)


def _inside(viewer: Viewer, given: ImportList) -> str | None:
    return None if viewer.reaches(places.key(given.place_id)) else _("This place is not in your area.")


@action(
    "benefits.import_list",
    input=ImportList,
    roles=access.COUNTY,
    allow=_inside,
    title=("导入比对名单", "Import a list for comparison"),
)
def import_list(viewer: Viewer, given: ImportList) -> ListImport:
    """Read, compare, leave tasks. Rows that cannot be read are told by number; the same file twice is refused."""
    digest = hashlib.sha256(given.file.data).digest()
    if ListImport.objects.filter(place_id=given.place_id, kind=given.kind, sha256=digest).exists():
        raise Conflict(_("This very file has already been compared."))
    table = read_table(given.file.data, headings_of(given.kind), given=given)
    key = places.key(given.place_id)
    found, errors = matches_of(given.kind, table, key, viewer.today)
    errors += table.errors
    if not table.lines and errors:
        raise Invalid(first_of(errors))
    if given.dry_run:
        counts = {"rows": table.count, "matches": len(found), "told": len(errors)}
        raise Tried(_("%(rows)s rows, %(matches)s matches; not compared: %(told)s.") % counts, first_of(errors))
    keep_made()
    listed = ListImport.objects.create(
        kind=given.kind,
        place_id=given.place_id,
        place_key=key,
        file_name=given.file.name,
        sha256=digest,
        imported_on=viewer.today,
        rows=table.count,
        bad_rows=told_rows(errors),
        imported_by_id=viewer.user_id,
    )
    _keep(listed, found)
    note_made()
    return listed


def _keep(listed: ListImport, found: Sequence[Match]) -> None:
    kept = [
        ListMatch(
            list=listed,
            award=match.award,
            child_id=match.award.child_id,
            person_id=match.person_id,
            place_key=match.award.place_key,
            kind=listed.kind,
            sheet=match.line.sheet,
            row_no=match.line.row,
            who=match.who,
            matched_on=match.matched_on,
            since=match.line.cells.get("since"),
            until=match.line.cells.get("until"),
            amount_fen=match.line.cells.get("amount_fen"),
        )
        for match in found
    ]
    create_all(kept)
    kind, label, urgent = workflow.MATCH.name, ListMatch.label(), listed.kind == ListKind.DEATH
    asked = [
        Task(
            kind=kind, on_label=label, on_id=one.pk, place_key=one.place_key, role=Role.TOWNSHIP_SUPERVISOR,
            child_id=one.child_id, urgent=urgent,
        )
        for one in kept
    ]  # fmt: skip
    leave_tasks(kind, label, [(task, None) for task in asked])


class SettleMatch(Given):
    """Whether it is the same person, and what was found."""

    state: MatchState = of(ListMatch, "state")
    note: Text = of(ListMatch, "note")


@action(
    "benefits.settle_match",
    on=ListMatch,
    input=SettleMatch,
    roles=access.OFFICES,
    title=("核实比对结果", "Settle a match"),
)
def settle_match(viewer: Viewer, match: ListMatch, given: SettleMatch) -> ListMatch:
    """A true match asks the right office for the next step and changes no award by itself; a child's death is recorded
    with it, so that no later month is paid while the end is decided."""
    if match.state != MatchState.OPEN:
        raise Conflict(_("This match has already been settled."))
    required(given, state=given.state == MatchState.OPEN)
    match.state, match.note, match.settled_by_id = given.state, given.note, viewer.user_id
    match.save()
    done_tasks(match, workflow.MATCH.name)
    if given.state == MatchState.CONFIRMED:
        _next_step(viewer, match)
    return match


PAYEE_GONE = {ListKind.DEATH: ChangeReason.DIED, ListKind.CUSTODY: ChangeReason.JAILED}


def _next_step(viewer: Viewer, match: ListMatch) -> None:
    award, kind = match.award, ListKind(match.kind)
    if match.who == MatchWho.CHILD and kind == ListKind.DEATH:
        if match.since is not None and match.child.died_on is None:
            record_death(viewer, match.child, {"died_on": match.since, "evidence": Evidence.DATA_COMPARISON})
        leave_task(
            workflow.CHILD_DIED.name,
            subject=award,
            place_key=award.place_key,
            role=Role.COUNTY_OFFICER,
            child_id=award.child_id,
            urgent=True,
        )
        return
    if match.who == MatchWho.GUARDIAN and kind in PAYEE_GONE and award.order_id:
        money.ask_payee_change(viewer, award.order, {"why": PAYEE_GONE[kind]})
    ask_to_redetermine(award, f"{kind.zh}：{MatchWho(match.who).zh}")
