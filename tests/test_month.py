"""A month of ten thousand children with every fault mixed in: paid are those who must be, and nobody else."""

from __future__ import annotations

import ast
from collections import Counter
from datetime import date, datetime
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook

from hutong.benefits.models import RollRow
from hutong.benefits.queries.roll import waiting
from hutong.core.models import Task
from hutong.core.viewer import acting
from hutong.money.models import Batch, Omission
from hutong.money.models import Line as PaymentLine
from hutong.money.queries.preview import Looked, preview
from hutong.money.workflow import MISSING_ACCOUNT, SETTLE
from hutong.project.tests import ledger, month
from hutong.project.tests import month_events as events
from hutong.project.tests.ledger import NOVEMBER, OCTOBER, Line, Run
from hutong.project.tests.month import BETWEEN, FIRST, SECOND, County

pytestmark = [pytest.mark.random, pytest.mark.django_db]
CHILDREN = 10_000
REASON = {
    "died": "died", "payee_gone": "payee", "twin": "twin", "held": "held", "no_account": "account", "shared": "shared",
}  # fmt: skip
"""Why the product leaves somebody out -> the word of the ledger."""


def test_the_ledger_imports_nothing_of_the_product() -> None:
    tree = ast.parse(Path(ledger.__file__).read_text("utf-8"))
    named = [node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)]
    named += [alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names]
    assert not [name for name in named if name.startswith("hutong")]


def test_a_month_of_ten_thousand_pays_everybody_it_must_and_nobody_else(request: pytest.FixtureRequest) -> None:
    county = County(CHILDREN, request.config.option.seed)

    month.by_application(county)
    kids = month.by_roll(county)
    _rows_of_rolls_add_up(county)
    events.before_october(county, kids)
    october = _signed(county, events.prepared(county, OCTOBER, FIRST), OCTOBER, FIRST)
    returned = events.answered(county, october, BETWEEN)
    events.after_october(county, kids)
    _again(county, [kid for kid in returned if kid.died is None and not kid.doubtful])
    _the_waiting_roll_is_named(county)
    events.held_out(county, events.prepared(county, NOVEMBER, SECOND), SECOND)
    _signed(county, events.prepared(county, NOVEMBER, SECOND), NOVEMBER, SECOND)


def _signed(county: County, batch: Batch, at: date, now: datetime) -> Batch:
    """The run beside the ledger: file, who is left out, tasks, sums."""
    run = county.book.reckon(at)
    _left_out(county, batch, run)
    _lines_of(county, batch, run, now)
    _adds_up(county, batch, run, now)
    data = events.file_of(county, batch, now)
    _same(county, _rows_of(data), run)
    with acting(county.at("finance", now)):
        signed = Batch.objects.get(pk=batch.pk)
    assert (signed.count, signed.total_fen) == (len(run.lines), run.fen)
    county.book.book(run)
    return signed


def _rows_of(data: bytes) -> Counter[Line]:
    """What the bank reads."""
    rows = load_workbook(BytesIO(data), read_only=True).active.iter_rows(min_row=2, values_only=True)
    return Counter((row[2], row[3], round(float(row[5]) * 100), _month(row[7])) for row in rows)


def _month(cell: Any) -> date:
    return date(cell.year, cell.month, 1) if isinstance(cell, date) else date.fromisoformat(f"{cell}-01")


def _same(county: County, paid: Counter[Line], run: Run) -> None:
    due = run.rows
    by_account: dict[str, list[set[str]]] = {}
    for kid in county.book.kids:
        by_account.setdefault(kid.account, []).append(kid.tags)
    wrong = [("not due", line, by_account.get(line[1])) for line in (paid - due)]
    wrong += [("not paid", line, by_account.get(line[1])) for line in (due - paid)]
    assert not wrong, (len(wrong), wrong[:12])


def _left_out(county: County, batch: Batch, run: Run) -> None:
    """Everybody who is left out is named with a reason of the right kind, and somebody is asked."""
    with acting(county.at("first", FIRST)):
        named = {(o.order_id, o.month): str(o.verdict) for o in Omission.objects.filter(batch=batch)}
        kinds = [SETTLE.name, MISSING_ACCOUNT.name]
        open_ones = Task.objects.filter(on_label="money.order", state="open", kind__in=kinds)
        asked = set(open_ones.values_list("on_id", flat=True))
    due = {(kid.order, at): (why, kid.tags) for (kid, at), why in run.out.items()}
    who = {kid.order: kid for kid in county.book.kids}
    odd = [(key[1], named.get(key), due.get(key), who.get(key[0])) for key in named.keys() ^ due.keys()]
    assert not odd, (len(odd), odd[:12])
    unlike = [(key, named[key], due[key]) for key in named if REASON.get(named[key]) not in due[key][0]]
    assert not unlike, unlike[:12]
    assert {order for order, _month in due} <= asked, "nobody was asked"


def _lines_of(county: County, batch: Batch, run: Run, now: datetime) -> None:
    """The lines of the batch, order by order, before anybody signs."""
    with acting(county.at("finance", now)):
        lines = PaymentLine.objects.filter(batch=batch).exclude(state="void")
        made = Counter(lines.values_list("order_id", "month", "amount_fen"))
    due = Counter((kid.order, line[3], line[2]) for kid, line, _kind in run.lines)
    who = {kid.order: kid.tags for kid in county.book.kids}
    wrong = [("not due", row, who.get(row[0])) for row in made - due]
    wrong += [("not ordered", row, who.get(row[0])) for row in due - made]
    assert not wrong, (len(wrong), wrong[:12])


def _adds_up(county: County, batch: Batch, run: Run, now: datetime) -> None:
    """The page that preparer and signer look at."""
    viewer = county.at("finance", now)
    with acting(viewer):
        seen = preview(viewer, Looked(batch.place_key, batch.month, batches=(batch.pk,)))
    before = date(2026, 9, 1) if run.month == OCTOBER else OCTOBER
    told = {step.value: sums for step, sums in seen.steps.items() if sums != (0, 0)}
    sums = county.book.sums(run, before)
    assert told == sums, (told, sums)
    assert seen.total_fen == run.fen


def _rows_of_rolls_add_up(county: County) -> None:
    """Every row of every roll became an award or says why not, and the children are those of the ledger."""
    with acting(county.at("first", FIRST)):
        for roll in county.rolls:
            lines = RollRow.objects.filter(roll=roll)
            assert roll.rows == lines.count()
            assert not lines.filter(award=None, errors=[]).exists()
        taken = RollRow.objects.filter(award__isnull=False).count()
    assert taken == sum(kid.taken and not kid.applied for kid in county.book.kids)


def _again(county: County, kids: list[Any]) -> None:
    """What came back goes out once more, to the new accounts and to nobody else."""
    was = {kid: county.book.ordered[kid, OCTOBER] for kid in kids}
    batch = events.reissued(county, kids, BETWEEN)
    data = events.file_of(county, batch, BETWEEN)
    assert _rows_of(data) == Counter((kid.holder, kid.account, was[kid], OCTOBER) for kid in kids)


def _the_waiting_roll_is_named(county: County) -> None:
    viewer = county.at("first", SECOND)
    with acting(viewer):
        [one] = waiting(viewer, county.places[month.build.COUNTY].key)
    kids = county.book.reckon(NOVEMBER).waiting
    assert (one.children, one.fen) == (len(kids), sum(kid.fen for kid in kids))
