"""The monthly run: what the awards say is due goes down to `money`, which pays it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django.db import connection
from django.utils.translation import gettext as _

from hutong.benefits import access, workflow
from hutong.benefits.queries.payroll import Due, due_for, overpaid, relation_of
from hutong.core import places
from hutong.core.action import action
from hutong.core.bulk import set_based
from hutong.core.context import note
from hutong.core.inputs import Given, Month, Place, ask
from hutong.core.jurisdiction import currency, language
from hutong.core.tasks import leave_task
from hutong.core.viewer import Viewer
from hutong.money import actions as money
from hutong.money.models import Batch
from hutong.org.terms import Role


class RunMonth(Given):
    """Which place, which month."""

    place_id: Place = ask("发放地区", "Place")
    month: Month = ask("发放月份", "Month")


def _inside(viewer: Viewer, given: RunMonth) -> str | None:
    return None if viewer.reaches(places.key(given.place_id)) else _("This place is not in your area.")


def _kept(viewer: Viewer, content: dict[str, Any]) -> int:
    return money.keep_parameters(viewer, {"content": content})


def _worked_out(due: Due) -> Due:
    """Worked out once, into a table of this transaction that payment and comparison both read."""
    with set_based(), connection.cursor() as cursor:
        cursor.execute("drop table if exists pg_temp.benefits_differs")
        cursor.execute(f"create temporary table benefits_differs on commit drop as {due.differs}", due.params)
        cursor.execute("analyze pg_temp.benefits_differs")
    return replace(due, differs="select * from pg_temp.benefits_differs")


@action(
    "benefits.run_month", input=RunMonth, roles=access.RUN, allow=_inside, title=("编制月度发放", "Prepare a month")
)
def run_month(viewer: Viewer, given: RunMonth) -> Batch:
    """Prepare a month for a place. What was paid too much becomes a task; nothing is set off."""
    key = places.key(given.place_id)
    money.one_run_at_a_time(key)  # before what was ordered is read
    due = _worked_out(due_for(viewer, key, given.month))
    relation = relation_of(due, keep=lambda content: _kept(viewer, content))
    batch: Batch = money.prepare_batch(viewer, {"place_id": given.place_id, "month": given.month, "relation": relation})
    too_much = overpaid(due)
    for award, months, fen in too_much:
        leave_task(
            workflow.OVERPAID.name,
            subject=award,
            place_key=award.place_key,
            role=Role.COUNTY_OFFICER,
            child_id=award.child_id,
            note=_("%(months)s months, %(sum)s") % {"months": months, "sum": currency().said(fen).text(language())},
        )
    note(overpaid=len(too_much))
    return batch
