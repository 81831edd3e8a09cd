"""A batch from preparing to sending. Lines are written by one INSERT ... SELECT and never edited afterwards."""

from __future__ import annotations

import hashlib
import json
from datetime import date
from typing import Any

from django.db import connection
from django.utils.translation import gettext as _

from hutong.core import places
from hutong.core.action import action
from hutong.core.audit.journal import journal
from hutong.core.bulk import set_based
from hutong.core.context import note
from hutong.core.inputs import Given, Month, Nothing, Place, ask, of, wrong
from hutong.core.tasks import done_tasks, leave_task
from hutong.core.terms import JournalKind
from hutong.core.viewer import SYSTEM, Viewer
from hutong.money import access
from hutong.money.actions.omitted import ask_about_the_omitted, name_the_omitted
from hutong.money.actions.signing import ask_to_sign
from hutong.money.models import Batch, Line, Recovery
from hutong.money.queries import bank_file, rules
from hutong.money.queries.relation import Relation, RelationInput, judged
from hutong.money.terms import OUTGOING, BankFileForm, BatchState, RecoveryState, Verdict
from hutong.money.workflow import GIVEN_BACK, RECONCILE, SEND, SIGN


class Parameters(Given):
    """Parameters of the law, as the decision traces keep them."""

    content: dict[str, Any] = ask("参数", "Parameters")


@action("money.keep_parameters", input=Parameters, roles=(*access.OFFICERS, SYSTEM), inner=True,
        title=("保存参数", "Keep parameters"))  # fmt: skip
def keep_parameters(viewer: Viewer, given: Parameters) -> int:
    """Id of the set with this content, kept once; lines name it."""
    text = json.dumps(given.content, sort_keys=True, ensure_ascii=False, default=str)
    digest = hashlib.sha256(text.encode()).digest()
    with connection.cursor() as cursor:
        cursor.execute(
            "insert into money_parameterset (version, created_at, updated_at, digest, content)"
            " values (1, %s, %s, %s, %s::jsonb) on conflict (digest) do nothing",
            [viewer.now, viewer.now, digest, text],
        )
        cursor.execute("select id from money_parameterset where digest = %s", [digest])
        return int(cursor.fetchone()[0])


class Run(Given):
    """Whom to pay: the rows of the relation that belong to the place, for months up to the given one."""

    place_id: Place = of(Batch, "place")
    month: Month = of(Batch, "month")
    relation: RelationInput = ask("发放明细", "Rows", control="hidden")


def _may_run(viewer: Viewer, given: Run) -> str | None:
    key = places.key(given.place_id)
    if refusal := access.inside(viewer, given.place_id):
        return refusal
    if viewer.role != access.preparing_role(key):
        return _("The payments of this place are prepared by another office.")
    if not rules.pays_here(key, given.month):
        level = rules.paying_level(key, given.month).label(viewer.locale)
        return _("This place is paid by another level: %(level)s.") % {"level": level}
    if given.month > viewer.today:
        return _("This month has not begun yet.")
    if not rules.due_months(key, given.month):
        due = rules.next_due(key, given.month)
        return _("This place does not pay in that month; its next payment is in %(month)s.") % {"month": f"{due:%Y-%m}"}
    return None


@action("money.prepare_batch", input=Run, roles=access.OFFICERS, allow=_may_run, inner=True,
        title=("编制发放批次", "Prepare a payment batch"))  # fmt: skip
def prepare_batch(viewer: Viewer, given: Run) -> Batch:
    """A batch with one line per row that can be paid. Whatever cannot be paid is held out alone, under its name, and
    becomes a task where somebody can help it: a run never stops for one child. A relation without rows, or whose rows
    all have their lines already, leaves a batch that is discarded at once: nobody is paid by it.
    """
    key = places.key(given.place_id)
    one_run_at_a_time(key)
    counts = _judge(viewer, given.relation, key, given.month)
    batch = Batch.objects.create(
        place_id=given.place_id, place_key=key, month=given.month, maker_id=access.person(viewer)
    )
    written = _write_lines(viewer, batch)
    told = {k: n for k, n in counts.items() if k != Verdict.READY}
    already = counts.get(Verdict.READY, 0) - written
    batch.told = told | ({Verdict.ALREADY.value: already} if already else {})
    name_the_omitted(viewer, batch)
    ask_about_the_omitted()
    note(written=written, **batch.told)
    if not written:
        batch.state = BatchState.DISCARDED
        batch.save(update_fields=["told", "state"])
        return batch
    batch.save(update_fields=["told"])
    count_up(batch)
    ask_to_sign(viewer, batch)
    return batch


_LOCK = "select pg_advisory_xact_lock{shared}(hashtextextended('money.run', %s))"


def one_run_at_a_time(place_key: int) -> None:
    """Runs of a place wait for each other and for runs of places above and below; those of other places go on."""
    with connection.cursor() as cursor:
        for above in reversed(places.parents(place_key)):
            cursor.execute(_LOCK.format(shared="_shared"), [above])
        cursor.execute(_LOCK.format(shared=""), [place_key])


def hold_runs(place_key: int) -> None:
    """Wait for the runs that may pay at a place, and keep new ones waiting until this transaction has ended."""
    with connection.cursor() as cursor:
        for key in (*reversed(places.parents(place_key)), place_key):
            cursor.execute(_LOCK.format(shared="_shared"), [key])


def _judge(viewer: Viewer, relation: Relation, place_key: int, month: date) -> dict[str, int]:
    """The rows with their verdicts in a temporary table of this transaction, so that the law is computed once."""
    sql, params = judged(relation, place_key=place_key, month=month, today=viewer.today)
    with set_based(), connection.cursor() as cursor:
        cursor.execute("drop table if exists pg_temp.money_run")
        cursor.execute(f"create temporary table money_run on commit drop as {sql}", params)
        cursor.execute("analyze pg_temp.money_run")
        cursor.execute(_WRONG_CORRECTIONS)
        cursor.execute("select verdict, count(*) from pg_temp.money_run group by verdict")
        return {verdict: int(count) for verdict, count in cursor.fetchall()}


_WRONG_CORRECTIONS = """
update pg_temp.money_run r set verdict = 'malformed'
 where r.corrects_id is not null
   and not exists (select from money_line c where c.id = r.corrects_id and c.order_id = r.order_id
                      and c.month = r.month and c.state <> 'void')"""


_INSERT = """
insert into money_line (version, created_at, updated_at, batch_id, order_id, child_id, account_id, item, month, kind,
  state, amount_fen, corrects_id, rule_version, reason_code, parameter_set_id, refusal, place_key)
select 1, %(now)s, %(now)s, %(batch)s, order_id, child_id, account_id, item, month, kind,
  'prepared', amount_fen, corrects_id, rule_version, coalesce(reason_code, ''), parameter_set, '', place_key
  from pg_temp.money_run where verdict = 'ready'
 order by order_id, month, kind
on conflict do nothing"""
"""Lines are numbered in one order, so that rolls and bank files of two months lie side by side."""


def _write_lines(viewer: Viewer, batch: Batch) -> int:
    with connection.cursor() as cursor:
        cursor.execute(_INSERT, {"now": viewer.now, "batch": batch.pk})
        return int(cursor.rowcount)


def count_up(batch: Batch) -> None:
    """Number of lines, what the bank is asked to pay, and what is booked as come back; from the lines themselves."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select count(*), coalesce(sum(amount_fen) filter (where amount_fen > 0), 0)::bigint,"
            " coalesce(sum(amount_fen) filter (where amount_fen < 0), 0)::bigint"
            " from money_line where batch_id = %s and state <> 'void'",
            [batch.pk],
        )
        batch.count, batch.total_fen, batch.booked_fen = cursor.fetchone()
    batch.save(update_fields=["count", "total_fen", "booked_fen"])


@action("money.discard_batch", on=Batch, input=Nothing, roles=access.SIGNERS, allow=access.own_batch,
        title=("作废未签发批次", "Discard a batch"))  # fmt: skip
def discard_batch(viewer: Viewer, batch: Batch, given: Nothing) -> Batch:
    """Before signing only. Its lines are void, not deleted, and the months can be paid by another batch."""
    recoveries = list(Recovery.objects.filter(pk__in=Line.objects.filter(batch=batch).values("recovery")))
    _move_lines(viewer, batch, "void", "state = 'prepared'")
    for recovery in recoveries:
        recount(recovery)
    done_tasks(batch, SIGN.name)
    done_tasks(batch, GIVEN_BACK.name)
    return batch


def recount(recovery: Recovery) -> None:
    """What has come back, from the lines that book it."""
    with connection.cursor() as cursor:
        cursor.execute(
            "update money_recoverypart p set version = p.version + 1, returned_fen = coalesce((select"
            " -sum(l.amount_fen) from money_line l where l.recovery_id = p.recovery_id and l.corrects_id = p.line_id"
            " and l.state <> 'void'), 0) where p.recovery_id = %s",
            [recovery.pk],
        )
        cursor.execute("select sum(returned_fen)::bigint from money_recoverypart where recovery_id = %s", [recovery.pk])
        recovery.returned_fen = cursor.fetchone()[0]
    if recovery.state == RecoveryState.SETTLED and recovery.returned_fen < recovery.amount_fen:
        recovery.state = RecoveryState.AGREED
    recovery.save(update_fields=["returned_fen", "state"])


def _move_lines(viewer: Viewer, batch: Batch, state: str, which: str, *, settled: date | None = None) -> int:
    with connection.cursor() as cursor:
        cursor.execute(
            f"update money_line set state = %s, settled_on = %s, version = version + 1, updated_at = %s"  # noqa: S608
            f" where batch_id = %s and {which}",
            [state, settled, viewer.now, batch.pk],
        )
        return int(cursor.rowcount)


class FileForm(Given):
    """The form the bank takes."""

    form: BankFileForm = ask("文件格式", "Form of the file", BankFileForm.XLSX)


def _may_export(viewer: Viewer, batch: Batch, given: FileForm) -> str | None:
    if batch.state not in (BatchState.SIGNED, BatchState.SENT):
        return _("A bank file is made from a signed batch only.")
    return access.may_pay(viewer, batch, given)


@action("money.export_bank_file", on=Batch, input=FileForm, roles=access.FINANCE, allow=_may_export,
        title=("导出银行文件", "Make the bank file"))  # fmt: skip
def export_bank_file(viewer: Viewer, batch: Batch, given: FileForm) -> None:
    """Record who takes the account numbers of the batch out; `queries.bank_file.build` then makes the file.

    Raises Invalid where the code of the form cannot carry a name: the bank would refuse it, or pay somebody else.
    """
    if given.form == BankFileForm.GBK and (lost := bank_file.uncarried(batch)):
        names = "、".join(f"{one.holder}（{one.characters}，{one.number}）" for one in lost[:10])
        text = _("GBK has no code for characters in %(count)s names: %(names)s") % {"count": len(lost), "names": names}
        raise wrong(
            given, "form", "invalid", text, _("Choose GB 18030 or XLSX, or ask the bank how it writes the name.")
        )
    note(form=given.form.value, rows=batch.count)
    journal(viewer, JournalKind.EXPORTED, what="bank file", subject=batch, count=batch.count, purpose=given.form.value)


@action("money.export_book", on=Batch, input=Nothing, roles=access.SUM_READERS,
        title=("导出发放明细", "Export the payments of a batch"))  # fmt: skip
def export_book(viewer: Viewer, batch: Batch, given: Nothing) -> None:
    """Record who takes the payments of a batch out; `queries.books.payments` then says what the clearance allows."""
    note(rows=batch.count)
    journal(viewer, JournalKind.EXPORTED, what="book of payments", subject=batch, count=batch.count)


@action("money.mark_sent", on=Batch, input=Nothing, roles=access.FINANCE, allow=access.may_pay,
        title=("登记已送银行", "Record as sent to the bank"))  # fmt: skip
def mark_sent(viewer: Viewer, batch: Batch, given: Nothing) -> Batch:
    """The bank has the file. Lines that only book money that came back are settled by it."""
    outgoing = ", ".join(f"'{kind}'" for kind in OUTGOING)
    asked = _move_lines(viewer, batch, "sent", f"state = 'prepared' and kind in ({outgoing})")
    _move_lines(viewer, batch, "paid", f"state = 'prepared' and kind not in ({outgoing})", settled=viewer.today)
    done_tasks(batch, SEND.name)
    batch.sent_on = viewer.today
    batch.state = BatchState.SENT if asked else BatchState.SETTLED
    batch.settled_on = None if asked else viewer.today
    batch.save(update_fields=["sent_on", "settled_on", "state"])
    if asked:
        leave_task(RECONCILE.name, subject=batch, place_key=batch.place_key, role=access.paying_role(batch.place_key))
    return batch
